"""One's own settings."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField

from casework.contract import gettext as _
from casework.core import browser_sessions
from casework.web import forms, request
from casework.web.access import personal

pages = Blueprint("own", __name__)


class OwnForm(forms.BaseForm):
    """What everybody may choose for themselves."""

    shortcuts = BooleanField(
        _("Använd kortkommandon"), description=_("Tangenterna gäller aldrig när du skriver i ett fält.")
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
