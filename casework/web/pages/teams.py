"""Who is in a case: assigned, named, ended, blocked. Whoever may only assign it sees no person and no content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from casework.contract import gettext as _
from casework.core import answers, approvals, awaiting, clock, deciders, namesakes, organisations, steps, teams
from casework.core.permissions import Permission
from casework.core.teams import Team
from casework.web import approval_words, case_frame, case_rows, counting, forms, receipts, request, stepping_up
from casework.web.access import requires

if TYPE_CHECKING:
    from casework.core.models import Account

pages = Blueprint("teams", __name__)

ROLES = {"officer": _("Handläggare"), "co_officer": _("Medhandläggare"), "reader": _("Läsare")}
WHO = [DataRequired(_("Välj en kollega i listan."))]
RECEIPTS = {
    "asked": _("Kollegan är tillfrågad och har fått en uppgift på sin Min dag."),
    "waits": _("Det väntar på godkännande. Inget har ändrats än."),
    "assigned": _("Ärendet är tilldelat."),
    "withdrawn": _("Frågan är tillbakatagen. Kollegan ser inte längre ärendet genom den."),
    "named": _("Kollegan är namngiven i ärendet."),
    "ended": _("Kollegan har inte längre åtkomst genom teamet."),
    "blocked": _("Kollegan är spärrad. Ärendet finns inte längre för den personen."),
}


class AssignForm(forms.WhyForm):
    """Who becomes the case's officer; and why, for who approves it in a protected person's case."""

    account = SelectField(_("Handläggare"), WHO)
    version = HiddenField()


class NameForm(forms.WhyForm):
    """Who is named beside the officer, as what and until when; and why, for who approves it."""

    account = SelectField(_("Vem ska namnges?"), WHO)
    role = RadioField(
        _("Vad ska personen kunna göra?"),
        [InputRequired(_("Välj vad personen ska kunna göra."))],
        choices=forms.choices([("co_officer", _("Läsa och skriva, som medhandläggare")), ("reader", _("Bara läsa"))]),
    )
    may_unseal = RadioField(
        _("Får personen öppna förseglade uppgifter?"),
        [InputRequired(_("Välj om personen får öppna förseglade uppgifter."))],
        choices=forms.choices([("no", _("Nej")), ("yes", _("Ja, med ett skäl varje gång"))]),
        description=_("Till exempel var personen bor. Varje öppning loggas."),
    )
    until = StringField(
        _("Till och med"),
        [Optional()],
        description=_("Till exempel 2026-12-31. Lämna tomt om det gäller tills vidare."),
        render_kw={"size": 12},
    )

    def validate_until(self, field: StringField) -> None:
        """The last day, as it was meant."""
        if answers.day(field.data or "", self.today) is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def last_day(self) -> date | None:
        """The last day in words the program understands, or None."""
        return answers.day(self.until.data or "", self.today)


class BlockForm(forms.BaseForm):
    """Who is blocked, confirmed on its own page."""

    account = SelectField(_("Vem ska spärras?"), WHO)
    sure = BooleanField(
        _("Jag har kontrollerat att det är rätt person."), [InputRequired(_("Kryssa i att det är rätt person."))]
    )


@pages.get("/arenden/<case_id>/team")
@requires(Permission.CASE_OPEN)
def show(case_id: str) -> str:
    """The team of a case; for who may only assign it, nothing but the team."""
    team = teams.team(request.session(), request.actor(), case_id)
    waits = awaiting.at(request.session(), team.case.id, "case:assign", "case:decide", "case:name")
    items = approval_words.items(request.session(), waits, request.actor().id)
    met = namesakes.of_case(request.session(), team.case) if team.may_assign else frozenset()
    met = frozenset() if request.actor().id in met else met  # who may be meant is not told that somebody must not know
    beside = namesakes.beside(request.session(), team.case, met)
    return _page("teams/show.html", team, receipt=receipts.take(RECEIPTS), waits=items, met=met, beside=beside)


@pages.route("/arenden/<case_id>/team/tilldela", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def assign(case_id: str) -> Response | tuple[str, int]:
    """Give the case an officer."""
    team = _assignable(case_id)
    _confirm_where_it_takes_two(case_id)
    form = forms.bind(AssignForm, version=str(team.case.version))
    form.account.choices = forms.choices(_colleagues(team, {team.case.officer_id}), _("Välj kollega"))
    if form.validate_on_submit():
        with forms.attempt(form):
            return _done(case_id, _assign(case_id, form))
    if form.conflict:
        form.version.data = str(team.case.version)
    return _page("teams/assign.html", team, form=form), _status(form)


@pages.route("/arenden/<case_id>/team/namnge", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def name(case_id: str) -> Response | tuple[str, int]:
    """Name a colleague in the case beside its officer."""
    team = _assignable(case_id)
    _confirm_where_it_takes_two(case_id)
    form = forms.bind(NameForm)
    named = {one.id for _member, one in team.members}
    form.account.choices = forms.choices(_colleagues(team, named), _("Välj kollega"))
    if form.validate_on_submit():
        with forms.attempt(form):
            return _done(case_id, _name(case_id, form))
    return _page("teams/name.html", team, form=form), _status(form)


@pages.route("/arenden/<case_id>/team/<member_id>/avsluta", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def end(case_id: str, member_id: str) -> Response | tuple[str, int]:
    """End somebody's place in the case, after a confirmation."""
    team, form = _assignable(case_id), forms.bind(forms.BaseForm)
    found = [(member, account) for member, account in team.members if member.id == member_id]
    if form.validate_on_submit():
        with forms.attempt(form):
            teams.end(request.session(), request.actor(), case_id, member_id)
            return _done(case_id, "ended")
    if not found:
        return redirect(url_for(".show", case_id=case_id), 303)
    return _page("teams/end.html", team, form=form, member=found[0][0], account=found[0][1]), _status(form)


