"""A case as a row of a list: what may be said of it there, and where its row leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from babel import dates
from flask import url_for

from casework.contract import gettext as _
from casework.core import accounts, cases, clock, persons
from casework.core.permissions import Permission
from casework.core.vault import Identity
from casework.web import language, request

if TYPE_CHECKING:
    from casework.core.models import Case

DAYS_BY_NAME = 7
"""Within so many days a moment is told by its weekday."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row. ``who`` is empty for a protected person; ``url`` leads to the case, or to where it is assigned."""

    number: str
    who: str
    is_protected: bool
    is_anonymous: bool
    area: str
    colour: str
    state: str
    officer: str
    changed_at: datetime
    opens: bool
    url: str
    assign_url: str


def of(listed: Iterable[Case], people: Mapping[str, Identity]) -> dict[str, CaseRow]:
    """The rows of listed cases by case id, in their order."""
    chosen = list(listed)
    session, actor = request.session(), request.actor()
    opened = cases.usable(session, actor, Permission.CASE_OPEN, chosen)
    assigned = cases.usable(session, actor, Permission.CASE_ASSIGN, chosen)
    names = accounts.names(session, {case.officer_id for case in chosen if case.officer_id is not None})
    return {
        case.id: _row(
            case, people, names.get(case.officer_id or "", ""), opens=case.id in opened, assigns=case.id in assigned
        )
        for case in chosen
    }


def area_label(name: str) -> str:
    """What a focus area is called; the stored name where its plugin is no longer there."""
    focus = request.registry().areas.get(name)
    return name if focus is None else language.translate(focus.label)


def kind_label(case: Case) -> str:
    """What kind of case it is, where its area has more than one kind: ``våldsutövare``."""
    focus, kind = request.registry().areas.get(case.area), request.registry().case_type(case.area, case.case_type)
    if focus is None or kind is None or len(focus.case_types) == 1:
        return ""
    return language.lower_first(language.translate(kind.label))


def area_and_kind(case: Case) -> str:
    """``Våld i nära relation · våldsutövare``; the area alone where it has one kind of case."""
    return " · ".join(filter(None, (area_label(case.area), kind_label(case))))


def lately(moment: datetime) -> str:
    """``i dag 09.12``, ``fre 15.52`` within a week, else ``18 nov``."""
    days = (request.today() - clock.today(moment)).days
    if days >= DAYS_BY_NAME:
        return language.short_day(moment)
    name = language.translate(_("i dag")) if days == 0 else weekday(clock.today(moment))
    return f"{name} {language.time_of_day(moment)}"


def weekday(day: date) -> str:
    """``fre``."""
    return dates.format_date(day, "EEE", locale=language.current_locale()).replace(".", "")


def one(case: Case) -> CaseRow:
    """The row of one case, for a page of who may not open it: it says what the list says, and no more."""
    person = cases.listed_subject(request.session(), request.actor(), case)
    known = {} if person is None or case.subject_id is None else {case.subject_id: person}
    return of([case], known)[case.id]


def _row(case: Case, people: Mapping[str, Identity], officer: str, *, opens: bool, assigns: bool) -> CaseRow:
    person = people.get(case.subject_id or "")
    protected = person is not None and person.protection > 0
    focus = request.registry().areas.get(case.area)
    team_url = url_for("teams.show", case_id=case.id) if assigns else ""
    assign_url = url_for("teams.assign", case_id=case.id) if assigns else ""
    return CaseRow(
        number=case.number,
        who="" if person is None or protected else _described(person),
        is_protected=protected,
        is_anonymous=case.subject_id is None,
        area=area_and_kind(case),
        colour="" if focus is None else focus.colour,
        state=_state(case),
        officer=officer,
        changed_at=case.changed_at,
        opens=opens,
        url=url_for("case.overview", case_id=case.id) if opens else team_url,
        assign_url=assign_url if case.officer_id is None else "",
    )


def _described(person: Identity) -> str:
    """``Nova Exempelsson, 15 år``."""
    if person.birth_date is None:
        return person.name
    age = persons.age(person.birth_date, request.today())
    return language.translate(_("{name}, {age} år")).format(name=person.name, age=age)


def _state(case: Case) -> str:
    kind = request.registry().case_type(case.area, case.case_type)
    known = {} if kind is None else {state.name: state.label for state in kind.workflow.states}
    return language.translate(known.get(case.state, case.state))
