"""Sending: a report or a question to social services, and what was decided on in a case to another agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import (
    access,
    accounts,
    approvals,
    audit,
    cases,
    clock,
    frozen,
    handover_forms,
    handover_steps,
    handover_subjects,
    handover_takers,
    handovers,
    sharing,
)
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.frozen import Frozen, Spot
from casework.core.models import Account, Handover
from casework.core.permissions import Actor, Permission

NOBODY = _("Ingen tar emot här just nu. Ring socialtjänsten i kommunen.")


@dataclass(frozen=True, slots=True)
class Address:
    """To whom something goes: an agency, and in it a unit or somebody by name."""

    agency: str
    unit_id: str | None = None
    account_id: str | None = None

    def named(self, session: TenantSession) -> str:
        """The name of whom it goes to, where it goes to somebody."""
        return accounts.names(session, {self.account_id or ""}).get(self.account_id or "", "")


def send(
    session: TenantSession,
    actor: Actor,
    kind: str,
    given: Mapping[str, str],
    *,
    token: str,
    wants_feedback: bool = False,
) -> Handover:
    """Send a report or a question to the municipality's social services; sent twice by one form is sent once.

    Raises Refused with every fault at its field, and where nobody there would take it in.
    """
    access.require(actor, Permission.HANDOVER_SEND, Action.HANDOVER_SENT, "handover")
    if kind not in handover_forms.FORMS:
        raise NotFound(access.denial(actor, Action.HANDOVER_SENT, "handover", "", "kind"))
    # Of one form sent twice at once the second one waits here, and finds what the first one sent.
    session.scalar(select(Account.id).where(Account.id == actor.id).with_for_update(key_share=True))
    earlier = _sent_by(session, actor, token)
    if earlier is not None:
        return earlier
    found = handover_forms.problems(kind, given, clock.today(session.now))
    if not handover_takers.takers(session, cases.holder(), None):
        found.append(Refusal(NOBODY))
    if found:
        raise Refused(found)
    content = handover_forms.frozen(kind, given, actor.name)
    # The same words where everybody there is kept from it: whom it names is nobody else's to be told.
    if not handover_takers.takers(session, cases.holder(), None, handover_subjects.read(content)):
        raise Refused.because(NOBODY)
    post = next(one for one in actor.posts if Permission.HANDOVER_SEND in one.grants)
    sender = Address(post.agency, post.unit_id)
    return dispatch(
        session,
        actor,
        kind,
        content,
        sender=sender,
        to=Address(cases.holder()),
        token=token,
        wants_feedback=wants_feedback and kind == handover_forms.REPORT,
        acute=handover_forms.is_acute(kind, given),
    )


def dispatch(
    session: TenantSession,
    actor: Actor,
    kind: str,
    content: Frozen,
    *,
    sender: Address,
    to: Address,
    token: str,
    case_id: str | None = None,
    wants_feedback: bool = False,
    acute: bool = False,
) -> Handover:
    """Put what was decided on into a recipient's inbox; whoever calls this has asked, and has the ground for it.

    Raises Refused for what comes from a case of which it takes two people to tell anything: that is a disclosure; and
    for a recipient by name whom it may be about.
    """
    if case_id is not None and approvals.guards(session, case_id):
        raise Refused.because(_("Någon i ärendet är skyddad, så det krävs två personer. Gör ett utlämnande i stället."))
    handover_steps.require_token(token)
    about = handover_subjects.read(content)
    if to.account_id and not handover_subjects.may_learn(session, [about], {to.account_id: to.named(session)}):
        raise Refused.because(_("Den mottagaren nämns i det som ska lämnas. Välj någon annan."), "account")
    handover = Handover(
        id=new_id(),
        kind=kind,
        state="sent",
        reference=sharing.new_reference(),
        sender_id=actor.id,
        sender_agency=sender.agency,
        sender_unit_id=sender.unit_id,
        recipient_agency=to.agency,
        recipient_unit_id=to.unit_id,
        recipient_id=to.account_id,
        case_id=case_id,
        digest=content.digest,
        token=token,
        sent_at=session.now,
        acute=acute,
        wants_feedback=wants_feedback,
    )
    place = Spot(handovers.TABLE, handover.id, "body")
    handover.body = frozen.seal_for_recipient(session, to.agency, place, content)
    session.add(handover)
    session.flush()
    detail = {"kind": kind, "sha256": content.digest, "to": to.agency}
    audit.record(session, actor, Action.HANDOVER_SENT, "handover", handover.id, case_id=case_id, detail=detail)
    named = [to.account_id] if to.account_id else handover_takers.takers(session, to.agency, to.unit_id, about)
    handover_takers.tell(session, handover, named)
    return handover


def _sent_by(session: TenantSession, actor: Actor, token: str) -> Handover | None:
    return session.scalar(select(Handover).where(Handover.sender_id == actor.id, Handover.token == token))
