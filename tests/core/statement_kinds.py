"""The kinds of statement that reach for a row, numbered as in the design (security.md 4.3).

A kind of reading gives back the contact lines it found of the municipality it reached for; a kind of writing leaves
WRITTEN there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.orm import (
    aliased,
    foreign,
    joinedload,
    lazyload,
    make_transient_to_detached,
    registry,
    relationship,
    remote,
    selectinload,
    subqueryload,
)

from casework.core.db import Base, Tenanted
from casework.core.models import AgencyUnit, Membership
from tests.twins import AnySession
from tests.worlds import MORNING

WRITTEN, COUNTED = "skrivet", "räknad"
UNITS, POSTS = Base.metadata.tables["units"], Base.metadata.tables["memberships"]
U, OTHER = AgencyUnit, aliased(AgencyUnit)


@dataclass(frozen=True)
class There:
    """What a statement reaches for: a unit of a municipality, and an account that might get a post in it."""

    code: str
    unit: str
    account: str
    new: str = "ny"

    @property
    def key(self) -> dict[str, str]:
        return {"municipality": self.code, "id": self.unit}

    @property
    def post(self) -> dict[str, Any]:
        """A post in the unit, for somebody who has none."""
        who = {"municipality": self.code, "id": self.new, "account_id": self.account, "unit_id": self.unit}
        what = {"role": "case_officer", "level": "H", "granted_by": WRITTEN}
        return who | what | {"valid_from": MORNING, "valid_until": MORNING}

    @property
    def sql(self) -> str:
        """The unit's contact, in SQL."""
        return f"SELECT contact FROM units WHERE municipality = '{self.code}' AND id = '{self.unit}'"

    def is_(self, of: Any = U) -> Any:
        """The condition that a row is the unit, whatever it is an alias of."""
        return (of.municipality == self.code) & (of.id == self.unit)


class Place(Tenanted):
    """A unit as the relations of a plugin or of tomorrow might see it: with all that bear the same name."""

    id: str
    contact: str
    named_alike: list[Place]


registry(metadata=Base.metadata).map_imperatively(
    Place,
    UNITS,
    properties={
        "named_alike": relationship(
            Place, primaryjoin=foreign(UNITS.c.name) == remote(UNITS.c.name), viewonly=True, uselist=True
        )
    },
)


Reading = Callable[[AnySession, There], list[Any]]
Writing = Callable[[AnySession, There], object]


def loaded(how: Any) -> Reading:
    """Read the own unit with those that bear its name, some of which are elsewhere."""

    def read(session: AnySession, there: There) -> list[Any]:
        own = Place.municipality == session.tenant
        places = session.scalars(select(Place).where(own).options(how(Place.named_alike))).unique().all()
        return [one.contact for place in places for one in place.named_alike if one.municipality == there.code]

    return read


def counted(session: AnySession, there: There, number: Any) -> list[Any]:
    """As many contact lines as there are said to be."""
    return [COUNTED] * int(number or 0)


def forged(session: AnySession, there: There) -> AgencyUnit:
    """An object with another's key, put into the session as if it had been read."""
    unit = AgencyUnit(**there.key)
    make_transient_to_detached(unit)
    session.add(unit)
    return unit


def from_identity_map(session: AnySession, there: There) -> list[Any]:
    forged(session, there)
    found = session.get(U, (there.code, there.unit))
    return [] if found is None else [found.contact]


def refreshed(session: AnySession, there: There) -> list[Any]:
    unit = forged(session, there)
    session.refresh(unit)
    return [unit.contact]


def expired(session: AnySession, there: There) -> list[Any]:
    unit = forged(session, there)
    session.expire(unit)
    return [unit.contact]


def flush_of_forged(session: AnySession, there: There) -> None:
    forged(session, there).contact = WRITTEN
    session.flush()


def added(session: AnySession, there: There) -> None:
    session.add(Membership(**there.post))
    session.flush()


def moved(session: AnySession, there: There) -> None:
    """Move an own post to where the unit is."""
    post = session.scalars(select(Membership).where(Membership.municipality == session.tenant).limit(1)).one()
    post.municipality, post.unit_id, post.granted_by = there.code, there.unit, WRITTEN
    session.flush()


def cte(session: AnySession, there: There) -> list[Any]:
    inner = select(U.contact).where(there.is_()).cte()
    return list(session.scalars(select(inner.c.contact)))


def subquery(session: AnySession, there: There) -> list[Any]:
    inner = select(U).where(there.is_()).subquery()
    return list(session.scalars(select(inner.c.contact)))


def exists_(session: AnySession, there: There) -> list[Any]:
    return counted(session, there, session.scalar(select(exists().where(there.is_()))))


