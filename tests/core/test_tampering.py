"""Whatever is done to a row past the program, on any table, is refused by the database or named (security.md T4).

Everything here is made from ``Base.metadata``: a new table is taken in by itself, or fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table, select
from sqlalchemy.exc import DBAPIError

from casework.core import access_rows, audit_verification, fingerprints, held_forms, role_verification, row_verification
from casework.core.crypto import Sealed
from casework.core.db import Base, Tenanted
from casework.core.errors import Broken
from casework.core.models import HeldForm
from tests.filled import allowed, filled
from tests.worlds import KUMLA, LAXA, World

CODES = [KUMLA, LAXA]
RECORD = {
    "audit_cases",
    "audit_changes",
    "audit_events",
    "audit_heads",
    "installation_changes",
    "installation_events",
    "installation_heads",
}
EXPLAINED = {"departures", "held_forms", "notices", "restorations", "sessions", "throttles"}
"""Tables of which ``fingerprints.UNCOVERED`` says why nothing watches them."""
ONLY_ADDED_TO = {"log_answers", "log_questions", "log_reviews"}
"""Tables in which PostgreSQL lets the program change nothing that stands there."""
WATCHED = sorted(set(Base.metadata.tables) - EXPLAINED)


@pytest.fixture
def world(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, filled) as database:
        made = World(database)
        yield made
        made.installation.engine.dispose()


@dataclass
class Tampered:
    """A table in somebody's hands who has the whole database: their SQL, what it leads to, and back again."""

    world: World
    tamper: Callable[..., list[Any]]
    table: Table
    done: int = 0

    def __post_init__(self) -> None:
        self.code = KUMLA if "municipality" in self.table.columns else None
        self.rid = "rowid" if self.world.database.kind == "sqlite" else "ctid"
        self.key = [column.name for column in self.table.primary_key.columns]
        self.rest = [column.name for column in self.table.columns if column.name not in self.key]
        self.tamper(f"CREATE TABLE kept AS SELECT * FROM {self.table.name}")

    def at(self, nth: int, of: str = "") -> str:
        """The condition for the nth row, in the order of the key."""
        where = f"WHERE municipality = '{KUMLA}' " if self.code else ""
        order = ", ".join(f'"{name}"' for name in self.key)
        of = of or self.table.name
        return f"{of}.{self.rid} = (SELECT {self.rid} FROM {of} {where}ORDER BY {order} LIMIT 1 OFFSET {nth})"

    def name_of(self, nth: int) -> str:
        """The key of the nth row as it is named."""
        model = fingerprints.covered()[self.table.name]
        primary = fingerprints.primary(model)
        with self.world.session(self.code) as session:
            row = session.execute(select(*primary).order_by(*primary).offset(nth).limit(1)).one()
        return fingerprints.key_text(model, tuple(row))

    def named(self) -> set[str]:
        """What verification names: keys of rows, or places in the record."""
        if self.table.name in RECORD:
            with self.world.session(self.code) as session:
                return {f"{one.lane}:{one.seq}" for one in audit_verification.faults(session)}
        if self.table.name == "case_access":
            with self.world.session(KUMLA) as session:
                return set(access_rows.differences(session))
        if self.table.name == role_verification.TABLE:
            return {one.key for one in role_verification.faults(self.world.session, CODES)}
        if self.code is None:
            found = row_verification.installation_faults(self.world.session, CODES, {self.table.name})
            return {one.key for one in found}
        with self.world.session(self.code) as session:
            return {one.key for one in row_verification.faults(session, {self.table.name})}

    def does(self, *statements: str, names: set[str]) -> None:
        """Tamper, see that it is refused or that each of these rows is named, and put everything back."""
        try:
            self.tamper(*statements)
        except DBAPIError:
            return
        columns = self.columns(self.key + self.rest)
        both = [f"SELECT {columns} FROM {one}" for one in (self.table.name, "kept")]
        if not any(self.tamper(f"{one} EXCEPT {other}") for one, other in (both, both[::-1])):
            return  # it is what it was, as two rows alike in each other's place are
        self.done += 1
        try:
            found = self.named()
        except Broken:
            return  # the program itself refuses to go on: a key does not open
        finally:
            self.put_back()
        assert names <= found if names else found, statements

    def put_back(self) -> None:
        """The table as it was."""
        columns = self.columns(self.key + self.rest)
        self.tamper(
            f"DELETE FROM {self.table.name}", f"INSERT INTO {self.table.name} ({columns}) SELECT {columns} FROM kept"
        )

    def columns(self, names: list[str], of: str = "") -> str:
        """Names of columns for a statement."""
        return ", ".join(f'{of}"{name}"' for name in names)


