"""The usual answers to the forms of the area that the tests of the domain work with."""

from __future__ import annotations

from typing import Any

from casework.core.grounds import catalogue

CHECKED = {"conflict_checked": "yes", "child_in_household": "no"}
ANSWERS: dict[str, dict[str, str]] = {
    "consultation": {"date": "2026-11-24", "contact_type": "call", "theme": "leaving", "question": "Vad gäller?"},
    "registration": CHECKED | {"received_date": "2026-11-24", "origin": "self", "matter": "Vill lämna gänget"},
    "note": {"event_date": "2026-11-24", "event_type": "call", "heading": "Samtal", "text": "Ringde på morgonen"},
    "initial_assessment": {"information_given": "yes", "application_or_child": "yes", "motivation": "high"}
    | {"need_without_exchange": "yes", "no_investigation": "yes"},
    "consent_note": {
        "agencies": "police",
        "what": "status",
        "valid_from": "2026-11-01",
        "valid_until": "2027-05-01",
        "how_given": "written",
    },
    "needs": {"needs.boende": "Behöver bostad"},
    "investigation_summary": {
        "person_view": "Vill sluta",
        "threat_information": "received",
        "assessment": "Behov finns",
        "proposal": "Bevilja",
    },
    "decision_note": {"outcome": "granted", "decided_date": "2026-11-24", "reasons": "Behovet kan inte tillgodoses"},
    "agreement": {"agreement.in_place": "yes", "agreement.valid_until": "2027-02-01"}
    | {"agreement.contact_persons": "Stödteamet, på telefon"},
    "address": {"person.address_post": "Storgatan 1", "person.address_real": "Hemlig gata 2"},
    "safety": {"safety_routine": "Ring alltid två gånger", "safety.agreed_date": "2026-11-24"},
    "threat": {"protection_need": "yes", "threat_level": "high", "threat_summary": "Hotad av tidigare vänner"},
    "protection_assessment": {"assessment.date": "2026-11-24", "assessment.need": "limited"},
    "relocation_decision": {"receiving_basis": "keep", "sealed_team": "yes"},
    "relocation": {"relocation.plan": "Flyttar till hemlig ort"},
    "deviation": {"date": "2026-11-24", "type": "absence"},
    "deviation_assessment": {"date": "2026-11-24", "threat_to_others_checked": "yes"},
    "followup": {"date": "2026-11-24", "goals_reviewed": "yes"},
    "police_status": {"police_status": "ongoing"},
    "closing": {
        "close_reason": "mal_uppnatt",
        "evaluation": "Gick väl",
        "consents_ended": "yes",
        "partners_informed": "yes",
        "sealed_reviewed": "yes",
    },
}


def answered(code: str) -> dict[str, Any]:
    """What a row of the catalogue asks, answered as it must be."""
    rows = [row for row in catalogue.GROUNDS if row.code == code]
    confirmed = {one.asks: one.needed for row in rows for one in row.confirms}
    return {"confirmed": confirmed, "replies": {asks: "Prövat" for row in rows for asks in row.written}}
