"""Notices: that somebody has something to read. They hold a kind and a place, never a case, a name or a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from casework.contract.language import gettext as _
from casework.core.db import TenantSession, new_id
from casework.core.models import Notice

KINDS = {
    "account_reset": _("Ditt konto har återställts. Var det inte du som bad om det, säg det till din chef i dag."),
    "approval_decided": _("Det du bad om godkännande för är avgjort."),
    "approval_waits": _("Något väntar på ditt godkännande."),
    "colleague_reset": _("Kontot för någon på din enhet har återställts."),
    "consent_ended": _("Ett samtycke som en delning vilar på har slutat gälla, i ett ärende du arbetar i."),
    "deputy_named": _("Din chef har utsett en ersättare som får din inkorg."),
    "disclosure_decided": _("Ett utlämnande som du har bett om beslut om är avgjort."),
    "disclosure_ended": _("Ett utlämnande har avslutats i ett ärende du arbetar i."),
    "disclosure_in_need": _("Uppgifter har lämnats ut i nöd i ett ärende på din enhet. Gå igenom skälen i dag."),
    "disclosure_waits": _("Ett utlämnande väntar på ditt beslut."),
    "disclosure_wrong": _("Något har lämnats ut muntligt i ett ärende på din enhet utan att det blev godkänt."),
    "emergency_opened": _("Nödåtkomst har använts och ska granskas."),
    "handover_acute": _("En akut orosanmälan har kommit in till inkorgen."),
    "handover_kept": _("Ett ärende du arbetar i har fått något nytt att läsa eller svara på."),
    "handover_told": _("Det finns ett besked om något som du har skickat."),
    "handover_unassigned": _("Något har kommit in till ett ärende på din enhet som ingen handlägger."),
    "handover_waits": _("Något har kommit in till inkorgen."),
    "log_question": _("Du har fått en fråga om loggen."),
    "log_answer": _("En kollega har svarat på din fråga om loggen."),
    "namesake_met": _(
        "En kollega heter som en person som inte får veta om ett ärende. Pröva jäv på ärendets sida Team."
    ),
    "participation_added": _("Du kan nu läsa delar av ett ärende som du deltar i."),
    "participation_ended": _("Ett ärende som du har deltagit i visas inte längre för dig."),
    "question_ended": _("En fråga om beslut i ett ärende du arbetar i har avslutats utan svar. Fråga någon annan."),
    "received_waits": _("Du har fått uppgifter att läsa."),
    "registration_waits": _("En kollega behöver din hjälp med en registrering."),
    "sign_in_changed": _("Ett sätt att logga in på ditt konto har ändrats."),
    "sign_in_half": _(
        "Någon har skrivit ditt lösenord rätt men inte loggat in färdigt. Var det inte du, byt lösenord i dag."
    ),
    "sign_in_tried": _("Någon har försökt logga in på ditt konto flera gånger och misslyckats."),
}
"""Every kind of notice, with the sentence its reader sees once signed in. Kept in alphabetical order."""
OWN = frozenset({"account_reset", "sign_in_changed", "sign_in_half", "sign_in_tried"})
"""The kinds that are about the reader's own account, in whichever municipality they were told."""


def tell(session: TenantSession, account_id: str, kind: str) -> None:
    """Leave somebody a line, in the transaction of what it is about; raises KeyError for an unknown kind.

    A second line of a kind that is still unread in the municipality would say nothing more, and is not written.
    """
    KINDS[kind]
    if any(one.kind == kind for one in unread(session, account_id)):
        return
    session.add(
        Notice(id=new_id(), account_id=account_id, municipality_code=session.tenant, kind=kind, made_at=session.now)
    )


def unread(session: TenantSession, account_id: str) -> Sequence[Notice]:
    """An account's unread notices of the session's municipality (or of none), the latest first."""
    query = select(Notice).where(
        Notice.account_id == account_id,
        Notice.municipality_code.is_(None) if session.tenant is None else Notice.municipality_code == session.tenant,
        Notice.read_at.is_(None),
    )
    return session.scalars(query.order_by(Notice.made_at.desc(), Notice.id)).all()


def everywhere(session: TenantSession, account_id: str) -> Sequence[Notice]:
    """An account's unread notices of every municipality and of none, the latest first."""
    query = select(Notice).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    return session.scalars(query.order_by(Notice.made_at.desc(), Notice.id)).all()


def count(session: TenantSession, account_id: str) -> int:
    """How many notices an account has not read, wherever they were told."""
    query = select(func.count()).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    return session.scalar(query) or 0


def read(session: TenantSession, account_id: str, kind: str) -> None:
    """Note that somebody has read what a kind of notice was about."""
    for notice in unread(session, account_id):
        if notice.kind == kind:
            notice.read_at = session.now


def take_back(session: TenantSession, account_id: str, kind: str, made_at: datetime) -> None:
    """Put away what was told at a moment, and has turned out to be nothing; what was told before it stays."""
    for notice in unread(session, account_id):
        if notice.kind == kind and notice.made_at == made_at:
            notice.read_at = session.now


def read_own(session: TenantSession, account_id: str) -> list[str]:
    """Note that somebody has read what is about their own account; the kinds there were, each once."""
    found = [one for one in everywhere(session, account_id) if one.kind in OWN]
    for notice in found:
        notice.read_at = session.now
    return list(dict.fromkeys(one.kind for one in found))


def dismiss(session: TenantSession, account_id: str, notice_id: str) -> None:
    """Put one of somebody's own notices away; another's, and one that is not there, is left as it is."""
    for notice in everywhere(session, account_id):
        if notice.id == notice_id:
            notice.read_at = session.now
