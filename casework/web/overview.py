"""The first page of a case: where it stands, what comes next, what is known, and who outside is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.contract import Agency, CaseType, Form, Level
from casework.contract import gettext as _
from casework.core import access, accounts, cases, clock, entries, sharing_standing, steps, tasks
from casework.core.access import Decision
from casework.core.permissions import Permission
from casework.core.reading import Answer, Reading
from casework.web import language, linked, request
from casework.web.case_frame import is_repeated, kind_of, path
from casework.web.entry_lines import PROSE, Line, begun, lines

if TYPE_CHECKING:
    from casework.core.models import Case, Entry, StateChange

LATEST = 3
NOTHING_LINKED: dict[str, Any] = {"linked": [], "creatable": (), "may_link": False}
"""What who only decides is shown of other files."""
POLICE = "Polisen"
"""The section of a case type's forms that hold what the police need for their part."""
LEVELS = {
    Level.H: _("handläggare"),
    Level.FS: _("förste socialsekreterare"),
    Level.EC: _("enhetschef"),
    Level.U: _("utskottet"),
}
AGENCIES = {
    Agency.SOCIAL_SERVICES: _("Socialtjänsten"),
    Agency.SCHOOL: _("Skolan"),
    Agency.RECREATION: _("Fritid"),
    Agency.POLICE: _("Polisen"),
}


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the journey: when the case came there, and whether it is there now."""

    label: str
    since: datetime | None
    now: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Track:
    """Where a side track stands."""

    label: str
    state: str
    since: datetime
    ended: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A step from here: taken at ``url``, or asked for at ``ask_url`` where the level is too low; what it lacks.

    Who a consultation is about is asked on the step's own page, and is nothing it lacks here.
    """

    label: str
    track: str
    level: str
    lacks: tuple[str, ...]
    url: str
    ask_url: str
    form: Form | None
    form_url: str


def overview(case: Case, decision: Decision) -> dict[str, Any]:
    """Everything the page shows, read with one reading of the entries."""
    kind, session = kind_of(case), decision.session
    writes = access.is_reached(session, decision.actor, Permission.CASE_WRITE, case.id)
    standing = entries.current(session, case)
    journal = [entry for entry in standing if is_repeated(case, entry)]
    known = _forms(kind, _key_sections(kind))
    police = _forms(kind, {POLICE})
    wanted = [*journal[:LATEST], *(entry for entry in standing if entry.form in known | police)]
    read = {line.entry.id: line for line in lines(case, decision, wanted, writes=writes)}
    way = kind if decision.forms is None else None  # who only decides is shown what to decide, not the way there
    state = None if kind is None else next((one for one in kind.workflow.states if one.name == case.state), None)
    return {
        "phases": [] if way is None else _phases(way, case, cases.history(session, case)),
        "state": case.state if state is None else state.label,
        "closed": not case.is_open,
        "stays_closed": steps.STAYS_CLOSED if steps.stays_closed(session, case) else "",
        "tracks": [] if way is None else _tracks(way, decision, case),
        "offers": _offers(kind, decision, case, writes=writes),
        "tasks": _tasks(decision, case),
        "drafts": begun(case, decision) if writes else [],
        "latest": _of(read, journal[:LATEST]),
        "count": len(journal) if decision.forms is None else 0,
        "facts": _facts(_of(read, [entry for entry in standing if entry.form in known])),
        "facts_url": _facts_url(case, kind, known),
        "police": [line.read for line in _of(read, [entry for entry in standing if entry.form in police])],
        "shared": _shared(decision, case),
        **(linked.shown(case) if decision.forms is None else NOTHING_LINKED),
        "writes": writes,
    }


def where_it_stands(shown: dict[str, Any]) -> dict[str, Any]:
    """The state, and that of the track that was moved last, in words for a receipt."""
    tracks = sorted(shown["tracks"], key=lambda track: track.since)
    track = tracks[-1].state if tracks else shown["state"]
    return {"state": language.translate(shown["state"]), "track": language.translate(track)}


def _of(read: dict[str, Line], chosen: Iterable[Entry]) -> list[Line]:
    return [read[entry.id] for entry in chosen if entry.id in read]


