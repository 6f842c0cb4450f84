"""Each reader of a status is asked about by themselves: their post, their name, and what they may know has ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

import casework_avhoppare
from casework.contract import hookimpl
from casework.contract.focus import FocusArea
from casework.core import accounts, case_people, municipality_settings, organisations, shared_status, sharing
from casework.core.models import Account, AgencyUnit, StatusPermission
from casework.core.permissions import OPERATOR, Role
from casework.core.registration import Identified
from casework.core.registry import Registry
from casework.core.shared_status import SharedPage
from tests.core.test_sharing import page, state
from tests.worlds import KUMLA, POLIS, REGISTRY, World, personal_number


def revoke(world: World, case: str, shared: StatusPermission) -> None:
    world.clock.move(minutes=1)
    with world.acting("maja") as (session, maja):
        sharing.revoke(session, maja, case, shared.id)
    world.clock.move(minutes=1)


def newcomer(world: World, name: str = "Pål Polisson") -> str:
    """The id of somebody who gets a post with the police now."""
    with world.session(None) as session:
        police = organisations.organisation(session, "Polisen", agency="police")
        account = accounts.add(session, OPERATOR, "pal", name, police)
        organisations.add_door(account, KUMLA)
        session.flush()
        id_ = account.id
    with world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, POLIS]))
        organisations.grant(session, OPERATOR, session.get_one(Account, id_), Role.POLICE_LIAISON, unit)
    return id_


def seen_by(world: World, account_id: str) -> SharedPage:
    with world.installation.session(KUMLA, account_id) as session:
        actor = accounts.actor(session, session.get_one(Account, account_id))
        return shared_status.page(session, REGISTRY, actor)


def counterpart(world: World, case: str, name: str) -> None:
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(78).digits, name, 0)
        case_people.add(session, maja, case, who, "counterpart", may_not_know=False)


def declared(without: str) -> Registry:
    """The area of the world, but for one state that its declaration means for no agency any more."""
    flow = casework_avhoppare.FOCUS.case_type("avhopp").workflow
    states = tuple(replace(one, shared_with=frozenset()) if one.name == without else one for one in flow.states)
    kinds = tuple(
        replace(kind, workflow=replace(flow, states=states)) if kind.name == "avhopp" else kind
        for kind in casework_avhoppare.FOCUS.case_types
    )
    area = replace(casework_avhoppare.FOCUS, case_types=kinds)

    class Declaring:
        @hookimpl
        def casework_focus_area(self) -> FocusArea:
            return area

    return Registry({"avhoppare": Declaring()})


def test_what_was_over_before_somebody_came_has_never_been_there_for_them(world):
    gone, case = world.case(), world.case()
    revoke(world, gone, world.permit(gone))
    later = newcomer(world)
    shared = world.permit(case)
    assert len(page(world).ended) == 1  # whoever was there then
    assert [row.reference for row in seen_by(world, later).shown] == [shared.reference]
    assert seen_by(world, later).ended == []
    revoke(world, case, shared)
    assert [row.reference for row in seen_by(world, later).ended] == [shared.reference]


@pytest.mark.parametrize("before", [True, False])
def test_whoever_bears_the_name_of_a_counterpart_is_not_told_either_that_it_has_ended(world, before):
    case = world.case()
    if before:
        counterpart(world, case, "Erik Demosson")
    shared = world.permit(case)
    if not before:
        counterpart(world, case, "Erik Demosson")
    assert page(world) == SharedPage([], [])
    revoke(world, case, shared)
    assert page(world) == SharedPage([], [])


def test_a_state_that_is_declared_for_nobody_any_more_is_not_shown_though_it_was_permitted(world):
    case = world.case()
    world.permit(case, states=["received", "initial", "closed"])
    world.clock.move(days=1)
    world.take("maja", case, "begin_assessment")
    assert state(world)[0] == "Initial bedömning"
    (row,) = page(world, registry=declared(without="initial")).shown
    assert row.state == "Aktualiserad"


def test_a_closed_case_ends_sooner_in_words_only_where_its_closed_state_is_shown(world):
    case = world.case()
    world.name(case, "fia", "co_officer")
    shared = world.permit(case, states=["received", "closed"])
    world.take("fia", case, "close")
    (told,), (untold,) = page(world).shown, page(world, registry=declared(without="closed")).shown
    assert (told.state, untold.state) == ("Avslutad", "Aktualiserad")
    assert told.until is not None and untold.until is not None and told.until < untold.until
    assert shared.reference == untold.reference


def test_nobody_reads_it_once_the_municipality_wants_two_people_for_such_a_protection(world):
    case = world.case(protection=1)
    shared = world.permit(case)
    assert [one.reference for one in page(world).shown] == [shared.reference]
    with world.session() as session:
        municipality_settings.choose(session, "four_eyes_level", 1)
    assert page(world).shown == [] and page(world).ended == []
