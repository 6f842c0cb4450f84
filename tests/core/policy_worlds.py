"""Random worlds: a few people with posts that begin and end, and a few cases with whatever can lie in one, mixed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from casework.contract import Level
from casework.core import grants, persons
from casework.core.clock import FOREVER
from casework.core.db import TenantSession, new_id
from casework.core.models import Account, AgencyUnit, Membership, Organisation
from casework.core.permissions import CARRIES_DUTY, OPERATOR, Role, group_of
from tests.core.policy_cells import AGENCIES, CLOSED, DAY, HOUR, NOW, SPANS
from tests.core.policy_model import ModelCase, Person, Place, Post, Shared
from tests.worlds import personal_number

MOMENTS = (NOW, NOW - timedelta(microseconds=1), NOW + DAY, NOW - DAY, NOW - HOUR)
"""When the worlds are looked at: the instants at which something in them begins or ends, and one just before."""
AGENCIES_TOLD = ("police", "school")


@dataclass(frozen=True)
class Somebody:
    """An account with its posts, each with the moments it begins and ends."""

    id: str
    posts: tuple[tuple[Post, datetime, datetime], ...]

    def at(self, now: datetime) -> Person:
        """Who they are at a moment."""
        return Person(self.id, tuple(post for post, begins, ends in self.posts if begins <= now < ends))


@dataclass(frozen=True)
class Subject:
    """Somebody a case is about."""

    id: str
    number: str
    name: str
    protection: int


@dataclass(frozen=True)
class RandomWorld:
    """The people of a world and its cases by id, each with its subject."""

    people: Sequence[Somebody]
    cases: dict[str, ModelCase]
    subjects: dict[str, Subject]


def subjects(session: TenantSession, many: int) -> list[Subject]:
    """People for the cases to be about, of every level that has a number."""
    made = []
    for nth in range(many):
        number, name = personal_number(nth + 1), f"Namn{nth:03d} Provsson"
        person = persons.add(session, OPERATOR, name, number, nth % 3)
        made.append(Subject(person.id, number.digits, name, nth % 3))
    return made


def invent(chance: random.Random, about: Sequence[Subject], nth: int) -> RandomWorld:
    """One world; its units, accounts and cases are its own."""
    units = (new_id(), new_id())
    people = [Somebody(new_id(), tuple(_posts(chance, units, chance.choice((1, 1, 2))))) for _n in "ab"]
    everybody = [one.id for one in people] + [new_id()]
    cases, subject_of = {}, {}
    for count in range(chance.choice((1, 2))):
        id_, subject = new_id(), chance.choice(about)
        cases[id_] = _case(chance, f"{2000 + nth // 5000}-{nth % 5000 * 2 + count:06d}", units[0], subject, everybody)
        subject_of[id_] = subject
    return RandomWorld(people, cases, subject_of)


def write_people(session: TenantSession, organisation: Organisation, worlds: Sequence[RandomWorld]) -> None:
    """The units, accounts and posts of worlds, many at a time."""
    units: set[str] = set()
    accounts: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    for world in worlds:
        named = {
            place.who
            for case in world.cases.values()
            for told in (case.takes_part, case.judges, case.received)
            for place in (*case.team, *case.asked, *case.emergencies, *told)
        }
        named |= {who for case in world.cases.values() for who in (*case.blocked, *case.let_in_again)}
        units |= {case.unit for case in world.cases.values()}
        for id_ in sorted(named | {one.id for one in world.people}):
            made = {"name": "Någon", "title": "", "organisation_id": organisation.id, "created_at": session.now}
            accounts.append(
                {"id": id_, "username": f"u{id_}".casefold() + new_id(), "doors": "", "shortcuts": True} | made
            )
        for one in world.people:
            for post, begins, ends in one.posts:
                units.add(post.unit)
                posts.append(_membership(session, one.id, post, begins, ends))
    tenant = {"municipality": session.municipality}
    session.execute(insert(AgencyUnit), [tenant | _unit(session, id_, posts) for id_ in sorted(units)])
    session.execute(insert(Account), accounts)
    session.flush()
    session.execute(insert(Membership), [_sealed(session, row) for row in posts])


def _posts(chance: random.Random, units: Sequence[str], count: int) -> Iterator[tuple[Post, datetime, datetime]]:
    """Posts of one account: their roles are of one group, because the database takes no others."""
    role = chance.choice([*Role, *CARRIES_DUTY, *CARRIES_DUTY])
    group = group_of(role)
    for _nth in range(count):
        yield _post(chance, units, role)
        fitting = [other for other in Role if group is None or group_of(other) in {group, None}]
        role = chance.choice(fitting)
        group = group or group_of(role)


def _post(chance: random.Random, units: Sequence[str], role: Role) -> tuple[Post, datetime, datetime]:
    agency = chance.choice(AGENCIES.get(role, ("social_services",)))
    unit = units[0] if agency == "social_services" and chance.random() < 2 / 3 else f"{units[1][:-2]}{agency[:2]}"
    begins, ends = chance.choice([*SPANS.values(), (NOW - 9 * DAY, FOREVER), (NOW - 9 * DAY, FOREVER)])
    return Post(role.value, unit, agency, role in CARRIES_DUTY and chance.random() < 1 / 4), begins, ends


def _case(chance: random.Random, number: str, unit: str, about: Subject, everybody: Sequence[str]) -> ModelCase:
    case = ModelCase(
        number, unit, protection=about.protection, closed_on=CLOSED[chance.choice([*CLOSED, "open", "open"])]
    )
    for _one in range(chance.choice((0, 1, 1, 2, 3))):
        role = chance.choice(("officer", "co_officer", "reader"))
        case.team.append(Place(chance.choice(everybody), role, *chance.choice([*SPANS.values()])))
    standing = [one.who for one in case.team if one.what == "officer" and one.holds(NOW)]
    case.officer = standing[0] if standing else None
    for kept, often in ((case.asked, 1 / 4), (case.emergencies, 1 / 3)):
        if chance.random() < often:
            kept.append(Place(chance.choice(everybody), "note", *chance.choice([*SPANS.values()])))
    if chance.random() < 1 / 4:
        over = chance.choice((None, None, NOW, NOW - HOUR, NOW + HOUR))
        case.takes_part.append(Place(chance.choice(everybody), "part", *chance.choice([*SPANS.values()]), over))
    if chance.random() < 1 / 4:
        over = chance.choice((None, None, NOW, NOW - HOUR, NOW + HOUR))
        case.received.append(Place(chance.choice(everybody), "received", *chance.choice([*SPANS.values()]), over))
    if chance.random() < 1 / 4:
        case.judges.append(Place(chance.choice(everybody), "judge", chance.choice([*SPANS.values()])[0]))
    if chance.random() < 1 / 3:
        over = chance.choice((None, None, NOW, NOW - HOUR, NOW + HOUR))
        case.shared["r"] = Shared(chance.choice(AGENCIES_TOLD), *chance.choice([*SPANS.values()]), over)
    if chance.random() < 1 / 4:
        case.blocked = {chance.choice(everybody)}
    if chance.random() < 1 / 8:
        case.let_in_again = {chance.choice(everybody)}
    return case


def _membership(session: TenantSession, who: str, post: Post, begins: datetime, ends: datetime) -> dict[str, Any]:
    held = {"account_id": who, "role": post.role, "level": Level.H, "unit_id": post.unit, "emergency": post.duty}
    return held | {"valid_from": begins, "valid_until": ends, "granted_by": "test", "agency": post.agency}


def _sealed(session: TenantSession, row: dict[str, Any]) -> dict[str, Any]:
    columns = {"municipality": session.municipality, "id": new_id()} | {k: v for k, v in row.items() if k != "agency"}
    post = Membership(**columns)
    grants.seal(session, post)
    return columns | {"mac": post.mac}


def _unit(session: TenantSession, id_: str, posts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    agency = next((one["agency"] for one in posts if one["unit_id"] == id_), "social_services")
    return {"id": id_, "agency": agency, "name": id_, "contact": ""}
