"""A municipality's main key changed while everybody works: made new, everything moved to it, the old one destroyed.

Each step is a transaction of its own and finds out for itself where things stand, so that a rotation may be broken off
anywhere and taken up again by the same command. Keys only ever move to a newer main key. What they are themselves stays
as it is: rotation wraps keys anew and seals no value anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casework.core import audit, crypto, keys
from casework.core.actions import Action
from casework.core.crypto import packed
from casework.core.db import TenantSession
from casework.core.errors import Broken, Conflict
from casework.core.installation import Installation
from casework.core.key_operations import orders
from casework.core.key_operations.orders import ROTATE, Operation
from casework.core.keys import DESTROYED, MAIN
from casework.core.models import CaseKey, MunicipalityKey, PersonKey
from casework.core.permissions import OPERATOR

BATCH = 200
HANGING: tuple[Any, ...] = (MunicipalityKey, CaseKey, PersonKey)
"""What hangs on a main key."""
PATIENCE, PAUSE = 600, 0.1
"""So often, and after so many seconds, a batch is tried again whose keys are all held by somebody who is writing."""
BREATH = 0.05
"""Seconds between two batches on SQLite, which has one writer at a time and no queue for whoever waits."""
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """The version of the new main key, how many keys were moved to it now, and the versions that were destroyed."""

    version: int
    moved: int
    destroyed: Sequence[int]


def rotate(installation: Installation, municipality: str, tell: Tell = lambda _moved: None) -> Rotated:
    """Rotate a municipality's main key, or go on with a rotation that was broken off; ``tell`` hears of each batch.

    Raises Conflict where keys are held so long by somebody else that they cannot be moved: run it again.
    """
    try:
        with installation.session(municipality) as session:
            version = begin(session)
    except IntegrityError:  # somebody else has begun one at this moment: go on with theirs
        with installation.session(municipality) as session:
            version = begin(session)
    moved = 0
    while True:
        moved += _move_all(installation, municipality, tell)
        with installation.session(municipality) as session:
            disabled = disable(session)
        if disabled:
            with installation.session(municipality) as session:
                destroyed = destroy(session)
            break
    installation.keyring.forget()
    installation.forget_pages()
    return Rotated(version, moved, destroyed)


def begin(session: TenantSession) -> int:
    """Give the municipality a new main key, which wraps whatever is new from now on; its version.

    Where an older one is still there, a rotation was broken off: then no other is begun.
    """
    if is_unfinished(session):
        return _newest(session)
    version = _newest(session) + 1
    orders.require_covered(session, Operation(ROTATE, "municipality", session.municipality, {"version": version}))
    keys.of(session).make_main(session, version)
    audit.record(session, OPERATOR, Action.KEYS_ROTATED, "municipality_key", f"{MAIN}:{version}")
    return version


def is_unfinished(session: TenantSession) -> bool:
    """Whether an older main key than the newest is still there."""
    query = select(func.count()).select_from(MunicipalityKey)
    return (session.scalar(query.where(MunicipalityKey.purpose == MAIN, MunicipalityKey.status != DESTROYED)) or 0) > 1


def move(session: TenantSession) -> int:
    """Wrap the next few keys by the newest main key; how many, 0 where none is left that nobody holds."""
    keyring = keys.of(session)
    main = keyring.municipality(session, MAIN, _newest(session))
    moved = 0
    for model in HANGING:
        query = select(model).where(*_behind(model, main.version)).limit(BATCH - moved)
        query = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        for row in session.scalars(query).all():
            old = keyring.municipality(session, MAIN, row.main_version)
            opened = crypto.unwrap(old.secret, row.wrapped, packed(*row.use))
            row.wrapped, row.main_version = crypto.wrap(main.secret, opened, packed(*row.use)), main.version
            moved += 1
        if moved >= BATCH:
            break
    session.flush()
    if moved:
        detail = {"count": moved}
        audit.record(
            session, OPERATOR, Action.KEYS_REWRAPPED, "municipality_key", f"{MAIN}:{main.version}", detail=detail
        )
    return moved


def left(session: TenantSession) -> int:
    """How many keys still hang on an older main key."""
    newest = _newest(session)
    return sum(
        session.scalar(select(func.count()).select_from(model).where(*_behind(model, newest))) or 0 for model in HANGING
    )


def disable(session: TenantSession) -> bool:
    """Let the older main keys wrap nothing more, once nothing hangs on them; False where something still does."""
    older = _older(session)
    if left(session):
        return False
    for row in older:
        if row.status == "enabled":
            row.status = "disabled"
            audit.record(session, OPERATOR, Action.KEYS_DISABLED, "municipality_key", f"{MAIN}:{row.version}")
    return True


def destroy(session: TenantSession) -> list[int]:
    """Destroy the disabled main keys, on which nothing hangs; their versions. A tombstone for each stays for ever."""
    older = [row for row in _older(session) if row.status == "disabled"]
    if left(session):
        return []
    for row in older:
        row.status, row.wrapped = DESTROYED, b""
        audit.record(session, OPERATOR, Action.KEYS_DESTROYED, "municipality_key", f"{MAIN}:{row.version}")
    session.info["keys_destroyed"] = True
    return [row.version for row in older]


def _move_all(installation: Installation, municipality: str, tell: Tell) -> int:
    moved, waited = 0, 0
    while True:
        with installation.session(municipality) as session:
            step = move(session)
            rest = 0 if step else left(session)
        if step:
            moved, waited = moved + step, 0
            tell(moved)
            if installation.engine.dialect.name == "sqlite":
                time.sleep(BREATH)
        elif not rest:
            return moved
        elif waited == PATIENCE:
            raise Conflict
        else:
            waited += 1
            time.sleep(PAUSE)


def _newest(session: TenantSession) -> int:
    query = select(func.max(MunicipalityKey.version)).where(
        MunicipalityKey.purpose == MAIN, MunicipalityKey.status == "enabled"
    )
    newest = session.scalar(query)
    if newest is None:
        raise Broken("the municipality has no main key")
    return newest


def _older(session: TenantSession) -> list[MunicipalityKey]:
    """The main keys before the newest that are still there, held until this transaction ends.

    Whoever is wrapping something by one of them holds it too: we wait for them, and see what they wrote.
    """
    query = select(MunicipalityKey).where(MunicipalityKey.purpose == MAIN, MunicipalityKey.status != DESTROYED)
    query = query.where(MunicipalityKey.version < _newest(session)).order_by(MunicipalityKey.version)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)).all())


def _behind(model: Any, newest: int) -> list[Any]:
    """The conditions on what hangs on an older main key than the newest."""
    return [model.main_version < newest, model.status != DESTROYED]
