"""What the recipient of status permissions sees: exactly what was permitted, read live, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from casework.contract.fields import Agency, Sensitivity
from casework.contract.language import gettext as _
from casework.core import access, answers, cases, clock, entries, sharing, vault
from casework.core.access import Decision
from casework.core.access_rows import CLOSED_STATUS_DAYS, ends
from casework.core.actions import Action
from casework.core.clock import FOREVER
from casework.core.db import TenantSession
from casework.core.models import AuditCase, AuditEvent, Case, CaseAccess, ConflictBlock, Entry, StatusPermission
from casework.core.permissions import Actor, Permission, Role
from casework.core.registry import Registry
from casework.core.sharing import NAMELESS, Chosen

NEVER = (
    _("adress, telefon och vistelseort"),
    _("journal och bedömningar"),
    _("andra personer"),
    _("förseglade uppgifter"),
)
"""What no status permission can hold."""


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
    until: date | None
    withheld: Sequence[str]


@dataclass(frozen=True, slots=True)
class Given:
    """One status permission as the case's own people see it: to whom, what, why, for how long, and when it was read."""

    id: str
    agency: str
    reference: str
    recognise: str
    states: Sequence[str]
    fields: Sequence[str]
    ground: str
    purpose: str
    since: date
    until: date
    read_at: datetime | None
    ended_at: datetime | None
    revoked: bool


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


def preview(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    chosen: Chosen,
    agency: Agency = Agency.POLICE,
) -> Shown:
    """What the agency would see if this were permitted at this moment; nothing is kept."""
    case, decision = access.of_case(
        session, actor, Permission.CASE_SHARE, case_id, Action.CASE_OPENED, detail={"page": "sharing"}
    )
    until = chosen.until or clock.today(session.now)
    shown = _shown(decision, registry, sharing.drawn_up(session, actor, case, chosen, agency, until), case)
    return replace(shown, reference="", until=chosen.until)


def given(decision: Decision, registry: Registry, case: Case) -> list[Given]:
    """A case's status permissions, the latest first; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return []
    kind = registry.case_type(case.area, case.case_type)
    states = {} if kind is None else {state.name: state.label for state in kind.workflow.states}
    fields = {} if kind is None else {field.name: field.label for form in kind.forms for field in form.fields}
    session, actor = decision.session, decision.actor
    return [
        Given(
            shared.id,
            shared.agency,
            shared.reference,
            shared.recognise,
            [states.get(name, name) for name in json.loads(shared.states)],
            [fields.get(name, name) for name in json.loads(shared.fields)],
            _ground(decision, shared),
            _text(decision, shared, "purpose"),
            clock.today(shared.valid_from),
            clock.today(end - timedelta(seconds=1)),
            _read_at(session, shared),
            _end(session, actor, shared, case),
            shared.ended_by is not None,
        )
        for shared, end in sharing.of_case(session, case)
    ]


def _read_at(session: TenantSession, shared: StatusPermission) -> datetime | None:
    """When the agency last had the case in its list; what was shown to it counts as read."""
    role = Role.POLICE_LIAISON if shared.agency == Agency.POLICE else Role.PARTNER
    return session.scalar(
        select(func.max(AuditEvent.at))
        .join(
            AuditCase,
            (AuditCase.municipality == AuditEvent.municipality)
            & (AuditCase.lane == AuditEvent.lane)
            & (AuditCase.seq == AuditEvent.seq),
        )
        .where(
            AuditCase.case_id == shared.case_id,
            AuditEvent.action == Action.SHARED_READ,
            AuditEvent.actor_role == role,
            AuditEvent.at >= shared.valid_from,
        )
    )


def _end(session: TenantSession, actor: Actor, shared: StatusPermission, case: Case) -> datetime | None:
    """The moment a status permission ended for this reader, or None while it holds."""
    limits = [ends(case, shared)]
    blocked_since = session.scalar(
        select(ConflictBlock.made_at).where(
            ConflictBlock.case_id == case.id,
            ConflictBlock.account_id == actor.id,
            ConflictBlock.lifted_at.is_(None),
        )
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
    begins, today = said.get("valid_from"), clock.today(session.now).isoformat()
    if not sharing.covers_status(said, shared.agency) or not begins or begins > today:
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
        _ground(decision, shared),
        _text(decision, shared, "contact"),
        shared.next_followup,
        clock.today(ends(case, shared) - timedelta(seconds=1)),
        _withheld(shared, person, number),
    )


def _ground(decision: Decision, shared: StatusPermission) -> str:
    return _("Samtycke") if shared.ground == "consent" else _text(decision, shared, "ground_note")


def _withheld(shared: StatusPermission, person: str, number: str) -> tuple[str, ...]:
    """What the recipient is not told, in general words: a field's own label would tell what there is."""
    named = [_("namn")] if shared.recognise != "name" or not person else []
    named += [] if number else [_("personnummer")]
    named += [] if shared.show_area else [_("vilket område ärendet gäller")]
    return (*named, *NEVER)


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
    if identity is None or identity.protection >= NAMELESS:  # who is protected since then is nameless from then on
        return "", ""
    return identity.name, "" if identity.number is None else f"{identity.number[:8]}-{identity.number[8:]}"


def _facts(decision: Decision, registry: Registry, shared: StatusPermission, case: Case) -> tuple[tuple[str, str], ...]:
    kind = registry.case_type(case.area, case.case_type)
    permitted = set(json.loads(shared.fields))
    found = []
    for form in () if kind is None else (form for form in kind.forms if not form.many):
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
