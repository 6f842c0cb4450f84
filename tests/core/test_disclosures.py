"""A disclosure: assessed by one, decided by who may, performed once, read until its day, and never changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import access_rows, audit_verification, consent_uses, disclosures
from casework.core.disclosure_wish import Wish
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import AuditEvent, ConsentUse, Disclosure
from tests.core.consenting import TODAY, consented, withdraw
from tests.core.disclosing import (
    LACKING,
    assessed,
    decided,
    inbox,
    kept,
    keys,
    looked,
    on_consent,
    performed,
    read,
    refused,
    state,
    wish,
)
from tests.worlds import REGISTRY


def shown(opened):
    return [tuple(part) for part in opened.content.parts]


def test_an_officer_who_may_decide_alone_assesses_and_gives_in_one_step(world):
    case = world.case()
    made = assessed(world, case)
    assert (made.state, made.assessed_by, made.approved_by) == ("performed", world.ids["maja"], world.ids["maja"])
    opened = read(world, made)
    assert opened is not None
    assert shown(opened)[:2] == [
        ("Personen", "Namn", "Gösta Exempelsson"),
        ("Ärendet", "Skede", "Aktualiserad, sedan 24 november 2026"),
    ]
    assert [part.label for part in opened.content.parts[2:]] == ["Från", "Ändamål", "Grund", "Kan läsas till och med"]


def test_only_what_was_chosen_is_told_and_in_the_order_of_the_case(world):
    case = world.case()
    world.sign("maja", case, "note", text="Först", heading="Ett")
    world.sign("maja", case, "note", text="Sedan", heading="Två")
    chosen = [key for key in keys(world, case) if key.endswith((":text", ":event_date"))]
    assert len(chosen) == 4
    told = looked(world, case, wish(world, case, items=tuple(reversed(chosen)))).content
    again = looked(world, case, wish(world, case, items=tuple(chosen))).content
    assert told == again
    words = "\n".join(part.text for part in told.parts)
    assert "Först" in words and "Sedan" in words and "Ett" not in words and "Exempelsson" not in words


def test_what_both_sides_keep_is_what_was_seen_before_it_was_given(world):
    case = world.case()
    want = wish(world, case)
    seen = looked(world, case, want)
    made = assessed(world, case, want)
    opened, stored = read(world, made), kept(world, case, made)
    assert opened is not None and stored.content is not None
    assert seen.content.as_bytes() == opened.content.as_bytes() == stored.content.as_bytes()
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.object_id == made.id).order_by(AuditEvent.seq)).all()
        told = {one.action: json.loads(one.detail or "{}").get("content") for one in rows}
        assert told["disclosure:performed"] == told["received:opened"] == seen.content.digest
        assert "Exempelsson" not in "".join(one.detail or "" for one in rows)
        assert audit_verification.faults(session) == []


@pytest.mark.parametrize("who", ["pia", "sven", "vilma", "lo", "greta", "ida"])
def test_nobody_but_the_named_recipient_reads_it(world, who):
    made = assessed(world, world.case())
    assert read(world, made, who) is None
    assert read(world, made) is not None


def test_it_is_read_until_its_last_day_is_over(world):
    made = assessed(world, case := world.case(), wish(world, case, until=TODAY + timedelta(days=1)))
    told = []
    for _day in range(3):
        told.append((read(world, made) is not None, made.id in inbox(world)))
        world.clock.move(days=1)
    assert told == [(True, True), (True, True), (False, False)]
    assert state(world, case, made) == "closed"
    assert kept(world, case, made).content is not None  # what was given can be shown years later


def test_what_is_ended_is_gone_at_the_next_request_and_stays_with_the_case(world):
    made = assessed(world, case := world.case())
    assert read(world, made) is not None
    with world.acting("maja") as (session, maja):
        disclosures.end(session, maja, case, made.id)
    assert read(world, made) is None and inbox(world) == []
    stored = kept(world, case, made)
    assert stored.state == "closed" and stored.made.because == "revoked" and stored.content is not None
    with world.session() as session:
        assert access_rows.differences(session) == []


def test_a_recipient_whom_a_conflict_of_interest_closes_the_case_to_reads_nothing(world):
    from casework.core import teams

    case = world.case()
    made = assessed(world, case)
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["erik"])
    assert read(world, made) is None and inbox(world) == []
    assert refused(world, case) == {"recipient"}


# Faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"recipient": ""}, "recipient"),
        ({"recipient": "police:nobody"}, "recipient"),
        ({"items": ()}, "items"),
        ({"items": ("entry:text",)}, "items"),
        ({"ground": "", "replies": {}}, "ground"),
        ({"ground": "NO_SUCH"}, "ground"),
        ({"ground": "SOL_19_1"}, "ground"),
        ({"purpose": " "}, "purpose"),
        ({"harm": ""}, "harm"),
        ({"assessment": ""}, "assessment"),
        ({"until": None}, "until"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=400)}, "until"),
        ({"oral_on": TODAY + timedelta(days=1)}, "oral_on"),
    ],
)
def test_each_fault_is_said_at_its_field(world, changed, field):
    assert field in refused(world, world.case(), **changed)


def test_each_question_of_the_ground_is_answered_in_words(world):
    case = world.case()
    want = wish(world, case)
    question = next(iter(want.replies))
    with pytest.raises(Refused) as error:
        assessed(world, case, replace(want, replies={**want.replies, question: " "}))
    assert {one.field for one in error.value.refusals} == {question}


def test_a_sealed_answer_is_chosen_only_while_it_is_open_to_who_chooses(world):
    case = world.case()
    entry = world.sign("maja", case, "note", sealed=True)
    assert f"{entry}:text" not in keys(world, case)
    assert "items" in refused(world, case, items=(f"{entry}:text",))


# Consent --------------------------------------------------------------------------------------


def test_what_rests_on_consent_needs_it_and_ends_with_it(world):
    case = world.case()
    with pytest.raises(Refused) as error:
        assessed(world, case, on_consent(world, case, until=TODAY + timedelta(days=30)))
    assert "ground" in {one.field for one in error.value.refusals}
    consent = consented(world, case)
    other = assessed(world, case)
    made = assessed(world, case, on_consent(world, case, until=TODAY + timedelta(days=30)))
    assert read(world, made) is not None
    with world.session() as session:
        assert [one.kind for one in session.scalars(select(ConsentUse))] == [consent_uses.DISCLOSURE]
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    assert read(world, made) is None and read(world, other) is not None
    stored = kept(world, case, made)
    assert (stored.state, stored.made.because) == ("closed", "consent") and stored.content is not None


def test_it_does_not_outlive_the_consent_nor_reach_beyond_it(world):
    case = world.case()
    consented(world, case, agencies=["police"], kinds=["status"], valid_until=TODAY + timedelta(days=20))
    with pytest.raises(Refused) as error:
        assessed(world, case, on_consent(world, case, until=TODAY + timedelta(days=30)))
    assert {one.field for one in error.value.refusals} == {"until"}
    for changed in ({"kinds": ("health",)}, {"recipient": f"school:{world.ids['pia']}"}, {"recipient": "court"}):
        with pytest.raises(Refused) as error:
            assessed(world, case, on_consent(world, case, until=TODAY, outside="Rätten", **changed))
        assert "ground" in {one.field for one in error.value.refusals}, changed


@pytest.mark.parametrize("how", LACKING)
def test_a_consent_is_demanded_where_it_is_given_and_not_in_the_browser(world, how):
    """Defect 7 of other systems: a consent that somebody overrides where only the page insisted on it."""
    case = LACKING[how](world)
    with pytest.raises(Refused) as error:
        assessed(world, case, on_consent(world, case))
    assert {one.field for one in error.value.refusals} == {"until" if how == "ends sooner" else "ground"}
    spoken = on_consent(world, case, oral_on=TODAY, until=None)
    if how != "ends sooner":
        with pytest.raises(Refused):
            assessed(world, case, spoken)
    assert inbox(world) == []
    with world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_a_consent_that_went_between_the_decision_and_the_deed_stops_it(world):
    """Defect 7: the decision was made on it, and is no way around it."""
    consent = consented(world, case := world.case())
    made = assessed(world, case, on_consent(world, case, harm="maybe", decider=world.ids["fia"]))
    decided(world, made, "fia")
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    with pytest.raises(Refused) as error:
        performed(world, case, made)
    assert {one.field for one in error.value.refusals} == {"ground"}
    assert read(world, made) is None and state(world, case, made) == "approved"


# Drafts, and what was spoken ------------------------------------------------------------------


def drafted(world, case, once, want, seen=0):
    with world.acting("maja") as (session, maja):
        return disclosures.draft(session, maja, case, once, want, seen)


def test_a_draft_is_kept_and_written_over_only_by_who_has_seen_the_last_one(world):
    case, once = world.case(), "a" * 22
    one, two = wish(world, case, purpose="Ett"), wish(world, case, purpose="Två")
    first = drafted(world, case, once, one)
    assert first.version == 1
    with pytest.raises(Conflict):
        drafted(world, case, once, two)
    drafted(world, case, once, two, first.version)
    assert kept(world, case, first).wish.purpose == "Två"
    with world.acting("maja") as (session, maja):
        disclosures.discard(session, maja, case, once)
    with world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_a_page_that_is_sent_twice_discloses_once(world):
    case, once = world.case(), "b" * 22
    want = wish(world, case)
    assessed(world, case, want, once=once)
    with pytest.raises(Conflict):
        assessed(world, case, want, once=once)
    assert len(inbox(world)) == 1


def test_what_changed_since_it_was_shown_is_not_given(world):
    case = world.case()
    want = wish(world, case)
    with world.acting("maja") as (session, maja), pytest.raises(Conflict):
        disclosures.assess(session, REGISTRY, maja, case, "c" * 22, want, seen_content="0" * 64)


def test_what_was_spoken_at_a_meeting_is_kept_and_read_by_nobody_here(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, oral_on=TODAY, until=None))
    assert made.state == "performed" and made.received is None
    assert read(world, made) is None and inbox(world) == []
    stored = kept(world, case, made)
    assert stored.content is not None and stored.made.oral_on == TODAY


def test_an_officer_of_another_case_does_not_touch_it(world):
    made = assessed(world, world.case())
    other = world.case("sven")
    with world.acting("sven") as (session, sven), pytest.raises(NotFound):
        disclosures.draft(session, sven, other, made.id, Wish())
    for gone in (made.id, "f" * 22):  # gone on with after somebody threw it away
        with world.acting("sven") as (session, sven), pytest.raises(Conflict):
            disclosures.draft(session, sven, other, gone, Wish(), 1)
    for deed in (disclosures.end, disclosures.withdraw, disclosures.discard):
        with world.acting("sven") as (session, sven), pytest.raises(NotFound):
            deed(session, sven, other, made.id)
