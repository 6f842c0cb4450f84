"""What ends with a post: the places in cases of somebody who no longer holds one that can have any.

A place is given to who works in cases here. Without such a post it would only sleep, and wake with the next one, which
somebody gives who knows nothing of the case; so it ends, and whoever comes back is named anew.
"""

from __future__ import annotations

from sqlalchemy import select

from casework.core import access, audit, notices, unbroken_posts
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Case, CaseMember, Decider, Handover, Membership
from casework.core.permissions import NAMEABLE, Actor, Permission


def end_places(session: TenantSession, actor: Actor, account_id: str) -> None:
    """End somebody's places in cases and what they are asked to decide, unless they hold a post that has them still.

    Without its officer a case is unassigned. So ends what was passed on to them at an agency that they have left, and
    what they had been told of here, if they hold no post at all: an old line would swallow a new one.
    Whoever calls this ends their post, or gives them the next one.
    """
    _end_reading(session, account_id)
    if _may_have_places(session, account_id):
        return
    held = (CaseMember.account_id == account_id, CaseMember.valid_until > session.now)
    left = set()
    for member in session.scalars(select(CaseMember).where(*held).order_by(CaseMember.case_id)).all():
        member.valid_until = max(session.now, member.valid_from)
        case = session.get_one(Case, (member.municipality, member.case_id))
        case.officer_id = None if case.officer_id == account_id else case.officer_id
        session.flush()
        audit.record(session, actor, Action.MEMBER_ENDED, "member", member.id, case_id=member.case_id)
        left.add(member.case_id)
    asked = (Decider.account_id == account_id, Decider.valid_until > session.now)
    for decider in session.scalars(select(Decider).where(*asked)).all():
        decider.valid_until = max(session.now, decider.valid_from)
        left.add(decider.case_id)
    session.flush()
    for case_id in sorted(left):
        access.refresh(session, case_id)


def _end_reading(session: TenantSession, account_id: str) -> None:
    posts = unbroken_posts.held(session, account_id)
    reads = {post.agency for post in posts if Permission.HANDOVER_READ in post.grants}
    passed = select(Handover).where(Handover.passed_to == account_id, Handover.recipient_agency.not_in(reads))
    for one in session.scalars(passed.with_for_update().execution_options(populate_existing=True)).all():
        one.passed_to = None
    if not posts:
        for notice in notices.unread(session, account_id):
            if notice.kind not in notices.OWN:
                notice.read_at = session.now
    session.flush()


def _may_have_places(session: TenantSession, account_id: str) -> bool:
    live = (Membership.valid_from <= session.now, Membership.valid_until > session.now)
    query = select(Membership.id).where(Membership.account_id == account_id, Membership.role.in_(NAMEABLE), *live)
    return session.scalar(query.limit(1)) is not None