def scalar_subquery(session: AnySession, there: There) -> list[Any]:
    return list(session.scalars(select(select(U.contact).where(there.is_()).scalar_subquery())))


def joined(session: AnySession, there: There) -> list[Any]:
    on = (OTHER.name == U.name) & there.is_(OTHER)
    return list(session.scalars(select(OTHER.contact).select_from(U).join(OTHER, on)))


def outer_joined(session: AnySession, there: There) -> list[Any]:
    on = (OTHER.name == U.name) & there.is_(OTHER)
    return list(session.scalars(select(OTHER.contact).select_from(U).outerjoin(OTHER, on)))


FILTERED_READS: dict[str, Reading] = {
    "01 select(Entity)": lambda s, t: [one.contact for one in s.scalars(select(U).where(t.is_()))],
    "02 select(Entity.column)": lambda s, t: list(s.scalars(select(U.contact).where(t.is_()))),
    "03 count of an entity": lambda s, t: counted(s, t, s.scalar(select(func.count(U.id)).where(t.is_()))),
    "04 Query": lambda s, t: [one.contact for one in s.query(U).filter(t.is_())],
    "05 Query.count": lambda s, t: counted(s, t, s.query(U).filter(t.is_()).count()),
    "06 Session.get": lambda s, t: [one.contact for one in [s.get(U, (t.code, t.unit))] if one is not None],
    "07 alias": lambda s, t: list(s.scalars(select(OTHER.contact).where(t.is_(OTHER)))),
    "08 subquery": subquery,
    "09 CTE": cte,
    "10 union": lambda s, t: list(
        s.scalars(union_all(select(U.contact).where(t.is_()), select(OTHER.contact).where(t.is_(OTHER))))
    ),
    "11 EXISTS": exists_,
    "12 scalar subquery": scalar_subquery,
    "13 join": joined,
    "14 outer join": outer_joined,
    "15 lazy load": loaded(lazyload),
    "16 joined load": loaded(joinedload),
    "17 selectin load": loaded(selectinload),
    "18 subquery load": loaded(subqueryload),
}
FILTERED_WRITES: dict[str, Writing] = {
    "19 bulk UPDATE of an entity": lambda s, t: s.execute(update(U).where(t.is_()).values(contact=WRITTEN)),
    "20 bulk DELETE of an entity": lambda s, t: s.execute(
        delete(Membership).where(Membership.municipality == t.code, Membership.unit_id == t.unit)
    ),
    "21 Query.update": lambda s, t: s.query(U).filter(t.is_()).update({"contact": WRITTEN}),
    "22 failed write: a new row of another's": added,
    "23 failed write: an own row moved": moved,
}
UNFILTERED_READS: dict[str, Reading] = {
    "24 Core select(table)": lambda s, t: list(s.scalars(select(UNITS.c.contact).where(t.is_(UNITS.c)))),
    "25 Core count": lambda s, t: counted(
        s, t, s.scalar(select(func.count()).select_from(UNITS).where(t.is_(UNITS.c)))
    ),
    "26 text()": lambda s, t: list(s.scalars(text(t.sql))),
    "27 from_statement(text)": lambda s, t: [
        one.contact for one in s.scalars(select(U).from_statement(text(t.sql.replace("contact", "*", 1))))
    ],
    "28 connection().execute": lambda s, t: list(s.connection().scalars(select(U.contact).where(t.is_()))),
    "29 exec_driver_sql": lambda s, t: list(s.connection().exec_driver_sql(t.sql).scalars()),
    "30 Session.get from the identity map": from_identity_map,
    "31 refresh()": refreshed,
    "32 load of an expired attribute": expired,
}
UNFILTERED_WRITES: dict[str, Writing] = {
    "33 Core update(table)": lambda s, t: s.connection().execute(
        update(UNITS).where(UNITS.c.municipality == bindparam("code"), UNITS.c.id == t.unit).values(contact=WRITTEN),
        {"code": t.code},
    ),
    "34 bulk UPDATE by primary key": lambda s, t: s.execute(update(U), [t.key | {"contact": WRITTEN}]),
    "35 flush of a forged detached object": flush_of_forged,
    "36 INSERT of a child under a foreign parent": lambda s, t: s.execute(insert(POSTS), [t.post]),
}
FORGING = {"30 Session.get from the identity map", "31 refresh()", "32 load of an expired attribute"} | {
    "35 flush of a forged detached object"
}
"""They put an object into the session that it did not read, which is refused also for one's own rows."""
NUMBERED = [*FILTERED_READS, *FILTERED_WRITES, *UNFILTERED_READS, *UNFILTERED_WRITES]
