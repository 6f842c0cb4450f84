"""The form of a status permission: what the police may see, of whom, on which ground and until when."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import answers, sharing_grounds
from casework.core.grounds import catalogue
from casework.core.sharing import Chosen
from casework.web import counting, forms
from casework.web.confirmations import SAID
from casework.web.ground_form import NO, YES

MONTHS = (1, 3, 6)
"""How long a sharing may be chosen to last, the shortest first."""
OWN_DAY, ROW, CONSENT = "day", "other:", "consent:"
"""A day of one's own choice, and what stands before a row of the catalogue and before a note of a consent."""


ROWS = tuple(one for one in catalogue.GROUNDS if one.code in sharing_grounds.CODES)
CONFIRMS = {(row.code, one.asks): f"villkor_{row.code}_{nth}" for row in ROWS for nth, one in enumerate(row.confirms)}
"""The input for what a row of the catalogue asks to be said yes or no to, by the row and the question."""
REPLIES = {(row.code, asks): f"svar_{row.code}_{nth}" for row in ROWS for nth, asks in enumerate(row.written)}
"""The same for what it asks to be answered in words."""


def _only_on(code: str) -> forms.OnlyWhen:
    return forms.OnlyWhen("ground", sharing_grounds.OTHER, code)


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
    despite = TextAreaField(
        _("Varför lämnas uppgifterna trots att någon har sagt nej?"),
        [forms.OnlyWhen("ground", sharing_grounds.OTHER), Length(max=1000)],
        description=_("Om någon har sagt nej i registret över samtycken. Polisen ser det inte."),
        render_kw={"rows": 2},
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
        own_day, code = self.until.data == OWN_DAY, (self.ground.data or "").partition(":")[2]
        own = {"fields": "facts", "consent": "ground", "until": "until_day" if own_day else "until"}
        return own.get(name) or CONFIRMS.get((code, name)) or REPLIES.get((code, name)) or name

    def asked(self, code: str) -> list[Field]:
        """The inputs for what a row of the catalogue asks: yes or no first, and then in words."""
        return [self[name] for (of, _asks), name in {**CONFIRMS, **REPLIES}.items() if of == code]

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
            **(self._answered(which) if ground == sharing_grounds.OTHER else {}),
        )

    def _answered(self, code: str) -> dict[str, Any]:
        """What was answered to what the chosen row asks; what another one asks is left where it was typed."""
        said = {asks: SAID.get(self[name].data) for (of, asks), name in CONFIRMS.items() if of == code}
        replies = {asks: self[name].data or "" for (of, asks), name in REPLIES.items() if of == code}
        confirmed = {asks: answer for asks, answer in said.items() if answer is not None}
        return {"confirmed": confirmed, "replies": replies, "despite": self.despite.data or ""}

    def _until(self) -> date | None:
        chosen = counting.read(self.until.data)
        return months_on(self.today, chosen) if chosen in MONTHS else self._day(self.until_day.data)

    def _day(self, text: str | None) -> date | None:
        return answers.day(text or "", self.today)


for _of, _name in CONFIRMS.items():
    _options = forms.choices([(YES, _("Ja")), (NO, _("Nej"))])
    setattr(ShareForm, _name, RadioField(_of[1], choices=_options, validate_choice=False))
for _of, _name in REPLIES.items():
    setattr(ShareForm, _name, TextAreaField(_of[1], [_only_on(_of[0]), Length(max=1000)], render_kw={"rows": 2}))


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
