"""Forms: nothing typed is lost, errors say what to do, and a declared field becomes an input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar, TypeVar, cast

from flask import request as http
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    i18n,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Length, Optional, StopValidation

from casework import contract
from casework.contract import gettext as _
from casework.core import answers, held_forms
from casework.core.entries import NOT_YET
from casework.core.errors import Conflict, Refused
from casework.core.installation import attempt as core_attempt
from casework.web import language, request
from casework.web.holding import KEPT_AS, own_fields

RADIOS = 4
"""Up to so many choices are shown as radio buttons."""
AnyForm = TypeVar("AnyForm", bound="BaseForm")


class OnlyWhen:
    """Lets a field be tried only while another one is answered with a value; what was typed stays as it is."""

    def __init__(self, name: str, value: str, one: str = "") -> None:
        self.name, self.value, self.one = name, value, one

    def __call__(self, form: FlaskForm, _field: Field) -> None:
        """Try it no further where the other is answered with something else; what follows a colon is one of many."""
        value, _mark, one = (form[self.name].data or "").partition(":")
        if value != self.value or (self.one and one != self.one):
            raise StopValidation


class DrawnFor(HiddenField):
    """Which municipality a form is drawn for; the guard turns it away where another one has been chosen since."""

    def _value(self) -> str:
        return request.drawn_for()


class BaseForm(FlaskForm):
    """Every form. ``held`` is true when it shows what was typed before a session locked."""

    class Meta(FlaskForm.Meta):
        """Messages of WTForms itself in the language of the page."""

        def get_translations(self, form: object) -> object:  # noqa: ARG002 the signature is WTForms' own
            """The catalogue of WTForms for the page's language."""
            return i18n.get_translations([language.current_locale()])

    kvar = HiddenField()
    drawn_for = DrawnFor()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.held = False
        self.conflict = False
        self.general: list[str] = []
        self.today: date = request.today()
        super().__init__(*args, **kwargs)

    def summary(self) -> list[tuple[str | None, str]]:
        """What to correct, in the order of the fields: the id to go to, and the words at the field."""
        if "csrf_token" in self.errors:
            self.general.append(_("Sidan hade legat öppen för länge. Läs igenom och spara igen."))
        found: list[tuple[str | None, str]] = [(None, reason) for reason in dict.fromkeys(self.general)]
        shown = [field for field in self if field.errors and field.type not in {"CSRFTokenField", "HiddenField"}]
        return found + [(anchor(field), str(field.errors[0])) for field in shown]

    @property
    def keeps_words(self) -> bool:
        """Whether something somebody wrote is still on the page."""
        written = (field for field in self if isinstance(field, StringField) and field.type != "PasswordField")
        return any(field.data for field in written if not isinstance(field, HiddenField))

    def refuse(self, refused: Refused) -> None:
        """Put what the domain refused at its fields."""
        for refusal in refused.refusals:
            field = self._fields.get(self.html_name(refusal.field)) if refusal.field else None
            if field is None:
                self.general.append(refusal.reason)
            else:
                field.errors = [*field.errors, refusal.reason]

    def html_name(self, name: str) -> str:
        """The name of the input that asks for what the domain calls ``name``."""
        return name


class WhyForm(BaseForm):
    """Why something is to be done, for whoever has to approve it."""

    reason = StringField(
        _("Varför?"),
        [Optional(), Length(max=500, message=_("Korta skälet till högst 500 tecken."))],
        description=_("Den som godkänner läser det."),
    )


class DeclaredForm(BaseForm):
    """A form that a plugin declared; ``questions`` are its fields by the name of their input."""

    questions: ClassVar[dict[str, contract.Field]] = {}

    def answers(self) -> dict[str, str]:
        """The checked answers as they are kept, by declared name; what was left empty is not there."""
        kept = {q.name: getattr(self._fields[name], "answer", None) for name, q in self.questions.items()}
        return {name: text for name, text in kept.items() if text is not None}

    def typed(self) -> dict[str, list[str]]:
        """What was typed, unchecked, by declared name: for a draft."""
        raw = {q.name: http.form.getlist(name) for name, q in self.questions.items()}
        return {name: texts for name, texts in raw.items() if any(text.strip() for text in texts)}

    def html_name(self, name: str) -> str:
        """The name of the input that asks for a declared field."""
        return next((html for html, question in self.questions.items() if question.name == name), name)


def bind(form_class: type[AnyForm], typed: Mapping[str, Sequence[str]] | None = None, **defaults: Any) -> AnyForm:
    """The one way to make a form in a view.

    On POST it holds what was sent. On GET it holds what was typed before a session locked (``?kvar=``), else
    ``typed`` (a draft, by declared name), else the defaults.
    """
    if http.method == "POST":
        return form_class(**defaults)
    held_id = http.args.get(KEPT_AS)
    fields = own_fields(_held(held_id), form_class) if held_id else None
    if fields is not None:
        form = form_class(formdata=MultiDict([*fields, (KEPT_AS, held_id)]), **defaults)
        form.held = True
        return form
    if typed and issubclass(form_class, DeclaredForm):
        named = {q.name: name for name, q in form_class.questions.items()}
        pairs = [(named[name], text) for name, texts in typed.items() if name in named for text in texts]
        return cast(AnyForm, form_class(formdata=MultiDict(pairs), **defaults))
    return form_class(formdata=None, **defaults)


