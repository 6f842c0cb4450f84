"""One's own ways in: seen, added and removed by their owner, who first confirms who they are."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from casework.contract import gettext as _
from casework.core import browser_sessions, credentials, notices, passwords, proving, session_rows, ways_in
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.web import browsers, departing, entering, forms, receipts, request, setting_up, stepping_up
from casework.web.access import personal
from casework.web.setting_up import FactorForm

pages = Blueprint("own_sign_in", __name__)
HOME = "/din-inloggning"
Page = Response | str | tuple[str, int]
WRONG = _("Lösenordet stämmer inte. Försök igen.")
WAIT = _("Det blev fel för många gånger. Vänta en stund och försök igen.")
RECEIPTS = {
    "password_changed": _("Lösenordet är bytt. Dina andra inloggningar har avslutats."),
    "way_added": _("Nu kan du logga in på det nya sättet också. Dina andra inloggningar har avslutats."),
    "way_removed": _("Sättet att logga in är borttaget. Dina andra inloggningar har avslutats."),
    "session_ended": _("Inloggningen är avslutad."),
    "sessions_ended": _("Dina andra inloggningar är avslutade."),
}
KINDS = {
    credentials.PASSWORD: _("Lösenord"),
    credentials.TOTP: _("Engångskoder från en app"),
    credentials.PASSKEY: _("Inloggningsnyckel (passkey)"),
    credentials.IDENTITY: _("Din organisations inloggning"),
}


class PasswordForm(forms.BaseForm):
    """The password now, and the new one twice."""

    password_now = PasswordField(
        _("Lösenordet du har nu"), [Length(max=512)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _("Nytt lösenord"),
        [DataRequired(_("Välj ett lösenord.")), Length(max=512)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Det nya lösenordet en gång till"),
        [EqualTo("password", _("Skriv samma lösenord en gång till."))],
        render_kw={"autocomplete": "new-password"},
    )


@pages.get(HOME)
@personal
def show() -> str:
    """Every way in, every session, and what has happened to them."""
    me, cookie = request.holder().id, request.browser().cookie or ""
    with request.borrowed() as session:
        told = [notices.KINDS[one.kind] for one in notices.unread(session, me)]
        for kind in ("sign_in_changed", "sign_in_tried"):
            notices.read(session, me, kind)
        ways = credentials.of(session, me)
        sessions = browser_sessions.own(session, me, cookie)
    left = sum(one.kind == credentials.RECOVERY and one.used_at is None for one in ways)
    shown = {"ways": [one for one in ways if one.kind in KINDS], "left": left, "sessions": sessions}
    shown["organisation"] = departing.name_of_own(me)
    return render_template(
        "own/sign_in.html", told=told, words=browsers.words, kinds=KINDS, receipt=receipts.take(RECEIPTS), **shown
    )


@pages.route(f"{HOME}/losenord", methods=["GET", "POST"])
@personal
def password() -> Page:
    """Choose a new password, knowing the old one."""
    stepping_up.require()
    form, has_one = forms.bind(PasswordForm), credentials.PASSWORD in _kinds()
    if form.validate_on_submit() and (not has_one or _knows(form)) and _change(form):
        return _done("password_changed")
    least = passwords.BESIDE_ANOTHER if request.settings().second_factor_demanded else passwords.MINIMUM
    page = render_template("own/password.html", form=form, has_one=has_one, least=least)
    return page, 422 if form.is_submitted() else 200


@pages.route(f"{HOME}/app", methods=["GET", "POST"])
@personal
def app() -> Page:
    """Add an authenticator app, by the code it shows."""
    stepping_up.require()
    form, me = forms.bind(FactorForm), request.holder()
    if form.validate_on_submit() and (added := _add(form)) is not None:
        return added
    with request.installation().session(None) as session:
        given = setting_up.app(session, me.id, me.username)
    return render_template("own/app.html", form=form, app=given), 422 if form.is_submitted() else 200


@pages.route(f"{HOME}/passkey", methods=["GET", "POST"])
@personal
def passkey() -> Page:
    """Add a passkey, by the script of the page."""
    stepping_up.require()
    form = forms.bind(FactorForm)
    if form.validate_on_submit() and (added := _add(form)) is not None:
        return added
    page = render_template("own/passkey.html", form=form, passkeys=entering.site() is not None)
    return page, 422 if form.is_submitted() else 200


@pages.route(f"{HOME}/organisation", methods=["GET", "POST"])
@personal
def organisation() -> Page:
    """Add one's organisation's sign-in, by signing in there; ``organisation.finish`` keeps it."""
    stepping_up.require()
    form, provider = forms.bind(forms.BaseForm), departing.own(request.holder().id)
    if provider is None:
        return redirect(HOME, 303)
    if form.validate_on_submit():
        return departing.leave(provider, "add", session_rows.digest(request.browser().cookie or ""))
    return render_template("own/organisation.html", form=form, name=provider.name)


@pages.route(f"{HOME}/koder", methods=["GET", "POST"])
@personal
def codes() -> Page:
    """New recovery codes, shown in this answer only, after a confirmation."""
    stepping_up.require()
    form, me, cookie = forms.bind(forms.BaseForm), request.holder().id, request.browser().cookie
    if not form.validate_on_submit():
        return render_template("own/codes.html", form=form)
    with request.installation().session(None) as session:
        fresh = ways_in.renew_codes(session, me, cookie)
    return setting_up.shown_once(fresh, HOME)


@pages.route(f"{HOME}/<way_id>/ta-bort", methods=["GET", "POST"])
@personal
def remove(way_id: str) -> Page:
    """Remove one of one's own ways in, after a confirmation; never the last one."""
    stepping_up.require()
    form, me, cookie = forms.bind(forms.BaseForm), request.holder().id, request.browser().cookie
    demanded = request.settings().second_factor_demanded
    if form.validate_on_submit() and _try(
        form, lambda session: ways_in.remove(session, me, way_id, cookie, demanded=demanded)
    ):
        return _done("way_removed")
    with request.installation().session(None) as session:
        way = next((one for one in credentials.of(session, me) if one.id == way_id and one.kind in KINDS), None)
    if way is None:
        return redirect(HOME, 303)
    return render_template("own/remove.html", form=form, way=way, kinds=KINDS), 422 if form.is_submitted() else 200


