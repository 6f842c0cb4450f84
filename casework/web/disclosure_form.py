"""The one form of a disclosure: to whom, what, on which ground, how it was assessed. Nothing is chosen beforehand."""

from __future__ import annotations

import json
from datetime import date
from itertools import zip_longest
from typing import Any

from flask import request as http
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from casework.contract import gettext as _
from casework.core.db import new_id
from casework.core.disclosure_rules import HERE, Look
from casework.core.disclosure_wish import QUESTIONS, Wish
from casework.core.grounds import catalogue
from casework.core.grounds.ground import Ground
from casework.web import confirmations, disclosure_choices, forms, language, request
from casework.web.confirmations import SAID, WORDS, Confirmations
from casework.web.ground_form import Day

REPLIES = tuple(f"svar_{nth}" for nth in range(max(len(ground.written) for ground in catalogue.GROUNDS)))
"""The inputs for what a ground asks to be answered in words; a ground uses as many as it asks."""
LONG = Length(max=5000, message=_("Korta texten till högst 5 000 tecken."))
SHORT = Length(max=300, message=_("Korta texten till högst 300 tecken."))
NAMES = {"items": "facts"}
SEE = _("Läs förhandsvisningen och kryssa i att det är det här som ska lämnas.")


class DisclosureForm(Confirmations):
    """What somebody wants to disclose, with the questions of the ground wizard that the case does not answer."""

    source = target = on = born = consent = None  # type: ignore[assignment] # the case and the other answers tell

    once = HiddenField()
    version = HiddenField()
    seen = HiddenField()
    asked = HiddenField()
    aside = HiddenField()
    corrects = HiddenField()
    answers = SelectField(_("Svarar det på en begäran?"), validate_choice=False)
    recipient = SelectField(_("Vem ska få uppgifterna?"), validate_choice=False)
    outside = StringField(
        _("Vem hos mottagaren?"),
        [Optional(), SHORT],
        description=_("Om du inte valde en person: namn och funktion, till exempel åklagare i tjänst vid kammaren."),
    )
    facts = SelectMultipleField(_("Vad ska lämnas?"), validate_choice=False)
    ground = SelectField(_("På vilken grund?"), validate_choice=False)
    consulted = TextAreaField(
        _("Vilken jurist är rådfrågad, och vad blev svaret?"), [Optional(), LONG], render_kw={"rows": 2}
    )
    despite = TextAreaField(
        _("Varför lämnas uppgifterna trots att någon har sagt nej?"), [Optional(), LONG], render_kw={"rows": 2}
    )
    purpose = StringField(
        _("Vad ska mottagaren använda uppgifterna till?"), [SHORT], description=_("Mottagaren ser texten.")
    )
    harm = RadioField(
        _("Kan någon lida men av att uppgifterna lämnas?"),
        choices=forms.choices([("no", _("Nej")), ("maybe", _("Ja eller kanske. Då beslutar någon annan."))]),
        validate_choice=False,
    )
    assessment = TextAreaField(
        _("Hur har du prövat sekretessen?"),
        [LONG],
        description=_("Det du skriver förseglas i ärendet. Mottagaren ser det inte."),
        render_kw={"rows": 4},
    )
    until = Day(
        _("Till och med vilken dag kan mottagaren läsa dem?"),
        description=_("Till exempel 2026-12-31. Behövs inte när uppgifterna lämnas muntligt eller utanför Hållpunkt."),
    )
    oral_on = Day(
        _("Lämnades uppgifterna muntligt på ett möte? Vilken dag?"),
        description=_("Lämna tomt annars. Det som sades muntligt går inte att läsa i Hållpunkt för mottagaren."),
    )
    wants_answer = BooleanField(
        _("Be mottagaren svara"),
        description=_("Mottagaren tar emot uppgifterna eller avböjer, med skäl, och kan svara. Du ser det i ärendet."),
    )
    warned = SelectMultipleField(_("Skyddade personer"), validate_choice=False)
    decider = SelectField(_("Vem ska besluta?"), validate_choice=False)
    sure = BooleanField(_("Jag har läst förhandsvisningen. Det är det här som ska lämnas."))

    def html_name(self, name: str) -> str:
        """The name of the input that asks for what the domain calls ``name``; a ground's question is one of its own."""
        asked = found.written if (found := self.chosen_ground()) else ()
        return REPLIES[asked.index(name)] if name in asked else confirmations.INPUTS.get(name) or NAMES.get(name, name)

    def validate_sure(self, field: BooleanField) -> None:
        """Nothing is given before it has been read."""
        if not field.data:
            raise ValidationError(SEE)

    def chosen_ground(self) -> Ground | None:
        """The row of the catalogue that was chosen, as it is worded on the day."""
        return self._worded(self.ground.data)

    def questions(self) -> list[str]:
        """What the chosen ground asks to be answered in words, in the language of the page."""
        return _in_words(self.chosen_ground())

    def wish(self) -> Wish:
        """What was chosen and written, as far as it can be understood."""
        return Wish(
            recipient=self.recipient.data or "",
            outside=self.outside.data or "",
            items=tuple(self.facts.data or ()),
            ground=self.ground.data or "",
            said={name: SAID.get(self[name].data) for name in QUESTIONS},
            victim_born=self.victim_born.on,
            recipient_born=self.recipient_born.on,
            secrecy=self._secrecy(),
            replies=self._replies(),
            purpose=self.purpose.data or "",
            consulted=self.consulted.data or "",
            despite=self.despite.data or "",
            harm=self.harm.data or "",
            assessment=self.assessment.data or "",
            until=self.until.on,
            oral_on=self.oral_on.on,
            warned=tuple(self.warned.data or ()),
            decider=self.decider.data or "",
            corrects=self.corrects.data or "",
            answers=self.answers.data or "",
            wants_answer=bool(self.wants_answer.data),
            aside=self._aside(),
            confirmed=self.confirmed(),
        )

    def understand(self) -> None:
        """Read the days and the secrecy, whether or not the form is sent to be checked, and say what cannot be read.

        Answers to what only another ground asks are laid aside, and are there again once it is chosen again.
        """
        for field in (*(one for one in self if isinstance(one, Day)), self.secrecy):
            try:
                self._read(field)
            except ValidationError as fault:
                field.errors = [*field.errors, str(fault)]
        if self.asked.data != self.ground.data:
            said = self._aside() | dict(
                zip(_in_words(self._worded(self.asked.data)), (self[name].data or "" for name in REPLIES), strict=False)
            )
            for name, question in zip_longest(REPLIES, self.questions(), fillvalue=""):
                self[name].data = said.pop(question, "")
            self.aside.data = json.dumps(said, ensure_ascii=False)
            self.asked.data = self.ground.data

    def fill(self, seen: Look) -> None:
        """Offer what there is to choose among, and ask what the chosen ground asks."""
        self.recipient.choices = forms.choices(
            ((one.key, disclosure_choices.whom(one.place, one.account)) for one in seen.recipients), _("Välj")
        )
        self.facts.choices = forms.choices(
            (item.key, item.label) for group in seen.offered for item in group.items if item.may_be_chosen
        )
        today = self.oral_on.on or self.today
        known = [one for one in catalogue.current(today) if any(HERE in way.sources for way in one.ways)]
        said = ((one.code, f"{language.translate(one.title)}, {one.statute}") for one in known)
        self.ground.choices = forms.choices(sorted(said, key=lambda pair: pair[1]), _("Välj"))
        asked = [(one.id, language.day(one.event_on)) for one in seen.requests]
        asked += [(one.id, disclosure_choices.question(one)) for one in seen.questions]
        self.answers.choices = forms.choices(asked, _("Nej"))
        self.warned.choices = forms.choices((one.id, one.name) for one in seen.protected)
        self.decider.choices = forms.choices(((one.id, one.name) for one in seen.deciders), _("Välj"))
        found = self.chosen_ground()
        for name, question in zip(REPLIES, found.written if found else (), strict=False):
            self[name].label.text = question

    def inputs(self) -> list[Any]:
        """Every input for what a ground asks."""
        return [self[name] for name in REPLIES]

    def replies(self) -> list[Any]:
        """The inputs that the chosen ground uses."""
        found = self.chosen_ground()
        return [self[name] for name in REPLIES[: len(found.written) if found else 0]]

    def _read(self, field: Day | StringField) -> None:
        if isinstance(field, Day):
            field.pre_validate(self)
        else:
            self.validate_secrecy(field)

    def _before(self, field: Day) -> None:
        if field.on is not None and field.on > (self.oral_on.on or self.today):
            raise ValidationError(_("Födelsedagen ligger efter dagen då uppgifterna lämnas. Rätta den ena."))

    def _replies(self) -> dict[str, str]:
        found = self.chosen_ground()
        asked = found.written if found else ()
        return {question: self[name].data or "" for name, question in zip(REPLIES, asked, strict=False)}

    def _worded(self, code: str | None) -> Ground | None:
        return _worded(code or "", self.oral_on.on or self.today)

    def _aside(self) -> dict[str, str]:
        """What was answered to questions that the chosen ground does not ask, each by its question."""
        try:
            said = json.loads(self.aside.data or "{}")
        except (ValueError, RecursionError):  # no page of ours wrote it
            return {}
        known = said.items() if isinstance(said, dict) else ()
        return {question: words for question, words in known if isinstance(words, str) and words}

    def _secrecy(self) -> str:
        try:
            self.validate_secrecy(self.secrecy)
        except ValidationError:
            return ""
        return (self.secrecy.data or "").strip()


