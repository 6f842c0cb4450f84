"""A copy of a case: ordered, and shown once to who ordered it, to be printed and handed over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import awaiting, case_exports, cases, export_files, export_paper, export_rules
from casework.core.case_exports import Offer
from casework.core.export_choices import TO_A_PARTY
from casework.core.export_rules import Wanted
from casework.core.permissions import Permission
from casework.core.vault import Identity
from casework.web import (
    approval_words,
    case_frame,
    forms,
    item_form,
    labels,
    language,
    printed,
    receipts,
    request,
    sending,
    stepping_up,
)
from casework.web.access import requires
from casework.web.item_form import CopyForm

pages = Blueprint("exports", __name__)

RECEIPTS = {
    "ordered": _("Kopian är beställd. Du kan hämta den en gång, inom 24 timmar."),
    "waits": _("Kopian väntar på godkännande. Inget har lämnats ut än."),
}
ARCHIVE = "archive"


class OrderForm(forms.WhyForm):
    """What a copy is for, to whom it goes, what goes along, and how secrecy was assessed."""

    purpose = RadioField(
        _("Vad ska kopian användas till?"),
        [InputRequired(_("Välj vad kopian ska användas till."))],
        choices=forms.choices(one for one in export_rules.PURPOSES if one[0] not in TO_A_PARTY),
    )
    recipient = SelectField(_("Mottagare"), description=_("Används inte när ärendet går till arkivet."))
    entries = SelectMultipleField(
        _("Vad ska gå med?"),
        [Optional()],
        description=_(
            "Läs igenom allt. Namn på andra i ärendet svärtas, men inte det som ändå visar vem det är. "
            "Ta bort det som inte ska lämnas ut."
        ),
    )
    with_sealed = RadioField(
        _("Ska förseglade uppgifter gå med?"),
        [AnyOf(("no", "yes"), _("Välj om förseglade uppgifter ska gå med."))],
        choices=forms.choices([("no", _("Nej")), ("yes", _("Ja, till personen själv eller till arkivet"))]),
    )
    assessment = TextAreaField(
        _("Hur har du prövat sekretessen?"),
        [Length(max=2000, message=_("Korta texten till högst 2 000 tecken."))],
        description=_("Behövs inte för arkivet. Det du skriver förseglas i ärendet."),
    )
    identity = BooleanField(_("Jag har kontrollerat vem mottagaren är."))

    def validate_identity(self, field: BooleanField) -> None:
        """Whoever gets a copy has shown who they are."""
        if self.purpose.data != ARCHIVE and not field.data:
            raise ValidationError(_("Kontrollera vem mottagaren är, och kryssa i det."))

    def wanted(self) -> Wanted:
        """What was ordered."""
        recipient = "" if self.purpose.data == ARCHIVE else self.recipient.data or ""
        chosen, sealed = tuple(self.entries.data or ()), self.with_sealed.data == "yes"
        return Wanted(self.purpose.data or "", recipient, chosen, sealed, self.assessment.data or "")


@pages.route("/arenden/<case_id>/kopia", methods=["GET", "POST"])
@requires(Permission.CASE_EXPORT)
def order(case_id: str) -> Response | tuple[str, int]:
    """Order a copy of the case, and fetch one that may be fetched."""
    stepping_up.require()
    offer = _offer(case_id)
    form = forms.bind(OrderForm, **_defaults(offer))
    _fill(form, offer)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _order(case_id, form.wanted(), form.reason.data or "")
    return _page(offer, form), 422 if form.is_submitted() else 200


@pages.route("/arenden/<case_id>/kopia/prova/<person_id>", methods=["GET", "POST"])
@requires(Permission.CASE_EXPORT)
def by_item(case_id: str, person_id: str) -> Response | tuple[str, int]:
    """Test each item of the case for one recipient, and order the copy that it becomes."""
    stepping_up.require()
    session, registry, actor = request.session(), request.registry(), request.actor()
    offer, recipient, listed = case_exports.to_test(session, registry, actor, case_id, person_id)
    form = item_form.bound(listed, is_subject=person_id == offer.case.subject_id)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _order(case_id, form.wanted(person_id), form.reason.data or "")
    return _items_page(offer, recipient, form), 422 if form.is_submitted() else 200


@pages.post("/arenden/<case_id>/kopia/<export_id>")
@requires(Permission.CASE_EXPORT)
def fetch(case_id: str, export_id: str) -> Response | tuple[str, int]:
    """Show a copy or give it as a PDF, once."""
    stepping_up.require()
    form = forms.blank(forms.BaseForm)
    with forms.attempt(form):
        return _copy(case_id, export_id)
    offer = _offer(case_id)
    fresh = forms.blank(OrderForm)
    fresh.general = form.general
    _fill(fresh, offer)
    return _page(offer, fresh), 422


def _offer(case_id: str) -> Offer:
    return case_exports.offer(request.session(), request.actor(), case_id)


def _defaults(offer: Offer) -> dict[str, Any]:
    """Everything that stands now, to the person the case is about, with nothing that is sealed."""
    subject = offer.case.subject_id or ""
    return {"recipient": subject, "with_sealed": "no", "entries": [one.id for one in offer.entries]}


def _order(case_id: str, wanted: Wanted, reason: str) -> Response:
    session, registry, actor = request.session(), request.registry(), request.actor()
    _made, asked = case_exports.order(session, registry, actor, case_id, wanted, reason=reason)
    receipts.leave("ordered" if asked is None else "waits")
    return redirect(url_for(".order", case_id=case_id), 303)


def _copy(case_id: str, export_id: str) -> Response | tuple[str, int]:
    session, registry, actor = request.session(), request.registry(), request.actor()
    how = case_exports.PDF if http.form.get("how") == case_exports.PDF else case_exports.PAGE
    content = case_exports.hand_out(session, registry, actor, export_id, how, case_id=case_id).content
    if how == case_exports.PDF:
        return printed.pdf(export_paper.pdf(content), "kopia")
    return render_template("exports/copy.html", case_id=case_id, **_words(content)), 200


def _fill(form: OrderForm, offer: Offer) -> None:
    parts = {code: language.translate(words) for code, words in labels.RECIPIENTS.items()}
    people = [(one.id, f"{one.name}, {parts.get(part, part)}") for one, part in offer.recipients]
    subject = [one for one in people if one[0] == offer.case.subject_id]
    form.recipient.choices = forms.choices(subject, _("Arkivet"))
    form.entries.choices = forms.choices((one.id, _entry(offer, one)) for one in offer.entries)


def _entry(offer: Offer, entry: Any) -> str:
    """What an entry is called in the list of what may go along."""
    form = cases.form_of(request.registry(), offer.case, entry.form)
    words = f"{entry.form if form is None else language.translate(form.label)}, {language.day(entry.event_on)}"
    about_others = form is None or form.about_others
    return f"{words} – {language.translate(_('bara till arkivet'))}" if about_others else words


def _page(offer: Offer, form: OrderForm) -> str:
    waits = [one for made in offer.ordered for one in awaiting.at(offer.decision.session, made.id, case_exports.KIND)]
    return render_template(
        "exports/order.html",
        frame=case_frame.frame(offer.case, offer.decision),
        case=offer.case,
        form=form,
        takes_two=offer.takes_two,
        warnings=sending.warnings(offer.decision, offer.case),
        people=[(one.id, one.name, labels.RECIPIENTS.get(part, part)) for one, part in offer.recipients],
        ready=[one for one in offer.ordered if one.approved_at is not None or not one.takes_two],
        purposes=dict(export_rules.PURPOSES),
        ends=export_rules.ends,
        waits=approval_words.items(offer.decision.session, waits, offer.decision.actor.id),
        receipt=receipts.take(RECEIPTS),
    )


def _items_page(offer: Offer, recipient: Identity, form: CopyForm) -> str:
    return render_template(
        "exports/items.html",
        frame=case_frame.frame(offer.case, offer.decision),
        case=offer.case,
        form=form,
        recipient=recipient,
        warnings=sending.warnings(offer.decision, offer.case),
    )


def _words(content: Any) -> dict[str, Any]:
    return {
        "content": content,
        "title": export_files.TITLES[content.purpose],
        "facts": list(export_files.about(content)),
        "parts": export_files.PARTS,
        "notice": export_files.notice(content),
        "not_sealed": export_files.NOT_SEALED,
        "objected": export_files.objected,
        "exchanged": list(export_files.exchanged(content)),
        "what": export_files.what,
        "when": export_paper.when,
    }
