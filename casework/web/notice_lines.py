"""Notices as a page shows them: the sentence, the page it is about where there is one, and in which municipality."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from casework.core import notices
from casework.web import request

PAGES = {
    "account_reset": "own_sign_in.show",
    "approval_decided": "approvals.index",
    "approval_waits": "approvals.index",
    "deputy_named": "deputies.index",
    "disclosure_waits": "disclosure_decisions.index",
    "disclosure_wrong": "log_review.index",
    "emergency_opened": "emergencies.index",
    "handover_acute": "handovers.index",
    "handover_kept": "cases.index",
    "handover_told": "sending.index",
    "handover_unassigned": "cases.index",
    "handover_waits": "handovers.index",
    "log_answer": "log_review.index",
    "log_question": "log_questions.index",
    "namesake_met": "cases.index",
    "participation_added": "partaking.index",
    "received_waits": "received.index",
    "sign_in_changed": "own_sign_in.show",
    "sign_in_half": "own_sign_in.show",
    "sign_in_tried": "own_sign_in.show",
}
"""The page that a kind of notice is about; opening it puts the notice away. The others are put away by their button.

So are ``handover_kept`` and ``handover_unassigned``: the list shows which case was changed last, and only reading in
the case is reading it.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice: ``url`` is where it is read, ``place`` the municipality where it is not the chosen one."""

    id: str
    words: str
    url: str
    place: str


def lines() -> list[Line]:
    """What the signed-in person has not read, the latest first; nothing of a municipality that is closed to them."""
    names, here = dict(request.doors()), request.browser().get(request.CHOSEN)
    with request.borrowed() as session:
        found = notices.everywhere(session, request.holder().id)
    shown = []
    for one in found:
        code = one.municipality_code
        if code is not None and code not in names:
            continue
        near = code is None or code == here or one.kind in notices.OWN
        url = url_for(PAGES[one.kind]) if near and one.kind in PAGES else ""
        shown.append(Line(one.id, notices.KINDS[one.kind], url, "" if near or code is None else names[code]))
    return shown
