"""What a plugin declares: a focus area, its case types and their forms, and what later parts of the system count on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from pathlib import Path

from casework.contract.fields import COUNTABLE, Choice, Field, Sensitivity
from casework.contract.participation import Participation
from casework.contract.workflow import Workflow

API = 1
"""The version of this contract. Adding a hook or an optional argument keeps it; removing or renaming raises it."""


class Retention(StrEnum):
    """How long what a form holds is kept: the key that seals it is destroyed when the time is out.

    CASE five years after closing (SoL 2025:400), CHILD until the child is 30, SEALED_PLACE some time after.
    """

    CASE = "case"
    CHILD = "child"
    SEALED_PLACE = "sealed_place"


class Side(StrEnum):
    """Whom a kind of file is about where one is protected from the other: nobody is named in files of both.

    What is linked to an ADVERSE file is closed to everybody who was ever named in that one.
    """

    PROTECTED = "protected"
    ADVERSE = "adverse"


@dataclass(frozen=True, slots=True)
class Form:
    """Questions answered together: once for a case, or many times as with notes.

    ``may_seal`` lets the author seal a whole entry. ``anonymous`` marks the one form of a consultation without a
    person. ``section`` is the part of the case page it is shown in. ``new`` is the heading of the page where one
    more is written ("Nytt samtycke"); ``definite`` is what the button signs ("samtycket"). ``about_others`` marks what
    is written about somebody else than the case's person: it never goes along in a copy to anybody in the case.
    """

    name: str
    label: str
    fields: tuple[Field, ...]
    _: KW_ONLY
    many: bool = False
    retention: Retention = Retention.CASE
    may_seal: bool = False
    anonymous: bool = False
    about_others: bool = False
    section: str = ""
    help: str = ""
    new: str = ""
    definite: str = ""

    def field(self, name: str) -> Field:
        """The declaration of a field, by its name or the name it had; raises KeyError for an unknown one."""
        found = {field.was: field for field in self.fields if field.was} | {field.name: field for field in self.fields}
        return found[name]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit that a state or an event starts. Declared now, kept by roadmap 1."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document with its retention class. Declared now, kept by roadmap 1."""

    name: str
    label: str
    retention: Retention = Retention.CASE


