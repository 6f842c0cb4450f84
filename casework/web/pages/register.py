"""A new case: first what it is and how it begins, then who it is about and the form it begins with, in one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response

from casework.core import cases, held_forms, registration
from casework.core.permissions import Permission
from casework.web import forms, receipts, register_form, request
from casework.web.access import requires
from casework.web.holding import KEPT_AS
from casework.web.register_form import Beginning, RegisterForm, RegisterPersonForm

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("register", __name__)


@pages.route("/arenden/nytt", methods=["GET", "POST"])
@requires(Permission.CASE_REGISTER)
def new() -> Response | str | tuple[str, int]:
    """How a case can begin; once chosen, its form. Registered, it opens for its officer and waits in intake's list."""
    begins = _chosen()
    if begins is None:
        return render_template("register/new.html", beginnings=list(register_form.beginnings()))
    form = register_form.bound(begins)
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
