"""The forms of the register of consents: whom to ask for what, and what they answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import consent_register, consent_rules, municipality_settings
from casework.core.access import Decision
from casework.core.consent_overview import Line
from casework.core.consent_register import Answer, Wanted
from casework.core.errors import Refused
from casework.web import forms, language, request
from casework.web.ground_form import NO, YES, Day
from casework.web.labels import CONSENT_AGENCIES, CONSENT_PARTS

if TYPE_CHECKING:
    from casework.core.models import Case

LONGEST_NOTE = 2000


class AskForm(forms.BaseForm):
    """Whom to ask, for which agencies and kinds of facts, from when until when. Only the first day is filled in."""

    givers = SelectMultipleField(
        _("Vem ska tillfrågas?"),
        description=_("Var och en svarar för sig. Väljer du flera blir det ett samtycke för var och en."),
        validate_choice=False,
    )
    agencies = SelectMultipleField(
        _("Vilka ska få uppgifter?"),
        choices=forms.choices(CONSENT_AGENCIES.items()),
        validate_choice=False,
    )
    kinds = SelectMultipleField(
        _("Vilka slags uppgifter?"), choices=forms.choices(consent_rules.KINDS), validate_choice=False
    )
    valid_from = Day(_("Gäller från"), description=_("Till exempel 2026-11-20."))
    valid_until = Day(_("Gäller till och med"))
    note = TextAreaField(
        _("Något som personen vill undanta eller tillägga?"),
        [Optional(), Length(max=LONGEST_NOTE, message=_("Korta texten till högst 2 000 tecken."))],
        description=_(
            "Till exempel en uppgift som inte får lämnas, eller vilken enskild eller vilket företag det gäller. "
            "Det du skriver förseglas i ärendet."
        ),
        render_kw={"rows": 3},
    )

    def html_name(self, name: str) -> str:
        """The name of the input that asks for what the domain calls ``name``."""
        return "givers" if name == "giver" else name

    def wanted(self, line: Line | None = None) -> Iterator[Wanted]:
        """What each of those who were chosen is to be asked for; with a line, the one person who gave that one."""
        chosen = [(line.consent.part, line.consent.giver_id)] if line is not None else self._chosen()
        for part, person_id in chosen:
            yield Wanted(
                giver_id=person_id,
                part=part,
                agencies=self.agencies.data or (),
                kinds=self.kinds.data or (),
                valid_from=self.valid_from.on,
                valid_until=self.valid_until.on,
                note=self.note.data or "",
            )

    def _chosen(self) -> list[tuple[str, str]]:
        """The part and the person of each who was chosen; nobody where none was, for the domain to refuse."""
        named = (one.partition(":") for one in self.givers.data or [""])
        return [(part, person_id) for part, _colon, person_id in named]


class AnswerForm(forms.BaseForm):
    """What somebody answered, how, and how it is known who they were."""

    given = RadioField(
        _("Vad blev svaret?"),
        [InputRequired(_("Välj vad svaret blev."))],
        choices=forms.choices([(YES, _("Ja, samtycker")), (NO, _("Nej, samtycker inte"))]),
    )
    how = RadioField(
        _("Hur lämnades svaret?"),
        [InputRequired(_("Välj hur svaret lämnades."))],
        choices=forms.choices(consent_rules.WAYS),
    )
    identity = RadioField(
        _("Hur vet du vem som svarade?"),
        [InputRequired(_("Välj hur du vet vem som svarade."))],
        choices=forms.choices(consent_rules.IDENTITIES),
    )

    def said(self) -> Answer:
        """The answer as the register keeps it."""
        return Answer(self.given.data == YES, self.how.data or "", self.identity.data or "")


def asking(decision: Decision, case: Case) -> AskForm:
    """The form for a new consent, with those of the case who may be asked."""
    form = forms.bind(AskForm, valid_from=request.today().isoformat())
    everybody = [one for one in consent_rules.givers(decision, case) if one.may_be_asked]
    form.givers.choices = forms.choices(
        (f"{one.part}:{one.identity.id}", f"{one.identity.name}, {language.translate(CONSENT_PARTS[one.part])}")
        for one in everybody
    )
    return _with_longest(form, decision)


def renewing(decision: Decision, line: Line) -> AskForm:
    """The form for a consent that is to replace another of the same person's: the same again, with a new last day."""
    asked: dict[str, Any] = {"agencies": line.agencies, "kinds": line.kinds, "note": line.note}
    form = forms.bind(AskForm, valid_from=request.today().isoformat(), **asked)
    del form.givers
    return _with_longest(form, decision)


def is_right(form: AskForm, decision: Decision, case: Case, line: Line | None = None) -> bool:
    """Whether all is chosen as it must be; what the page and what the domain has against it is said at once."""
    answered = form.validate()
    known = {name for name, errors in form.errors.items() if errors}
    found = [fault for wanted in form.wanted(line) for fault in consent_register.faults(decision, case, wanted)]
    form.refuse(Refused([one for one in dict.fromkeys(found) if form.html_name(str(one.field)) not in known]))
    return answered and not found


def _with_longest(form: AskForm, decision: Decision) -> AskForm:
    months = municipality_settings.number(decision.session, "consent_months")
    words = language.translate(_("Högst {months} månader efter den första dagen. Till exempel 2027-04-30."))
    form.valid_until.description = words.format(months=months)
    return form
