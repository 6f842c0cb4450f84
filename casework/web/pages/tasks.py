"""What is to be done in a case: added here, ticked off and taken back from any page that shows it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from casework.contract import gettext as _
from casework.core import access, answers, tasks, teams
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.audit import Detail
from casework.core.permissions import Permission
from casework.web import case_frame, forms, holding, receipts, request
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("tasks", __name__)
RECEIPTS = {"task_added": _("Uppgiften är tillagd. Den syns på Min dag för den som ska göra den.")}


class TaskForm(forms.BaseForm):
    """What is to be done, by when and by whom."""

    what = StringField(
        _("Vad ska göras?"),
        [DataRequired(_("Skriv vad som ska göras.")), Length(max=300)],
        description=_("Texten syns på Min dag. Skriv inget namn och ingen plats."),
    )
    due_on = StringField(_("Senast"), [Optional()], description=_("Till exempel 2026-11-20, 20/11 eller i morgon."))
    account = SelectField(_("Vem gör det?"), [DataRequired(_("Välj någon som är namngiven i ärendet."))])

    def validate_due_on(self, field: StringField) -> None:
        """The day, as it was meant."""
        if answers.day(field.data or "", self.today) is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def day(self) -> date | None:
        """The day in words the program understands, or None."""
        return answers.day(self.due_on.data or "", self.today)


@pages.route("/arenden/<case_id>/att-gora", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def add(case_id: str) -> Response | tuple[str, int]:
    """The case's tasks, and a new one."""
    case, decision = _open(case_id)
    form = forms.bind(TaskForm, account=request.actor().id)
    form.account.choices = forms.choices(_named(case), _("Välj"))
    if form.validate_on_submit():
        with forms.attempt(form):
            session, what = request.session(), form.what.data or ""
            tasks.add(session, request.actor(), case_id, what, form.day(), form.account.data)
            receipts.leave("task_added")
            return redirect(url_for(".add", case_id=case_id), 303)
    return _page(case, decision, form), 422 if form.is_submitted() else 200


@pages.post("/att-gora/<task_id>/klar")
@requires(Permission.DAY_READ)
def finish(task_id: str) -> Response:
    """Tick a task off, and go back to the page that showed it, which offers to undo it."""
    task = tasks.finish(request.session(), request.actor(), task_id)
    return _back(task.case_id)


@pages.post("/att-gora/<task_id>/angra")
@requires(Permission.DAY_READ)
def reopen(task_id: str) -> Response:
    """Take back that a task is done."""
    task = tasks.reopen(request.session(), request.actor(), task_id)
    return _back(task.case_id)


def _open(case_id: str) -> tuple[Case, Decision]:
    page: Detail = {"page": "tasks"}
    session, actor = request.session(), request.actor()
    return access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.CASE_OPENED, detail=page)


def _back(case_id: str) -> Response:
    return redirect(holding.page_left() or url_for("case.overview", case_id=case_id), 303)


def _named(case: Case) -> list[tuple[str, str]]:
    named = teams.members(request.session(), case)
    return list({account.id: (account.id, account.name) for _member, account in named}.values())


def _page(case: Case, decision: Decision, form: TaskForm) -> str:
    found = tasks.of_case(decision, case)
    return render_template(
        "tasks/add.html",
        frame=case_frame.frame(case, decision),
        case=case,
        form=form,
        to_do=[one for one in found if one.task.done_at is None],
        done=[one for one in found if one.task.done_at is not None],
        names=dict(_named(case)),
        today=request.today(),
        receipt=receipts.take(RECEIPTS),
    )
