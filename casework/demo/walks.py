"""Drives an invented case through its workflow step by step, signing what each step asks for, as its officer would."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from casework.contract import CaseType, Form, Guard, Level, LongText, Text, Transition
from casework.core import clock, entries, steps
from casework.core.db import TenantSession
from casework.core.models import Case
from casework.core.permissions import Actor
from casework.core.registry import Registry
from casework.demo import consenting, texts

CLOSING = {
    "evaluation": "Målen i planen är nådda.",
    "consents_ended": "yes",
    "partners_informed": "yes",
    "sealed_reviewed": "yes",
}
BESIDE = {
    "decline": "acute_assessment",
    "finish_investigation": "needs",
    "grant_shelter": "decision_note",
    "settle_plan": "commitment",
    "start_support": "safety",
}
"""Forms that a plugin's own rules ask for before a step."""
BESIDE_A_TRACK = {"grant_acute_shelter"}
"""Steps that a plugin's own rules allow only beside a running side track: the invented cases take the ordinary way."""


def path(kind: CaseType, start: str, target: str) -> list[Transition] | None:
    """The shortest way along main steps between two states, or None."""
    waiting: deque[tuple[str, tuple[Transition, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting:
        state, way = waiting.popleft()
        if state == target:
            return list(way)
        for step in kind.workflow.transitions:
            ordinary = step.track is None and not step.returns and step.name not in BESIDE_A_TRACK
            if ordinary and step.source == state and step.target not in seen:
                seen.add(step.target)
                waiting.append((step.target, (*way, step)))
    return None


def walk(
    session: TenantSession, registry: Registry, officer: Actor, case: Case, way: list[Transition], chance: random.Random
) -> None:
    """Take each step of a way, signing first what its guard and its plugin ask for."""
    decider = replace(officer, posts=tuple(replace(post, level=Level.U) for post in officer.posts))
    kind = registry.case_type(case.area, case.case_type)
    if kind is None:
        return
    for step in way:
        if step.guard is not None and kind.workflow.guard(step.guard).consents:
            consenting.agree(session, officer, case, chance)
        for form, extra in _asked_for(kind, step):
            if extra or form.many or not entries.current(session, case, form.name):
                write(session, registry, officer, case, form, chance, extra)
        filled = None
        if step.fills is not None:
            form = kind.form(step.fills)
            filled = texts.answers(form, clock.today(session.now), chance) | _fitting(form, CLOSING)
        key = steps.key_of(step)
        steps.take(
            session, registry, decider, case.id, key, seen_version=case.version, reason=_reason(step), answers=filled
        )


def write(
    session: TenantSession,
    registry: Registry,
    officer: Actor,
    case: Case,
    form: Form,
    chance: random.Random,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Sign a form with sample answers."""
    answers = texts.answers(form, clock.today(session.now), chance) | dict(extra or {})
    present = entries.current(session, case, form.name)
    replaced = present[0].id if present and not form.many else None
    entries.sign(session, registry, officer, case.id, form.name, answers, corrects_id=replaced)


def _asked_for(kind: CaseType, step: Transition) -> list[tuple[Form, Mapping[str, str]]]:
    found: list[tuple[Form, Mapping[str, str]]] = []
    names = {form.name for form in kind.forms}
    beside = BESIDE.get(step.name)
    if beside in names:
        form = kind.form(str(beside))
        first, said = form.fields[0], "Genomgånget och dokumenterat tillsammans med personen."
        words = {first.name: said} if isinstance(first, (Text, LongText)) else {}
        found.append((form, words | _fitting(form, {"outcome": "granted", "appeal_information": "yes"})))
    guard: Guard | None = None if step.guard is None else kind.workflow.guard(step.guard)
    if guard is not None and guard.form is not None:
        extra = {guard.field: guard.equals} if guard.field and guard.equals else {}
        found.append(
            (kind.form(guard.form), {**extra, **_fitting(kind.form(guard.form), {"appeal_information": "yes"})})
        )
    return found


def _fitting(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers, if the form asks for every one of them."""
    names = {field.name for field in form.fields}
    return dict(answers) if set(answers) <= names else {}


def _reason(step: Transition) -> str:
    return "Enligt genomgången i teamet." if step.needs_reason else ""