@dataclass(frozen=True, slots=True)
class ConsentNeed:
    """A consent the case type asks for. Declared now, kept by part 3."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A plan with goals and activities. Declared now, kept by roadmap 1."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A task that an answer brings with it: core adds it as the entry is signed, for its author and due that day.

    ``field`` answered with ``equals`` is what brings it, unless ``unless``, another field of the form, is answered
    too. ``what`` is the task in words. A task that is there and not done yet is not added again.
    """

    name: str
    what: str
    form: str
    field: str
    equals: str
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another kind of file that can belong together with this one: its case type, and what it is called here.

    ``new`` is the button that creates it from here, or "" where it comes another way. ``parts`` are the parts in the
    case that the person of such a file can have (``guardian child partner relative counterpart``).
    """

    case_type: str
    label: str
    new: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statistic:
    """Cases counted by the answers to one choice, number, yes/no or date; never by free text."""

    name: str
    label: str
    form: str
    field: str


@dataclass(frozen=True, slots=True)
class CaseType:
    """One kind of case. ``related`` are the other kinds of its area that can belong together with it.

    An ``ADVERSE`` kind names none: that it belongs to somebody who is protected is never seen from its side.
    """

    name: str
    label: str
    forms: tuple[Form, ...]
    workflow: Workflow
    _: KW_ONLY
    deadlines: tuple[Deadline, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    consents: tuple[ConsentNeed, ...] = ()
    plans: tuple[PlanKind, ...] = ()
    duties: tuple[Duty, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    side: Side | None = None
    related: tuple[Related, ...] = ()
    participation: Participation | None = None

    def form(self, name: str) -> Form:
        """The declaration of a form; raises KeyError for an unknown one."""
        return {form.name: form for form in self.forms}[name]

    def problems(self) -> list[str]:
        """Everything wrong with the declaration, in words; empty when it is sound."""
        found = [*self.workflow.problems(), *self._fields(), *self._references(), *self._parts()]
        return [f"{self.name}: {problem}" for problem in found]

    def _fields(self) -> list[str]:
        found = []
        names = [form.name for form in self.forms]
        found += [f"two forms are called {name!r}" for name in sorted({n for n in names if names.count(n) > 1})]
        for form in self.forms:
            fields = [field.name for field in form.fields]
            found += [
                f"form {form.name!r} has two fields {f!r}" for f in sorted({f for f in fields if fields.count(f) > 1})
            ]
            for field in form.fields:
                if not field.kind:
                    found.append(f"field {field.name!r} is of no kind")
                if isinstance(field, Choice) and not field.choices:
                    found.append(f"field {field.name!r} has nothing to choose from")
                if field.told_if is not None and field.told_if[0] not in fields:
                    found.append(f"field {field.name!r} is told only if an unknown field is answered")
                if field.sensitivity is Sensitivity.SEALED and field.shared_with:
                    found.append(f"field {field.name!r} is sealed and cannot be shared")
        return found

    def _references(self) -> list[str]:
        forms = {form.name: {field.name: field for field in form.fields} for form in self.forms}
        found = []
        for guard in self.workflow.guards:
            if guard.form is not None and guard.form not in forms:
                found.append(f"guard {guard.name!r} asks for an unknown form {guard.form!r}")
            elif guard.form is not None and guard.field is not None and guard.field not in forms[guard.form]:
                found.append(f"guard {guard.name!r} asks for an unknown field {guard.field!r}")
        found += [
            f"transition {step.name!r} fills an unknown form {step.fills!r}"
            for step in self.workflow.transitions
            if step.fills is not None and step.fills not in forms
        ]
        for duty in self.duties:
            if not {duty.field, duty.unless or duty.field} <= set(forms.get(duty.form, {})):
                found.append(f"duty {duty.name!r} asks for an unknown form or field")
        for statistic in self.statistics:
            field = forms.get(statistic.form, {}).get(statistic.field)
            if field is None or field.kind not in COUNTABLE:
                found.append(f"statistic {statistic.name!r} must count a choice, number, yes/no or date")
        return found

    def _parts(self) -> list[str]:
        if self.participation is None:
            return []
        forms = {form.name: {field.name: field for field in form.fields} for form in self.forms}
        states = {state.name for state in self.workflow.states if not state.closed}
        found = [
            f"nobody can take part in the state {name!r}" for name in self.participation.states if name not in states
        ]
        for part in self.participation.parts:
            fields = forms.get(part.form, {})
            if not part.kinds:
                found.append(f"a part of form {part.form!r} is of no kind, so that no consent covers it")
            found += [
                f"field {name!r} is of other kinds than a part of form {part.form!r} says"
                for name in part.fields
                if name in fields and fields[name].about and set(fields[name].about) != set(part.kinds)
            ]
            for name in part.fields:
                field = fields.get(name)
                if field is None or not field.shared_with or field.sensitivity is Sensitivity.SEALED:
                    found.append(f"a part of form {part.form!r} shows {name!r}, which may not be shared")
        return [*found, *self._meeting(forms)]

    def _meeting(self, forms: Mapping[str, Mapping[str, Field]]) -> list[str]:
        how = None if self.participation is None else self.participation.meeting
        if how is None:
            return []
        fields = forms.get(how.form, {})
        found = [f"a meeting is written in an unknown field {name!r}" for name in how.fields if name not in fields]
        if any(form.name == how.form and not form.many for form in self.forms):
            found.append(f"the form of a meeting, {how.form!r}, must be one that is filled in many times")
        others = [name for name, field in fields.items() if field.required and name not in how.fields]
        return found + [f"a meeting cannot be recorded without an answer to {name!r}" for name in others]


@dataclass(frozen=True, slots=True)
class FocusArea:
    """Everything one plugin adds to casework.

    ``colour`` names one of the stylesheet's file spines. ``locales`` is the folder of the plugin's own catalogue.
    """

    name: str
    label: str
    summary: str
    legal_basis: str
    case_types: tuple[CaseType, ...]
    _: KW_ONLY
    colour: str = "avhoppare"
    locales: Path | None = None
    api: int = API

    def case_type(self, name: str) -> CaseType:
        """The declaration of a case type; raises KeyError for an unknown one."""
        return {kind.name: kind for kind in self.case_types}[name]

    def problems(self) -> list[str]:
        """Everything wrong with the focus area, in words; empty when it can be used."""
        found = [] if self.api == API else [f"{self.name}: written for API {self.api}, this is API {API}"]
        if not self.case_types:
            found.append(f"{self.name}: declares no case type")
        found += [f"{self.name}: {problem}" for problem in self._relations()]
        return found + [f"{self.name}: {problem}" for kind in self.case_types for problem in kind.problems()]

    def _relations(self) -> list[str]:
        names = {kind.name for kind in self.case_types}
        found = [
            f"{kind.name} belongs together with an unknown case type {one.case_type!r}"
            for kind in self.case_types
            for one in kind.related
            if one.case_type not in names
        ]
        adverse = [kind for kind in self.case_types if kind.side is Side.ADVERSE and kind.related]
        return found + [f"{kind.name} is adverse and must name no related file" for kind in adverse]
