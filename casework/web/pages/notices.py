"""Att läsa: one's own notices, for those whose first page does not show them, and the button that puts one away."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework.core import notices
from casework.web import navigation, notice_lines, request
from casework.web.access import personal

pages = Blueprint("notices", __name__)


@pages.get("/att-lasa")
@personal
def index() -> str:
    """What the person has not read."""
    return render_template("notices/index.html", told=notice_lines.lines())


@pages.post("/att-lasa/<notice_id>/last")
@personal
def dismiss(notice_id: str) -> Response:
    """Put a notice away, and go back to where it stood."""
    with request.borrowed() as session:
        notices.dismiss(session, request.holder().id, notice_id)
    first = navigation.start()
    return redirect(first if first in navigation.FIRST else url_for(".index"), 303)
