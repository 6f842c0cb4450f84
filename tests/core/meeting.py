"""Short ways to record a meeting in an SSPF case, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casework.core import access, attendance, meeting_overview, meetings
from casework.core.actions import Action
from casework.core.attendance import Attender
from casework.core.db import new_id
from casework.core.errors import Refused
from casework.core.meeting_overview import Shown
from casework.core.meetings import Came, Wanted
from casework.core.permissions import Permission
from tests import lived
from tests.core.consenting import TODAY
from tests.core.taking_part import BOTH, EVERY, add, everybody_consents, ready, sspf
from tests.databases import Database
from tests.worlds import World, found

GROUND = "Samtycke"
TOLD = "Har sovit på lektionerna hela veckan"
PIA, MAJA, NOVA = "Pia Partnersson", "Maja Testlind", "Nova Mocksson"


def of_two_partners(world: World) -> str:
    """A case in which Pia of the school and Erik of the police take part."""
    case = sspf(world)
    everybody_consents(world, case)
    add(world, case, kinds=EVERY)
    add(world, case, "erik", kinds=EVERY)
    return case


def two_partners(database: Database) -> None:
    """Make a world in which that case is."""
    found(database)
    world = ready(World(database))
    lived.leave(world, case=of_two_partners(world))


def candidates(world: World, case: str) -> dict[str, Attender]:
    """Everybody who can have been at a meeting, by their name."""
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_WRITE, case, Action.CASE_OPENED)
        return {one.name: one for one in attendance.candidates(decision, row)}


def came(world: World, case: str, name: str, told: str = "", *, absent: bool = False, ground: str = GROUND) -> Came:
    return Came(candidates(world, case)[name].key, not absent, told, ground if told else "")


def wanted(asked: Sequence[Came], **changed: object) -> Wanted:
    begun = Wanted(TODAY, "Skolans bibliotek", asked)
    return replace(begun, **changed)  # type: ignore[arg-type] # named fields of what is wanted


def record(world: World, case: str, asked: Sequence[Came], once: str = "", **changed: object) -> str:
    with world.acting("maja") as (session, maja):
        return meetings.record(session, BOTH, maja, case, once or new_id(), wanted(asked, **changed)).id


def refused(world: World, case: str, asked: Sequence[Came], **changed: object) -> set[str | None]:
    """The fields at which a meeting is refused."""
    try:
        record(world, case, asked, "", **changed)
    except Refused as refusal:
        return {one.field for one in refusal.refusals}
    return set()


def shown(world: World, case: str, who: str = "maja") -> list[Shown]:
    with world.acting(who) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
        return meeting_overview.of_case(decision, BOTH, row)
