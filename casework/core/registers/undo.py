"""An import taken back: keys and rows of what nobody has written to since are destroyed; the audit stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from casework.contract.language import gettext as _
from casework.core import audit, destruction, held_forms, organisations
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.models import (
    Approval,
    Case,
    CaseAccess,
    CaseLink,
    CaseMember,
    CasePerson,
    Communication,
    ConflictBlock,
    Consent,
    Decider,
    Disclosure,
    Emergency,
    Entry,
    Handover,
    Import,
    Meeting,
    Objection,
    Participation,
    StateChange,
    StatusPermission,
    Task,
    TrackState,
    Unsealing,
)
from casework.core.permissions import OPERATOR, Actor
from casework.core.registers import running

WRITTEN = (
    *(Approval, Communication, ConflictBlock, Consent, Decider, Disclosure, Emergency, Handover, Meeting, Objection),
    *(Participation, StatusPermission, Task, TrackState),
)
"""Rows that an import never makes: where there is one, somebody has written to the case."""
GOES_WITH_A_CASE: tuple[Any, ...] = (Unsealing, CaseAccess, CaseMember, StateChange, CasePerson)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many cases of an import were destroyed, and how many were kept because somebody has written to them."""

    import_id: str
    undone: int
    kept: int


def municipality_of(installation: Installation, import_id: str) -> str:
    """The municipality an import belongs to; raises Refused for an unknown one."""
    with installation.session(None) as session:
        codes = [one.code for one in organisations.municipalities(session)]
    for code in codes:
        with installation.session(code) as session:
            if session.get(Import, (code, import_id)) is not None:
                return code
    raise Refused.because(_("Importen finns inte här. En provkörning lämnar inget att ta tillbaka."), "undo")


def undo(
    installation: Installation, municipality: str, import_id: str, *, area: str | None = None, by: str | None = None
) -> Undone:
    """Take an import back, case by case; without ``by`` it is the operator who does it."""
    with installation.session(municipality) as session:
        actor = OPERATOR if by is None else running.importer(session, by)[0]
        found = session.get(Import, (municipality, import_id))
        if found is None or (area is not None and found.area != area):
            raise Refused.because(_("Importen hör inte till den kommunen och modulen."), "undo")
        cases = session.scalars(select(Case.id).where(Case.import_id == import_id)).all()
    undone = 0
    for case_id in cases:
        with installation.session(municipality) as session:
            undone += _destroy(session, actor, case_id, import_id)
    kept = len(cases) - undone
    with installation.session(municipality) as session:
        found = session.get_one(Import, (municipality, import_id))
        found.undone_at = session.now
        detail = {"undone": undone, "kept": kept}
        audit.record(session, actor, Action.IMPORT_UNDONE, "import", import_id, detail=detail)
    installation.forget_pages()
    return Undone(import_id, undone, kept)


def _destroy(session: TenantSession, actor: Actor, case_id: str, import_id: str) -> bool:
    case = session.get_one(Case, (session.municipality, case_id), with_for_update=True)
    if _written_since(session, case):
        return False
    detail: audit.Detail = {"import": import_id, "area": case.area}
    persons = destruction.case(session, actor, case_id, detail)
    session.expunge(case)
    for person_id in sorted(persons):
        destruction.person(session, actor, person_id, {"import": import_id})
    return True


def _written_since(session: TenantSession, case: Case) -> bool:
    if case.imported_version is None or case.version != case.imported_version:
        return True
    queries = [select(model.case_id).where(model.case_id == case.id) for model in WRITTEN]
    queries.append(select(Entry.case_id).where(Entry.case_id == case.id, Entry.origin.is_(None)))
    queries.append(select(CaseLink.id).where(or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)))
    if any(session.scalar(query.limit(1)) is not None for query in queries):
        return True
    return held_forms.is_on(session, case.id)  # somebody typed in the case and has not sent it yet
