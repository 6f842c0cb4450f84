"""Kommunicering (FL 25 §): a party is told what a decision will rest on and may answer until a day, or why not.

What is told is a copy tested item by item for that party (``case_exports``), which says the last day to answer. Here it
is sent, frozen, and what came back is written down; or that it was left out, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from datetime import date, timedelta

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import access, accounts, audit, case_exports, cases, clock, export_kept, tasks, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.entries import NOT_YET
from casework.core.errors import Destroyed, NotFound, Refused
from casework.core.export_shape import Content
from casework.core.frozen import Spot
from casework.core.models import Case, CaseExport, CasePerson, Communication, Person
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.core.vault import Identity

TABLE = "communications"
NONE = "none"
WAYS = (
    ("letter", _("I brev")),
    ("mail", _("I e-post eller e-tjänst")),
    ("phone", _("I telefon")),
    ("meeting", _("Vid ett möte")),
    (NONE, _("Inget svar kom")),
)
"""How a party answered, or that nothing came."""
BECAUSE = (
    ("needless", _("Det är uppenbart obehövligt")),
    ("harder", _("Det kan befaras att det annars blir avsevärt svårare att genomföra beslutet")),
    ("urgent", _("Ett väsentligt allmänt eller enskilt intresse kräver att beslutet meddelas omedelbart")),
)
"""Why a party may be left without (FL 25 §)."""
LONGEST = 5000
"""Letters of an answer, and of the reason why it was left out."""
TOO_LONG = _("Korta texten till högst 5 000 tecken.")
OVERDUE = _("Sista dagen att svara på kommuniceringen är över. Skriv in svaret, eller att inget kom")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: how, the day it came, and in which words; of ``none`` only that."""

    how: str
    received_on: date | None = None
    words: str = of(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Whom nothing was sent to, by which exception, and why it holds."""

    person_id: str
    because: str
    reason: str = of(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """One of a case's as it is shown. ``order`` is the copy that was sent, None where it was left out.

    ``standing`` is ``left_out``, ``waits``, ``late`` (the last day is over), ``none`` or ``answered``.
    """

    made: Communication
    order: CaseExport | None
    who: Identity
    by: str
    standing: str
    answered_by: str
    words: str = of(repr=False)


def send(session: TenantSession, registry: Registry, actor: Actor, case_id: str, order_id: str) -> Communication:
    """Send what was ordered for a party, once, as who ordered it; what is told is frozen and never changed.

    Raises NotFound for anybody else's order, Refused for what is over, not approved, or may no longer be told.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_EXPORT, case_id, Action.COMMUNICATION_SENT)
    cases.hold(session, case)
    given = case_exports.hand_out(session, registry, actor, order_id, case_exports.SENT, case_id=case.id)
    last = given.order.answer_by
    assert last is not None and given.order.recipient_id is not None  # noqa: S101, PT018 the table has refused both
    made = Communication(id=new_id(), case_id=case.id, person_id=given.order.recipient_id, export_id=given.order.id)
    made.made_by, made.made_at = actor.id, session.now
    made.told = export_kept.seal(session, case.id, Spot(TABLE, made.id, "told"), given.content)
    session.add(made)
    _remember(session, actor, Action.COMMUNICATION_SENT, made)
    tasks.add_follow_up(decision, case, OVERDUE, last + timedelta(days=1), made.id)
    cases.touch(session, case)
    return made


def answer(session: TenantSession, actor: Actor, case_id: str, communication_id: str, said: Answer) -> Communication:
    """Write down what a party answered, or that nothing came; raises Refused with every fault at its field.

    An answer that came after all may take the place of none; no other is ever changed.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.COMMUNICATION_ANSWERED)
    cases.hold(session, case)
    made, order = _held(session, actor, case, communication_id)
    if faults := _answer_faults(session, made, order, said):
        raise Refused(faults)
    words = None
    if said.how != NONE:  # sealed first: the row is written whole or not at all
        words = vault.seal_text(session, case.id, TABLE, made.id, "answer", said.words.strip())
    made.how, made.answered_by, made.answered_at = said.how, actor.id, session.now
    made.answer, made.received_on = words, None if words is None else said.received_on
    tasks.finish_follow_up(decision, case, made.id)
    _remember(session, actor, Action.COMMUNICATION_ANSWERED, made)
    cases.touch(session, case)
    return made


def leave_out(session: TenantSession, actor: Actor, case_id: str, said: LeftOut) -> Communication:
    """Write down that somebody in a case is told nothing before the decision, and why; also who may not know of it."""
    case, _decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.COMMUNICATION_LEFT_OUT)
    cases.hold(session, case)
    if faults := _left_out_faults(session, case, said):
        raise Refused(faults)
    made = Communication(id=new_id(), case_id=case.id, person_id=said.person_id, because=said.because)
    made.made_by, made.made_at = actor.id, session.now
    made.reason = vault.seal_text(session, case.id, TABLE, made.id, "reason", said.reason.strip())
    session.add(made)
    _remember(session, actor, Action.COMMUNICATION_LEFT_OUT, made)
    cases.touch(session, case)
    return made


def of_case(decision: Decision, case: Case) -> Sequence[Shown]:
    """What was sent or left out in a case, the latest first; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return ()
    query = select(Communication).where(Communication.case_id == case.id)
    rows = decision.session.scalars(query.order_by(Communication.made_at.desc(), Communication.id)).all()
    return _shown(decision, case, rows)


def one(decision: Decision, case: Case, communication_id: str) -> Shown:
    """One of a case's; raises NotFound for any other, and for somebody who only decides in the case."""
    session, actor = decision.session, decision.actor
    made = session.get(Communication, (case.municipality, communication_id))
    if made is None or made.case_id != case.id or decision.forms is not None:
        reading = Action.COMMUNICATION_READ
        raise NotFound(access.denial(actor, reading, "communication", communication_id, "missing"))
    return _shown(decision, case, [made])[0]


def content_of(decision: Decision, shown: Shown) -> Content | None:
    """What was sent, as far as its reader may read it now, and that it was read is remembered.

    None for what was left out or is destroyed, and for who has the case open in an emergency.
    """
    made, order = shown.made, shown.order
    if order is None or made.told is None or order.content_hash is None:
        return None
    session, actor = decision.session, decision.actor
    audit.record(session, actor, Action.COMMUNICATION_READ, "communication", made.id, case_id=made.case_id)
    try:
        whole = export_kept.opened(decision, made.case_id, Spot(TABLE, made.id, "told"), made.told, order.content_hash)
    except Destroyed:
        return None
    return export_kept.readable(decision, made.case_id, whole)


def digest_of(shown: Shown, content: Content | None) -> str:
    """The digest of what was sent, for who reads all of it: beside a blank it would let what is blank be guessed."""
    digest = "" if shown.order is None or content is None else shown.order.content_hash or ""
    return digest if content is not None and export_kept.is_whole(content, digest) else ""


def parties(decision: Decision, case: Case) -> list[Identity]:
    """Everybody in a case, whom it is about first: of each it may be written that nothing was sent."""
    ids = select(CasePerson.person_id).where(CasePerson.case_id == case.id)
    rows = decision.session.scalars(select(Person).where(Person.id.in_(ids))).all()
    return sorted(vault.open_persons(decision, rows).values(), key=lambda one: (one.id != case.subject_id, one.name))


def _shown(decision: Decision, case: Case, rows: Iterable[Communication]) -> list[Shown]:
    session, made = decision.session, list(rows)
    copies = select(CaseExport).where(CaseExport.id.in_({row.export_id for row in made if row.export_id is not None}))
    orders = {row.id: row for row in session.scalars(copies).all()} if made else {}
    people = select(Person).where(Person.id.in_({row.person_id for row in made}))
    known = vault.open_persons(decision, session.scalars(people).all()) if made else {}
    names = accounts.names(session, {id_ for row in made for id_ in (row.made_by, row.answered_by) if id_})
    today = clock.today(session.now)
    return [
        Shown(
            row,
            order := orders.get(row.export_id or ""),
            known[row.person_id],
            names.get(row.made_by, ""),
            _standing(row, order, today),
            names.get(row.answered_by or "", ""),
            _words(decision, case, row),
        )
        for row in made
    ]


def _standing(row: Communication, order: CaseExport | None, today: date) -> str:
    if order is None or order.answer_by is None:
        return "left_out"
    if row.how is not None:
        return NONE if row.how == NONE else "answered"
    return "waits" if today <= order.answer_by else "late"


def _words(decision: Decision, case: Case, row: Communication) -> str:
    """What was answered, or why it was left out."""
    column, sealed = ("answer", row.answer) if row.because is None else ("reason", row.reason)
    return "" if sealed is None else vault.open_text(decision, case.id, TABLE, row.id, column, sealed)


def _held(session: TenantSession, actor: Actor, case: Case, communication_id: str) -> tuple[Communication, CaseExport]:
    """One that was sent in a case as its last writer left it, held until the transaction ends."""
    both = (CaseExport.municipality == Communication.municipality) & (CaseExport.id == Communication.export_id)
    query = select(Communication, CaseExport).join(CaseExport, both).where(Communication.id == communication_id)
    held = query.where(Communication.case_id == case.id).with_for_update(of=Communication)
    found = session.execute(held.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        action = Action.COMMUNICATION_ANSWERED
        raise NotFound(access.denial(actor, action, "communication", communication_id, "missing"))
    return found[0], found[1]


def _answer_faults(session: TenantSession, made: Communication, order: CaseExport, said: Answer) -> list[Refusal]:
    today, found = clock.today(session.now), []
    if made.how is not None and (made.how != NONE or said.how == NONE):
        return [Refusal(_("Det är redan antecknat. Det går inte att ändra."))]
    if said.how not in dict(WAYS):
        return [Refusal(_("Välj hur svaret kom, eller att inget kom."), "how")]
    if said.how == NONE:
        waits = order.answer_by is not None and order.answer_by >= today
        return [Refusal(_("Parten kan fortfarande svara. Vänta tills sista dagen är över."), "how")] if waits else []
    if said.received_on is None:
        found.append(Refusal(_("Skriv vilken dag svaret kom."), "received_on"))
    elif said.received_on > today:
        found.append(Refusal(NOT_YET, "received_on"))
    elif said.received_on < clock.today(made.made_at):
        found.append(Refusal(_("Svaret kan inte ha kommit innan underlaget skickades."), "received_on"))
    return found + _word_faults(said.words, "words", _("Skriv vad parten svarade."))


def _left_out_faults(session: TenantSession, case: Case, said: LeftOut) -> list[Refusal]:
    part = select(CasePerson.id).where(CasePerson.case_id == case.id, CasePerson.person_id == said.person_id)
    found = []
    if session.scalar(part.limit(1)) is None:
        found.append(Refusal(_("Välj vem i ärendet det gäller."), "person"))
    if said.because not in dict(BECAUSE):
        found.append(Refusal(_("Välj varför kommuniceringen utelämnas."), "because"))
    return found + _word_faults(said.reason, "reason", _("Skriv varför undantaget gäller här."))


def _word_faults(words: str, field: str, missing: str) -> list[Refusal]:
    if not words.strip():
        return [Refusal(missing, field)]
    return [Refusal(TOO_LONG, field)] if len(words.strip()) > LONGEST else []


def _remember(session: TenantSession, actor: Actor, action: Action, made: Communication) -> None:
    session.flush()
    detail: dict[str, str | int | bool] = {"person": made.person_id}
    detail |= {"order": made.export_id} if made.export_id is not None else {"because": made.because or ""}
    if made.how is not None:
        detail["answer"] = made.how
    words = [one for one in (made.told, made.reason, made.answer) if one is not None]
    audit.record(session, actor, action, "communication", made.id, case_id=made.case_id, detail=detail, content=words)
