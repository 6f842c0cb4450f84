"""Whoever tries to let themselves in, or to decide where a conflict keeps them out, is turned away on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.contract import Level
from casework.core import administration, approval_deciders, approvals, awaiting, case_people, persons, teams
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, Person
from casework.core.permissions import Role
from tests.core.asking import ask
from tests.worlds import KUMLA, REGISTRY, VUXEN, World


def denied(world: World) -> list[tuple[str, str, str]]:
    """Who was turned away from what, and by which rule."""
    names = {id_: who for who, id_ in world.ids.items()}
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.outcome == "denied").order_by(AuditEvent.at)).all()
        return [(names[row.actor_id], row.action, row.detail) for row in rows]


def test_who_approves_what_they_asked_for_is_turned_away_on_record(world):
    asked = ask(world, world.case(protection=2))
    with pytest.raises(Refused), world.acting("vilma") as (session, vilma):
        approvals.decide(session, REGISTRY, vilma, asked.id, granted=True)
    assert denied(world) == [("vilma", "approval:granted", '{"rule":"requester"}')]


def test_who_names_themselves_in_a_case_is_turned_away_on_record(world):
    case = world.case()
    with pytest.raises(Refused), world.acting("vilma") as (session, vilma):
        teams.name(session, vilma, case, vilma.id, "reader", may_unseal=True)
    assert denied(world) == [("vilma", "member:named", '{"rule":"oneself"}')]


def test_who_gives_themselves_a_post_is_turned_away_on_record(world):
    with pytest.raises(Refused), world.acting("lo") as (session, lo):
        administration.grant(session, lo, lo.id, Role.TEAM_LEAD, Level.EC, world.units[KUMLA, VUXEN])
    assert denied(world) == [("lo", "approval:asked", '{"rule":"oneself"}')]


def put(world: World, session: TenantSession, case: str, subject_of: str) -> None:
    """Give the person whom one case is about a part in another."""
    person = session.get_one(Person, (KUMLA, world.get(session, subject_of).subject_id))
    persons.put_in_case(session, world.get(session, case), person, "relative")


def test_who_is_kept_out_of_one_case_of_a_person_does_not_lower_their_protection_through_another(world):
    one, other = world.case(protection=2), world.case()
    with world.session() as session:
        put(world, session, other, one)
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, other, world.ids["fia"])
    with world.acting("maja") as (session, maja):
        asked = case_people.lower_protection(session, maja, one, 0)
        assert "fia" not in {able.username for able in approval_deciders.able(session, asked)}
    with world.acting("fia") as (session, fia):
        assert awaiting.waiting(session, fia) == [] and awaiting.count(session, fia) == 0
    with pytest.raises(NotFound), world.acting("fia") as (session, fia):
        approvals.decide(session, REGISTRY, fia, asked.id, granted=True)
    with world.acting("ulf") as (session, ulf):
        assert awaiting.count(session, ulf) == 1
    assert world.approve(asked, by="ulf") == "used"
