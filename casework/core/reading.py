"""Signed entries as they are shown: each answer in words, or as sealed with what it takes to open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from casework.contract.fields import Field, Sensitivity
from casework.contract.focus import Form
from casework.contract.language import gettext as _
from casework.core import access, accounts, answers, audit, cases, entries, municipality_settings, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import Destroyed, NotFound, Refused
from casework.core.models import Case, Entry, Unsealing, Value
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

REASONS = (
    ("contact", _("Jag ska kontakta personen")),
    ("arrange", _("Jag ska ordna transport eller boende")),
    ("prepare", _("Jag förbereder ett möte eller ett beslut")),
    ("danger", _("Akut fara för liv eller hälsa")),
    ("other", _("Annat – skriv själv")),
)
"""Why a sealed answer may be opened: code and words. Every opening is logged; ``other`` needs words of its own."""
COPY = ("copy", _("En beslutad kopia lämnas ut"))
"""Why sealed answers are opened for a copy of the case; nobody chooses it on a page."""


WHOLE = "*"
"""In the place of a field: every sealed answer of an entry that was sealed as a whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its label, its words, or None while it is sealed; ``until`` is when it seals again.

    ``gone`` is true for one whose key is destroyed: it has the words for that, and nothing opens it.
    """

    field: str
    label: str
    kind: str
    words: str | None
    sealed: bool
    until: datetime | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One signed entry as it is shown. ``form`` is None when its plugin no longer declares it."""

    entry: Entry
    form: Form | None
    author: str
    answers: tuple[Answer, ...]
    earlier: tuple[Entry, ...]

    def answer(self, field: str) -> str:
        """The words of one answer, empty where there is none, it is sealed or it is gone."""
        return next((one.words or "" for one in self.answers if one.field == field and not one.gone), "")


def read(decision: Decision, registry: Registry, case: Case, chosen: Iterable[Entry]) -> list[Reading]:
    """Entries of a case in words, as far as the decision reaches; one audit row with their forms and fields."""
    listed = [entry for entry in chosen if decision.forms is None or entry.form in decision.forms]
    values = entries.values_of(decision.session, listed)
    names = accounts.names(decision.session, {entry.author_id for entry in listed})
    until = _until(decision, case)
    shown = [
        Reading(
            entry,
            form := cases.form_of(registry, case, entry.form),
            names.get(entry.author_id, ""),
            tuple(_answers(decision, entry, form, values.get(entry.id, []), until)),
            tuple(entries.corrected_by(decision.session, entry)),
        )
        for entry in listed
    ]
    if shown:
        forms = sorted({entry.form for entry in listed})
        detail: audit.Detail = {"forms": forms, "count": len(listed)}
        audit.record(
            decision.session, decision.actor, Action.ENTRY_READ, "case", case.id, case_id=case.id, detail=detail
        )
    return shown


def find(decision: Decision, case: Case, entry_id: str) -> Entry:
    """A signed entry of a case by its id; raises NotFound for any other case's, a draft, or one out of reach."""
    entry = decision.session.get(Entry, (case.municipality, entry_id))
    reachable = entry is not None and (decision.forms is None or entry.form in decision.forms)
    if entry is None or not reachable or entry.case_id != case.id or entry.state != "signed":
        raise NotFound(access.denial(decision.actor, Action.ENTRY_READ, "entry", entry_id, "entry"))
    return entry


def latest(decision: Decision, entry: Entry) -> Entry:
    """The signed entry that stands now where this one stood: itself, or the last correction of it."""
    query = select(Entry).where(Entry.case_id == entry.case_id, Entry.state == "signed")
    while True:
        newer = decision.session.scalar(query.where(Entry.corrects_id == entry.id).limit(1))
        if newer is None:
            return entry
        entry = newer


