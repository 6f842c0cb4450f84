"""The register of consents of a case: who has been asked, what they answered, and what stops when they withdraw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response

from casework.contract import gettext as _
from casework.core import (
    access,
    accounts,
    consent_endings,
    consent_overview,
    consent_papers,
    consent_print,
    consent_register,
    consent_rules,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.consent_overview import Consequence, Line
from casework.core.permissions import Permission
from casework.web import case_frame, consent_forms, forms, labels, receipts, request
from casework.web.access import requires
from casework.web.consent_forms import AnswerForm, AskForm
from casework.web.consent_words import SHARINGS, STANDINGS

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("consents", __name__)

RECEIPTS = {
    "consent_drafted": _("Utkastet är sparat. Ingen är tillfrågad än."),
    "consent_asked": _("Det står nu att samtycket är efterfrågat. Registrera svaret när du har fått det."),
    "consent_discarded": _("Utkastet är slängt."),
    "consent_given": _("Samtycket är registrerat."),
    "consent_refused": _("Det står nu att svaret blev nej. Det ni frågade om får inte lämnas med stöd av samtycke."),
    "consent_refused_ends": _(
        "Det står nu att svaret blev nej. Personens tidigare samtycke till samma sak har upphört, "
        "och det som vilade på det."
    ),
    "paper_added": _("Papperet är sparat och förseglat. Lämna inget kvar på datorn du skannade till."),
    "consent_withdrawn": _("Samtycket är återkallat. Det som vilade på det har upphört."),
}
DRAFT = "draft"
"""The button that keeps the question without noting that it was asked."""


@pages.get("/arenden/<case_id>/samtycken")
@requires(Permission.CASE_READ)
def index(case_id: str) -> str:
    """Every consent of the case, and for each agency whether all that are needed agree."""
    case, decision = _open(case_id, Permission.CASE_READ)
    register = consent_overview.of_case(decision, case)
    return _page("consents/index.html", case, decision, register=register, receipt=receipts.take(RECEIPTS))


@pages.route("/arenden/<case_id>/samtycken/nytt", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def new(case_id: str) -> Response | tuple[str, int]:
    """Write down whom to ask for what, and that they have been asked."""
    case, decision = _open(case_id, Permission.CASE_WRITE)
    form = consent_forms.asking(decision, case)
    if form.is_submitted() and consent_forms.is_right(form, decision, case):
        with forms.attempt(form):
            _ask(case_id, form)
            return redirect(url_for(".index", case_id=case_id), 303)
    page = _page("consents/new.html", case, decision, form=form, closed=_closed(decision, case))
    return page, 422 if form.is_submitted() else 200


@pages.get("/arenden/<case_id>/samtycken/<consent_id>")
@requires(Permission.CASE_READ)
def show(case_id: str, consent_id: str) -> str:
    """One consent: what was asked for, what was answered and to whom, and what rests on it."""
    case, decision = _open(case_id, Permission.CASE_READ)
    return _shown(case, decision, consent_id, forms.blank(forms.BaseForm))


@pages.post("/arenden/<case_id>/samtycken/<consent_id>/fraga")
@requires(Permission.CASE_WRITE)
def ask(case_id: str, consent_id: str) -> Response | tuple[str, int]:
    """Note that the person of a draft has been asked."""
    case, decision = _open(case_id, Permission.CASE_WRITE)
    consent_overview.one(decision, case, consent_id)
    form = forms.bind(forms.BaseForm)
    with forms.attempt(form):
        consent_register.request(request.session(), request.actor(), case_id, consent_id)
        return _done(case_id, consent_id, "consent_asked")
    return _shown(case, decision, consent_id, form), 422


@pages.route("/arenden/<case_id>/samtycken/<consent_id>/slang", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def discard(case_id: str, consent_id: str) -> Response | tuple[str, int]:
    """Throw a draft away, after being asked once."""
    case, decision, line = _one(case_id, consent_id)
    form = forms.bind(forms.BaseForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            consent_register.discard(request.session(), request.actor(), case_id, consent_id)
            receipts.leave("consent_discarded")
            return redirect(url_for(".index", case_id=case_id), 303)
    return _form_page("consents/discard.html", case, decision, form, line=line)


@pages.route("/arenden/<case_id>/samtycken/<consent_id>/svar", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def answer(case_id: str, consent_id: str) -> Response | tuple[str, int]:
    """Write down what the person answered, received by oneself."""
    case, decision, line = _one(case_id, consent_id)
    form, taken = forms.bind(AnswerForm), consent_endings.contradicted(decision, case, line.consent)
    if form.validate_on_submit():
        with forms.attempt(form):
            consent_register.answer(request.session(), request.actor(), case_id, consent_id, form.said())
            return _done(case_id, consent_id, _answered(form.said().given, bool(taken)))
    more = _replaces(case, decision, line) | {
        "taken": [consent_overview.one(decision, case, one.id) for one in taken],
        "denied": consent_overview.consequence(decision, case, *taken),
    }
    return _form_page("consents/answer.html", case, decision, form, line=line, **more)


@pages.route("/arenden/<case_id>/samtycken/<consent_id>/aterkalla", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def withdraw(case_id: str, consent_id: str) -> Response | tuple[str, int]:
    """Write down that the person takes their consent back; the page says beforehand what that stops."""
    case, decision, line = _one(case_id, consent_id)
    form = forms.bind(forms.BaseForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            consent_register.withdraw(request.session(), request.actor(), case_id, consent_id)
            return _done(case_id, consent_id, "consent_withdrawn")
    after = consent_overview.consequence(decision, case, line.consent)
    return _form_page("consents/withdraw.html", case, decision, form, line=line, after=after)


@pages.route("/arenden/<case_id>/samtycken/<consent_id>/fornya", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def renew(case_id: str, consent_id: str) -> Response | tuple[str, int]:
    """Ask the same person anew, before their consent ends; the old one holds until the new one is given."""
    case, decision, line = _one(case_id, consent_id)
    form = consent_forms.renewing(decision, line)
    if form.is_submitted() and consent_forms.is_right(form, decision, case, line):
        with forms.attempt(form):
            _ask(case_id, form, line)
            return redirect(url_for(".index", case_id=case_id), 303)
    return _form_page("consents/new.html", case, decision, form, line=line)


def _open(case_id: str, permission: Permission) -> tuple[Case, Decision]:
    page: Detail = {"page": "consents"}
    return access.of_case(request.session(), request.actor(), permission, case_id, Action.CASE_OPENED, detail=page)


def _one(case_id: str, consent_id: str) -> tuple[Case, Decision, Line]:
    case, decision = _open(case_id, Permission.CASE_WRITE)
    return case, decision, consent_overview.one(decision, case, consent_id)


def _ask(case_id: str, form: AskForm, line: Line | None = None) -> None:
    """Write down the question to each, and that it was asked unless it is to wait."""
    session, actor, waits = request.session(), request.actor(), http.form.get("knapp") == DRAFT
    for wanted in form.wanted(line):
        earlier = None if line is None else line.consent.id
        made = consent_register.draft(session, actor, case_id, wanted, renews_id=earlier)
        if not waits:
            consent_register.request(session, actor, case_id, made.id)
    receipts.leave("consent_drafted" if waits else "consent_asked")


def _done(case_id: str, consent_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".show", case_id=case_id, consent_id=consent_id), 303)


def _closed(decision: Decision, case: Case) -> list[str]:
    """The names of those whose consent counts and who must not be asked, since they may not know of the case."""
    return [one.identity.name for one in consent_rules.givers(decision, case) if not one.may_be_asked]


def _answered(given: bool, ends: bool) -> str:
    """The receipt of an answer; ``ends`` where a no has taken something back."""
    return "consent_given" if given else "consent_refused_ends" if ends else "consent_refused"


def _replaces(case: Case, decision: Decision, line: Line) -> dict[str, Any]:
    """The consent that a yes replaces, and what stops with it unless the new one carries it."""
    if line.consent.renews_id is None:
        return {"earlier": None}
    earlier = consent_overview.one(decision, case, line.consent.renews_id)
    carried = consent_register.covers(decision, line.consent, earlier.consent)
    after = consent_overview.consequence(decision, case, earlier.consent)
    return {"earlier": earlier, "after": Consequence((), after.stops) if carried else after}


def _shown(case: Case, decision: Decision, consent_id: str, form: forms.BaseForm) -> str:
    line = consent_overview.one(decision, case, consent_id)
    papers = consent_papers.of_consent(decision.session, line.consent)
    named = {line.consent.made_by, line.consent.received_by, line.consent.ended_by, *(one.added_by for one in papers)}
    return _page(
        "consents/show.html",
        case,
        decision,
        form=form,
        line=line,
        papers=papers,
        may_be_signed=consent_print.may_be_signed(decision, case, line),
        may_fetch=access.may_unseal(decision.session, decision.actor, case.id),
        names=accounts.names(decision.session, {one for one in named if one is not None}),
        receipt=receipts.take(RECEIPTS),
    )


def _form_page(template: str, case: Case, decision: Decision, form: forms.BaseForm, **more: Any) -> tuple[str, int]:
    return _page(template, case, decision, form=form, **more), 422 if form.is_submitted() else 200


def _page(template: str, case: Case, decision: Decision, **more: Any) -> str:
    return render_template(
        template,
        frame=case_frame.frame(case, decision),
        case=case,
        agencies=labels.CONSENT_AGENCIES,
        parts=labels.CONSENT_PARTS,
        kinds=dict(consent_rules.KINDS),
        ways=dict(consent_rules.WAYS),
        identities=dict(consent_rules.IDENTITIES),
        sharings=SHARINGS,
        standings=STANDINGS,
        may_write=access.is_reached(decision.session, decision.actor, Permission.CASE_WRITE, case.id),
        **more,
    )
