"""What goes when a case is closed: the keys of its sealed places, destroyed some days later unless it is reopened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, or_, select

from casework.contract.focus import Retention
from casework.core import clock, destruction, municipality_settings, organisations
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.keys import DESTROYED
from casework.core.models import Case, CaseKey, Entry, Import, Value
from casework.core.permissions import OPERATOR

DAYS = "sealed_place_days"
"""The setting that says how long a wrong closing can be undone; for a case that was brought in, from that day on."""


def destroy_due(installation: Installation, municipality: str) -> int:
    """Destroy the sealed places of every case whose days are over, each in a transaction of its own; how many."""
    with installation.session(municipality) as session:
        cases = due(session)
    done = 0
    for case_id in cases:
        with installation.session(municipality) as session:
            done += _destroy(session, case_id)
    if done:
        installation.forget_pages()
    return done


def destroy_everywhere(installation: Installation) -> dict[str, int]:
    """Destroy what is due in every municipality; how many cases, by the municipality's name, where there were any."""
    with installation.session(None) as session:
        places = [(place.code, place.name) for place in organisations.municipalities(session)]
    done = {name: destroy_due(installation, code) for code, name in places}
    return {name: count for name, count in done.items() if count}


def due(session: TenantSession, *only: str) -> Sequence[str]:
    """The closed cases whose sealed places are to go now, or those of them among ``only``."""
    days = timedelta(days=municipality_settings.number(session, DAYS))
    written = exists().where(
        Entry.municipality == Case.municipality,
        Entry.case_id == Case.id,
        Value.municipality == Entry.municipality,
        Value.entry_id == Entry.id,
        Value.retention == Retention.SEALED_PLACE,
    )
    there = exists().where(
        CaseKey.municipality == Case.municipality,
        CaseKey.case_id == Case.id,
        CaseKey.retention == Retention.SEALED_PLACE,
        CaseKey.status != DESTROYED,
    )
    query = (
        select(Case.id)
        .outerjoin(Import, (Import.municipality == Case.municipality) & (Import.id == Case.import_id))
        .where(
            Case.is_open.is_(False),
            Case.closed_on <= clock.today(session.now) - days,
            or_(Case.import_id.is_(None), Import.made_at <= session.now - days),
            written,
            there,
        )
    )
    if only:
        query = query.where(Case.id.in_(only))
    return session.scalars(query.order_by(Case.id)).all()


def _destroy(session: TenantSession, case_id: str) -> bool:
    """Destroy one case's, unless it was reopened meanwhile: whoever takes a step in it must wait, or has been first."""
    case = session.get(Case, (session.municipality, case_id), with_for_update=True, populate_existing=True)
    if case is None or not due(session, case_id):
        return False
    destruction.places(session, OPERATOR, case)
    return True