def own_drafts(decision: Decision, case: Case, form_name: str | None = None) -> list[Entry]:
    """The actor's own drafts in a case, or of one form of it, the last one written first."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.state == "draft", Entry.author_id == decision.actor.id)
    if form_name is not None:
        query = query.where(Entry.form == form_name)
    return list(decision.session.scalars(query.order_by(Entry.written_at.desc(), Entry.id)).all())


def unseal(
    session: TenantSession, actor: Actor, case_id: str, entry_id: str, field: str, reason: str, words: str
) -> None:
    """Open one sealed answer for the actor for a few minutes; raises Refused without a reason or for the unnamed.

    With ``WHOLE`` for the field, every answer of an entry that was sealed as a whole is opened for the one reason.
    """
    case, _decision = access.of_case(session, actor, Permission.CASE_UNSEAL, case_id, Action.SEALED_OPENED)
    entry = session.get(Entry, (case.municipality, entry_id))
    closed = [] if entry is None else _sealed_answers(session, entry, field)
    if entry is None or not closed or entry.case_id != case.id or entry.state != "signed":
        raise NotFound(access.denial(actor, Action.SEALED_OPENED, "entry", entry_id, "entry"))
    if not access.may_unseal(session, actor, case.id):
        raise Refused.because(_("Bara de som är namngivna för förseglade uppgifter kan öppna den. Be enhetschefen."))
    _require_there(session, entry, closed)
    if reason not in dict(REASONS):
        raise Refused.because(_("Välj varför du behöver se uppgiften."), "reason")
    if reason == "other" and not words.strip():
        raise Refused.because(_("Skriv varför du behöver se uppgiften."), "words")
    _open(session, actor, case, entry, field, closed, reason, words.strip())


def unseal_for_copy(session: TenantSession, actor: Actor, case_id: str, chosen: Iterable[Entry]) -> None:
    """Open every sealed answer of some entries for a copy that may hold them; whoever calls it seals them again.

    Raises Refused for who is not named for sealed answers. What is destroyed stays so.
    """
    case, _decision = access.of_case(session, actor, Permission.CASE_UNSEAL, case_id, Action.SEALED_OPENED)
    if not access.may_unseal(session, actor, case.id):
        raise Refused.because(_("Bara de som är namngivna för förseglade uppgifter kan lämna ut dem."), "with_sealed")
    for entry in chosen:
        for value in entries.values_of(session, [entry]).get(entry.id, []):
            if value.sensitivity == Sensitivity.SEALED and not vault.is_gone(session, entry, value):
                _open(session, actor, case, entry, value.field, [value.field], COPY[0])
    session.flush()


def _open(
    session: TenantSession,
    actor: Actor,
    case: Case,
    entry: Entry,
    field: str,
    closed: Iterable[str],
    reason: str,
    words: str = "",
) -> None:
    """Let the actor see some answers of an entry for a few minutes, and remember it as the opening of ``field``."""
    until = session.now + timedelta(minutes=municipality_settings.number(session, "sealed_minutes"))
    for name in closed:
        opened = Unsealing(id=new_id(), case_id=case.id, account_id=actor.id, entry_id=entry.id, field=name)
        opened.reason_code, opened.at, opened.until = reason, session.now, until
        if words:
            opened.reason = vault.seal_text(session, case.id, "unsealings", opened.id, "reason", words)
        session.add(opened)
    detail = {"entry": entry.id, "field": field, "reason": reason, "unsealing": opened.id}
    audit.record(session, actor, Action.SEALED_OPENED, "entry", entry.id, case_id=case.id, detail=detail)


def _sealed_answers(session: TenantSession, entry: Entry, field: str) -> list[str]:
    values = entries.values_of(session, [entry]).get(entry.id, [])
    if field == WHOLE:
        return [value.field for value in values if entry.sealed and value.sensitivity == Sensitivity.SEALED]
    return [value.field for value in values if value.field == field]


def _require_there(session: TenantSession, entry: Entry, closed: Iterable[str]) -> None:
    values = entries.values_of(session, [entry]).get(entry.id, [])
    if all(vault.is_gone(session, entry, value) for value in values if value.field in closed):
        raise Refused.because(_("Uppgiften är gallrad och kan inte öppnas."))


def seal_again(session: TenantSession, actor: Actor, case_id: str) -> None:
    """Seal again, before their time, what the actor has open in a case."""
    case, _decision = access.of_case(session, actor, Permission.CASE_UNSEAL, case_id, Action.SEALED_AGAIN)
    for opened in _live(session, actor, case):
        opened.until = session.now


def _live(session: TenantSession, actor: Actor, case: Case) -> list[Unsealing]:
    return list(
        session.scalars(
            select(Unsealing).where(
                Unsealing.case_id == case.id, Unsealing.account_id == actor.id, Unsealing.until > session.now
            )
        ).all()
    )


def _until(decision: Decision, case: Case) -> dict[tuple[str, str], datetime]:
    live = _live(decision.session, decision.actor, case)
    return {(one.entry_id, one.field): one.until for one in live}


def _answers(
    decision: Decision,
    entry: Entry,
    form: Form | None,
    values: list[Value],
    until: dict[tuple[str, str], datetime],
) -> Iterable[Answer]:
    by_name = {value.field: value for value in values}
    declared = [] if form is None else list(form.fields)
    for field in declared:
        value = by_name.pop(field.name, None) or (by_name.pop(field.was, None) if field.was else None)
        if value is not None:
            yield _answer(decision, entry, value, field, until)
    for value in by_name.values():  # a field its plugin no longer declares stays readable under its stored name
        yield _answer(decision, entry, value, None, until)


def _answer(
    decision: Decision, entry: Entry, value: Value, field: Field | None, until: dict[tuple[str, str], datetime]
) -> Answer:
    label, kind = (value.field, "text") if field is None else (field.label, field.kind)
    sealed = value.sensitivity == Sensitivity.SEALED
    try:
        canonical = vault.open_answer(decision, entry, value)
    except vault.StillSealed:
        return Answer(value.field, label, kind, None, sealed)
    except Destroyed:
        return Answer(value.field, label, kind, vault.GONE, sealed, gone=True)
    words = canonical if field is None else answers.shown(field, canonical)
    return Answer(value.field, label, kind, words, sealed, until.get((entry.id, value.field)))