def _phases(kind: CaseType, case: Case, history: Sequence[StateChange]) -> list[Phase]:
    of_state = {state.name: state.phase for state in kind.workflow.states}
    steps_taken = [(of_state.get(change.target), change.at) for change in history if change.track is None]
    now = of_state.get(case.state)
    names = [name for name, _label in kind.workflow.phases]
    place = names.index(now) if now in names else len(names)
    came: dict[str, datetime] = {}
    before: str | None = None
    for phase, at in steps_taken:
        if phase is not None and phase != before and (phase not in came or phase == now):
            came[phase] = at
        before = phase
    return [
        Phase(label, came.get(name) if nth <= place else None, name == now, nth < place and name in came)
        for nth, (name, label) in enumerate(kind.workflow.phases)
    ]


def _tracks(kind: CaseType, decision: Decision, case: Case) -> list[Track]:
    found = []
    for name, running in cases.tracks(decision.session, case).items():
        track = next((one for one in kind.workflow.side_tracks if one.name == name), None)
        state = None if track is None else next((one for one in track.states if one.name == running.state), None)
        if track is not None and state is not None:
            found.append(Track(track.label, state.label, running.since, state.closed))
    return found


def _offers(kind: CaseType | None, decision: Decision, case: Case, *, writes: bool) -> list[Offer]:
    decides = access.is_reached(decision.session, decision.actor, Permission.CASE_DECIDE, case.id)
    if kind is None or not decides:
        return []
    found = []
    for step in steps.available(decision, request.registry(), case):
        if not step.actor_may and not writes:
            continue  # who only decides sees the step they were asked to decide
        taken, guard = step.transition, step.transition.guard
        rule = None if guard is None else kind.workflow.guard(guard)
        lacks = tuple(one for one in step.lacks if rule is None or not (rule.subject and one == rule.refusal))
        asked = None if rule is None else rule.form
        form = next((one for one in kind.forms if one.name == asked), None) if lacks and writes else None
        url = path(case, "steg", steps.key_of(taken))
        found.append(
            Offer(
                taken.deed,
                "" if taken.track is None else kind.workflow.track(taken.track).label,
                LEVELS[taken.level],
                lacks,
                url if step.actor_may and not lacks else "",
                f"{url}/beslut" if writes and not step.actor_may else "",
                form,
                "" if form is None else path(case, "skriv", form.name),
            )
        )
    return found


def _tasks(decision: Decision, case: Case) -> list[dict[str, Any]]:
    shown = tasks.of_case(decision, case)
    names = accounts.names(decision.session, {one.task.account_id for one in shown})
    return [
        {
            "task": one.task,
            "what": one.what,
            "who": "" if one.task.account_id == decision.actor.id else names.get(one.task.account_id, ""),
            "kind": _urgency(one.task.due_on, request.today()),
        }
        for one in shown
    ]


def _urgency(due: date | None, today: date) -> str:
    """How a task is marked: late, soon (today) or not at all."""
    return "" if due is None or due > today else "late" if due < today else "soon"


def _key_sections(kind: CaseType | None) -> set[str]:
    """Where the first thing asked about a person lies: that section holds what one must know of them."""
    if kind is None:
        return set()
    first = next((form for form in kind.forms if not form.many and not form.anonymous), None)
    return set() if first is None else {first.section}


def _forms(kind: CaseType | None, sections: set[str]) -> set[str]:
    declared = () if kind is None else kind.forms
    return {form.name for form in declared if form.section in sections and not form.many}


def _facts(known: Iterable[Line]) -> list[tuple[Reading, Answer]]:
    """What one must know, sealed answers first: those are asked for in a hurry."""
    pairs = [
        (line.read, answer)
        for line in known
        for answer in line.facts
        if answer.words is None or answer.until is not None or answer.kind != PROSE
    ]
    return sorted(pairs, key=lambda pair: not pair[1].sealed)


def _facts_url(case: Case, kind: CaseType | None, known: set[str]) -> str:
    """Where the key facts are changed: their form, or the list of forms at the first of several."""
    names = [form.name for form in (() if kind is None else kind.forms) if form.name in known]
    if len(names) == 1:
        return path(case, "uppgifter", names[0])
    return path(case, "uppgifter") + (f"#f-{names[0]}" if names else "")


def _shared(decision: Decision, case: Case) -> list[tuple[str, date | None]]:
    """The agencies that see a status now, and the last day they do; nothing for who only decides."""
    if decision.forms is not None:
        return []
    return [
        (AGENCIES.get(Agency(shared.agency), shared.agency), clock.last_day(until))
        for shared, until in sharing_standing.going_on(decision, request.registry(), case)
    ]
