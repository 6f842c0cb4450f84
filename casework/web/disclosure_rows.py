"""A case's disclosures as a list shows them: ``disclosures/rows.html`` wants what this gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.contract import exchange
from casework.contract import gettext as _
from casework.core import answered_requests, cases, disclosed
from casework.core.access import Decision
from casework.core.disclosed import Shown
from casework.core.grounds.situations import PLACES
from casework.web import request
from casework.web.labels import DISCLOSURES

ASKED = {
    "sent": ("wait", _("Inte öppnat av mottagaren")),
    "opened": ("wait", _("Öppnat, väntar på besked")),
    "accepted": ("done", _("Mottagaren tar emot")),
    "declined": ("no", _("Mottagaren avböjer")),
    "answered": ("done", _("Mottagaren har svarat")),
    "taken_back": ("no", _("Taget tillbaka före öppning")),
}
"""Where an answer that was asked for stands, while the recipient may read what was given."""
UNANSWERED = {
    "sent": ("no", _("Öppnades aldrig")),
    "opened": ("no", _("Öppnades, inget besked")),
}
"""The same once they may read it no more."""

REPLIES = {
    "": ("todo", _("Förseglad")),
    "waiting": ("soon", _("Inte besvarad")),
    "disclosed": ("done", _("Besvarad med ett utlämnande")),
    "given": ("done", _("Uppgifter lämnade")),
    "partly": ("done", _("Uppgifter lämnade i delar")),
    "refused": ("no", _("Avslagen")),
    "none": ("done", _("Finns inte")),
}
"""Where a request from outside stands, by its reply."""

if TYPE_CHECKING:
    from casework.core.models import Case


def rows(decision: Decision, case: Case) -> dict[str, Any]:
    """A case's disclosures, the words for where each stands and goes, and forms for what is asked and told outside."""
    outside = [one for one in exchange.FORMS if cases.form_of(request.registry(), case, one.name) is not None]
    found = disclosed.of_case(decision, case)
    asked = {"requests": answered_requests.of_case(decision, case), "replies": REPLIES}
    return {"disclosures": found, "states": DISCLOSURES, "places": PLACES, "outside": outside, "stands": stands} | asked


def stands(one: Shown) -> tuple[str, str] | None:
    """How it stands with the answer that was asked for, as mark and word; None where none was, or nothing is given."""
    if one.handover is None:
        return None
    if one.handover.state in UNANSWERED and one.state != "performed":
        return UNANSWERED[one.handover.state]
    return ASKED[one.handover.state]
