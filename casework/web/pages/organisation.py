"""Signing in, unlocking and confirming by one's own organisation's sign-in: there, back, and on."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask import request as http
from werkzeug.wrappers import Response

from casework.core import accounts, coming_back, identity_providers, session_rows, signing_in
from casework.core.errors import Refused
from casework.web import departing, entering, guard, receipts, request
from casework.web.access import personal, public

pages = Blueprint("organisation", __name__)
HOME = "/din-inloggning"
RECEIPT = "way_added"


@pages.route("/logga-in/organisation/<provider_id>", methods=["GET", "POST"])
@public
def sign_in(provider_id: str) -> Response:
    """Send somebody to their organisation's sign-in."""
    if http.method == "GET":  # a page that was too old to be taken in
        return redirect("/logga-in", 303)
    with request.installation().session(None) as session:
        provider = identity_providers.named(session, provider_id)
    return departing.leave(provider, "sign_in")


@pages.route("/valkommen/<token>/organisation", methods=["GET", "POST"])
@public
def enrol(token: str) -> Response:
    """Send the bearer of a live link to their organisation's sign-in, to be known by it from then on."""
    if http.method == "GET":
        return redirect(f"/valkommen/{token}", 303)
    with request.installation().session(None) as session:
        account = accounts.invited(session, token)
        provider = None if account is None else identity_providers.of_account(session, account.id)
    return departing.leave(provider, "enrol", accounts.link_digest(token))


@pages.route("/last/organisation", methods=["GET", "POST"])
@public
def unlock() -> Response:
    """Send somebody whose screen is locked to their organisation's sign-in, which asks anew."""
    browser = request.browser()
    if http.method == "GET" or browser.state != "locked" or browser.cookie is None:
        return redirect("/last", 303)
    return departing.leave(departing.own(request.holder().id), "unlock", session_rows.digest(browser.cookie))


@pages.route("/bekrafta/organisation", methods=["GET", "POST"])
@personal
def confirm() -> Response:
    """Send somebody to their organisation's sign-in, to confirm who they are."""
    if http.method == "GET":
        return redirect("/bekrafta", 303)
    cookie = request.browser().cookie or ""
    return departing.leave(departing.own(request.holder().id), "confirm", session_rows.digest(cookie))


@pages.get("/logga-in/tillbaka")
@public
def back() -> Response:
    """Take in what the browser brings back from its organisation's sign-in."""
    return departing.take_in()


@pages.get("/logga-in/klart")
@public
def finish() -> Response:
    """Do what somebody went for, now that they have proven who they are; once, and in the browser that left."""
    given = (departing.cookie(), request.browser().cookie, entering.visitor())
    try:
        with request.installation().session(None) as session:
            finished = coming_back.finish(session, *given)
    except Refused:
        return departing.refused()
    if finished.answer.cookie is None:
        return departing.refused()
    return departing.done(_onward(finished.purpose, finished.answer))


def _onward(purpose: str, answer: signing_in.Answer) -> Response:
    """Under the new cookie to where they were going."""
    if purpose in {"sign_in", "enrol"}:
        return entering.go_on(answer)
    request.browser().renew(answer.cookie or "")
    if purpose == "add":
        receipts.leave(RECEIPT)
        return redirect(HOME, 303)
    return redirect(guard.onward(), 303)
