"""The papers of a consent: the form to be signed; and signed ones, sealed, for who has just shown who they are."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from casework.contract import gettext as _
from casework.core import access, consent_overview, consent_papers, consent_print, consent_rules
from casework.core.actions import Action
from casework.core.permissions import Permission
from casework.web import case_frame, forms, labels, language, printed, receipts, request, stepping_up
from casework.web.access import requires

pages = Blueprint("consent_papers", __name__)

TYPES = {
    consent_papers.JPEG: ("image/jpeg", "jpg"),
    consent_papers.PDF: ("application/pdf", "pdf"),
    consent_papers.PNG: ("image/png", "png"),
}
"""What a browser is told that a paper is, and how the file that it keeps ends."""


class PaperForm(forms.BaseForm):
    """One scanned or photographed paper, alone in its form: a file cannot be kept while an error is put right."""

    paper = FileField(_("Fil"), description=_("PDF, JPEG eller PNG, högst 1,9 MB. Filens namn sparas inte."))


@pages.route("/arenden/<case_id>/samtycken/<consent_id>/papper", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def add(case_id: str, consent_id: str) -> Response | tuple[str, int]:
    """Take a signed paper in."""
    form = forms.bind(PaperForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            sent = form.paper.data
            content = sent.read() if sent else b""
            consent_papers.add(request.session(), request.actor(), case_id, consent_id, content)
            receipts.leave("paper_added")
            return redirect(url_for("consents.show", case_id=case_id, consent_id=consent_id), 303)
    return _page(case_id, consent_id, form), 422 if form.is_submitted() else 200


@pages.get("/arenden/<case_id>/samtycken/<consent_id>/blankett")
@requires(Permission.CASE_WRITE)
def blank(case_id: str, consent_id: str) -> Response:
    """The form to be signed by hand, filled in with what is asked for, as a PDF."""
    words = {code: language.translate(label) for code, label in labels.CONSENT_AGENCIES.items()}
    made = consent_print.form(request.session(), request.actor(), case_id, consent_id, words)
    return printed.pdf(made, "samtyckesblankett")


@pages.get("/arenden/<case_id>/samtycken/<consent_id>/papper/<paper_id>")
@requires(Permission.CASE_UNSEAL)
def fetch(case_id: str, consent_id: str, paper_id: str) -> Response:
    """Hand a paper out as a file whose name tells nothing."""
    stepping_up.require()
    opened = consent_papers.open_paper(request.session(), request.actor(), case_id, consent_id, paper_id)
    kind, ending = TYPES[opened.kind]
    return printed.file(opened.content, kind, f"samtycke.{ending}")


def _page(case_id: str, consent_id: str, form: PaperForm) -> str:
    session, write, page = request.session(), Permission.CASE_WRITE, {"page": "consents"}
    case, decision = access.of_case(session, request.actor(), write, case_id, Action.CASE_OPENED, detail=dict(page))
    return render_template(
        "consents/paper.html",
        frame=case_frame.frame(case, decision),
        case=case,
        form=form,
        line=consent_overview.one(decision, case, consent_id),
        agencies=labels.CONSENT_AGENCIES,
        parts=labels.CONSENT_PARTS,
        kinds=dict(consent_rules.KINDS),
    )
