"""How a case begins: its first step, and the form with the person it is about and what its plugin asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import url_for
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from casework.contract import CaseType, FocusArea, Transition
from casework.contract import gettext as _
from casework.core import activation, cases, organisations, registration
from casework.core.registration import Identified
from casework.web import forms, request

LEVELS = frozenset(str(level) for level, _label in registration.PROTECTIONS)
OURS = {"number": "personnummer", "name": "namn", "protection": "skydd", "unit_id": "enhet"}
"""What our inputs are called, by what the domain calls their questions."""
UNKNOWN = -1
"""The protection level of somebody of whom it has not been said."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """One way a case of a type can begin."""

    area: FocusArea
    kind: CaseType
    step: Transition

    @property
    def is_anonymous(self) -> bool:
        """Whether it begins without a person."""
        return self.kind.workflow.state(self.step.target).anonymous

    @property
    def url(self) -> str:
        """Where its form is."""
        return url_for("register.new", **self.names)

    @property
    def names(self) -> dict[str, Any]:
        """What says it in an address, and in the form."""
        return {"omrade": self.area.name, "typ": self.kind.name, "borjan": self.step.name}


class RegisterForm(forms.DeclaredForm):
    """The unit that gets the case, and the questions of the form it begins with."""

    omrade = HiddenField()
    typ = HiddenField()
    borjan = HiddenField()
    enhet = SelectField(
        _("Enhet"), [InputRequired(_("Välj en enhet."))], description=_("Enhetens chef ser att ärendet finns.")
    )

    def html_name(self, name: str) -> str:
        """A plugin's question may be called as one of ours: its name is looked for first."""
        declared = super().html_name(name)
        return declared if declared in self.questions else OURS.get(name, name)


class RegisterPersonForm(RegisterForm):
    """The same for a case about a person."""

    personnummer = StringField(
        _("Personnummer"),
        [Optional()],
        description=_("Person- eller samordningsnummer. Lämna tomt om numret inte är känt."),
    )
    namn = StringField(_("Namn"), description=_("Förnamn och efternamn."))
    skydd = RadioField(
        _("Skyddade personuppgifter"),
        choices=forms.choices([(str(level), label) for level, label in registration.PROTECTIONS]),
        validate_choice=False,
        description=_("Med skydd visas namnet inte i listor. Vid fingerade personuppgifter sparas inget nummer."),
    )

    def who(self) -> Identified:
        """The person as it was written."""
        level = self.skydd.data or ""
        return Identified(
            self.personnummer.data or "", self.namn.data or "", int(level) if level in LEVELS else UNKNOWN
        )

    def validate(self, extra_validators: object = None) -> bool:
        """Whether everything is answered, the person too, so that all that is wrong is said at once."""
        answered = super().validate(extra_validators)
        problems = registration.problems(self.who(), self.today)
        for problem in problems:
            self[OURS[str(problem.field)]].errors = [problem.reason]
        return answered and not problems


def beginnings() -> Iterator[Beginning]:
    """Every way a case can begin in the municipality."""
    registry = request.registry()
    for name in activation.enabled(request.session(), registry):
        for kind in registry.areas[name].case_types:
            for step in cases.first_steps(registry, name, kind.name):
                yield Beginning(registry.areas[name], kind, step)


def bound(begins: Beginning, about: type[RegisterForm] | None = None, **given: Any) -> RegisterForm:
    """The form a case begins with: who the case is ``about`` and what the plugin asks; ``given`` is known before."""
    asks = begins.step.fills
    declared = forms.DeclaredForm if asks is None else forms.form_for(begins.kind.form(asks), draft=False)
    bases = (about or (RegisterForm if begins.is_anonymous else RegisterPersonForm), declared)
    units = [(one.id, one.name) for one in organisations.units(request.session(), cases.holder())]
    own = next((post.unit_id for post in request.actor().posts if post.unit_id in dict(units)), None)
    made = type("RegisterDeclared", bases, {"questions": declared.questions})
    begun = {"enhet": own, **begins.names, **forms.begins_today(made), **given}
    form = cast(RegisterForm, forms.bind(made, **begun))
    form.enhet.choices = forms.choices(units)
    return form
