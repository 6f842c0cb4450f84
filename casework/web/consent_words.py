"""Where a consent stands, in words."""

from __future__ import annotations

from collections.abc import Mapping

from casework.contract import gettext as _
from casework.core import consent_uses
from casework.core.consent_overview import Standing

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
