"""Whether what a step asks for is there: the guards a case type declares, checked against its signed entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from casework.contract.workflow import Guard
from casework.core import clock, entries
from casework.core.access import Decision
from casework.core.models import Case, Entry


def holds(decision: Decision, case: Case, guard: Guard, since: datetime) -> bool:
    """Whether a guard lets the step through; ``since`` is when the state or the track it leaves began."""
    if guard.subject and case.subject_id is None:
        return False
    if guard.form is None:
        return True
    found = [entry for entry in entries.current(decision.session, case, guard.form) if _counts(entry, guard, since)]
    if guard.field is None and not guard.live:
        return bool(found)
    # The rule is checked by the program; nothing of the answers is shown to whoever takes the step.
    rule = replace(decision, forms=None)
    today = clock.today(decision.session.now)
    return any(_fits(entries.answers_of(rule, entry), guard, today) for entry in found)


def live_on(answers: dict[str, str], today: date) -> bool:
    """Whether the answers ``valid_from`` and ``valid_until`` hold a day; no end is no limit."""
    begins, ends = answers.get("valid_from"), answers.get("valid_until")
    return bool(begins) and str(begins) <= today.isoformat() and (not ends or today.isoformat() <= ends)


def _counts(entry: Entry, guard: Guard, since: datetime) -> bool:
    return not guard.fresh or (entry.signed_at is not None and entry.signed_at >= since)


def _fits(answers: dict[str, str], guard: Guard, today: date) -> bool:
    if guard.live and not live_on(answers, today):
        return False
    return guard.field is None or answers.get(guard.field) == guard.equals
