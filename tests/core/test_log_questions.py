"""Questions about the log and their answers, that every look is remembered, and the yearly report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.core import (
    access,
    emergencies,
    log_items,
    log_questions,
    log_report,
    log_review,
    mail_addresses,
    notices,
    outbox,
    vault,
)
from casework.core.actions import Action
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditCase, AuditEvent, ConflictBlock
from tests.core.log_looks import look
from tests.worlds import World


def test_a_question_is_read_and_answered_by_the_colleague_alone_and_both_lie_sealed(world: World) -> None:
    item = look(world, "maja", world.case("maja"))
    with world.acting("greta") as (session, greta):
        with pytest.raises(Refused):
            log_items.ask(session, greta, item, " ")
        log_items.ask(session, greta, item, "Varför öppnade du ärendet?")
    assert unread(world, "maja") == ["log_question"]
    with world.acting("maja") as (session, maja):
        (mine,) = log_questions.mine(session, maja)
        assert (mine.asked.words, mine.number, mine.asked.by) == (
            *("Varför öppnade du ärendet?", "2026-0001", "Greta Granskare"),
        )
        asked = mine.asked.question
        assert b"Varf" not in asked.question.blob
    for who in ("sven", "vilma", "greta", "lo"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            log_questions.answer(session, actor, asked.id, "Jag svarar i stället")
    with world.acting("maja") as (session, maja):
        assert log_questions.waiting(session, maja.id) == 1
        log_questions.answer(session, maja, asked.id, "Mamman ringde")
    with pytest.raises(Refused, match="redan svarat"), world.acting("maja") as (session, maja):
        log_questions.answer(session, maja, asked.id, "Nej, vänta")
    assert unread(world, "maja") == [] and unread(world, "greta") == ["log_answer"]
    with world.acting("greta") as (session, greta):
        (told,) = log_items.read(session, greta, item).questions
        assert told.answer == "Mamman ringde"
        decision = access.of_log(session, greta, Action.LOG_READ, cases=set(), reviews=set(), persons=set())
        with pytest.raises(vault.StillSealed):
            vault.open_review(decision, "log_questions", asked.id, "question", asked.question)


def unread(world: World, who: str) -> list[str]:
    with world.session() as session:
        return [one.kind for one in notices.unread(session, world.ids[who])]


def closed_to(world: World, case: str, who: str) -> None:
    with world.session() as session:
        session.add(ConflictBlock(case_id=case, account_id=world.ids[who], made_at=session.now, made_by="x"))
        session.flush()
        access.refresh(session, case)


@pytest.mark.parametrize("blocked", ["before the answer", "after it", "never"])
def test_an_answer_about_a_case_that_was_closed_to_who_asked_is_not_told(world: World, blocked: str) -> None:
    case = world.case("maja")
    with world.session(None) as session:
        mail_addresses.choose(session, world.ids["vilma"], "vilma@kumla.example")
    item = look(world, "maja", case)
    with world.acting("vilma") as (session, vilma):
        log_items.ask(session, vilma, item, "Varför?")
    if blocked == "before the answer":
        closed_to(world, case, "vilma")
    with world.acting("maja") as (session, maja):
        (mine,) = log_questions.mine(session, maja)
        log_questions.answer(session, maja, mine.asked.question.id, "Mamman ringde")
    assert unread(world, "vilma") == ([] if blocked == "before the answer" else ["log_answer"])
    if blocked == "after it":
        closed_to(world, case, "vilma")
    world.clock.move(hours=1)
    letter = outbox.prepared(world.session, world.ids["vilma"], timedelta(hours=1))
    assert (letter is not None) == (blocked == "never")


def test_the_case_number_is_left_out_of_a_question_when_the_case_has_been_closed_to_the_colleague(world: World) -> None:
    case = world.case("maja")
    item = look(world, "maja", case)
    with world.acting("greta") as (session, greta):
        log_items.ask(session, greta, item, "Varför?")
    with world.session() as session:
        session.add(ConflictBlock(case_id=case, account_id=world.ids["maja"], made_at=session.now, made_by="x"))
        session.flush()
        access.refresh(session, case)
    with world.acting("maja") as (session, maja):
        (mine,) = log_questions.mine(session, maja)
    assert mine.number == ""


def test_every_look_question_answer_and_outcome_is_in_the_record_without_a_word_of_them(world: World) -> None:
    case = world.case("maja")
    item = look(world, "maja", case)
    with world.acting("greta") as (session, greta):
        log_review.overview(session, greta)
        log_review.page(session, greta, log_review.Filters(), None)
        log_items.read(session, greta, item)
        log_items.ask(session, greta, item, "Hemlig fråga")
    with world.acting("maja") as (session, maja):
        (mine,) = log_questions.mine(session, maja)
        log_questions.answer(session, maja, mine.asked.question.id, "Hemligt svar")
    with world.acting("greta") as (session, greta):
        log_items.sign(session, greta, item, "follow_up", "Hemlig slutsats")
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action.like("log:%"))).all()
        assert {"log:listed", "log:read", "log:asked", "log:answered", "log:reviewed"} <= {row.action for row in rows}
        assert not [row for row in rows if "emlig" in row.detail]
        seen = select(func.count()).select_from(AuditCase).where(AuditCase.case_id == case)
        assert session.scalar(seen)
        assert all(row.case_id == case for row in rows if row.action in {"log:read", "log:asked", "log:answered"})


def test_the_yearly_report_counts_in_fives_and_names_nobody(world: World) -> None:
    case = world.case("maja")
    items = [look(world, "maja", case) for _ in range(8)]
    with world.acting("greta") as (session, greta):
        assert not log_items.read(session, greta, items[0]).sampled  # the month is not over
    world.clock.move(days=10)
    with world.acting("greta") as (session, greta):
        for item in items:
            log_items.ask(session, greta, item, "Varför?")
            log_items.sign(session, greta, item, "in_order", "")
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm")
    with world.session() as session:
        report = log_report.of_year(session, 2026)
    assert (report.reviewed, report.asked, report.answered) == (10, 10, 0)
    assert (report.outcomes["in_order"], report.kinds["sample"], report.emergencies) == (10, 10, 0)
    assert (report.sample, report.sample_reviewed) == (10, 10)
    assert [log_report.rounded(one) for one in (0, 1, 2, 3, 7, 8, 12, 13)] == [0, 0, 0, 5, 5, 10, 10, 15]
    with world.session() as session:
        empty = log_report.of_year(session, 2025)
    assert (empty.reviewed, empty.sample) == (0, 0)
