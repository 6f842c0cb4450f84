"""Four eyes: a deed asked for by one, approved and carried out by another, in one transaction and once.

What was asked is bound by a SHA-256 digest to its kind, object, parameters, requester, and what the objects were like.
Whoever approves carries out that and nothing else, as the one who asked, who must still have the right to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from casework.contract.language import gettext as _
from casework.core import access, accounts, approval_deciders, audit, municipality_settings, notices, vault
from casework.core.actions import Action
from casework.core.approval_kinds import KINDS
from casework.core.asked import Asked, Code, canonical, digest_of
from casework.core.db import TenantSession, new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Account, Approval, CasePerson, Person
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

HOURS = 24
NOBODY = {
    Permission.APPROVAL_ADMINISTER: _(
        "Kommunen har ingen annan administratör som kan godkänna. Be driften lägga upp en."
    ),
    Permission.APPROVAL_CASE: _(
        "Ingen annan enhetschef eller förste socialsekreterare i kommunen kan godkänna det här."
    ),
}
Deed = Callable[[TenantSession, Registry, Actor, Asked], str | None]
_DEEDS: dict[str, Deed] = {}


class Decided(NamedTuple):
    """What came of a decision: the approval in its new state, and a one-time link's token where the deed made one."""

    approval: Approval
    token: str | None = None


def carries_out(kind: str) -> Callable[[Deed], Deed]:
    """Mark the function that carries out a kind once it is approved; the actor it gets is the one who asked."""

    def mark(deed: Deed) -> Deed:
        KINDS[kind]
        _DEEDS[kind] = deed
        return deed

    return mark


def guards(session: TenantSession, case_id: str) -> bool:
    """Whether naming somebody in a case takes two people: a person in it is protected as far as was chosen here.

    Whoever is named in a case sees everybody in it, not only the one whom it is about.
    """
    level = municipality_settings.number(session, "four_eyes_level")
    in_case = (CasePerson.municipality == Person.municipality) & (CasePerson.person_id == Person.id)
    protected = select(Person.id).join(CasePerson, in_case).where(CasePerson.case_id == case_id)
    return session.scalar(protected.where(Person.protection >= level).limit(1)) is not None


def ask(
    session: TenantSession,
    actor: Actor,
    kind: str,
    object_kind: str,
    object_id: str,
    parameters: Mapping[str, Code],
    case_id: str | None = None,
    *,
    reason: str = "",
) -> Approval:
    """Ask for a deed that takes two people; the deed's own function has asked for leave to do it.

    ``parameters`` are codes and ids; ``account`` names whom it concerns, who may not approve it. Raises Refused where
    the same waits already and where nobody could approve it.
    """
    access.require(actor, Permission.APPROVAL_ASK, Action.APPROVAL_ASKED, object_kind, object_id)
    asked = Asked(kind, object_kind, object_id, case_id, dict(parameters))
    approval = Approval(
        id=new_id(),
        municipality=session.municipality,
        kind=kind,
        object_kind=object_kind,
        object_id=object_id,
        case_id=case_id,
        concerns_id=str(parameters["account"]) if "account" in parameters else None,
        parameters=canonical(parameters),
        versions=canonical(KINDS[kind].versions(session, asked)),
        requester_id=actor.id,
        requested_at=session.now,
        expires_at=session.now + timedelta(hours=HOURS),
        state="waiting",
    )
    approval.digest = digest_of(approval, approval.versions)
    same = (approval.parameters, approval.case_id)  # that another case waits for it is not told
    if any((one.parameters, one.case_id) == same for one in waiting_at(session, object_id, kind)):
        raise Refused.because(_("Det här väntar redan på godkännande."))
    able = approval_deciders.able(session, approval)
    if not able:
        raise Refused.because(NOBODY[KINDS[kind].decided_by])
    if reason.strip():
        approval.reason = vault.seal_approval(session, approval, "reason", reason.strip())
    session.add(approval)
    session.flush()
    for account in able:
        notices.tell(session, account.id, "approval_waits")
    _remember(session, actor, Action.APPROVAL_ASKED, approval)
    return approval


def decide(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    approval_id: str,
    *,
    granted: bool,
    answer: str = "",
    seen: str | None = None,
) -> Decided:
    """Approve and carry out, or refuse, what a colleague asked for; ``seen`` is the digest of what was shown.

    Somebody else decides at the same moment or never: the row is held. Too late, or if what it is about has changed
    meanwhile, nothing is carried out, and the approval's state says so. Raises NotFound for whoever may not approve.
    """
    action = Action.APPROVAL_GRANTED if granted else Action.APPROVAL_REFUSED
    approval = _held(session, actor, approval_id, action, access.unblocked(actor))
    approval_deciders.require(session, actor, approval, action)
    if approval.state != "waiting":
        raise Refused.because(_("Det här är redan avgjort."))
    if seen is not None and seen != approval.digest:
        raise Conflict
    if approval.expires_at <= session.now:
        return _end(session, actor, approval, "expired", Action.APPROVAL_EXPIRED)
    if answer.strip():
        approval.answer = vault.seal_approval(session, approval, "answer", answer.strip())
    if not granted:
        return _end(session, actor, approval, "refused", Action.APPROVAL_REFUSED)
    asked = Asked.of(approval)
    if digest_of(approval, canonical(KINDS[approval.kind].versions(session, asked))) != approval.digest:
        return _end(session, actor, approval, "void", Action.APPROVAL_VOIDED, cause="changed")
    return _carry_out(session, registry, actor, approval, asked)


