"""Status permissions: the police see what was permitted, live, until it ends, and nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from casework.core import access, access_rows, case_people, cases, persons, shared_status, sharing
from casework.core.errors import NotFound, Refused
from casework.core.models import ConflictBlock, Person
from casework.core.registration import Identified
from casework.core.registry import Registry
from casework.core.shared_status import SharedPage
from tests.worlds import KUMLA, LAXA, REGISTRY, World, personal_number


def page(world: World, code: str = KUMLA, registry: Registry = REGISTRY) -> SharedPage:
    with world.acting("erik", code) as (session, erik):
        return shared_status.page(session, registry, erik)


def state(world: World) -> tuple[str, date | None]:
    (row,) = page(world).shown
    return row.state, row.since


def refused(world: World, case: str, **changed: object) -> set[str | None]:
    with pytest.raises(Refused) as found:
        world.permit(case, **changed)
    return {refusal.field for refusal in found.value.refusals}


def test_the_liaison_sees_what_was_permitted_and_nothing_else(world):
    case = world.case(name="Gösta Exempelsson")
    world.sign("maja", case, "note")
    world.sign("maja", case, "police_status")
    shared = world.permit(case, fields=["police_status"])
    (row,) = page(world).shown
    told = {name: getattr(row, name) for name in row.__slots__ if name not in {"facts", "withheld"}}
    assert told == {
        "reference": shared.reference,
        "person": "",
        "number": "",
        "area": "",
        "state": "Aktualiserad",
        "since": date(2026, 11, 24),
        "purpose": "Planera samverkan",
        "ground": "Avidentifierade uppgifter",
        "statute": "OSL 26 kap. 1 §",
        "contact": "Mottagningen 019-00 00 00",
        "next_followup": None,
        "until": date(2027, 2, 1),
    }
    assert len(row.facts) == 1
    assert case not in repr(row) and "2026-0001" not in repr(row) and "Gösta" not in repr(row)


def test_the_status_is_live_and_the_last_permitted_one_stays(world):
    case = world.case()
    world.permit(case, states=["received", "investigation"])
    assert state(world) == ("Aktualiserad", date(2026, 11, 24))
    world.clock.move(days=1)
    world.take("maja", case, "begin_assessment")
    assert state(world) == ("Aktualiserad", date(2026, 11, 24))
    world.sign("maja", case, "initial_assessment")
    world.name(case, "fia", "co_officer")
    world.take("fia", case, "open_investigation")
    assert state(world) == ("Utredning", date(2026, 11, 25))


def test_a_permitted_answer_follows_its_correction(world):
    case = world.case()
    first = world.sign("maja", case, "police_status")
    world.permit(case, fields=["police_status"])
    before = page(world).shown[0].facts
    world.sign("maja", case, "police_status", first, police_status="ended")
    after = page(world).shown[0].facts
    assert len(before) == len(after) == 1 and before != after


def test_closing_shows_only_if_that_was_permitted_and_ends_the_permission_thirty_days_later(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.permit(case, states=["received", "closed"])
    world.permit(case, states=["received"])
    world.take("fia", case, "close")
    assert sorted(row.state for row in page(world).shown) == ["Aktualiserad", "Avslutad"]
    world.clock.move(days=29)
    assert len(page(world).shown) == 2
    world.clock.now = access_end(world, case) - timedelta(microseconds=1)
    assert len(page(world).shown) == 2
    world.clock.move(microseconds=1)
    assert page(world).shown == [] and [row.on for row in page(world).ended] == [date(2026, 12, 24)] * 2


def access_end(world: World, case: str) -> datetime:
    with world.session() as session:
        return min(end for _shared, end in sharing.of_case(session, world.get(session, case)))


def test_what_ended_with_the_case_does_not_come_back_when_the_case_does(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.permit(case)
    world.take("fia", case, "close")
    world.clock.move(days=40)
    world.take("fia", case, "reopen", reason="Hör av sig igen")
    assert page(world).shown == []
    with world.session() as session:
        assert access_rows.differences(session) == []


def test_a_case_reopened_before_its_permission_ended_is_shown_on(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.permit(case)
    world.take("fia", case, "close")
    world.clock.move(days=10)
    world.take("fia", case, "reopen", reason="Hör av sig igen")
    world.clock.move(days=30)
    assert state(world)[0] == "Aktualiserad"


def test_what_has_ended_leaves_a_line_with_the_day_for_thirty_days(world):
    case = world.case()
    shared = world.permit(case)
    with world.acting("maja") as (session, maja):
        sharing.revoke(session, maja, case, shared.id)
    assert page(world) == SharedPage([], [shared_status.Ended(shared.reference, date(2026, 11, 24))])
    world.clock.move(days=30, microseconds=-1)
    assert len(page(world).ended) == 1
    world.clock.move(microseconds=1)
    assert page(world) == SharedPage([], [])


def test_a_permission_ends_with_its_last_day_in_sweden(world):
    case = world.case()
    world.permit(case, until=date(2026, 11, 30))
    world.clock.now = world.clock.now.replace(month=11, day=30, hour=22, minute=59)  # a minute to midnight
    assert page(world).shown[0].until == date(2026, 11, 30)
    world.clock.move(minutes=1)
    assert page(world).shown == []


def test_a_liaison_with_a_conflict_sees_it_end(world):
    case = world.case()
    shared = world.permit(case)
    with world.session() as session:
        block = {"case_id": case, "account_id": world.ids["erik"], "made_at": session.now, "made_by": "x"}
        session.add(ConflictBlock(**block))
        session.flush()
        access.refresh(session, case)
    assert page(world) == SharedPage([], [shared_status.Ended(shared.reference, date(2026, 11, 24))])


@pytest.mark.parametrize(
    ("chosen", "person"), [("name", "Gösta Exempelsson"), ("reference", "Blå mappen"), ("nothing", "")]
)
def test_the_officer_chooses_how_the_police_know_whom_it_is_about(world, chosen, person):
    case = world.case()
    world.permit(case, recognise=chosen, agreed_reference="Blå mappen")
    (row,) = page(world).shown
    assert row.person == person and bool(row.number) is (chosen == "name")


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_nobody_under_population_protection_is_named(world, level):
    case = world.case(protection=level)
    if level >= 2:
        assert refused(world, case, recognise="name") == {"recognise", None}
    else:
        world.permit(case, recognise="name")


@pytest.mark.parametrize("level", [2, 3])
def test_where_it_takes_two_people_no_status_is_permitted_by_one(world, level):
    case, beside, plain = world.case(protection=level), world.case(), world.case(protection=1)
    with world.acting("maja") as (session, maja):
        child = Identified(personal_number(77).digits, "Lo Barnsson", level)
        case_people.add(session, maja, beside, child, "child", may_not_know=False)
    for guarded in (case, beside):
        assert refused(world, guarded) == {None}
        with pytest.raises(Refused, match="Gör ett utlämnande i stället"):
            world.permit(guarded)
    assert page(world).shown == []
    permitted = world.permit(plain)
    assert [one.reference for one in page(world).shown] == [permitted.reference]


def test_of_who_is_protected_later_nothing_is_shown(world):
    case = world.case()
    shared = world.permit(case, recognise="name")
    with world.acting("maja") as (session, maja):
        person = session.get(Person, (KUMLA, world.get(session, case).subject_id))
        persons.raise_protection(session, maja, person, 2)
    assert page(world) == SharedPage([], [shared_status.Ended(shared.reference, date(2026, 11, 24))])


def test_the_area_is_shown_only_if_that_was_chosen(world):
    world.permit(world.case(), show_area=True)
    assert [row.area for row in page(world).shown] == ["Avhoppare"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"states": []}, "states"),
        ({"states": ["breach"]}, "states"),
        ({"states": ["received", "nothing"]}, "states"),
        ({"fields": ["threat_summary"]}, "fields"),
        ({"fields": ["matter"]}, "fields"),
        ({"fields": ["concerns_committed_crime"]}, "fields"),
        ({"recognise": "photo"}, "recognise"),
        ({"recognise": "reference", "agreed_reference": " "}, "agreed_reference"),
        ({"ground": "because"}, "ground"),
        ({"ground_code": ""}, "ground"),
        ({"ground_code": "OSL_10_99"}, "ground"),
        ({"ground_code": "OSL_10_2"}, "ground"),  # decided by a colleague of a higher level
        ({"ground_code": "BRB_24_4"}, "ground"),  # over in a moment
        ({"ground_code": "OSL_12_2"}, "ground"),  # consent is the register's
        ({"ground_note": " "}, "ground_note"),
        ({"ground": "consent", "consent_id": "A" * 22}, "consent"),
        ({"purpose": " "}, "purpose"),
        ({"contact": ""}, "contact"),
        ({"until": None}, "until"),
        ({"until": date(2026, 11, 23)}, "until"),
        ({"until": date(2027, 11, 23)}, "until"),
    ],
)
def test_what_may_not_be_permitted_is_refused_at_its_field(world, changed, field):
    assert refused(world, world.case(), **changed) == {field}
    assert page(world) == SharedPage([], [])


def test_every_fault_is_told_at_once(world):
    assert refused(world, world.case(), states=[], purpose="", contact="", until=None) == {
        "states",
        "purpose",
        "contact",
        "until",
    }


def test_one_municipalitys_permissions_are_not_on_the_page_of_another(world):
    world.permit(world.case())
    assert page(world, LAXA) == SharedPage([], [])


def test_a_partner_of_another_agency_sees_nothing_of_the_police(world):
    world.permit(world.case())
    with world.acting("pia") as (session, pia):
        assert shared_status.page(session, REGISTRY, pia) == SharedPage([], [])


def test_a_permission_of_another_case_is_not_revoked_from_here(world):
    case, other = world.case(), world.case()
    shared = world.permit(case)
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        sharing.revoke(session, maja, other, shared.id)
    assert len(page(world).shown) == 1


def test_without_the_plugin_nothing_more_is_shown_or_permitted(world):
    case = world.case()
    world.permit(case)
    (row,) = page(world, registry=Registry({})).shown
    assert (row.state, row.since, row.facts) == ("", None, ())
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "sharing")
        assert sharing.offer(decision, Registry({}), opened).states == ()
