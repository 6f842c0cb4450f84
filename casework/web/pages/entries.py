"""Writing: one form on one page, with its draft; one entry with its versions; and sealed answers opened and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, redirect, render_template
from flask import request as http
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, SelectField, StringField

from casework.contract import gettext as _
from casework.core import access, cases, drafts, entries, reading
from casework.core.actions import Action
from casework.core.permissions import Permission
from casework.web import entry_form, forms, language, receipts, request, stepping_up
from casework.web.access import requires
from casework.web.case_frame import FORMS, JOURNAL, NOTE, frame, is_repeated, path
from casework.web.entry_form import DISCARD, SAVE, Writing
from casework.web.entry_lines import lines
from casework.web.forms import BaseForm, DeclaredForm
from casework.web.sealing import sealing, way_back

if TYPE_CHECKING:
    from casework.core.access import Decision
    from casework.core.models import Case, Entry

pages = Blueprint("entries", __name__)
Page = str | tuple[str, int] | Answer


class UnsealForm(BaseForm):
    """Why a sealed answer must be seen."""

    entry = HiddenField()
    field = HiddenField()
    back = HiddenField()
    reason = SelectField(
        _("Varför behöver du se uppgiften?"),
        choices=forms.choices(reading.REASONS, blank=_("Välj skäl")),
        validate_choice=False,
    )
    words = StringField(_("Med egna ord"), description=_("Skriv om du valde Annat."))


@pages.route("/arenden/<case_id>/skriv/<form>", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def write(case_id: str, form: str) -> Page:
    """Write an entry, go on with a draft, or correct what is signed."""
    writing = entry_form.begin(case_id, form)
    filled = entry_form.bind(writing)
    if filled.validate_on_submit():
        with forms.attempt(filled):
            return redirect(_done(writing, filled), 303)
        entry_form.explain(writing, filled)
    if filled.is_submitted():
        entry_form.again(filled)
    return _page(writing, filled), (422 if filled.is_submitted() else 200)


@pages.post("/arenden/<case_id>/skriv/<form>/utkast")
@requires(Permission.CASE_WRITE)
def save_draft(case_id: str, form: str) -> tuple[Response, int]:
    """Keep what is being written, for the script of the page; 409 where the draft was saved elsewhere, 422 refused."""
    writing = entry_form.begin(case_id, form)
    filled = entry_form.bind(writing)
    version = None
    with forms.attempt(filled):
        version = entry_form.save(writing, filled)
    at = language.time_of_day(request.session().now)
    refused = list(dict.fromkeys(language.translate(words) for _field, words in filled.summary()))
    answer = jsonify({"saved": at, "version": version} if version is not None else {"refused": refused})
    if version is not None:
        answer.headers["X-Draft-Version"] = str(version)
    return answer, (200 if version is not None else 409 if filled.conflict else 422)


@pages.route("/arenden/<case_id>/skriv/<form>/slang", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def discard(case_id: str, form: str) -> Page:
    """Throw one's draft away, after being asked once."""
    writing = entry_form.begin(case_id, form)
    if http.method == "POST":
        begun_on = http.form.get("begun_on") or None
        drafts.discard(request.session(), request.actor(), case_id, form, begun_on)
        receipts.leave("draft_gone")
        return redirect(_home(writing), 303)
    if writing.draft is None:
        return redirect(_home(writing), 303)
    return render_template("entries/discard.html", writing=writing, home=_home(writing), **_around(writing))


@pages.get("/arenden/<case_id>/anteckning/<entry_id>")
@requires(Permission.CASE_OPEN)
def show(case_id: str, entry_id: str) -> str:
    """One entry with every version before it."""
    case, decision = cases.open_case(request.session(), request.actor(), case_id, "entry")
    entry = reading.find(decision, case, entry_id)
    newest = reading.latest(decision, entry)
    writes = access.is_reached(decision.session, decision.actor, Permission.CASE_WRITE, case.id)
    return render_template(
        "entries/show.html",
        line=lines(case, decision, [entry], writes=writes and newest is entry)[0],
        object_url=path(case, "anteckning", entry.id, "invandning") if writes else "",
        **_neighbours(case, decision, newest),
        newer="" if newest is entry else path(case, "anteckning", newest.id),
        seal=sealing(case, decision, http.path),
        receipt=receipts.take(),
        tab=JOURNAL if decision.forms is None else FORMS,
        frame=frame(case, decision),
    )


