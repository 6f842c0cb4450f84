"""Focus areas by municipality: what is on, what switching one on entails, and doing it. Never a figure from a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import InputRequired

from casework.contract import Agency, Field, FocusArea, Sensitivity, State
from casework.contract import gettext as _
from casework.core import access, accounts, activation, awaiting
from casework.core.actions import Action
from casework.core.errors import NotFound, Refused
from casework.core.permissions import Permission
from casework.web import approval_words, forms, receipts, request, stepping_up
from casework.web.access import requires_anywhere
from casework.web.request import Section

if TYPE_CHECKING:
    from casework.core.models import Activation

pages = Blueprint("areas", __name__)

RECEIPTS = {
    "area_asked": _("Det väntar på godkännande av en annan administratör i kommunen. Modulen är inte på än."),
    "area_disabled": _("Modulen är av. Inga nya ärenden kan startas. De som finns går att läsa och avsluta."),
}
AGENCIES = {
    Agency.POLICE: _("Polisen"),
    Agency.SCHOOL: _("Skolan"),
    Agency.RECREATION: _("Fritidsverksamheten"),
}
CLASSES = {
    Sensitivity.OPEN: (_("Öppna"), _("Får räknas i statistik. Aldrig namn eller fritext.")),
    Sensitivity.TEAM: (_("För teamet"), _("Krypterade. Bara de som är namngivna i ärendet kan läsa dem.")),
    Sensitivity.SEALED: (_("Förseglade"), _("Öppnas en och en, med ett skäl varje gång. Varje öppning loggas.")),
}


class EnableForm(forms.WhyForm):
    """The decision to switch a focus area on, for another administrator to approve."""

    sure = BooleanField(
        _("Jag har läst vad det innebär, och kommunen har beslutat det."),
        [InputRequired(_("Kryssa i att kommunen har beslutat det."))],
    )


class DisableForm(forms.BaseForm):
    """The decision to switch a focus area off."""

    sure = BooleanField(
        _("Jag har läst vad det innebär, och kommunen har beslutat det."),
        [InputRequired(_("Kryssa i att kommunen har beslutat det."))],
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A focus area in one municipality: on or off, since when and by whom."""

    code: str
    municipality: str
    is_on: bool
    since: datetime | None
    by: str
    waits: list[approval_words.Item]


@dataclass(frozen=True, slots=True)
class Told:
    """What an agency may be told: never more than somebody chooses to share, case by case."""

    agency: str
    states: list[str]
    fields: dict[str, list[str]]


@pages.get("/moduler")
@requires_anywhere(Permission.AREA_ENABLE)
def matrix() -> str:
    """Every focus area in every municipality the person administers."""
    cells = _cells()
    places = list(dict.fromkeys(cell.municipality for row in cells.values() for cell in row))
    areas = list(request.registry().areas.values())
    return render_template(
        "areas/matrix.html", areas=areas, cells=cells, places=places, receipt=receipts.take(RECEIPTS)
    )


@pages.route("/moduler/<area>", methods=["GET", "POST"])
@requires_anywhere(Permission.AREA_ENABLE)
def area(area: str) -> Response | tuple[str, int]:
    """What a focus area entails, and switching it on or off in one municipality."""
    stepping_up.require_to_send()
    focus, code = request.registry().areas.get(area), http.args.get("kommun", "")
    row = [] if focus is None else _cells()[area]
    cell = next((one for one in row if one.code == code or not code), None)
    if focus is None or cell is None:
        raise _missing()
    form = forms.bind(DisableForm if cell.is_on else EnableForm)
    if form.validate_on_submit() and _decide(cell, area, form):
        receipts.leave("area_disabled" if cell.is_on else "area_asked")
        return redirect(url_for(".matrix"), 303)
    page = render_template("areas/area.html", focus=focus, cell=cell, form=form, told=_told(focus), **_held(focus))
    return page, 422 if form.is_submitted() else 200


def _missing() -> NotFound:
    """What the record remembers of an area or a place that is not there; what was asked for may be any words."""
    for section in request.sections(Permission.AREA_ENABLE):
        return NotFound(access.denial(section.actor, Action.AREA_ENABLED, "area", "", "missing"))
    raise request.NoPost


def _cells() -> dict[str, list[Cell]]:
    """The matrix, by area, each municipality read in a session of its own."""
    found: dict[str, list[Cell]] = {name: [] for name in request.registry().areas}
    for section in request.sections(Permission.AREA_ENABLE):
        current = activation.current(section.session)
        by = {row.disabled_by or row.enabled_by for row in current.values()}
        names = accounts.names(section.session, by)
        for name, row in found.items():
            waits = awaiting.at(section.session, name, "area:enable")
            here = section.code == request.browser().get(request.CHOSEN)  # only there can it be taken back
            items = approval_words.items(section.session, waits, section.actor.id if here else "")
            row.append(_cell(section.code, section.name, current.get(name), names, items))
    return found


def _cell(
    code: str,
    municipality: str,
    row: Activation | None,
    names: dict[str, str],
    waits: list[approval_words.Item],
) -> Cell:
    if row is None:
        return Cell(code, municipality, False, None, "", waits)
    by = names.get(row.disabled_by or row.enabled_by, "")
    return Cell(code, municipality, row.disabled_at is None, row.disabled_at or row.enabled_at, by, waits)


def _decide(cell: Cell, area: str, form: forms.BaseForm) -> bool:
    """Switch over what the person saw; every session is read to its end, so that the one in question commits."""
    decided = False
    for section in request.sections(Permission.AREA_ENABLE):
        if section.code == cell.code and cell.is_on:
            activation.disable(section.session, section.actor, area)
            decided = True
        elif section.code == cell.code:
            decided = _ask(section, area, form)
    return decided


def _ask(section: Section, area: str, form: forms.BaseForm) -> bool:
    """Ask for an area to be switched on; what is refused is said in the form."""
    reason = str(form["reason"].data or "")
    try:
        activation.enable(section.session, request.registry(), section.actor, area, reason=reason)
    except Refused as refused:  # it asks before it writes, and a section is committed as it stands
        form.refuse(refused)
        return False
    return True


def _held(focus: FocusArea) -> dict[str, object]:
    """How many questions of each class the area asks, and the parts its forms are in: from its declaration alone."""
    fields = [field for kind in focus.case_types for form in kind.forms for field in form.fields]
    counted = [(*CLASSES[one], sum(1 for field in fields if field.sensitivity is one)) for one in Sensitivity]
    sections = (form.section or form.label for kind in focus.case_types for form in kind.forms)
    return {"classes": counted, "sections": list(dict.fromkeys(sections))}


def _told(focus: FocusArea) -> list[Told]:
    found = []
    all_states = [state for kind in focus.case_types for state in kind.workflow.states]
    all_forms = [form for kind in focus.case_types for form in kind.forms]
    for agency, label in AGENCIES.items():
        states = _labels(state for state in all_states if agency in state.shared_with)
        by_form = {
            form.label: _labels(field for field in form.fields if agency in field.shared_with) for form in all_forms
        }
        fields = {form: labels for form, labels in by_form.items() if labels}
        if states or fields:
            found.append(Told(label, states, fields))
    return found


def _labels(declared: Iterable[State | Field]) -> list[str]:
    return list(dict.fromkeys(str(one.label) for one in declared))
