"""Choosing one's own password by a one-time link."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from casework.contract import gettext as _
from casework.core import accounts
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.web import forms, request
from casework.web.access import public

pages = Blueprint("enrolment", __name__)


class PasswordForm(forms.BaseForm):
    """A new password, twice."""

    password = PasswordField(
        _("Nytt lösenord"),
        [DataRequired(_("Välj ett lösenord.")), Length(max=512)],
        description=_("Minst 15 tecken. Några ord efter varandra är lätta att minnas."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Lösenordet en gång till"),
        [EqualTo("password", _("Skriv samma lösenord en gång till."))],
        render_kw={"autocomplete": "new-password"},
    )


@pages.route("/valkommen/<token>", methods=["GET", "POST"])
@public
def enrol(token: str) -> Response | str | tuple[str, int]:
    """Let the bearer of a live link choose a password, once."""
    form = forms.bind(PasswordForm)
    with request.installation().session(None) as session:
        account = accounts.invited(session, token)
        done = account is not None and form.validate_on_submit() and _chosen(session, token, form)
    if account is None:
        return render_template("quiet/used_link.html"), 404
    if done:
        return redirect("/logga-in", 303)
    page = render_template("enrolment.html", form=form, name=account.name, username=account.username)
    return page, 422 if form.is_submitted() else 200


def _chosen(session: TenantSession, token: str, form: PasswordForm) -> bool:
    """Whether the password was good enough; else the form says why."""
    try:
        return accounts.enrol(session, token, form.password.data or "") is not None
    except Refused as refused:
        form.refuse(refused)
        return False
