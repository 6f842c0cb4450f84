"""Since when somebody has held what they are without a break: what was given to an earlier post is not the next one's.

Whoever reads by name asks here, so that no job has to end anything as a post does. Posts that follow each other without
a moment between them are one, in whichever unit of the agency.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from casework.contract.workflow import Level
from casework.core import grants
from casework.core.db import TenantSession
from casework.core.models import AgencyUnit, Membership
from casework.core.permissions import GROUPS, NAMEABLE, Post, Role, group_of


def held(session: TenantSession, account_id: str) -> tuple[Post, ...]:
    """The posts that an account holds here at this moment, sealed by the program, each with since when."""
    rows = session.execute(
        select(Membership, AgencyUnit.agency)
        .join(AgencyUnit, (AgencyUnit.municipality == Membership.municipality) & (AgencyUnit.id == Membership.unit_id))
        .where(Membership.account_id == account_id, Membership.valid_from <= session.now)
        .order_by(Membership.role)
    ).all()
    ever = [(one, agency) for one, agency in rows if one.valid_until > session.now or one.valid_from < one.valid_until]
    genuine = [(one, agency) for one, agency in ever if grants.is_genuine(session, one)]
    return tuple(
        Post(Role(one.role), Level(one.level), agency, one.unit_id, one.emergency, _since(one, agency, genuine))
        for one, agency in genuine
        if one.valid_until > session.now
    )


def is_held(session: TenantSession, account_id: str, agency: str, given_at: datetime) -> bool:
    """Whether somebody holds the post at an agency still that they held when something was given to them."""
    return any(post.agency == agency and post.since <= given_at for post in held(session, account_id))


def gave(
    posts: Sequence[Post], agency: InstrumentedAttribute[Any], given_at: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """The condition that something was given for an agency to one of some posts, held ever since."""
    return or_(false(), *(and_(agency == post.agency, given_at >= post.since) for post in posts))


def _since(post: Membership, agency: str, ever: Sequence[tuple[Membership, str]]) -> datetime:
    """When the row of posts began that a post ends, the ones before it each going on until the next."""
    roles = _like(Role(post.role))
    begun = post.valid_from
    before = [one for one, where in ever if where == agency and one.role in roles]
    for one in sorted(before, key=lambda one: one.valid_until, reverse=True):
        if one.valid_until >= begun:
            begun = min(begun, one.valid_from)
    return begun


def _like(role: Role) -> Collection[Role]:
    """The roles that carry on what was given to a role: being named in cases is carried on by none that is not."""
    if role in NAMEABLE:
        return NAMEABLE
    return GROUPS.get(group_of(role) or "", frozenset({role}))
