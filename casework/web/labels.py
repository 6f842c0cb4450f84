"""Words for codes that several pages show: roles, delegation levels, agencies, places in a case, protection."""

from __future__ import annotations

from casework.contract import Agency, Level
from casework.contract import gettext as _
from casework.core import consent_rules
from casework.core.grounds.ground import Decider
from casework.core.grounds.situations import PLACES, Place
from casework.core.permissions import Role

ROLES = {
    Role.CASE_OFFICER: _("Handläggare"),
    Role.TEAM_LEAD: _("Enhetschef"),
    Role.INTAKE: _("Mottagning"),
    Role.PARTNER: _("Samverkanspart"),
    Role.POLICE_LIAISON: _("Polis"),
    Role.ADMINISTRATOR: _("Administratör"),
    Role.LOG_REVIEWER: _("Loggranskare"),
    Role.ARCHIVIST: _("Arkivarie"),
}
LEVELS = {
    Level.H: _("Handläggare"),
    Level.FS: _("Förste socialsekreterare"),
    Level.EC: _("Enhetschef"),
    Level.U: _("Utskott"),
}
DECIDERS = {
    Decider.H: _("Handläggare"),
    Decider.FS: _("Förste socialsekreterare"),
    Decider.EC: _("Enhetschef"),
    Decider.U: _("Utskott"),
    Decider.OTHER: _("Den som lagen eller delegationsordningen pekar ut"),
}
"""Who decides on a legal ground."""
AGENCIES = {
    Agency.SOCIAL_SERVICES: _("Socialtjänsten"),
    Agency.SCHOOL: _("Skolan"),
    Agency.RECREATION: _("Fritidsverksamheten"),
    Agency.POLICE: _("Polisen"),
}
CONSENT_AGENCIES = {code: PLACES[Place(code)] for code in consent_rules.AGENCIES}
"""Whom a consent can name."""
CONSENT_PARTS = {"subject": _("personen själv"), "guardian": _("vårdnadshavare")}
"""Whose consent it is."""
DISCLOSURES = {
    "draft": ("todo", _("Utkast")),
    "assessed": ("wait", _("Väntar på beslut")),
    "approved": ("soon", _("Beslutat, inte lämnat")),
    "performed": ("now", _("Lämnat")),
    "closed": ("done", _("Avslutat")),
    "refused": ("no", _("Inte lämnat")),
    "corrected": ("no", _("Rättat")),
    "lapsed": ("no", _("Beslutet har förfallit")),
    "uncovered": ("done", _("Avslutat")),
    "spoken": ("late", _("Lämnat muntligt, inte godkänt")),
}
"""Where a disclosure stands: the kind of mark, and its words."""
COMMUNICATIONS = {
    "waits": ("wait", _("Väntar på svar")),
    "late": ("late", _("Sista dagen är över")),
    "answered": ("done", _("Besvarat")),
    "none": ("no", _("Inget svar")),
    "left_out": ("no", _("Utelämnat")),
}
"""Where a kommunicering stands: the kind of mark, and its words."""
MEMBERS = {"officer": _("handläggare"), "co_officer": _("medhandläggare"), "reader": _("läsare")}
PROTECTIONS = {
    "0": _("inget skydd"),
    "1": _("sekretessmarkering"),
    "2": _("skyddad folkbokföring"),
    "3": _("fingerade personuppgifter"),
}
PURPOSES = {
    "extract": _("registerutdrag till personen"),
    "party": _("partsinsyn"),
    "archive": _("arkivering"),
    "communication": _("kommunicering före beslut"),
}
"""What a copy of a case is for."""
RECIPIENTS = {
    "": _("arkivet"),
    "subject": _("personen som ärendet gäller"),
    "guardian": _("vårdnadshavare"),
    "child": _("barn"),
    "partner": _("partner"),
    "relative": _("annan närstående"),
}
"""Whom a copy of a case is for: never a counterpart."""
ROOTS = {
    "file": _("nyckelfilen"),
    "file+passphrase": _("nyckelfilen med lösenfras"),
    "vault-transit": _("nyckelservern"),
}
"""Where the key of all keys lies."""
