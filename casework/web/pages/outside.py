"""Start, the first page of somebody outside social services: what waits, what soon ends, and where they read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from casework.core import handovers, notices, received
from casework.core.handover_covers import Cover
from casework.core.permissions import Permission
from casework.core.received import Line
from casework.web import handover_words, notice_lines, request
from casework.web.access import requires_anywhere
from casework.web.counting import in_words
from casework.web.request import Section

pages = Blueprint("outside", __name__)
SOON = timedelta(days=7)
"""How long before its last day something is said to end soon."""


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality: what asks for an answer there, what has not been opened, and what was and soon ends."""

    code: str
    name: str
    waiting: Sequence[Cover]
    unread: Sequence[Line]
    ending: Sequence[Line]

    @property
    def count(self) -> int:
        """How much waits here."""
        return len(self.waiting) + len(self.unread)


@pages.get("/start")
@requires_anywhere(Permission.RECEIVED_READ)
def start() -> str:
    """What waits, from every municipality: sender and time alone, as the lists it is taken from tell them."""
    places = [_place(one) for one in request.sections(Permission.RECEIVED_READ)]
    given = {"places": places, "waits": sum(one.count for one in places), "in_words": in_words}
    return render_template("outside/start.html", told=notice_lines.lines(), **given, **handover_words.GIVEN)


def _place(here: Section) -> Place:
    """What the inbox and the list of what was sent show; whoever sees it here has been told."""
    for kind in ("handover_acute", "handover_waits"):
        notices.read(here.session, here.actor.id, kind)
    inbox = handovers.inbox(here.session, here.actor)
    lines = received.listed(here.session, here.actor)
    unread = [one for one in lines if one.is_new]
    return Place(here.code, here.name, inbox.waiting, unread, [one for one in lines if _ends_soon(one)])


def _ends_soon(line: Line) -> bool:
    return not line.is_new and line.until is not None and line.until - request.today() <= SOON
