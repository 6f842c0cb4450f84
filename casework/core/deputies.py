"""Who gets whose inbox while somebody is away: a colleague of the same unit, from a day until a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import access, accounts, audit, clock, notices
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.models import Account, AgencyUnit, Deputy, Membership
from casework.core.permissions import Actor, Permission, Post, Role

LONGEST = timedelta(days=92)
"""An absence is named anew after three months, so that nobody goes on reading for somebody who left."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who is or will be away, and who stands in for them; ``unit`` is the name of theirs."""

    id: str
    absent: str
    deputy: str
    unit: str
    first: date
    last: date
    may_end: bool


def colleagues(session: TenantSession, actor: Actor, absent_id: str | None = None) -> list[tuple[Account, str]]:
    """Who may stand in for somebody (for the actor, unless said otherwise): account and unit, by name.

    Never the actor: nobody gives an inbox to themselves.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.DEPUTY_NAMED, "deputy")
    absent = _acting(session, absent_id or actor.id)
    found = []
    for unit_id in dict.fromkeys(post.unit_id for post in _reading(absent)):
        held = select(Membership.account_id).where(Membership.unit_id == unit_id)
        query = (
            select(Account).where(Account.id.in_(held), Account.id.not_in([absent.id, actor.id])).order_by(Account.name)
        )
        found += [
            (account, unit_id)
            for account in session.scalars(query).all()
            if any(post.unit_id == unit_id for post in _reading(accounts.actor(session, account)))
        ]
    return found


def name(
    session: TenantSession, actor: Actor, deputy_id: str, first: date | None, last: date | None, *, absent_id: str = ""
) -> Deputy:
    """Let a colleague of the same unit have an inbox for some days: one's own, or as their lead somebody's.

    Whoever is away is told where another named their deputy. Raises Refused with every fault at its field.
    """
    access.require(actor, Permission.HANDOVER_READ, Action.DEPUTY_NAMED, "deputy")
    whose = absent_id or actor.id
    if whose not in {one.id for one in absentees(session, actor)}:
        raise NotFound(access.denial(actor, Action.DEPUTY_NAMED, "account", whose, "unit"))
    units = {account.id: unit_id for account, unit_id in colleagues(session, actor, whose)}
    today = clock.today(session.now)
    found = []
    if deputy_id not in units:
        found.append(Refusal(_("Välj en kollega på samma enhet."), "deputy"))
    if first is None or first < today:
        found.append(Refusal(_("Skriv en första dag som inte har varit."), "first"))
    if last is None or (first is not None and not first <= last <= first + LONGEST):
        found.append(Refusal(_("Skriv en sista dag, högst tre månader efter den första."), "last"))
    if found:
        raise Refused(found)
    assert first is not None and last is not None  # noqa: S101, PT018 both were refused above
    named = Deputy(
        id=new_id(),
        absent_id=whose,
        deputy_id=deputy_id,
        unit_id=units[deputy_id],
        valid_from=clock.start_of(first),
        valid_until=clock.start_of(last + timedelta(days=1)),
        made_by=actor.id,
        made_at=session.now,
    )
    session.add(named)
    session.flush()
    detail = {"absent": whose, "deputy": deputy_id}
    audit.record(session, actor, Action.DEPUTY_NAMED, "deputy", named.id, detail=detail)
    if whose != actor.id:
        notices.tell(session, whose, "deputy_named")
    return named


def end(session: TenantSession, actor: Actor, named_id: str) -> None:
    """End an absence now; whoever stood in sees nothing more of that inbox. Ended twice is ended once."""
    access.require(actor, Permission.HANDOVER_READ, Action.DEPUTY_ENDED, "deputy", named_id)
    named = session.scalar(select(Deputy).where(Deputy.id == named_id).with_for_update())
    if named is None or named.absent_id not in {one.id for one in absentees(session, actor)}:
        raise NotFound(access.denial(actor, Action.DEPUTY_ENDED, "deputy", named_id, "unit"))
    if named.valid_until <= session.now:
        return
    named.valid_until = max(session.now, named.valid_from)
    session.flush()
    audit.record(session, actor, Action.DEPUTY_ENDED, "deputy", named.id)


def absentees(session: TenantSession, actor: Actor) -> list[Account]:
    """Whose absence the actor may see to: their own, and as a lead that of everybody in the unit; by name."""
    access.require(actor, Permission.HANDOVER_READ, Action.DEPUTY_NAMED, "deputy")
    led = [post.unit_id for post in actor.posts if post.role is Role.TEAM_LEAD]
    held = select(Membership.account_id).where(
        Membership.unit_id.in_(led), Membership.valid_from <= session.now, Membership.valid_until > session.now
    )
    query = select(Account).where((Account.id == actor.id) | Account.id.in_(held)).order_by(Account.name)
    return [one for one in session.scalars(query).all() if _reading(accounts.actor(session, one))]


def listed(session: TenantSession, actor: Actor) -> list[Absence]:
    """The absences that have not ended: those the actor may see to, and those in which they stand in."""
    access.require(actor, Permission.HANDOVER_READ, Action.HANDOVERS_LISTED, "list", "")
    mine = {one.id for one in absentees(session, actor)}
    query = select(Deputy).where(
        Deputy.valid_until > session.now, Deputy.absent_id.in_(mine) | (Deputy.deputy_id == actor.id)
    )
    rows = session.scalars(query.order_by(Deputy.valid_from, Deputy.id)).all()
    names = accounts.names(session, {id_ for row in rows for id_ in (row.absent_id, row.deputy_id)})
    units = {unit.id: unit.name for unit in session.scalars(select(AgencyUnit)).all()}
    audit.record(session, actor, Action.HANDOVERS_LISTED, "list", "", detail={"deputies": len(rows)})
    return [
        Absence(
            row.id,
            names[row.absent_id],
            names[row.deputy_id],
            units.get(row.unit_id, ""),
            clock.today(row.valid_from),
            clock.today(row.valid_until - timedelta(seconds=1)),
            row.absent_id in mine,
        )
        for row in rows
    ]


def stood_in_for(session: TenantSession, actor: Actor) -> list[Actor]:
    """Those whose inbox the actor has now, each with the posts in the unit that the two of them share."""
    rows = session.scalars(_now(session).where(Deputy.deputy_id == actor.id)).all()
    return [absent for absent in (_stands_in(session, actor, row) for row in rows) if absent is not None]


def of(session: TenantSession, account_ids: Collection[str]) -> list[str]:
    """Who stands in for these accounts now: whoever was named, while both still hold a post in the unit."""
    rows = session.scalars(_now(session).where(Deputy.absent_id.in_(account_ids))).all()
    standing = (row.deputy_id for row in rows if _stands_in(session, _acting(session, row.deputy_id), row))
    return sorted(set(standing))


def _now(session: TenantSession) -> Select[Deputy]:
    return select(Deputy).where(Deputy.valid_from <= session.now, Deputy.valid_until > session.now)


def _stands_in(session: TenantSession, deputy: Actor, row: Deputy) -> Actor | None:
    """Whom a deputy stands in for, with their posts in the unit; None where either has left it since."""
    absent = _acting(session, row.absent_id)
    posts = tuple(_since_named(absent, row)) if _since_named(deputy, row) else ()
    return Actor(absent.id, absent.name, absent.municipality, posts) if posts else None


def _since_named(actor: Actor, row: Deputy) -> Sequence[Post]:
    return [post for post in _reading(actor) if post.unit_id == row.unit_id and post.since <= row.made_at]


def _reading(actor: Actor) -> Sequence[Post]:
    return [post for post in actor.posts if Permission.HANDOVER_READ in post.grants]


def _acting(session: TenantSession, account_id: str) -> Actor:
    return accounts.actor(session, session.get_one(Account, account_id))
