"""What was given of a case to somebody outside, as long as it may be read: the one rule of it, asked at every read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select

from casework.core import access, approvals, consent_rules, frozen, stopping, telling, unbroken_posts, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.consent_rules import CONSENTS, Coverage
from casework.core.db import TenantSession
from casework.core.disclosure_wish import Wish
from casework.core.errors import NotFound
from casework.core.frozen import Frozen, Spot
from casework.core.models import Case, CaseAccess, Disclosure, Handover
from casework.core.permissions import Actor, Permission

TABLE = "disclosures"


def live(session: TenantSession, actor: Actor) -> Select[Disclosure]:
    """What may be read at this moment: asked of the row itself and of the table of who sees what.

    What was sent to an agency is read there: whoever has left it has left this behind, also if they come back.
    """
    may = access.reached(actor, Permission.RECEIVED_READ, session.now)
    return select(Disclosure).where(
        Disclosure.account_id == actor.id,
        unbroken_posts.gave(actor.posts, Disclosure.agency, Disclosure.performed_at),
        Disclosure.state == "performed",
        Disclosure.performed_at <= session.now,
        Disclosure.valid_until > session.now,
        Disclosure.case_id.in_(select(CaseAccess.case_id).where(may)),
    )


def covered(session: TenantSession, actor: Actor, sent: Sequence[Disclosure]) -> list[Disclosure]:
    """Those that may still be read: what they rest on, who is protected and who is in the case are asked anew.

    A birthday, a new guardian or somebody who bears the reader's name changes it, and no job has to run for it.
    """
    of = {one.case_id for one in sent}
    decision = access.of_consents(session, actor, of)
    cases = {one.id: one for one in session.scalars(select(Case).where(Case.id.in_(of)))}
    closed = telling.touching(decision, list(cases.values()), actor.name)
    guarded = {id_ for id_ in of if approvals.guards(session, id_)}
    return [
        one
        for one in sent
        if one.case_id not in closed
        and (one.case_id not in guarded or stopping.took_two(one))
        and is_covered(decision, cases[one.case_id], one)
    ]


def handed(session: TenantSession, actor: Actor) -> list[str]:
    """The disclosures that were handed over to the actor, and may be read at this moment unless they declined."""
    if not actor.may(Permission.RECEIVED_READ):
        return []
    found = session.scalars(live(session, actor).where(asks_an_answer()).order_by(Disclosure.id)).all()
    return [one.id for one in covered(session, actor, found)] if found else []


def opened(session: TenantSession, actor: Actor, disclosure_id: str) -> Frozen:
    """What one that was handed over says; raises NotFound alike for all that may not be read at this moment."""
    found = session.scalars(live(session, actor).where(Disclosure.id == disclosure_id, asks_an_answer())).all()
    made = next(iter(covered(session, actor, found)), None)
    if made is None:
        raise NotFound(access.denial(actor, Action.RECEIVED_OPENED, "disclosure", disclosure_id, "missing"))
    return content(session, actor, made)


def content(session: TenantSession, actor: Actor, made: Disclosure) -> Frozen:
    """What was given, in words, for its recipient, which is remembered; whoever calls this has asked if they may."""
    if made.received is None or made.content_hash is None:
        raise NotFound(access.denial(actor, Action.RECEIVED_OPENED, "disclosure", made.id, "missing"))
    decision = access.of_received(
        *(session, actor, Permission.RECEIVED_READ, Action.RECEIVED_OPENED),
        *("disclosure", made.id, made.case_id, made.content_hash),
    )
    found = frozen.open_as_recipient(
        decision, made.agency or "", spot(made, "received"), made.received, made.content_hash
    )
    made.opened_at = made.opened_at or session.now
    session.flush()
    return found


def asks_an_answer() -> ColumnElement[bool]:
    """The condition on ``Disclosure`` that its recipient was asked to answer: it is read in their inbox alone."""
    return Disclosure.id.in_(select(Handover.disclosure_id).where(Handover.disclosure_id.is_not(None)))


def is_declined() -> ColumnElement[bool]:
    """The condition on ``Disclosure`` that its recipient has declined it, and so reads it no more."""
    declined = (Handover.disclosure_id.is_not(None), Handover.state == "declined")
    return Disclosure.id.in_(select(Handover.disclosure_id).where(*declined))


def is_covered(decision: Decision, case: Case, made: Disclosure) -> bool:
    """Whether the consents that it rests on cover it at this moment; so they do what rests on another ground."""
    coverage = coverage_of(decision, case, made)
    return coverage is None or coverage.complete


def coverage_of(decision: Decision, case: Case, made: Disclosure) -> Coverage | None:
    """The consents that it rests on at this moment; None where it rests on another ground."""
    if made.ground not in CONSENTS:
        return None
    place, kinds = made.place or made.agency or "", wish_of(decision, made).kinds
    return consent_rules.coverage(decision, case, place, kinds, decision.session.now)


def wish_of(decision: Decision, made: Disclosure) -> Wish:
    """What was chosen and written; nothing where its key is destroyed."""
    said = vault.open_text(decision, made.case_id, TABLE, made.id, "wanted", made.wanted)
    return Wish() if said == vault.GONE else Wish.read(said)


def spot(made: Disclosure, column: str) -> Spot:
    """Where a frozen content of it lies."""
    return Spot(TABLE, made.id, column)
