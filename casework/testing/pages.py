"""Declared forms as a page shows them, for the tests of a plugin."""

from __future__ import annotations

import html
import secrets

from flask import Flask

from casework.contract import Form
from casework.core.installation import Installation
from casework.web.forms import form_for


def unasked(installation: Installation, form: Form) -> list[str]:
    """The fields of a form whose question does not stand on the page."""
    app = Flask("trial", static_folder=None)
    app.secret_key = secrets.token_bytes(32)
    app.extensions["casework"] = installation
    with app.test_request_context():
        inputs = [part for part in form_for(form, draft=False)() if part.type not in {"CSRFTokenField", "HiddenField"}]
        shown = "".join(f"{part.label}{part}" for part in inputs)
    return [field.name for field in form.fields if html.escape(field.label, quote=False) not in shown]
