"""The parts of a case that somebody who takes part in it may see: declared, open enough, and of covered kinds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from casework.contract.fields import Field, Sensitivity
from casework.contract.focus import Form
from casework.contract.participation import Part, Participation
from casework.core import answers, approvals, consent_rules, entries, telling_fields, vault
from casework.core.access import Decision
from casework.core.models import Case, Entry, Value
from casework.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer in words, with its label and the kind of its field."""

    label: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Written:
    """What may be seen of one signed entry."""

    form: str
    facts: Sequence[Fact]


def declared(registry: Registry, case: Case) -> Participation | None:
    """How others take part in a case of this type; None where nobody does, or its plugin is no longer there."""
    kind = registry.case_type(case.area, case.case_type)
    return None if kind is None else kind.participation


def covered(decision: Decision, registry: Registry, case: Case, agency: str, chosen: Collection[str]) -> frozenset[str]:
    """Those of some kinds of facts that may be shown to an agency at this moment; none where nobody takes part now.

    Nobody takes part in a state in which the case type says so, nor where somebody in the case is protected so closely
    that each disclosure takes two people.
    """
    how = declared(registry, case)
    if how is None or case.state not in how.states or approvals.guards(decision.session, case.id):
        return frozenset()
    kinds = [kind for kind in how.kinds if kind in chosen]
    asked = [(agency, {kind}) for kind in kinds]
    found = consent_rules.coverages(decision, case, asked, decision.session.now)
    return frozenset(kind for kind, one in zip(kinds, found, strict=True) if one.complete)


def of_case(decision: Decision, registry: Registry, case: Case, agency: str, kinds: Collection[str]) -> list[Written]:
    """What an agency sees of a case where these kinds are covered, form by form; sealed answers never."""
    kind, how = registry.case_type(case.area, case.case_type), declared(registry, case)
    if kind is None or how is None:
        return []
    found = []
    for form in kind.forms:
        parts = [part for part in how.parts if part.form == form.name and set(part.kinds) <= set(kinds)]
        for entry in entries.current(decision.session, case, form.name) if parts else ():
            facts = list(_facts(decision, form, parts, entry, agency))
            if facts:
                found.append(Written(form.label, facts))
    return found


def _facts(decision: Decision, form: Form, parts: Sequence[Part], entry: Entry, agency: str) -> Iterator[Fact]:
    values = {value.field: value for value in entries.values_of(decision.session, [entry]).get(entry.id, [])}
    told = {name for part in parts for name in part.fields}
    for field in form.fields:
        if field.name in told and agency in field.shared_with and not _barred(decision, form, field, entry, values):
            words = _words(decision, field, entry, values)
            if words:
                yield Fact(field.label, field.kind, words)


def _barred(decision: Decision, form: Form, field: Field, entry: Entry, values: dict[str, Value]) -> bool:
    """Whether another answer of the entry keeps this one back."""
    if field.told_if is None:
        return False
    name = field.told_if[0]
    return bool(telling_fields.barred(form, field, {name: _kept(decision, form.field(name), entry, values)}))


def _words(decision: Decision, field: Field, entry: Entry, values: dict[str, Value]) -> str:
    return answers.shown(field, _kept(decision, field, entry, values))


def _kept(decision: Decision, field: Field, entry: Entry, values: dict[str, Value]) -> str:
    """An answer as it is kept; empty where there is none, or it is sealed to named persons, or gone."""
    value = values.get(field.name) or values.get(field.was or "")
    if value is None or value.sensitivity == Sensitivity.SEALED or vault.is_gone(decision.session, entry, value):
        return ""
    return (value.plain or "") if value.sealed is None else vault.open_shared_answer(decision, entry, value)
