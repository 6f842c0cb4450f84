"""Disclosures: drafted, assessed, decided, performed, ended. What was performed is frozen and never changed."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import select

from casework.core import (
    access,
    cases,
    disclosure_faults,
    disclosure_rules,
    disclosure_steps,
    frozen,
    given,
    nameless,
    notices,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.disclosure_rules import Look
from casework.core.disclosure_wish import Wish
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.frozen import Frozen
from casework.core.models import Case, Disclosure
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

ONCE = re.compile(r"[A-Za-z0-9_-]{22}")
"""How a page names the disclosure that it makes: once, however often it is sent."""


def draft(
    session: TenantSession, actor: Actor, case_id: str, once: str, wish: Wish, seen_version: int = 0
) -> Disclosure:
    """Keep what somebody has chosen and written so far; ``once`` names the page, so that sent twice it is one.

    Raises Conflict where it is a draft no more or somebody else wrote since ``seen_version`` was shown, and NotFound
    for another case's, and where what it corrects was never given in this one. Raises Refused for words that tell who a
    consultation without a person is about.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.DISCLOSURE_DRAFTED)
    nameless.require(decision, case, wish.texts)
    made = _written(session, actor, case, once, wish, seen_version)
    disclosure_steps.remember(decision, made, Action.DISCLOSURE_DRAFTED)
    cases.touch(session, case)
    return made


def discard(session: TenantSession, actor: Actor, case_id: str, disclosure_id: str) -> None:
    """Throw a draft away; raises Conflict for what is assessed."""
    case, decision, made = _open(session, actor, case_id, disclosure_id, Action.DISCLOSURE_DISCARDED)
    _require(made, "draft")
    session.delete(made)
    disclosure_steps.remember(decision, made, Action.DISCLOSURE_DISCARDED)
    cases.touch(session, case)


def assess(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    once: str,
    wish: Wish,
    seen_version: int = 0,
    seen_content: str | None = None,
) -> Disclosure:
    """Assess a disclosure, and perform it where the actor may decide it alone; else whoever was chosen is asked.

    Raises Refused with every fault at its field, Conflict and NotFound as ``draft`` does, and Conflict also where
    ``seen_content`` is not the digest of what would be told now.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.DISCLOSURE_ASSESSED)
    made = _written(session, actor, case, once, wish, seen_version)
    seen = disclosure_rules.look(decision, registry, case, wish)
    if refusals := disclosure_faults.faults(decision, registry, case, seen):
        raise Refused(refusals)
    if seen_content is not None and seen_content != seen.content.digest:
        raise Conflict
    _assess(decision, case, made, seen)
    if made.oral_on is not None:
        disclosure_steps.rest(session, case, made, seen)
        disclosure_steps.demand_report(decision, case, seen)
    if made.decider_id is not None:
        notices.tell(session, made.decider_id, "disclosure_waits")
    else:
        disclosure_steps.step(session, made, "approved", approved_by=actor.id, approved_at=session.now)
        disclosure_steps.remember(decision, made, Action.DISCLOSURE_APPROVED)
        disclosure_steps.give(decision, case, made, seen)
    cases.touch(session, case)
    return made


def perform(session: TenantSession, registry: Registry, actor: Actor, case_id: str, disclosure_id: str) -> Disclosure:
    """Give what was decided, exactly that; raises Refused where it may no longer be given, or the facts are others.

    So it is where the decision is older than the municipality lets one be: it has lapsed, and is asked for anew. What
    was sealed when it was chosen must be open to the actor again. Raises Conflict for what is not decided.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.DISCLOSURE_PERFORMED)
    cases.hold(session, case)
    made = _held(session, actor, case, disclosure_id, Action.DISCLOSURE_PERFORMED)
    _require(made, "approved")
    seen = disclosure_rules.look(decision, registry, case, given.wish_of(decision, made))
    disclosure_steps.require_sound(decision, registry, case, made, seen)
    disclosure_steps.give(decision, case, made, seen)
    cases.touch(session, case)
    return made


def withdraw(session: TenantSession, actor: Actor, case_id: str, disclosure_id: str) -> None:
    """Let what was assessed, and perhaps decided, come to nothing; raises Conflict once it is performed.

    What was spoken was told all the same: it stays as told and not decided on, and the unit's leads learn of it.
    """
    case, decision, made = _open(session, actor, case_id, disclosure_id, Action.DISCLOSURE_REFUSED)
    _require(made, "assessed", "approved")
    disclosure_steps.end(decision, made, "refused", "withdrawn")
    if made.oral_on is not None:
        disclosure_steps.tell_leads(decision, case)
    disclosure_steps.remember(decision, made, Action.DISCLOSURE_REFUSED)
    cases.touch(session, case)


