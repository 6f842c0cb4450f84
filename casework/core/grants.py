"""The seal on a membership: one that was put in or altered past the program grants nothing."""

from __future__ import annotations

import logging

from casework.core import crypto, keys
from casework.core.db import TenantSession
from casework.core.models import Membership

log = logging.getLogger("casework")


def seal(session: TenantSession, membership: Membership) -> None:
    """Seal a membership as it is now; whoever grants, changes or ends one calls this last."""
    membership.mac = _mac(session, membership)


def is_genuine(session: TenantSession, membership: Membership) -> bool:
    """Whether a membership is what the program wrote; one that is not is named in the server's log by its id."""
    genuine = membership.mac is not None and crypto.same(membership.mac, _mac(session, membership))
    if not genuine:
        log.error("membership_forged %s %s", membership.municipality, membership.id)
    return genuine


def _mac(session: TenantSession, membership: Membership) -> bytes:
    one = membership
    limits = (moment.isoformat(timespec="microseconds") for moment in (one.valid_from, one.valid_until))
    return crypto.mac(
        keys.of(session).municipality(session, "grants").secret,
        "membership/v1",
        *(session.municipality, one.id, one.account_id, one.role, one.level, one.unit_id, *limits, one.granted_by),
        *(("emergency",) if one.emergency else ()),
    )
