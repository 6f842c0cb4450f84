"""Who may still be told of what they sent: asked at each read, and of no job.

Whoever sent it, while they work at the agency it was sent from, and whoever stands in for them; nobody whom a conflict
of interest closes its case to. Whoever bears the name of somebody who must not know of the case that took it on goes on
reading their own words, as if nothing had come of them since. Who stands in reads nothing that is about themselves, and
nothing in a case of which they must not know.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from casework.core import access, accounts, deputies, handover_subjects, telling
from casework.core.db import TenantSession
from casework.core.models import Handover
from casework.core.permissions import Actor, Permission


def own(session: TenantSession, reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that the reader reads it as its sender now: the only form of the rule.

    Who stands in for somebody gets nothing whose case is closed to either of the two, and nothing that names them. What
    a disclosure hands over is read in its case.
    """
    absent = [_of_absent(one) for one in deputies.stood_in_for(session, reader)]
    stood_in = [and_(or_(*absent), _may_learn(session, reader, or_(*absent)))] if absent else []
    return and_(or_(sent_by(reader), *stood_in), unblocked(reader), Handover.disclosure_id.is_(None))


def sent_by(reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that the reader sent it, from an agency where they work still."""
    agencies = {post.agency for post in reader.posts if Permission.HANDOVER_READ in post.grants}
    return and_(Handover.sender_id == reader.id, Handover.sender_agency.in_(agencies))


def unblocked(reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that no conflict of interest closes its case to the reader now."""
    return or_(Handover.case_id.is_(None), Handover.case_id.not_in(access.blocks(reader)))


def kept_away(session: TenantSession, reader: Actor, sent: Collection[Handover]) -> frozenset[str]:
    """The ids of those of some handovers of which the reader may learn nothing more, now that a case has them.

    So it is where they or who sent it bear the name of somebody who must not know of the case.
    """
    taken = [one for one in sent if one.kept is not None and one.case_id is not None]
    of = {one.case_id for one in taken if one.case_id is not None}
    if not of:
        return frozenset()
    names = {reader.id: reader.name} | accounts.names(session, {one.sender_id for one in taken})
    closed = {id_: telling.closed_among(session, reader, of, name) for id_, name in names.items()}
    return frozenset(one.id for one in taken if one.case_id in closed[reader.id] | closed[one.sender_id])


def _may_learn(session: TenantSession, reader: Actor, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on ``Handover``, of some that another sent, that the reader is kept from none of it by name."""
    sent = handover_subjects.sent(session, which)
    about = handover_subjects.kept_from(session, sent, reader.id, reader.name)
    of = set(session.scalars(select(Handover.case_id).where(Handover.case_id.is_not(None), which)))
    closed = telling.closed_among(session, reader, {one for one in of if one is not None}, reader.name)
    return and_(Handover.id.not_in(about), or_(Handover.case_id.is_(None), Handover.case_id.not_in(closed)))


def _of_absent(absent: Actor) -> ColumnElement[bool]:
    units = {post.unit_id for post in absent.posts}
    return and_(Handover.sender_id == absent.id, Handover.sender_unit_id.in_(units), unblocked(absent))