@pages.route("/arenden/<case_id>/team/fragor/<decider_id>/ta-tillbaka", methods=["GET", "POST"])
@requires(Permission.CASE_OPEN)
def withdraw(case_id: str, decider_id: str) -> Response | tuple[str, int]:
    """Take a question to a decider back, after a confirmation."""
    team, form = teams.team(request.session(), request.actor(), case_id), forms.bind(forms.BaseForm)
    found = [(decider, account) for decider, account in team.deciders if decider.id == decider_id]
    if not found or not team.may_withdraw:
        return redirect(url_for(".show", case_id=case_id), 303)
    if form.validate_on_submit():
        with forms.attempt(form):
            deciders.withdraw(request.session(), request.actor(), case_id, decider_id)
            return _done(case_id, "withdrawn")
    return _page("teams/withdraw.html", team, form=form, decider=found[0][0], account=found[0][1]), _status(form)


@pages.route("/arenden/<case_id>/team/sparra", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def block(case_id: str) -> Response | tuple[str, int]:
    """Block a colleague with a conflict of interest, after a confirmation."""
    team, form = _assignable(case_id), forms.bind(BlockForm)
    form.account.choices = forms.choices(_anybody(team), _("Välj person"))
    if form.validate_on_submit():
        with forms.attempt(form):
            teams.block(request.session(), request.actor(), case_id, form.account.data)
            return _done(case_id, "blocked")
    return _page("teams/block.html", team, form=form), _status(form)


def _confirm_where_it_takes_two(case_id: str) -> None:
    """Whoever asks for what must be approved has just proven who they are."""
    if http.method == "POST" and approvals.guards(request.session(), case_id):
        stepping_up.require()


def _assignable(case_id: str) -> Team:
    return teams.team(request.session(), request.actor(), case_id, assigning=True)


def _assign(case_id: str, form: AssignForm) -> str:
    """Assign, or ask for it; the receipt."""
    seen, reason = counting.read(form.version.data), form.reason.data or ""  # none of ours is 0
    asked = teams.assign(request.session(), request.actor(), case_id, form.account.data, seen, reason=reason)
    return "assigned" if asked is None else "waits"


def _name(case_id: str, form: NameForm) -> str:
    """Name, or ask for it; the receipt."""
    last = form.last_day()
    asked = teams.name(
        request.session(),
        request.actor(),
        case_id,
        form.account.data,
        form.role.data,
        may_unseal=form.may_unseal.data == "yes",
        valid_until=clock.FOREVER if last is None else clock.start_of(last + timedelta(days=1)),
        reason=form.reason.data or "",
    )
    return "named" if asked is None else "waits"


def _done(case_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".show", case_id=case_id), 303)


def _status(form: forms.BaseForm) -> int:
    return 422 if form.is_submitted() else 200


def _colleagues(team: Team, named: Iterable[str | None]) -> list[tuple[str, str]]:
    """Who can be named: never oneself, never who is blocked."""
    without = {*named, request.actor().id, *(account.id for account in team.blocked)}
    return [_option(one) for one in teams.candidates(request.session()) if one.id not in without]


def _anybody(team: Team) -> list[tuple[str, str]]:
    """Who can be blocked: everybody with a post here that reaches cases, also outside social services."""
    without = {request.actor().id} | {account.id for account in team.blocked}
    return [_option(one) for one in teams.reaching(request.session()) if one.id not in without]


def _option(account: Account) -> tuple[str, str]:
    return account.id, f"{account.name}, {account.title}" if account.title else account.name


def _page(template: str, team: Team, **more: Any) -> str:
    """With the case's frame for who may open it; for anybody else a page that holds number, area, state and officer."""
    frame = None if team.decision is None else case_frame.frame(team.case, team.decision)
    listed = case_rows.one(team.case) if frame is None else None
    around = _place(team) | {"roles": ROLES, "last_day": clock.last_day, "row": listed}
    around["guarded"] = approvals.guards(request.session(), team.case.id)
    return render_template(template, frame=frame, team=team, **around, **more)


def _place(team: Team) -> dict[str, Any]:
    case = team.case
    focus, kind = request.registry().areas.get(case.area), case_frame.kind_of(case)
    states = {} if kind is None else {state.name: state.label for state in kind.workflow.states}
    labels = {} if kind is None else {steps.key_of(step): step.label for step in kind.workflow.transitions}
    units = {unit.id: unit.name for unit in organisations.units(request.session())}
    return {
        "area": case_rows.area_and_kind(case),
        "colour": "" if focus is None else focus.colour,
        "state": states.get(case.state, case.state),
        "unit": units.get(case.unit_id, ""),
        "step_labels": labels,
    }
