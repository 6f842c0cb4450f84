"""A case's disclosures as a list shows them: ``disclosures/rows.html`` wants what this gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.core import disclosed
from casework.core.access import Decision
from casework.web.labels import DISCLOSURES, PLACES

if TYPE_CHECKING:
    from casework.core.models import Case


def rows(decision: Decision, case: Case) -> dict[str, Any]:
    """A case's disclosures, and the words for where each stands and where it goes."""
    return {"disclosures": disclosed.of_case(decision, case), "states": DISCLOSURES, "places": PLACES}
