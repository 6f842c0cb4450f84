"""Whether what a step asks for is there: the guards a case type declares, checked against entries and consents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from casework.contract.focus import CaseType
from casework.contract.workflow import Guard
from casework.core import cases, clock, entries
from casework.core.access import Decision
from casework.core.models import Case, Entry


def holds(decision: Decision, kind: CaseType, case: Case, guard: Guard, since: datetime) -> bool:
    """Whether a guard lets the step through; ``since`` is when the state or the track it leaves began.

    Whether everybody consents is asked once for all steps of a case, by ``steps``.
    """
    if guard.subject and case.subject_id is None:
        return False
    if guard.form is None:
        return True
    found = _counted(decision, kind, case, guard, since)
    if guard.field is None and not guard.live:
        return bool(found)
    # The rule is checked by the program; nothing of the answers is shown to whoever takes the step.
    rule = replace(decision, forms=None)
    today = clock.today(decision.session.now)
    asked = found if guard.live else found[:1]
    return any(_fits(entries.answers_of(rule, entry), guard, today) for entry in asked)


def live_on(answers: dict[str, str], today: date) -> bool:
    """Whether the answers ``valid_from`` and ``valid_until`` hold a day; no end is no limit."""
    begins, ends = answers.get("valid_from"), answers.get("valid_until")
    return bool(begins) and str(begins) <= today.isoformat() and (not ends or today.isoformat() <= ends)


def _counted(decision: Decision, kind: CaseType, case: Case, guard: Guard, since: datetime) -> list[Entry]:
    """The present entries of the guard's form that it may count, the newest first."""
    session, form = decision.session, kind.form(str(guard.form))
    began = cases.period_began(session, case)
    limits = [moment for moment in (began, since if guard.fresh else None) if moment is not None]
    found = []
    for entry in entries.current(session, case, form.name):
        # Of many, a correction stands where the original stood; a form filled in once is renewed by correcting it.
        stood = entries.corrected_by(session, entry)[-1:] if form.many else []
        signed = (stood[0] if stood else entry).signed_at
        if signed is not None and all(signed >= limit for limit in limits):
            found.append((signed, entry))
    return [entry for _signed, entry in sorted(found, key=lambda one: one[0], reverse=True)]


def _fits(answers: dict[str, str], guard: Guard, today: date) -> bool:
    if guard.live and not live_on(answers, today):
        return False
    return guard.field is None or answers.get(guard.field) == guard.equals
