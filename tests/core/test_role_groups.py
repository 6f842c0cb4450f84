"""Roles that one account may not hold together, wherever it holds them: refused in words, and by the database."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.contract import Level
from casework.core import accounts, administration, organisations
from casework.core.clock import FOREVER
from casework.core.db import new_id
from casework.core.errors import Refused
from casework.core.models import AgencyUnit, Membership, RoleHolding
from casework.core.permissions import OPERATOR, Role
from tests.core.at_once import at_once
from tests.worlds import KUMLA, LAXA, POLIS, SKOLA, VUXEN, World

UNIT = {Role.POLICE_LIAISON: POLIS, Role.PARTNER: SKOLA}


def grant(world: World, who: str, role: Role, code: str, **dates: Any) -> None:
    with world.session(code) as session:
        unit = session.get_one(AgencyUnit, (code, world.units[code, UNIT.get(role, VUXEN)]))
        organisations.grant(session, OPERATOR, world.account(session, who), role, unit, Level.H, **dates)


def raw(
    world: World, who: str, role: str, code: str, frm: str | None = None, until: str = "2099-01-01 00:00:00"
) -> None:
    """Insert a membership past every rule of the program."""
    now = f"{world.clock.now:%Y-%m-%d %H:%M:%S.%f}"
    with world.session(code) as session:
        session.connection().execute(
            text(
                "INSERT INTO memberships (municipality, id, account_id, role, level, unit_id, valid_from, valid_until, "
                "granted_by) VALUES (:code, :id, :account, :role, 'EC', :unit, :frm, :until, 'x')"
            ),
            {
                "code": code,
                "id": new_id(),
                "account": world.ids[who],
                "role": role,
                "unit": world.units[code, VUXEN],
                "frm": frm or now,
                "until": until,
            },
        )


def end(world: World, who: str, code: str) -> None:
    with world.session(code) as session:
        for post in organisations.memberships_of(session, world.account(session, who)):
            organisations.end_membership(session, OPERATOR, post)


@pytest.fixture
def lead_in_both(world):
    """What a red team did: team lead in two municipalities, and one of the posts ended."""
    grant(world, "vilma", Role.TEAM_LEAD, LAXA)
    end(world, "vilma", KUMLA)
    return world


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LOG_REVIEWER, Role.POLICE_LIAISON, Role.PARTNER])
def test_a_role_of_another_group_is_refused_while_one_is_held_in_any_municipality(lead_in_both, role):
    world = lead_in_both
    with pytest.raises(Refused, match="samma person"):
        grant(world, "vilma", role, KUMLA)
    with pytest.raises(DBAPIError):
        raw(world, "vilma", role, KUMLA)
    end(world, "vilma", LAXA)
    world.clock.move(seconds=1)
    grant(world, "vilma", role, KUMLA)
    with pytest.raises(DBAPIError):
        raw(world, "vilma", "team_lead", LAXA)


def test_by_the_page_too(lead_in_both):
    world = lead_in_both
    with pytest.raises(Refused, match="samma person"), world.acting("lo") as (session, lo):
        administration.grant(session, lo, world.ids["vilma"], Role.ADMINISTRATOR, Level.H, world.units[KUMLA, VUXEN])


def test_roles_of_one_group_go_together_and_an_archivist_with_any(world):
    grant(world, "maja", Role.TEAM_LEAD, LAXA)
    grant(world, "maja", Role.INTAKE, KUMLA)
    for who in ("maja", "lo", "greta"):
        grant(world, who, Role.ARCHIVIST, KUMLA)


def test_a_post_that_has_run_out_by_itself_no_longer_counts(world):
    ends = world.clock.now + timedelta(days=1)
    grant(world, "sven", Role.CASE_OFFICER, LAXA, valid_until=ends)
    end(world, "sven", KUMLA)
    with pytest.raises(Refused):
        grant(world, "sven", Role.ADMINISTRATOR, KUMLA)
    grant(world, "sven", Role.ADMINISTRATOR, KUMLA, valid_from=ends)
    with pytest.raises(Refused):
        grant(world, "sven", Role.CASE_OFFICER, LAXA)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE memberships SET role = 'administrator' WHERE municipality = '1881' AND account_id = :account",
        "UPDATE memberships SET account_id = :admin WHERE municipality = '1881' AND account_id = :account",
        "UPDATE memberships SET role = 'boss' WHERE municipality = '1881' AND account_id = :account",
        "INSERT INTO role_holdings VALUES ('x', :account, 'administrator', '2026-01-01', '2099-01-01')",
        "UPDATE role_holdings SET role_group = 'administrator' WHERE account_id = :account",
        "DELETE FROM role_holdings WHERE account_id = :account",
    ],
)
def test_no_statement_turns_a_post_into_one_of_another_group(world, statement):
    grant(world, "maja", Role.CASE_OFFICER, LAXA)
    given = {"account": world.ids["maja"], "admin": world.ids["lo"]}
    used = {name: given[name] for name in given if f":{name}" in statement}
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(statement), used)


def test_what_is_derived_follows_the_posts(world):
    def held() -> set[tuple[str, str]]:
        with world.session(None) as session:
            rows = session.scalars(
                select(RoleHolding).where(
                    RoleHolding.account_id == world.ids["maja"], RoleHolding.valid_until > session.now
                )
            ).all()
            return {(row.membership_id, row.role_group) for row in rows}

    def posts(code: str) -> set[tuple[str, str]]:
        with world.session(code) as session:
            mine = select(Membership.id).where(
                Membership.account_id == world.ids["maja"], Membership.valid_until > session.now
            )
            return {(one, "social_services") for one in session.scalars(mine)}

    assert held() == posts(KUMLA) and len(held()) == 1
    grant(world, "maja", Role.TEAM_LEAD, LAXA)
    assert held() == posts(KUMLA) | posts(LAXA) and len(held()) == 2
    end(world, "maja", KUMLA)
    assert held() == posts(LAXA) and len(held()) == 1
    with world.session(LAXA) as session:
        session.query(Membership).filter(Membership.account_id == world.ids["maja"]).delete()
    assert held() == set()


@pytest.fixture
def polisen(world):
    """Erik as he is in the example: of the police, not of the municipality."""
    with world.session(None) as session:
        police = organisations.organisation(session, "Polismyndigheten", agency="police")
        account = accounts.add(session, OPERATOR, "polis", "Pål Polisson", police)
        nobody = organisations.organisation(session, "Byrån")
        other = accounts.add(session, OPERATOR, "byra", "Bo Byråsson", nobody)
        world.ids |= {"polis": account.id, "byra": other.id}
    return world


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.POLICE_LIAISON])
def test_an_account_of_the_police_holds_no_other_agencys_role(polisen, role):
    with pytest.raises(Refused, match="annan myndighet"):
        grant(polisen, "polis", role, KUMLA)
    with pytest.raises(DBAPIError):
        raw(polisen, "polis", role, KUMLA)


def test_an_account_of_the_police_holds_the_polices_in_every_municipality(polisen):
    grant(polisen, "polis", Role.POLICE_LIAISON, KUMLA)
    grant(polisen, "polis", Role.POLICE_LIAISON, LAXA)


@pytest.mark.parametrize("role", list(Role))
def test_an_outside_organisation_whose_agency_nobody_named_gets_no_role(polisen, role):
    with pytest.raises(Refused):
        grant(polisen, "byra", role, KUMLA)
    with pytest.raises(DBAPIError):
        raw(polisen, "byra", role, KUMLA)


def test_a_municipalitys_own_organisation_is_no_outside_agency(world):
    with pytest.raises(DBAPIError), world.session(None) as session:
        organisations.organisation(session, "Kumla kommun", agency="police")


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_two_municipalities_that_grant_at_the_same_moment_do_not_make_a_mixed_account(world):
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun")
        world.ids["ny"] = accounts.add(session, OPERATOR, "ny", "Ny Person", employer).id
    for insert in (grant, raw):
        results = at_once(
            partial(insert, world, "ny", Role.TEAM_LEAD, KUMLA),
            partial(insert, world, "ny", Role.ADMINISTRATOR, LAXA),
        )
        assert sorted(isinstance(one, Refused | DBAPIError) for one in results) == [False, True]
        for code in (KUMLA, LAXA):
            end(world, "ny", code)
        world.clock.move(seconds=1)


def test_a_post_without_an_end_is_held_without_an_end(world):
    with world.session(None) as session:
        assert session.scalars(select(RoleHolding.valid_until)).first() == FOREVER


def test_a_post_that_should_never_have_been_given_can_be_ended_and_not_made_longer(world):
    """What stood in a database before it was kept apart here: somebody of the police as a case officer."""
    with world.session() as session:
        police = "UPDATE organisations SET municipality_code = NULL, agency = 'police' WHERE name = 'Kumla kommun'"
        session.connection().execute(text(police))
    longer = "UPDATE memberships SET valid_from = :frm WHERE municipality = '1881' AND account_id = :account"
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(longer), {"frm": "2020-01-01 00:00:00", "account": world.ids["maja"]})
    end(world, "maja", KUMLA)
    with world.acting("maja") as (_session, maja):
        assert maja.posts == ()