def blank(form_class: type[AnyForm]) -> AnyForm:
    """A form with nothing in it, also where another one was sent."""
    return form_class(formdata=None)


@contextmanager
def attempt(form: BaseForm) -> Iterator[None]:
    """Do a deed for a form; one that is refused is undone and the form says why. Return from inside when it is done."""
    try:
        with core_attempt(request.session()):
            yield
    except Refused as refused:
        form.refuse(refused)
    except Conflict:
        form.conflict = True


def anchor(field: Field) -> str:
    """The id of a field's first control, where the error summary leads."""
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else str(field.id)


def choices(pairs: Iterable[tuple[Any, str]], blank: str | None = None) -> list[Any]:
    """The choices of a list or of radio buttons; ``blank`` is shown first, for no answer yet."""
    options = [SelectChoice(name, label) for name, label in pairs]
    return options if blank is None else [SelectChoice("", blank), *options]


def typed_of(form: contract.Form, kept: Mapping[str, str]) -> dict[str, list[str]]:
    """Kept answers as they would be typed, to begin a correction with."""
    by_name = {field.name: field for field in form.fields}
    return {name: answers.typed(by_name[name], text) for name, text in kept.items() if name in by_name}


def begins_today(form_class: type[DeclaredForm]) -> dict[str, Any]:
    """Today as the first answer to when it happened, by the name of the input: that is the most common one."""
    asked = ((name, q) for name, q in form_class.questions.items() if isinstance(q, contract.Date))
    day = request.today().isoformat()
    return next(({name: day} for name, q in asked if q.past and q.required), {})


def form_for(form: contract.Form, *, draft: bool) -> type[DeclaredForm]:
    """The form class of a declared form; a draft is not checked."""
    questions: dict[str, contract.Field] = {}
    for question in form.fields:
        name = question.name.replace(".", "-").lstrip("_")
        questions[f"{name}-svar" if hasattr(DeclaredForm, name) else name] = question
    inputs = {name: _input(question, draft=draft) for name, question in questions.items()}
    return type("DeclaredForm", (DeclaredForm,), {**inputs, "questions": questions})


class Asked:
    """Checks an input as the domain reads its declared field, and keeps the answer beside what was typed."""

    def __init__(self, question: contract.Field, *, draft: bool) -> None:
        self.question, self.draft = question, draft
        self.field_flags = {"kind": question.kind} | ({} if question.required else {"optional": True})
        if question.sensitivity is contract.Sensitivity.SEALED:
            self.field_flags["sealed"] = True
        if isinstance(question, contract.Number) and question.unit:
            self.field_flags["unit"] = question.unit

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Keep the answer, or say what to do instead."""
        if self.draft:
            return
        try:
            answer = answers.parse(self.question, field.data or "", form.today)
        except Refused as refused:
            raise ValidationError(refused.refusals[0].reason) from None
        past = isinstance(self.question, contract.Date) and self.question.past
        if past and answer is not None and answer > form.today.isoformat():
            raise ValidationError(NOT_YET)
        cast(Any, field).answer = answer


HINTS = {
    "date": _("Till exempel {year}-05-31 eller 31/5."),
    "past": _("Till exempel 2026-11-20, 20/11 eller i går."),
    "time": _("Till exempel 15.30."),
}


def _hint(question: contract.Field) -> str:
    """How an answer may be written; of a day that may lie ahead, with a day that does."""
    if isinstance(question, contract.Date) and not question.past:
        return str(HINTS["date"]).format(year=request.today().year + 1)
    return HINTS.get("past" if isinstance(question, contract.Date) else question.kind, "")


def _input(question: contract.Field, *, draft: bool) -> Any:
    common: dict[str, Any] = {
        "label": question.label,
        "validators": [Asked(question, draft=draft)],
        "description": question.help or _hint(question),
    }
    if isinstance(question, contract.LongText):
        return TextAreaField(**common)
    if isinstance(question, contract.YesNo):
        return RadioField(choices=choices(answers.YES_NO), validate_choice=False, **common)
    if isinstance(question, contract.Choices):
        return SelectMultipleField(choices=choices(question.choices), validate_choice=False, **common)
    if isinstance(question, contract.Choice):
        if question.required and len(question.choices) <= RADIOS:
            return RadioField(choices=choices(question.choices), validate_choice=False, **common)
        return SelectField(choices=choices(question.choices, _("Välj")), validate_choice=False, **common)
    return StringField(**common)


def _held(held_id: str) -> held_forms.Fields | None:
    if request.browser().state != "open":
        return None
    with request.borrowed() as session:
        return held_forms.take(session, request.holder().id, http.path, held_id)
