"""Sets of places that statutes name together."""

from __future__ import annotations

from casework.core.grounds.situations import Place

EVERYBODY = frozenset(Place)
AUTHORITIES = EVERYBODY - {Place.INDIVIDUAL}
SOCIAL = frozenset({Place.SOCIAL_SERVICES, Place.OTHER_SOCIAL_SERVICES})
MUNICIPAL = SOCIAL | {Place.SCHOOL, Place.RECREATION}
SOCIAL_OR_HEALTH = SOCIAL | {Place.HEALTH}
POLICE = frozenset({Place.POLICE})
POLICES = frozenset({Place.POLICE, Place.SECURITY_POLICE})
POLICE_OR_PROSECUTOR = frozenset({Place.POLICE, Place.PROSECUTOR})
LAW_ENFORCEMENT = frozenset({Place.POLICE, Place.SECURITY_POLICE, Place.PROSECUTOR, Place.CUSTOMS})
