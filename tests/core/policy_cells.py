"""The policy's finite abstraction: every way into a case × block × officer × state × protection × seal, and actors.

Somebody is always the same account, so that one case serves every role that the account may have at the moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from casework.contract import Level
from casework.core.permissions import Actor, Role
from casework.core.permissions import Post as CorePost
from tests.core.policy_model import ModelCase, Person, Place, Post, Shared

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
"""A midnight in Sweden, so that what ends with a day can end at this instant."""
TODAY = (NOW + timedelta(hours=1)).date()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SPANS: dict[str, tuple[datetime, datetime]] = {
    "past": (NOW - 2 * DAY, NOW - DAY),
    "ends_now": (NOW - DAY, NOW),
    "live": (NOW - DAY, NOW + DAY),
    "begins_now": (NOW, NOW + DAY),
    "future": (NOW + DAY, NOW + 2 * DAY),
}
CLOSED = {
    "open": None,
    "closed_today": TODAY,
    "closed_29_days": TODAY - 29 * DAY,
    "closed_30_days": TODAY - 30 * DAY,
}
BLOCKS = ("nobody", "oneself", "lifted", "somebody_else")
OFFICERS = ("never", "another", "lost")
DEEPEST = 2
SEALS = ("none", "open", "sealed_again")
AGENCIES = {Role.PARTNER: ("school", "recreation"), Role.POLICE_LIAISON: ("police",)}


@dataclass(frozen=True)
class Names:
    """The accounts and units that stand for everybody."""

    oneself: str
    another: str
    unit: str
    other_unit: str


@dataclass(frozen=True)
class Cell:
    """One case of the abstraction, and where it lies in it."""

    id: str
    case: ModelCase
    way: str
    protection: int


def ways(names: Names) -> Iterator[tuple[str, dict[str, object]]]:
    """Every way into a case that can be written in it for oneself, with the lists of the model that hold it."""
    yield "none", {}
    me = names.oneself
    for role, (span, (begins, ends)) in product(("officer", "co_officer", "reader"), SPANS.items()):
        yield f"{role} {span}", {"team": [Place(me, role, begins, ends)]}
    for span, (begins, ends) in SPANS.items():
        yield f"decider {span}", {"asked": [Place(me, "note", begins, ends)]}
        yield f"emergency {span}", {"emergencies": [Place(me, "emergency", begins, ends)]}
        yield f"police {span}", {"shared": {"ref": Shared("police", begins, ends)}}
        yield f"participant {span}", {"takes_part": [Place(me, "part", begins, ends)]}
        yield f"recipient {span}", {"received": [Place(me, "received", begins, ends)]}
        yield f"judge {span}", {"judges": [Place(me, "judge", begins)]}
    since, until = SPANS["live"]
    yield "school live", {"shared": {"ref": Shared("school", since, until)}}
    yield "police revoked", {"shared": {"ref": Shared("police", since, until, NOW - HOUR)}}
    yield "police revoked now", {"shared": {"ref": Shared("police", since, until, NOW)}}
    yield "police revoked later", {"shared": {"ref": Shared("police", since, until, NOW + HOUR)}}
    for word, over in (("ended", NOW - HOUR), ("ended now", NOW), ("ended later", NOW + HOUR)):
        yield f"participant {word}", {"takes_part": [Place(me, "part", since, until, over)]}
        yield f"recipient {word}", {"received": [Place(me, "received", since, until, over)]}
    twice = [Place(me, "reader", since, NOW - HOUR), Place(me, "reader", since, until)]
    yield "reader twice", {"team": twice}
    yield "reader twice, the longer first", {"team": twice[::-1]}
    for role in ("decider", "emergency"):
        kept = "asked" if role == "decider" else "emergencies"
        yield (
            f"reader and {role}",
            {"team": [Place(me, "reader", since, until)], kept: [Place(me, "note", since, until)]},
        )


def cells(names: Names, *, depth: int) -> list[Cell]:
    """Every case there is at depth 2; above that with fewer protections and seals, which change no way into a case."""
    protections = (0, 1, 2, 3) if depth == DEEPEST else (2,)
    seals = SEALS[: depth + 1]
    parts = product(ways(names), BLOCKS, OFFICERS, CLOSED, protections, seals)
    return [_cell(names, nth, *part) for nth, part in enumerate(parts)]


def _cell(
    names: Names,
    nth: int,
    way: tuple[str, dict[str, object]],
    block: str,
    officer: str,
    closed: str,
    protection: int,
    seal: str,
) -> Cell:
    label, held = way
    case = ModelCase(f"2026-{nth:06d}"[:12], names.unit, protection=protection, closed_on=CLOSED[closed])
    for name, kept in held.items():
        setattr(case, name, list(kept) if isinstance(kept, list) else dict(kept))  # type: ignore[call-overload]
    if officer != "never":
        case.team.append(Place(names.another, "officer", NOW - 3 * DAY, None if officer == "another" else NOW - DAY))
    case.officer = names.another if officer == "another" else None
    if seal != "none":
        ends = NOW + HOUR if seal == "open" else NOW
        case.opened = [Place(names.oneself, "e.address", NOW - HOUR, ends)]
    if block in {"oneself", "somebody_else"}:
        case.blocked = {names.oneself if block == "oneself" else names.another}
    case.let_in_again = {names.oneself} if block == "lifted" else set()
    return Cell(f"cell{nth:018d}", case, f"{label}, {block}, {officer}, {closed}, {seal}", protection)


@dataclass(frozen=True)
class Acting:
    """Somebody as the program and as the model know them."""

    actor: Actor
    person: Person
    label: str


def actors(names: Names, roles: Collection[Role] = (), *, whole: bool) -> list[Acting]:
    """Oneself in each of the roles × level × unit × duty; without roles in every one, in two at once, and in none."""
    levels: Sequence[Level] = list(Level) if whole else (Level.H, Level.EC)
    posts = [
        (one, level, agency, unit, duty)
        for one in Role
        for level in levels
        for agency in AGENCIES.get(one, ("social_services",))
        for unit in (names.unit, names.other_unit)
        for duty in ((False, True) if one in {Role.CASE_OFFICER, Role.INTAKE, Role.TEAM_LEAD} else (False,))
    ]
    found = [_acting(names, (post,)) for post in posts if not roles or post[0] in roles]
    if not roles:
        mixed = [post for post in posts if post[1] is Level.H and not post[4]]
        inside = [post for post in mixed if post[0] in {Role.CASE_OFFICER, Role.INTAKE, Role.TEAM_LEAD}]
        pairs = [_acting(names, pair) for pair in product(inside, inside) if pair[0] != pair[1]]
        found += pairs if whole else pairs[::5]
        found.append(_acting(names, ()))
    return found


def _acting(names: Names, posts: Sequence[tuple[Role, Level, str, str, bool]]) -> Acting:
    core = tuple(CorePost(role, level, agency, unit, duty) for role, level, agency, unit, duty in posts)
    model = tuple(Post(role.value, unit, agency, duty) for role, _level, agency, unit, duty in posts)
    label = " and ".join(
        f"{role} {level} {'here' if unit == names.unit else 'elsewhere'}{' on duty' if duty else ''}"
        for role, level, _agency, unit, duty in posts
    )
    return Acting(Actor(names.oneself, "Oneself", "1881", core), Person(names.oneself, model), label or "nobody")
