"""Where in a focus area's own forms the words of a register belong, found by what the forms declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from casework.contract.fields import Choice, Date, Field, LongText, Text
from casework.contract.focus import CaseType, Form
from casework.contract.language import gettext as _
from casework.contract.workflow import Workflow
from casework.core.errors import Refused
from casework.core.registers.vocabulary import ENVIRONMENTS, REASONS, STATES, chosen, plain

NOTE = "note"
OTHER = "other"
LEFTOVERS = {
    "address": _("Adress i registret"),
    "background": _("Bakgrund i registret"),
    "closed": _("Avslutsdatum i registret"),
    "reason": _("Avslutsorsak"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with its answers. Never shown, logged or reported."""

    form: Form
    answers: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """The state a case opens in and the one it stands in now; ``known`` says whether the register's word was."""

    first: str
    now: str
    known: bool


def standing(workflow: Workflow, word: str, *, closed_on: date | None, closing: bool) -> Standing:
    """The states a register's word means; a closed case without its day stays open in follow-up.

    Where no word stands, ``closing``, a closing date, says that the case is closed; otherwise it is as it came in.
    """
    named = {state.name: state for state in workflow.states}
    starts = [name for name in workflow.starts if not named[name].anonymous]
    if not starts:
        raise Refused.because(_("Modulen kan inte öppna ärenden om en person."))
    first = "received" if "received" in starts else starts[0]
    wanted = STATES.get(plain(word), "") if plain(word) else "closed" if closing else first
    if wanted == "closed" and closed_on is None:
        return Standing(first, "followup" if "followup" in named else first, known=True)
    if wanted not in named:
        return Standing(first, first, known=False)
    return Standing(wanted if wanted in starts else first, wanted, known=True)


def is_closing(word: str, *, closing: bool) -> bool:
    """Whether a register says that the case is closed: in a word, or with a closing date alone."""
    return STATES.get(plain(word)) == "closed" if plain(word) else closing


def note(kind: CaseType, day: date, text: str) -> Filled:
    """A note about a day, with whatever else its form demands."""
    form = note_form(kind)
    body = _body(form)
    answers = {body.name: text}
    for one in form.fields:
        if one.required and one is not body:
            answers |= _demanded(one, day)
    return Filled(form, answers)


def note_form(kind: CaseType) -> Form:
    """The form that notes are written in; raises Refused for a case type without one."""
    fitting = [form for form in kind.forms if form.many and not form.anonymous and any(_texts(form))]
    found = next((form for form in fitting if form.name == NOTE), fitting[0] if fitting else None)
    if found is None:
        raise Refused.because(_("Modulen har inget formulär för anteckningar."))
    return found


def address(kind: CaseType, text: str) -> Filled | None:
    """The address in its sealed field, or None where the area declares none."""
    return _filled(kind, "person.address_real", text)


def background(kind: CaseType, text: str) -> Filled | None:
    """The background as one of the declared choices, otherwise in words in the sealed field beside it."""
    found = _declared(kind, "environment_type")
    if found is not None and isinstance(found[1], Choice) and (name := chosen(found[1], text, ENVIRONMENTS)):
        return Filled(found[0], {found[1].name: name})
    return _filled(kind, "environment_detail", text)


def reason(kind: CaseType, text: str, *, closed: bool) -> tuple[Filled | None, bool]:
    """The reason for closing, and whether it is one of the declared; of a case still open only the words are kept."""
    found = _declared(kind, "close_reason")
    name = chosen(found[1], text, REASONS) if found is not None and isinstance(found[1], Choice) else None
    if found is not None and name is not None and closed:
        return Filled(found[0], {"close_reason": name}), True
    return _filled(kind, "close_reason.text", text), name is not None


def _filled(kind: CaseType, name: str, text: str) -> Filled | None:
    found = _declared(kind, name)
    return None if found is None else Filled(found[0], {name: text})


def _declared(kind: CaseType, name: str) -> tuple[Form, Field] | None:
    pairs = ((form, one) for form in kind.forms if not form.anonymous for one in form.fields)
    return next(((form, one) for form, one in pairs if one.name == name), None)


def _texts(form: Form) -> Iterator[LongText]:
    return (one for one in form.fields if isinstance(one, LongText))


def _body(form: Form) -> LongText:
    texts = list(_texts(form))
    return next((one for one in texts if one.required), texts[0])


def _demanded(one: Field, day: date) -> dict[str, str]:
    if isinstance(one, Date):
        return {one.name: day.isoformat()}
    if isinstance(one, Choice) and one.choices:
        names = [name for name, _label in one.choices]
        return {one.name: OTHER if OTHER in names else names[-1]}
    return {one.name: _("Ur registret")} if isinstance(one, Text) else {}
