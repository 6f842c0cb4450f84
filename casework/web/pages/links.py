"""Files that belong together: shown to who sees both, linked, parted, and created one from another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from casework.contract import gettext as _
from casework.core import access, case_links, teams
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.permissions import Permission
from casework.core.registration import Identified
from casework.core.teams import Team
from casework.core.vault import Identity
from casework.web import case_frame, case_rows, forms, linked, receipts, registering, request
from casework.web.access import requires
from casework.web.registering import Beginning, RegisterForm, RegisterPersonForm

if TYPE_CHECKING:
    from casework.contract import Related
    from casework.core.models import Case

pages = Blueprint("links", __name__)

RECEIPTS = {
    "linked": _("Ärendena hör nu ihop."),
    "unlinked": _("Länken är borttagen. Ärendena finns kvar."),
    "created": _("Ärendet är registrerat och hör ihop med det här."),
    "created_apart": _("Våldsutövarens ärende är registrerat. Det väntar på en egen handläggare."),
}
SOMEBODY_ELSE = "annan"


class LinkForm(forms.BaseForm):
    """The number of the other case."""

    number = StringField(
        _("Ärendets nummer"),
        [DataRequired(_("Skriv ärendets nummer.")), Length(max=12)],
        description=_("Till exempel 2026-0147. Du behöver kunna skriva i eller fördela båda ärendena."),
        render_kw={"size": 12},
    )


class AboutForm(RegisterPersonForm):
    """Who another file is about: one of the case's persons, or somebody that is written in."""

    people: ClassVar[dict[str, Identity]] = {}
    person = RadioField(_("Vem gäller ärendet?"), [InputRequired(_("Välj vem ärendet gäller."))])

    def chosen(self) -> str:
        """The id of the person that was chosen, or nothing for somebody else."""
        return self.person.data if self.person.data in self.people else ""

    def who(self) -> Identified:
        """The person that was chosen, as they are known; or as it was written."""
        known = self.people.get(self.person.data or "")
        return super().who() if known is None else Identified(known.number or "", known.name, known.protection)


@pages.get("/arenden/<case_id>/hor-ihop")
@requires(Permission.CASE_OPEN)
def show(case_id: str) -> str:
    """The files that belong together with a case, for who opens or assigns it."""
    team = _team(case_id)
    return _page("links/show.html", team, receipt=receipts.take(RECEIPTS), **linked.shown(team.case))


@pages.route("/arenden/<case_id>/hor-ihop/ny", methods=["GET", "POST"])
@requires(Permission.CASE_OPEN)
def add(case_id: str) -> Response | tuple[str, int]:
    """Link the case with another by its number."""
    team, form = _team(case_id), forms.bind(LinkForm)
    kinds = case_links.related(request.registry(), team.case)
    if not kinds or not case_links.may_link(request.session(), request.actor(), team.case):
        _missing(case_id)
    if form.validate_on_submit():
        with forms.attempt(form):
            number = form.number.data or ""
            case_links.link(request.session(), request.registry(), request.actor(), case_id, number)
            return _done(case_id, "linked")
    return _page("links/add.html", team, form=form, kinds=kinds), _status(form)


@pages.route("/arenden/<case_id>/hor-ihop/<link_id>/ta-bort", methods=["GET", "POST"])
@requires(Permission.CASE_OPEN)
def end(case_id: str, link_id: str) -> Response | tuple[str, int]:
    """End a link, after a confirmation."""
    team, form = _team(case_id), forms.bind(forms.BaseForm)
    found = [one for one in linked.shown(team.case)["linked"] if one.link_id == link_id and one.may_unlink]
    if not found:
        return redirect(url_for(".show", case_id=case_id), 303)
    if form.validate_on_submit():
        with forms.attempt(form):
            case_links.unlink(request.session(), request.actor(), case_id, link_id)
            return _done(case_id, "unlinked")
    return _page("links/end.html", team, form=form, one=found[0]), _status(form)


@pages.route("/arenden/<case_id>/hor-ihop/skapa/<kind>", methods=["GET", "POST"])
@requires(Permission.CASE_OPEN)
def create(case_id: str, kind: str) -> Response | tuple[str, int]:
    """Register another file that belongs together with the case."""
    team = _team(case_id)
    wanted = linked.wanted(team.case, kind) or _missing(case_id)
    begins = _beginning(team.case, kind) or _missing(case_id)
    form = _form(team, wanted, begins)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _created(case_id, begins, form)
    return _page("links/create.html", team, form=form, wanted=wanted, begins=begins), _status(form)


def _team(case_id: str) -> Team:
    return teams.team(request.session(), request.actor(), case_id)


def _missing(case_id: str) -> NoReturn:
    raise NotFound(access.denial(request.actor(), Action.CASE_LINKED, "case", case_id, "related"))


def _beginning(case: Case, kind: str) -> Beginning | None:
    """How a file of that kind begins with a person."""
    ways = (one for one in registering.beginnings() if (one.area.name, one.kind.name) == (case.area, kind))
    return next((one for one in ways if not one.is_anonymous), None)


def _form(team: Team, wanted: Related, begins: Beginning) -> RegisterForm:
    reads = team.decision is not None and team.decision.forms is None
    found = case_links.candidates(team.decision, team.case, wanted) if team.decision is not None and reads else []
    if not found:
        return registering.bound(begins)
    form = registering.bound(begins, type("AboutOne", (AboutForm,), {"people": {one.id: one for one in found}}))
    named = [(one.id, one.name) for one in found]
    form["person"].choices = [*forms.choices(named), *forms.choices([(SOMEBODY_ELSE, _("Någon annan"))])]
    return form


def _created(case_id: str, begins: Beginning, form: RegisterForm) -> Response:
    made = case_links.create(
        request.session(),
        request.registry(),
        request.actor(),
        case_id,
        case_type=begins.kind.name,
        state=begins.step.target,
        unit_id=form.enhet.data,
        who=form.who() if isinstance(form, RegisterPersonForm) else None,
        person_id=form.chosen() if isinstance(form, AboutForm) else "",
        answers=form.answers(),
    )
    return _done(case_id, "created" if made.side != "adverse" else "created_apart")


def _done(case_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".show", case_id=case_id), 303)


def _status(form: forms.BaseForm) -> int:
    return 422 if form.is_submitted() else 200


def _page(template: str, team: Team, **more: Any) -> str:
    """With the case's frame for who may open it; for who only assigns it a page without its person."""
    frame = None if team.decision is None else case_frame.frame(team.case, team.decision)
    area = case_rows.area_and_kind(team.case)
    return render_template(template, team=team, case=team.case, frame=frame, area=area, **more)
