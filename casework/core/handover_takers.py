"""Who takes in what came: intake, and a lead what everybody there is kept from; and the line that something waits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_

from casework.core import accounts, deputies, handover_readers, handover_subjects, notices, organisations
from casework.core.db import TenantSession
from casework.core.handover_subjects import Subjects
from casework.core.models import Handover
from casework.core.permissions import Actor, Role


def comes_to(session: TenantSession, somebody: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that it is meant for somebody: for a lead also what everybody else is kept from.

    What a lead has opened so is theirs to finish, also when somebody else has begun to take in.
    """
    mine = handover_readers.comes_to(somebody)
    agencies = {post.agency for post in somebody.posts if post.role is Role.TEAM_LEAD}
    if not agencies:
        return mine
    also = []
    for agency in sorted(agencies):
        to_all = (Handover.recipient_agency == agency, Handover.recipient_unit_id.is_(None))
        came = and_(*to_all, Handover.recipient_id.is_(None), Handover.kept.is_(None))
        sent = handover_subjects.of(session, came)
        left = handover_subjects.without(session, sent, _intakes(session, agency, None)) if sent else frozenset()
        also.append(and_(came, or_(Handover.id.in_(left), Handover.opened_by == somebody.id)))
    return or_(mine, *also)


def takers(session: TenantSession, agency: str, unit_id: str | None, about: Subjects | None = None) -> list[str]:
    """The accounts that take in what comes to an agency, or to a unit of it, at this moment.

    Of what is about somebody, those who are not kept from it; where all of them are, those of the agency's leads.
    """
    people = _intakes(session, agency, unit_id)
    if about is None:
        return sorted(people)
    able = handover_subjects.may_learn(session, [about], people)
    return able or handover_subjects.may_learn(session, [about], _leads(session, agency))


def tell(session: TenantSession, handover: Handover, account_ids: Collection[str]) -> None:
    """Leave a line for those it has come to, and for who stands in for them: that something waits, or something acute.

    One that is acute has a line of its own, which an older unread line about something else does not swallow. Whoever
    is kept from it is told nothing: a line about what they do not find would tell them.
    """
    ids = {*account_ids, *deputies.of(session, account_ids)}
    names = accounts.names(session, ids)
    sent = handover_subjects.of(session, Handover.id == handover.id)
    for account_id in handover_subjects.may_learn(session, sent, {one: names[one] for one in ids}):
        notices.tell(session, account_id, "handover_acute" if handover.acute else "handover_waits")


def _intakes(session: TenantSession, agency: str, unit_id: str | None) -> dict[str, str]:
    posts = organisations.colleagues(session, agency, frozenset({*handover_readers.INTAKES, Role.TEAM_LEAD}))
    able = (one for one, post in posts if handover_readers.takes_in(Role(post.role), post.unit_id, unit_id))
    return {one.id: one.name for one in able}


def _leads(session: TenantSession, agency: str) -> dict[str, str]:
    return {one.id: one.name for one, _post in organisations.colleagues(session, agency, frozenset({Role.TEAM_LEAD}))}
