"""What an answer obliges to: the tasks a case type declares for it, added in the transaction that signs it."""

from __future__ import annotations

from collections.abc import Mapping

from casework.contract.focus import CaseType, Form
from casework.core import clock, tasks
from casework.core.access import Decision
from casework.core.models import Case


def follow(decision: Decision, kind: CaseType, case: Case, form: Form, answers: Mapping[str, str]) -> None:
    """Add the tasks that the answers to a form bring with them, each unless it is there and not done yet."""
    for duty in kind.duties:
        settled = duty.unless is not None and bool(answers.get(duty.unless))
        if duty.form != form.name or answers.get(duty.field) != duty.equals or settled:
            continue
        waiting = {one.what for one in tasks.of_case(decision, case) if one.task.done_at is None}
        if duty.what not in waiting:
            tasks.add_duty(decision, case, duty.what, clock.today(decision.session.now))
