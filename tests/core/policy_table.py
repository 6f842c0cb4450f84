"""The cells of the abstraction lying in a database, and the question where the program and the model disagree."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, select, text

from casework.core import access, access_rows
from casework.core.db import TenantSession
from casework.core.models import CaseAccess
from casework.core.permissions import Permission
from tests.core import policy_cells, policy_model, policy_rows
from tests.core.policy_cells import NOW, Acting, Cell, Names
from tests.databases import Database, Databases, Kind
from tests.worlds import BARN, KUMLA, VUXEN, World, found


@dataclass
class Table:
    """The cells as one session sees them; what the model says is worked out once."""

    session: TenantSession
    names: Names
    cells: Sequence[Cell]
    _said: dict[tuple[Acting, str], frozenset[str]] = field(default_factory=dict)

    def says_the_model(self, acting: Acting, permission: str) -> frozenset[str]:
        key = (acting, permission)
        if key not in self._said:
            may = policy_model.may
            allowed = (cell.id for cell in self.cells if may(acting.person, permission, cell.case, NOW))
            self._said[key] = frozenset(allowed)
        return self._said[key]

    def says_the_program(self, acting: Acting, permission: str) -> frozenset[str]:
        reached = access.reached(acting.actor, Permission(permission), NOW)
        return frozenset(self.session.scalars(select(CaseAccess.case_id).where(reached)).all())

    def disagreements(self, actors: Iterable[Acting], permissions: Iterable[str]) -> Iterator[list[str]]:
        """For each actor and permission the cells on which the two do not agree, where there are any."""
        asked = list(permissions)
        for acting in actors:
            for permission in asked:
                differing = self.says_the_program(acting, permission) ^ self.says_the_model(acting, permission)
                if differing:
                    ways = {cell.id: cell.way for cell in self.cells}
                    yield [f"{acting.label}, {permission}: {ways[one]}" for one in sorted(differing)]

    def recomputed_apart(self, ids: Iterable[str]) -> Iterator[str]:
        """The cases whose rows are others when recomputed alone than when recomputed with all."""
        whole: dict[str, set[access_rows.Row]] = {}
        for row in access_rows.expected(self.session):
            whole.setdefault(row.case_id, set()).add(row)
        for id_ in ids:
            if set(access_rows.expected(self.session, id_)) != whole.get(id_, set()):
                yield id_


@contextlib.contextmanager
def laid_out(databases: Databases, kind: Kind, folder: Path, *, depth: int) -> Iterator[Table]:
    """A database with every cell in it."""
    folder.mkdir(exist_ok=True)
    with databases.migrated(kind, folder, found) as database:
        world = World(database)
        world.clock.now = NOW
        names = Names(world.ids["maja"], world.ids["sven"], world.units[KUMLA, VUXEN], world.units[KUMLA, BARN])
        session = world.installation.open(KUMLA)
        with session:
            made = policy_cells.cells(names, depth=depth)
            policy_rows.write(session, {cell.id: cell.case for cell in made})
            policy_rows.fill(session)
            if kind == "postgres":
                session.commit()
                gather_statistics(database)
            yield Table(session, names, made)
            session.rollback()
        world.installation.engine.dispose()


def gather_statistics(database: Database) -> None:
    """Let PostgreSQL count what lies there now: it asks for a row at a time where it believes a table to be empty."""
    engine = create_engine(database.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as owner:
        owner.execute(text("ANALYZE"))
    engine.dispose()
