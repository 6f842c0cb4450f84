"""One row of the recipient's page: exactly what a status permission gives, read live, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from casework.contract.fields import Sensitivity
from casework.contract.focus import CaseType
from casework.contract.language import gettext as _
from casework.contract.workflow import State
from casework.core import answers, cases, clock, entries, telling_fields, vault
from casework.core.access import Decision
from casework.core.access_rows import ends
from casework.core.db import TenantSession
from casework.core.grounds import catalogue
from casework.core.grounds.ground import Ground
from casework.core.models import Case, StatusPermission
from casework.core.registry import Registry
from casework.core.sharing import NAMELESS
from casework.core.sharing_grounds import CODES, NOTE, REGISTER

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
    statute: str
    contact: str
    next_followup: date | None
    until: date | None
    withheld: Sequence[str]


def shown(decision: Decision, registry: Registry, shared: StatusPermission, case: Case) -> Shown:
    """The row as its recipient sees it at this moment."""
    kind = registry.case_type(case.area, case.case_type)
    state, since = _state(decision.session, kind, shared, case)
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
        text(decision, shared, "purpose"),
        ground(decision, shared),
        statute(shared),
        text(decision, shared, "contact"),
        shared.next_followup,
        clock.last_day(_until(kind, shared, case)),
        _withheld(shared, person, number),
    )


def ground(decision: Decision, shared: StatusPermission) -> str:
    """What a status permission rests on, in words: the row of the catalogue; free text only of what has long ended."""
    if shared.ground in {NOTE, REGISTER}:
        return _("Samtycke")
    row = _row(shared)
    return text(decision, shared, "ground_note") if row is None else row.title


def statute(shared: StatusPermission) -> str:
    """The statute of the row of the catalogue that it rests on; nothing where that is consent."""
    row = _row(shared)
    return "" if row is None else row.statute


def _row(shared: StatusPermission) -> Ground | None:
    """The row in the wording of the day on which it was permitted; None where there is none, as before it is chosen."""
    on = clock.today(shared.valid_from)
    return catalogue.find(shared.ground_code, on) if shared.ground_code in CODES else None


def _withheld(shared: StatusPermission, person: str, number: str) -> tuple[str, ...]:
    """What the recipient is not told, in general words: a field's own label would tell what there is."""
    named = [_("namn")] if shared.recognise != "name" or not person else []
    named += [] if number else [_("personnummer")]
    named += [] if shared.show_area else [_("vilket område ärendet gäller")]
    return (*named, *NEVER)


def _state(
    session: TenantSession, kind: CaseType | None, shared: StatusPermission, case: Case
) -> tuple[str, date | None]:
    """The last permitted state the case came to, and since when; what is not permitted leaves no trace, nor a new date.

    Nothing is told of a period of the case that was over before the permission began.
    """
    if kind is None:
        return "", None
    labels = {state.name: state.label for state in kind.workflow.states if _may_show(shared, state)}
    changes = [change for change in cases.history(session, case) if change.track is None]
    period = max((change.period for change in changes if change.at <= shared.valid_from), default=1)
    told = [change for change in changes if change.period >= period and change.target in labels]
    if not told:
        return "", None
    run = list(takewhile(lambda change: change.target == told[-1].target, reversed(told)))
    return labels[told[-1].target], clock.today(run[-1].at)


def _may_show(shared: StatusPermission, state: State) -> bool:
    """Whether a state was permitted, and is still one that its declaration means for the agency."""
    return state.name in json.loads(shared.states) and shared.agency in state.shared_with


def _until(kind: CaseType | None, shared: StatusPermission, case: Case) -> datetime:
    """The end as the recipient may know it: that a closed case ends it sooner is told only with the closed state."""
    states = () if kind is None or case.is_open else kind.workflow.states
    told = any(state.name == case.state and _may_show(shared, state) for state in states)
    return ends(case, shared) if told else shared.valid_until


def _whom(decision: Decision, shared: StatusPermission, case: Case) -> tuple[str, str]:
    if shared.recognise == "reference":
        return text(decision, shared, "agreed_reference"), ""
    identity = cases.subject(decision, case) if shared.recognise == "name" else None
    # Whoever is protected more closely since then is nameless until an officer permits it anew.
    if identity is None or identity.protection >= NAMELESS or identity.protection > shared.protection:
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
            said = entries.answers_of(decision, entry) if any(field.told_if for field in wanted) else {}
            for field in wanted:
                if telling_fields.barred(form, field, said):
                    continue
                value = values.get(field.name)
                gone = value is not None and vault.is_gone(decision.session, entry, value)
                if value is not None and value.sensitivity != Sensitivity.SEALED and not gone:
                    words = answers.shown(field, vault.open_shared_answer(decision, entry, value))
                    found.append((field.label, words))
    return tuple(found)


def text(decision: Decision, shared: StatusPermission, field: str) -> str:
    """A sealed text of a status permission; empty where there is none."""
    sealed = getattr(shared, field)
    if sealed is None:
        return ""
    return vault.open_text(decision, shared.case_id, "status_permissions", shared.id, field, sealed)
