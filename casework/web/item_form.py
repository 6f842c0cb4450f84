"""The form in which each item of a copy is tested for its recipient: given, masked or kept back, by which law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, ClassVar, TypeVar, cast

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from casework.contract import gettext as _
from casework.core import answers
from casework.core.export_choices import (
    COMMUNICATION,
    FOR_A_PARTY,
    GIVE,
    LONGEST,
    MASK,
    TO_A_PARTY,
    VERDICTS,
    WITHHOLD,
    Choice,
    at,
    laws,
)
from casework.core.export_rules import PURPOSES, Wanted
from casework.core.export_shape import Item
from casework.web import forms, language

Laws = Sequence[tuple[str, str]]
OfItems = TypeVar("OfItems", bound="ItemsForm")
PARTS = ("verdict", "passages", "law", "reason")
WHOLE = "*"
"""In the place of a field: everything of an entry for which nothing else is chosen."""
SHARED = ("verdict", "law", "reason")
NAMES_OTHERS = _("Nämner någon annan i ärendet.")
BECAUSE = {
    "OSL_26_5": _("Visar vem som har anmält eller lämnat uppgiften (26 kap. 5 § OSL)."),
    "OSL_21_3": _("Kan visa hur någon skyddas (21 kap. 3 § OSL)."),
}
"""Why something begins as kept back by a law of its own."""
CLOSED = _("Uppgiften är förseglad.")
OF_PERSONS = [one for one in PURPOSES if one[0] not in {"archive", COMMUNICATION}]


class ItemsForm(forms.WhyForm):
    """How secrecy was assessed; ``listed`` are the items it asks about, four inputs each."""

    listed: ClassVar[Sequence[Item]] = ()

    assessment = TextAreaField(
        _("Hur har du prövat sekretessen?"),
        [Length(max=2000, message=_("Korta texten till högst 2 000 tecken."))],
        description=_("Det du skriver förseglas i ärendet. Mottagaren ser det inte."),
    )
    identity = BooleanField(_("Jag har kontrollerat vem mottagaren är."))

    def validate_identity(self, field: BooleanField) -> None:
        """Whoever gets a copy has shown who they are."""
        if not field.data:
            raise ValidationError(_("Kontrollera vem mottagaren är, och kryssa i det."))

    def html_name(self, name: str) -> str:
        """Where an item is tested: on its own, or with the rest of its entry."""
        part, _colon, place_and_field = name.partition(":")
        place, _colon, field = place_and_field.partition(":")
        return at(place, WHOLE, part) if self._follows(place, field, part) else name

    def groups(self) -> list[tuple[str, dict[str, Any], list[tuple[Item, dict[str, Any]]]]]:
        """The items with their inputs, under the entry or the step in which each stands, and what is asked of all."""
        found = groupby(self.listed, key=lambda one: (one.place, one.heading, one.on))
        return [
            (
                f"{heading}, {language.day(date.fromisoformat(on))}",
                self._inputs(place, WHOLE, SHARED),
                [(one, self._inputs(one.place, one.field)) for one in those],
            )
            for (place, heading, on), those in found
        ]

    def wanted(self, recipient_id: str) -> Wanted:
        """What was ordered: the entries of which something was asked, and what was said of each item."""
        choices = [self._choice(one) for one in self.listed]
        sealed = any(
            one.words is None and choice.verdict == GIVE for one, choice in zip(self.listed, choices, strict=True)
        )
        places = tuple(dict.fromkeys(one.place for one in self.listed if one.is_entry))
        return Wanted("", recipient_id, places, sealed, self.assessment.data or "", choices)

    def _inputs(self, place: str, field: str, parts: Sequence[str] = PARTS) -> dict[str, Any]:
        return {part: self[at(place, field, part)] for part in parts}

    def _follows(self, place: str, field: str, part: str = "verdict") -> bool:
        """Whether an item is tested with its entry: nothing is chosen for it alone, and something for the rest."""
        own, whole = at(place, field, "verdict"), at(place, WHOLE, "verdict")
        return part in SHARED and own in self and not self[own].data and bool(self[whole].data)

    def _choice(self, one: Item) -> Choice:
        asked = self._inputs(one.place, one.field)
        if self._follows(one.place, one.field):
            asked |= self._inputs(one.place, WHOLE, SHARED)
        said = {part: (field.data or "").strip() for part, field in asked.items()}
        if said["verdict"] == GIVE:  # what was prepared for keeping it back no longer counts
            return Choice(one.place, one.field, GIVE)
        passages = tuple(filter(None, map(str.strip, said["passages"].splitlines())))
        masks = said["verdict"] == MASK
        return Choice(one.place, one.field, said["verdict"], passages if masks else (), said["law"], said["reason"])


class CopyForm(ItemsForm):
    """A copy tested item by item, and what it is for."""

    purpose = RadioField(_("Vad ska kopian användas till?"), validate_choice=False)

    def wanted(self, recipient_id: str) -> Wanted:
        """What was ordered."""
        return replace(super().wanted(recipient_id), purpose=self.purpose.data or "")


class CommunicationForm(ItemsForm):
    """What a party is told before a decision, tested item by item, and until when they may answer. Nothing sealed."""

    answer_by = StringField(
        _("Vilken dag ska svaret senast ha kommit?"),
        description=_("Till exempel 15/12. Ge parten tid att läsa, fråga och svara."),
    )

    def validate_answer_by(self, field: StringField) -> None:
        """The day, as it was meant."""
        if (field.data or "").strip() and self._day() is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def wanted(self, recipient_id: str) -> Wanted:
        """What is to be told to whom, and by when they may answer."""
        told = super().wanted(recipient_id)
        return replace(told, purpose=COMMUNICATION, with_sealed=False, answer_by=self._day())

    def _day(self) -> date | None:
        return answers.day(self.answer_by.data or "", self.today) if (self.answer_by.data or "").strip() else None


def bound(listed: Sequence[Item], *, is_subject: bool) -> CopyForm:
    """The form of a copy; what names somebody else, and what is sealed, begins as kept back."""
    form = _bound(CopyForm, listed, laws("extract"), "extract" if is_subject else "party")
    form.purpose.choices = forms.choices(OF_PERSONS if is_subject else OF_PERSONS[1:])
    return form


def bound_before_decision(listed: Sequence[Item]) -> CommunicationForm:
    """The form of what a party is told before a decision; the same begins as kept back."""
    return _bound(CommunicationForm, listed, laws(COMMUNICATION), COMMUNICATION)


def _bound(form_class: type[OfItems], listed: Sequence[Item], allowed: Laws, purpose: str) -> OfItems:
    inputs = {at(one.place, one.field, part): made for one in listed for part, made in _asked(one, allowed)}
    inputs |= {
        at(place, WHOLE, part): made for place in {one.place for one in listed} for part, made in _asked_of_all(allowed)
    }
    made = cast("type[OfItems]", type(form_class.__name__, (form_class,), {**inputs, "listed": tuple(listed)}))
    law = FOR_A_PARTY if purpose in TO_A_PARTY else "OSL_26_1"
    defaults = {name: value for one in listed for name, value in _begun(one, law)}
    return forms.bind(made, None, purpose=purpose, **defaults)


def _asked(one: Item, allowed: Laws) -> Iterator[tuple[str, Any]]:
    may = VERDICTS if one.words is not None else [pair for pair in VERDICTS if pair[0] != MASK]
    yield "verdict", RadioField(_("Lämnas uppgiften ut?"), choices=forms.choices(may), validate_choice=False)
    yield (
        "passages",
        TextAreaField(
            _("Vad ska maskeras?"),
            [Optional()],
            description=_(
                "Klistra in det precis som det står, en bit per rad. Det tas bort ur kopian, överallt i svaret."
            ),
        ),
    )
    yield from _why(allowed)


def _asked_of_all(allowed: Laws) -> Iterator[tuple[str, Any]]:
    may = [(GIVE, _("Lämna ut det")), (WITHHOLD, _("Lämna inte ut det"))]
    label = _("Allt här som du inte har valt något för")
    yield "verdict", RadioField(label, choices=forms.choices(may), validate_choice=False)
    yield from _why(allowed)


def _why(allowed: Laws) -> Iterator[tuple[str, Any]]:
    yield "law", SelectField(_("Stöd i lag"), choices=forms.choices(allowed, _("Välj")), validate_choice=False)
    too_long = Length(max=LONGEST, message=_("Korta skälet till högst 1 000 tecken."))
    hint = _("Sparas förseglat i ärendet. Mottagaren får veta lagrummet men inte skälet.")
    yield "reason", StringField(_("Skäl"), [Optional(), too_long], description=hint)


def _begun(one: Item, law: str) -> Iterator[tuple[str, str]]:
    if one.names_others or one.words is None or one.law:
        why = BECAUSE.get(one.law) or (NAMES_OTHERS if one.names_others else CLOSED)
        yield at(one.place, one.field, "verdict"), WITHHOLD
        yield at(one.place, one.field, "law"), law if law == FOR_A_PARTY or not one.law else one.law
        yield at(one.place, one.field, "reason"), why
