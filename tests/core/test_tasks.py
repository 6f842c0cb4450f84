"""Tasks: each one's own, undone as easily as done."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.core import cases, tasks
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, Task
from tests.worlds import World


def add(world: World, case: str, what: str = "Ring", due: date | None = None, to: str = "maja") -> str:
    with world.acting("maja") as (session, maja):
        return tasks.add(session, maja, case, what, due, world.ids[to]).id


def listed(world: World, case: str) -> list[str]:
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "tasks")
        return [one.what for one in tasks.of_case(decision, opened)]


def test_tasks_are_shown_by_day_and_the_done_ones_last(world):
    case = world.case()
    add(world, case, "utan dag")
    add(world, case, "sen", date(2026, 12, 24))
    first = add(world, case, "tidig", date(2026, 11, 25))
    assert listed(world, case) == ["tidig", "sen", "utan dag"]
    with world.acting("maja") as (session, maja):
        tasks.finish(session, maja, first)
    assert listed(world, case) == ["sen", "utan dag", "tidig"]
    with world.acting("maja") as (session, maja):
        assert tasks.reopen(session, maja, first).done_at is None
    assert listed(world, case) == ["tidig", "sen", "utan dag"]


def test_what_is_to_be_done_is_sealed(world):
    add(world, world.case(), "Ring mamman")
    with world.session() as session:
        assert b"mamman" not in session.scalars(select(Task)).one().what.blob


@pytest.mark.parametrize(("what", "to", "field"), [(" ", "maja", "what"), ("Ring", "sven", "account")])
def test_a_task_needs_words_and_somebody_named_in_the_case(world, what, to, field):
    case = world.case()
    with pytest.raises(Refused) as refused:
        add(world, case, what, to=to)
    assert refused.value.refusals[0].field == field


def test_a_reader_does_their_own_tasks_and_not_others(world):
    case = world.case()
    world.name(case, "sven", "reader")
    own, others = add(world, case, to="sven"), add(world, case)
    with world.acting("sven") as (session, sven):
        assert tasks.finish(session, sven, own).done_by == sven.id
    for deed in (tasks.finish, tasks.reopen):
        with pytest.raises(NotFound), world.acting("sven") as (session, sven):
            deed(session, sven, others)


def test_nobody_outside_the_case_learns_of_its_tasks(world):
    task = add(world, world.case())
    raised = []
    for id_ in (task, "A" * 22):
        with pytest.raises(NotFound) as found, world.acting("fia") as (session, fia):
            tasks.finish(session, fia, id_)
        raised.append(str(found.value))
    assert len(set(raised)) == 1


def test_a_task_taken_back_by_a_colleague_is_remembered_as_that(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    task = add(world, case)
    with world.acting("fia") as (session, fia):
        tasks.reopen(session, fia, task)
    with world.session() as session:
        acts = set(session.scalars(select(AuditEvent.action).where(AuditEvent.actor_id == world.ids["fia"])))
    assert acts == {"task:reopened"}