def end(session: TenantSession, actor: Actor, case_id: str, disclosure_id: str) -> None:
    """End a performed disclosure now: its recipient cannot read it from the next request on; what was told stays.

    One that has ended is left as it is. Raises Conflict for what was never performed.
    """
    case, decision, made = _open(session, actor, case_id, disclosure_id, Action.DISCLOSURE_ENDED)
    _require(made, "performed", "closed", "corrected")
    if made.state == "performed":
        disclosure_steps.end(decision, made, "closed", "revoked")
        disclosure_steps.remember(decision, made, Action.DISCLOSURE_ENDED)
        cases.touch(session, case)


def content_of(decision: Decision, made: Disclosure) -> Frozen | None:
    """What was assessed, or given; None for a draft. Raises Destroyed once its key is."""
    if made.told is None or made.content_hash is None:
        return None
    return frozen.open_of_case(decision, made.case_id, given.spot(made, "told"), made.told, made.content_hash)


def answer_of(decision: Decision, made: Disclosure) -> str:
    """What whoever decided it answered."""
    if made.answer is None:
        return ""
    return vault.open_text(decision, made.case_id, given.TABLE, made.id, "answer", made.answer)


def _written(session: TenantSession, actor: Actor, case: Case, once: str, wish: Wish, seen_version: int) -> Disclosure:
    """The draft of that name with a wish in it, made if it is new; held until the transaction ends."""
    cases.hold(session, case)
    if not ONCE.fullmatch(once):
        raise Conflict
    made = session.get(Disclosure, (case.municipality, once), with_for_update=True, populate_existing=True)
    is_here = made is not None and made.case_id == case.id
    if seen_version and not is_here:
        raise Conflict
    if (made is not None and not is_here) or (wish.corrects and not _is_given(session, case, wish.corrects)):
        raise NotFound(access.denial(actor, Action.DISCLOSURE_DRAFTED, "case", case.id, "missing"))
    if made is not None and (made.state != "draft" or made.version != seen_version):
        raise Conflict
    if made is not None and (made.corrects_id or "") != wish.corrects:
        raise Conflict
    told = vault.seal_text(session, case.id, given.TABLE, once, "wanted", wish.as_text())
    if made is None:
        made = Disclosure(id=once, case_id=case.id, made_by=actor.id, made_at=session.now, version=0, takes_two=False)
        made.corrects_id = wish.corrects or None
        session.add(made)
    made.wanted = told
    made.version += 1
    session.flush()
    return made


def _is_given(session: TenantSession, case: Case, disclosure_id: str) -> bool:
    """Whether it was given in the case, whatever has become of it."""
    made = session.get(Disclosure, (case.municipality, disclosure_id))
    return made is not None and made.case_id == case.id and made.performed_at is not None


def _assess(decision: Decision, case: Case, made: Disclosure, seen: Look) -> None:
    session, wish, need = decision.session, seen.wish, seen.need
    assert seen.recipient is not None and seen.applied is not None and need is not None  # noqa: S101, PT018 faults has refused
    made.place, made.ground = seen.recipient.place.value, wish.ground
    made.agency = None if seen.recipient.agency is None else seen.recipient.agency.value
    made.account_id = None if seen.recipient.account is None else seen.recipient.account.id
    made.level, made.takes_two = need.level.value, need.takes_two
    made.until, made.oral_on = wish.until, wish.oral_on
    levels = {one.id: one.protection for one in seen.protected}
    confirmed = {one.asks: wish.confirmed[one.asks] for one in seen.applied.explained.confirms}
    kinds = tuple(sorted(seen.kinds))
    said = replace(wish, levels=levels, kinds=kinds, aside={}, confirmed=confirmed).as_text()
    made.wanted = vault.seal_text(session, case.id, given.TABLE, made.id, "wanted", said)
    made.told = frozen.seal_for_case(session, case.id, given.spot(made, "told"), seen.content)
    made.content_hash = seen.content.digest
    made.decider_id = None if disclosure_rules.decides_alone(decision, need) else wish.decider
    disclosure_steps.step(session, made, "assessed", assessed_by=decision.actor.id, assessed_at=session.now)
    disclosure_steps.remember(decision, made, Action.DISCLOSURE_ASSESSED)


def _open(
    session: TenantSession, actor: Actor, case_id: str, disclosure_id: str, action: Action
) -> tuple[Case, Decision, Disclosure]:
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, action)
    cases.hold(session, case)
    return case, decision, _held(session, actor, case, disclosure_id, action)


def _held(session: TenantSession, actor: Actor, case: Case, disclosure_id: str, action: Action) -> Disclosure:
    """One of the case's disclosures as its last writer left it, held until the transaction ends."""
    held = select(Disclosure).where(Disclosure.id == disclosure_id, Disclosure.case_id == case.id).with_for_update()
    made = session.scalar(held.execution_options(populate_existing=True))
    if made is None:
        raise NotFound(access.denial(actor, action, "disclosure", disclosure_id, "missing"))
    return made


def _require(made: Disclosure, *states: str) -> None:
    if made.state not in states:
        raise Conflict
