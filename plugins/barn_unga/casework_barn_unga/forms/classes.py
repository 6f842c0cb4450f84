"""How closely the fields of this plugin are kept, and with whom an answer may be shared."""

from casework.contract import Agency, Sensitivity
from casework.contract import gettext as _

OPEN = Sensitivity.OPEN
TEAM = Sensitivity.TEAM

PARTNERS = frozenset({Agency.SCHOOL, Agency.RECREATION, Agency.POLICE})
"""Those who may take part in a case: what they see is what consent covers, and nothing by itself."""

FIRST = _("Grunduppgifter")
MAPPING = _("Kartläggning")
PLAN = _("Plan och insatser")
END = _("Uppföljning och avslut")

AGENCIES = (
    ("school", _("Skolan")),
    ("social_services", _("Socialtjänsten")),
    ("police", _("Polisen")),
    ("recreation", _("Fritidsverksamheten")),
    ("other", _("Någon annan")),
)
