"""What follows an opening in an emergency: others are told at once, and one of them closes a review of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.core import (
    access,
    cases,
    emergencies,
    entries,
    notices,
    organisations,
    reading,
    vault,
)
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, ConflictBlock, Emergency
from casework.core.permissions import OPERATOR, Role
from tests.core.test_stopping import counterpart
from tests.worlds import REGISTRY, VUXEN, World


def enter(world: World, term: str, who: str = "jon", category: str = "danger", words: str = "Larm från polisen") -> str:
    with world.acting(who) as (session, actor):
        return emergencies.enter(session, actor, term, category, words).id


def kinds(world: World, who: str) -> list[str]:
    with world.session() as session:
        return [one.kind for one in notices.unread(session, world.ids[who])]


def test_the_units_lead_and_the_log_reviewer_are_told_at_once_and_nobody_the_case_is_closed_to(world):
    case = world.case("maja")
    enter(world, "2026-0001")
    assert kinds(world, "vilma") == kinds(world, "greta") == ["emergency_opened"]
    assert kinds(world, "berta") == kinds(world, "maja") == kinds(world, "jon") == []
    with world.acting("vilma") as (session, vilma):
        assert len(emergencies.openings(session, vilma)) == 1
    assert kinds(world, "vilma") == []
    world.clock.move(hours=1)
    block(world, case, "vilma")
    enter(world, "2026-0001")
    assert kinds(world, "vilma") == []


def block(world: World, case: str, who: str) -> None:
    with world.session() as session:
        session.add(ConflictBlock(case_id=case, account_id=world.ids[who], made_at=session.now, made_by="x"))
        session.flush()
        access.refresh(session, case)


def waiting(world: World, who: str) -> list[str]:
    with world.acting(who) as (session, actor):
        return [one.emergency.id for one in emergencies.openings(session, actor)]


def test_who_reviews_sees_who_when_why_and_what_was_opened(world):
    case = world.case("maja")
    world.sign("maja", case, "note")
    enter(world, "2026-0001", words="Mamman ringde, barnet ensamt")
    world.clock.move(minutes=5)
    with world.acting("jon") as (session, jon):
        opened, decision = cases.open_case(session, jon, case, "journal")
        reading.read(decision, REGISTRY, opened, entries.current(session, opened))
    (id_,) = waiting(world, "greta")
    for who in ("greta", "vilma"):
        with world.acting(who) as (session, actor):
            review = emergencies.read(session, actor, id_)
            assert (review.opening.name, review.opening.case.id) == ("Jon Jourström", case)
            assert review.reason == "Mamman ringde, barnet ensamt"
            assert [act.action for act in review.acts] == ["emergency:opened", "case:opened", "entry:read"]
            assert emergencies.detail_of(review.acts[1]) == {"page": "journal"}


def test_the_reason_lies_sealed_and_in_no_trace(world):
    case = world.case("maja")
    enter(world, "2026-0001", words="Mamman ringde")
    with world.session() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "emergency:opened")).one()
        opened = session.scalars(select(Emergency)).one()
        assert row.case_id == case and row.content is not None
        assert "Mamman" not in row.detail and b"Mamman" not in opened.reason.blob
    with world.acting("jon") as (session, jon):
        _case, decision = cases.open_case(session, jon, case, "overview")
        with pytest.raises(vault.StillSealed):
            vault.open_review(decision, "emergencies", opened.id, "reason", opened.reason)


def test_only_the_units_lead_and_the_log_reviewer_review_and_never_their_own_or_in_a_blocked_case(world):
    case = world.case("maja")
    enter(world, "2026-0001")
    (id_,) = waiting(world, "vilma")
    assert waiting(world, "berta") == []
    for who in ("jon", "maja", "ida", "lo", "erik", "berta"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            emergencies.read(session, actor, id_)
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            emergencies.close(session, actor, id_, "needed", "")
    block(world, case, "vilma")
    block(world, case, "greta")
    for who in ("vilma", "greta"):
        assert waiting(world, who) == []
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            emergencies.close(session, actor, id_, "needed", "")


@pytest.mark.parametrize(("who", "name"), [("vilma", "Vilma Anna Dummy"), ("greta", "Greta Granskare")])
def test_who_bears_the_name_of_somebody_who_must_not_know_is_told_of_no_opening_and_reviews_none(world, who, name):
    case, other = world.case("maja"), world.case("maja")
    counterpart(world, case, name)
    enter(world, "2026-0001")
    assert kinds(world, who) == [] and kinds(world, "greta" if who == "vilma" else "vilma") == ["emergency_opened"]
    assert waiting(world, who) == []
    with world.acting(who) as (session, actor):
        assert emergencies.waiting(session, actor) == 0
    with world.session() as session:
        of_case = session.scalars(select(Emergency.id).where(Emergency.case_id == case)).one()
    with pytest.raises(NotFound), world.acting(who) as (session, actor):
        emergencies.read(session, actor, of_case)
    enter(world, "2026-0002")
    with world.session() as session:
        of_other = session.scalars(select(Emergency.id).where(Emergency.case_id == other)).one()
    assert waiting(world, who) == [of_other]


def test_a_lead_on_duty_does_not_review_what_they_opened_themselves(world):
    world.case("maja")
    with world.session() as session:
        unit = next(one for one in organisations.units(session) if one.name == VUXEN)
        vilma = world.account(session, "vilma")
        organisations.grant(session, OPERATOR, vilma, Role.TEAM_LEAD, unit, emergency=True)
    enter(world, "2026-0001", "vilma")
    assert kinds(world, "vilma") == [] and waiting(world, "vilma") == []
    with world.session() as session:
        id_ = session.scalars(select(Emergency.id)).one()
    with pytest.raises(NotFound), world.acting("vilma") as (session, actor):
        emergencies.close(session, actor, id_, "needed", "")
    with pytest.raises(DBAPIError), world.session() as session:  # nor past the program
        session.connection().execute(
            text("UPDATE emergencies SET reviewed_at = opened_at, reviewed_by = account_id, outcome = 'needed'")
        )


def test_a_review_is_closed_once_with_words_where_they_are_needed(world):
    world.case("maja")
    enter(world, "2026-0001")
    (id_,) = waiting(world, "greta")
    for outcome, words in (("", ""), ("unclear", " "), ("not_needed", "")):
        with pytest.raises(Refused), world.acting("greta") as (session, actor):
            emergencies.close(session, actor, id_, outcome, words)
    with world.acting("greta") as (session, actor):
        emergencies.close(session, actor, id_, "not_needed", "Det fanns tid att ringa")
    with pytest.raises(Refused, match="redan granskat"), world.acting("vilma") as (session, actor):
        emergencies.close(session, actor, id_, "needed", "")
    with world.acting("vilma") as (session, actor):
        review = emergencies.read(session, actor, id_)
    assert (review.opening.emergency.outcome, review.finding) == ("not_needed", "Det fanns tid att ringa")
    assert review.opening.reviewer == "Greta Granskare"
