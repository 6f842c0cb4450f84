"""The journal of a case: every entry of the forms that are written many times, thirty at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from casework.core import access, entries
from casework.core.access import Decision
from casework.core.permissions import Permission
from casework.web.case_frame import is_repeated, kind_of, path
from casework.web.counting import in_words
from casework.web.entry_lines import begun, lines

if TYPE_CHECKING:
    from casework.core.models import Case, Entry

SIZE = 30


def journal(case: Case, decision: Decision, chosen: str, after: str) -> dict[str, Any]:
    """A page of the journal: of one form if it was chosen, beginning after an entry."""
    writes = access.is_reached(decision.session, decision.actor, Permission.CASE_WRITE, case.id)
    standing = [entry for entry in entries.current(decision.session, case) if is_repeated(case, entry)]
    written = {entry.form for entry in standing}
    kind = kind_of(case)
    declared = [] if kind is None else [form for form in kind.forms if form.name in written]
    of_form = [entry for entry in standing if not chosen or entry.form == chosen]
    first = next((nth + 1 for nth, entry in enumerate(of_form) if entry.id == after), 0)
    page = of_form[first : first + SIZE]
    more = len(of_form) > first + SIZE
    own = (
        [] if after or not writes else [one for one in begun(case, decision) if not chosen or one.entry.form == chosen]
    )
    return {
        "lines": lines(case, decision, page, writes=writes),
        "drafts": [one for one in own if is_repeated(case, one.entry)],
        "kinds": [(form.name, form.label) for form in declared],
        "chosen": chosen,
        "total": len(of_form),
        "in_words": in_words,
        "span": _span(page),
        "newest_url": address(case, chosen, "") if first else "",
        "older_url": address(case, chosen, page[-1].id) if more else "",
    }


def address(case: Case, chosen: str, after: str) -> str:
    """The address of a page of the journal."""
    query = urlencode({name: text for name, text in (("typ", chosen), ("fran", after)) if text})
    return path(case, "journal") + (f"?{query}" if query else "")


def _span(page: list[Entry]) -> tuple[object, object] | None:
    return (page[0].event_on, page[-1].event_on) if page else None
