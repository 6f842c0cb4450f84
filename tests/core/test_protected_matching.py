"""A number of a protected person: matched one by one, and to who may not know of them the lead's matter, no more."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from casework.core import accounts, case_people, cases, notices, registration, search, teams
from casework.core.db import TenantSession, new_id
from casework.core.errors import Refused
from casework.core.installation import attempt
from casework.core.models import AuditEvent, Case, ConflictBlock, Import, Person
from casework.core.registers import running, writing
from casework.core.registers.rows import Doubt, Row
from casework.core.registration import Identified
from tests.answers import ANSWERS
from tests.worlds import BARN, KUMLA, REGISTRY, VUXEN, World, personal_number

LEFT = "Registreringen behöver göras av enhetschefen."
SOMEBODY = Identified(personal_number(1).digits, "Namn", 0)
PROTECTED = 2
"""Level 3 is a stub without a number, so no number finds it."""


def register(world: World, who: str, *, number: int = 1, name: str = "Påhitt Namn", protection: int = 0) -> str:
    with world.acting(who) as (session, actor):
        return registration.register(
            session,
            REGISTRY,
            actor,
            area="avhoppare",
            case_type="avhopp",
            state="received",
            unit_id=world.units[KUMLA, VUXEN],
            who=Identified(personal_number(number).digits, name, protection),
            answers=ANSWERS["registration"],
        ).id


def left(world: World, who: str, **given: object) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        register(world, who, **given)  # type: ignore[arg-type]
    (only,) = refused.value.refusals
    return only.reason, only.field


def counted(world: World) -> tuple[int, int]:
    with world.session() as session:
        found = [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Case, Person)]
    return found[0], found[1]


def kinds(world: World, who: str) -> list[str]:
    with world.session() as session:
        told = [one.kind for one in notices.unread(session, world.ids[who])]
    return [kind for kind in told if not kind.startswith("approval_")]  # the protected are assigned by two


def test_an_officer_who_may_not_know_of_the_person_makes_nothing_and_learns_nothing(world):
    world.case("sven", name="Riktiga Namnet", protection=PROTECTED)
    before = counted(world)
    assert {left(world, who) for who in ("maja", "ida", "fia", "ulf")} == {(LEFT, "number")}
    assert counted(world) == before
    assert kinds(world, "vilma") == ["registration_waits"] and kinds(world, "berta") == []
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.outcome == "denied")).all()
    assert {(row.action, row.object_kind, row.object_id, row.detail) for row in rows} == {
        ("person:matched", "person", "", '{"rule":"needs_lead"}')
    }


def test_the_words_are_the_same_whatever_the_reason(world):
    case = world.case("sven", protection=2)
    with world.session() as session:
        for who in ("fia", "vilma"):
            session.add(ConflictBlock(case_id=case, account_id=world.ids[who], made_at=session.now, made_by="x"))
        session.flush()
        cases.touch(session, world.get(session, case))
    assert {left(world, who) for who in ("maja", "fia", "vilma")} == {(LEFT, "number")}
    assert kinds(world, "vilma") == []  # to her there is nobody; the other lead is told instead
    assert kinds(world, "berta") == ["registration_waits"]


def test_a_lead_who_is_blocked_after_the_notice_gets_no_letter_of_it_and_another_lead_is_told(world):
    case, other = world.case(None, protection=PROTECTED), world.case(None)
    assert left(world, "maja") == (LEFT, "number")
    assert kinds(world, "vilma") == ["registration_waits"] and kinds(world, "berta") == []
    for of, there in ((other, ["registration_waits"]), (case, [])):  # the other case is about nobody protected
        with world.acting("ida") as (session, ida):
            teams.block(session, ida, of, world.ids["vilma"])
        assert kinds(world, "vilma") == there
    assert kinds(world, "berta") == ["registration_waits"]


def test_the_lead_registers_it_and_who_has_the_person_already_does(world):
    world.case("sven", name="Riktiga Namnet", protection=2)
    for who in ("vilma", "sven"):
        case = register(world, who)
        with world.acting(who) as (session, actor):
            opened, decision = cases.open_case(session, actor, case, "overview")
            subject = cases.subject(decision, opened)
        assert subject is not None and (subject.name, subject.protection) == ("Riktiga Namnet", 2)
    assert counted(world) == (3, 1)


def test_who_left_the_persons_cases_does_not_know_them_any_more(world):
    case = world.case("sven", protection=2)
    world.name(case, "fia", "reader")
    register(world, "fia")
    world.clock.move(hours=1)
    with world.acting("vilma") as (session, vilma):
        rows = teams.members(session, world.get(session, case))
        teams.end(session, vilma, case, next(one.id for one, account in rows if account.username == "fia"))
    with world.session() as session:
        mine = session.scalars(select(Case.id).where(Case.officer_id == world.ids["fia"])).one()
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, mine, world.ids["ulf"])
    world.approve(asked)
    assert left(world, "fia") == (LEFT, "number")


@pytest.mark.parametrize("protection", [0, 1])
def test_of_anybody_else_known_and_new_end_alike(world, protection):
    world.case("sven", name="Riktiga Namnet", protection=protection)
    for number in (1, 8):
        register(world, "maja", number=number)
    assert counted(world) == (3, 2)


def test_who_chooses_a_level_for_a_number_that_is_new_is_not_turned_away(world):
    register(world, "maja", protection=2)
    assert counted(world) == (1, 1)


def test_another_person_of_a_case_is_left_to_the_lead_in_the_same_words(world):
    world.case("sven", protection=2)
    own = world.case("maja")
    with pytest.raises(Refused, match=LEFT), world.acting("maja") as (session, maja):
        case_people.add(session, maja, own, SOMEBODY, "partner", may_not_know=False)
    assert kinds(world, "vilma") == ["registration_waits"]


def test_on_a_page_the_comparison_and_the_refusal_are_remembered_and_the_rest_is_undone(world):
    world.case("sven", protection=2)
    session: TenantSession = world.installation.open(KUMLA, world.ids["maja"])
    with session:
        maja = accounts.actor(session, world.account(session, "maja"))
        with pytest.raises(Refused), attempt(session):
            registration.identify(session, maja, SOMEBODY, world.units[KUMLA, BARN], new_id())
        session.commit()
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == world.ids["maja"])).all()
    assert {(row.action, row.outcome) for row in rows} == {("person:matched", "done"), ("person:matched", "denied")}
    assert len(rows) == 2
    assert kinds(world, "berta") == ["registration_waits"]


# Registers ------------------------------------------------------------------------------------


def row(day: int, protection: int = 2, name: str = "Riktiga Namnet") -> Row:
    return Row(personal_number(1), name, date(2025, 1, day), "", "pågår", "", protection, "", (), None, "", "")


def bring_in(world: World, who: str, *rows: Row) -> list[object]:
    with world.session() as session:
        ready = running.desk(session, REGISTRY, "avhoppare", who)
        session.add(Import(id=ready.import_id, area="avhoppare", made_by=ready.actor.id, made_at=session.now))
    with world.session() as session:
        return [writing.bring_in(session, ready, one) for one in rows]


REFUSED = Doubt("number", "needs_lead")


def test_who_brought_a_protected_person_in_adds_further_rows_and_nothing_twice(world):
    assert bring_in(world, "maja", row(6), row(6), row(7)) == [(), None, ()]
    world.clock.move(days=1)
    assert bring_in(world, "maja", row(6), row(7)) == [None, None]
    assert counted(world) == (2, 1)


def test_a_row_about_somebody_elses_protected_person_is_the_leads(world):
    assert bring_in(world, "maja", row(6)) == [()]
    world.clock.move(days=1)
    for who in ("sven", "ulf"):  # the same answer for a row that is in and one that is not
        assert bring_in(world, who, row(6), row(9)) == [REFUSED, REFUSED]
    assert kinds(world, "vilma") == ["registration_waits"]
    assert bring_in(world, "vilma", row(6), row(9)) == [None, ()]
    assert counted(world) == (2, 1)


def test_who_is_blocked_in_what_they_brought_in_is_told_no_more_than_others(world):
    bring_in(world, "maja", row(6))
    with world.session() as session:
        case = session.scalars(select(Case)).one()
        session.add(ConflictBlock(case_id=case.id, account_id=world.ids["maja"], made_at=session.now, made_by="x"))
        session.flush()
        cases.touch(session, case)
    assert bring_in(world, "maja", row(6), row(9)) == [REFUSED, REFUSED]


# Search ---------------------------------------------------------------------------------------


def found(world: World, who: str, term: str) -> list[str]:
    with world.acting(who) as (session, actor):
        return [case.id for case in search.find(session, actor, term).cases]


@pytest.mark.parametrize("protection", [1, 2])
def test_a_protected_name_cannot_be_spelt_out_by_who_sees_only_a_row(world, protection):
    case = world.case("maja", name="Gömd Fallsson", protection=protection)
    for term in ("Gömd", "G", "Fallsson", "Fallsson, Gömd"):
        assert found(world, "vilma", term) == [] and found(world, "maja", term) == [case]
    for term in ("2026-0001", personal_number(1).digits):
        assert found(world, "vilma", term) == [case]
    assert found(world, "vilma", personal_number(1).digits[:8]) == []
    world.name(case, "berta")
    assert found(world, "berta", "Gömd") == [case]


def test_a_name_without_protection_is_found_in_the_units_rows(world):
    case = world.case("maja", name="Synlig Fallsson")
    assert found(world, "vilma", "Synlig") == [case]


def test_intake_finds_by_name_what_it_may_open_and_by_number_what_it_only_lists(world):
    case = world.case(None, name="Gömd Fallsson", protection=2)
    assert found(world, "ida", "Gömd") == [case]
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, case, world.ids["maja"])
    world.approve(asked)
    assert found(world, "ida", "2026-0001") == []
    with world.acting("vilma") as (session, vilma):
        (member, _account), *_rest = teams.members(session, world.get(session, case))
        teams.end(session, vilma, case, member.id)
    assert found(world, "ida", "Gömd") == [] and found(world, "ida", "2026-0001") == [case]
