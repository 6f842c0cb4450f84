"""The cases that somebody of another agency takes part in: a list without names, and the parts of one, read live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from casework.core import notices, partaking
from casework.core.errors import NotFound
from casework.core.partaking import Line, Page
from casework.core.permissions import Permission
from casework.web import request
from casework.web.access import requires_anywhere

pages = Blueprint("partaking", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality, and the cases there that the reader takes part in."""

    code: str
    name: str
    lines: Sequence[Line]


@pages.get("/deltar")
@requires_anywhere(Permission.PARTICIPATION_READ)
def index() -> str:
    """Each case by its random reference; no name, no count, and nothing of what has ended."""
    places = []
    for here in request.sections(Permission.PARTICIPATION_READ):
        notices.read(here.session, here.actor.id, "participation_added")
        places.append(Place(here.code, here.name, partaking.listed(here.session, request.registry(), here.actor)))
    return render_template("partaking/index.html", places=places)


@pages.get("/deltar/<participation_id>")
@requires_anywhere(Permission.PARTICIPATION_READ)
def show(participation_id: str) -> str:
    """The parts of one case that consent covers at this moment; what is ended is answered as what never was."""
    return render_template("partaking/show.html", page=_read(participation_id))


def _read(participation_id: str) -> Page:
    """The page from whichever of the reader's municipalities has it; raises NotFound where none has."""
    found: Page | None = None
    missing: NotFound | None = None
    for here in request.sections(Permission.PARTICIPATION_READ):
        try:
            found = found or partaking.read(here.session, request.registry(), here.actor, participation_id)
        except NotFound as error:
            here.session.rollback()  # nothing was read here, and the next municipality is looked in before it is said
            missing = error
    if found is None:
        raise missing or RuntimeError("whoever has the permission has it in some municipality")
    return found