def granted(session: TenantSession, kind: str, object_id: str) -> Approval | None:
    """What was approved last at an object, unless it is no longer what was asked or its day is over.

    For what is done after it was approved, by whoever then asks: the objects must still be like they were.
    """
    query = select(Approval).where(Approval.kind == kind, Approval.object_id == object_id, Approval.state == "used")
    approval = session.scalars(query.order_by(Approval.ended_at.desc(), Approval.id).limit(1)).one_or_none()
    if approval is None or approval.ended_at is None or approval.ended_at + timedelta(hours=HOURS) <= session.now:
        return None
    versions = canonical(KINDS[kind].versions(session, Asked.of(approval)))
    return approval if digest_of(approval, versions) == approval.digest else None


def words_of(session: TenantSession, actor: Actor, asked: Asked) -> str:
    """What the actor wrote when they asked for a deed, for the function that carries it out; audited as read."""
    waits = waiting_at(session, asked.object_id, asked.kind)
    mine = [one for one in waits if one.requester_id == actor.id and one.parameters == canonical(asked.parameters)]
    decision = access.of_approvals(session, actor, mine, Action.APPROVAL_READ)
    return vault.open_approval(decision, mine[0], "reason")


def take_back(session: TenantSession, actor: Actor, approval_id: str) -> None:
    """Take back what the actor asked for and nobody has decided.

    Raises NotFound for anybody else's, and for what is asked of a case that a conflict of interest closes to the actor.
    """
    access.require(actor, Permission.APPROVAL_ASK, Action.APPROVAL_WITHDRAWN, "approval", approval_id)
    approval = _held(session, actor, approval_id, Action.APPROVAL_WITHDRAWN, approval_deciders.case_open(actor))
    if approval.requester_id != actor.id or not approval_deciders.heard(session, actor, [approval]):
        raise NotFound(access.denial(actor, Action.APPROVAL_WITHDRAWN, "approval", approval_id, "requester"))
    if approval.state != "waiting":
        raise Refused.because(_("Det här är redan avgjort."))
    _end(session, actor, approval, "withdrawn", Action.APPROVAL_WITHDRAWN)


def waiting_at(session: TenantSession, object_id: str, *kinds: str) -> list[Approval]:
    """What waits for approval at an object now, of some kinds or of all."""
    query = select(Approval).where(
        Approval.object_id == object_id, Approval.state == "waiting", Approval.expires_at > session.now
    )
    query = query.where(Approval.kind.in_(kinds)) if kinds else query
    return list(session.scalars(query.order_by(Approval.requested_at)).all())


def _carry_out(session: TenantSession, registry: Registry, actor: Actor, approval: Approval, asked: Asked) -> Decided:
    requester = accounts.actor(session, session.get_one(Account, approval.requester_id))
    _remember(session, actor, Action.APPROVAL_GRANTED, approval)
    try:
        token = _DEEDS[approval.kind](session, registry, requester, asked)
    except NotFound:  # deeds ask before they write: nothing was done
        return _end(session, actor, approval, "void", Action.APPROVAL_VOIDED, cause="right")
    _end(session, requester, approval, "used", Action.APPROVAL_CARRIED_OUT, by=actor)
    return Decided(approval, token)


def _end(
    session: TenantSession,
    actor: Actor,
    approval: Approval,
    state: str,
    action: Action,
    *,
    cause: str = "",
    by: Actor | None = None,
) -> Decided:
    approval.state, approval.ended_at = state, session.now
    if state in {"used", "refused"}:
        approval.decided_by = (by or actor).id
    session.flush()
    requester = accounts.actor(session, session.get_one(Account, approval.requester_id))
    if state != "withdrawn" and approval_deciders.heard(session, requester, [approval]):
        notices.tell(session, approval.requester_id, "approval_decided")
    _remember(session, actor, action, approval, cause)
    return Decided(approval)


def _held(
    session: TenantSession, actor: Actor, approval_id: str, action: Action, open_: ColumnElement[bool]
) -> Approval:
    """The approval as its last writer left it, held until the transaction ends.

    Whether it is ``open_`` is asked in one question, so that it takes as long as what is missing.
    """
    held = select(Approval).where(Approval.id == approval_id, open_).with_for_update()
    approval = session.scalar(held.execution_options(populate_existing=True))
    if approval is None or approval.kind not in KINDS:
        raise NotFound(access.denial(actor, action, "approval", approval_id, "missing"))
    return approval


def _remember(session: TenantSession, actor: Actor, action: Action, approval: Approval, cause: str = "") -> None:
    detail: audit.Detail = {"kind": approval.kind, "digest": approval.digest} | ({"cause": cause} if cause else {})
    words = [one for one in (approval.reason, approval.answer) if one is not None]
    audit.record(
        session, actor, action, "approval", approval.id, case_id=approval.case_id, detail=detail, content=words
    )
