"""What the recipient of status permissions sees: exactly what was permitted, read live, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.contract.fields import Sensitivity
from casework.contract.language import gettext as _
from casework.core import access, answers, cases, clock, entries, vault
from casework.core.access import Decision
from casework.core.access_rows import CLOSED_STATUS_DAYS, ends
from casework.core.actions import Action
from casework.core.clock import FOREVER
from casework.core.db import TenantSession
from casework.core.models import Case, CaseAccess, ConflictBlock, Entry, StatusPermission
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the recipient's page. Nothing else of the case reaches the template."""

    reference: str
    person: str
    number: str
    area: str
    state: str
    since: date | None
    facts: Sequence[tuple[str, str]]
    purpose: str
    ground: str
    contact: str
    next_followup: date | None
    until: date


@dataclass(frozen=True, slots=True)
class Ended:
    """What has ended leaves its reference and the day for thirty days: no content, no reason."""

    reference: str
    on: date


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The recipient's rows in one municipality."""

    shown: Sequence[Shown]
    ended: Sequence[Ended]


def page(session: TenantSession, registry: Registry, actor: Actor) -> SharedPage:
    """What is shared with the actor's agency in the session's municipality; one audit row with the cases' ids."""
    access.require(actor, Permission.SHARED_READ, Action.SHARED_READ, "list")
    agencies = {post.agency for post in actor.posts}
    rows = session.execute(
        select(StatusPermission, Case)
        .join(Case, (Case.municipality == StatusPermission.municipality) & (Case.id == StatusPermission.case_id))
        .where(StatusPermission.agency.in_(agencies))
        .order_by(StatusPermission.reference)  # random, so that the order tells nothing
    ).all()
    reached = set(
        session.scalars(
            select(CaseAccess.case_id).where(access.reached(actor, Permission.SHARED_READ, session.now))
        ).all()
    )
    live, over = [], []
    for shared, case in rows:
        end = _end(session, actor, shared, case)
        if end is None and case.id in reached:
            live.append((shared, case))
        elif end is not None and session.now < end + timedelta(days=CLOSED_STATUS_DAYS):
            over.append(Ended(shared.reference, clock.today(end)))
    decision = access.of_shared(session, actor, live)
    return SharedPage([_shown(decision, registry, shared, case) for shared, case in live], over)


def _end(session: TenantSession, actor: Actor, shared: StatusPermission, case: Case) -> datetime | None:
    """The moment a status permission ended for this reader, or None while it holds."""
    limits = [ends(case, shared)]
    blocked_since = session.scalar(
        select(ConflictBlock.made_at).where(ConflictBlock.case_id == case.id, ConflictBlock.account_id == actor.id)
    )
    if blocked_since is not None:
        limits.append(blocked_since)
    if shared.consent_id is not None:
        limits.append(_consent_end(session, actor, case, shared))
    end = min(limits)
    return end if end <= session.now else None


def _consent_end(session: TenantSession, actor: Actor, case: Case, shared: StatusPermission) -> datetime:
    """When the consent a permission rests on ends: by its own last day, or when it was corrected to hold no longer."""
    entry = session.get(Entry, (shared.municipality, shared.consent_id))
    later = entry
    while later is not None:
        entry = later
        later = session.scalar(select(Entry).where(Entry.corrects_id == entry.id, Entry.state == "signed"))
    if entry is None or entry.signed_at is None:
        return shared.valid_from
    # The program checks the rule; nothing of the consent is shown to the reader.
    rule = Decision(session, actor, Permission.SHARED_READ, frozenset({case.id}), frozenset())
    said = entries.answers_of(rule, entry)
    if shared.agency not in said.get("agencies", "").split(",") or not said.get("valid_from"):
        return entry.signed_at
    last = said.get("valid_until")
    return clock.start_of(date.fromisoformat(last) + timedelta(days=1)) if last else FOREVER


def _shown(decision: Decision, registry: Registry, shared: StatusPermission, case: Case) -> Shown:
    state, since = _state(decision.session, registry, shared, case)
    focus = registry.areas.get(case.area)
    person, number = _whom(decision, shared, case)
    return Shown(
        shared.reference,
        person,
        number,
        focus.label if shared.show_area and focus is not None else "",
        state,
        since,
        _facts(decision, registry, shared, case),
        _text(decision, shared, "purpose"),
        _("Samtycke") if shared.ground == "consent" else _text(decision, shared, "ground_note"),
        _text(decision, shared, "contact"),
        shared.next_followup,
        clock.today(ends(case, shared) - timedelta(seconds=1)),
    )


def _state(session: TenantSession, registry: Registry, shared: StatusPermission, case: Case) -> tuple[str, date | None]:
    """The last permitted state the case came to, and when; later states that are not permitted leave no trace."""
    kind = registry.case_type(case.area, case.case_type)
    permitted = set(json.loads(shared.states))
    if kind is None:
        return "", None
    labels = {state.name: state.label for state in kind.workflow.states if state.name in permitted}
    for change in reversed(cases.history(session, case)):
        if change.track is None and change.target in labels:
            return labels[change.target], clock.today(change.at)
    return "", None


def _whom(decision: Decision, shared: StatusPermission, case: Case) -> tuple[str, str]:
    if shared.recognise == "reference":
        return _text(decision, shared, "agreed_reference"), ""
    identity = cases.subject(decision, case) if shared.recognise == "name" else None
    if identity is None:
        return "", ""
    return identity.name, "" if identity.number is None else f"{identity.number[:8]}-{identity.number[8:]}"


def _facts(decision: Decision, registry: Registry, shared: StatusPermission, case: Case) -> tuple[tuple[str, str], ...]:
    kind = registry.case_type(case.area, case.case_type)
    permitted = set(json.loads(shared.fields))
    found = []
    for form in () if kind is None else kind.forms:
        wanted = [field for field in form.fields if field.name in permitted and shared.agency in field.shared_with]
        for entry in entries.current(decision.session, case, form.name)[:1] if wanted else ():
            values = {value.field: value for value in entries.values_of(decision.session, [entry]).get(entry.id, [])}
            for field in wanted:
                value = values.get(field.name)
                if value is not None and value.sensitivity != Sensitivity.SEALED:
                    words = answers.shown(field, vault.open_shared_answer(decision, entry, value))
                    found.append((field.label, words))
    return tuple(found)


def _text(decision: Decision, shared: StatusPermission, field: str) -> str:
    sealed = getattr(shared, field)
    if sealed is None:
        return ""
    return vault.open_text(decision, shared.case_id, "status_permissions", shared.id, field, sealed)
