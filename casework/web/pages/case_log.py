"""Vem har öppnat: what was done with the case, by whom and why, in plain words; and who has access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for
from flask import request as http

from casework.contract import gettext as _
from casework.core import access, case_log, clock, reading, shared_status, teams
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.case_log import Line
from casework.core.permissions import Permission
from casework.web import case_frame, cursors, language, request
from casework.web.access import requires
from casework.web.act_words import PAGES, ROLES, WORDS
from casework.web.counting import in_words
from casework.web.labels import PURPOSES, RECIPIENTS

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("case_log", __name__)

MEMBERS = {"officer": _("Handläggare"), "co_officer": _("Medhandläggare"), "reader": _("Läsare")}
SEEN = frozenset(
    {
        Action.CASE_LOG_READ,
        Action.CASE_OPENED,
        Action.CASES_LISTED,
        Action.CASES_SEARCHED,
        Action.COMMUNICATION_READ,
        Action.DAY_READ,
        Action.ENTRY_READ,
        Action.JOURNAL_READ,
        Action.LOG_LISTED,
        Action.LOG_READ,
        Action.NAMES_COMPARED,
        Action.PARTICIPATION_READ,
        Action.PARTICIPATIONS_LISTED,
        Action.SHARED_READ,
    }
)
"""What somebody only saw: told once for each person, day and thing seen, with how many times."""
OTHERS = "andra"
LESS = frozenset({Action.CASE_OPENED, Action.ENTRY_READ})
"""What goes without saying where something more was done at the same moment."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything one person did at one moment, in words; what was only seen, for a whole day, the last time first."""

    at: datetime
    name: str
    role: str
    is_me: bool
    what: list[str]
    is_sealed: bool
    reason: str
    is_seen: bool
    times: int = 1


@pages.get("/arenden/<case_id>/atkomst")
@requires(Permission.CASE_LOG)
def show(case_id: str) -> str:
    """A page of the case's log, and who has access to it."""
    session, actor = request.session(), request.actor()
    place, others = cursors.read(http.args.get("fore", "")), http.args.get("visa") == OTHERS
    log = case_log.read(session, actor, case_id, None if place is None else place[0], others_only=others)
    case, decision = access.of_case(session, actor, Permission.CASE_LOG, case_id, Action.CASE_LOG_READ)
    return render_template(
        "case_log/show.html",
        frame=case_frame.frame(case, decision),
        case=case,
        lines=once_a_day(told(log.lines, case)),
        others=others,
        in_words=in_words,
        **_addresses(case_id, log, place is not None, OTHERS if others else None),
        **_reach(case, decision),
    )


def _addresses(case_id: str, log: case_log.Log, later: bool, shown: str | None) -> dict[str, str]:
    """Where the pages before and after are, and where the log is shown the other way."""
    following = "" if log.following is None else cursors.write((log.following, ""))
    return {
        "older": url_for(".show", case_id=case_id, fore=following, visa=shown) if following else "",
        "newest": url_for(".show", case_id=case_id, visa=shown) if later else "",
        "everybody_url": url_for(".show", case_id=case_id),
        "others_url": url_for(".show", case_id=case_id, visa=OTHERS),
    }


def once_a_day(lines: Iterable[Told]) -> list[Told]:
    """What one person saw on one day is one line, at the last time; what was done stands line by line."""
    found: dict[object, Told] = {}
    for nth, line in enumerate(lines):
        key = (clock.today(line.at), line.name, line.is_me, tuple(line.what)) if line.is_seen else nth
        first = found.get(key)
        found[key] = line if first is None else replace(first, times=first.times + 1)
    return list(found.values())


def told(lines: Iterable[Line], case: Case) -> Iterator[Told]:
    """The log in words: what somebody did at one moment is one row."""
    me = request.actor().id
    for (at, actor_id), acts in groupby(lines, key=lambda line: (line.at, line.actor_id)):
        found = list(acts)
        opened = [line for line in found if line.action == Action.CASE_OPENED]
        more = [line for line in found if line.action not in LESS] or opened or found
        what = list(dict.fromkeys(_what(line, case) for line in more if not _is_echo(line, more)))
        yield Told(
            at,
            found[0].name,
            ROLES.get(found[0].role, ""),
            actor_id == me,
            what,
            any(line.action == Action.SEALED_OPENED for line in found),
            next((words for line in found if (words := _reason(line))), ""),
            all(line.action in SEEN for line in found),
        )


def _is_echo(line: Line, others: list[Line]) -> bool:
    """Whether the leave to do something is told beside the deed itself."""
    return not line.detail and any(other.action == line.action and other.detail for other in others)


def _what(line: Line, case: Case) -> str:
    kind, detail = case_frame.kind_of(case), line.detail
    words = language.translate(WORDS.get(line.action, line.action))
    if line.action == Action.CASE_OPENED:
        return language.translate(PAGES.get(str(detail.get("page", "")), WORDS[Action.CASE_OPENED]))
    forms = {} if kind is None else {form.name: form.label for form in kind.forms}
    fields = {} if kind is None else {field.name: field.label for form in kind.forms for field in form.fields}
    steps = {} if kind is None else {step.name: step.label for step in kind.workflow.transitions}
    step = str(detail.get("step", "")).rpartition(".")[2]
    if "recipient" in detail:
        return f"{words}: {_copy(detail)}"
    about = steps.get(step) or fields.get(str(detail.get("field", ""))) or forms.get(str(detail.get("form", "")))
    return words if about is None else f"{words}: {language.lower_first(language.translate(about))}"


def _copy(detail: dict[str, object]) -> str:
    """What a copy of the case is for, and to whom by their part in it."""
    purpose, part = PURPOSES.get(str(detail.get("purpose", "")), ""), RECIPIENTS.get(str(detail.get("part", "")), "")
    return f"{language.translate(purpose)}, {language.translate(part)}"


def _reason(line: Line) -> str:
    """The officer's own words where they wrote some, else the reason they chose."""
    return line.reason or language.translate(dict([*reading.REASONS, reading.COPY]).get(line.reason_code, ""))


def _reach(case: Case, decision: Decision) -> dict[str, Any]:
    """Who has access and why, and where a copy is handed out."""
    session = request.session()
    may_export = access.is_reached(session, decision.actor, Permission.CASE_EXPORT, case.id)
    given = [one for one in shared_status.given(decision, request.registry(), case) if one.is_read]
    return {
        "copy_url": url_for("exports.order", case_id=case.id) if may_export else "",
        "members": [(account.name, MEMBERS[member.role]) for member, account in teams.members(session, case)],
        "deciders": [account.name for _decider, account in teams.deciders(session, case)],
        "shared": given,
        "unassigned": case.officer_id is None and case.is_open,
    }