@pytest.fixture(params=WATCHED)
def tampered(request, world, tamper):
    made = Tampered(world, tamper, Base.metadata.tables[request.param])
    assert made.named() == set()
    return made


def test_whatever_is_done_to_a_row_past_the_program_is_refused_or_named(tampered):
    lasting = tampered.table.name in fingerprints.covered()
    first, second = (tampered.name_of(0), tampered.name_of(1)) if lasting else ("", "")
    one, both = ({first}, {first, second}) if lasting else (set[str](), set[str]())
    name = tampered.table.name
    for column in tampered.table.columns:
        for value in others(tampered, column):
            tampered.does(f'UPDATE {name} SET "{column.name}" = {value} WHERE {tampered.at(0)}', names=one)
    tampered.does(f"DELETE FROM {name} WHERE {tampered.at(0)}", names=one)
    tampered.does(f"DELETE FROM {name}", names=both)
    tampered.does(*forging(tampered), names=set())
    if tampered.rest:
        tampered.does(*exchanging(tampered), names=both)
    one_left = f"SELECT {tampered.rid} FROM {name} LIMIT 1"
    tampered.does(f"DELETE FROM {name} WHERE {tampered.rid} NOT IN ({one_left})", names=set())
    assert tampered.named() == set()
    assert tampered.done > len(tampered.table.columns) / 2


