"""Asking a colleague to decide a step: they see the forms to be decided, and nothing after the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from casework.contract.language import gettext as _
from casework.core import (
    access,
    approvals,
    audit,
    cases,
    entries,
    municipality_settings,
    nameless,
    sides,
    steps,
    stopping,
    tasks,
    teams,
)
from casework.core.actions import Action
from casework.core.asked import Asked, Code
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.models import Approval, Case, Decider
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

KIND = "case:decide"
SHOWN = "form:"
"""How the parameters of an approval begin that name the forms to be seen."""


def ask(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    key: str,
    account_id: str,
    forms: Sequence[str],
    what: str,
) -> tuple[Decider | None, Approval | None]:
    """Ask a colleague to decide a step, or for leave to: they see the chosen signed forms and get a task.

    Where somebody in the case is protected and the colleague is not named in it, they are asked once somebody else
    approves. Raises NotFound for a step that does not lead on from where the case stands, and Refused for one the
    actor may take without asking, for a colleague whose level is too low, and for oneself.
    """
    # Whoever is named in the case sees nothing by being asked that they do not see anyway.
    guarded = approvals.guards(session, case_id) and not access.is_named(session, case_id, account_id)
    action = Action.APPROVAL_ASKED if guarded else Action.DECIDER_ASKED
    case = _askable(session, registry, actor, case_id, key, account_id, forms, action)
    nameless.require(access.of_consents(session, actor, {case.id}), case, {"what": what})
    if not guarded:
        return _ask(session, actor, case, key, account_id, forms, what), None
    chosen: dict[str, Code] = {"account": account_id, "step": key} | {f"{SHOWN}{form}": True for form in set(forms)}
    return None, approvals.ask(session, actor, KIND, "case", case.id, chosen, case.id, reason=what)


@approvals.carries_out(KIND)
def _ask_as_approved(session: TenantSession, registry: Registry, actor: Actor, asked: Asked) -> None:
    key, account_id = asked.text("step"), asked.text("account")
    forms = [name.removeprefix(SHOWN) for name in sorted(asked.parameters) if name.startswith(SHOWN)]
    case = _askable(session, registry, actor, asked.object_id, key, account_id, forms, Action.DECIDER_ASKED)
    _ask(session, actor, case, key, account_id, forms, approvals.words_of(session, actor, asked))


def _askable(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    key: str,
    account_id: str,
    forms: Sequence[str],
    action: Action,
) -> Case:
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, action)
    step = steps.find(decision, registry, case, key)
    if step.actor_may:
        raise Refused.because(_("Du får ta steget själv. Ta det, så behöver ingen annan läsa ärendet."))
    teams.require_colleague(session, actor, case, account_id)
    if account_id not in {one.id for one in teams.candidates(session, step.transition.level)}:
        raise Refused.because(_("Kollegan får inte besluta om det här steget. Välj en annan."), "account")
    if not set(forms) <= {entry.form for entry in entries.current(session, case)}:
        raise Refused.because(_("Välj bara formulär som är signerade."), "forms_shown")
    return case


def _ask(
    session: TenantSession, actor: Actor, case: Case, key: str, account_id: str, forms: Sequence[str], what: str
) -> Decider:
    days = municipality_settings.number(session, "decider_days")
    decider = Decider(
        case_id=case.id,
        account_id=account_id,
        transition=key,
        forms=",".join(forms),
        valid_from=session.now,
        valid_until=session.now + timedelta(days=days),
        asked_by=actor.id,
    )
    session.add(decider)
    session.flush()
    sides.close_what_is_faced(session, case)
    tasks.add_decision(session, actor, case, decider, what)
    detail: audit.Detail = {"account": account_id, "step": key, "forms": list(forms)}
    audit.record(session, actor, Action.DECIDER_ASKED, "case", case.id, case_id=case.id, detail=detail)
    cases.touch(session, case)
    return decider


def withdraw(session: TenantSession, actor: Actor, case_id: str, decider_id: str) -> None:
    """Take a question back, for who writes in the case or assigns it: the colleague's way into the case ends now."""
    case = _case(session, actor, case_id)
    decider = session.get(Decider, (case.municipality, decider_id))
    if decider is None or decider.case_id != case.id:
        raise NotFound(access.denial(actor, Action.DECIDER_WITHDRAWN, "case", case_id, "decider"))
    if decider.valid_until <= session.now:
        return
    asker = stopping.question(session, actor, case, decider)
    if asker != actor.id:
        stopping.tell_owners(session, case, {asker}, "question_ended", but={actor.id})
    cases.touch(session, case)


def _case(session: TenantSession, actor: Actor, case_id: str) -> Case:
    used = Permission.CASE_WRITE
    if not access.is_reached(session, actor, used, case_id):
        used = Permission.CASE_ASSIGN
    case, _decision = access.of_case(session, actor, used, case_id, Action.DECIDER_WITHDRAWN)
    return case
