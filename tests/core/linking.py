"""Files of våld i nära relation in a world: made, given to somebody, linked."""

from __future__ import annotations

import casework_avhoppare
import casework_nara_relation
from casework.core import access, activation, case_links, cases, emergencies, persons, sides, teams
from casework.core.db import new_id
from casework.core.models import CaseMember, Decider
from casework.core.permissions import OPERATOR, REACHED_BY
from casework.core.registry import Registry
from tests.worlds import BARN, KUMLA, VUXEN, World, personal_number

BOTH = Registry({"avhoppare": casework_avhoppare, "nara_relation": casework_nara_relation})
VICTIM, CHILD, OFFENDER = "vinr_utsatt", "vinr_barn", "vinr_utovare"
LEADS = {VUXEN: "vilma", BARN: "berta"}


def switched_on(world: World) -> World:
    """The world with the area on, a minute after the other one was."""
    world.clock.move(minutes=1)
    with world.session() as session:
        activation.enable(session, BOTH, OPERATOR, "nara_relation")
    return world


def file(
    world: World, case_type: str, officer: str | None = None, *, unit: str = VUXEN, name: str = "Gerd Mallström"
) -> str:
    """The id of a new file about a new person, in the hands of an officer or nobody."""
    world.people += 1
    with world.acting("ida") as (session, ida):
        case_id = new_id()
        subject = persons.add(session, ida, name, personal_number(world.people), case_id=case_id)
        made = cases.register(
            *(session, BOTH, ida),
            area="nara_relation",
            case_type=case_type,
            unit_id=world.units[KUMLA, unit],
            state="received",
            subject=subject,
            case_id=case_id,
        )
    if officer is not None:
        assign(world, made.id, officer, LEADS[unit])
    return made.id


def assign(world: World, case_id: str, officer: str, by: str = "vilma") -> None:
    with world.acting(by) as (session, actor):
        teams.assign(session, actor, case_id, world.ids[officer])


def number(world: World, case_id: str) -> str:
    with world.session() as session:
        return world.get(session, case_id).number


def link(world: World, case_id: str, other_id: str, by: str = "vilma") -> str:
    wanted = number(world, other_id)
    with world.acting(by) as (session, actor):
        return case_links.link(session, BOTH, actor, case_id, wanted).id


def seen(world: World, who: str, case_id: str) -> set[str]:
    """The ids of what somebody sees linked with a case."""
    with world.acting(who) as (session, actor):
        return {one.case.id for one in case_links.of_case(session, actor, world.get(session, case_id))}


def reaches(world: World, who: str, case_id: str) -> bool:
    """Whether there is any way at all for somebody into a case."""
    with world.acting(who) as (session, actor):
        return any(access.is_reached(session, actor, one, case_id) for one in REACHED_BY)


def breaks_the_glass(world: World, who: str, case: str) -> None:
    wanted = number(world, case)
    with world.acting(who) as (session, actor):
        emergencies.enter(session, actor, wanted, "danger", "Larm")


def decides(world: World, who: str, case: str) -> None:
    """Somebody is asked to decide a step of a case, past every rule but that of sides."""
    with world.session() as session:
        lasting = {"valid_from": session.now, "asked_by": world.ids["maja"]}
        session.add(Decider(case_id=case, account_id=world.ids[who], transition="close", **lasting))
        session.flush()
        access.refresh(session, case)
        sides.close_what_is_faced(session, world.get(session, case))


def named(world: World, who: str, case: str) -> None:
    """Somebody is named in a case, past every rule."""
    with world.session() as session:
        session.add(
            CaseMember(case_id=case, account_id=world.ids[who], role="reader", valid_from=session.now, named_by="test")
        )
        session.flush()
        access.refresh(session, case)
        sides.close_what_is_faced(session, world.get(session, case))
