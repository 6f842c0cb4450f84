"""Pages that exist in tests only: a form, a failure of each kind, pages for some roles."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template_string
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from casework.core import audit
from casework.core.actions import Action
from casework.core.denials import Denial
from casework.core.errors import AuditMissing, Conflict, NotFound, Refused
from casework.core.permissions import Permission
from casework.web import forms, request
from casework.web.access import personal, requires, requires_anywhere

pages = Blueprint("example", __name__)
PAGE = """{% extends "base.html" %}{% block body %}<main id="main">{{ m.form_top(form) }}<h1>Prov</h1>
<form method="post">{{ form.hidden_tag() }}{{ m.field(form.heading) }}{{ m.field(form.text) }}<button>.</button></form>
</main>{% endblock %}"""


class NoteForm(forms.BaseForm):
    heading = StringField("Rubrik", [DataRequired("Skriv en rubrik.")])
    text = TextAreaField("Text", [Optional()])


@pages.route("/prov/anteckning", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def note():
    form = forms.bind(NoteForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            audit.record(request.session(), request.actor(), Action.ENTRY_SIGNED, "entry", "x")
            if form.heading.data == "nekas":
                raise Refused.because("Skriv en annan rubrik.", "heading")
            if form.heading.data == "krock":
                raise Conflict
            if form.heading.data == "sprängs":
                raise RuntimeError(form.text.data)
            return redirect("/prov/klart", 303)
    return render_template_string(PAGE, form=form), (422 if form.is_submitted() else 200)


@pages.post("/prov/anteckning/utkast")
@requires(Permission.CASE_WRITE)
def draft():
    return "", 204


@pages.get("/prov/klart")
@personal
def done():
    return f"{request.actor().municipality}"


@pages.get("/prov/saknas")
@requires(Permission.CASE_LIST)
def missing():
    raise NotFound(Denial(request.actor().id, "case_officer", Action.CASE_OPENED, "case", "hemlig", "case_access"))


@pages.get("/prov/moduler")
@requires(Permission.AREA_ENABLE)
def areas():
    return "moduler"


@pages.get("/prov/alla")
@requires_anywhere(Permission.CASE_LIST)
def everywhere():
    return " ".join(
        f"{section.name}:{section.actor.municipality}" for section in request.sections(Permission.CASE_LIST)
    )


@pages.get("/prov/logg")
@requires(Permission.CASE_LIST)
def unlogged():
    audit.record(request.session(), request.actor(), Action.CASES_LISTED, "list", "cases")
    request.session().info.pop("keyring")
    return "hemligt innehåll"


@pages.get("/prov/loggfel")
@requires(Permission.CASE_LIST)
def unwritten():
    raise AuditMissing("hemligt innehåll")


@pages.get("/prov/fel")
@requires(Permission.CASE_LIST)
def broken():
    raise RuntimeError("Gösta Exempelsson 19940817-9894")
