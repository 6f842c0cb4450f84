"""How closely the fields of this plugin are kept, and with whom an answer may be shared."""

from casework.contract import Agency, Sensitivity

OPEN = Sensitivity.OPEN
TEAM = Sensitivity.TEAM
SEALED = Sensitivity.SEALED

POLICE = frozenset({Agency.POLICE})
