"""Choosing one's own way in by a one-time link: a password or a passkey first, then what else is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, PasswordField
from wtforms.validators import EqualTo, Length, Optional

from casework.contract import gettext as _
from casework.core import accounts, passkeys, passwords, signing_in, ways_in
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.passkeys import Site
from casework.web import departing, entering, forms, request, setting_up
from casework.web.access import public

pages = Blueprint("enrolment", __name__)
MISSING = _("Välj ett lösenord.")
LONG = _("Minst 15 tecken. Några ord efter varandra är lätta att minnas.")
SHORT = _("Minst 12 tecken. Några ord efter varandra är lätta att minnas.")


class PasswordForm(forms.BaseForm):
    """A new password, twice; or what the browser made for a passkey."""

    password = PasswordField(
        _("Nytt lösenord"), [Optional(), Length(max=512)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _("Lösenordet en gång till"),
        [EqualTo("password", _("Skriv samma lösenord en gång till."))],
        render_kw={"autocomplete": "new-password"},
    )
    passkey = HiddenField()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What came of a choice: the session it leads to, if any, and recovery codes to show once."""

    answer: signing_in.Answer
    codes: list[str]


@pages.route("/valkommen/<token>", methods=["GET", "POST"])
@public
def enrol(token: str) -> Answer | str | tuple[str, int]:
    """Let the bearer of a live link choose a way in, once."""
    form, chosen = forms.bind(PasswordForm), None
    with request.installation().session(None) as session:
        account = accounts.invited(session, token)
        if account is not None and form.validate_on_submit():
            chosen = _choose(session, token, account.id, form)
    if account is None:
        return render_template("quiet/used_link.html"), 404
    if chosen is not None:
        return _welcome(chosen)
    form.password.description = SHORT if request.settings().second_factor_demanded else LONG
    who = {"name": account.name, "username": account.username, "passkeys": entering.site() is not None}
    who["organisation"] = departing.name_of_own(account.id)
    return render_template("enrolment.html", form=form, token=token, **who), 422 if form.is_submitted() else 200


@pages.post("/valkommen/<token>/passkey")
@public
def make_passkey(token: str) -> Response:
    """Ask the browser of a live link's bearer for a new passkey."""
    site = entering.site()
    with request.installation().session(None) as session:
        account = accounts.invited(session, token)
        if site is None or account is None:
            raise NotFound
        options, challenge = passkeys.creation(site, account.id, account.username, account.name, [])
    entering.ask("make", challenge)
    return Response(options, mimetype="application/json")


def _choose(session: TenantSession, token: str, account_id: str, form: PasswordForm) -> Chosen | None:
    """Keep what was chosen; None where it was not good enough, and the form says why."""
    site, demanded = entering.site(), request.settings().second_factor_demanded
    try:
        if form.passkey.data and site is not None:
            return _with_passkey(session, token, account_id, site, form.passkey.data)
        if not form.password.data:
            raise Refused.because(MISSING, "password")
        least = passwords.BESIDE_ANOTHER if demanded else passwords.MINIMUM
        account = accounts.enrol(session, token, form.password.data, least)
    except Refused as refused:
        form.refuse(refused)
        return None
    if account is None or not demanded:
        return Chosen(signing_in.NO, [])
    cookie = request.browser().cookie
    return Chosen(signing_in.part_way(session, account, "setup", cookie, entering.visitor()), [])


def _with_passkey(session: TenantSession, token: str, account_id: str, site: Site, answer: str) -> Chosen:
    """A passkey is two factors in one, so whoever has made it is signed in."""
    codes = ways_in.add_passkey(session, account_id, site, answer, entering.asked("make"), None)
    account = accounts.use_link(session, token)
    if account is None:
        raise Refused.because(_("Länken är redan använd."))
    cookie = request.browser().cookie
    return Chosen(signing_in.admit(session, account, ["passkey"], cookie, entering.visitor()), codes)


def _welcome(chosen: Chosen) -> Answer | str:
    if chosen.answer.cookie is None:
        return redirect("/logga-in", 303)
    if chosen.codes:
        return setting_up.shown_once(chosen.codes, entering.enter(chosen.answer))
    return entering.go_on(chosen.answer)
