"""The steps of a handover: opened, passed on, declined, answered, taken back. Each is one locked change of state.

The row is held, looked at as its last writer left it, and changed by one UPDATE that names the state it must be in.
The form's token makes a step that is sent twice one step; whoever comes after another gets Conflict and writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import update

from casework.contract.language import gettext as _
from casework.core import (
    access,
    audit,
    cases,
    handover_forms,
    handover_replies,
    handover_subjects,
    handover_takers,
    handovers,
    organisations,
    vault,
)
from casework.core.actions import Action
from casework.core.crypto import Sealed
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.handover_replies import Said
from casework.core.models import Account, Handover
from casework.core.permissions import GRANTS, Actor, Permission, Role

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def open_one(session: TenantSession, actor: Actor, handover_id: str) -> None:
    """Open what came in, which is the receipt: when, and by which function, is told to the sender. Twice is once.

    Raises Conflict for one that was taken back meanwhile, or that a case has come to keep.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_OPENED, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_OPENED)
    if handover.state == "sent":
        role = next(post.role for post in actor.posts if Permission.HANDOVER_READ in post.grants)
        if role is Role.TEAM_LEAD and handover.recipient_unit_id is None:
            role = Role.INTAKE  # a lead opens one that all who take in are kept from, which the sender is not told
        opened = {"opened_at": session.now, "opened_by": actor.id, "opened_role": role}
        move(session, handover, "opened", {"sent"}, **opened)
        _remember(session, actor, handover, Action.HANDOVER_OPENED)
        if handover.disclosure_id is not None:
            handovers.opened(session, actor, handover, Action.HANDOVER_OPENED)  # both sides keep that it was read
    elif handover.state == "taken_back" or handover.kept is not None:
        raise Conflict


def decline(session: TenantSession, actor: Actor, handover_id: str, code: str, said: Said, *, token: str) -> Handover:
    """Decline what was opened, with a reason that the sender reads; raises Conflict once it is no longer open.

    Raises Refused for a report of a worry, which must be assessed whoever it came to (SoL 20:1-2), for a reason that is
    not one of ours, and for another one without words.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_DECLINED, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_DECLINED)
    if is_same(handover, actor.id, "declined", token):
        return handover
    require_opened(handover)
    if handover.kind == handover_forms.REPORT:
        raise Refused.because(_("En orosanmälan ska bedömas. Den går inte att avböja."))
    if code not in dict(handover_replies.reasons_of(handover.recipient_agency)):
        raise Refused.because(_("Välj varför."), "code")
    words, reason = sealed_reply(session, handover, "reason", said, required=code == handover_replies.OTHER)
    end(session, actor.id, handover, "declined", token, reason_code=code, reason=reason if words else None)
    _remember(session, actor, handover, Action.HANDOVER_DECLINED, reason=code)
    handovers.tell_sender(session, handover)
    return handover


def answer(session: TenantSession, actor: Actor, handover_id: str, code: str, said: Said, *, token: str) -> Handover:
    """Answer what was opened or accepted, once; raises Conflict where another has, or once a case keeps it.

    Raises Refused for no such answer. Social services give no facts this way, which would take a ground: only how to
    reach them, or that they give none.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_ANSWERED, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_ANSWERED)
    if handover.state == "answered" and (handover.answered_by, handover.answered_token) == (actor.id, token):
        return handover
    if handover.kept is not None:
        raise Conflict
    if handover.kind == handover_forms.REPORT or code not in dict(
        handover_replies.answers_of(handover.recipient_agency)
    ):
        raise Refused.because(_("Välj ett svar."), "code")
    needs = code != handover_replies.NOTHING
    words, sealed = sealed_reply(session, handover, "answer", said, required=needs)
    require_token(token)
    given: dict[str, Any] = {"answer_code": code, "answer": sealed if words else None, "answered_token": token}
    given |= {"answered_at": session.now, "answered_by": actor.id}
    move(session, handover, "answered", {"opened", "accepted"}, **given)
    _remember(session, actor, handover, Action.HANDOVER_ANSWERED, answer=code)
    handovers.tell_sender(session, handover)
    return handover


