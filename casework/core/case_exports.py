"""Copies of a case for a recipient: ordered by who works in it, approved where it takes two, handed out once.

An order says to whom, why and which signed entries; it is bound by a digest and never changed. What goes along of them
is decided when it is handed out, by ``export_content``, and never wider than what was ordered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import (
    access,
    approvals,
    audit,
    cases,
    entries,
    export_choices,
    export_content,
    export_items,
    export_rules,
    reading,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.asked import Asked, Code
from casework.core.db import TenantSession, new_id
from casework.core.errors import Broken, NotFound, Refused
from casework.core.export_choices import COMMUNICATION, TO_A_PARTY, Choice
from casework.core.export_rules import Wanted
from casework.core.export_shape import Content, Item
from casework.core.models import Approval, Case, CaseAccess, CaseExport, Entry, Person
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.core.vault import Identity

KIND = "case:export"
PLACE = _("Gallras när ärendet har avslutats, så det går inte med. Lämna det i en kopia till personen i stället.")
"""Why what says where somebody is goes into nothing that is kept: it would outlive it."""
PAGE, FILE, PDF, SENT = "page", "file", "pdf", "sent"
"""How a copy is handed out: shown or printed once to who ordered it, put into a file by the operator's command, sent.

Only ``communications`` sends, and what a decision will rest on is handed out in no other way."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be ordered in a case: who may be told, each with their part, and the signed entries."""

    case: Case
    decision: Decision
    recipients: Sequence[tuple[Identity, str]]
    entries: Sequence[Entry]
    may_unseal: bool
    takes_two: bool
    ordered: Sequence[CaseExport]


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A copy that was handed out: the order and what it holds."""

    order: CaseExport
    content: Content


def reached(actor: Actor, now: datetime) -> Select[str]:
    """The ids of the cases of which the actor may order a copy."""
    return select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_EXPORT, now)).distinct()


def offer(session: TenantSession, actor: Actor, case_id: str, *, communicates: bool = False) -> Offer:
    """What may be ordered in a case, for its page; raises NotFound for who may not.

    With ``communicates`` what was ordered is what a party is to be told before a decision, else every other copy.
    """
    page: audit.Detail = {"page": "communication" if communicates else "export"}
    case, decision = access.of_case(session, actor, Permission.CASE_EXPORT, case_id, Action.CASE_OPENED, detail=page)
    told = export_rules.who_may_be_told(session, case)
    known = vault.open_persons(decision, session.scalars(select(Person).where(Person.id.in_(told))).all())
    kind = CaseExport.purpose == COMMUNICATION if communicates else CaseExport.purpose != COMMUNICATION
    query = select(CaseExport).where(CaseExport.case_id == case.id, CaseExport.ordered_by == actor.id, kind)
    ordered = session.scalars(query.order_by(CaseExport.ordered_at.desc(), CaseExport.id)).all()
    return Offer(
        case,
        decision,
        sorted(((known[id_], role) for id_, role in told.items()), key=lambda one: (one[1] != "subject", one[0].name)),
        entries.current(session, case),
        access.may_unseal(session, actor, case.id),
        export_rules.takes_two(session, case, "extract"),
        [one for one in ordered if one.handed_out_at is None and _stands(session, case, one)],
    )


def to_test(
    session: TenantSession, registry: Registry, actor: Actor, case_id: str, person_id: str
) -> tuple[Offer, Identity, list[Item]]:
    """What stands in a case, item by item, to be tested for one recipient; raises NotFound for who may not be told."""
    offered = offer(session, actor, case_id)
    recipient = next((one for one, _part in offered.recipients if one.id == person_id), None)
    if recipient is None:
        raise NotFound(access.denial(actor, Action.EXPORT_ORDERED, "case", case_id, "missing"))
    listed = export_items.items(offered.decision, registry, offered.case, person_id, offered.entries)
    return offered, recipient, listed


def order(
    session: TenantSession, registry: Registry, actor: Actor, case_id: str, wanted: Wanted, *, reason: str = ""
) -> tuple[CaseExport, Approval | None]:
    """Order a copy of a case; asked for where it takes two. Raises Refused with what may not be told to whom."""
    case, decision = access.of_case(session, actor, Permission.CASE_EXPORT, case_id, Action.EXPORT_ORDERED)
    cases.hold(session, case)
    may_unseal = access.may_unseal(session, actor, case.id)
    faults = export_rules.faults(session, case, wanted, may_unseal=may_unseal)
    if not faults:
        faults = _choice_faults(decision, registry, case, wanted)
    if faults:
        raise Refused(faults)
    made = CaseExport(
        id=new_id(),
        municipality=session.municipality,
        case_id=case.id,
        purpose=wanted.purpose,
        recipient_id=wanted.recipient_id or None,
        entries=json.dumps(sorted(set(wanted.entries)), separators=(",", ":")),
        with_sealed=wanted.with_sealed,
        ordered_by=actor.id,
        ordered_at=session.now,
        takes_two=export_rules.takes_two(session, case, wanted.purpose, wanted.recipient_id),
        answer_by=wanted.answer_by,
    )
    if wanted.assessment.strip():
        text = wanted.assessment.strip()
        made.assessment = vault.seal_text(session, case.id, "case_exports", made.id, "assessment", text)
    if wanted.choices:
        said = export_choices.packed(wanted.choices)
        made.choices = vault.seal_text(session, case.id, "case_exports", made.id, "choices", said)
        made.choices_hash = export_choices.digest(said)
    made.digest = export_rules.digest_of(made)
    session.add(made)
    session.flush()
    _remember(session, actor, Action.EXPORT_ORDERED, made)
    if not made.takes_two:
        return made, None
    chosen: dict[str, Code] = {
        "purpose": made.purpose,
        "part": export_rules.who_may_be_told(session, case).get(made.recipient_id or "", ""),
        "count": len(export_rules.ids(made)),
        "sealed": made.with_sealed,
        "digest": made.digest,
        "masked": sum(one.verdict == export_choices.MASK for one in wanted.choices),
        "withheld": sum(one.verdict == export_choices.WITHHOLD for one in wanted.choices),
    }
    if made.answer_by is not None:
        chosen["answer_by"] = made.answer_by.isoformat()
    return made, approvals.ask(session, actor, KIND, "export", made.id, chosen, case.id, reason=reason)


@approvals.carries_out(KIND)
def _approve(session: TenantSession, _registry: Registry, actor: Actor, asked: Asked) -> None:
    case, _decision = access.of_case(session, actor, Permission.CASE_EXPORT, asked.case_id or "", Action.EXPORT_ORDERED)
    made = _held(session, actor, asked.object_id)
    export_rules.require_sound(session, case, made, may_unseal=access.may_unseal(session, actor, case.id))
    if made.digest != asked.text("digest"):
        raise Broken("another order was approved")
    made.approved_at = session.now


def waiting(session: TenantSession, number: str) -> CaseExport | None:
    """The latest copy of a case that may be fetched now, by the case's number: for the operator's command."""
    query = (
        select(CaseExport, Case)
        .join(Case, (Case.municipality == CaseExport.municipality) & (Case.id == CaseExport.case_id))
        .where(Case.number == number, CaseExport.handed_out_at.is_(None), CaseExport.purpose != COMMUNICATION)
    )
    found = session.execute(query.order_by(CaseExport.ordered_at.desc(), CaseExport.id)).all()
    ready = (
        one for one, case in found if (one.approved_at is not None or not one.takes_two) and _stands(session, case, one)
    )
    return next(ready, None)


def _stands(session: TenantSession, case: Case, made: CaseExport) -> bool:
    """Whether the time of an order is not over and the case is still what was ordered."""
    return export_rules.ends(made) > session.now and not export_rules.is_reopened_since(session, case, made)


def hand_out(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    export_id: str,
    how: str,
    *,
    case_id: str | None = None,
) -> HandedOut:
    """What was ordered, once, as who ordered it; the rights, the people and the protection are asked for anew.

    Raises NotFound for anybody else's and, with ``case_id``, for another case's; Refused for what is over or may no
    longer be told.
    """
    access.require(actor, Permission.CASE_EXPORT, Action.EXPORT_HANDED_OUT, "export", export_id)
    made = _held(session, actor, export_id)
    if case_id not in {None, made.case_id} or (how == SENT) != (made.purpose == COMMUNICATION):
        raise NotFound(access.denial(actor, Action.EXPORT_HANDED_OUT, "export", export_id, "case"))
    case, decision = access.of_case(session, actor, Permission.CASE_EXPORT, made.case_id, Action.EXPORT_HANDED_OUT)
    export_rules.require_sound(session, case, made, may_unseal=access.may_unseal(session, actor, case.id))
    if made.takes_two and approvals.granted(session, KIND, made.id) is None:
        raise Refused.because(_("Kopian är inte godkänd, eller så har något ändrats sedan dess. Beställ den igen."))
    chosen = _entries(session, case, made)
    if made.with_sealed:
        reading.unseal_for_copy(session, actor, case.id, chosen)
        _case, decision = access.of_case(session, actor, Permission.CASE_EXPORT, case.id, Action.EXPORT_HANDED_OUT)
    else:  # what the actor has open to read at this moment was not ordered
        decision = replace(decision, unsealed=frozenset())
    content = export_content.gather(decision, registry, case, made, chosen, _choices(decision, made))
    if made.with_sealed:
        reading.seal_again(session, actor, case.id)
    made.handed_out_at, made.handed_out_as = session.now, how
    made.content_hash = hashlib.sha256(content.as_json()).hexdigest()
    session.flush()
    _remember(session, actor, Action.EXPORT_HANDED_OUT, made)
    return HandedOut(made, content)


def _choice_faults(decision: Decision, registry: Registry, case: Case, wanted: Wanted) -> list[Refusal]:
    """Why what was decided of each item cannot be ordered; a party's copy is always tested item by item."""
    if not wanted.choices and wanted.purpose not in TO_A_PARTY:
        return []
    chosen = [one for one in export_rules.signed(decision.session, case) if one.id in set(wanted.entries)]
    listed = export_items.items(decision, registry, case, wanted.recipient_id, chosen)
    found = export_choices.faults(wanted.purpose, wanted.choices, export_items.told(listed))
    given = {(one.entry_id, one.field) for one in wanted.choices if one.verdict == export_choices.GIVE}
    closed = [one for one in listed if one.words is None and (one.place, one.field) in given]
    if closed and not wanted.with_sealed:
        reason = _("Förseglade uppgifter lämnas bara till personen själv, av den som är namngiven för dem.")
        if wanted.purpose == COMMUNICATION:
            reason = _("Förseglade uppgifter går inte med i en kommunicering. Lämna dem i en kopia till personen.")
        found += [Refusal(reason, export_choices.at(one.place, one.field, "verdict")) for one in closed]
    places = export_items.places(decision.session, chosen) if wanted.purpose == COMMUNICATION else ()
    told = (one for one in wanted.choices if one.verdict != export_choices.WITHHOLD)
    return found + [
        Refusal(PLACE, export_choices.at(one.entry_id, one.field, "verdict"))
        for one in told
        if (one.entry_id, one.field) in places
    ]