@pages.route("/arenden/<case_id>/visa", methods=["GET", "POST"])
@requires(Permission.CASE_UNSEAL)
def unseal(case_id: str) -> Page:
    """Open a sealed answer for a few minutes, for a reason; what lacks a reason is asked for one."""
    stepping_up.require_to_send()
    form = forms.bind(UnsealForm)
    if form.validate_on_submit():
        with forms.attempt(form):
            asked = (form.entry.data or "", form.field.data or "", form.reason.data or "", form.words.data or "")
            reading.unseal(request.session(), request.actor(), case_id, *asked)
            receipts.leave("opened")
            return redirect(way_back(case_id, form.back.data or ""), 303)
    return _reason_page(case_id, form)


@pages.post("/arenden/<case_id>/forsegla")
@requires(Permission.CASE_UNSEAL)
def seal(case_id: str) -> Answer:
    """Seal again, before their time, what one has opened in the case."""
    reading.seal_again(request.session(), request.actor(), case_id)
    receipts.leave("sealed_again")
    return redirect(way_back(case_id, http.form.get("back", "")), 303)


def _done(writing: Writing, form: DeclaredForm) -> str:
    """Do what the pressed button says; where to go on."""
    if writing.button in {SAVE, DISCARD}:
        entry_form.save(writing, form)
        if writing.button == SAVE:
            receipts.leave("draft_kept")
            return _home(writing)
        begun_on = form["begun_on"].data
        return path(writing.case, "skriv", writing.declared.name, "slang") + (f"?rattar={begun_on}" if begun_on else "")
    entry_form.sign(writing, form)
    receipts.leave("corrected" if form["begun_on"].data else "signed")
    return _home(writing)


def _home(writing: Writing) -> str:
    """Where an entry is seen: in the journal, or on the page of its form."""
    if writing.declared.many and not writing.declared.anonymous:
        return path(writing.case, "journal")
    return path(writing.case, "uppgifter", writing.declared.name)


def _page(writing: Writing, form: DeclaredForm) -> str:
    own = path(writing.case, "skriv", writing.declared.name)
    return render_template(
        "entries/write.html",
        form=form,
        writing=writing,
        questions=list(form.questions),
        is_note=writing.declared.name == NOTE,
        draft_url=f"{own}/utkast",
        own_url=own,
        crumb_url=path(writing.case, "journal" if writing.declared.name == NOTE else "uppgifter"),
        previous=_previous(writing),
        clash_url=""
        if writing.clash is None or writing.clash.entry is None
        else _shown(writing, writing.clash.entry.id),
        form_page=True,
        **_around(writing),
    )


def _around(writing: Writing) -> dict[str, object]:
    tab = JOURNAL if writing.declared.name == NOTE else FORMS
    return {"tab": tab, "frame": frame(writing.case, writing.decision)}


def _shown(writing: Writing, entry_id: str) -> str:
    return path(writing.case, "anteckning", entry_id)


def _neighbours(case: Case, decision: Decision, entry: Entry) -> dict[str, str]:
    """Where the entries before and after this one in the journal are, for who reads the journal."""
    standing = [] if decision.forms is not None else entries.current(decision.session, case)
    journal = [one.id for one in standing if is_repeated(case, one)]
    nth = journal.index(entry.id) if entry.id in journal else len(journal)
    around = {"earlier_url": journal[nth + 1 : nth + 2], "later_url": journal[:nth][-1:] if nth < len(journal) else []}
    return {name: path(case, "anteckning", ids[0]) if ids else "" for name, ids in around.items()}


def _previous(writing: Writing) -> object:
    """The note before this one, to write on from."""
    if writing.declared.name != NOTE:
        return None
    found = entries.current(writing.decision.session, writing.case, NOTE)
    before = [entry for entry in found if writing.base is None or entry.id != writing.base.id][:1]
    return next(iter(lines(writing.case, writing.decision, before, writes=False)), None)


def _reason_page(case_id: str, form: UnsealForm) -> Page:
    session, actor, page = request.session(), request.actor(), {"page": "unseal"}
    case, decision = access.of_case(session, actor, Permission.CASE_UNSEAL, case_id, Action.CASE_OPENED, detail=page)
    if not form.entry.data:
        return redirect(path(case), 303)
    entry = reading.find(decision, case, form.entry.data)
    declared = cases.form_of(request.registry(), case, entry.form)
    labels = {} if declared is None else {field.name: field.label for field in declared.fields}
    shown = render_template(
        "entries/unseal.html",
        form=form,
        what=labels.get(form.field.data or "", entry.form if declared is None else declared.label),
        seal=sealing(case, decision, way_back(case_id, form.back.data or "")),
        form_page=True,
        tab=FORMS,
        frame=frame(case, decision),
    )
    return shown, (422 if form.is_submitted() else 200)
