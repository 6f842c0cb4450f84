"""What somebody is asked to decide: one disclosure, with what it would tell and why, and nothing else of its case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, false, or_, select

from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import (
    access,
    accounts,
    audit,
    cases,
    consent_register,
    disclosure_rules,
    disclosure_steps,
    disclosures,
    given,
    notices,
    telling,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.disclosure_wish import Wish
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.frozen import Frozen
from casework.core.models import Account, Case, CaseAccess, Disclosure
from casework.core.permissions import Actor, Permission
from casework.core.telling import Warned


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decider is shown; ``reserved`` is what consents that it rests on leave out or add, and in whose words."""

    made: Disclosure
    case: Case
    wish: Wish
    content: Frozen
    assessor: str
    recipient: str
    warned: Sequence[Warned]
    reserved: Sequence[tuple[str, str]]


def count(session: TenantSession, actor: Actor) -> int:
    """How much waits for the actor's decision; what they are kept from by now is not counted."""
    return len(_open_to(session, actor))


def waiting(session: TenantSession, actor: Actor) -> Sequence[tuple[Disclosure, str]]:
    """What waits for the actor's decision, the oldest first, each with who assessed it; one audit row.

    What they are kept from by now is not in the list, any more than it can be opened.
    """
    access.require(actor, Permission.DISCLOSURE_DECIDE, Action.DISCLOSURES_LISTED, "list")
    notices.read(session, actor.id, "disclosure_waits")
    rows = _open_to(session, actor)
    of = {one.case_id for one in rows}
    audit.record(
        session, actor, Action.DISCLOSURES_LISTED, "list", "disclosures", detail={"count": len(rows)}, cases=of
    )
    names = accounts.names(session, {one.assessed_by for one in rows if one.assessed_by})
    return [(one, names.get(one.assessed_by or "", "")) for one in rows]


def one(session: TenantSession, actor: Actor, disclosure_id: str) -> Asked:
    """One that waits for the actor's decision, opened; raises NotFound for anything else."""
    made, case, decision = _asked(session, actor, disclosure_id, Action.DISCLOSURE_READ)
    content = disclosures.content_of(decision, made)
    if content is None:
        raise NotFound(access.denial(actor, Action.DISCLOSURE_READ, "disclosure", disclosure_id, "missing"))
    names = accounts.names(session, {id_ for id_ in (made.assessed_by, made.account_id) if id_})
    wish = given.wish_of(decision, made)
    recipient = names.get(made.account_id or "", wish.outside)
    about = {*wish.warned, *([] if case.subject_id is None else [case.subject_id])}
    warned = telling.warnings_before_sending(decision, case, about)
    coverage = given.coverage_of(decision, case, made)
    reserved = [] if coverage is None else consent_register.reserved(decision, coverage.consents)
    return Asked(made, case, wish, content, names.get(made.assessed_by or "", ""), recipient, warned, reserved)


def decide(
    session: TenantSession, actor: Actor, disclosure_id: str, seen: str, *, granted: bool, answer: str = ""
) -> Disclosure:
    """Say yes or no to what was shown, whose digest is ``seen``; raises Refused for a no without a word why.

    What was spoken is told already: a yes leaves nothing to do, and a no says that it ought not to have been told,
    which the unit's leads learn.
    Raises NotFound for what is not the actor's to decide, and Conflict where something else was shown.
    """
    action = Action.DISCLOSURE_APPROVED if granted else Action.DISCLOSURE_REFUSED
    made, case, decision = _asked(session, actor, disclosure_id, action)
    if seen != made.content_hash:
        raise Conflict
    if not granted and not answer.strip():
        raise Refused.because(_("Skriv varför uppgifterna inte ska lämnas ut."), "answer")
    if answer.strip():
        made.answer = vault.seal_text(session, case.id, given.TABLE, made.id, "answer", answer.strip())
    if granted:
        made.state, made.approved_by, made.approved_at = "approved", actor.id, session.now
    else:
        made.state, made.because = "refused", "decider"
        made.ended_by, made.ended_at = actor.id, session.now
    session.flush()
    detail: audit.Detail = {"state": made.state, "ground": made.ground or "", "content": made.content_hash or ""}
    detail = {**detail, "oral": made.oral_on is not None}
    audit.record(session, actor, action, "disclosure", made.id, case_id=case.id, detail=detail)
    if made.oral_on is not None and granted:
        disclosure_steps.note_spoken(session, made)
        disclosure_steps.remember(decision, made, Action.DISCLOSURE_PERFORMED)
    elif made.oral_on is not None:
        disclosure_steps.tell_leads(decision, case)
    session.flush()
    if made.assessed_by is not None and not access.is_blocked(session, made.assessed_by, case.id):
        notices.tell(session, made.assessed_by, "disclosure_decided")
    cases.touch(session, case)
    return made


def _waiting(session: TenantSession, actor: Actor) -> Select[Disclosure]:
    may = access.reached(actor, Permission.DISCLOSURE_DECIDE, session.now)
    deciding = [post for post in actor.posts if Permission.DISCLOSURE_DECIDE in post.grants]
    return select(Disclosure).where(
        Disclosure.decider_id == actor.id,
        Disclosure.state == "assessed",
        or_(false(), *(Disclosure.assessed_at >= one.since for one in deciding)),
        Disclosure.case_id.in_(select(CaseAccess.case_id).where(may)),
    )


def _open_to(session: TenantSession, actor: Actor) -> list[Disclosure]:
    """What waits for the actor in cases where nothing keeps them from deciding, the oldest first."""
    rows = session.scalars(_waiting(session, actor).order_by(Disclosure.assessed_at, Disclosure.id)).all()
    of = {one.case_id for one in rows}
    decision = access.of_consents(session, actor, of)
    account = [session.get_one(Account, actor.id)] if rows else []
    found = session.scalars(select(Case).where(Case.id.in_(of))).all()
    closed = {one.id for one in found if disclosure_rules.kept_from_deciding(decision, one, account)}
    return [one for one in rows if one.case_id not in closed and _may_decide(actor, one)]


def _may_decide(actor: Actor, made: Disclosure) -> bool:
    """Whether somebody's level is high enough now, and it was somebody else who assessed it."""
    level = actor.level_for(Permission.DISCLOSURE_DECIDE)
    return made.assessed_by != actor.id and level.rank >= Level(made.level or "U").rank


def _asked(
    session: TenantSession, actor: Actor, disclosure_id: str, action: Action
) -> tuple[Disclosure, Case, Decision]:
    """One that the actor is to decide, its case held before it, as whoever else writes in the case holds them."""
    found = session.scalar(_waiting(session, actor).where(Disclosure.id == disclosure_id))
    if found is None or not _may_decide(actor, found):
        raise NotFound(access.denial(actor, action, "disclosure", disclosure_id, "decider"))
    case, decision = access.of_case(session, actor, Permission.DISCLOSURE_DECIDE, found.case_id, action)
    if disclosure_rules.kept_from_deciding(decision, case, [session.get_one(Account, actor.id)]):
        raise NotFound(access.denial(actor, action, "disclosure", disclosure_id, "decider"))
    cases.hold(session, case)
    session.refresh(found, with_for_update=True)
    if found.state != "assessed":
        raise Conflict
    return found, case, decision
