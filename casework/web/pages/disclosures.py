"""Giving facts of a case to somebody outside: written with what they will see beside it, shown, performed, ended."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response

from casework.contract import gettext as _
from casework.core import (
    access,
    clock,
    disclosed,
    disclosure_faults,
    disclosure_paper,
    disclosure_rules,
    disclosure_steps,
    disclosures,
    handover_replies,
    meeting_overview,
    redrawing,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.disclosed import Shown
from casework.core.disclosure_rules import Look
from casework.core.disclosure_wish import Wish
from casework.core.errors import Refused
from casework.core.grounds import catalogue, wizard
from casework.core.grounds.situations import PLACES
from casework.core.permissions import Permission
from casework.web import (
    case_frame,
    counting,
    disclosure_form,
    disclosure_live,
    disclosure_rows,
    forms,
    printed,
    receipts,
    request,
    sending,
    stepping_up,
)
from casework.web.access import requires
from casework.web.disclosure_form import SEE, DisclosureForm
from casework.web.ground_form import SECRECY_HERE
from casework.web.labels import DECIDERS, DISCLOSURES, LEVELS

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("disclosures", __name__)

RECEIPTS = {
    "given": _("Uppgifterna är lämnade. Det som lämnades är låst och går att visa här."),
    "asked": _("Utlämnandet är prövat och väntar på beslut. Inget är lämnat än."),
    "kept": _("Utkastet är sparat. Inget är lämnat."),
    "ended": _("Utlämnandet är avslutat. Mottagaren kan inte längre läsa uppgifterna här."),
    "spoken": _("Det är antecknat att uppgifterna lämnades muntligt. Utlämnandet väntar på beslut."),
    "unapproved": _("Det står kvar att uppgifterna är lämnade muntligt och att ingen har godkänt det."),
    "taken_back": _("Utlämnandet är taget tillbaka. Mottagaren hade inte öppnat det."),
    "too_late": _("Mottagaren hann öppna uppgifterna. Utlämnandet är avslutat, och går inte att läsa längre."),
    "withdrawn": _("Utlämnandet är återtaget. Inget har lämnats."),
}
LETTER, CORRECT, MEETING, TAKE_BACK = "brev", "ratta", "mote", "tillbaka"
OUTCOMES = {"performed": "given", "assessed": "asked", "draft": "kept"}


@pages.route("/arenden/<case_id>/delning/lamna-ut", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def new(case_id: str) -> Response | tuple[str, int]:
    """Choose, see what it becomes, and give it or ask somebody to decide."""
    _confirm()
    case, decision = _open(case_id, Permission.CASE_SHARE, redrawn=disclosure_form.is_looking())
    return _write(case, decision, disclosure_form.bound(_begun(case, decision)))


@pages.post("/arenden/<case_id>/delning/lamna-ut/se")
@requires(Permission.CASE_SHARE)
def look(case_id: str) -> dict[str, Any]:
    """What the recipient would see of what is chosen at this moment, for the script of the page."""
    case, decision = _open(case_id, Permission.CASE_SHARE, redrawn=True)
    form = disclosure_form.bound(Wish())
    seen = disclosure_rules.look(decision, request.registry(), case, form.wish())
    return asdict(disclosure_live.of(form, decision, case, seen))


@pages.route("/arenden/<case_id>/delning/lamna-ut/<disclosure_id>", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def edit(case_id: str, disclosure_id: str) -> Response | tuple[str, int]:
    """Go on with a draft, or begin anew with what another disclosure held."""
    _confirm()
    case, decision = _open(case_id, Permission.CASE_SHARE)
    kept = disclosed.one(decision, case, disclosure_id)
    if kept.made.state == "draft":
        return _write(case, decision, disclosure_form.bound(kept.wish, once=kept.made.id, version=kept.made.version))
    begun = replace(kept.wish, warned=(), decider="", corrects=kept.made.id if CORRECT in http.args else "")
    return _write(case, decision, disclosure_form.bound(begun))


@pages.get("/arenden/<case_id>/delning/utlamnande/<disclosure_id>")
@requires(Permission.CASE_READ)
def show(case_id: str, disclosure_id: str) -> str:
    """One disclosure with what was told, also years later."""
    case, decision = _open(case_id, Permission.CASE_READ)
    return _shown(case, decision, disclosed.one(decision, case, disclosure_id), forms.blank(forms.BaseForm))


@pages.post("/arenden/<case_id>/delning/utlamnande/<disclosure_id>")
@requires(Permission.CASE_SHARE)
def perform(case_id: str, disclosure_id: str) -> Response | tuple[str, int]:
    """Give what was decided."""
    stepping_up.require()
    form = forms.blank(forms.BaseForm)
    with forms.attempt(form):
        disclosures.perform(request.session(), request.registry(), request.actor(), case_id, disclosure_id)
        return _done(case_id, disclosure_id, "given")
    case, decision = _open(case_id, Permission.CASE_READ)
    return _shown(case, decision, disclosed.one(decision, case, disclosure_id), form), 422


@pages.post("/arenden/<case_id>/delning/utlamnande/<disclosure_id>/papper")
@requires(Permission.CASE_SHARE)
def fetch(case_id: str, disclosure_id: str) -> Response | tuple[str, int]:
    """Give it as a PDF: the letter to its recipient, or a print to work with."""
    stepping_up.require()
    form = forms.blank(forms.BaseForm)
    with forms.attempt(form):
        return _paper(case_id, disclosure_id)
    case, decision = _open(case_id, Permission.CASE_READ)
    return _shown(case, decision, disclosed.one(decision, case, disclosure_id), form), 422


@pages.route("/arenden/<case_id>/delning/utlamnande/<disclosure_id>/avsluta", methods=["GET", "POST"])
@requires(Permission.CASE_SHARE)
def end(case_id: str, disclosure_id: str) -> Response | tuple[str, int]:
    """End a disclosure, take back one that is not performed, or throw a draft away; after a confirmation."""
    case, decision = _open(case_id, Permission.CASE_SHARE)
    kept, form = disclosed.one(decision, case, disclosure_id), forms.bind(forms.BaseForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            return _end(case, kept)
    page = _page("disclosures/end.html", case, decision, form=form, one=kept)
    return page, 422 if form.is_submitted() else 200


def _confirm() -> None:
    """Whoever gives something has just proven who they are; to look and to keep a draft asks for nothing."""
    if disclosure_form.gives():
        stepping_up.require()


def _paper(case_id: str, disclosure_id: str) -> Response:
    deed = disclosure_paper.letter if http.form.get("how") == LETTER else disclosure_paper.work_print
    return printed.pdf(deed(request.session(), request.actor(), case_id, disclosure_id, PLACES), "utlamnande")


def _end(case: Case, kept: Shown) -> Response:
    session, actor, made = request.session(), request.actor(), kept.made
    if made.state == "draft":
        disclosures.discard(session, actor, case.id, made.id)
        return redirect(url_for("sharing.index", case_id=case.id), 303)
    deed, code = (disclosures.end, "ended")
    if made.state in disclosed.OPEN_STATES:
        deed, code = (disclosures.withdraw, "unapproved" if made.oral_on else "withdrawn")
    deed(session, actor, case.id, made.id)
    return _done(case.id, made.id, _how_it_went(kept, code))


def _how_it_went(kept: Shown, code: str) -> str:
    """Whether what was to be taken back was so, or its recipient was first; what was only ended was ended."""
    if kept.handover is None or TAKE_BACK not in http.form:
        return code
    return "taken_back" if kept.handover.state == "taken_back" else "too_late"


def _begun(case: Case, decision: Decision) -> Wish:
    """What a new disclosure begins with: the secrecy that holds here, and to whom and when if it was at a meeting."""
    if http.method == "POST" or MEETING not in http.args:
        return Wish(secrecy=SECRECY_HERE)
    shown = meeting_overview.one(decision, request.registry(), case, http.args[MEETING])
    begun = meeting_overview.begun(decision, case, shown, counting.read(http.args.get("deltagare")))
    return replace(begun, secrecy=SECRECY_HERE)


def _open(case_id: str, permission: Permission, *, redrawn: bool = False) -> tuple[Case, Decision]:
    of, page = (request.session(), request.actor(), permission, case_id), {"page": "disclosure"}
    return redrawing.of_case(*of, page) if redrawn else access.of_case(*of, Action.CASE_OPENED, detail=page)


def _write(case: Case, decision: Decision, form: DisclosureForm) -> Response | tuple[str, int]:
    seen = disclosure_rules.look(decision, request.registry(), case, form.wish())
    form.fill(seen)
    checks = form.is_submitted() and not disclosure_form.is_looking()
    if checks and (not form.errors if disclosure_form.is_kept() else _is_right(form, case, decision, seen)):
        with forms.attempt(form):
            return _send(form, case, seen)
    form.seen.data = seen.content.digest
    return _form_page(form, case, decision, seen), 422 if checks or form.errors else 200


def _send(form: DisclosureForm, case: Case, seen: Look) -> Response:
    session, actor, once = request.session(), request.actor(), form.once.data or ""
    version = counting.read(form.version.data) or 0
    if disclosure_form.is_kept():
        made = disclosures.draft(session, actor, case.id, once, seen.wish, version)
    else:
        registry, digest = request.registry(), form.seen.data
        made = disclosures.assess(session, registry, actor, case.id, once, seen.wish, version, digest)
    return _done(case.id, made.id, "spoken" if made.state == "assessed" and made.oral_on else OUTCOMES[made.state])


def _is_right(form: DisclosureForm, case: Case, decision: Decision, seen: Look) -> bool:
    """Whether all is chosen as it must be; what the page and what the domain has against it is said at once."""
    answered = form.validate()
    known = {name for name, errors in form.errors.items() if errors}
    found = disclosure_faults.faults(decision, request.registry(), case, seen)
    form.refuse(Refused([one for one in found if form.html_name(str(one.field)) not in known]))
    if form.seen.data != seen.content.digest and "sure" not in known:
        form.sure.errors = [*form.sure.errors, SEE]
        return False
    return answered and not found


def _form_page(form: DisclosureForm, case: Case, decision: Decision, seen: Look) -> str:
    return _page(
        "disclosures/write.html",
        case,
        decision,
        form=form,
        seen=seen,
        found=wizard.arranged(seen.grounds) if seen.grounds else None,
        live=disclosure_live.of(form, decision, case, seen),
        confirms=disclosure_rules.confirmed(seen),
        deciders=DECIDERS,
        longest=disclosure_rules.longest(decision),
        warnings=sending.warnings(decision, case),
    )


def _shown(case: Case, decision: Decision, one: Shown, form: forms.BaseForm) -> str:
    made = one.made
    day = made.oral_on or clock.today(made.assessed_at or made.made_at)
    ground = None if made.ground is None else catalogue.find(made.ground, day)
    may = access.is_reached(request.session(), request.actor(), Permission.CASE_SHARE, case.id)
    may_go = may and disclosure_paper.may_go(one)
    return _page(
        "disclosures/show.html",
        case,
        decision,
        form=form,
        one=one,
        ground=ground,
        may_share=may,
        may_go=may_go,
        decided_until=disclosure_steps.last_day(request.session(), made),
        warnings=sending.warnings(decision, case) if may_go or (may and one.state == "approved") else (),
        receipt=receipts.take(RECEIPTS),
        states=DISCLOSURES,
        levels=LEVELS,
        places=PLACES,
        asked=disclosure_rows.stands(one),
        told=handover_replies.told_by_code("disclosure"),
    )


def _page(template: str, case: Case, decision: Decision, **more: object) -> str:
    return render_template(template, frame=case_frame.frame(case, decision), case=case, **more)


def _done(case_id: str, disclosure_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for("disclosures.show", case_id=case_id, disclosure_id=disclosure_id), 303)
