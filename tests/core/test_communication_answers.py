"""What a party answered, that nothing came or that nothing was sent: written down once, and the officer is reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import communications, tasks
from casework.core.communications import Answer
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.models import Communication, Task
from tests.core.communicating import answer, leave_out, sent, shown

TOLD = "Han bor hos sin syster. Modern hjälper till."


@pytest.fixture
def case(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", heading="Samtal", text=TOLD)
    return case


def due(session: TenantSession, id_: str) -> Task:
    return session.scalars(select(Task).where(Task.id == id_)).one()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"person_id": "x" * 22}, "Välj vem"),
        ({"because": "why"}, "Välj varför"),
        ({"because": ""}, "Välj varför"),
        ({"reason": " "}, "Skriv varför"),
        ({"reason": "x" * 5001}, "5 000"),
    ],
)
def test_leaving_it_out_needs_the_person_an_exception_and_a_reason(world, case, changed, said):
    with pytest.raises(Refused, match=said):
        leave_out(world, case, **changed)


def test_a_task_reminds_the_officer_the_day_after_and_an_answer_finishes_it(world, case):
    id_ = sent(world, case)
    with world.session() as session:
        task = due(session, id_)
        assert task.account_id == world.ids["maja"] and task.due_on == session.now.date() + timedelta(days=15)
        assert task.done_at is None
    answer(world, case, id_)
    with world.session() as session:
        assert due(session, id_).done_at is not None
    one = shown(world, case, id_)
    assert (one.standing, one.words, one.made.how) == ("answered", "Det stämmer inte", "letter")
    with world.session() as session:
        row = session.scalars(select(Communication).where(Communication.id == id_)).one()
        assert row.answer is not None and "stämmer".encode() not in row.answer.blob


def test_that_none_came_is_written_once_the_last_day_is_over_and_a_late_answer_takes_its_place(world, case):
    id_ = sent(world, case)
    world.clock.move(days=14)
    assert shown(world, case, id_).standing == "waits"
    with pytest.raises(Refused, match="fortfarande svara"):
        answer(world, case, id_, "none")
    world.clock.move(days=1)
    assert shown(world, case, id_).standing == "late"
    answer(world, case, id_, "none")
    assert shown(world, case, id_).standing == "none"
    with pytest.raises(Refused, match="redan antecknat"):
        answer(world, case, id_, "none")
    answer(world, case, id_, "phone")
    assert shown(world, case, id_).standing == "answered"
    for how in ("mail", "none"):
        with pytest.raises(Refused, match="redan antecknat"):
            answer(world, case, id_, how)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Answer("pigeon"), "Välj hur"),
        (Answer("letter", None, "Nej"), "vilken dag"),
        (Answer("letter", None, " "), "Skriv vad"),
        (Answer("letter", None, "x" * 5001), "5 000"),
    ],
)
def test_an_answer_needs_how_when_and_words(world, case, said, why):
    id_ = sent(world, case)
    with pytest.raises(Refused, match=why), world.acting("maja") as (session, maja):
        communications.answer(session, maja, case, id_, said)


def test_an_answer_came_neither_before_it_was_sent_nor_after_today(world, case):
    id_ = sent(world, case)
    with world.session() as session:
        today = session.now.date()
    for days in (-1, 1):
        with pytest.raises(Refused):
            answer(world, case, id_, on=today + timedelta(days=days))
    answer(world, case, id_, on=today)


def test_a_task_somebody_has_ticked_off_stays_so(world, case):
    id_ = sent(world, case)
    with world.acting("maja") as (session, maja):
        done = tasks.finish(session, maja, id_).done_at
    world.clock.move(hours=1)
    answer(world, case, id_)
    with world.session() as session:
        assert due(session, id_).done_at == done
