"""Jäv: who is or was blocked in a case, for who may assign it; and a block lifted by the unit's lead."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from casework.contract import gettext as _
from casework.core import access, conflicts, teams
from casework.core.permissions import Permission
from casework.core.teams import Team
from casework.web import case_frame, forms, receipts, request
from casework.web.access import requires

pages = Blueprint("conflicts", __name__)

RECEIPTS = {"lifted": _("Spärren är hävd. Personen ser ärendet först om någon namnger personen.")}


class LiftForm(forms.BaseForm):
    """Why a block is lifted."""

    reason = TextAreaField(
        _("Varför hävs spärren?"),
        [DataRequired(_("Skriv varför spärren hävs.")), Length(max=2000)],
        description=_("Skälet förseglas i ärendet och visas för den som får fördela det."),
        render_kw={"rows": 4},
    )


@pages.get("/arenden/<case_id>/team/jav")
@requires(Permission.CASE_ASSIGN)
def show(case_id: str) -> str:
    """Every block in the case."""
    shown = conflicts.of_case(request.session(), request.actor(), case_id)
    return _page("conflicts/show.html", _team(case_id), shown=shown, receipt=receipts.take(RECEIPTS))


@pages.route("/arenden/<case_id>/team/jav/<block_id>/hav", methods=["GET", "POST"])
@requires(Permission.CONFLICT_LIFT)
def lift(case_id: str, block_id: str) -> Response | tuple[str, int]:
    """Lift a block, for a reason."""
    team, form = _team(case_id), forms.bind(LiftForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            conflicts.lift(request.session(), request.actor(), case_id, block_id, form.reason.data or "")
            receipts.leave("lifted")
            return redirect(url_for(".show", case_id=case_id), 303)
    shown = conflicts.of_case(request.session(), request.actor(), case_id)
    found = [one for one in shown if one.block.id == block_id and one.block.lifted_at is None]
    if not found:
        return redirect(url_for(".show", case_id=case_id), 303)
    return _page("conflicts/lift.html", team, form=form, one=found[0]), 422 if form.is_submitted() else 200


def _team(case_id: str) -> Team:
    return teams.team(request.session(), request.actor(), case_id, assigning=True)


def _page(template: str, team: Team, **more: Any) -> str:
    session, actor, case = request.session(), request.actor(), team.case
    return render_template(
        template,
        team=team,
        frame=None if team.decision is None else case_frame.frame(case, team.decision),
        may_lift=access.is_reached(session, actor, Permission.CONFLICT_LIFT, case.id),
        **more,
    )
