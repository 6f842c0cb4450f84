"""The form of a status permission: what the police may see, of whom, on which ground and until when."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import answers, sharing_grounds
from casework.core.sharing import Chosen
from casework.web import counting, forms

MONTHS = (1, 3, 6)
"""How long a sharing may be chosen to last, the shortest first."""
OWN_DAY, ROW, CONSENT = "day", "other:", "consent:"
"""A day of one's own choice, and what stands before a row of the catalogue and before a note of a consent."""


class ShareForm(forms.BaseForm):
    """What the police may see, of whom, on which ground and until when. Nothing is chosen beforehand."""

    states = SelectMultipleField(
        _("Vilka skeden får polisen se?"),
        description=_("Står ärendet i något annat skede ser polisen det senaste av dem du väljer, med dess dag."),
    )
    facts = SelectMultipleField(_("Vilka uppgifter får polisen se?"))
    recognise = RadioField(
        _("Hur känner polisen igen ärendet?"),
        [InputRequired(_("Välj hur polisen ska känna igen ärendet."))],
        choices=forms.choices(
            [
                ("nothing", _("Inte alls: polisen ser ingen person")),
                ("reference", _("En beteckning som ni har kommit överens om")),
                ("name", _("Namn och personnummer")),
            ]
        ),
    )
    agreed_reference = StringField(
        _("Er beteckning"),
        [forms.OnlyWhen("recognise", "reference"), Length(max=60)],
        description=_("Om du valde en beteckning."),
    )
    show_area = RadioField(
        _("Får polisen se vilket område ärendet gäller?"),
        choices=forms.choices([("no", _("Nej")), ("yes", _("Ja"))]),
        default="no",
    )
    ground = RadioField(
        _("På vilken grund lämnas uppgifterna?"), [InputRequired(_("Välj vilken grund uppgifterna lämnas på."))]
    )
    ground_note = TextAreaField(
        _("Hur har du prövat grunden?"),
        [forms.OnlyWhen("ground", sharing_grounds.OTHER), Length(max=1000)],
        description=_("Om du valde en annan grund än samtycke. Polisen ser grunden, men inte det du skriver här."),
        render_kw={"rows": 3},
    )
    purpose = StringField(
        _("Vad ska polisen använda uppgifterna till?"), [Length(max=300)], description=_("Polisen ser texten.")
    )
    contact = StringField(
        _("Vem ska polisen kontakta?"),
        [Length(max=200)],
        description=_("Funktion och telefon, till exempel Mottagningen 019-00 00 00. Polisen ser texten."),
    )
    next_followup = StringField(
        _("Nästa avstämning med polisen"),
        [Optional()],
        description=_("Till exempel 2026-12-31."),
    )
    until = RadioField(_("Hur länge?"), [InputRequired(_("Välj hur länge delningen ska gälla."))])
    until_day = StringField(_("Till och med"), description=_("Om du valde en egen dag. Till exempel 2026-12-31."))
    sure = BooleanField(_("Jag har läst förhandsvisningen. Det är det här polisen ska se."))

    def html_name(self, name: str) -> str:
        """The name of the input that asks for what the domain calls ``name``."""
        own_day = self.until.data == OWN_DAY
        return {"fields": "facts", "consent": "ground", "until": "until_day" if own_day else "until"}.get(name, name)

    def validate_next_followup(self, field: StringField) -> None:
        """The day, if one was written."""
        if self._day(field.data) is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def validate_sure(self, field: BooleanField) -> None:
        """Nothing is shared before it has been read."""
        if not field.data:
            raise ValidationError(_("Läs förhandsvisningen och kryssa i att det stämmer."))

    def chosen(self) -> Chosen:
        """What was chosen, as far as it can be understood."""
        ground, _mark, which = (self.ground.data or "").partition(":")
        return Chosen(
            states=self.states.data or [],
            fields=self.facts.data or [],
            recognise=self.recognise.data or "",
            agreed_reference=self.agreed_reference.data or "",
            show_area=self.show_area.data == "yes",
            ground=ground,
            ground_note=self.ground_note.data or "",
            consent_id=which if ground == sharing_grounds.NOTE else "",
            purpose=self.purpose.data or "",
            contact=self.contact.data or "",
            next_followup=self._day(self.next_followup.data),
            until=self._until(),
            ground_code=which if ground == sharing_grounds.OTHER else "",
        )

    def _until(self) -> date | None:
        chosen = counting.read(self.until.data)
        return months_on(self.today, chosen) if chosen in MONTHS else self._day(self.until_day.data)

    def _day(self, text: str | None) -> date | None:
        return answers.day(text or "", self.today)


def months_on(day: date, count: int) -> date:
    """The same day some months on, or the last day of a month that is shorter."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return day
