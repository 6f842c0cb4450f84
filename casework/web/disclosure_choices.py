"""What can be chosen among in the form of a disclosure, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.contract import gettext as _
from casework.core.disclosure_rules import HERE
from casework.core.grounds.situations import PLACES, Place
from casework.web import language

if TYPE_CHECKING:
    from casework.core.models import Account, Handover


def question(asked: Handover) -> str:
    """A question that it may answer: by its reference and who asked, and nothing of what it says."""
    where = language.translate(PLACES[Place(asked.sender_agency)])
    return language.translate(_("Frågan {reference}, {place}")).format(reference=asked.reference, place=where)


def whom(place: Place, account: Account | None) -> str:
    """A recipient: by their agency and name, or by the agency alone."""
    if place is HERE and account is None:
        return language.translate(_("En annan socialnämnd i kommunen"))
    where = language.translate(PLACES[place])
    if account is None:
        return language.translate(_("{place}, någon utan konto här")).format(place=where)
    return f"{where}: {account.name}"
