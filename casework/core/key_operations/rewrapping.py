"""The root of all keys changed while everybody works: each key under it opened by the old root and wrapped by the new.

One row is one transaction, and each row says which root wrapped it: a move that is broken off is taken up again by the
same command, and every process that knows both roots opens every row at every moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import audit, crypto, keys, organisations, roots
from casework.core.actions import Action
from casework.core.crypto import packed
from casework.core.db import TenantSession
from casework.core.errors import Broken, Refused
from casework.core.installation import Installation
from casework.core.key_operations import orders
from casework.core.key_operations.orders import REWRAP, Operation
from casework.core.keys import DESTROYED
from casework.core.models import InstallationKey, MunicipalityKey
from casework.core.permissions import OPERATOR
from casework.core.roots import FILE, FileRoot, RootProvider

Place = tuple[str, int]
"""A purpose and a version."""


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many keys were moved to the root now, and how many lie there."""

    moved: int
    all: int


def rewrap(installation: Installation, provider: str, *, renew: bool = False) -> Rewrapped:
    """Move everything that hangs on a root to the provider's; raises KeyMissing for one that was not chosen.

    ``renew`` makes a new root key in the key file first, unless one made earlier still waits for this; raises Refused
    for other providers, whose keys are made where they are kept.
    """
    target = installation.keyring.roots.named(provider)
    if renew and not isinstance(target, FileRoot):
        raise Refused.because(_("En ny rotnyckel görs här bara för file. Gör den hos leverantören i stället."))
    _begin(installation, target, {"to": orders.as_code(provider), "renew": renew})
    with _alone(installation):
        if renew and isinstance(target, FileRoot):
            target.renew()
    moved = 0
    while step := [_move(installation, code, place, target) for code, place, _root in _rows(installation)]:
        moved += sum(step)
        if not any(step):  # nothing was made under the old root meanwhile either
            break
    if isinstance(target, FileRoot):
        with _alone(installation):
            target.retire()
    installation.keyring.forget()
    installation.forget_pages()
    return Rewrapped(moved, len(step))


def _begin(installation: Installation, target: RootProvider, detail: audit.Detail) -> None:
    """Let the move begin in every municipality it begins in, or in none; going on with one is not asked."""
    operation = Operation(REWRAP, "installation", "", detail)
    with installation.session(None) as session:
        places = organisations.municipalities(session)
    begins = [one for one in places if _begins(installation, one.code, target, renew=bool(detail["renew"]))]
    without = []
    for place in begins:
        with installation.session(place.code) as session:
            if not orders.is_covered(session, operation):
                without.append(place.name)
    if without:
        raise Refused.because(f"{orders.NO_ORDER} ({', '.join(without)})")
    for code in (*(place.code for place in begins), None):
        with installation.session(code) as session:
            orders.require_covered(session, operation)


def _begins(installation: Installation, code: str, target: RootProvider, *, renew: bool) -> bool:
    """Whether a municipality's keys all lie under one root that they are to leave; under two the move is half-way."""
    with installation.session(code) as session:
        under = {row.root or FILE for row in session.execute(_under_root(code)).scalars()}
    if len(under) != 1:
        return False
    root = next(iter(under))
    if isinstance(target, FileRoot):
        return root != target.root_of(b"") or (renew and not target.is_renewed)
    return root.partition(":")[0] != target.name


@contextmanager
def _alone(installation: Installation) -> Iterator[None]:
    """Nobody wraps anything by a root meanwhile, and whoever did has ended: what they made is there to be moved.

    Else a key made under the old root could be committed after everything was moved, and the old root taken away.
    """
    with installation.session(None) as session:
        session.execute(select(InstallationKey.purpose).with_for_update())
        yield


def in_use(installation: Installation) -> frozenset[str]:
    """The names of the providers that keys lie under; those from before rows said so lie under the key file."""
    return frozenset((root or FILE).partition(":")[0] for _code, _place, root in _rows(installation))


def _rows(installation: Installation) -> list[tuple[str | None, Place, str | None]]:
    """Everything under a root: its municipality, its purpose and version, and the root."""
    with installation.session(None) as session:
        codes = [None, *(one.code for one in organisations.municipalities(session))]
    found: list[tuple[str | None, Place, str | None]] = []
    for code in codes:
        with installation.session(code) as session:
            rows = session.execute(_under_root(code)).scalars()
            found += [(code, (row.purpose, row.version), row.root) for row in rows]
    return found


def _under_root(code: str | None) -> Any:
    """The rows of a municipality, or of the installation, that a root has wrapped."""
    if code is None:
        there = select(InstallationKey).where(InstallationKey.wrapped != b"")
        return there.order_by(InstallationKey.purpose, InstallationKey.version)
    query = select(MunicipalityKey).where(MunicipalityKey.main_version.is_(None), MunicipalityKey.status != DESTROYED)
    return query.order_by(MunicipalityKey.version)


def _move(installation: Installation, code: str | None, place: Place, target: RootProvider) -> bool:
    """Wrap one row by the target, unless it already is; whether it was moved."""
    model: type[InstallationKey | MunicipalityKey] = InstallationKey if code is None else MunicipalityKey
    with installation.session(code) as session:
        query = _under_root(code).where(model.purpose == place[0], model.version == place[1]).with_for_update()
        row = session.execute(query).scalar()
        if row is None:  # destroyed meanwhile, by a rotation
            return False
        secret = keys.of(session).roots.unwrap(row.root, row.wrapped, packed(*row.use))
        root, wrapped = roots.wrapped_by(target, secret, packed(*row.use))
        if root == row.root:
            return False
        if not crypto.same(target.unwrap(wrapped, packed(*row.use)).reveal(), secret.reveal()):
            raise Broken("the new root does not give the key back")
        row.root, row.wrapped = root, wrapped
        _remember(session, row)
        return True


def _remember(session: TenantSession, row: InstallationKey | MunicipalityKey) -> None:
    kind = "installation_key" if isinstance(row, InstallationKey) else "municipality_key"
    detail = {"root": orders.as_code(str(row.root))}
    audit.record(session, OPERATOR, Action.KEYS_REWRAPPED, kind, f"{row.purpose}:{row.version}", detail=detail)
