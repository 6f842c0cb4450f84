"""Short ways to put people into a case, to order a copy of it and to have it handed out."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from casework.core import access, case_exports, case_people, entries, export_items, export_rules
from casework.core.actions import Action
from casework.core.case_exports import PAGE, HandedOut
from casework.core.export_choices import FOR_A_PARTY, GIVE, TO_A_PARTY, WITHHOLD, Choice
from casework.core.export_rules import Wanted
from casework.core.models import Approval, AuditEvent, CaseExport
from casework.core.permissions import Permission
from casework.core.registration import Identified
from tests.worlds import REGISTRY, World, personal_number

EXTRACT = Wanted("extract", assessment="Prövat mot 26 kap. 1 § OSL")
NOTE = "Ringde Vera om helgen"


def subject(world: World, case: str) -> str:
    with world.session() as session:
        return world.get(session, case).subject_id or ""


def put(world: World, case: str, name: str, role: str, protection: int = 0, *, kept_away: bool = False) -> str:
    world.people += 1
    who = Identified(personal_number(world.people).digits, name, protection)
    with world.acting("maja") as (session, maja):
        return case_people.add(session, maja, case, who, role, may_not_know=kept_away).person_id


def order(world: World, case: str, wanted: Wanted, by: str = "maja") -> tuple[CaseExport, Approval | None]:
    with world.session() as session:
        offered = world.get(session, case)
        everything = [one.id for one in export_rules.signed(session, offered)]
    chosen = wanted if wanted.entries else replace(wanted, entries=everything)
    whom = chosen.recipient_id or ("" if chosen.purpose == "archive" else subject(world, case))
    asked = replace(chosen, recipient_id=whom)
    if asked.purpose == "party" and not asked.choices:
        asked = replace(asked, choices=all_given(world, case, asked, by))
    with world.acting(by) as (session, actor):
        return case_exports.order(session, REGISTRY, actor, case, asked)


def all_given(world: World, case: str, wanted: Wanted, by: str = "maja") -> list[Choice]:
    """What is said of each item of a copy in which nothing is kept back but what is sealed."""
    law = FOR_A_PARTY if wanted.purpose in TO_A_PARTY else "OSL_26_1"
    return [
        Choice(*place, GIVE) if words is not None else Choice(*place, WITHHOLD, (), law, "Förseglat")
        for place, words in items(world, case, wanted, by).items()
    ]


def items(world: World, case: str, wanted: Wanted, by: str = "maja") -> dict[tuple[str, str], str | None]:
    """What a copy could tell, by place and field."""
    with world.acting(by) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_EXPORT, case, Action.EXPORT_ORDERED)
        chosen = [one for one in export_rules.signed(session, row) if one.id in set(wanted.entries)]
        return export_items.told(export_items.items(decision, REGISTRY, row, wanted.recipient_id, chosen))


def hand_out(world: World, made: CaseExport, by: str = "maja", how: str = PAGE) -> HandedOut:
    with world.acting(by) as (session, actor):
        return case_exports.hand_out(session, REGISTRY, actor, made.id, how)


def about(world: World, case: str, form: str, who: str) -> None:
    """Write what is about somebody else."""
    with world.acting("maja") as (session, maja):
        entries.sign(
            session, REGISTRY, maja, case, form, {"who": who, **({"type": "partner"} if form == "relation" else {})}
        )


def closed(world: World, case: str) -> None:
    with world.session() as session:
        row = world.get(session, case)
        row.is_open, row.closed_on = False, session.now.date()
        access.refresh(session, case)


def events(world: World, action: Action) -> list[AuditEvent]:
    with world.session() as session:
        query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.at, AuditEvent.seq)
        return list(session.scalars(query).all())
