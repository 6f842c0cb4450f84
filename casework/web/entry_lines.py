"""Signed entries and drafts as a page reads them: a heading, what is prose, what is short, and the versions before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.core import cases, drafts, entries, objections, reading
from casework.core.access import Decision
from casework.core.objections import Noted
from casework.core.reading import Answer, Reading
from casework.web import language, request
from casework.web.case_frame import path

if TYPE_CHECKING:
    from casework.core.models import Case, Entry

HEADING, KIND, TIME = "heading", "event_type", "event_time"
SHOWN_BESIDE = frozenset({HEADING, KIND, TIME, *entries.DATE_FIELDS})
"""Answers that stand in the heading or the date column, and are not repeated below."""
PLAIN = "text"
"""The prose that needs no label of its own."""
PROSE = "long_text"
REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Line:
    """One signed entry. ``hidden`` is true for one sealed as a whole that is not open at this moment.

    ``objections`` are those to it and to the versions before it.
    """

    read: Reading
    hidden: bool
    earlier: tuple[Line, ...]
    objections: tuple[Noted, ...]
    url: str
    correct_url: str

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return self.read.entry

    @property
    def opened(self) -> bool:
        """Whether it is sealed as a whole and open at this moment: on paper it is sealed."""
        return self.entry.sealed and any(answer.until is not None for answer in self.read.answers)

    @property
    def heading(self) -> str:
        """Its own heading, else the name of its form."""
        return self.read.answer(HEADING) or self._label

    @property
    def kind(self) -> str:
        """What kind of event it is about, else the name of its form."""
        own = language.translate(self.read.answer(KIND))
        return own or (self._label if self.read.answer(HEADING) else "")

    @property
    def _label(self) -> str:
        return self.entry.form if self.read.form is None else language.translate(self.read.form.label)

    @property
    def time(self) -> str:
        """The time of day it is about."""
        return self.read.answer(TIME)

    @property
    def imported(self) -> bool:
        """Whether it came with a register."""
        return self.entry.origin == REGISTER

    @property
    def prose(self) -> list[Answer]:
        """What is read as text."""
        return [answer for answer in self.read.answers if answer.kind == PROSE]

    @property
    def short(self) -> list[Answer]:
        """What is read as facts, without what the heading and the date column hold."""
        kept = [answer for answer in self.read.answers if answer.kind != PROSE]
        return [one for one in kept if one.field not in SHOWN_BESIDE or one.words is None or one.gone]

    @property
    def facts(self) -> tuple[Answer, ...]:
        """Every answer."""
        return self.read.answers


def lines(case: Case, decision: Decision, chosen: Sequence[Entry], *, writes: bool) -> list[Line]:
    """Entries with the versions before them, all read at once."""
    before = {entry.id: entries.corrected_by(decision.session, entry) for entry in chosen}
    wanted = {one.id: one for entry in chosen for one in (entry, *before[entry.id])}
    read = {one.entry.id: one for one in reading.read(decision, request.registry(), case, wanted.values())}
    noted = objections.of_entries(decision, case, chosen)
    return [
        _line(case, read[entry.id], [read[one.id] for one in before[entry.id]], noted.get(entry.id, ()), writes=writes)
        for entry in chosen
        if entry.id in read
    ]


def _line(
    case: Case, read: Reading, earlier: Iterable[Reading] = (), noted: Iterable[Noted] = (), *, writes: bool
) -> Line:
    entry = read.entry
    hidden = entry.sealed and bool(read.answers) and all(answer.words is None for answer in read.answers)
    repeated = read.form is None or read.form.many
    correct = path(case, "skriv", entry.form) + (f"?rattar={entry.id}" if repeated else "")
    return Line(
        read,
        hidden,
        tuple(_line(case, one, writes=False) for one in earlier),
        tuple(noted),
        path(case, "anteckning", entry.id),
        correct if writes and read.form is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """One's own draft: what it is called and how it begins."""

    entry: Entry
    label: str
    heading: str
    words: str
    url: str


def begun(case: Case, decision: Decision) -> list[Draft]:
    """The actor's own drafts in a case, the last written first."""
    found = []
    for entry in reading.own_drafts(decision, case):
        typed = drafts.typed(decision.session, decision.actor, case.id, entry)
        form = cases.form_of(request.registry(), case, entry.form)
        repeated = form is not None and form.many and entry.corrects_id is not None
        url = path(case, "skriv", entry.form) + (f"?rattar={entry.corrects_id}" if repeated else "")
        label = entry.form if form is None else form.label
        found.append(Draft(entry, label, _first(typed, HEADING), _beginning(typed), url))
    return found


def _first(typed: dict[str, list[str]], name: str) -> str:
    return next(iter(typed.get(name, [])), "")


def _beginning(typed: dict[str, list[str]], longest: int = 160) -> str:
    words = " ".join(_first(typed, PLAIN).split())
    return words if len(words) <= longest else f"{words[:longest].rsplit(' ', 1)[0]} …"
