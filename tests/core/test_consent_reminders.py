"""Consents about to end are told by their days, and birthdays that change who decides bring a task."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.core import (
    access,
    consent_endings,
    consent_reminders,
    consent_rules,
    day,
    municipality_settings,
    tasks,
    vault,
)
from casework.core.actions import Action
from casework.core.consent_register import Answer
from casework.core.consent_reminders import Ending
from casework.core.models import Task
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, ask, child, consented, parts, wanted, withdraw
from tests.worlds import World


def ending(world: World, who: str = "maja") -> list[Ending]:
    with world.acting(who) as (session, actor):
        found = list(consent_reminders.ending(session, actor))
        assert list(day.of(session, actor).endings) == found
        return found


def to_do(world: World, case: str) -> dict[str, date | None]:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        return {one.what: one.task.due_on for one in tasks.of_case(decision, row)}


def test_a_consent_is_told_of_from_thirty_days_before_its_last_day_until_thirty_after_it(world):
    case = world.case()
    last = TODAY + timedelta(days=60)
    consented(world, case, valid_until=last)
    told = {}
    for days in (0, 29, 1, 16, 11, 3, 1, 29, 1):
        world.clock.move(days=days)
        left = (last - world.clock.now.date()).days
        told[left] = ending(world)
    once = [Ending(case, last, 1, False)]
    assert told == {60: [], 31: [], 30: once, 14: once, 3: once, 0: once, -1: once, -30: once, -31: []}


def test_nothing_is_told_of_what_was_refused_withdrawn_or_only_asked_for(world):
    case = world.case()
    giver, last = parts(world, case, "subject")[0], TODAY + timedelta(days=10)
    ask(world, case, wanted(giver, valid_until=last), None)
    withdraw(world, case, consented(world, case, valid_until=last))
    assert ending(world) == []


def test_what_is_asked_for_anew_is_told_as_such_and_no_more_once_it_is_given(world):
    case = child(world, 10)
    last = TODAY + timedelta(days=10)
    first = [consented(world, case, "guardian", nth, valid_until=last) for nth in range(2)]
    assert ending(world) == [Ending(case, last, 2, False)]
    guardians = parts(world, case, "guardian")
    ask(world, case, wanted(guardians[0], "guardian"), None, renews=first[0])
    assert ending(world) == [Ending(case, last, 2, False)]
    ask(world, case, wanted(guardians[1], "guardian"), renews=first[1])
    assert ending(world) == [Ending(case, last, 1, True)]


@pytest.mark.parametrize("given", [True, False])
def test_what_has_gone_out_is_told_until_the_same_person_answers_anew(world, given):
    case = child(world, 10)
    last = TODAY + timedelta(days=1)
    for nth in range(2):
        consented(world, case, "guardian", nth, valid_until=last)
    world.clock.move(days=2)
    assert ending(world) == [Ending(case, last, 2, False)]
    mother = wanted(parts(world, case, "guardian")[0], "guardian")
    ask(world, case, mother, None)
    assert ending(world) == [Ending(case, last, 2, False)]
    ask(world, case, mother, Answer(given=given, how="oral", identity="known"))
    assert ending(world) == [Ending(case, last, 1, False)]


def test_only_who_works_in_the_case_is_told(world):
    case = world.case()
    consented(world, case, valid_until=TODAY + timedelta(days=3))
    world.name(case, "sven", role="reader")
    world.name(case, "fia", role="co_officer")
    assert [len(ending(world, who)) for who in ("maja", "fia", "sven", "vilma")] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("age", "days", "what"),
    [
        (15, 20, consent_reminders.OWN_SAY.format(age=15)),
        (18, 20, consent_reminders.OF_AGE),
        (15, 0, None),  # today
        (15, 92, None),  # after the consent and the day that follows it
    ],
)
def test_a_birthday_within_a_given_consent_brings_one_task_on_its_day(world, age, days, what):
    case = child(world, age, days=days)
    last = TODAY + timedelta(days=19 if age == 18 else 90)
    for nth in range(2):
        consented(world, case, "guardian", nth, valid_until=last)
    assert to_do(world, case) == ({} if what is None else {what: TODAY + timedelta(days=days)})


def test_a_refused_consent_brings_no_task_of_a_birthday_and_one_to_decide_what_it_means(world):
    case = child(world, 15, days=20)
    giver = parts(world, case, "guardian")[0]
    ask(world, case, wanted(giver, "guardian"), Answer(given=False, how="oral", identity="known"))
    assert to_do(world, case) == {consent_endings.LACKS: TODAY}


def test_where_a_municipality_asks_the_young_from_another_age_that_birthday_counts(world):
    with world.session() as session:
        municipality_settings.choose(session, "consent_own_age", 18)
    case = child(world, 15, days=20)
    consented(world, case, "guardian")
    assert to_do(world, case) == {}
    grown = child(world, 18, days=20)
    consented(world, grown)
    assert list(to_do(world, grown)) == [consent_reminders.OF_AGE]


def test_a_task_of_a_birthday_lies_sealed(world):
    case = child(world, 15, days=20)
    consented(world, case, "guardian")
    with world.session() as session:
        (task,) = session.query(Task).all()
        assert b"fyller" not in task.what.blob and task.case_id == case
    assert vault.GONE not in to_do(world, case)


@pytest.mark.parametrize(
    ("born", "age", "on"),
    [
        (date(2008, 2, 29), 15, date(2023, 3, 1)),
        (date(2008, 2, 29), 16, date(2024, 2, 29)),
        (date(2008, 12, 31), 18, date(2026, 12, 31)),
    ],
)
def test_a_birthday_is_the_first_day_of_the_age(born, age, on):
    assert consent_rules.birthday(born, age) == on
    assert consent_rules.age_on(born, on) == age and consent_rules.age_on(born, on - timedelta(days=1)) == age - 1
