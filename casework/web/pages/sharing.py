"""What is shared of a case outside social services: what goes on, what has ended, a new sharing, taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response

from casework.contract import Agency
from casework.contract import gettext as _
from casework.core import (
    access,
    answers,
    consents,
    entries,
    guards,
    organisations,
    reading,
    shared_status,
    sharing,
    sharing_grounds,
    telling,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.errors import Refused
from casework.core.permissions import Permission, Role
from casework.core.reading import Reading
from casework.core.shared_row import Shown
from casework.core.sharing import Offer
from casework.web import (
    case_frame,
    consent_words,
    disclosure_rows,
    forms,
    language,
    receipts,
    request,
    sending,
    stepping_up,
)
from casework.web.access import requires
from casework.web.counting import in_words
from casework.web.disclosure_live import said_no
from casework.web.labels import AGENCIES
from casework.web.share_form import CONSENT, MONTHS, OWN_DAY, ROW, ShareForm, months_on

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("sharing", __name__)

RECEIPTS = {
    "permitted": _("Polisen ser nu det du valde. Delningen upphör av sig själv på slutdagen."),
    "revoked": _("Delningen är återkallad. Polisen ser inte längre uppgifterna här."),
}
SHOW = "visa"
"""The button that shows what the police would see."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as its entry tells it, and whether it holds today."""

    entry: Reading
    is_live: bool


@pages.get("/arenden/<case_id>/delning")
@requires(Permission.CASE_READ)
def index(case_id: str) -> str:
    """What goes on, the consents, and what has ended."""
    case, decision = _open(case_id, Permission.CASE_READ)
    given = shared_status.given(decision, request.registry(), case)
    return _page(
        "sharing/index.html",
        case,
        decision,
        live=[one for one in given if one.ended_at is None],
        ended=[one for one in given if one.ended_at is not None],
        consents=_consents(case, decision),
        **case_frame.read_outside(decision, case),
        **disclosure_rows.rows(decision, case),
        **_may(decision, case),
        receipt=receipts.take(RECEIPTS),
    )


