"""Ersättare: who gets whose inbox while somebody is away. One's own, and as a lead that of anybody in the unit."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import deputies, notices
from casework.core.permissions import Permission
from casework.web import forms, receipts, request
from casework.web.access import requires
from casework.web.ground_form import Day

pages = Blueprint("deputies", __name__)

RECEIPTS = {
    "named": _("Ersättaren får inkorgen de dagar du skrev."),
    "ended": _("Avslutat. Ersättaren ser inte längre inkorgen."),
}


class DeputyForm(forms.BaseForm):
    """Who is away, who stands in, from which day and until which."""

    absent = SelectField(_("Vem är borta?"), [InputRequired(_("Välj vem som är borta."))])
    deputy = SelectField(_("Vem är ersättare?"), [InputRequired(_("Välj en kollega på samma enhet."))])
    first = Day(_("Från och med"), [InputRequired(_("Skriv den första dagen."))], description=_("Till exempel 2/12."))
    last = Day(_("Till och med"), [InputRequired(_("Skriv den sista dagen."))], description=_("Högst tre månader."))


@pages.route("/inkorg/ersattare", methods=["GET", "POST"])
@requires(Permission.HANDOVER_READ)
def index() -> Response | tuple[str, int]:
    """The absences there are, and naming a deputy."""
    form = _bound()
    if form.validate_on_submit():
        with forms.attempt(form):
            of = (request.session(), request.actor(), form.deputy.data, form.first.on, form.last.on)
            deputies.name(*of, absent_id=form.absent.data)
            return _done("named")
    notices.read(request.session(), request.actor().id, "deputy_named")
    found = deputies.listed(request.session(), request.actor())
    page = render_template("deputies/index.html", form=form, found=found, receipt=receipts.take(RECEIPTS))
    return page, 422 if form.is_submitted() else 200


@pages.post("/inkorg/ersattare/<deputy_id>/avsluta")
@requires(Permission.HANDOVER_READ)
def end(deputy_id: str) -> Response:
    """End an absence now."""
    deputies.end(request.session(), request.actor(), deputy_id)
    return _done("ended")


def _bound() -> DeputyForm:
    session, actor = request.session(), request.actor()
    form = forms.bind(DeputyForm, absent=actor.id)
    absent = deputies.absentees(session, actor)
    able = {one.id: one.name for who in absent for one, _unit in deputies.colleagues(session, actor, who.id)}
    form.absent.choices = forms.choices([(one.id, one.name) for one in absent], _("Välj"))
    form.deputy.choices = forms.choices(sorted(able.items(), key=lambda pair: pair[1]), _("Välj"))
    return form


def _done(code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".index"), 303)
