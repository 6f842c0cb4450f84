"""Which keys there are: their versions, states and ages, what hangs on them, and which root holds them. Never a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from casework.core import audit, organisations
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.keys import DESTROYED, MAIN
from casework.core.models import CaseKey, InstallationKey, MunicipalityKey, PersonKey
from casework.core.permissions import OPERATOR


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a key. ``main`` is the main key it hangs on; ``root`` the root, None where it is not known.

    ``cases`` and ``persons`` are how many of their keys hang on it, if it is a main key itself.
    """

    purpose: str
    version: int
    status: str
    made_at: datetime
    age_days: int
    main: int | None
    root: str | None
    cases: int | None
    persons: int | None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a municipality, or of the installation where ``code`` is None."""

    code: str | None
    name: str
    versions: Sequence[Version]
    destroyed: int
    """How many keys of cases and persons were destroyed and have left a tombstone."""


def of_installation(installation: Installation) -> list[Keys]:
    """Every key of the installation and its municipalities, but for those of cases and persons, which are counted."""
    with installation.session(None) as session:
        places = [(place.code, place.name) for place in organisations.municipalities(session)]
        rows = session.scalars(select(InstallationKey).order_by(InstallationKey.purpose, InstallationKey.version)).all()
        versions = [_version(session, row, row.status) for row in rows]
        found = [Keys(None, "Installationen", versions, 0)]
        audit.record(session, OPERATOR, Action.KEYS_LISTED, "keys", "")
    for code, name in places:
        with installation.session(code) as session:
            found.append(_of_municipality(session, name))
    return found


def _of_municipality(session: TenantSession, name: str) -> Keys:
    query = select(MunicipalityKey).order_by(MunicipalityKey.purpose != MAIN, MunicipalityKey.purpose)
    rows = session.scalars(query.order_by(MunicipalityKey.version)).all()
    hanging = {model: _hanging(session, model) for model in (CaseKey, PersonKey)}
    versions = [
        _version(session, row, row.status, row.main_version, hanging if row.purpose == MAIN else None) for row in rows
    ]
    audit.record(session, OPERATOR, Action.KEYS_LISTED, "keys", "")
    gone = sum(_destroyed(session, model) for model in (CaseKey, PersonKey))
    return Keys(session.municipality, name, versions, gone)


def _version(
    session: TenantSession,
    row: InstallationKey | MunicipalityKey,
    status: str,
    main: int | None = None,
    hanging: dict[Any, dict[int, int]] | None = None,
) -> Version:
    return Version(
        row.purpose,
        row.version,
        status,
        row.made_at,
        (session.now - row.made_at).days,
        main,
        row.root,
        None if hanging is None else hanging[CaseKey].get(row.version, 0),
        None if hanging is None else hanging[PersonKey].get(row.version, 0),
    )


def _hanging(session: TenantSession, model: Any) -> dict[int, int]:
    query = select(model.main_version, func.count()).where(model.status != DESTROYED).group_by(model.main_version)
    return {row[0]: row[1] for row in session.execute(query)}


def _destroyed(session: TenantSession, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(model.status == DESTROYED)) or 0
