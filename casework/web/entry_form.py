"""Writing an entry: which version it follows on, what it begins with, the draft, and what somebody signed meanwhile."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from flask import request as http
from wtforms import HiddenField, RadioField

from casework.contract import Form
from casework.contract import gettext as _
from casework.core import access, accounts, carrying, cases, drafts, entries, reading
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.carrying import Beginning
from casework.core.drafts import WritingPage
from casework.core.errors import Conflict, NotFound
from casework.core.permissions import Permission
from casework.web import counting, forms, request
from casework.web.forms import DeclaredForm

if TYPE_CHECKING:
    from casework.core.models import Case, Entry

BUTTON = "gor"
SAVE, DISCARD = "spara", "slang"
YES, NO = "ja", "nej"
SEAL = ((NO, _("Nej")), (YES, _("Ja, försegla")))
LOCKED = _("Här finns en förseglad uppgift. Lämna tomt så behålls den. Skriver du något ersätts den.")
MARKS = re.compile(r"[0-9a-f]{16}")
REMEMBERED = 12
"""How many pages back a page knows where it came from: one for each time it was sent back with errors."""
LAST = sys.maxsize
"""A button is pressed after everything the script of its page has saved."""
NOTHING = Beginning({}, frozenset(), {})


@dataclass(frozen=True, slots=True)
class Clash:
    """What came between: a version somebody signed, or one's own draft saved on another page."""

    entry: Entry | None = None
    name: str = ""
    own: bool = False
    draft: dict[str, list[str]] | None = None


@dataclass(slots=True)
class Writing:
    """An entry that is being written: the one it follows on if any, the author's draft, and what it begins with."""

    case: Case
    decision: Decision
    declared: Form
    base: Entry | None
    draft: Entry | None
    clash: Clash | None = None
    begun: Beginning = NOTHING

    @property
    def saves_only(self) -> bool:
        """Whether a draft is to be kept, which is not checked."""
        return self.by_script or self.button in {SAVE, DISCARD}

    @property
    def by_script(self) -> bool:
        """Whether it is the page's script that saves, while somebody writes."""
        return http.method == "POST" and http.path.endswith("/utkast")

    @property
    def button(self) -> str:
        """Which button was pressed."""
        return http.form.get(BUTTON, "") if http.method == "POST" else ""


def begin(case_id: str, form_name: str) -> Writing:
    """What is to be written, as the page asks or as it was sent; raises NotFound where nothing may be written."""
    session, actor = request.session(), request.actor()
    case, decision = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, Action.CASE_OPENED, detail={"page": "write"}
    )
    declared = cases.form_of(request.registry(), case, form_name)
    if declared is None or declared.anonymous != (case.subject_id is None):
        raise NotFound(access.denial(actor, Action.CASE_OPENED, "case", case.id, "form"))
    begun_on = http.form.get("begun_on") if http.method == "POST" else http.args.get("rattar")
    base = reading.find(decision, case, begun_on) if begun_on else None
    if base is not None and base.form != form_name:
        raise NotFound(access.denial(actor, Action.CASE_OPENED, "entry", base.id, "form"))
    writing = Writing(case, decision, declared, base, None)
    if http.method == "POST":
        writing.draft = drafts.of(session, actor, case, form_name, begun_on or None)
    else:
        _find_out(writing)
    return writing


def bind(writing: Writing) -> DeclaredForm:
    """The form: what was sent, what was typed before, or what stands now."""
    if http.method == "POST":
        locked = frozenset(http.form.get("locked_fields", "").split(","))
        return forms.bind(_class(writing, locked))
    form_class = _class(writing, writing.begun.locked)
    typed = forms.typed_of(writing.declared, writing.begun.answers)
    if writing.draft is not None:
        opened = forms.typed_of(writing.declared, writing.begun.opened)  # which no draft keeps
        typed = opened | drafts.typed(request.session(), request.actor(), writing.case.id, writing.draft)
    sealed = (writing.draft or writing.base) is not None and cast("Entry", writing.draft or writing.base).sealed
    hidden: dict[str, Any] = {
        "begun_on": "" if writing.base is None else writing.base.id,
        "version": 0 if writing.draft is None else writing.draft.version,
        "locked_fields": ",".join(sorted(writing.begun.locked)),
        "seal_entry": YES if sealed else NO,
        "shown_at": request.session().now.timestamp(),
        "page_marks": _new_mark(),
    }
    form = forms.bind(form_class, typed, **hidden, **({} if typed else forms.begins_today(form_class)))
    form.conflict = False
    return form


def sign(writing: Writing, form: DeclaredForm) -> Entry:
    """Sign what was sent, carrying over the sealed answers that were left alone."""
    return carrying.sign(
        request.session(),
        request.registry(),
        request.actor(),
        writing.case.id,
        writing.declared.name,
        form.answers(),
        sealed=_sealed(writing, form),
        corrects_id=form["begun_on"].data or None,
        locked=str(form["locked_fields"].data or "").split(","),
    )


