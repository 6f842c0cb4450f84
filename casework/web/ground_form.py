"""The few questions of the ground wizard, and what they say of a disclosure; any form may ask them among its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import answers
from casework.core.grounds.situations import PLACES, Place, Provision, Situation
from casework.web import forms

YES, NO, UNKNOWN = "yes", "no", ""
UNSURE = (UNKNOWN, _("Vet inte än"))
WRITE_DAY = _("Skriv datumet så här: 2026-11-20.")
SECRECY_HERE = "26:1"
"""What protects the facts of a case held by social services."""


class Day(StringField):
    """A day that may be left out; ``on`` is the day that was meant, or None."""

    on: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Keep the day, or say how to write it."""
        self.on = answers.day(self.data or "", form.today)
        if self.data and self.data.strip() and self.on is None:
            raise ValidationError(WRITE_DAY)


def _question(label: str, *options: tuple[str, str]) -> RadioField:
    """A question that may wait: what is neither yes nor no counts as no answer."""
    return RadioField(label, choices=forms.choices(options), default=UNKNOWN, validate_choice=False)


def _yes_or_no(label: str) -> RadioField:
    return _question(label, (YES, _("Ja")), (NO, _("Nej")), UNSURE)


class GroundQuestions(forms.BaseForm):
    """From whom, to whom, on which day, and what is known of it. What is left unanswered blocks no ground."""

    source = SelectField(
        _("Vem lämnar uppgifterna?"),
        [InputRequired(_("Välj vem som lämnar uppgifterna."))],
        choices=forms.choices(PLACES.items(), _("Välj")),
    )
    target = SelectField(
        _("Vem ska få dem?"),
        [InputRequired(_("Välj vem som ska få uppgifterna."))],
        choices=forms.choices(PLACES.items(), _("Välj")),
    )
    on = Day(_("Vilken dag?"), [InputRequired(_("Skriv vilken dag uppgifterna ska lämnas."))])
    born = Day(_("När är personen född?"), description=_("Den som uppgifterna gäller."))
    secrecy = StringField(
        _("Vilken sekretess skyddar uppgifterna?"),
        description=_("Till exempel 26:1 för socialtjänsten, 25:1 för hälso- och sjukvården, 23:2 för skolan."),
    )
    requested = _question(
        _("Har mottagaren begärt uppgifterna?"),
        (YES, _("Ja, de är begärda")),
        (NO, _("Nej, vi lämnar dem på eget initiativ")),
        UNSURE,
    )
    consent = _yes_or_no(_("Finns ett samtycke som täcker mottagaren och uppgifterna, och som inte är återkallat?"))
    committed = _question(
        _("Gäller det ett brott?"),
        (NO, _("Ett brott som befaras")),
        (YES, _("Ett brott som redan är begånget")),
        (UNKNOWN, _("Inget brott, eller vet inte än")),
    )
    victim_born = Day(_("När är den som brottet riktas mot född?"), description=_("Om det gäller ett brott mot någon."))
    recipient_born = Day(
        _("När är den som fick varan född?"), description=_("Om någon har fått narkotika, dopningsmedel eller alkohol.")
    )
    child_investigation = _yes_or_no(_("Är en utredning om barnet öppen?"))
    party = _yes_or_no(_("Är den som begär uppgifterna part i ärendet?"))

    MORE = ("victim_born", "recipient_born", "child_investigation", "party")
    """The questions that few disclosures need."""

    @property
    def more_is_open(self) -> bool:
        """Whether any of the questions that few need is answered, or wrongly answered."""
        return any(self[name].data or self[name].errors for name in self.MORE)

    def validate_born(self, field: Day) -> None:
        """Nobody is born after the day of the disclosure."""
        self._before(field)

    def validate_victim_born(self, field: Day) -> None:
        """Nobody is born after the day of the disclosure."""
        self._before(field)

    def validate_recipient_born(self, field: Day) -> None:
        """Nobody is born after the day of the disclosure."""
        self._before(field)

    def validate_secrecy(self, field: StringField) -> None:
        """A provision, if one was written."""
        try:
            _provision(field)
        except ValueError:
            raise ValidationError(_("Skriv bestämmelsen som 26:1 eller 24:2 a.")) from None

    def is_answered(self) -> bool:
        """Whether the questions were sent, now or before one came back to the page, and can be understood."""
        if not self.held:
            sent: bool = self.validate_on_submit()
            return sent
        self.validate()
        self.csrf_token.errors = []  # nothing is sent: the page is read again
        return not self.errors

    def situation(self) -> Situation:
        """What was said of the disclosure, once the answers are valid."""
        return Situation(
            Place(self.source.data),
            Place(self.target.data),
            self.on.on or self.today,
            born=self.born.on,
            victim_born=self.victim_born.on,
            recipient_born=self.recipient_born.on,
            consent=_said(self.consent),
            child_investigation=_said(self.child_investigation),
            party=_said(self.party),
            requested=_said(self.requested),
            committed=_said(self.committed),
            secrecies=frozenset(filter(None, (_provision(self.secrecy),))),
        )

    def _before(self, field: Day) -> None:
        if field.on is not None and self.on.on is not None and field.on > self.on.on:
            raise ValidationError(_("Födelsedagen ligger efter dagen då uppgifterna lämnas. Rätta den ena."))


def _said(field: RadioField) -> bool | None:
    return {YES: True, NO: False}.get(field.data)


def _provision(field: StringField) -> Provision | None:
    text = (field.data or "").strip()
    return Provision.read(text) if text else None
