"""Kommunicering: telling a party what a decision will rest on, sending it, and writing down what came back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError

from casework.contract import gettext as _
from casework.core import (
    access,
    answers,
    awaiting,
    case_exports,
    communication_paper,
    communications,
    export_files,
    export_rules,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.communications import BECAUSE, WAYS, Answer, LeftOut
from casework.core.export_choices import COMMUNICATION
from casework.core.export_rules import Wanted
from casework.core.permissions import Permission
from casework.web import (
    approval_words,
    case_frame,
    forms,
    item_form,
    labels,
    printed,
    receipts,
    request,
    sending,
    stepping_up,
)
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("communications", __name__)

RECEIPTS = {
    "ordered": _("Underlaget är prövat. Skicka det inom 24 timmar."),
    "waits": _("Underlaget väntar på godkännande. Inget har skickats än."),
    "sent": _("Underlaget är skickat och ändras inte mer. Hämta brevet och lämna det till parten."),
    "answered": _("Svaret är antecknat."),
    "left_out": _("Att kommuniceringen utelämnas är antecknat."),
}


class AnswerForm(forms.BaseForm):
    """How a party answered, when, and in which words; or that nothing came."""

    how = RadioField(_("Hur svarade parten?"), choices=forms.choices(WAYS), validate_choice=False)
    received_on = StringField(
        _("Vilken dag kom svaret?"), description=_("Till exempel i dag eller 20/11. Behövs inte om inget svar kom.")
    )
    words = TextAreaField(
        _("Vad svarade parten?"),
        description=_("Förseglas i ärendet och går inte att ändra efteråt. Behövs inte om inget svar kom."),
    )

    def validate_received_on(self, field: StringField) -> None:
        """The day, as it was meant."""
        if (field.data or "").strip() and self._day() is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def said(self) -> Answer:
        """What is to be written down."""
        return Answer(self.how.data or "", self._day(), self.words.data or "")

    def _day(self) -> date | None:
        return answers.day(self.received_on.data or "", self.today) if (self.received_on.data or "").strip() else None


class LeaveOutForm(forms.BaseForm):
    """Who is told nothing before the decision, by which exception, and why."""

    person = SelectField(_("Vem gäller det?"), validate_choice=False)
    because = RadioField(_("Varför utelämnas kommuniceringen?"), choices=forms.choices(BECAUSE), validate_choice=False)
    reason = TextAreaField(
        _("Varför gäller det här?"), description=_("Förseglas i ärendet och går inte att ändra efteråt.")
    )

    def said(self) -> LeftOut:
        """What is to be written down."""
        return LeftOut(self.person.data or "", self.because.data or "", self.reason.data or "")


@pages.get("/arenden/<case_id>/kommunicering")
@requires(Permission.CASE_READ)
def index(case_id: str) -> str:
    """What has been sent, answered and left out, and what may be sent now."""
    case, decision = _open(case_id, Permission.CASE_READ)
    return _index(case, decision, forms.blank(forms.BaseForm))


@pages.route("/arenden/<case_id>/kommunicering/prova/<person_id>", methods=["GET", "POST"])
@requires(Permission.CASE_EXPORT)
def by_item(case_id: str, person_id: str) -> Response | tuple[str, int]:
    """Test each item of the case for one party, and say until when they may answer."""
    stepping_up.require()
    session, registry, actor = request.session(), request.registry(), request.actor()
    offer, recipient, listed = case_exports.to_test(session, registry, actor, case_id, person_id)
    form = item_form.bound_before_decision(listed)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _order(case_id, form.wanted(person_id), form.reason.data or "")
    alone = not export_rules.takes_two(session, offer.case, COMMUNICATION, person_id)
    more = {"recipient": recipient, "alone": alone, "warnings": sending.warnings(offer.decision, offer.case)}
    page = _page("communications/items.html", offer.case, offer.decision, form=form, **more)
    return page, 422 if form.is_submitted() else 200


@pages.post("/arenden/<case_id>/kommunicering/<order_id>/skicka")
@requires(Permission.CASE_EXPORT)
def send(case_id: str, order_id: str) -> Response | tuple[str, int]:
    """Send what was tested, and approved where it takes two."""
    stepping_up.require()
    form = forms.blank(forms.BaseForm)
    with forms.attempt(form):
        made = communications.send(request.session(), request.registry(), request.actor(), case_id, order_id)
        return _done(case_id, made.id, "sent")
    case, decision = _open(case_id, Permission.CASE_EXPORT)
    return _index(case, decision, form), 422


@pages.get("/arenden/<case_id>/kommunicering/<communication_id>")
@requires(Permission.CASE_READ)
def show(case_id: str, communication_id: str) -> str:
    """One of them: what was sent, and what came back."""
    case, decision = _open(case_id, Permission.CASE_READ)
    return _shown(case, decision, communication_id, forms.blank(forms.BaseForm))


@pages.post("/arenden/<case_id>/kommunicering/<communication_id>/brev")
@requires(Permission.CASE_EXPORT)
def letter(case_id: str, communication_id: str) -> Response | tuple[str, int]:
    """Give what was sent as a PDF."""
    stepping_up.require()
    form = forms.blank(forms.BaseForm)
    with forms.attempt(form):
        body = communication_paper.letter(request.session(), request.actor(), case_id, communication_id)
        return printed.pdf(body, "kommunicering")
    case, decision = _open(case_id, Permission.CASE_EXPORT)
    return _shown(case, decision, communication_id, form), 422


@pages.route("/arenden/<case_id>/kommunicering/<communication_id>/svar", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def answer(case_id: str, communication_id: str) -> Response | tuple[str, int]:
    """Write down what a party answered, or that nothing came."""
    form = forms.bind(AnswerForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            communications.answer(request.session(), request.actor(), case_id, communication_id, form.said())
            return _done(case_id, communication_id, "answered")
    case, decision = _open(case_id, Permission.CASE_WRITE)
    one = communications.one(decision, case, communication_id)
    page = _page("communications/answer.html", case, decision, form=form, one=one)
    return page, 422 if form.is_submitted() else 200


@pages.route("/arenden/<case_id>/kommunicering/utelamna", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def leave_out(case_id: str) -> Response | tuple[str, int]:
    """Write down that somebody is told nothing before the decision, and why."""
    form = forms.bind(LeaveOutForm)
    case, decision = _open(case_id, Permission.CASE_WRITE)
    people = communications.parties(decision, case)
    form.person.choices = forms.choices(((one.id, one.name) for one in people), _("Välj"))
    if form.validate_on_submit():
        with forms.attempt(form):
            made = communications.leave_out(request.session(), request.actor(), case_id, form.said())
            return _done(case_id, made.id, "left_out")
    page = _page("communications/leave_out.html", case, decision, form=form)
    return page, 422 if form.is_submitted() else 200


def _open(case_id: str, permission: Permission) -> tuple[Case, Decision]:
    page: dict[str, str | int | bool] = {"page": "communication"}
    return access.of_case(request.session(), request.actor(), permission, case_id, Action.CASE_OPENED, detail=page)


def _order(case_id: str, wanted: Wanted, reason: str) -> Response:
    session, registry, actor = request.session(), request.registry(), request.actor()
    _made, asked = case_exports.order(session, registry, actor, case_id, wanted, reason=reason)
    receipts.leave("ordered" if asked is None else "waits")
    return redirect(url_for(".index", case_id=case_id), 303)


def _index(case: Case, decision: Decision, form: forms.BaseForm) -> str:
    session, me = decision.session, decision.actor
    offer = None
    if access.is_reached(session, me, Permission.CASE_EXPORT, case.id):
        offer = case_exports.offer(session, me, case.id, communicates=True)
    ordered = () if offer is None else offer.ordered
    waits = [one for made in ordered for one in awaiting.at(session, made.id, case_exports.KIND)]
    return _page(
        "communications/index.html",
        case,
        decision,
        form=form,
        told=communications.of_case(decision, case),
        offer=offer,
        ready=[one for one in ordered if one.approved_at is not None or not one.takes_two],
        names={} if offer is None else {one.id: one.name for one, _part in offer.recipients},
        ends=export_rules.ends,
        parts=labels.RECIPIENTS,
        waits=approval_words.items(session, waits, me.id),
        warnings=() if offer is None else sending.warnings(decision, case),
        receipt=receipts.take(RECEIPTS),
    )


def _shown(case: Case, decision: Decision, communication_id: str, form: forms.BaseForm) -> str:
    session, me = decision.session, decision.actor
    one = communications.one(decision, case, communication_id)
    may = access.is_reached(session, me, Permission.CASE_EXPORT, case.id)
    content = communications.content_of(decision, one)
    return _page(
        "communications/show.html",
        case,
        decision,
        form=form,
        one=one,
        content=content,
        digest=communications.digest_of(one, content),
        objected=export_files.objected,
        exchanged=export_files.exchanged,
        what=export_files.what,
        notice=export_files.notice,
        may_write=may,
        warnings=sending.warnings(decision, case) if may and one.order is not None else (),
        receipt=receipts.take(RECEIPTS),
    )


def _page(template: str, case: Case, decision: Decision, **more: object) -> str:
    shown = {"standings": labels.COMMUNICATIONS, "ways": dict(WAYS), "because": dict(BECAUSE)}
    return render_template(template, frame=case_frame.frame(case, decision), case=case, **(shown | more))


def _done(case_id: str, communication_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".show", case_id=case_id, communication_id=communication_id), 303)
