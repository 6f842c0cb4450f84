"""Noting that somebody holds something in the journal to be wrong: beside the entry, which stays as it was."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField, ValidationError

from casework.contract import gettext as _
from casework.core import access, answers, objections, reading
from casework.core.actions import Action
from casework.core.objections import Said
from casework.core.permissions import Permission
from casework.web import case_frame, forms, receipts, request
from casework.web.access import requires
from casework.web.entry_lines import lines
from casework.web.sealing import sealing

pages = Blueprint("objections", __name__)


class ObjectionForm(forms.BaseForm):
    """Who objects, when they did, and in which words."""

    person = SelectField(
        _("Vem anser att något är fel?"),
        description=_(
            "Bara den som får veta att ärendet finns går att välja. Den som saknas läggs till under Personer."
        ),
        validate_choice=False,
    )
    received_on = StringField(
        _("Vilken dag sades det eller kom det in?"), description=_("Till exempel i dag eller 20/11.")
    )
    words = TextAreaField(
        _("Vad anser personen är fel, och varför?"),
        description=_("Skriv det som personen säger det. Texten går inte att ändra efteråt."),
    )

    def validate_received_on(self, field: StringField) -> None:
        """The day, as it was meant."""
        if (field.data or "").strip() and answers.day(field.data or "", self.today) is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def said(self) -> Said:
        """What is to be noted."""
        return Said(self.person.data or "", self._day(), self.words.data or "")

    def _day(self) -> date | None:
        return answers.day(self.received_on.data or "", self.today) if (self.received_on.data or "").strip() else None


@pages.route("/arenden/<case_id>/anteckning/<entry_id>/invandning", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def note(case_id: str, entry_id: str) -> Response | tuple[str, int]:
    """Note an objection to an entry, which is shown above what is written."""
    form = forms.bind(ObjectionForm, received_on=request.today().isoformat())
    if form.validate_on_submit():
        with forms.attempt(form):
            objections.note(request.session(), request.actor(), case_id, entry_id, form.said())
            receipts.leave("objected")
            return redirect(f"/arenden/{case_id}/anteckning/{entry_id}", 303)
    return _page(case_id, entry_id, form), 422 if form.is_submitted() else 200


def _page(case_id: str, entry_id: str, form: ObjectionForm) -> str:
    session, write = request.session(), Permission.CASE_WRITE
    case, decision = access.of_case(
        session, request.actor(), write, case_id, Action.CASE_OPENED, detail={"page": "objection"}
    )
    entry = reading.find(decision, case, entry_id)
    people = objections.who_may_object(decision, case)
    form.person.choices = forms.choices(((one.id, one.name) for one in people), _("Välj"))
    url = case_frame.path(case, "anteckning", entry.id)
    return render_template(
        "objections/note.html",
        frame=case_frame.frame(case, decision),
        form=form,
        line=lines(case, decision, [entry], writes=False)[0],
        seal=sealing(case, decision, url),
        back_url=url,
        tab=case_frame.JOURNAL,
    )
