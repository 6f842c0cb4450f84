"""Short ways to tell a party what a decision will rest on, and to see what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from casework.core import access, case_exports, communications, export_rules
from casework.core.actions import Action
from casework.core.communications import Answer, LeftOut, Shown
from casework.core.db import TenantSession
from casework.core.export_choices import COMMUNICATION, FOR_A_PARTY, GIVE, WITHHOLD, Choice
from casework.core.export_rules import Wanted
from casework.core.export_shape import Content
from casework.core.models import Approval, CaseExport
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from tests.core.copies import all_given, order, subject
from tests.worlds import REGISTRY, World


def asked_for(world: World, case: str, party: str = "", **changed: Any) -> Wanted:
    """Everything in a case to a party, who may answer for two weeks."""
    with world.session() as session:
        everything = [one.id for one in export_rules.signed(session, world.get(session, case))]
        last = session.now.date() + timedelta(days=14)
    whom = party or subject(world, case)
    wanted = Wanted(COMMUNICATION, whom, everything, assessment="Prövat mot 10 kap. 3 § OSL", answer_by=last)
    return replace(wanted, choices=all_given(world, case, wanted), **changed)


def in_case(
    session: TenantSession, actor: Actor, case: str, party: str, words: str, registry: Registry = REGISTRY
) -> tuple[str, str]:
    """The ids of an order that may be sent to a party and of one that was, by somebody at work in a case."""
    _offer, _whom, listed = case_exports.to_test(session, registry, actor, case, party)
    given = [
        Choice(
            one.place,
            one.field,
            *((GIVE,) if one.words is not None and not one.law else (WITHHOLD, (), FOR_A_PARTY, "Förseglat")),
        )
        for one in listed
    ]
    chosen = tuple(dict.fromkeys(one.place for one in listed if one.is_entry))
    last = session.now.date() + timedelta(days=14)
    wanted = Wanted(COMMUNICATION, party, chosen, assessment=words, choices=given, answer_by=last)
    waiting, ready = (case_exports.order(session, registry, actor, case, wanted)[0].id for _nth in range(2))
    return waiting, communications.send(session, registry, actor, case, ready).id


def instead(wanted: Wanted, **changed: Choice) -> Wanted:
    """The same with another choice for some fields."""
    return replace(
        wanted,
        choices=[
            replace(changed[one.field], entry_id=one.entry_id, field=one.field) if one.field in changed else one
            for one in wanted.choices
        ],
    )


def ordered(world: World, case: str, party: str = "", **changed: Any) -> tuple[CaseExport, Approval | None]:
    return order(world, case, asked_for(world, case, party, **changed))


def send(world: World, case: str, made: CaseExport, by: str = "maja") -> str:
    with world.acting(by) as (session, actor):
        return communications.send(session, REGISTRY, actor, case, made.id).id


def sent(world: World, case: str, **changed: Any) -> str:
    """The id of what was sent to whom a case is about."""
    made, _asked = ordered(world, case, **changed)
    return send(world, case, made)


def answer(
    world: World, case: str, id_: str, how: str = "letter", on: date | None = None, words: str = "Det stämmer inte"
) -> None:
    with world.acting("maja") as (session, maja):
        came = None if how == communications.NONE else on or session.now.date()
        communications.answer(session, maja, case, id_, Answer(how, came, "" if came is None else words))


def shown(world: World, case: str, id_: str, by: str = "maja") -> Shown:
    with world.acting(by) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
        return communications.one(decision, row, id_)


def content(world: World, case: str, id_: str, by: str = "maja") -> Content | None:
    with world.acting(by) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
        return communications.content_of(decision, communications.one(decision, row, id_))


def asked(session: TenantSession, made: CaseExport) -> Approval:
    """What waits for somebody's approval of an order."""
    return session.scalars(select(Approval).where(Approval.object_id == made.id)).one()


def leave_out(world: World, case: str, by: str = "maja", **changed: str) -> str:
    said = replace(LeftOut(subject(world, case), "urgent", "Han kan skadas i natt"), **changed)
    with world.acting(by) as (session, actor):
        return communications.leave_out(session, actor, case, said).id
