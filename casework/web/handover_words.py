"""Words for what is handed over: its kind, where it stands, and the municipality in which it is read."""

from __future__ import annotations

from flask import request as http
from wtforms import HiddenField

from casework.contract import gettext as _
from casework.core.db import new_id
from casework.core.handover_covers import Cover
from casework.web import forms, labels, request

KINDS = {
    "report": _("Orosanmälan"),
    "question": _("Fråga"),
    "disclosure": _("Uppgifter från socialtjänsten"),
}
STATES = {
    "sent": ("todo", _("Inte öppnad")),
    "opened": ("now", _("Öppnad")),
    "accepted": ("done", _("Mottagen")),
    "declined": ("no", _("Inte mottagen")),
    "answered": ("done", _("Besvarad")),
    "assessed": ("done", _("Bedömd")),
    "taken_back": ("no", _("Tillbakatagen")),
}
"""The mark and the word of each state; both sides read the same."""
AGENCIES = {
    "police": _("Polisen"),
    "school": _("Skolan"),
    "recreation": _("Fritidsverksamheten"),
    "social_services": _("Socialtjänsten"),
}
GIVEN = {
    "kinds": KINDS,
    "states": STATES,
    "agencies": AGENCIES,
    "roles": labels.ROLES,
}
"""What the templates look words up in."""
OWED = {
    "read": _("Läs det som har kommit in"),
    "answer": _("Svara på frågan"),
    "feedback": _("Lämna återkoppling till den som anmälde"),
}
"""What an officer owes for what a case has taken on."""
PLACE = "kommun"
"""The part of an address that says in which of somebody's municipalities it is."""


class TokenForm(forms.BaseForm):
    """A form with a name of its own, so that sending it twice does its deed once."""

    token = HiddenField(default=new_id)


def enter(place: str = "") -> None:
    """Work in the municipality that is named, or that the address names, where the person holds a post in it."""
    code = place or http.args.get(PLACE)
    if code and code != request.browser().get(request.CHOSEN):
        request.choose(code)


def title(cover: Cover) -> str:
    """What it is, from whom; never what it says."""
    return KINDS[cover.kind]
