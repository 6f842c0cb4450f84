"""Conflicts of interest (jäv, FL 16 §) in a case: who was blocked by whom, and a block lifted for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import access, accounts, audit, cases, vault
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.models import ConflictBlock
from casework.core.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Shown:
    """One block: of whom, made and lifted by whom, and why it was lifted in words."""

    block: ConflictBlock
    name: str
    made_by: str
    lifted_by: str
    reason: str


def of_case(session: TenantSession, actor: Actor, case_id: str) -> Sequence[Shown]:
    """Every block in a case for who may assign it, those that stand first; never one's own, which hides the case."""
    case, decision = access.of_case(
        session, actor, Permission.CASE_ASSIGN, case_id, Action.CASE_OPENED, detail={"page": "conflicts"}
    )
    query = select(ConflictBlock).where(ConflictBlock.case_id == case.id)
    found = session.scalars(query.order_by(ConflictBlock.lifted_at.is_not(None), ConflictBlock.made_at)).all()
    ids = {id_ for one in found for id_ in (one.account_id, one.made_by, one.lifted_by) if id_ is not None}
    names = accounts.names(session, ids)
    return [
        Shown(
            one,
            names.get(one.account_id, ""),
            names.get(one.made_by, ""),
            names.get(one.lifted_by or "", ""),
            ""
            if one.lifted_reason is None
            else vault.open_text(decision, case.id, "conflict_blocks", one.id, "lifted_reason", one.lifted_reason),
        )
        for one in found
    ]


def lift(session: TenantSession, actor: Actor, case_id: str, block_id: str, reason: str) -> None:
    """Lift a block as the unit's lead; the colleague is let into nothing by it. Raises Refused without a reason.

    Nobody lifts their own: to whoever is blocked there is no case, and this raises NotFound.
    """
    case, _decision = access.of_case(session, actor, Permission.CONFLICT_LIFT, case_id, Action.CONFLICT_LIFTED)
    block = session.get(ConflictBlock, (case.municipality, block_id))
    if block is None or block.case_id != case.id or block.lifted_at is not None:
        raise NotFound(access.denial(actor, Action.CONFLICT_LIFTED, "block", block_id, "case"))
    if not reason.strip():
        raise Refused.because(_("Skriv varför spärren hävs."), "reason")
    block.lifted_at, block.lifted_by = session.now, actor.id
    block.lifted_reason = vault.seal_text(
        session, case.id, "conflict_blocks", block.id, "lifted_reason", reason.strip()
    )
    session.flush()
    detail = {"account": block.account_id}
    audit.record(
        session,
        actor,
        Action.CONFLICT_LIFTED,
        "case",
        case.id,
        case_id=case.id,
        detail=detail,
        content=[block.lifted_reason],
    )
    cases.touch(session, case)