def save(writing: Writing, form: DeclaredForm) -> int:
    """Keep what was sent as a draft; its version. Nothing typed and no draft before makes none."""
    typed: Mapping[str, Sequence[str]] = form.typed()
    if not typed and writing.draft is None:
        return 0
    if writing.by_script and writing.draft is None and _is_signed(writing, str(form["shown_at"].data or "")):
        raise Conflict
    begun_on = form["begun_on"].data or None
    if begun_on is not None:
        typed = carrying.to_draft(writing.decision, writing.case, writing.declared, begun_on, typed)
    return drafts.save(
        request.session(),
        request.registry(),
        request.actor(),
        writing.case.id,
        writing.declared.name,
        typed,
        seen_version=counting.read(form["version"].data),
        sealed=_sealed(writing, form),
        corrects_id=begun_on,
        page=_page(writing, form),
    ).version


def again(form: DeclaredForm) -> None:
    """The page is sent back with errors: a new page, which goes on with the draft of the one before."""
    form["page_marks"].data = ",".join([*_marks(form), _new_mark()])


def _page(writing: Writing, form: DeclaredForm) -> WritingPage:
    turn = counting.read(form["page_turn"].data) if writing.by_script else 0
    return WritingPage(_marks(form), turn or LAST)


def _marks(form: DeclaredForm) -> tuple[str, ...]:
    return tuple(MARKS.findall(str(form["page_marks"].data or "")))[-REMEMBERED:]


def _new_mark() -> str:
    return secrets.token_hex(8)


def _is_signed(writing: Writing, shown_at: str) -> bool:
    """Whether the actor has signed the form since the page was shown: the script's last save came too late."""
    try:
        shown = float(shown_at)
    except ValueError:
        return False
    found = entries.current(writing.decision.session, writing.case, writing.declared.name)
    own = [entry.signed_at for entry in found if entry.author_id == writing.decision.actor.id]
    return any(at is not None and at.timestamp() >= shown for at in own)


def explain(writing: Writing, form: DeclaredForm) -> None:
    """After a conflict: find what came between, and let the next try follow on it; nothing typed is lost."""
    if not form.conflict:
        return
    form.conflict = False
    before = None if writing.base is None else writing.base.id
    _find_out(writing)
    now_on = "" if writing.base is None else writing.base.id
    if writing.draft is not None and writing.saves_only and writing.clash is None:
        typed = drafts.typed(request.session(), request.actor(), writing.case.id, writing.draft)
        writing.clash = Clash(draft=typed)
    elif writing.clash is None and writing.base is not None and now_on != (before or ""):
        writing.clash = _signed(writing, writing.base)
    form["begun_on"].data = now_on
    form["version"].data = 0 if writing.draft is None else writing.draft.version
    form["locked_fields"].data = ",".join(sorted(writing.begun.locked))


def _find_out(writing: Writing) -> None:
    """The version that stands now, the author's draft of it, and whether the draft was begun on an earlier one."""
    decision, case, declared = writing.decision, writing.case, writing.declared
    asked = writing.base
    if declared.many:
        writing.base = None if asked is None else reading.latest(decision, asked)
    else:
        writing.base = next(iter(entries.current(decision.session, case, declared.name)), None)
    writing.draft = next(
        (one for one in reading.own_drafts(decision, case, declared.name) if _follows(writing, one)), None
    )
    begun_on = writing.draft.corrects_id if writing.draft is not None else None if asked is None else asked.id
    if writing.base is not None:
        writing.begun = carrying.begin(decision, declared, writing.base)
        if (writing.draft is not None or asked is not None) and begun_on != writing.base.id:
            carrying.rebase(decision, case, declared.name, begun_on, writing.base.id)
            writing.clash = _signed(writing, writing.base)


def _follows(writing: Writing, draft: Entry) -> bool:
    """Whether a draft is of what is being written: a new entry, or a correction of this one."""
    if not writing.declared.many:
        return True
    if draft.corrects_id is None or writing.base is None:
        return draft.corrects_id is None and writing.base is None
    begun_on = reading.find(writing.decision, writing.case, draft.corrects_id)
    return reading.latest(writing.decision, begun_on).id == writing.base.id


def _signed(writing: Writing, entry: Entry) -> Clash:
    names = accounts.names(writing.decision.session, {entry.author_id})
    return Clash(entry, names.get(entry.author_id, ""), own=entry.author_id == writing.decision.actor.id)


def _class(writing: Writing, locked: frozenset[str]) -> type[DeclaredForm]:
    """The declared form, with what the page must remember; an answer that stays sealed need not be given again."""
    fields = tuple(
        replace(field, required=False, help=LOCKED) if field.name in locked else field
        for field in writing.declared.fields
    )
    declared = forms.form_for(replace(writing.declared, fields=fields), draft=writing.saves_only)
    remembered: dict[str, Any] = {
        "begun_on": HiddenField(),
        "version": HiddenField(),
        "locked_fields": HiddenField(),
        "shown_at": HiddenField(),
        "page_marks": HiddenField(),
        "page_turn": HiddenField(),
        "seal_entry": RadioField(
            choices=forms.choices(SEAL),
            default=NO,
            validate_choice=False,
        ),
    }
    return type("EntryForm", (declared,), remembered)


def _sealed(writing: Writing, form: DeclaredForm) -> bool:
    return writing.declared.may_seal and form["seal_entry"].data == YES
