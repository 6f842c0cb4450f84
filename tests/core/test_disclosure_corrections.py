"""What was given wrongly is corrected by giving something else in its place: nothing that was given changes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import access_rows, audit_verification, disclosures, organisations
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import AgencyUnit, AuditEvent, Disclosure
from casework.core.permissions import OPERATOR, Role
from tests.core.consenting import TODAY
from tests.core.disclosing import assessed, decided, inbox, kept, performed, read, refused, state, wish
from tests.core.handing import second_at_the_police
from tests.worlds import KUMLA, POLIS

FIXED = [
    one.name for one in Disclosure.__table__.columns if one.name not in {"state", "ended_at", "ended_by", "because"}
]


def row(world, made):
    with world.session() as session:
        found = session.get(Disclosure, (made.municipality, made.id))
        return {name: getattr(found, name) for name in FIXED}


def content(world, case, made):
    found = kept(world, case, made).content
    assert found is not None
    return found.as_bytes()


def test_the_recipient_reads_the_one_in_the_place_of_the_other_and_is_told_which(world):
    case = world.case(name="Gösta Exempelsson")
    old = assessed(world, case)
    assert read(world, old) is not None
    before, bytes_before = row(world, old), content(world, case, old)
    world.clock.move(days=1)
    new = assessed(world, case, wish(world, case, items=("case:state",), corrects=old.id))
    assert inbox(world) == [new.id] and read(world, old) is None
    opened = read(world, new)
    assert opened is not None and opened.line.replaces
    said = {part.label: part.text for part in opened.content.parts}
    assert said["Ersätter"] == f"Det som lämnades 24 november 2026, med referensen {old.id}"
    assert "Namn" not in said
    assert row(world, old) == before and content(world, case, old) == bytes_before
    shown = kept(world, case, old)
    assert (shown.state, shown.made.because, shown.corrected_by) == ("corrected", "corrected", new.id)
    with world.session() as session:
        acts = session.scalars(select(AuditEvent).where(AuditEvent.object_id == old.id).order_by(AuditEvent.seq)).all()
        corrected = [one for one in acts if one.action == "disclosure:corrected"]
        assert [json.loads(one.detail or "{}")["content"] for one in corrected] == [old.content_hash]
        assert access_rows.differences(session) == [] and audit_verification.faults(session) == []


def test_what_has_ended_keeps_the_day_and_the_reason_of_its_end(world):
    case = world.case()
    old = assessed(world, case)
    with world.acting("maja") as (session, maja):
        disclosures.end(session, maja, case, old.id)
    ended = kept(world, case, old).made
    world.clock.move(hours=1)
    assessed(world, case, wish(world, case, corrects=old.id))
    now = kept(world, case, old).made
    assert (now.state, now.ended_at, now.because) == ("corrected", ended.ended_at, "revoked")


def test_what_was_only_spoken_and_what_is_over_can_be_corrected(world):
    case = world.case()
    spoken = assessed(world, case, wish(world, case, oral_on=TODAY, until=None))
    over = assessed(world, case, wish(world, case, until=TODAY))
    world.clock.move(days=2)
    for old in (spoken, over):
        until = TODAY + timedelta(days=9)
        assert assessed(world, case, wish(world, case, until=until, corrects=old.id)).state == "performed"
        assert state(world, case, old) == "corrected"


def test_it_goes_to_whoever_has_what_is_wrong(world):
    case = world.case()
    old = assessed(world, case)
    assert refused(world, case, recipient=f"school:{world.ids['pia']}", items=("person:name",), corrects=old.id) == {
        "recipient"
    }
    assert refused(world, case, recipient="police", outside="Någon", corrects=old.id) == {"recipient"}
    assert read(world, old) is not None


def leaves(world, who):
    with world.session() as session:
        for post in organisations.memberships_of(session, world.account(session, who)):
            organisations.end_membership(session, OPERATOR, post)


def said_of(world, made):
    with world.session() as session:
        query = select(AuditEvent).where(AuditEvent.object_id == made.id, AuditEvent.action == "disclosure:corrected")
        return json.loads(session.scalars(query).one().detail)


def test_where_the_recipient_has_left_it_goes_to_another_there_and_the_record_says_so(world):
    case, petra = world.case(), second_at_the_police(world)
    old = assessed(world, case)
    assert refused(world, case, recipient=f"police:{petra}", corrects=old.id) == {"recipient"}
    before = row(world, old)
    leaves(world, "erik")
    school = {"recipient": f"school:{world.ids['pia']}", "items": ("person:name",)}
    assert "recipient" in refused(world, case, **school, corrects=old.id)
    assert "recipient" in refused(world, case, recipient="court", outside="Rätten", until=None, corrects=old.id)
    assert refused(world, case, corrects=old.id) == {"recipient"}, "whoever has left is nobody to choose"
    new = assessed(world, case, wish(world, case, recipient=f"police:{petra}", corrects=old.id))
    opened = read(world, new, "petra")
    assert opened is not None and opened.line.replaces and read(world, old) is None
    assert (kept(world, case, old).state, kept(world, case, old).corrected_by) == ("corrected", new.id)
    assert kept(world, case, new).instead and not kept(world, case, old).instead
    assert said_of(world, old)["instead"] == petra and said_of(world, old)["account"] == world.ids["erik"]
    assert row(world, old) == before


def test_where_the_recipient_has_left_it_may_go_by_letter(world):
    case = world.case()
    old = assessed(world, case)
    leaves(world, "erik")
    letter = {"recipient": "police", "until": None, "corrects": old.id}
    assert refused(world, case, **letter) == {"outside"}
    new = assessed(world, case, wish(world, case, **letter, outside="Vakthavande befäl"))
    assert new.state == "performed" and new.account_id is None and state(world, case, old) == "corrected"
    assert said_of(world, old)["instead"] == "letter"


def test_whoever_still_has_it_is_corrected_to_and_that_is_no_other(world):
    case = world.case()
    old = assessed(world, case)
    new = assessed(world, case, wish(world, case, corrects=old.id))
    assert "instead" not in said_of(world, old) and not kept(world, case, new).instead


def test_a_correction_to_another_is_not_given_once_the_recipient_is_back(world):
    case, petra = world.case(), second_at_the_police(world)
    old = assessed(world, case)
    leaves(world, "erik")
    to = {"recipient": f"police:{petra}", "corrects": old.id, "harm": "maybe", "decider": world.ids["fia"]}
    new = assessed(world, case, wish(world, case, **to))
    decided(world, new, "fia")
    with world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, POLIS]))
        organisations.grant(session, OPERATOR, world.account(session, "erik"), Role.POLICE_LIAISON, unit)
    with pytest.raises(Refused, match="samma mottagare"):
        performed(world, case, new)


def test_nothing_is_corrected_twice_or_before_it_was_given_or_from_another_case(world):
    case, other = world.case(), world.case()
    old, elsewhere = assessed(world, case), assessed(world, other)
    waits = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    for wrong in (waits.id, elsewhere.id, "e" * 22):
        with pytest.raises(NotFound):
            refused(world, case, corrects=wrong)
        want = wish(world, case, corrects=wrong)
        with pytest.raises(NotFound), world.acting("maja") as (session, maja):
            disclosures.draft(session, maja, case, "d" * 22, want)
    assessed(world, case, wish(world, case, corrects=old.id))
    assert refused(world, case, corrects=old.id) == {None}
    assert read(world, elsewhere) is not None


def test_until_the_correction_is_decided_and_given_the_recipient_has_the_other(world):
    case = world.case()
    old = assessed(world, case)
    two = [
        assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"], corrects=old.id))
        for _turn in range(2)
    ]
    for new in two:
        decided(world, new, "fia")
        assert read(world, old) is not None and read(world, new) is None
    performed(world, case, two[0])
    assert read(world, old) is None and read(world, two[0]) is not None
    with pytest.raises(Refused):
        performed(world, case, two[1])


def test_a_draft_that_corrects_something_corrects_nothing_else(world):
    case, once = world.case(), "d" * 22
    old, other = assessed(world, case), assessed(world, case)
    first, *wrong = (wish(world, case, corrects=one) for one in (old.id, "", other.id))
    with world.acting("maja") as (session, maja):
        disclosures.draft(session, maja, case, once, first)
    for want in wrong:
        with pytest.raises(Conflict), world.acting("maja") as (session, maja):
            disclosures.draft(session, maja, case, once, want, 1)