@pages.route("/arenden/<case_id>/delning/ny", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def new(case_id: str) -> Response | tuple[str, int]:
    """Choose what the police may see, look at it, and let them."""
    stepping_up.require_to_send(SHOW)
    case, decision = _open(case_id, Permission.CASE_SHARE)
    offer = sharing.offer(decision, request.registry(), case)
    form, looking = _bound(case, decision, offer), SHOW in http.form
    if not looking and form.is_submitted() and _is_right(form, case, decision):
        with forms.attempt(form):
            sharing.permit(request.session(), request.registry(), request.actor(), case_id, form.chosen())
            receipts.leave("permitted")
            return redirect(url_for(".index", case_id=case_id), 303)
    preview = _preview(case_id, form) if form.is_submitted() or form.held else None
    more = _words(case, decision) | _said(case, decision, form, offer)
    page = _page("sharing/new.html", case, decision, form=form, offer=offer, preview=preview, **more)
    return page, 422 if form.is_submitted() and not looking else 200


@pages.route("/arenden/<case_id>/delning/<shared_id>/aterkalla", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def revoke(case_id: str, shared_id: str) -> Response | str:
    """Take a sharing back, after a confirmation."""
    case, decision = _open(case_id, Permission.CASE_SHARE)
    form = forms.bind(forms.BaseForm)
    given = [one for one in shared_status.given(decision, request.registry(), case) if one.id == shared_id]
    if form.validate_on_submit() or not given:
        sharing.revoke(request.session(), request.actor(), case_id, shared_id)
        receipts.leave("revoked")
        return redirect(url_for(".index", case_id=case_id), 303)
    return _page("sharing/revoke.html", case, decision, form=form, given=given[0])


def _open(case_id: str, permission: Permission) -> tuple[Case, Decision]:
    page: Detail = {"page": "sharing"}
    return access.of_case(request.session(), request.actor(), permission, case_id, Action.CASE_OPENED, detail=page)


def _bound(case: Case, decision: Decision, offer: Offer) -> ShareForm:
    form = forms.bind(ShareForm)
    form.states.choices = forms.choices((state.name, state.label) for state in offer.states)
    form.facts.choices = forms.choices((field.name, field.label) for _form, field in offer.fields)
    form.ground.choices = forms.choices(_grounds(case, decision, offer))
    ends = {count: months_on(request.today(), count) for count in MONTHS}
    spans = [(str(count), _month_label(count, day)) for count, day in ends.items() if day <= offer.longest_until]
    form.until.choices = forms.choices([*spans, (OWN_DAY, _("En egen dag"))])
    return form


def _grounds(case: Case, decision: Decision, offer: Offer) -> list[tuple[str, str]]:
    """The grounds there are to choose from, consent first."""
    told = {one.entry.entry.id: one.entry for one in _consents(case, decision)}
    found = [(CONSENT + one.id, _consent_label(told[one.id])) for one in offer.grounds.notes if one.id in told]
    register = offer.grounds.register
    if offer.grounds.consent_taken and register is not None and register.complete and register.until is not None:
        words = language.translate(_("Samtycken i registret, till och med {day}"))
        found.insert(0, (sharing_grounds.REGISTER, words.format(day=answers.in_words(register.until))))
    others = (one.explained.ground for one in offer.grounds.others)
    return [*found, *((ROW + one.code, f"{language.translate(one.title)}, {one.statute}") for one in others)]


def _is_right(form: ShareForm, case: Case, decision: Decision) -> bool:
    """Whether all is chosen as it must be; what the page and what the domain has against it is said at once."""
    answered = form.validate()
    known = {name for name, errors in form.errors.items() if errors}
    found = sharing.faults(decision, request.registry(), case, form.chosen())
    form.refuse(Refused([one for one in found if form.html_name(str(one.field)) not in known]))
    return answered and not found


def _said(case: Case, decision: Decision, form: ShareForm, offer: Offer) -> dict[str, list[str]]:
    """What the register's consents leave out, and who has said no, where a ground can be chosen that answers it."""
    reserved = consent_words.reserved(decision, case, Agency.POLICE)
    codes = [one.explained.ground.code for one in offer.grounds.others]
    code = next((one for one in codes if one != sharing_grounds.UNNAMED), "")
    found = sharing.against(decision, request.registry(), case, code, form.facts.data or ())
    return {"reserved": reserved, "against": [said_no(one) for one in found]}


def _month_label(count: int, day: date) -> str:
    many = in_words(count)
    words = language.translate_plural("En månad", "%(num)s månader", count) % {"num": many[:1].upper() + many[1:]}
    return language.translate(_("{months}, till och med {day}")).format(months=words, day=language.day(day))


def _consent_label(entry: Reading) -> str:
    words = language.translate(_("Samtycke från {begins}, gäller till och med {ends}"))
    return words.format(begins=entry.answer("valid_from"), ends=entry.answer("valid_until") or "–")


def _consents(case: Case, decision: Decision) -> list[Consent]:
    found = entries.current(decision.session, case, consents.FORM)
    live = {entry.id for entry in found if guards.live_on(entries.answers_of(decision, entry), request.today())}
    shown = reading.read(decision, request.registry(), case, found)
    return [Consent(one, one.entry.id in live) for one in shown]


def _may(decision: Decision, case: Case) -> dict[str, bool]:
    """What the page offers: to ask for a ground and give facts on it, to write a consent, and to tell the police."""
    permissions = {"may_ask": Permission.CASE_SHARE, "may_write": Permission.CASE_WRITE}
    session, actor = request.session(), request.actor()
    may = {name: access.is_reached(session, actor, one, case.id) for name, one in permissions.items()}
    told = {"may_be_told": sharing.may_be_told(request.registry(), case)}
    return may | told | {"may_share": case_frame.may_share(decision, case)}


def _preview(case_id: str, form: ShareForm) -> Shown:
    chosen = form.chosen()
    return shared_status.preview(request.session(), request.registry(), request.actor(), case_id, chosen)


def _words(case: Case, decision: Decision) -> dict[str, Any]:
    """What each choice would show at this moment, so that nobody shares what they have not read."""
    found: dict[str, tuple[str, str]] = {}
    for form, field in sharing.offer(decision, request.registry(), case).fields:
        present = entries.current(decision.session, case, form.name)
        said = entries.answers_of(decision, present[0]).get(field.name) if present else None
        found[field.name] = (form.label, answers.shown(field, said) if said else "")
    return {"now": found, "warnings": sending.warnings(decision, case)}


def _page(template: str, case: Case, decision: Decision, **more: Any) -> str:
    found = organisations.colleagues(decision.session, Agency.POLICE, frozenset({Role.POLICE_LIAISON}))
    names = {account.id: account.name for account, _post in found}
    met = telling.met_in(decision, case, names)
    away = met | access.blocked(decision.session, case.id)  # they are shown nothing of it
    return render_template(
        template,
        frame=case_frame.frame(case, decision),
        case=case,
        agencies=AGENCIES,
        readers=[name for id_, name in names.items() if id_ not in away],
        met=bool(met),
        **more,
    )
