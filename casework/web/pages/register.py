"""A new case: first what it is and how it begins, then who it is about and the form it begins with, in one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from casework.contract import CaseType, FocusArea, Transition
from casework.contract import gettext as _
from casework.core import activation, cases, held_forms, organisations, registration
from casework.core.permissions import Permission
from casework.core.registration import Identified
from casework.web import forms, receipts, request
from casework.web.access import requires
from casework.web.holding import KEPT_AS

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("register", __name__)
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


@pages.route("/arenden/nytt", methods=["GET", "POST"])
@requires(Permission.CASE_REGISTER)
def new() -> Response | str | tuple[str, int]:
    """How a case can begin; once chosen, its form. Registered, it opens for its officer and waits in intake's list."""
    begins = _chosen()
    if begins is None:
        return render_template("register/new.html", beginnings=list(_beginnings()))
    form = _form(begins)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _done(_register(begins, form))
    page = render_template("register/write.html", form=form, begins=begins)
    return (page, 422) if form.is_submitted() else page


def _done(case: Case) -> Response:
    receipts.leave("registered")
    if case.officer_id == request.actor().id:
        return redirect(url_for("case.overview", case_id=case.id), 303)
    return redirect(url_for("cases.index"), 303)


def _register(begins: Beginning, form: RegisterForm) -> Case:
    return registration.register(
        request.session(),
        request.registry(),
        request.actor(),
        area=begins.area.name,
        case_type=begins.kind.name,
        state=begins.step.target,
        unit_id=form.enhet.data,
        who=form.who() if isinstance(form, RegisterPersonForm) else None,
        answers=form.answers(),
    )


def _beginnings() -> Iterator[Beginning]:
    registry = request.registry()
    for name in activation.enabled(request.session(), registry):
        for kind in registry.areas[name].case_types:
            for step in cases.first_steps(registry, name, kind.name):
                yield Beginning(registry.areas[name], kind, step)


def _chosen() -> Beginning | None:
    """The way that was chosen, also where its area was switched off meanwhile: core says so, at the form."""
    asked = _asked()
    area, case_type = asked.get("omrade", ""), asked.get("typ", "")
    kind = request.registry().case_type(area, case_type)
    steps = {step.name: step for step in cases.first_steps(request.registry(), area, case_type)}
    step = steps.get(asked.get("borjan", ""))
    return None if kind is None or step is None else Beginning(request.registry().areas[area], kind, step)


def _asked() -> Mapping[str, str]:
    """What was sent, or chosen in the address, or kept from before the session locked."""
    held = http.args.get(KEPT_AS)
    if http.method == "POST" or held is None:
        return http.form if http.method == "POST" else http.args
    with request.borrowed() as session:
        return dict(held_forms.take(session, request.holder().id, http.path, held) or ())


def _form(begins: Beginning) -> RegisterForm:
    """The form's class is put together from who the case is about and what the plugin asks."""
    asks = begins.step.fills
    declared = forms.DeclaredForm if asks is None else forms.form_for(begins.kind.form(asks), draft=False)
    about = RegisterForm if begins.is_anonymous else RegisterPersonForm
    units = [(one.id, one.name) for one in organisations.units(request.session(), cases.holder())]
    own = next((post.unit_id for post in request.actor().posts if post.unit_id in dict(units)), None)
    made = type("RegisterDeclared", (about, declared), {"questions": declared.questions})
    form = cast(RegisterForm, forms.bind(made, enhet=own, **begins.names, **forms.begins_today(made)))
    form.enhet.choices = forms.choices(units)
    return form
