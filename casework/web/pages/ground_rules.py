"""What the municipality demands of each legal ground beyond the law: the administrator tightens, never loosens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import accounts
from casework.core.grounds import catalogue, tightening
from casework.core.grounds.ground import Decider
from casework.core.grounds.tightening import Demands, Rule
from casework.core.permissions import Permission
from casework.web import forms, receipts, request, stepping_up
from casework.web.access import requires
from casework.web.ground_form import Day
from casework.web.labels import DECIDERS

if TYPE_CHECKING:
    from casework.core.models import GroundRule

pages = Blueprint("ground_rules", __name__)

RECEIPTS = {"tightened": _("Sparat. Det gäller från den dag du valde.")}


class RuleForm(forms.BaseForm):
    """What is demanded of a ground, and from which day."""

    level = RadioField(
        _("Vem beslutar?"),
        [InputRequired(_("Välj vem som beslutar."))],
        validate_choice=False,
    )
    consult = BooleanField(_("En jurist ska rådfrågas"))
    four_eyes = BooleanField(_("Någon mer än den som beslutar ska godkänna"))
    off = BooleanField(_("Grunden får inte användas"))
    begins = Day(
        _("Från vilken dag?"),
        [InputRequired(_("Skriv från vilken dag det gäller."))],
        description=_("I dag eller senare. Till exempel 2026-12-31."),
    )

    def rule(self) -> Rule:
        """What was chosen; a level that is no level is none of those that may be chosen, and is refused as one."""
        known = {level.value: level for level in Decider}
        level = known.get(self.level.data, Decider.OTHER)
        return Rule(level, consult=self.consult.data, four_eyes=self.four_eyes.data, off=self.off.data)


@pages.get("/grunder")
@requires(Permission.GROUND_TIGHTEN)
def index() -> str:
    """Every ground, and what applies to it today in the municipality."""
    applies = tightening.in_force(request.session(), request.today())
    receipt = receipts.take(RECEIPTS)
    return render_template("ground_rules/index.html", applies=applies, deciders=DECIDERS, receipt=receipt)


@pages.route("/grunder/<ground>", methods=["GET", "POST"])
@requires(Permission.GROUND_TIGHTEN)
def one(ground: str) -> Response | tuple[str, int]:
    """One ground: what the law demands, what the municipality does, and demanding more."""
    stepping_up.require_to_send()
    applies = _applies(ground)
    form = _bound(applies)
    if form.validate_on_submit() and form.begins.on is not None:
        with forms.attempt(form):
            tightening.tighten(request.session(), request.actor(), ground, form.rule(), form.begins.on)
            receipts.leave("tightened")
            return redirect(url_for(".index"), 303)
    coming = tightening.to_come(request.session(), ground, request.today())
    page = render_template(
        "ground_rules/one.html", form=form, applies=applies, coming=coming, deciders=DECIDERS, **_said(applies, coming)
    )
    return page, 422 if form.is_submitted() else 200


def _applies(code: str) -> Demands:
    try:
        return tightening.demands(request.session(), code, request.today())
    except KeyError:
        raise NotFound from None


def _bound(applies: Demands) -> RuleForm:
    form = forms.bind(
        RuleForm,
        level=applies.level.value,
        consult=applies.consult,
        four_eyes=applies.four_eyes,
        off=applies.off,
        begins=request.today().isoformat(),
    )
    form.level.choices = forms.choices((level.value, DECIDERS[level]) for level in tightening.levels(applies.ground))
    return form


def _said(applies: Demands, coming: list[GroundRule]) -> dict[str, object]:
    """Who set what applies and what is to come, by account; and whether the ground may be switched off."""
    rules = [*coming, *([applies.rule] if applies.rule else [])]
    names = accounts.names(request.session(), {rule.set_by for rule in rules})
    return {"names": names, "owed": applies.ground.code in catalogue.OWED}
