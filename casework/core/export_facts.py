"""What a copy could tell of the case itself, each thing by itself: its number, what it is, where it stands, since when.

That a case is in a state, or began on a day, can tell what nothing else in the copy does.
"""

from __future__ import annotations

from collections.abc import Iterator

from casework.contract.language import gettext as _
from casework.core.export_shape import CASE, Item
from casework.core.models import Case
from casework.core.registry import Registry
from casework.core.vault import Identity

HEADING = _("Ärendet")
NUMBER, AREA, TYPE, STATE, OPENED, CLOSED, OF_SUBJECT = "number", "area", "type", "state", "opened", "closed", "subject"
LABELS = {
    NUMBER: _("Ärendets nummer"),
    AREA: _("Område"),
    TYPE: _("Ärendetyp"),
    STATE: _("Skede"),
    OPENED: _("Öppnat"),
    CLOSED: _("Avslutat"),
}


def of_case(registry: Registry, case: Case) -> dict[str, str]:
    """The facts of a case in words, by field; nothing for one that is not there."""
    kind, focus = registry.case_type(case.area, case.case_type), registry.areas.get(case.area)
    states = {} if kind is None else {one.name: one.label for one in kind.workflow.states}
    found = {
        NUMBER: case.number,
        AREA: case.area if focus is None else focus.label,
        TYPE: case.case_type if kind is None else kind.label,
        STATE: states.get(case.state, case.state),
        OPENED: case.opened_on.isoformat(),
        CLOSED: "" if case.closed_on is None else case.closed_on.isoformat(),
    }
    return {field: words for field, words in found.items() if words}


def items(registry: Registry, case: Case, recipient_id: str, subject: Identity | None) -> Iterator[Item]:
    """The facts of a case to be tested; for others than its person also how that one is identified, kept back."""
    on = case.opened_on.isoformat()
    for field, words in of_case(registry, case).items():
        yield Item(CASE, field, HEADING, on, LABELS[field], words)
    if subject is not None and subject.id != recipient_id and (words := identity(subject)):
        label = _("Personnummer och födelsedag för den som ärendet gäller")
        yield Item(CASE, OF_SUBJECT, HEADING, on, label, words, names_others=True)


def identity(one: Identity) -> str:
    """How somebody is identified besides by name."""
    return ", ".join(
        word for word in (one.number or "", "" if one.birth_date is None else one.birth_date.isoformat()) if word
    )
