"""Nycklar: two administrators order what the operator's command does with the municipality's keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from casework.contract import gettext as _
from casework.core import awaiting
from casework.core.key_operations import orders
from casework.core.permissions import Permission
from casework.web import approval_words, forms, labels, receipts, request, stepping_up
from casework.web.access import requires

pages = Blueprint("key_orders", __name__)

RECEIPTS = {"asked": _("Det väntar på godkännande av en annan administratör. Inget har ändrats än.")}


class MoveForm(forms.WhyForm):
    """Where the keys are to lie, and why."""

    to = RadioField(_("Vart ska nycklarna flyttas?"), [InputRequired(_("Välj vart nycklarna ska flyttas."))])
    renew = BooleanField(_("Gör en ny rotnyckel först."), description=_("Bara för nyckelfilen."))


@pages.get("/nycklar")
@requires(Permission.KEYS_ORDER)
def index() -> str:
    """What may be ordered, and what waits."""
    return _page("key_orders/index.html", receipt=receipts.take(RECEIPTS))


@pages.route("/nycklar/byt", methods=["GET", "POST"])
@requires(Permission.KEYS_ORDER)
def rotate() -> Response | tuple[str, int]:
    """Ask for a new main key."""
    return _order("key_orders/rotate.html", orders.order_rotation)


@pages.route("/nycklar/forsegla", methods=["GET", "POST"])
@requires(Permission.KEYS_ORDER)
def reseal() -> Response | tuple[str, int]:
    """Ask for new keys of every case and person."""
    return _order("key_orders/reseal.html", orders.order_resealing)


@pages.route("/nycklar/flytta", methods=["GET", "POST"])
@requires(Permission.KEYS_ORDER)
def move() -> Response | tuple[str, int]:
    """Ask for the keys to be moved under another root."""
    stepping_up.require_to_send()
    form = forms.bind(MoveForm)
    form.to.choices = forms.choices((name, labels.ROOTS.get(name, name)) for name in orders.providers())
    if form.validate_on_submit():
        with forms.attempt(form):
            _move(form)
            return _done()
    return _page("key_orders/move.html", form=form), 422 if form.is_submitted() else 200


def _order(template: str, deed: Callable[..., object]) -> Response | tuple[str, int]:
    """The page of an order that nothing is chosen in."""
    stepping_up.require_to_send()
    form = forms.bind(forms.WhyForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            deed(request.session(), request.actor(), reason=form.reason.data or "")
            return _done()
    return _page(template, form=form), 422 if form.is_submitted() else 200


def _move(form: MoveForm) -> None:
    session, actor, reason = request.session(), request.actor(), form.reason.data or ""
    orders.order_move(session, actor, form.to.data, renew=bool(form.renew.data), reason=reason)


def _done() -> Response:
    receipts.leave("asked")
    return redirect(url_for(".index"), 303)


def _page(template: str, **more: Any) -> str:
    session, me = request.session(), request.actor().id
    waits = [one for at in orders.PLACES for one in awaiting.at(session, *at)]
    return render_template(template, waits=approval_words.items(session, waits, me), **more)
