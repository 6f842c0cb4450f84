"""What the sender is told beside a chosen sentence: words from other agencies, from social services whom to ring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import cases, handover_replies, handover_steps
from casework.core.handover_replies import Contact, Said
from casework.web import forms, request
from casework.web.handover_words import TokenForm

AnyForm = TypeVar("AnyForm", bound=TokenForm)


class WhyForm(TokenForm):
    """Why it is not taken on."""

    code = RadioField(_("Varför tar ni inte emot?"), [InputRequired(_("Välj varför."))])


class AnswerForm(TokenForm):
    """The answer to a question."""

    code = RadioField(_("Vad svarar ni?"), [InputRequired(_("Välj ett svar."))])


class ToldForm(TokenForm):
    """What who reported is told of a report that came wrong."""

    code = RadioField(_("Vad ska den som anmälde få veta?"), [InputRequired(_("Välj vad avsändaren ska få veta."))])


class _Words:
    """Words of one's own."""

    words = TextAreaField(
        _("Med egna ord"),
        [Optional(), Length(max=handover_replies.LONGEST, message=_("Korta texten till högst 1000 tecken."))],
        description=_("Avsändaren läser texten. Skriv inget om någon person, eller om vad som är känt hos er."),
        render_kw={"rows": 4},
    )


class _Contact:
    """Whom the sender may ring, and nothing else (OSL 26 kap. 1 §)."""

    phone = StringField(
        _("Telefon"),
        [Optional()],
        description=_("Numret som avsändaren ska ringa. Socialtjänsten skriver inget annat till avsändaren."),
    )
    account = SelectField(_("Kontaktperson"), [Optional()])


def bind(form: type[AnyForm], agency: str, codes: Sequence[tuple[str, str]]) -> AnyForm:
    """A form with the sentences to choose among, and what may be said beside them by an agency."""
    from_us = agency == cases.holder()
    made = forms.bind(cast(type[AnyForm], type(form.__name__, (_Contact if from_us else _Words, form), {})))
    made["code"].choices = forms.choices(codes)
    if from_us:
        session, actor = request.session(), request.actor()
        colleagues = handover_steps.colleagues(session, actor, agency)
        names = [(actor.id, actor.name), *((one.id, one.name) for one in colleagues)]
        made["account"].choices = forms.choices(names, _("Mottagningen"))
    return made


def said(form: TokenForm) -> Said:
    """What was said beside the sentence."""
    return contact(form) if "phone" in form else form["words"].data or ""


def contact(form: TokenForm) -> Contact:
    """Whom the sender may ring."""
    return Contact(form["phone"].data or "", form["account"].data or "")
