"""The database session, and the wall between municipalities: one session sees one municipality, for life."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ClauseElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql import visitors

from casework.core import embedded
from casework.core.crypto import Sealed
from casework.core.errors import TenantMissing

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
CODE = String(4)
ID = String(22)
LOOKS_SQLITE: dict[str, Any] = {"only_looks": True}
LOOKS_POSTGRESQL: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""How a transaction begins that sees one moment, hinders no writer and writes nothing."""


def new_id() -> str:
    """A random 128-bit name for a row: tells nothing of when it was made or how many there are."""
    return secrets.token_urlsafe(16)


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC and never without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone; hand the database UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 SQLAlchemy calls it so
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedValue(TypeDecorator[Sealed]):
    """A column that holds a sealed value and gives it back sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 as above
        """Take sealed values only."""
        return None if value is None else value.blob

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:  # noqa: ARG002 as above
        """Give back a sealed value, never its words."""
        return None if value is None else Sealed(bytes(value))


class Base(DeclarativeBase):
    """Every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment, Sealed: SealedValue}  # noqa: RUF012 SQLAlchemy's own way to declare it


class Tenanted:
    """A row that belongs to one municipality: the first part of its primary key."""

    municipality: Mapped[str] = mapped_column(CODE, ForeignKey("municipalities.code"), primary_key=True, sort_order=-2)


class Recorded:
    """A row of a record: it is added, and never changed or taken away."""


class Identified:
    """A row with a random name of its own."""

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id, sort_order=-1)


class Marked:
    """A row that lets somebody in. It carries a MAC over all its other columns, made and checked by ``core.marks``."""

    mac: Mapped[bytes] = mapped_column(LargeBinary, sort_order=100)


class TenantSession(Session):
    """A session for one municipality at one moment; without a municipality it can touch no tenant's row."""

    def __init__(
        self, bind: Engine | Connection, municipality: str | None, now: datetime, account: str | None = None
    ) -> None:
        super().__init__(bind, expire_on_commit=False)
        self._municipality = municipality
        self.now = now.astimezone(UTC)
        self.account = account

    @property
    def tenant(self) -> str | None:
        """The session's municipality, or None for a session of the installation."""
        return self._municipality

    @property
    def municipality(self) -> str:
        """The session's municipality; raises TenantMissing where none was chosen."""
        if self._municipality is None:
            raise TenantMissing("no municipality was chosen for this session")
        return self._municipality


def connect(url: str, *, walled: bool = True) -> Engine:
    """An engine for SQLite or PostgreSQL, with the settings the program's promises stand on.

    ``walled=False`` is for whoever changes the tables: on SQLite it leaves out the views that show one municipality.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})
        embedded.settle(engine)
        if walled:
            embedded.wall(engine, tenant_tables)
        return engine
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    event.listen(engine, "connect", _fix_search_path)
    return engine


def _fix_search_path(connection: Any, _: ConnectionPoolEntry) -> None:
    # The temporary schema comes last, or a temporary table would stand in for a walled one of the same name.
    connection.execute("SET search_path = public, pg_temp")
    connection.commit()


@event.listens_for(TenantSession, "after_begin")
def _tell_the_database(session: TenantSession, _: SessionTransaction, connection: Connection) -> None:
    enter(connection, session.tenant, session.account or "", session.now.isoformat())


def enter(connection: Connection, municipality: str | None, account: str = "", now: str = "") -> None:
    """Tell the database which municipality the transaction works in; its walls refuse every other's rows."""
    if connection.dialect.name == "sqlite":
        connection.info["municipality"] = municipality
        return
    connection.execute(
        text(
            "SELECT set_config('app.municipality', :municipality, true), "
            "set_config('app.account', :account, true), set_config('app.now', :now, true)"
        ),
        {"municipality": municipality or "", "account": account, "now": now},
    )


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection on which everything is read as it stands at one moment, while others write on."""
    sqlite = engine.dialect.name == "sqlite"
    looking = engine.connect().execution_options(**(LOOKS_SQLITE if sqlite else LOOKS_POSTGRESQL))
    with looking as connection, connection.begin():
        yield connection


def only_look(session: TenantSession) -> None:
    """Let the transaction that begins now see one moment of the database, and hinder no writer; it writes nothing."""
    if session.in_transaction():
        return
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.connection(execution_options=LOOKS_SQLITE if sqlite else LOOKS_POSTGRESQL)


def keep_in_memory(session: TenantSession) -> None:
    """Let a long transaction that will be rolled back write nothing beside the database, not even unfinished pages."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA cache_spill=OFF"))


def tenant_tables() -> frozenset[str]:
    """The names of every table whose rows belong to a municipality."""
    return frozenset(
        cast(Table, mapper.local_table).name for mapper in Base.registry.mappers if issubclass(mapper.class_, Tenanted)
    )


def append_only_tables() -> frozenset[str]:
    """The names of every table whose rows are never changed."""
    return frozenset(
        cast(Table, mapper.local_table).name for mapper in Base.registry.mappers if issubclass(mapper.class_, Recorded)
    )


@event.listens_for(TenantSession, "do_orm_execute")
def _read_one_municipality(state: ORMExecuteState) -> None:
    municipality = cast(TenantSession, state.session).tenant
    if municipality is None:
        walled = tenant_tables()
        parts = visitors.iterate(cast(ClauseElement, state.statement))
        if any(isinstance(part, Table) and part.name in walled for part in parts):
            raise TenantMissing("a statement on a municipality's rows in a session without a municipality")
        return
    if state.is_insert:
        return  # a bulk insert has no criteria; the database's own wall refuses another municipality's row
    state.statement = state.statement.options(_rows_of(municipality))


@lru_cache(maxsize=512)
def _rows_of(municipality: str) -> LoaderCriteriaOption:
    """What keeps a statement to one municipality's rows: made once, because every statement of its sessions has it."""
    return with_loader_criteria(Tenanted, lambda cls: cls.municipality == municipality, include_aliases=True)


@event.listens_for(TenantSession, "before_flush")
def _write_one_municipality(session: TenantSession, *_: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Tenanted):
            if row.municipality is None and row in session.new and session.tenant is not None:
                row.municipality = session.tenant
            if row.municipality != session.tenant:
                raise TenantMissing(f"a row of {type(row).__name__} belongs to another municipality")


@event.listens_for(TenantSession, "before_attach")
def _take_in_no_stranger(_: TenantSession, row: object) -> None:
    # A row with a key that this session did not read: forged, or read by another session, perhaps another municipality.
    if isinstance(row, Tenanted) and inspect(row).key is not None:
        raise TenantMissing(f"a row of {type(row).__name__} was not read in this session")
