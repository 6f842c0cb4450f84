"""A case's disclosures as a list shows them: ``disclosures/rows.html`` wants what this gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.contract import exchange
from casework.core import cases, disclosed
from casework.core.access import Decision
from casework.web import request
from casework.web.labels import DISCLOSURES, PLACES

if TYPE_CHECKING:
    from casework.core.models import Case


def rows(decision: Decision, case: Case) -> dict[str, Any]:
    """A case's disclosures, the words for where each stands and goes, and forms for what is asked and told outside."""
    outside = [one for one in exchange.FORMS if cases.form_of(request.registry(), case, one.name) is not None]
    found = disclosed.of_case(decision, case)
    return {"disclosures": found, "states": DISCLOSURES, "places": PLACES, "outside": outside}
