"""A case: its first page, its journal, and its forms."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask import request as http

from casework.core import access, cases
from casework.core.actions import Action
from casework.core.permissions import Permission
from casework.web import case_forms, journal, receipts, request
from casework.web.access import requires
from casework.web.case_frame import FORMS, JOURNAL, OVERVIEW, frame, path
from casework.web.counting import in_words
from casework.web.overview import overview as overview_of
from casework.web.overview import where_it_stands
from casework.web.sealing import sealing

pages = Blueprint("case", __name__)


@pages.get("/arenden/<case_id>")
@requires(Permission.CASE_OPEN)
def overview(case_id: str) -> str:
    """Where the case stands and what comes next."""
    case, decision = cases.open_case(request.session(), request.actor(), case_id, "overview")
    shown = overview_of(case, decision)
    return render_template(
        "case/overview.html",
        case=case,
        seal=sealing(case, decision, path(case)),
        url=path(case),
        receipt=receipts.take(receipts.OF_THE_CASE, number=case.number, **where_it_stands(shown)),
        tab=OVERVIEW,
        frame=frame(case, decision),
        **shown,
    )


@pages.get("/arenden/<case_id>/journal", endpoint="journal")
@requires(Permission.CASE_READ)
def read_journal(case_id: str) -> str:
    """What has been written, the newest first."""
    session, actor, page = request.session(), request.actor(), {"page": "journal"}
    case, decision = access.of_case(session, actor, Permission.CASE_READ, case_id, Action.CASE_OPENED, detail=page)
    chosen, after = http.args.get("typ", ""), http.args.get("fran", "")
    return render_template(
        "case/journal.html",
        seal=sealing(case, decision, journal.address(case, chosen, after)),
        url=path(case, "journal"),
        receipt=receipts.take(),
        tab=JOURNAL,
        frame=frame(case, decision),
        **journal.journal(case, decision, chosen, after),
    )


@pages.get("/arenden/<case_id>/uppgifter")
@requires(Permission.CASE_OPEN)
def forms(case_id: str) -> str:
    """Every form of the case, by section."""
    case, decision = cases.open_case(request.session(), request.actor(), case_id, "forms")
    return render_template(
        "case/forms.html",
        sections=case_forms.sections(case, decision),
        in_words=in_words,
        receipt=receipts.take(),
        tab=FORMS,
        frame=frame(case, decision),
    )


@pages.get("/arenden/<case_id>/uppgifter/<form>", endpoint="form")
@requires(Permission.CASE_OPEN)
def one_form(case_id: str, form: str) -> str:
    """What one form holds now, and what it held before."""
    case, decision = cases.open_case(request.session(), request.actor(), case_id, "form")
    return render_template(
        "case/form.html",
        seal=sealing(case, decision, path(case, "uppgifter", form)),
        receipt=receipts.take(),
        tab=FORMS,
        frame=frame(case, decision),
        **case_forms.one(case, decision, form),
    )
