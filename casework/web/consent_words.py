"""Where a consent stands, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from casework.contract import gettext as _
from casework.core import consent_register, consent_uses
from casework.core.access import Decision
from casework.core.consent_overview import Standing
from casework.web import language

if TYPE_CHECKING:
    from casework.core.models import Case

STANDINGS: Mapping[Standing | None, tuple[str, str]] = {
    None: ("todo", _("Inte tillfrågad")),
    Standing.DRAFT: ("todo", _("Utkast")),
    Standing.REQUESTED: ("wait", _("Tillfrågad")),
    Standing.REFUSED: ("no", _("Nej")),
    Standing.COMING: ("wait", _("Ja, gäller inte än")),
    Standing.LIVE: ("now", _("Ja")),
    Standing.EXPIRED: ("late", _("Har gått ut")),
    Standing.WITHDRAWN: ("late", _("Återkallat")),
    Standing.REPLACED: ("no", _("Ersatt")),
    Standing.ENDED: ("late", _("Har upphört")),
}
"""The kind of tag and its words for each."""
SHARINGS: Mapping[str, str] = {
    consent_uses.DISCLOSURE: _("utlämnade uppgifter"),
    consent_uses.PARTICIPATION: _("deltar i ärendet"),
    consent_uses.STATUS: _("ärendets status"),
}
"""What goes on, by its kind."""


def reserved(decision: Decision, case: Case, *places: str) -> list[str]:
    """What consents to telling some places leave out or add, for who is about to rest something on them."""
    return in_words(consent_register.reservations(decision, case, frozenset(places)))


def in_words(reservations: Sequence[tuple[str, str]]) -> list[str]:
    """What consents leave out or add, each with whose it is, as sentences."""
    said = language.translate(_("Undantag eller tillägg i samtycket från {name}: {words}"))
    return [said.format(name=name, words=words) for name, words in reservations]