@pytest.mark.parametrize("table", sorted(fingerprints.covered()))
def test_a_row_put_back_as_it_was_before_is_named(world, tamper, table):
    kept = Tampered(world, tamper, Base.metadata.tables[table])
    key = changed_by_the_program(kept)
    if world.database.kind == "postgres" and table in ONLY_ADDED_TO:
        assert key is None
        return  # a row there has no "before"
    assert key is not None, "the database lets the program change no column"
    assert kept.named() == set()
    columns = kept.columns(kept.key + kept.rest)
    kept.tamper(f"DELETE FROM {table}", f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept")
    if kept.code is None:
        found = row_verification.installation_faults(world.session, CODES, {table})
    else:
        with world.session(kept.code) as session:
            found = list(row_verification.faults(session, {table}))
    assert [(one.key, one.what) for one in found] == [(key, "row_rolled_back")]


def test_the_tables_that_nothing_watches_are_the_ones_that_were_explained():
    watched = set(fingerprints.covered()) | RECORD | {"case_access", role_verification.TABLE}
    assert set(Base.metadata.tables) - watched == EXPLAINED <= set(fingerprints.UNCOVERED)


@pytest.mark.parametrize("change", ["account_id = '{other}'", "path = '/annan'", "body = {bytes}"])
def test_a_held_form_that_was_tampered_with_does_not_open(world, tamper, change):
    maja, sven = world.ids["maja"], world.ids["sven"]
    with world.session(None) as session:
        held = held_forms.hold(session, maja, "/sida", [("text", "hemligt")])
    some = "X'0101000100'" if world.database.kind == "sqlite" else "'\\x0101000100'"
    tamper(f"UPDATE held_forms SET {change.format(other=sven, bytes=some)}")
    with world.session(None) as session:
        row = session.get_one(HeldForm, held)
        assert held_forms.take(session, row.account_id, row.path, held) is None


def others(tampered: Tampered, column: Any) -> Iterator[str]:
    """Values, as SQL, that a column does not hold in the first row."""
    sqlite, kind = tampered.world.database.kind == "sqlite", column.type
    name = f'"{column.name}"'
    if column.name == "municipality":
        yield f"'{LAXA}'"
        return
    if column.nullable:
        yield f"(CASE WHEN {name} IS NULL THEN {sample(kind, sqlite=sqlite)} ELSE NULL END)"
    if isinstance(kind, Boolean):
        yield f"1 - coalesce({name}, 0)" if sqlite else f"NOT coalesce({name}, false)"
    elif isinstance(kind, Integer):
        yield from (f"coalesce({name}, 0) + 1", f"coalesce({name}, 0) - 1")
    elif isinstance(getattr(kind, "impl", kind), DateTime | Date | LargeBinary):
        yield sample(kind, sqlite=sqlite)
    else:
        for word in allowed(tampered.table, column.name) or ["q"]:
            yield f"(CASE WHEN {name} = '{word}' THEN 'z' ELSE '{word}' END)"


def sample(kind: Any, *, sqlite: bool) -> str:
    """Some value of a type, as SQL."""
    base = getattr(kind, "impl", kind)
    if isinstance(base, DateTime):
        return "'2031-02-03 04:05:06.000007'" if sqlite else "TIMESTAMPTZ '2031-02-03 04:05:06.000007+00'"
    if isinstance(base, Date):
        return "'2031-02-03'" if sqlite else "DATE '2031-02-03'"
    if isinstance(base, LargeBinary):
        return "X'0102'" if sqlite else "'\\x0102'::bytea"
    return "7" if isinstance(base, Integer) else "'q'"


def forging(tampered: Tampered) -> Iterator[str]:
    """A row more, which is the first one under another key."""
    last = tampered.table.primary_key.columns[tampered.key[-1]]
    value = "9999" if isinstance(last.type, Integer) else "'zz'"
    if isinstance(getattr(last.type, "impl", last.type), DateTime):
        value = sample(last.type, sqlite=tampered.world.database.kind == "sqlite")
    names = tampered.key[:-1] + tampered.rest
    more = f", {tampered.columns(names)}" if names else ""
    name = tampered.table.name
    yield f'INSERT INTO {name} ("{last.name}"{more}) SELECT {value}{more} FROM {name} WHERE {tampered.at(0)}'


def exchanging(tampered: Tampered) -> Iterator[str]:
    """The contents of the first two rows in each other's place."""
    name, key, rest = tampered.table.name, tampered.key, tampered.rest
    yield f"DELETE FROM {name} WHERE {tampered.at(1)} OR {tampered.at(0)}"
    for mine, other in ((0, 1), (1, 0)):
        yield (
            f"INSERT INTO {name} ({tampered.columns(key + rest)}) "
            f"SELECT {tampered.columns(key, 'a.')}, {tampered.columns(rest, 'b.')} FROM kept a, kept b "
            f"WHERE {tampered.at(mine, 'kept').replace('kept.', 'a.', 1)} "
            f"AND {tampered.at(other, 'kept').replace('kept.', 'b.', 1)}"
        )


def changed_by_the_program(kept: Tampered) -> str | None:
    """Let the program change a column of some row, one that the database lets it change; the row's key, if any was."""
    model = fingerprints.covered()[kept.table.name]
    assert issubclass(model, Tenanted) == (kept.code is not None)
    order = [DateTime, Date, Boolean, Integer, LargeBinary, object]
    names = sorted(kept.rest, key=lambda name: [isinstance(base(kept, name), one) for one in order].index(True))
    for name in names or kept.key[-1:]:
        for nth in range(3):
            try:
                with kept.world.session(kept.code) as session:
                    primary = fingerprints.primary(model)
                    row = session.scalars(select(model).order_by(*primary).offset(nth).limit(1)).one()
                    key = fingerprints.key_text(model, tuple(getattr(row, one.key) for one in primary))
                    attribute = next(one.key for one in model.__mapper__.column_attrs if one.columns[0].name == name)
                    setattr(row, attribute, another(kept, name, getattr(row, attribute)))
            except (DBAPIError, Broken):
                continue
            return key
    return None


def base(kept: Tampered, name: str) -> Any:
    kind = kept.table.columns[name].type
    return getattr(kind, "impl", kind)


def another(kept: Tampered, name: str, value: Any) -> Any:
    """A value like another one; a time or something sealed where there was none."""
    if value is None and isinstance(base(kept, name), DateTime):
        return kept.world.clock()
    if value is None and isinstance(base(kept, name), LargeBinary):
        return Sealed(b"x")
    if isinstance(value, bool):
        return not value
    if isinstance(value, Sealed):
        return Sealed(value.blob + b"x")
    steps = {int: 1, datetime: timedelta(seconds=1), date: timedelta(days=1), bytes: b"x"}
    step = next((one for kind, one in steps.items() if isinstance(value, kind)), None)
    words = allowed(kept.table, name) or ["q", "z"]
    return next(word for word in words if word != value) if step is None else value + step
