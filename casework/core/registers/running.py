"""A register brought in whole: a few rows to a transaction, or for a trial all in one that is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Literal

from casework.contract.fields import Agency
from casework.contract.focus import CaseType
from casework.contract.language import gettext as _
from casework.core import access, accounts, activation, audit, clock, organisations
from casework.core.actions import Action
from casework.core.db import TenantSession, keep_in_memory, new_id
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.models import Import
from casework.core.permissions import Actor, Role
from casework.core.registers import officers, placing, writing
from casework.core.registers.columns import Register, Table
from casework.core.registers.report import Report, remark
from casework.core.registers.rows import Doubt, understood
from casework.core.registers.writing import Desk
from casework.core.registry import Registry

ROLES = (Role.CASE_OFFICER, Role.TEAM_LEAD, Role.INTAKE)
"""Who may bring in a register."""
BATCH = 20
"""Rows written in one transaction: few enough that nobody else waits long for theirs."""
Outcome = Literal["blank", "already"] | Doubt | tuple[Doubt, ...]
"""What became of a row: refused for a reason, or in with its doubts, if it was not passed over."""
Sessions = Callable[[], AbstractContextManager[TenantSession]]


def desk(session: TenantSession, registry: Registry, area: str, username: str) -> Desk:
    """Everything an import needs to know beforehand; raises Refused for who may not and for an area that is off."""
    actor, unit_id = importer(session, username)
    if area not in registry.areas:
        raise Refused.because(_("Modulen är inte installerad."), "area")
    if not activation.is_enabled(session, area):
        raise Refused.because(_("Modulen är avstängd i kommunen. Nya ärenden kan inte startas."), "area")
    kind = _kind(registry, area)
    placing.note_form(kind)
    return Desk(registry, actor, area, kind, unit_id, officers.present(session), new_id())


def importer(session: TenantSession, username: str) -> tuple[Actor, str]:
    """The actor of a user name and their unit; raises Refused unless they hold cases in social services here."""
    account = accounts.find(session, username)
    actor = None if account is None else accounts.actor(session, account)
    posts = [] if actor is None else [post for post in actor.posts if post.agency == Agency.SOCIAL_SERVICES]
    for role in ROLES:
        for post in posts:
            if post.role is role and actor is not None:
                return replace(actor, posts=tuple(posts)), post.unit_id
    raise Refused.because(
        _("Användaren måste vara handläggare, enhetschef eller mottagning i socialtjänsten i den kommunen."), "as"
    )


def run(
    installation: Installation, municipality: str, ready: Desk, register: Register, *, dry: bool = False
) -> Generator[Report, None, None]:
    """Bring the rows in one by one and give the report as it grows; a dry run leaves no trace."""
    report = Report(None if dry else ready.import_id, skipped_sheets=list(register.skipped))
    report.unknown_columns = [name for table in register.tables for name in table.unknown]
    yield report
    if not dry:

        def sessions() -> AbstractContextManager[TenantSession]:
            return installation.session(municipality, ready.actor.id)

        yield from _rows(sessions, ready, register, report)
        return
    session = installation.open(municipality, ready.actor.id)
    try:
        keep_in_memory(session)
        yield from _rows(lambda: nullcontext(session), ready, register, report)
    finally:
        session.rollback()
        session.close()


def municipality_of(session: TenantSession, code: str) -> str:
    """The code of a municipality that takes part; raises Refused for any other."""
    if organisations.municipality(session, code) is None:
        raise Refused.because(_("Kommunen finns inte här."), "municipality")
    return code


def _rows(sessions: Sessions, ready: Desk, register: Register, report: Report) -> Generator[Report, None, None]:
    with sessions() as session:
        session.add(Import(id=ready.import_id, area=ready.area, made_by=ready.actor.id, made_at=session.now))
        session.flush()
    try:
        for number, table in enumerate(register.tables, 1):
            sheet = number if len(register.tables) > 1 else None
            for first in range(0, len(table.rows), BATCH):
                indexes = range(first, min(first + BATCH, len(table.rows)))
                with sessions() as session, access.gathered(session):
                    outcomes = [_row(session, ready, table, index) for index in indexes]
                # What a batch that was rolled back would have told must not be told.
                for index, outcome in zip(indexes, outcomes, strict=True):
                    _tell(report, table, index, outcome, sheet)
                    yield report
    finally:
        counts = {"imported": report.imported, "already": report.already, "refused": len(report.refused)}
        with sessions() as session:
            audit.record(session, ready.actor, Action.IMPORT_DONE, "import", ready.import_id, detail=counts)


def _row(session: TenantSession, ready: Desk, table: Table, index: int) -> Outcome:
    if table.is_blank(index):
        return "blank"
    row = understood(table, index, clock.today(session.now))
    if isinstance(row, Doubt):
        return row
    outcome = writing.bring_in(session, ready, row)
    return "already" if outcome is None else outcome


def _tell(report: Report, table: Table, index: int, outcome: Outcome, sheet: int | None) -> None:
    match outcome:
        case "blank":
            report.blank += 1
        case "already":
            report.already += 1
        case Doubt():
            report.refused.append(remark(table, index, outcome, sheet))
        case doubts:
            report.imported += 1
            report.warnings += [remark(table, index, doubt, sheet) for doubt in doubts]


def _kind(registry: Registry, area: str) -> CaseType:
    """The case type a register goes into: the first that can be about a person."""
    for kind in registry.areas[area].case_types:
        if any(not kind.workflow.state(name).anonymous for name in kind.workflow.starts):
            return kind
    raise Refused.because(_("Modulen kan inte öppna ärenden om en person."), "area")
