"""Min dag: the state of the day in words, then what is due, what is begun and what was last opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import dates
from flask import Blueprint, render_template, url_for

from casework.contract import gettext as _
from casework.core import consent_reminders, day
from casework.core.day import Day
from casework.core.handover_officer import Owed
from casework.core.permissions import Permission
from casework.core.tasks import Shown
from casework.web import case_rows, handover_words, language, notice_lines, receipts, request
from casework.web.access import requires
from casework.web.case_rows import CaseRow
from casework.web.counting import in_words

pages = Blueprint("day", __name__)
DAYS = 5
SATURDAY = 5
RECEIPTS = {"decided": _("Beslutet är fattat. Det står nu i ärendet.")}


@dataclass(frozen=True, slots=True)
class Due:
    """A task with its case; ``kind`` is late, soon (today) or nothing."""

    id: str
    what: str
    case: CaseRow
    on: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """What is owed for something that a case has taken on; ``kind`` as of a task."""

    what: str
    case: CaseRow
    url: str
    on: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft of the person's own, and where it goes on."""

    form: str
    case: CaseRow
    saved: str
    url: str


@pages.get("/min-dag")
@requires(Permission.DAY_READ)
def show() -> str:
    """The first page of the day."""
    found = day.of(request.session(), request.actor())
    rows = case_rows.of(found.cases.values(), found.persons)
    return render_template(
        "day/show.html",
        heading=_heading(request.today()),
        **_tasks(found, rows),
        drafts=list(_drafts(found, rows)),
        **_beside(found, rows),
        unassigned=found.unassigned,
        in_words=in_words,
        many=day.MANY,
        receipt=receipts.take(RECEIPTS),
        told=notice_lines.lines(),
        may_register=request.actor().may(Permission.CASE_REGISTER),
    )


def _tasks(found: Day, rows: dict[str, CaseRow]) -> dict[str, Any]:
    """What is to be done, what is owed, what was just done, and the days to come with what is due on each."""
    due = [_due(one, rows[one.task.case_id]) for one in found.tasks]
    return {
        "tasks": due,
        "arrived": [_arrived(one, rows[one.case_id]) for one in found.owed],
        "done": [_due(one, rows[one.task.case_id]) for one in found.done],
        "week": [(_short(one), [task for task in due if task.on == one]) for one in _week(request.today())],
    }


def _beside(found: Day, rows: dict[str, CaseRow]) -> dict[str, Any]:
    """What was last opened, and the consents that soon end."""
    return {
        "recent": [(rows[case_id], case_rows.lately(at)) for case_id, at in found.recent],
        "endings": [(one, rows[one.case_id], _urgency(one.on)) for one in found.endings],
    }


def _due(shown: Shown, case: CaseRow) -> Due:
    on = shown.task.due_on
    return Due(shown.task.id, shown.what, case, on, _pressing(on))


def _arrived(owed: Owed, case: CaseRow) -> Arrived:
    url = url_for("case_handovers.show", case_id=owed.case_id, received_id=owed.handover_id)
    return Arrived(language.translate(handover_words.OWED[owed.what]), case, url, owed.on, _pressing(owed.on))


def _pressing(on: date | None) -> str:
    """How a day is marked: late once it has been, soon on it."""
    today = request.today()
    return "" if on is None or on > today else "late" if on < today else "soon"


def _urgency(last: date) -> str:
    """How a consent's last day is marked: late from three days before it, soon from fourteen, nothing before that."""
    left = (last - request.today()).days
    return "late" if left <= consent_reminders.LAST else "soon" if left <= consent_reminders.SECOND else ""


def _drafts(found: Day, rows: dict[str, CaseRow]) -> Iterator[Begun]:
    for entry in found.drafts:
        case = found.cases[entry.case_id]
        kind = request.registry().case_type(case.area, case.case_type)
        labels = {} if kind is None else {form.name: form.label for form in kind.forms}
        url = url_for("entries.write", case_id=case.id, form=entry.form, rattar=entry.corrects_id)
        label = language.translate(labels.get(entry.form, entry.form))
        yield Begun(label, rows[case.id], case_rows.lately(entry.written_at), url)


def _week(today: date) -> Sequence[date]:
    """Today, and the working days that follow."""
    following = (today + timedelta(days=nth) for nth in range(1, 2 * DAYS))
    return [today, *(one for one in following if one.weekday() < SATURDAY)][:DAYS]


def _short(one: date) -> str:
    """``Tis 24``, with the month where it is not today's."""
    day_of_month = str(one.day) if one.month == request.today().month else language.short_day(one)
    return f"{case_rows.weekday(one)} {day_of_month}".capitalize()


def _heading(today: date) -> str:
    """``Tisdag 24 november``."""
    words = dates.format_date(today, "EEEE d MMMM", locale=language.current_locale())
    return words[:1].upper() + words[1:]
