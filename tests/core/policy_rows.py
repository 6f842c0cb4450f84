"""Model cases written into a database many at a time, past every deed, with the access rows that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert

from casework.core import access_rows
from casework.core.clock import FOREVER
from casework.core.crypto import Sealed
from casework.core.db import TenantSession, new_id
from casework.core.models import (
    Case,
    CaseAccess,
    CaseMember,
    CasePerson,
    ConflictBlock,
    Decider,
    Disclosure,
    Emergency,
    Participation,
    StatusPermission,
    Unsealing,
)
from tests.core.policy_model import ModelCase, Place

NOTHING = Sealed(b"nothing opens this")
AT_ONCE = 500


def write(session: TenantSession, made: Mapping[str, ModelCase], subjects: Mapping[str, str] | None = None) -> None:
    """Write model cases by id; what is in them is written as if deeds had done it. ``subjects`` are persons by case."""
    rows: dict[Any, list[dict[str, Any]]] = {}
    for id_, case in made.items():
        subject = None if subjects is None else subjects.get(id_)
        rows.setdefault(Case, []).append(_case(session, id_, case, subject))
        if subject is not None:
            rows.setdefault(CasePerson, []).append(
                {"case_id": id_, "person_id": subject, "role": "subject", "added_at": session.now}
            )
        for model, row in _inside(session, id_, case):
            rows.setdefault(model, []).append(row)
    for model, listed in rows.items():
        tenant = {"municipality": session.municipality}
        for first in range(0, len(listed), AT_ONCE):
            session.execute(insert(model), [tenant | {"id": new_id()} | row for row in listed[first : first + AT_ONCE]])


def fill(session: TenantSession) -> None:
    """Write the access rows anew, all of them, as they must be now."""
    session.execute(delete(CaseAccess).where(CaseAccess.municipality == session.municipality))
    listed = [{"municipality": session.municipality, **row.columns()} for row in access_rows.expected(session)]
    for first in range(0, len(listed), AT_ONCE):
        session.execute(insert(CaseAccess), listed[first : first + AT_ONCE])
    session.expire_all()


def _case(session: TenantSession, id_: str, case: ModelCase, subject: str | None) -> dict[str, Any]:
    return {
        "id": id_,
        "number": case.number,
        "area": "avhoppare",
        "case_type": "avhopp",
        "state": "received" if case.closed_on is None else "closed",
        "state_since": session.now,
        "is_open": case.closed_on is None,
        "unit_id": case.unit,
        "officer_id": case.officer,
        "subject_id": subject,
        "opened_on": session.now.date() - timedelta(days=90),
        "closed_on": case.closed_on,
        "changed_at": session.now,
    }


def _inside(session: TenantSession, case_id: str, case: ModelCase) -> list[tuple[Any, dict[str, Any]]]:
    found: list[tuple[Any, dict[str, Any]]] = []
    for one in case.team:
        named = {"role": one.what, "may_unseal": True, "named_by": "test"}
        found.append((CaseMember, _placed(case_id, one) | named))
    asked = {"transition": "close", "asked_by": "test"}
    found += [(Decider, _placed(case_id, one) | {"forms": one.what} | asked) for one in case.asked]
    for one in case.emergencies:
        opened = {"id": new_id(), "case_id": case_id, "account_id": one.who, "category": "danger", "reason": NOTHING}
        found.append((Emergency, opened | {"opened_at": one.begins, "until": one.ends}))
    for one in case.takes_part:
        let = {"agency": "school", "reference": new_id()[:12], "kinds": NOTHING, "made_by": one.who}
        found.append((Participation, _placed(case_id, one) | let | {"ended_at": one.over}))
    for one in case.judges:
        waits = {"state": "assessed", "decider_id": one.who}
        found.append((Disclosure, _assessed(case_id, one) | waits))
    for one in case.received:
        over = {"state": "performed"} if one.over is None else {"state": "closed", "because": "revoked"}
        given: dict[str, Any] = {
            "account_id": one.who,
            "agency": "school",
            "received": NOTHING,
            "valid_until": one.ends,
        }
        given |= {
            "approved_by": one.who,
            "approved_at": one.begins,
            "performed_by": one.who,
            "performed_at": one.begins,
        }
        found.append((Disclosure, _assessed(case_id, one) | given | over | {"ended_at": one.over}))
    for one in case.opened:
        entry, field = one.what.split(".")
        what = {"entry_id": entry, "field": field, "reason_code": "contact", "at": one.begins, "until": one.ends}
        found.append((Unsealing, {"case_id": case_id, "account_id": one.who, "reason": None} | what))
    for who, lifted in [*((who, False) for who in case.blocked), *((who, True) for who in case.let_in_again)]:
        made = {"case_id": case_id, "account_id": who, "made_at": session.now, "made_by": "test"}
        lift: dict[str, Any] = {"lifted_at": session.now if lifted else None, "lifted_by": "test" if lifted else None}
        found.append((ConflictBlock, made | lift))
    for reference, shared in case.shared.items():
        row = {"valid_from": shared.begins, "valid_until": shared.ends, "ended_at": shared.over}
        found.append((StatusPermission, _told(case_id, reference, shared.agency) | row))
    return found


def _placed(case_id: str, place: Place) -> dict[str, Any]:
    until = FOREVER if place.ends is None else place.ends
    return {"case_id": case_id, "account_id": place.who, "valid_from": place.begins, "valid_until": until}


def _assessed(case_id: str, place: Place) -> dict[str, Any]:
    said = {"wanted": NOTHING, "told": NOTHING, "content_hash": "0" * 64, "ground": "OSL_10_2", "level": "H"}
    made = {"made_by": place.who, "made_at": place.begins, "assessed_by": place.who, "assessed_at": place.begins}
    return {"case_id": case_id, "place": "school", "version": 1, "takes_two": False} | said | made


def _told(case_id: str, reference: str, agency: str) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "agency": agency,
        "reference": reference,
        "states": "[]",
        "fields": "[]",
        "recognise": "nothing",
        "show_area": False,
        "ground": "other",
        "ground_code": "OSL_10_2",
        "purpose": NOTHING,
        "contact": NOTHING,
        "made_by": "test",
    }
