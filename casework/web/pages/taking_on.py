"""A new case from what has come in: registered with its person filled in, and what came in taken into it at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import HiddenField

from casework.contract import gettext as _
from casework.core import access, handover_forms, handover_intake, handovers
from casework.core.db import new_id
from casework.core.handover_covers import Cover
from casework.core.permissions import Permission
from casework.web import forms, handover_words, receipts, registering, request
from casework.web.access import requires
from casework.web.registering import Beginning, RegisterForm, RegisterPersonForm

pages = Blueprint("taking_on", __name__)


@pages.route("/inkorg/<handover_id>/nytt-arende/<area>/<case_type>/<key>", methods=["GET", "POST"])
@requires(Permission.CASE_REGISTER)
def begin(handover_id: str, area: str, case_type: str, key: str) -> Response | tuple[str, int]:
    """The form that the case begins with; sent, the case is there and keeps what came in."""
    cover = handovers.cover(request.session(), request.actor(), handover_id, late=http.method == "POST")
    begins = _beginning(area, case_type, key)
    if begins is None or cover.state != "opened":
        return _gone(cover)
    content = handovers.read(request.session(), request.actor(), handover_id)[1]
    name, number = handover_forms.child(content, request.today())
    form = registering.bound(begins, _TakingOn, namn=name, personnummer=number, token=new_id())
    if form.validate_on_submit():
        with forms.attempt(form):
            return _done(handover_id, begins, form)
    given: dict[str, Any] = {"form": form, "begins": begins, "cover": cover, "content": content}
    page = render_template("handovers/begin.html", **handover_words.GIVEN, **given)
    return page, 422 if form.is_submitted() else 200


class _TakingOn(RegisterPersonForm):
    """What a case with a person begins with, and the name of the form."""

    token = HiddenField(_("Formulär"))


def _beginning(area: str, case_type: str, key: str) -> Beginning | None:
    named = (area, case_type, key)
    ways = (one for one in registering.beginnings() if not one.is_anonymous)
    return next((one for one in ways if (one.area.name, one.kind.name, one.step.name) == named), None)


def _gone(cover: Cover) -> Response:
    if cover.state == "accepted":  # a case keeps it, and the inbox has no page of it any more
        receipts.leave("gone")
        return redirect(url_for("handovers.index"), 303)
    return redirect(url_for("handovers.show", handover_id=cover.id), 303)


def _done(handover_id: str, begins: Beginning, form: RegisterForm) -> Response:
    case = handover_intake.begin(
        request.session(),
        request.registry(),
        request.actor(),
        handover_id,
        handover_intake.Beginning(
            begins.area.name,
            begins.kind.name,
            begins.step.target,
            form.enhet.data,
            form.who() if isinstance(form, RegisterPersonForm) else None,
            form.answers(),
        ),
        token=form["token"].data or "",
    )
    if case is not None and access.is_reached(request.session(), request.actor(), Permission.CASE_OPEN, case.id):
        receipts.leave("registered" if case.officer_id == request.actor().id else "kept")
        return redirect(url_for("case.overview", case_id=case.id), 303)
    receipts.leave("kept")
    return redirect(url_for("handovers.index"), 303)
