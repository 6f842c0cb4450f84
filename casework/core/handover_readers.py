"""Who may still be told what was handed over from a case: asked of the case at each read, and of no job.

Whoever is blocked, bears the name of somebody who must not know, or reads of somebody who has come to be protected so
much that it takes two people, reads nothing more of it. A block that is lifted brings nothing back.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from casework.core import access, approvals, deputies, telling, unbroken_posts
from casework.core.db import TenantSession
from casework.core.models import Case, ConflictBlock, Handover, Restoration
from casework.core.permissions import Actor, Permission, Post, Role

INTAKES = frozenset({Role.INTAKE, Role.PARTNER, Role.POLICE_LIAISON})
"""Roles that take in what comes to the whole agency; a team lead takes in what comes to the unit."""


def comes_to(somebody: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that it is meant for somebody, by name or by a post that takes in what comes."""
    reading = [post for post in somebody.posts if Permission.HANDOVER_READ in post.grants]
    # Whoever has left the agency since has left it behind; what was passed on to them is taken back by ``leaving``.
    by_name = and_(
        Handover.recipient_id == somebody.id,
        unbroken_posts.gave(somebody.posts, Handover.recipient_agency, Handover.sent_at),
    )
    passed_on = and_(
        Handover.passed_to == somebody.id, Handover.recipient_agency.in_({post.agency for post in reading})
    )
    return or_(by_name, passed_on, *(_comes_by(post) for post in reading if post.role in {*INTAKES, Role.TEAM_LEAD}))


def came_to(session: TenantSession, actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that it is meant for somebody, or for whom they stand in for."""
    return or_(
        comes_to(actor),
        *(comes_to(absent) for absent in deputies.stood_in_for(session, actor)),
    )


def takes_in(role: Role, own_unit: str, unit_id: str | None) -> bool:
    """Whether a post takes in what comes to its agency, or to a unit of it."""
    if unit_id is None:
        return role in INTAKES
    return own_unit == unit_id and role in {*INTAKES, Role.TEAM_LEAD}


def told(session: TenantSession, reader: Actor, of: Collection[str]) -> ColumnElement[bool]:
    """The condition on ``Handover`` that the reader may be told it now; ``of`` are the cases that any may come from."""
    shut = _closed(session, reader, of)
    told_ = [Handover.case_id.not_in(shut), _unblocked(reader)]
    restored = session.scalar(select(func.max(Restoration.restored_at))) if of else None
    if restored is not None:
        # A block that was made after the copy is gone with it: what was sent before that is read by nobody.
        told_.append(Handover.sent_at >= restored)
    return or_(Handover.case_id.is_(None), and_(*told_))


def _comes_by(post: Post) -> ColumnElement[bool]:
    to_unit: ColumnElement[bool] = Handover.recipient_unit_id == post.unit_id
    if post.role in INTAKES:
        to_unit = or_(Handover.recipient_unit_id.is_(None), to_unit)
    return and_(Handover.recipient_id.is_(None), Handover.recipient_agency == post.agency, to_unit)


def _closed(session: TenantSession, reader: Actor, of: Collection[str]) -> frozenset[str]:
    """Those of some cases of which nothing that one person handed over may be told the reader now.

    A handover is sent by one person alone, so of a case in which it takes two it is read by nobody.
    """
    if not of:
        return frozenset()
    decision = access.of_consents(session, reader, of)
    cases = session.scalars(select(Case).where(Case.id.in_(of)).order_by(Case.id)).all()
    return telling.touching(decision, cases, reader.name) | {id_ for id_ in of if approvals.guards(session, id_)}


def _unblocked(reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that no conflict of interest closes its case to the reader, nor has since it came.

    What was sent while a block stood has never been there for them.
    """
    has_been = exists().where(
        ConflictBlock.municipality == Handover.municipality,
        ConflictBlock.case_id == Handover.case_id,
        ConflictBlock.account_id == reader.id,
        or_(ConflictBlock.lifted_at.is_(None), ConflictBlock.lifted_at >= Handover.sent_at),
    )
    return and_(Handover.case_id.not_in(access.blocks(reader)), ~has_been)
