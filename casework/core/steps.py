"""The steps of a case: which are open to whom, what they still lack, and taking one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.contract.facts import CaseFacts, Event, Refusal
from casework.contract.focus import CaseType
from casework.contract.language import gettext as _
from casework.contract.workflow import Transition, Workflow
from casework.core import (
    access,
    activation,
    audit,
    case_people,
    cases,
    clock,
    consent_endings,
    duties,
    entries,
    events,
    guards,
    nameless,
    participations,
    persons,
    sharing,
    stopping,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Case, Decider, Person, TrackState
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

STAYS_CLOSED = _("Modulen är avstängd. Ärendet kan läsas, men inte öppnas igen.")


@dataclass(frozen=True, slots=True)
class Step:
    """A declared step from where the case stands: who may take it, and what it lacks."""

    transition: Transition
    actor_may: bool
    lacks: tuple[str, ...]


def key_of(step: Transition) -> str:
    """The name a step has in an address: its own, and its track's."""
    return step.name if step.track is None else f"{step.track}.{step.name}"


def available(decision: Decision, registry: Registry, case: Case) -> list[Step]:
    """Every step that leads on from where the case stands, main steps first; no closed one opens with its area off."""
    kind = registry.case_type(case.area, case.case_type)
    if kind is None or stays_closed(decision.session, case):
        return []
    found, facts = [], entries.facts_of(decision, registry, case)
    for step in kind.workflow.transitions:
        if not _leads_on(decision.session, kind.workflow, case, step):
            continue
        if case.subject_id is None and _needs_person(kind, step) and step.fills is None:
            continue  # an anonymous consultation is offered only what can be done without a person
        lacks = _lacks(decision, registry, kind, case, step, facts)
        found.append(Step(step, _may(decision, case, step), tuple(lacks)))
    return sorted(found, key=lambda one: one.transition.track is not None)


def find(decision: Decision, registry: Registry, case: Case, key: str) -> Step:
    """The step of that key from where the case stands; raises NotFound where there is none.

    Raises Refused for one that would open a closed case whose area is off: it can be read, but not opened again.
    """
    kind = registry.case_type(case.area, case.case_type)
    leads = kind is not None and any(
        key_of(one) == key and one.source == case.state for one in kind.workflow.transitions
    )
    if leads and stays_closed(decision.session, case):
        raise Refused.because(STAYS_CLOSED)
    for step in available(decision, registry, case):
        if key_of(step.transition) == key:
            return step
    raise NotFound(access.denial(decision.actor, Action.STEP_TAKEN, "case", case.id, "no_step"))


