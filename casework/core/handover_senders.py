"""Who may still be told of what they sent: asked at each read, and of no job.

Whoever sent it, while they work at the agency it was sent from, and whoever stands in for them; nobody whom a conflict
of interest closes its case to. Whoever bears the name of somebody who must not know of the case that took it on goes on
reading their own words, as if nothing had come of them since.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from casework.core import access, accounts, deputies, telling
from casework.core.db import TenantSession
from casework.core.models import Account, Case, Handover
from casework.core.permissions import Actor, Permission


def own(session: TenantSession, reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that the reader reads it as its sender now: the only form of the rule.

    Who stands in for somebody gets nothing whose case is closed to either of the two. What a disclosure hands over is
    read in its case.
    """
    stood_in = (_of_absent(one) for one in deputies.stood_in_for(session, reader))
    return and_(or_(sent_by(reader), *stood_in), unblocked(reader), Handover.disclosure_id.is_(None))


def sent_by(reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that the reader sent it, from an agency where they work still."""
    agencies = {post.agency for post in reader.posts if Permission.HANDOVER_READ in post.grants}
    return and_(Handover.sender_id == reader.id, Handover.sender_agency.in_(agencies))


def unblocked(reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that no conflict of interest closes its case to the reader now."""
    return or_(Handover.case_id.is_(None), Handover.case_id.not_in(access.blocks(reader)))


def of(session: TenantSession, handover: Handover) -> list[Actor]:
    """Those who read it as its sender at this moment: who sent it, and who stands in for them.

    Not who has left the agency it was sent from, nor whom a conflict of interest closes its case to.
    """
    sending = dict.fromkeys([handover.sender_id, *deputies.of(session, [handover.sender_id])])
    people = [accounts.actor(session, session.get_one(Account, account_id)) for account_id in sending]
    query = select(Handover.id).where(Handover.id == handover.id)
    return [one for one in people if session.scalar(query.where(own(session, one))) is not None]


def kept_away(session: TenantSession, reader: Actor, sent: Collection[Handover]) -> frozenset[str]:
    """The ids of those of some handovers of which the reader may learn nothing more, now that a case has them.

    So it is where they or who sent it bear the name of somebody who must not know of the case.
    """
    taken = [one for one in sent if one.kept is not None and one.case_id is not None]
    of = {one.case_id for one in taken if one.case_id is not None}
    if not of:
        return frozenset()
    decision = access.of_consents(session, reader, of)
    cases = session.scalars(select(Case).where(Case.id.in_(of)).order_by(Case.id)).all()
    names = {reader.id: reader.name} | accounts.names(session, {one.sender_id for one in taken})
    closed = {id_: telling.closed_to(decision, cases, name) for id_, name in names.items()}
    return frozenset(one.id for one in taken if one.case_id in closed[reader.id] | closed[one.sender_id])


def _of_absent(absent: Actor) -> ColumnElement[bool]:
    units = {post.unit_id for post in absent.posts}
    return and_(Handover.sender_id == absent.id, Handover.sender_unit_id.in_(units), unblocked(absent))
