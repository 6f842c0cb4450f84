"""States a case can be in, the tracks that run beside them, the steps between states and what a step asks for."""

from __future__ import annotations

from collections import Counter
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from casework.contract.fields import Agency


class Level(StrEnum):
    """The least delegation that may take a step: handläggare, förste socialsekreterare, enhetschef, utskott."""

    H = "H"
    FS = "FS"
    EC = "EC"
    U = "U"

    @property
    def rank(self) -> int:
        """Where the level stands: a higher rank may do all that a lower one may."""
        return RANKS[self]


RANKS = {level: rank for rank, level in enumerate(Level)}
"""Counted once, because every right of every post is asked for by it."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands.

    ``phase`` is the part of the journey the page draws it in. ``shared_with`` says which agencies *may*
    be told that the case stands here. An ``anonymous`` state holds no person and no identifier.
    """

    name: str
    label: str
    _: KW_ONLY
    phase: str
    closed: bool = False
    anonymous: bool = False
    shared_with: frozenset[Agency] = frozenset()


@dataclass(frozen=True, slots=True)
class SideTrack:
    """Something that runs beside the main state with states of its own, such as an urgent protection assessment."""

    name: str
    label: str
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """What must be true before a step may be taken, as data that core can check.

    ``form`` asks for a signed entry of that form; with ``field`` and ``equals``, one whose answer is that (the name
    of a choice, or ``yes`` or ``no``); with ``live``, one whose fields ``valid_from`` and ``valid_until`` hold today's
    date; with ``fresh``, one signed since the case, or the track, came to the state it stands in.
    Only what was signed since the case was opened, or opened again, counts; of a form that can be filled in many times
    the newest entry decides by its ``field``, and a correction stands where what it corrects stood. Consents differ:
    each is somebody's own, so with ``live`` any one that holds will do.
    ``consents`` asks the register of consents, and no entry: everybody whose consent is needed must have agreed, today,
    to tell at least one agency at least one kind of facts in common.
    ``subject`` asks that the case has an identified person. ``refusal`` is what the officer reads when it fails.
    A guard with none of these is asked in the plugin's ``casework_check_transition``, or, where the step fills a form,
    in ``casework_check_entry`` and by the questions of that form that must be answered.
    """

    name: str
    refusal: str
    _: KW_ONLY
    form: str | None = None
    field: str | None = None
    equals: str | None = None
    live: bool = False
    fresh: bool = False
    subject: bool = False
    consents: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one state to another, and what it takes.

    ``source`` is ``None`` for a step that opens a case. A step of a side track names it in ``track``:
    its source and target are then states of the track, and ``source`` ``None`` starts the track
    (``beside`` lists the main states in which it may be started; empty means every open one).
    ``returns`` leads back to the state the case came from, and to ``target`` when that is not known.
    ``also_moves_to`` is the main state a step of a track leads to as well. ``fills`` names the form that is written
    with the step. ``ends_consents`` ends every consent that the case has, and what rests on them: the step leaves what
    they were given for, and its page says so before; one that ``says_no`` records that somebody has refused or taken a
    consent back: where a consent ended with it, that is answered wherever something is told all the same.
    ``needs_reason`` asks for a reason in words. ``label`` is what the step is called; ``button`` says it to whoever
    takes it, as a verb with its object ("Avsluta ärendet"); ``decision`` is what a decider is asked for ("att avsluta
    ärendet"). Both may be left out where the label does.
    """

    name: str
    label: str
    source: str | None
    target: str
    _: KW_ONLY
    level: Level = Level.H
    permission: str = "case:write"
    guard: str | None = None
    track: str | None = None
    beside: tuple[str, ...] = ()
    returns: bool = False
    also_moves_to: str | None = None
    fills: str | None = None
    needs_reason: bool = False
    ends_consents: bool = False
    says_no: bool = False
    button: str = ""
    decision: str = ""

    @property
    def deed(self) -> str:
        """The step as a button says it."""
        return self.button or self.label


@dataclass(frozen=True, slots=True)
class Workflow:
    """The whole graph of a case type."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    side_tracks: tuple[SideTrack, ...] = ()
    guards: tuple[Guard, ...] = ()
    phases: tuple[tuple[str, str], ...] = ()

    def state(self, name: str) -> State:
        """The declaration of a main state; raises KeyError for an unknown one."""
        return {state.name: state for state in self.states}[name]

    def track(self, name: str) -> SideTrack:
        """The declaration of a side track; raises KeyError for an unknown one."""
        return {track.name: track for track in self.side_tracks}[name]

    def guard(self, name: str) -> Guard:
        """The declaration of a guard; raises KeyError for an unknown one."""
        return {guard.name: guard for guard in self.guards}[name]

    @property
    def rests_on_consents(self) -> bool:
        """Whether some step asks the register of consents: then its plugin is told whom everybody agrees to tell."""
        return any(guard.consents for guard in self.guards)

    @property
    def starts(self) -> tuple[str, ...]:
        """The states in which a case can be opened."""
        return tuple(step.target for step in self.transitions if step.source is None and step.track is None)

    def problems(self) -> list[str]:
        """Everything wrong with the graph, in words; empty when it is sound."""
        return [
            *self._unknown_names(),
            *self._unreachable(),
            *self._repeated(),
            *([] if any(state.closed for state in self.states) else ["no state closes the case"]),
        ]

    def _unknown_names(self) -> list[str]:
        main = {state.name for state in self.states}
        guards = {guard.name for guard in self.guards}
        phases = {name for name, _ in self.phases}
        tracks = {track.name: {state.name for state in track.states} for track in self.side_tracks}
        found = [f"state {s.name!r} is in no declared phase" for s in self.states if s.phase not in phases]
        for step in self.transitions:
            if step.track is not None and step.track not in tracks:
                found.append(f"transition {step.name!r} belongs to an unknown side track {step.track!r}")
                continue
            known = main if step.track is None else tracks[step.track]
            if not ({step.source, step.target} - {None}) <= known:
                found.append(f"transition {step.name!r} leads between unknown states")
            if not set(step.beside) | ({step.also_moves_to} - {None}) <= main:
                found.append(f"transition {step.name!r} names an unknown main state")
            if step.guard is not None and step.guard not in guards:
                found.append(f"transition {step.name!r} has an unknown guard {step.guard!r}")
        return found

    def _unreachable(self) -> list[str]:
        found = []
        for track in (None, *(track.name for track in self.side_tracks)):
            steps = [step for step in self.transitions if step.track == track]
            states = self.states if track is None else self.track(track).states
            reached: set[str] = set()
            frontier = {step.target for step in steps if step.source is None}
            while frontier:
                reached |= frontier
                frontier = {step.target for step in steps if step.source in frontier} - reached
            found += [f"state {s.name!r} can never be reached" for s in states if s.name not in reached]
        return found

    def _repeated(self) -> list[str]:
        names = Counter(state.name for state in self.states)
        steps = Counter((step.name, step.source, step.track) for step in self.transitions)
        return [f"two states are called {name!r}" for name, n in names.items() if n > 1] + [
            f"two transitions are called {name!r} from {source!r}" for (name, source, _), n in steps.items() if n > 1
        ]
