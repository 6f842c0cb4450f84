"""Mottaget: what was sent to somebody outside social services, by municipality; shown when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from casework.core import access, received
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.permissions import Actor, Permission
from casework.core.received import Line, Opened
from casework.web import request
from casework.web.access import requires_anywhere

pages = Blueprint("received", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality, and what it has sent to the reader."""

    code: str
    name: str
    lines: Sequence[Line]


@pages.get("/mottaget")
@requires_anywhere(Permission.RECEIVED_READ)
def index() -> str:
    """What may be read now, without its content."""
    places = [
        Place(one.code, one.name, received.listed(one.session, one.actor))
        for one in request.sections(Permission.RECEIVED_READ)
    ]
    return render_template("received/index.html", places=places)


@pages.get("/mottaget/<sent_id>")
@requires_anywhere(Permission.RECEIVED_READ)
def show(sent_id: str) -> str:
    """What was sent; that it was opened is remembered on both sides."""
    found = _opened(sent_id)
    return render_template("received/show.html", opened=found[0], sender=found[1])


def _opened(sent_id: str) -> tuple[Opened, str]:
    """It, from whichever of the reader's municipalities sent it; raises NotFound where none did or none does still."""
    found: tuple[Opened, str] | None = None
    for one in request.sections(Permission.RECEIVED_READ):
        if found is None and received.is_there(one.session, one.actor, sent_id):
            found = received.opened(one.session, one.actor, sent_id), one.name
    if found is None:
        reader = Actor(request.holder().id, request.holder().name, None, ())
        raise NotFound(access.denial(reader, Action.RECEIVED_OPENED, "disclosure", sent_id, "missing"))
    return found
