"""What was given from a case to others, for a copy: to whom, from when, and which facts; never what they said."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import blackening, clock, frozen, given
from casework.core.access import Decision
from casework.core.blackening import Black
from casework.core.errors import Destroyed
from casework.core.export_shape import GIVEN, Item
from casework.core.grounds.situations import PLACES, Place
from casework.core.models import Case, Disclosure, Participation, StatusPermission

DISCLOSED, STATUS, PART = _("Uppgifter lämnade till andra"), _("Delad status"), _("Deltagande i ärendet")
TO, FACTS = "to", "facts"


def items(decision: Decision, case: Case, black: Black) -> Iterator[Item]:
    """Each thing that was given, to be tested: nobody's name, and of facts only what they are called."""
    session = decision.session
    performed = (Disclosure.case_id == case.id, Disclosure.performed_at.is_not(None))
    for made in session.scalars(select(Disclosure).where(*performed).order_by(Disclosure.performed_at, Disclosure.id)):
        day = (made.oral_on or clock.today(made.performed_at or made.made_at)).isoformat()
        yield _item(made.id, TO, DISCLOSED, day, _("Till"), _place(made.place or ""), black)
        if facts := _facts(decision, made):
            yield _item(made.id, FACTS, DISCLOSED, day, _("Vilka uppgifter"), facts, black)
    shared: list[StatusPermission | Participation] = []
    shared += session.scalars(select(StatusPermission).where(StatusPermission.case_id == case.id))
    shared += session.scalars(select(Participation).where(Participation.case_id == case.id))
    for one in sorted(shared, key=lambda one: (one.valid_from, one.id)):
        label, day = STATUS if isinstance(one, StatusPermission) else PART, clock.today(one.valid_from).isoformat()
        yield _item(one.id, TO, label, day, _("Till"), _place(one.agency), black)


def _item(place: str, what: str, heading: str, day: str, label: str, words: str, black: Black) -> Item:
    return Item(place, f"{GIVEN}:{what}", heading, day, label, words, blackening.hides(black, words))


def _place(code: str) -> str:
    return PLACES[Place(code)] if code else ""


def _facts(decision: Decision, made: Disclosure) -> str:
    """What the facts are called that were given, each once."""
    if made.told is None or made.content_hash is None:
        return ""
    try:
        content = frozen.open_of_case(decision, made.case_id, given.spot(made, "told"), made.told, made.content_hash)
    except Destroyed:
        return ""
    count = len(given.wish_of(decision, made).items)  # what was chosen comes first, and then what is said of it
    return ", ".join(dict.fromkeys(part.label for part in content.parts[:count]))
