"""What makes an invented case worth looking at: a threat, a safe way of contact, a consent, a status permission."""

from __future__ import annotations

import random
from datetime import timedelta

from casework.contract.fields import Agency
from casework.core import access, approvals, clock, sharing, sharing_grounds
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Case
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.demo import walks

AREA = "avhoppare"
TOLD = frozenset({"agreement", "active", "followup", "aftercare", "paused"})
"""States of the defector cases that the demonstration lets the police see."""
FORMS: dict[str, dict[str, str]] = {
    "contact": {"person.safe_contact": "Skicka ”hej” i den säkra appen. Ring aldrig efter klockan 18."},
    "threat": {
        "protection_need": "yes",
        "threat_summary": "Två personer i det tidigare nätverket har sökt upp en vän. Polisen vet vilka.",
        "no_go_areas": "Centralstationen och köpcentret vid motorvägen.",
    },
    "police_status": {"police_status": "ongoing"},
    "consent_note": {"agencies": "police", "what": "status"},
}


def enrich(session: TenantSession, registry: Registry, officer: Actor, case: Case, chance: random.Random) -> None:
    """Sign the forms that a defector's case has of these, and permit the police to see how those that are told go."""
    kind = registry.case_type(case.area, case.case_type)
    if kind is None or case.area != AREA or case.state not in TOLD:
        return
    names = {form.name for form in kind.forms}
    for name, extra in FORMS.items():
        if name in names:
            known = {field.name for field in kind.form(name).fields}
            fitting = {field: text for field, text in extra.items() if field in known}
            if name == "police_status" and case.state == "paused":
                fitting = {"police_status": "paused"}
            walks.write(session, registry, officer, case, kind.form(name), chance, fitting)
    opened, decision = access.of_case(session, officer, Permission.CASE_SHARE, case.id, Action.CASE_OPENED)
    notes = sharing_grounds.offered(decision, opened, Agency.POLICE).notes  # none of a child's
    if notes and not approvals.guards(session, case.id):  # there each disclosure takes two people
        sharing.permit(session, registry, officer, case.id, _chosen(session, notes[0].id, chance))


def _chosen(session: TenantSession, consent_id: str, chance: random.Random) -> sharing.Chosen:
    today = clock.today(session.now)
    by_reference = chance.random() < 1 / 2
    return sharing.Chosen(
        states=["active", "agreement", "closed", "followup", "paused"],
        fields=["police_status"],
        recognise="reference" if by_reference else "nothing",
        agreed_reference=f"Lykta {chance.randrange(10, 99)}" if by_reference else "",
        show_area=False,
        ground="consent",
        ground_note="",
        consent_id=consent_id,
        purpose="Samordna stödet inför nästa gemensamma avstämning",
        contact="Mottagningen, 019-000 00 00",
        next_followup=today + timedelta(days=chance.randrange(5, 30)),
        until=today + timedelta(days=90),
    )
