"""One's own settings, and where one is told that there is something to read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional

from casework.contract import gettext as _
from casework.core import browser_sessions, mail_addresses
from casework.core.errors import Refused
from casework.web import forms, request, stepping_up
from casework.web.access import personal

pages = Blueprint("own", __name__)


class OwnForm(forms.BaseForm):
    """What everybody may choose for themselves."""

    shortcuts = BooleanField(
        _("Använd kortkommandon"), description=_("Tangenterna gäller aldrig när du skriver i ett fält.")
    )


class MailForm(forms.BaseForm):
    """Where one wants to be told that there is something to read."""

    address = StringField(
        _("Din e-postadress i arbetet"),
        [Optional(), Length(max=mail_addresses.LONGEST, message=_("Korta adressen till högst 254 tecken."))],
        description=_("Lämna tomt om du inte vill ha några brev."),
        render_kw={"type": "email", "autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )


@pages.route("/installningar", methods=["GET", "POST"])
@personal
def settings() -> Response | str:
    """Shortcuts on or off."""
    form = forms.bind(OwnForm, shortcuts=request.holder().shortcuts)
    if form.validate_on_submit():
        with request.borrowed() as session:
            browser_sessions.choose_shortcuts(session, request.holder().id, on=form.shortcuts.data)
        return redirect("/installningar?sparat=1", 303)
    return render_template("own/settings.html", form=form, saved="sparat" in http.args)


@pages.route("/installningar/e-post", methods=["GET", "POST"])
@personal
def mail() -> Response | tuple[str, int]:
    """Where letters go; a confirmation first, so that nobody else can silence them."""
    stepping_up.require()
    me = request.holder().id
    with request.installation().session(None) as session:
        kept = mail_addresses.of(session, me) or ""
    form = forms.bind(MailForm, address=kept)
    if form.validate_on_submit() and _chosen(form, me):
        return redirect("/installningar?sparat=1", 303)
    return render_template("own/mail.html", form=form), 422 if form.is_submitted() else 200


def _chosen(form: MailForm, me: str) -> bool:
    """Keep the address; False, and the form says why, where it is none."""
    try:
        with request.installation().session(None) as session:
            mail_addresses.choose(session, me, form.address.data or "")
    except Refused as refused:
        form.refuse(refused)
        return False
    return True
