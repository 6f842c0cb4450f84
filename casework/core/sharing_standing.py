"""Whether a status permission is read at this moment: its ground, the consents and the protection are asked anew.

A birthday, a new guardian, a no in the register, a ground that is switched off or a protection that takes two people
changes it, and no job has to run.
"""

from __future__ import annotations

import json
from datetime import datetime

from casework.core import approvals, consent_rules, sharing, sharing_grounds
from casework.core.access import Decision
from casework.core.models import Case, StatusPermission
from casework.core.registry import Registry


def going_on(decision: Decision, registry: Registry, case: Case) -> list[tuple[StatusPermission, datetime]]:
    """The status permissions of a case that are read at this moment, with the moment each ends."""
    now = decision.session.now
    found = sharing.of_case(decision.session, case)
    return [(one, end) for one, end in found if one.valid_from <= now < end and is_read(decision, registry, one, case)]


def is_read(decision: Decision, registry: Registry, shared: StatusPermission, case: Case) -> bool:
    """Whether one that has not ended is shown to its readers, as far as it is the same for all of them."""
    return not approvals.guards(decision.session, case.id) and rests(decision, registry, shared, case)


def rests(decision: Decision, registry: Registry, shared: StatusPermission, case: Case) -> bool:
    """Whether what it rests on holds at this moment; what was permitted in free text rests on nothing."""
    if shared.ground == sharing_grounds.OTHER:
        return sharing_grounds.holds(decision, case, shared.agency, shared.ground_code or "")
    if not sharing_grounds.on_consent(decision, case, shared.agency):
        return False
    if shared.ground == sharing_grounds.NOTE:
        return consent_rules.notes_count(decision, case, decision.session.now)
    asked, now = sharing.kinds(registry, case, json.loads(shared.fields)), decision.session.now
    return consent_rules.coverage(decision, case, shared.agency, asked, now).complete
