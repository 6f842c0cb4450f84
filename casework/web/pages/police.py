"""What is shared with somebody outside social services, by municipality, each read in a session of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from casework.contract import Agency
from casework.contract import gettext as _
from casework.core import shared_status
from casework.core.permissions import Actor, Permission
from casework.core.shared_status import SharedPage
from casework.web import request
from casework.web.access import requires_anywhere

pages = Blueprint("police", __name__)

NEVER_SHOWN = {
    Agency.POLICE: _("Det här visas aldrig för polisen"),
    Agency.SCHOOL: _("Det här visas aldrig för skolan"),
    Agency.RECREATION: _("Det här visas aldrig för fritidsverksamheten"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality, and what it shares with the reader."""

    code: str
    name: str
    page: SharedPage


@pages.get("/delat")
@requires_anywhere(Permission.SHARED_READ)
def shared() -> str:
    """Exactly what was permitted, and nothing else: no case number, no count, no order that tells anything."""
    return render_template("police/shared.html", **_read())


def _read() -> dict[str, Any]:
    places, heading = [], NEVER_SHOWN[Agency.POLICE]
    for section in request.sections(Permission.SHARED_READ):
        heading = _heading(section.actor)
        page = shared_status.page(section.session, request.registry(), section.actor)
        places.append(Place(section.code, section.name, page))
    return {"places": places, "never_shown": heading}


def _heading(actor: Actor) -> str:
    agency = next((post.agency for post in actor.posts), Agency.POLICE)
    return NEVER_SHOWN.get(Agency(agency), NEVER_SHOWN[Agency.POLICE])
