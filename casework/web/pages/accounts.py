"""The municipality's accounts: added and reset by a one-time link, disabled, and given posts. Never a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casework.contract import Level
from casework.contract import gettext as _
from casework.core import administration, awaiting, organisations
from casework.core.accounts import LINK_HOURS
from casework.core.administration import Colleague, Link
from casework.core.permissions import Permission
from casework.web import approval_words, forms, language, receipts, request, stepping_up
from casework.web.access import requires
from casework.web.labels import AGENCIES, LEVELS, ROLES

pages = Blueprint("accounts", __name__)

RECEIPTS = {
    "added": _("Kontot är tillagt. Personen loggar in med organisationens inloggning."),
    "asked": _("Det väntar på godkännande av en annan administratör. Inget har ändrats än."),
    "post_ended": _("Uppdraget är avslutat."),
    "signed_out": _("Alla personens inloggningar har avslutats."),
    "disabled": _("Kontot är avstängt och alla inloggningar har avslutats."),
}


class AccountForm(forms.BaseForm):
    """A new account of the municipality's own."""

    username = StringField(
        _("Användarnamn"),
        [DataRequired(_("Skriv ett användarnamn.")), Length(max=80)],
        description=_("Till exempel maja.testlind."),
        render_kw={"autocomplete": "off"},
    )
    name = StringField(_("Namn"), [DataRequired(_("Skriv personens namn.")), Length(max=120)])
    title = StringField(_("Titel"), [Optional(), Length(max=120)])
    identity = StringField(
        _("Identitet i kommunens inloggning"),
        [Optional(), Length(max=200)],
        description=_(
            "Personnummer, HSA-id eller det som ni har kommit överens med driften om. Ingen kan läsa det efteråt. "
            "Lämna tomt om personen ska få en engångslänk."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PostForm(forms.WhyForm):
    """A post in the municipality, and why."""

    role = SelectField(_("Roll"), [DataRequired(_("Välj roll."))])
    unit = SelectField(_("Enhet"), [DataRequired(_("Välj enhet."))])
    level = SelectField(
        _("Beslutsnivå"), default=Level.H, description=_("Vad personen får besluta i ärenden. Gäller socialtjänsten.")
    )
    emergency = BooleanField(
        _("Nödåtkomst"),
        description=_(
            "För socialjouren: får läsa ett ärende i taget i 60 minuter. Varje gång granskas av någon annan."
        ),
    )


class SureForm(forms.BaseForm):
    """That it is the right account."""

    sure = BooleanField(_("Det är rätt konto."), [InputRequired(_("Kryssa i att det är rätt konto."))])


@pages.route("/anvandare", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMINISTER)
def index() -> Response | tuple[str, int]:
    """Everybody with an account or a post here; a new account shows its one-time link once, in this answer only."""
    stepping_up.require_to_send()
    form, link, added = _account_form(), "", ""
    if form.validate_on_submit():
        with forms.attempt(form):
            account, token = _add(form)
            if not token:
                return _done(account.id, "added")
            link, added = _link(token), account.name
    colleagues = administration.colleagues(request.session(), request.actor())
    page = _page("accounts/index.html", form=form, link=link, added=added, colleagues=colleagues)
    return page, 422 if form.is_submitted() and not link else 200


@pages.route("/anvandare/<account_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMINISTER)
def one(account_id: str) -> Response | tuple[str, int]:
    """One account: its posts, and a new one."""
    stepping_up.require_to_send()
    form = forms.bind(PostForm)
    _offer(form)
    if form.validate_on_submit():
        with forms.attempt(form):
            _grant(account_id, form)
            return _done(account_id, "asked")
    page = _page("accounts/one.html", colleague=_colleague(account_id), form=form, receipt=receipts.take(RECEIPTS))
    return page, 422 if form.is_submitted() else 200


@pages.route("/anvandare/<account_id>/aterstall", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMINISTER)
def reset(account_id: str) -> Response | tuple[str, int]:
    """Confirm a reset; one that takes nobody else shows the one-time link once, in this answer only."""
    return _new_link("accounts/reset.html", account_id, administration.reset)


@pages.route("/anvandare/<account_id>/oppna", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMINISTER)
def reopen(account_id: str) -> Response | tuple[str, int]:
    """Confirm that a disabled account is opened again; one that takes nobody else shows the one-time link once."""
    return _new_link("accounts/reopen.html", account_id, administration.reopen)


@pages.route("/anvandare/<account_id>/stang-av", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMINISTER)
def disable(account_id: str) -> Response | tuple[str, int]:
    """Disable an account, after a confirmation."""
    form, colleague = _sure(account_id)
    if form.validate_on_submit():
        with forms.attempt(form):
            administration.disable(request.session(), request.actor(), account_id)
            return _done(account_id, "disabled")
    return _page("accounts/disable.html", colleague=colleague, form=form), 422 if form.is_submitted() else 200


@pages.route("/anvandare/<account_id>/logga-ut", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMINISTER)
def sign_out(account_id: str) -> Response | tuple[str, int]:
    """End every session of an account, after a confirmation."""
    form, colleague = _sure(account_id)
    if form.validate_on_submit():
        with forms.attempt(form):
            administration.sign_out(request.session(), request.actor(), account_id)
            return _done(account_id, "signed_out")
    return _page("accounts/sign_out.html", colleague=colleague, form=form), 422 if form.is_submitted() else 200


@pages.post("/anvandare/<account_id>/uppdrag/<membership_id>/avsluta")
@requires(Permission.ACCOUNT_ADMINISTER)
def end(account_id: str, membership_id: str) -> Response:
    """End a post."""
    administration.end(request.session(), request.actor(), membership_id)
    return _done(account_id, "post_ended")


def _account_form() -> AccountForm:
    """The form for a new account; it asks for an identity only where the municipality has a sign-in of its own."""
    form = forms.bind(AccountForm)
    if not administration.own_provider(request.session()):
        del form.identity
    return form


def _add(form: AccountForm) -> tuple[Any, str]:
    session, actor = request.session(), request.actor()
    username, name, title = form.username.data or "", form.name.data or "", form.title.data or ""
    identity = form.identity.data or "" if form.identity else ""
    return administration.add_account(session, actor, username, name, title, identity)


def _grant(account_id: str, form: PostForm) -> None:
    chosen, reason = (form.role.data, form.level.data, form.unit.data), form.reason.data or ""
    session, actor, emergency = request.session(), request.actor(), bool(form.emergency.data)
    administration.grant(session, actor, account_id, *chosen, emergency=emergency, reason=reason)


def _sure(account_id: str) -> tuple[SureForm, Colleague]:
    """The question whether it is the right account, asked of whoever has just confirmed who they are."""
    stepping_up.require_to_send()
    return forms.bind(SureForm), _colleague(account_id, ours=True)


def _new_link(template: str, account_id: str, deed: Callable[..., Link]) -> Response | tuple[str, int]:
    """Do it once it is confirmed: the page of what was asked, the one-time link, or the confirmation again."""
    stepping_up.require_to_send()
    form, colleague, link = forms.bind(forms.WhyForm), _colleague(account_id, ours=True), Link()
    if form.validate_on_submit():
        with forms.attempt(form):
            link = deed(request.session(), request.actor(), account_id, reason=form.reason.data or "")
    if link.approval is not None:
        return _done(colleague.account.id, "asked")
    page = _page(template, colleague=colleague, form=form, link=_link(link.token) if link.token else "")
    return page, 422 if form.is_submitted() and not link.token else 200


def _link(token: str) -> str:
    return http.url_root.rstrip("/") + url_for("enrolment.enrol", token=token)


def _offer(form: PostForm) -> None:
    units = organisations.units(request.session())
    agencies = {agency.value: language.translate(label) for agency, label in AGENCIES.items()}
    form.role.choices = forms.choices(((role.value, label) for role, label in ROLES.items()), _("Välj roll"))
    places = [(one.id, f"{agencies[one.agency]}: {one.name}") for one in units]
    form.unit.choices = forms.choices(places, _("Välj enhet"))
    form.level.choices = forms.choices((level.value, label) for level, label in LEVELS.items())


def _colleague(account_id: str, *, ours: bool = False) -> Colleague:
    return administration.colleague(request.session(), request.actor(), account_id, ours=ours)


def _waits(colleague: Colleague) -> list[approval_words.Item]:
    """What waits for approval about an account."""
    session = request.session()
    return approval_words.items(session, awaiting.at(session, colleague.account.id), request.actor().id)


def _done(account_id: str, code: str) -> Response:
    receipts.leave(code)
    return redirect(url_for(".one", account_id=account_id), 303)


def _page(template: str, **more: Any) -> str:
    colleague = more.get("colleague")
    return render_template(
        template,
        waits=[] if colleague is None else _waits(colleague),
        roles=ROLES,
        levels=LEVELS,
        agencies=AGENCIES,
        hours=LINK_HOURS,
        me=request.actor().id,
        **more,
    )
