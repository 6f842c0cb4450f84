"""The files that belong together with a case, as far as the reader sees them too, and what may be linked or created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.contract import Related
from casework.core import case_links
from casework.web import case_rows, request
from casework.web.case_rows import CaseRow

if TYPE_CHECKING:
    from casework.core.models import Case


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """Another file: what it is called here, its row, and whether the link may be ended."""

    label: str
    row: CaseRow
    link_id: str
    may_unlink: bool


def shown(case: Case) -> dict[str, Any]:
    """What the pages of a case show of the others; nothing says that there is more than what is shown."""
    session, actor, registry = request.session(), request.actor(), request.registry()
    found = case_links.of_case(session, actor, case)
    rows = case_rows.of([one.case for one in found], {})
    called = {one.case_type: one.label for one in case_links.related(registry, case)}
    return {
        "linked": [
            LinkedRow(
                called.get(one.case.case_type, case_rows.kind_label(one.case)),
                rows[one.case.id],
                one.link.id,
                one.may_unlink,
            )
            for one in found
        ],
        "creatable": case_links.creatable(session, registry, actor, case),
        "may_link": bool(called) and case_links.may_link(session, actor, case),
    }


def wanted(case: Case, kind: str) -> Related | None:
    """The kind of file of that name, if the reader may create one from the case."""
    may = case_links.creatable(request.session(), request.registry(), request.actor(), case)
    return next((one for one in may if one.case_type == kind), None)