def _choices(decision: Decision, made: CaseExport) -> list[Choice] | None:
    """What was decided of each answer; None where the copy was tested as a whole."""
    if made.choices is None or made.choices_hash is None:
        if made.choices is not None or made.choices_hash is not None:
            raise Broken("the choices of an order are gone")
        return None
    text = vault.open_text(decision, made.case_id, "case_exports", made.id, "choices", made.choices)
    return export_choices.unpacked(text, made.choices_hash)


def _entries(session: TenantSession, case: Case, made: CaseExport) -> list[Entry]:
    """What was ordered, in the order in which it happened; an archive gets whatever was signed, corrected or not."""
    wanted = set(export_rules.ids(made))
    return [one for one in export_rules.signed(session, case) if one.id in wanted]


def _held(session: TenantSession, actor: Actor, export_id: str) -> CaseExport:
    """The actor's own order as its last writer left it, held until the transaction ends."""
    held = select(CaseExport).where(CaseExport.id == export_id, CaseExport.ordered_by == actor.id).with_for_update()
    made = session.scalar(held.execution_options(populate_existing=True))
    if made is None:
        raise NotFound(access.denial(actor, Action.EXPORT_HANDED_OUT, "export", export_id, "missing"))
    return made


def _remember(session: TenantSession, actor: Actor, action: Action, made: CaseExport) -> None:
    parts = export_rules.who_may_be_told(session, session.get_one(Case, (made.municipality, made.case_id)))
    detail: dict[str, str | int | bool] = {
        "purpose": made.purpose,
        "part": parts.get(made.recipient_id or "", ""),
        "recipient": made.recipient_id or "archive",
        "count": len(export_rules.ids(made)),
        "sealed": made.with_sealed,
        "digest": made.digest,
    }
    if made.handed_out_as is not None:
        detail |= {"how": made.handed_out_as, "content": made.content_hash or ""}
    words = [one for one in (made.assessment, made.choices) if one is not None]
    audit.record(session, actor, action, "export", made.id, case_id=made.case_id, detail=detail, content=words)
