"""What follows from what somebody wants to disclose: what its recipient would see, which grounds hold, who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from casework.contract import exchange
from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import (
    access,
    approvals,
    cases,
    clock,
    disclosure_against,
    disclosure_content,
    disclosure_coverage,
    entries,
    handover_answers,
    municipality_settings,
    organisations,
    sides,
    teams,
    telling,
    unbroken_posts,
    written_names,
)
from casework.core.access import Decision
from casework.core.consent_rules import CONSENTS, Coverage
from casework.core.db import TenantSession
from casework.core.disclosure_against import Against
from casework.core.disclosure_content import About, Group
from casework.core.disclosure_wish import Wish
from casework.core.frozen import Frozen
from casework.core.grounds import tightening
from casework.core.grounds.conditions import Confirmed
from casework.core.grounds.ground import Decider
from casework.core.grounds.situations import Place, Provision, Situation, protecting
from casework.core.grounds.tightening import Applied
from casework.core.models import Account, Case, Disclosure, Entry, Handover
from casework.core.permissions import OUTSIDE, Permission
from casework.core.registry import Registry
from casework.core.vault import Identity

MONTH = timedelta(days=31)
HERE = Place.SOCIAL_SERVICES
"""Whoever holds the case discloses."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may be told: a place, and in it a named person with an account, or whoever is named in words."""

    place: Place
    account: Account | None = None

    @property
    def key(self) -> str:
        """How a wish names them."""
        return self.place.value if self.account is None else f"{self.place.value}:{self.account.id}"

    @property
    def agency(self) -> Agency | None:
        """The agency of the municipality that it is, or None for a place outside it."""
        return next((one for one in Agency if one.value == self.place.value), None)


@dataclass(frozen=True, slots=True)
class Need:
    """Who decides: the least level, and whether it is somebody else than who assessed it, and why."""

    level: Level
    takes_two: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """All that follows from a wish at this moment. ``applied`` is the chosen ground, once there is one.

    ``replaced`` is what it corrects, where that was given in the same case and nothing has taken its place yet;
    ``has_left`` says that whoever has it holds no post there any more.
    ``requests`` and ``questions`` are those of the case that it may answer. ``kinds`` are those of all that was chosen,
    and ``uncovered`` what was chosen on consent that no consent covers, each by its key with the kinds that are
    lacking. ``consults`` says whether a lawyer has to be asked, and ``against`` who has said no to it, where it is told
    on another ground.
    """

    wish: Wish
    recipients: Sequence[Recipient]
    recipient: Recipient | None
    grounds: Sequence[Applied]
    applied: Applied | None
    coverage: Coverage | None
    offered: Sequence[Group]
    content: Frozen
    protected: Sequence[Identity]
    need: Need | None
    deciders: Sequence[Account]
    replaced: Disclosure | None = None
    has_left: bool = False
    requests: Sequence[Entry] = ()
    questions: Sequence[Handover] = ()
    kinds: frozenset[str] = frozenset()
    uncovered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    consults: bool = False
    against: Sequence[Against] = ()


def look(decision: Decision, registry: Registry, case: Case, wish: Wish) -> Look:
    """What a wish means now: the content as its recipient would see it, the grounds, who is protected, who decides."""
    recipients = recipients_of(decision, case)
    recipient = next((one for one in recipients if one.key == wish.recipient), None)
    offered, replaced = disclosure_content.offer(decision, registry, case), _replaced(decision, case, wish)
    kinds, place = disclosure_coverage.kinds(wish, offered), "" if recipient is None else recipient.place
    coverage, covered = disclosure_coverage.covering(decision, case, wish, place, kinds)
    moment = disclosure_coverage.moment_of(decision, wish)
    grounds = grounds_of(decision, case, wish, recipient, coverage)
    applied = next((one for one in grounds if one.explained.ground.code == wish.ground), None)
    content = disclosure_content.draw_up(
        offered, wish.items, _about(wish, applied, replaced), disclosure_content.sender(decision)
    )
    need = None if applied is None else _need(decision, case, wish, recipient, applied, offered)
    able = [] if need is None else _deciders(decision, case, need)
    return Look(
        wish,
        recipients,
        recipient,
        grounds,
        applied,
        coverage,
        offered,
        content,
        disclosure_content.protected(decision, case, content),
        need,
        able,
        replaced,
        _has_left(decision.session, replaced),
        entries.current(decision.session, case, exchange.REQUEST.name),
        handover_answers.waiting(decision.session, case, wish.answers),
        kinds,
        disclosure_coverage.uncovered(wish, offered, covered)
        if wish.ground in CONSENTS and coverage is not None
        else {},
        applied is not None and _consults(decision, case, applied),
        disclosure_against.against(decision, registry, case, wish.ground, place, kinds, moment),
    )


def recipients_of(decision: Decision, case: Case) -> list[Recipient]:
    """Everybody who can be chosen: those with an account whom no conflict of interest keeps out, then every place.

    ``HERE`` as a place is another board of the municipality.
    """
    kept_out = access.blocked(decision.session, case.id)
    named = []
    for agency, roles in OUTSIDE.items():
        found = {one.id: one for one, _post in organisations.colleagues(decision.session, agency, roles)}
        named += [Recipient(Place(str(agency)), one) for one in found.values() if one.id not in kept_out]
    return [*named, *(Recipient(place) for place in Place)]


def decides_alone(decision: Decision, need: Need) -> bool:
    """Whether whoever assesses it may decide it too."""
    return not need.takes_two and decision.actor.level_for(Permission.CASE_SHARE).rank >= need.level.rank


