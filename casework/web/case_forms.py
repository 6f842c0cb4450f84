"""The forms of a case: what has been filled in, by whom and when, and one form with its versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.contract import Form
from casework.core import access, accounts, cases, entries, meetings
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.permissions import Permission
from casework.web import request
from casework.web.case_frame import kind_of, path
from casework.web.entry_lines import lines

if TYPE_CHECKING:
    from casework.core.models import Case, Entry


@dataclass(frozen=True, slots=True)
class Row:
    """A form in the list: how often it is filled in, by whom last; ``write_url`` where there is more to write."""

    name: str
    label: str
    many: bool
    count: int
    latest: Entry | None
    author: str
    url: str
    write_url: str


def sections(case: Case, decision: Decision) -> dict[str, list[Row]]:
    """The forms by the section they are declared in; for who only decides, those to be decided."""
    kind = kind_of(case)
    standing: dict[str, list[Entry]] = {}
    for entry in entries.current(decision.session, case):
        standing.setdefault(entry.form, []).append(entry)
    names = accounts.names(decision.session, {found[0].author_id for found in standing.values()})
    writes = _writes(case, decision)
    found: dict[str, list[Row]] = {}
    for form in () if kind is None else kind.forms:
        filled = standing.pop(form.name, [])
        fits = form.anonymous == (case.subject_id is None)
        if (fits or filled) and _within(decision, form.name):
            found.setdefault(form.section, []).append(_row(case, form, filled, names, writes=writes and fits))
    for name, filled in standing.items():  # a form its plugin no longer declares stays readable
        if _within(decision, name):
            found.setdefault("", []).append(_row(case, Form(name, name, (), many=True), filled, names, writes=False))
    return found


def one(case: Case, decision: Decision, form_name: str) -> dict[str, Any]:
    """What one form holds; raises NotFound for a form the case has not or the actor may not see."""
    declared = cases.form_of(request.registry(), case, form_name)
    present = entries.current(decision.session, case, form_name)
    fits = declared is not None and declared.anonymous == (case.subject_id is None)
    if not _within(decision, form_name) or not (fits or present):
        raise NotFound(access.denial(decision.actor, Action.ENTRY_READ, "case", case.id, "form"))
    writes = fits and _writes(case, decision)
    return {
        "label": form_name if declared is None else declared.label,
        "section": "" if declared is None else declared.section,
        "help": "" if declared is None else declared.help,
        "many": declared is None or declared.many,
        "lines": lines(case, decision, present, writes=writes),
        "write_url": _write_url(case, form_name) if writes else "",
        "url": path(case, "uppgifter", form_name),
        "forms_url": path(case, "uppgifter"),
    }


def _row(case: Case, form: Form, filled: list[Entry], names: dict[str, str], *, writes: bool) -> Row:
    latest = filled[0] if filled else None
    return Row(
        form.name,
        form.label,
        form.many,
        len(filled),
        latest,
        "" if latest is None else names.get(latest.author_id, ""),
        path(case, "uppgifter", form.name),
        _write_url(case, form.name) if writes else "",
    )


def _write_url(case: Case, form_name: str) -> str:
    """Where a form is filled in; a meeting on the page that asks who came."""
    how = meetings.declared(request.registry(), case)
    return path(case, "deltagare", "mote") if how and how.form == form_name else path(case, "skriv", form_name)


def _within(decision: Decision, form_name: str) -> bool:
    return decision.forms is None or form_name in decision.forms


def _writes(case: Case, decision: Decision) -> bool:
    return access.is_reached(decision.session, decision.actor, Permission.CASE_WRITE, case.id)
