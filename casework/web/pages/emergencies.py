"""Nödåtkomst: one case opened for an hour by somebody on duty, and the review that somebody else must close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import emergencies
from casework.core.actions import Action
from casework.core.emergencies import Review
from casework.core.permissions import Permission
from casework.web import case_frame, forms, language, receipts, request
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import AuditEvent, Case

pages = Blueprint("emergencies", __name__)

RECEIPTS = {"reviewed": _("Granskningen är klar och sparad.")}
PLACES = {
    "overview": _("Öppnade översikten"),
    "journal": _("Öppnade journalen"),
    "forms": _("Öppnade uppgifterna"),
    "form": _("Öppnade uppgifterna"),
    "entry": _("Öppnade en anteckning"),
    "sharing": _("Öppnade delningen"),
    "team": _("Öppnade teamet"),
    "people": _("Öppnade personerna"),
}
"""What can be opened in an emergency, by the page that the log names."""


class OpenForm(forms.BaseForm):
    """Which case, and why it cannot wait."""

    term = StringField(
        _("Ärendenummer eller personnummer"),
        [DataRequired(_("Skriv ett helt ärendenummer eller ett helt personnummer.")), Length(max=40)],
        description=_("Skriv hela numret. Går personen i flera ärenden öppnas det som ändrades senast."),
        render_kw={"size": 20},
    )
    category = RadioField(
        _("Varför behöver du öppna ärendet?"),
        [InputRequired(_("Välj varför du behöver öppna ärendet."))],
        choices=forms.choices(emergencies.CATEGORIES),
    )
    words = TextAreaField(
        _("Vad har hänt, och vad behöver du veta?"),
        [DataRequired(_("Skriv vad som har hänt och vad du behöver veta.")), Length(max=4000)],
        description=_("Den som granskar läser det du skriver här."),
        render_kw={"rows": 4},
    )


class ReviewForm(forms.BaseForm):
    """What a review came to."""

    outcome = RadioField(
        _("Vad kom granskningen fram till?"),
        [InputRequired(_("Välj vad granskningen kom fram till."))],
        choices=forms.choices(emergencies.OUTCOMES),
    )
    words = TextAreaField(
        _("Vad kom du fram till, och vad händer nu?"),
        [Optional(), Length(max=4000)],
        description=_("Får vara tomt om nödåtkomsten behövdes."),
        render_kw={"rows": 4},
    )


@pages.route("/nodatkomst", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_OPEN)
def enter() -> Response | tuple[str, int]:
    """Open one case for an hour."""
    form = forms.bind(OpenForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            case = _enter(form)
            return redirect(url_for("case.overview", case_id=case.id), 303)
    return render_template("emergencies/enter.html", form=form), 422 if form.is_submitted() else 200


@pages.get("/nodatkomst/granska")
@requires(Permission.EMERGENCY_REVIEW)
def index() -> str:
    """The openings to review, and those that were."""
    return render_template(
        "emergencies/index.html",
        openings=emergencies.openings(request.session(), request.actor()),
        receipt=receipts.take(RECEIPTS),
        **_labels(),
    )


@pages.route("/nodatkomst/granska/<emergency_id>", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_REVIEW)
def review(emergency_id: str) -> Response | tuple[str, int]:
    """One opening: who, when, why, what was opened; and the outcome."""
    form = forms.bind(ReviewForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            found = form.outcome.data or "", form.words.data or ""
            emergencies.close(request.session(), request.actor(), emergency_id, *found)
            receipts.leave("reviewed")
            return redirect(url_for(".index"), 303)
    read = emergencies.read(request.session(), request.actor(), emergency_id)
    page = render_template("emergencies/review.html", form=form, read=read, acts=list(_acts(read)), **_labels())
    return page, 422 if form.is_submitted() else 200


def _enter(form: OpenForm) -> Case:
    told = (form.term.data or "", form.category.data or "", form.words.data or "")
    return emergencies.enter(request.session(), request.actor(), *told)


def _labels() -> dict[str, Any]:
    return {"categories": dict(emergencies.CATEGORIES), "outcomes": dict(emergencies.OUTCOMES)}


def _acts(read: Review) -> Iterator[tuple[AuditEvent, str]]:
    """What was opened, in words; the opening itself and what only accompanies a page are left out."""
    kind = case_frame.kind_of(read.opening.case)
    labels = {} if kind is None else {form.name: language.translate(form.label) for form in kind.forms}
    for event in read.acts:
        detail = emergencies.detail_of(event)
        if event.action == Action.CASE_OPENED:
            yield event, language.translate(PLACES.get(str(detail.get("page", "")), _("Öppnade ärendet")))
        elif event.action == Action.ENTRY_READ:
            named = ", ".join(labels.get(name, name) for name in detail.get("forms", []))
            yield event, f"{language.translate(_('Läste uppgifter'))}: {named}"
