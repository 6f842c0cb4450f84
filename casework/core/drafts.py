"""Drafts of forms: sealed whole, seen by their author only, saved as often as the author types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casework.contract.fields import LongText, Sensitivity, Text
from casework.contract.focus import Form
from casework.core import access, cases, consent_rules, entry_rows, nameless, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Case, Entry
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

SAVED_ON = "page:"
"""The name under which a draft remembers the page that saved it; no declared field can be called so."""


@dataclass(frozen=True, slots=True)
class WritingPage:
    """The page somebody writes on: the marks of the pages it came of, its own last, and how far its writing had come.

    A page that is sent back with errors goes on with the draft of the page before it; a save that was underway comes
    late and is older. Neither is another place.
    """

    marks: tuple[str, ...] = ()
    turn: int = 0


def of(session: TenantSession, actor: Actor, case: Case, form: str, corrects_id: str | None = None) -> Entry | None:
    """The actor's own draft of a form in a case, or of a correction of one entry."""
    return session.scalar(
        select(Entry).where(
            Entry.case_id == case.id,
            Entry.form == form,
            Entry.state == "draft",
            Entry.author_id == actor.id,
            Entry.corrects_id.is_(None) if corrects_id is None else Entry.corrects_id == corrects_id,
        )
    )


def save(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    form_name: str,
    texts: Mapping[str, Sequence[str]],
    *,
    seen_version: int,
    sealed: bool = False,
    corrects_id: str | None = None,
    page: WritingPage = WritingPage(),
) -> Entry:
    """Keep what was typed, sealed and unchecked; raises Conflict if the draft was saved elsewhere meanwhile.

    Raises Refused for what must not be kept at all: whom a consultation without a person is about, and a form that its
    plugin turns away whole before everybody has consented.

    ``seen_version`` is the version the author saw, 0 where no draft was shown. What ``page`` itself saved before is
    not elsewhere, and what it saved later than this stands.
    """
    case, decision = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, Action.DRAFT_SAVED, detail={"form": form_name}
    )
    cases.hold(session, case)
    form = entry_rows.writable(registry, actor, case, form_name)
    entry_rows.require_kept(session, case, form)
    words = {one.name for one in form.fields if isinstance(one, Text | LongText)}
    nameless.require(decision, case, {name: "\n".join(said) for name, said in texts.items() if name in words})
    _require_agreed(decision, registry, case, form)
    entry = of(session, actor, case, form_name, corrects_id)
    mark, turn = _saved_on(decision, entry)
    if mark in page.marks and mark == page.marks[-1] and turn > page.turn and entry is not None:
        return entry
    if (0 if entry is None else entry.version) != seen_version and mark not in page.marks:
        raise Conflict
    if entry is None:
        entry = entry_rows.begin(session, actor, case, form_name, corrects_id=corrects_id)
        entry.version = 0
    entry.version += 1
    entry.written_at, entry.sealed = session.now, sealed
    session.flush()
    entry_rows.clear(session, entry)
    for name, typed_ in texts.items():
        if any(typed_):
            entry_rows.store(session, entry, name, Sensitivity.TEAM, form.retention, json.dumps(list(typed_)))
    if page.marks:
        told = json.dumps([page.marks[-1], page.turn])
        entry_rows.store(session, entry, SAVED_ON, Sensitivity.TEAM, form.retention, told)
    session.flush()
    return entry


def _require_agreed(decision: Decision, registry: Registry, case: Case, form: Form) -> None:
    kind = registry.case_type(case.area, case.case_type)
    if kind is None or not kind.workflow.rests_on_consents:
        return
    agreed = consent_rules.agreed(decision, case, decision.session.now)
    facts = cases.facts(decision.session, case, agreed=agreed)
    found = registry.refusals(case.area, "casework_check_entry", case=facts, form=form, values={})
    if whole := [one for one in found if one.field is None]:
        raise Refused(whole)


def typed(session: TenantSession, actor: Actor, case_id: str, entry: Entry) -> dict[str, list[str]]:
    """What the author had typed in a draft, but for what is gone; raises NotFound for anybody else."""
    _, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.DRAFT_READ)
    if entry.state != "draft" or entry.author_id != actor.id or entry.case_id != case_id:
        raise NotFound(access.denial(actor, Action.DRAFT_READ, "entry", entry.id, "author"))
    return {
        value.field: json.loads(vault.open_answer(decision, entry, value))
        for value in entry_rows.stored(session, [entry])
        if value.field != SAVED_ON and not vault.is_gone(session, entry, value)
    }


def _saved_on(decision: Decision, entry: Entry | None) -> tuple[str, int]:
    """The mark of the page that saved a draft, and how far its writing had come; an empty mark is nobody's."""
    stored = [] if entry is None else entry_rows.stored(decision.session, [entry])
    for value in stored:
        if entry is not None and value.field == SAVED_ON:
            mark, turn = json.loads(vault.open_answer(decision, entry, value))
            return str(mark), int(turn)
    return "", 0


def discard(session: TenantSession, actor: Actor, case_id: str, form_name: str, corrects_id: str | None = None) -> None:
    """Throw the actor's own draft away."""
    case, _ = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.DRAFT_DISCARDED)
    cases.hold(session, case)
    entry = of(session, actor, case, form_name, corrects_id)
    if entry is not None:
        entry_rows.clear(session, entry)
        session.delete(entry)
