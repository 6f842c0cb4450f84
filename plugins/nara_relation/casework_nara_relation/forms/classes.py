"""How closely the fields of this plugin are kept, with whom an answer may be shared, and the parts of the case page."""

from casework.contract import Agency, Sensitivity
from casework.contract import gettext as _

OPEN = Sensitivity.OPEN
TEAM = Sensitivity.TEAM
SEALED = Sensitivity.SEALED

TO_POLICE = frozenset({Agency.POLICE})

FIRST = _("Grunduppgifter")
RISK = _("Hot och risk")
INQUIRY = _("Utredning")
SUPPORT = _("Plan och insatser")
END = _("Uppföljning och avslut")
