"""Putting what has come in into a case there is: whom the case is about is shown before anything moves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response

from casework.core import handover_intake, handovers
from casework.core.permissions import Permission
from casework.web import case_rows, forms, handover_words, receipts, request
from casework.web.access import requires
from casework.web.handover_words import TokenForm

pages = Blueprint("putting", __name__)


@pages.route("/inkorg/<handover_id>/lagg-i-arende/<case_id>", methods=["GET", "POST"])
@requires(Permission.HANDOVER_READ)
def put(handover_id: str, case_id: str) -> Response | tuple[str, int]:
    """Show whom the case is about beside what has come in; confirmed, the case keeps it."""
    session, actor, form = request.session(), request.actor(), forms.bind(TokenForm)
    cover = handovers.cover(session, actor, handover_id, late=http.method == "POST")
    case = handover_intake.chosen(session, actor, cover.id, case_id)
    if form.validate_on_submit():
        with forms.attempt(form):
            handover_intake.add(session, actor, cover.id, case.id, token=form.token.data or "")
            receipts.leave("kept")
            return redirect(url_for("handovers.index"), 303)
    given: dict[str, Any] = {"cover": cover, "form": form, "row": case_rows.one(case)}
    given["content"] = handovers.read(session, actor, cover.id)[1] if cover.is_read else None
    page = render_template("handovers/put.html", **handover_words.GIVEN, **given)
    return page, 422 if form.is_submitted() else 200
