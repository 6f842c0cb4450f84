"""What an upgrade takes responsibility for: keys that came later, and rows that were written without a record of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import select

from casework.core import audit, changes, grants, keys, organisations, row_verification
from casework.core.actions import Action
from casework.core.changes import Change
from casework.core.installation import Installation
from casework.core.models import Membership
from casework.core.permissions import OPERATOR
from casework.core.row_verification import RowFault

FIRST_SEALED = "0006"
"""The revision from which on every membership is sealed."""
BATCH = 1000


def adopt(installation: Installation, since: str) -> int:
    """Bring the record in step with what the upgrade from a revision found and changed; how many rows that were.

    Somebody who had been at a row before the upgrade is not found by the record after it: verify first.
    """
    with installation.session(None) as session:
        codes = [one.code for one in organisations.municipalities(session)]
    for code in codes:
        with installation.session(code) as session:
            keys.of(session).complete_municipality(session)
            if since < FIRST_SEALED:
                for membership in session.scalars(select(Membership).where(Membership.mac.is_(None))).all():
                    grants.seal(session, membership)
    adopted = 0
    for code in codes:
        with installation.session(code) as looking:  # it sees one moment, and hinders nobody who writes meanwhile
            adopted += _adopt(installation, code, row_verification.faults(looking), since)
    found = row_verification.installation_faults(installation.session, codes)
    return adopted + _adopt(installation, None, found, since)


def _adopt(installation: Installation, code: str | None, found: Iterable[RowFault], since: str) -> int:
    rest, adopted = iter(found), 0
    while some := list(islice(rest, BATCH)):
        with installation.session(code) as session:
            detail: audit.Detail = {"since": since, "rows": len(some)}
            audit.record(session, OPERATOR, Action.ROWS_ADOPTED, "rows", "", detail=detail)
            changes.adopt(session, (Change(one.table, one.key, one.recorded, one.found) for one in some))
        adopted += len(some)
    return adopted