def is_stricter(need: Need, level: Level, *, took_two: bool) -> bool:
    """Whether more is needed now than what was decided on, at a level and by one or two people."""
    return need.level.rank > level.rank or (need.takes_two and not took_two)


def kept_from_deciding(decision: Decision, case: Case, accounts: Sequence[Account]) -> frozenset[str]:
    """Those of some colleagues who decide nothing in a case, as it stands now.

    A conflict of interest closes it to them, they work on its other side, or they bear the name of somebody who must
    not know of it.
    """
    ids = frozenset(one.id for one in accounts)
    closed = access.blocked(decision.session, case.id) | sides.on_the_other(decision.session, case, ids)
    hidden = [one.name for one in telling.hidden(decision, case)]
    named = (one.id for one in accounts if any(written_names.may_be_one(name, one.name) for name in hidden))
    return (ids & closed) | frozenset(named)


def asked(applied: Applied) -> tuple[str, ...]:
    """What a ground asks to be answered and written down, in words."""
    return applied.explained.ground.written


def confirmed(seen: Look) -> tuple[Confirmed, ...]:
    """What the chosen ground asks a person to say yes or no to, in what is to be done."""
    return () if seen.applied is None else seen.applied.explained.confirms


def grounds_of(
    decision: Decision, case: Case, wish: Wish, recipient: Recipient | None, coverage: Coverage | None
) -> Sequence[Applied]:
    """What every ground says today, or on the day of the meeting, of telling a recipient what was wished."""
    if recipient is None:
        return ()
    subject = cases.subject(decision, case)
    situation = Situation(
        HERE,
        recipient.place,
        disclosure_coverage.day_of(decision, wish),
        born=None if subject is None else subject.birth_date,
        victim_born=wish.victim_born,
        recipient_born=wish.recipient_born,
        consent=coverage is not None and coverage.complete,
        child_investigation=wish.said.get("child_investigation"),
        party=wish.said.get("party"),
        requested=wish.said.get("requested"),
        committed=wish.said.get("committed"),
        secrecies=protecting(Provision.read(wish.secrecy) if wish.secrecy else None),
        confirmed=wish.confirmed,
    )
    return tightening.explained(decision.session, situation)


def longest(decision: Decision) -> date:
    """The last day that may be chosen."""
    months = municipality_settings.number(decision.session, "status_months")
    return clock.today(decision.session.now) + months * MONTH


def _replaced(decision: Decision, case: Case, wish: Wish) -> Disclosure | None:
    """What a wish corrects: given in the same case, and not corrected before."""
    given = (Disclosure.state.in_(("performed", "closed")), Disclosure.case_id == case.id)
    return decision.session.scalar(select(Disclosure).where(Disclosure.id == wish.corrects, *given))


def _has_left(session: TenantSession, given: Disclosure | None) -> bool:
    """Whether the named person who was given something holds no post any more that would let them read it."""
    if given is None or given.account_id is None or given.agency is None:
        return False
    there = organisations.colleagues(session, given.agency, OUTSIDE[given.agency])
    if given.account_id not in {account.id for account, _post in there}:
        return True
    return not unbroken_posts.is_held(session, given.account_id, given.agency, given.performed_at or session.now)


def _about(wish: Wish, applied: Applied | None, replaced: Disclosure | None) -> About:
    ground = "" if applied is None else f"{applied.explained.ground.title}, {applied.explained.ground.statute}"
    return About(wish.purpose, ground, wish.until if wish.account and wish.oral_on is None else None, replaced)


def _need(
    decision: Decision,
    case: Case,
    wish: Wish,
    recipient: Recipient | None,
    applied: Applied,
    offered: Sequence[Group],
) -> Need:
    """The law's level or the municipality's, and two people wherever one of the rules wants them."""
    lawful = applied.demands.level
    level = Level.EC if lawful is Decider.OTHER else Level(lawful.value)
    reasons = []
    if applied.demands.four_eyes:
        reasons.append(_("Kommunen kräver att två personer beslutar på den här grunden."))
    if approvals.guards(decision.session, case.id):
        reasons.append(_("Någon i ärendet har skyddade personuppgifter."))
    if wish.harm == "maybe":
        reasons.append(_("Någon kan lida men."))
    if recipient is not None and _is_beyond(wish, recipient, offered):
        reasons.append(_("Någon av uppgifterna är inte avsedd för den mottagaren."))
    if reasons and level.rank < Level.FS.rank:
        level = Level.FS
    return Need(level, bool(reasons), tuple(reasons))


def _consults(decision: Decision, case: Case, applied: Applied) -> bool:
    """Whether the law or the municipality wants a lawyer's answer, or the ground does where somebody is protected."""
    guarded = bool(applied.explained.ground.protected) and approvals.guards(decision.session, case.id)
    return applied.demands.consult or guarded


def _is_beyond(wish: Wish, recipient: Recipient, offered: Sequence[Group]) -> bool:
    """Whether anything is chosen that its declaration does not mean for the recipient's agency.

    No declaration speaks of a place outside the municipality: what is not meant for all of them is not meant for it.
    """
    meant_for = set(Agency) if recipient.agency is None else {recipient.agency}
    return any(not meant_for <= set(item.shared_with) for item in disclosure_coverage.chosen(wish, offered))


def _deciders(decision: Decision, case: Case, need: Need) -> list[Account]:
    able = teams.candidates(decision.session, need.level)
    kept_out = kept_from_deciding(decision, case, able) | {decision.actor.id}
    return [one for one in able if one.id not in kept_out]
