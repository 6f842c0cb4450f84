"""In random worlds a list, a count, a search, what may be exported and each single read say the same, as the model."""

from __future__ import annotations

import os
import random

import pytest
from sqlalchemy import distinct, func, select

from casework.core import access, access_rows, accounts, case_exports, cases, search
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.models import Account, Case, CaseAccess, Organisation
from casework.core.permissions import Actor, Permission
from tests.core import policy_model, policy_rows, policy_worlds
from tests.core.policy_cells import NOW
from tests.core.policy_model import Person
from tests.core.policy_worlds import RandomWorld
from tests.worlds import KUMLA, World, found

PARTS = 20
READ_WHOLE = frozenset({"case:list", "case:open", "case:read", "case:unseal", "participation:read", "shared:read"})
"""Permissions asked for by a whole single read; of the others the condition alone, which is the same one."""


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_every_way_of_asking_gives_the_same_answer(databases, database_kind, tmp_path, size, figures, part):
    seed = int(os.environ.get("CASEWORK_SEED", size(20261124, random.randrange(2**32))))
    print(f"CASEWORK_SEED={seed}")  # noqa: T201 shown with a failure, to repeat it
    chance = random.Random(f"{seed}/{part}")
    many = size({"sqlite": 2, "postgres": 1}, {"sqlite": 1000, "postgres": 100})[database_kind]
    (tmp_path / "data").mkdir()
    with databases.migrated(database_kind, tmp_path / "data", found) as database:
        world = World(database)
        world.clock.now = NOW
        with world.installation.open(KUMLA) as session:
            worlds = lay_out(session, chance, many)
            for one in worlds:
                ask(session, chance, one, chance.choice(worlds))
            session.now = NOW
            assert access_rows.differences(session) == []
            session.rollback()
        world.installation.engine.dispose()
    figures |= {"seed": seed, "worlds": many}


def lay_out(session: TenantSession, chance: random.Random, many: int) -> list[RandomWorld]:
    about = policy_worlds.subjects(session, min(many, 60))
    worlds = [policy_worlds.invent(chance, about, nth) for nth in range(many)]
    policy_worlds.write_people(session, session.scalars(select(Organisation)).one(), worlds)
    for one in worlds:
        policy_rows.write(session, one.cases, {id_: subject.id for id_, subject in one.subjects.items()})
    policy_rows.fill(session)
    return worlds


def ask(session: TenantSession, chance: random.Random, world: RandomWorld, other: RandomWorld) -> None:
    session.now = chance.choice(policy_worlds.MOMENTS)
    strange, elsewhere = next(iter(other.cases.items()))
    for somebody in world.people:
        actor = accounts.actor(session, session.get_one(Account, somebody.id))
        person = somebody.at(session.now)
        allowed = {name: singles(session, actor, Permission(name), world, person) for name in policy_model.RULES}
        where = f"{person} at {session.now}: {world.cases}"
        for name in policy_model.RULES:  # in another world nothing, but for an agency that is told there too
            said = policy_model.may(person, name, elsewhere, session.now)
            assert access.is_reached(session, actor, Permission(name), strange) is said, f"{name} {where} {elsewhere}"
        listed(session, actor, allowed["case:list"], where)
        exported(session, actor, world, allowed["case:export"], where)
        if actor.may(Permission.PERSON_SEARCH):
            searched(session, actor, person, world, allowed["case:list"], where)
        rows = [session.get_one(Case, (KUMLA, id_)) for id_ in world.cases]
        for name in ("case:read", "case:write", "case:assign"):
            assert cases.usable(session, actor, Permission(name), rows) == allowed[name], where
    session.info.pop("audit", None)


def singles(
    session: TenantSession, actor: Actor, permission: Permission, world: RandomWorld, person: Person
) -> frozenset[str]:
    """The cases that a single read gives, which must be those the model says."""
    given = set()
    for id_, case in world.cases.items():
        if is_given(session, actor, permission, id_):
            given.add(id_)
        said = policy_model.may(person, permission.value, case, session.now)
        assert (id_ in given) is said, f"{permission} for {person} at {session.now}: {case}"
    return frozenset(given)


def is_given(session: TenantSession, actor: Actor, permission: Permission, case_id: str) -> bool:
    if permission not in READ_WHOLE:
        return access.is_reached(session, actor, permission, case_id)
    try:
        access.of_case(session, actor, permission, case_id, Action.CASE_OPENED)
    except NotFound:
        return False
    return True


def listed(session: TenantSession, actor: Actor, expected: frozenset[str], where: str) -> None:
    """The list, page by page, and the count."""
    held: list[str] = []
    after = None
    while actor.may(Permission.CASE_LIST):
        page = cases.page(session, actor, cases.Filters(show="all"), after, 1)
        held += [case.id for case in page.cases]
        after = page.following
        if after is None:
            break
    assert len(held) == len(set(held)) and set(held) == expected, where
    reached = access.reached(actor, Permission.CASE_LIST, session.now)
    assert session.scalar(select(func.count(distinct(CaseAccess.case_id))).where(reached)) == len(expected), where


def exported(session: TenantSession, actor: Actor, world: RandomWorld, expected: frozenset[str], where: str) -> None:
    """Of which cases a copy may be ordered: by asking for each, by the list and count of them, and within the lists."""
    given = set()
    for id_ in world.cases:
        try:
            offer = case_exports.offer(session, actor, id_)
        except NotFound:
            continue
        given.add(id_)
        assert {one.id for one, _part in offer.recipients} == {world.subjects[id_].id}, where
    reached = case_exports.reached(actor, session.now)
    assert given == set(session.scalars(reached).all()) == expected, where
    assert session.scalar(select(func.count()).select_from(reached.subquery())) == len(expected), where
    rows = [session.get_one(Case, (KUMLA, id_)) for id_ in world.cases]
    assert expected <= cases.usable(session, actor, Permission.CASE_LIST, rows), where
    assert cases.usable(session, actor, Permission.CASE_EXPORT, rows) == expected, where


def searched(
    session: TenantSession, actor: Actor, person: Person, world: RandomWorld, expected: frozenset[str], where: str
) -> None:
    """What a search finds by case number, by personal number and by name."""
    for id_, case in world.cases.items():
        subject = world.subjects[id_]
        about = {other for other, one in world.subjects.items() if one.id == subject.id}
        named = {other for other in about if policy_model.finds_by_name(person, world.cases[other], session.now)}
        for term, hits in ((case.number, {id_}), (subject.number, about), (subject.name, named)):
            found_ = {one.id for one in search.find(session, actor, term).cases}
            assert found_ == expected & hits, f"{term} {where}"
            copied = set(session.scalars(case_exports.reached(actor, session.now)).all())
            rows = [session.get_one(Case, (KUMLA, one)) for one in found_]
            assert copied & found_ == cases.usable(session, actor, Permission.CASE_EXPORT, rows), f"{term} {where}"