def take(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    key: str,
    *,
    seen_version: int,
    reason: str = "",
    answers: Mapping[str, str] | None = None,
    subject: Person | None = None,
) -> Case:
    """Take a step; raises Refused for what it lacks and Conflict if the case was changed since ``seen_version``.

    ``answers`` are those of the form the step fills; ``subject`` is the person a consultation turns out to be about.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_DECIDE, case_id, Action.STEP_TAKEN)
    cases.hold(session, case)
    kind = registry.case_type(case.area, case.case_type)
    if case.version != seen_version:
        raise Conflict
    if kind is None:
        raise NotFound(access.denial(actor, Action.STEP_TAKEN, "case", case_id, "no_plugin"))
    if subject is not None and case.subject_id is None:
        part = persons.put_in_case(session, case, subject, "subject")
        session.flush()
        case_people.follow(session, actor, case, part, subject)
    step = find(decision, registry, case, key)
    _require(step, reason, answers)
    nameless.require(decision, case, {"reason": reason})
    if step.transition.fills is not None and answers is not None:
        form = kind.form(step.transition.fills)
        entries.check(decision, registry, case, form, answers)
        present = entries.current(session, case, form.name)
        replaced = present[0].id if present and not form.many else None
        day = clock.today(session.now)
        entries.write_signed(session, actor, case, form, answers, event_on=day, corrects_id=replaced)
        duties.follow(decision, kind, case, form, answers)
    _ask_plugin(decision, registry, case, step.transition)
    _move(session, actor, case, kind.workflow, step.transition, reason)
    session.flush()
    _settle(session, actor, case, kind.workflow, step.transition)
    if step.transition.ends_consents:
        consent_endings.end_all(decision, case)
    participations.follow(session, registry, actor, case)
    detail = {"step": key, "state": case.state}
    audit.record(session, actor, Action.STEP_TAKEN, "case", case.id, case_id=case.id, detail=detail)
    cases.touch(session, case, seen_version)
    events.hold(session, registry, case.area, Event("step:taken", cases.facts(session, case)))
    return case


# Who may, and what is lacking ----------------------------------------------------------------


def _may(decision: Decision, case: Case, step: Transition) -> bool:
    actor = decision.actor
    permission = Permission(step.permission)
    if not actor.may(permission) or actor.level_for(permission).rank < step.level.rank:
        return False
    return decision.forms is None or _asked(decision.session, actor, case, key_of(step)) is not None


def _asked(session: TenantSession, actor: Actor, case: Case, key: str) -> Decider | None:
    return session.scalar(
        select(Decider).where(
            Decider.case_id == case.id,
            Decider.account_id == actor.id,
            Decider.transition == key,
            Decider.valid_from <= session.now,
            Decider.valid_until > session.now,
        )
    )


def _needs_person(kind: CaseType, step: Transition) -> bool:
    return step.guard is not None and kind.workflow.guard(step.guard).subject


def _lacks(
    decision: Decision, registry: Registry, kind: CaseType, case: Case, step: Transition, facts: CaseFacts
) -> list[str]:
    found = []
    if step.guard is not None:
        guard = kind.workflow.guard(step.guard)
        since = _since(decision.session, case, step)
        if (guard.consents and not facts.agreed) or not guards.holds(decision, kind, case, guard, since):
            found.append(guard.refusal)
    if step.fills is None:  # with a form to fill, the plugin is asked when it is filled
        found += [refusal.reason for refusal in _refusals(decision, registry, case, step, facts)]
    return found


def _require(step: Step, reason: str, answers: Mapping[str, str] | None) -> None:
    if not step.actor_may:
        raise Refused.because(_("Steget kräver en högre beslutsnivå. Be om beslut i stället."))
    if step.lacks:
        raise Refused([Refusal(text) for text in step.lacks])
    if step.transition.needs_reason and not reason.strip():
        raise Refused.because(_("Skriv skälet till steget."), "reason")
    if step.transition.fills is not None and answers is None:
        raise Refused.because(_("Fyll i formuläret som hör till steget."))


def _ask_plugin(decision: Decision, registry: Registry, case: Case, step: Transition) -> None:
    refusals = _refusals(decision, registry, case, step, entries.facts_of(decision, registry, case))
    if refusals:
        raise Refused(refusals)


def _refusals(decision: Decision, registry: Registry, case: Case, step: Transition, facts: CaseFacts) -> list[Refusal]:
    asked = {"case": facts, "transition": step, "actor": decision.actor.facts}
    return registry.refusals(case.area, "casework_check_transition", **asked)


# Where the case stands, and moving it --------------------------------------------------------


def stays_closed(session: TenantSession, case: Case) -> bool:
    """Whether a closed case cannot be opened again because its area is off in the municipality."""
    return not case.is_open and not activation.is_enabled(session, case.area)


def _leads_on(session: TenantSession, workflow: Workflow, case: Case, step: Transition) -> bool:
    if step.track is None:
        return step.source == case.state
    running = cases.tracks(session, case).get(step.track)
    ends = {other.source for other in workflow.transitions if other.track == step.track}
    if step.source is not None:
        return running is not None and running.state == step.source
    beside = step.beside or tuple(state.name for state in workflow.states if not state.closed)
    return case.state in beside and (running is None or running.state not in ends)


def _since(session: TenantSession, case: Case, step: Transition) -> datetime:
    running = None if step.track is None or step.source is None else cases.tracks(session, case).get(step.track)
    return case.state_since if running is None else running.since


def _move(session: TenantSession, actor: Actor, case: Case, workflow: Workflow, step: Transition, reason: str) -> None:
    if step.track is not None:
        running = cases.tracks(session, case).get(step.track)
        source = None if running is None else running.state
        if running is None:
            session.add(TrackState(case_id=case.id, track=step.track, state=step.target, since=session.now))
        else:
            running.state, running.since = step.target, session.now
        cases.remember_step(session, actor, case, step.name, source, step.target, track=step.track, reason=reason)
        if step.also_moves_to is not None:
            main = case.state
            _arrive(session, case, workflow, step.also_moves_to)
            cases.remember_step(session, actor, case, step.name, main, step.also_moves_to)
        return
    target = (case.resumes_to or step.target) if step.returns else step.target
    source = case.state
    _arrive(session, case, workflow, target)
    cases.remember_step(session, actor, case, step.name, source, target, reason=reason)


def _arrive(session: TenantSession, case: Case, workflow: Workflow, target: str) -> None:
    returning = {step.source for step in workflow.transitions if step.returns}
    closed = workflow.state(target).closed
    if target in returning:
        case.resumes_to = _came_from(session, case, target) if case.state in returning else case.state
    elif case.state in returning:
        case.resumes_to = None
    if not case.is_open and not closed:
        sharing.keep_ended(session, case)
        case.period += 1
    case.state, case.state_since, case.is_open = target, session.now, not closed
    case.closed_on = clock.today(session.now) if closed else None
    session.flush()


def _came_from(session: TenantSession, case: Case, target: str) -> str:
    """Where a state that is come back to returns to itself: to where it was first come from, and not to the rest."""
    if case.resumes_to != target:
        return case.state
    changes = [one for one in cases.history(session, case) if one.track is None and one.period == case.period]
    before = [one.source for one in changes if one.target == target and one.source not in {None, case.state}]
    return before[-1] if before and before[-1] else case.state


def _settle(session: TenantSession, actor: Actor, case: Case, workflow: Workflow, step: Transition) -> None:
    """End every question that is answered, or that the case has gone past: the way into the case ends with it."""
    open_ = {key_of(one) for one in workflow.transitions if _leads_on(session, workflow, case, one)}
    asked = select(Decider).where(Decider.case_id == case.id, Decider.valid_until > session.now)
    for decider in session.scalars(asked).all():
        answered = decider.transition == key_of(step)
        if answered or decider.transition not in open_:
            decider.valid_until = session.now
            if answered and decider.account_id == actor.id:
                decider.decided_at = session.now
            stopping.finish_decision(session, case, decider, actor.id)