@pages.post(f"{HOME}/sessioner/avsluta")
@personal
def end() -> Response:
    """End one of one's own sessions, or all but this one."""
    stepping_up.require()
    me, cookie, name = request.holder().id, request.browser().cookie or "", http.form.get("name", "")
    with request.installation().session(None) as session:
        if name:
            browser_sessions.end_own(session, me, name)
        else:
            browser_sessions.end_others(session, me, cookie)
    return _done("session_ended" if name else "sessions_ended")


def _kinds() -> frozenset[str]:
    with request.installation().session(None) as session:
        return credentials.kinds_of(session, request.holder().id)


def _knows(form: PasswordForm) -> bool:
    """Whether the password there is now was typed; else the form says so."""
    typed, me = form.password_now.data or "", request.holder()
    proof = proving.by_password(request.installation(), me.username, typed, entering.visitor())
    if proof.account_id is None:
        form.password_now.errors = [WAIT if proof.wait_until else WRONG]
    return proof.account_id == me.id


def _change(form: PasswordForm) -> bool:
    me, cookie, demanded = request.holder().id, request.browser().cookie, request.settings().second_factor_demanded
    chosen = form.password.data or ""
    return _try(form, lambda session: ways_in.change_password(session, me, chosen, cookie, demanded=demanded))


def _add(form: FactorForm) -> Page | None:
    """Keep a new way in and go on, over the recovery codes where there are new ones; None if it did not hold."""
    me, cookie, made = request.holder().id, request.browser().cookie, []
    if not _try(form, lambda session: made.append(setting_up.add(session, form, me, cookie)[0])):
        return None
    receipts.leave("way_added")
    return setting_up.shown_once(made[0], HOME)


def _try(form: forms.BaseForm, deed: Callable[[TenantSession], object]) -> bool:
    """Do something to one's own account; refused, nothing of it is done and the form says why."""
    try:
        with request.installation().session(None) as session:
            deed(session)
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


def _done(code: str) -> Response:
    receipts.leave(code)
    return redirect(HOME, 303)
