"""The seven kinds of deviation: each found in behaviour that has it, and not in the behaviour that resembles it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, true

from casework.core import audit, cases, clock, emergencies, log_acts, log_deviations, tasks, teams
from casework.core.actions import Action
from casework.core.models import AuditCase, AuditEvent, Case, CaseMember
from tests.worlds import MORNING, World


def look(world: World, who: str, case: str, page: str = "overview") -> None:
    with world.acting(who) as (session, actor):
        cases.open_case(session, actor, case, page)


def work(world: World, who: str, case: str) -> None:
    with world.acting(who) as (session, actor):
        tasks.add(session, actor, case, "Ring tillbaka", None, actor.id)


def found(world: World, rule: str, since: timedelta = timedelta(days=60)) -> list[tuple[str, int, int]]:
    """Who differs by a rule, with what the rule counted, the earliest first."""
    names = {id_: who for who, id_ in world.ids.items()}
    with world.acting("greta") as (session, greta):
        end = session.now + timedelta(seconds=1)
        every = log_deviations.find(session, greta, true(), session.now - since, end)
        return [(names[one.act.actor_id], one.count, one.usual) for one in reversed(every) if one.rule == rule]


def test_who_only_reads_a_case_has_no_tie_to_it_and_its_officer_has(world: World) -> None:
    case = world.case("maja")
    world.name(case, "sven")
    look(world, "maja", case)
    look(world, "sven", case)
    assert found(world, "no_tie") == [("sven", 0, 0)]


def test_what_only_opens_or_lists_or_prints_is_no_work() -> None:
    looks = ("read", "opened", "listed", "printed", "searched", "compared", "matched")
    found = {one for one in Action if one.value.split(":")[1].split("_")[-1] in looks}
    assert len(found) > 20 and found <= log_acts.NO_WORK


@pytest.mark.parametrize(("days", "tied"), [(13, True), (-13, True), (15, False), (-15, False)])
def test_work_within_fourteen_days_before_or_after_is_a_tie(world: World, days: int, tied: bool) -> None:
    case = world.case("maja")
    world.name(case, "sven", "co_officer")
    with world.session() as session:  # a second officer then, and no longer when the case is opened
        for member in session.scalars(select(CaseMember).where(CaseMember.account_id == world.ids["sven"])):
            member.role = "reader"
    steps = [lambda: work_past_the_team(world, case), lambda: look(world, "sven", case)]
    for step in steps if days > 0 else reversed(steps):
        step()
        world.clock.move(days=abs(days))
    assert (found(world, "no_tie") == []) is tied


def work_past_the_team(world: World, case: str) -> None:
    """An act of work by Sven, whoever may do it: what counts is that the record says so."""
    with world.acting("sven") as (session, sven):
        audit.record(session, sven, Action.TASK_DONE, "task", "", case_id=case)


def test_what_was_opened_in_an_emergency_is_reviewed_elsewhere(world: World) -> None:
    case = world.case("maja")
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm")
    look(world, "jon", case)
    assert found(world, "no_tie") == []


def test_a_look_at_who_is_in_the_team_opens_nothing(world: World) -> None:
    case = world.case("maja")
    with world.acting("vilma") as (session, vilma):
        teams.team(session, vilma, case)
    assert found(world, "no_tie") == []


def test_ten_cases_in_a_day_are_many_for_who_opens_two_and_not_for_who_opens_four(world: World) -> None:
    held = {who: [world.case(who) for _ in range(10)] for who in ("maja", "sven")}
    for _day in range(3):
        for who, usual in (("maja", 2), ("sven", 4)):
            for case in held[who][:usual]:
                look(world, who, case)
        world.clock.move(days=1)
    for who in ("maja", "sven"):
        for case in held[who]:
            look(world, who, case)
    assert found(world, "many") == [("maja", 10, 2)]


def test_nine_cases_in_a_day_are_not_many_even_for_who_is_new(world: World) -> None:
    held = [world.case("maja") for _ in range(10)]
    for case in held[:9]:
        look(world, "maja", case)
    assert found(world, "many") == []
    look(world, "maja", held[9])
    assert found(world, "many") == [("maja", 10, 0)]


def test_five_visits_in_a_day_without_work_are_repeated_and_five_pages_in_one_visit_are_not(world: World) -> None:
    case, other = world.case("maja"), world.case("maja")
    world.clock.move(days=1)
    for page in ("overview", "journal", "forms", "people", "sharing", "tasks"):
        look(world, "maja", other, page)
    for _visit in range(5):
        look(world, "maja", case)
        world.clock.move(minutes=20)
    assert found(world, "again") == [("maja", 5, 0)]
    work(world, "maja", case)
    assert found(world, "again") == []


@pytest.mark.parametrize(
    ("at", "odd"),
    [
        (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), False),  # six in the morning in Sweden
        (datetime(2026, 11, 25, 4, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 18, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), True),  # a Saturday
        (datetime(2026, 12, 1, 11, 0, tzinfo=UTC), False),
    ],
)
def test_outside_working_hours_is_odd_but_not_for_who_is_on_duty(world: World, at: datetime, odd: bool) -> None:
    case = world.case("maja")
    world.clock.now = at
    look(world, "maja", case)
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm")
    look(world, "jon", case)
    assert found(world, "odd_hours") == ([("maja", 0, 0)] if odd else [])


def test_the_employees_surname_and_the_employees_own_name_are_told_apart(world: World) -> None:
    alike, own, joined, other = (
        world.case("maja", name=name)
        for name in ("Gösta TESTLIND", "maja  testlind", "Ida Provsson-Testlind", "Testlind Exempelsson")
    )
    for case in (alike, own, joined, other):
        look(world, "maja", case)
        world.clock.move(minutes=1)
    assert found(world, "same_name") == [("maja", 0, 0), ("maja", 0, 0)]
    assert found(world, "own_case") == [("maja", 0, 0)]


def test_the_name_of_a_person_with_another_identity_is_never_compared(world: World) -> None:
    case = world.case("maja", name="Gösta Testlind", protection=3)
    look(world, "maja", case)
    assert found(world, "same_name") == []


def test_comparing_names_is_a_look_of_its_own_in_the_record(world: World) -> None:
    case = world.case("maja", name="Gösta Testlind")
    look(world, "maja", case)
    found(world, "same_name")
    with world.session() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "names:compared")).one()
        listed = session.scalars(select(AuditCase.case_id).where(AuditCase.seq == row.seq)).all()
    assert (row.actor_id, listed, row.detail) == (world.ids["greta"], [case], "{}")


def test_quiet_work_in_ones_own_case_in_the_daytime_differs_in_nothing(world: World) -> None:
    case = world.case("maja")
    for _day in range(3):
        look(world, "maja", case)
        work(world, "maja", case)
        world.clock.move(days=1)
    assert clock.local(MORNING).weekday() < 5
    assert {rule: found(world, rule) for rule, _label in log_deviations.RULES} == {
        rule: [] for rule, _label in log_deviations.RULES
    }
    with world.session() as session:
        assert session.scalars(select(Case.id)).all() == [case]