for _name in REPLIES:
    setattr(DisclosureForm, _name, TextAreaField("", [LONG], render_kw={"rows": 2}))


def bound(wish: Wish, *, once: str = "", version: int = 0) -> DisclosureForm:
    """The form as it was sent, or with what a draft holds."""
    form = forms.bind(DisclosureForm, **_defaults(wish), once=once or new_id(), version=str(version))
    form.understand()
    return form


def _defaults(wish: Wish) -> dict[str, Any]:
    told = {name: WORDS.get(wish.said.get(name), "") for name in QUESTIONS}
    days = {name: getattr(wish, name) for name in ("victim_born", "recipient_born", "until", "oral_on")}
    ground = _worded(wish.ground, wish.oral_on or request.today())
    asked = ground.written if ground else ()
    replies = {name: wish.replies.get(question, "") for name, question in zip(REPLIES, asked, strict=False)}
    kept = (
        "recipient",
        "outside",
        "ground",
        "purpose",
        "consulted",
        "despite",
        "harm",
        "assessment",
        "warned",
        "decider",
        "corrects",
        "answers",
        "wants_answer",
    )
    return {
        **{name: getattr(wish, name) for name in kept},
        **told,
        **confirmations.defaults(wish.confirmed),
        **replies,
        **{name: "" if day is None else day.isoformat() for name, day in days.items()},
        "facts": wish.items,
        "secrecy": wish.secrecy,
        "asked": wish.ground,
        "aside": json.dumps(dict(wish.aside), ensure_ascii=False),
    }


def _worded(code: str, on: date) -> Ground | None:
    """A row of the catalogue as it is worded on a day; None for none of them."""
    try:
        return catalogue.find(code, on)
    except KeyError:
        return None


def _in_words(ground: Ground | None) -> list[str]:
    return [] if ground is None else [language.translate(one) for one in ground.written]


def is_looking() -> bool:
    """Whether the page is only to show what would be told."""
    return "visa" in http.form


def gives() -> bool:
    """Whether what was written is sent to be given, or for somebody to decide: neither looked at nor kept."""
    return http.method == "POST" and not is_looking() and not is_kept()


def is_kept() -> bool:
    """Whether what was written is to be kept as a draft."""
    return "spara" in http.form
