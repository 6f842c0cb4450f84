"""Signing refuses what says nothing, and an answer that obliges to something leaves a task."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import cases, drafts, entries, tasks
from casework.core.errors import Refused
from casework.core.models import Entry, Task
from tests.worlds import REGISTRY, World

CHILDREN = "children_in_family"


def sign(world: World, case: str, form: str, answers: dict[str, str]) -> None:
    with world.acting("maja") as (session, maja):
        entries.sign(session, REGISTRY, maja, case, form, answers)


@pytest.mark.parametrize("form", ["needs", "needs_health", "initial_assessment", "safety", "closing", "background"])
@pytest.mark.parametrize("answers", [{}, {"needs.boende": "  "}])
def test_nothing_is_signed_empty(world, form, answers):
    case = world.case()
    with pytest.raises(Refused, match="Fyll i minst en uppgift"):
        sign(world, case, form, answers)
    with world.session() as session:
        assert session.scalars(select(Entry)).all() == []


@pytest.mark.parametrize(
    ("form", "answers", "lacking"),
    [
        ("agreement", {"agreement.in_place": "yes"}, ["agreement.contact_persons"]),
        ("safety", {"safety_routine": "Ring två gånger"}, ["safety.agreed_date"]),
        ("safety", {"safety_routine": " ", "safety.agreed_date": "2026-11-24"}, ["safety_routine"]),
    ],
)
def test_a_question_that_must_be_answered_is_asked_for_at_its_field(world, form, answers, lacking):
    case = world.case()
    with pytest.raises(Refused) as refused:
        sign(world, case, form, answers)
    assert [one.field for one in refused.value.refusals] == lacking


def test_a_draft_may_be_empty(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        assert drafts.save(session, REGISTRY, maja, case, "needs", {}, seen_version=0).version == 1


# Tasks that an answer brings with it --------------------------------------------------------------


def to_do(world: World, case: str) -> list[tuple[str, str, str, bool]]:
    """The tasks of a case: whose, what, by when, and whether they are done."""
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "overview")
        shown = tasks.of_case(decision, opened)
        names = {id_: who for who, id_ in world.ids.items()}
        return [(names[s.task.account_id], s.what, str(s.task.due_on), s.task.done_at is not None) for s in shown]


CONCERN = "Gör en orosanmälan om barnen, eller anteckna varför den inte behövs."


def test_children_in_the_family_make_a_task_of_reporting_concern(world):
    case = world.case()
    sign(world, case, "children", {CHILDREN: "yes"})
    assert to_do(world, case) == [("maja", CONCERN, "2026-11-24", False)]
    with world.session() as session:
        assert CONCERN.encode() not in session.scalars(select(Task)).one().what.blob


@pytest.mark.parametrize("report", ["made", "not_needed", "open_case"])
def test_no_task_is_made_where_the_report_is_settled(world, report):
    case = world.case()
    world.sign("maja", case, "children", children_in_family="yes", children_in_family__report=report)
    assert to_do(world, case) == []


def test_no_children_make_no_task(world):
    case = world.case()
    for answer in ("no", "unknown"):
        other = world.case()
        sign(world, other, "children", {CHILDREN: answer})
        assert to_do(world, other) == []
    assert to_do(world, case) == []


def test_the_task_is_made_again_only_when_the_last_one_is_done(world):
    case = world.case()
    first = world.sign("maja", case, "children", children_in_family="yes")
    second = world.sign("maja", case, "children", first, children_in_family="yes")
    assert len(to_do(world, case)) == 1
    with world.acting("maja") as (session, maja):
        tasks.finish(session, maja, session.scalars(select(Task.id)).one())
    world.sign("maja", case, "children", second, children_in_family="yes")
    assert [done for *_, done in to_do(world, case)] == [False, True]


def test_the_task_is_whose_who_signed(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    world.sign("fia", case, "children", children_in_family="yes")
    assert [who for who, *_ in to_do(world, case)] == ["fia"]