def take_on(session: TenantSession, actor: Actor, handover_id: str, *, token: str) -> Handover:
    """Take on what came from a case of social services; raises Conflict once it is no longer open to that.

    What comes to social services is taken on into a case: ``handover_intake``.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_ACCEPTED, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_ACCEPTED)
    if is_same(handover, actor.id, "accepted", token):
        return handover
    if handover.recipient_agency == cases.holder():
        raise NotFound(access.denial(actor, Action.HANDOVER_ACCEPTED, "handover", handover_id, "case"))
    end(session, actor.id, handover, "accepted", token)
    _remember(session, actor, handover, Action.HANDOVER_ACCEPTED)
    handovers.tell_sender(session, handover)
    return handover


def pass_on(session: TenantSession, actor: Actor, handover_id: str, account_id: str) -> Handover:
    """Let a colleague at the recipient's read what was opened and take it on; raises Conflict once it is not open.

    Raises Refused for somebody who takes in nothing there, and for what was given to the actor by name.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_PASSED_ON, "handover", handover_id)
    handover = handovers.held(session, actor, handover_id, Action.HANDOVER_PASSED_ON)
    if handover.disclosure_id is not None:
        raise Refused.because(_("Uppgifterna är lämnade till dig och ingen annan."))
    if account_id not in {one.id for one in colleagues(session, actor, handover.recipient_agency, handover.id)}:
        raise Refused.because(_("Välj en kollega."), "account")
    move(session, handover, "opened", {"opened"}, passed_to=account_id)
    audit.record(session, actor, Action.HANDOVER_PASSED_ON, "handover", handover.id, detail={"account": account_id})
    handover_takers.tell(session, handover, [account_id])
    return handover


def colleagues(session: TenantSession, actor: Actor, agency: str, handover_id: str = "") -> list[Account]:
    """Whom something may be passed on to at an agency, by name: those there who read handovers, the actor aside.

    A report is passed on to nobody who is kept from it.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVERS_LISTED, "list", "")
    roles = frozenset(role for role, granted in GRANTS.items() if Permission.HANDOVER_READ in granted)
    found = {account.id: account for account, _post in organisations.colleagues(session, agency, roles)}
    audit.record(session, actor, Action.HANDOVERS_LISTED, "list", "", detail={"colleagues": len(found)})
    reports = handover_subjects.of(session, Handover.id == handover_id)
    able = handover_subjects.may_learn(session, reports, {one.id: one.name for one in found.values()})
    return [account for account in found.values() if account.id != actor.id and account.id in able]


def take_back(session: TenantSession, actor: Actor, handover_id: str, *, token: str) -> Handover:
    """Take back what nobody has opened yet; its recipient never reads it. Raises Conflict once it is opened."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVER_TAKEN_BACK, "handover", handover_id)
    handover = handovers.sender_holds(session, actor, handover_id, Action.HANDOVER_TAKEN_BACK)
    if is_same(handover, actor.id, "taken_back", token):
        return handover
    end(session, actor.id, handover, "taken_back", token, states={"sent"})
    _remember(session, actor, handover, Action.HANDOVER_TAKEN_BACK)
    return handover


def is_same(handover: Handover, account_id: str, state: str, token: str) -> bool:
    """Whether this very form has taken this step already."""
    return handover.state == state and (handover.ended_by, handover.ended_token) == (account_id, token)


def move(session: TenantSession, handover: Handover, state: str, states: Collection[str], **values: Any) -> None:
    """Change the state in one statement that names the states it must be in; raises Conflict where it is in none."""
    changed = session.execute(
        update(Handover)
        .where(Handover.municipality == session.municipality, Handover.id == handover.id, Handover.state.in_(states))
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result has one
        raise Conflict
    session.refresh(handover)


def end(
    session: TenantSession,
    account_id: str,
    handover: Handover,
    state: str,
    token: str,
    *,
    states: Collection[str] = frozenset({"opened"}),
    **values: Any,
) -> None:
    """End it in one statement that names the states it must be in, with the token of the form that ended it."""
    require_token(token)
    ended = {"ended_at": session.now, "ended_by": account_id, "ended_token": token}
    move(session, handover, state, states, **ended, **values)


def require_opened(handover: Handover) -> None:
    """Raise Conflict for what is not opened yet, or not open any more."""
    if handover.state != "opened":
        raise Conflict


def sealed_reply(
    session: TenantSession, handover: Handover, column: str, said: Said, *, required: bool
) -> tuple[str, Sealed]:
    """What the sender reads beside the sentence, in words and sealed for them; raises Refused for what may not be."""
    words = handover_replies.words(session, handover.recipient_agency, said, required=required)
    sealed = vault.seal_received(session, handover.sender_agency, handovers.TABLE, handover.id, column, words)
    return words, sealed


def require_token(token: str) -> None:
    """Raise Conflict for what no form of ours sends as the name of itself."""
    if not TOKEN.fullmatch(token):
        raise Conflict


def _remember(session: TenantSession, actor: Actor, handover: Handover, action: Action, **detail: str) -> None:
    of = handover.case_id
    told = {"sha256": handover.digest, **detail}
    audit.record(session, actor, action, "handover", handover.id, case_id=of, detail=told)
