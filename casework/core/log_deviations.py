"""Seven kinds of deviation in the log, each by a rule that fits in one sentence. None says that something is wrong.

They are found anew each time somebody looks, so that nobody's name lies in a list of suspects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median_low

from sqlalchemy import ColumnElement, select

from casework.contract.language import gettext as _
from casework.core import access, accounts, clock, log_acts, vault
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.log_acts import Act
from casework.core.models import AuditEvent, CaseMember, CasePerson, Disclosure, Emergency, Membership, Person
from casework.core.permissions import Actor, Permission

RULES = (
    ("own_case", _("Eget ärende")),
    ("same_name", _("Samma efternamn")),
    ("no_tie", _("Ingen koppling")),
    ("many", _("Ovanligt många")),
    ("again", _("Upprepad visning")),
    ("odd_hours", _("Ovanlig tid")),
    ("told_wrongly", _("Lämnat muntligt, inte godkänt")),
)
"""The kinds by code, in the order in which an act's own are told."""
TIE = timedelta(days=14)
USUAL = timedelta(days=90)
"""How far back somebody's usual day is looked for."""
MANY, TIMES = 10, 3
AGAIN = 5
VISIT = timedelta(minutes=10)
"""Pages opened closer to each other than this are one visit."""
MORNING, EVENING, SATURDAY = 6, 20, 5
FINGIERADE = 3
"""The protection level at which a person is a stub without a name of theirs."""
Spans = Mapping[tuple[str, str], Sequence[tuple[datetime, datetime]]]
Groups = Mapping[tuple[str, str, date], Sequence[Act]]


@dataclass(frozen=True, slots=True)
class Deviation:
    """An act that differs and by which rule; ``count`` and ``usual`` are what the rule counted."""

    rule: str
    act: Act
    count: int = 0
    usual: int = 0


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties people to cases: work there, a part in the team, an opening in an emergency; and who is on duty."""

    work: Mapping[tuple[str, str], Sequence[datetime]]
    officers: Spans
    emergencies: Spans
    duty: Spans


def find(
    session: TenantSession, actor: Actor, whose: ColumnElement[bool], first: datetime, end: datetime
) -> list[Deviation]:
    """The deviations from a moment to before another among the acts of ``whose``, the latest first.

    The names of the cases' persons are opened here, under a look of its own in the record, and compared; nothing of
    them leaves this function but the word that they are alike.
    """
    access.require(actor, Permission.LOG_REVIEW, Action.LOG_LISTED, "log")
    known = log_acts.opened(session, whose, first - USUAL, end)
    acts = [act for act in known if act.at >= first]
    told = list(_told_wrongly(session, whose, first, end))
    if not acts:
        return told
    ties, daily = _ties(session, acts, first, end), _daily(acts)
    found = [
        *told,
        *_many(known, clock.today(first)),
        *_odd_hours(acts, ties),
        *_no_tie(daily, ties),
        *_again(daily, ties),
        *_alike(session, actor, daily),
    ]
    return sorted(found, key=lambda one: (one.act.at, one.act.lane, one.act.seq, one.rule), reverse=True)


def _daily(acts: Iterable[Act]) -> Groups:
    """The acts of one person in one case on one day, by the three."""
    found: dict[tuple[str, str, date], list[Act]] = defaultdict(list)
    for act in acts:
        found[act.actor_id, str(act.case_id), clock.today(act.at)].append(act)
    return found


def _many(known: Iterable[Act], first: date) -> Iterator[Deviation]:
    """More than three times as many cases in a day as the person usually opens, and at least ten."""
    days: dict[str, dict[date, list[Act]]] = defaultdict(lambda: defaultdict(list))
    for act in known:
        days[act.actor_id][clock.today(act.at)].append(act)
    for of_person in days.values():
        counts = {day: len({act.case_id for act in acts}) for day, acts in of_person.items()}
        for day, acts in of_person.items():
            before = [count for other, count in counts.items() if day - USUAL <= other < day]
            usual = median_low(before) if before else 0
            if day >= first and counts[day] >= MANY and counts[day] > TIMES * usual:
                yield Deviation("many", acts[0], counts[day], usual)


def _odd_hours(acts: Iterable[Act], ties: Ties) -> Iterator[Deviation]:
    """Before six, from eight in the evening or at a weekend, by somebody who is not on emergency duty; once a day."""
    told: set[tuple[str, date]] = set()
    for act in acts:
        local = clock.local(act.at)
        usual = MORNING <= local.hour < EVENING and local.weekday() < SATURDAY
        key = (act.actor_id, local.date())
        if not usual and key not in told and not _within(ties.duty, (act.actor_id, ""), act.at):
            told.add(key)
            yield Deviation("odd_hours", act)


def _no_tie(daily: Groups, ties: Ties) -> Iterator[Deviation]:
    """No work in the case within fourteen days, not its officer then, and not in an emergency, reviewed elsewhere."""
    for (who, case, _day), acts in daily.items():
        act, key = acts[0], (who, case)
        near = any(abs(at - act.at) <= TIE for at in ties.work.get(key, ()))
        if not near and not _within(ties.officers, key, act.at) and not _within(ties.emergencies, key, act.at):
            yield Deviation("no_tie", act)


def _again(daily: Groups, ties: Ties) -> Iterator[Deviation]:
    """Five visits or more to one case in a day, without work in it that day."""
    for (who, case, day), acts in daily.items():
        ends = [act.at for act in acts]
        visits = 1 + sum(later - earlier > VISIT for earlier, later in pairwise(ends))
        if visits >= AGAIN and all(clock.today(at) != day for at in ties.work.get((who, case), ())):
            yield Deviation("again", acts[0], visits)


def _told_wrongly(
    session: TenantSession, whose: ColumnElement[bool], first: datetime, end: datetime
) -> Iterator[Deviation]:
    """Something told by word of mouth that whoever was to decide found wrong, or that was never decided on."""
    query = (
        select(*log_acts.COLUMNS)
        .join(
            Disclosure, (Disclosure.municipality == AuditEvent.municipality) & (Disclosure.id == AuditEvent.object_id)
        )
        .where(whose, AuditEvent.action == Action.DISCLOSURE_ASSESSED, AuditEvent.outcome == "done")
        .where(Disclosure.state == "refused", Disclosure.oral_on.is_not(None))
        .where(AuditEvent.at >= first, AuditEvent.at < end)
        .order_by(AuditEvent.at.desc(), AuditEvent.lane, AuditEvent.seq)
    )
    yield from (Deviation("told_wrongly", act) for act in log_acts.of(session.execute(query).all()))


def _alike(session: TenantSession, actor: Actor, daily: Groups) -> Iterator[Deviation]:
    """The employee's own name among the case's persons, else their surname with the one whom the case is about.

    No employee's personal number is kept, so a case of one's own is known by the whole name alone.
    """
    cases = {case for _who, case, _day in daily}
    parts = session.execute(
        select(CasePerson.case_id, CasePerson.role, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id.in_(cases), Person.protection < FINGIERADE)
    ).all()
    persons = {person.id: person for _case, _role, person in parts}
    shown = {case for case, _role, _person in parts}
    decision = access.of_log(session, actor, Action.NAMES_COMPARED, cases=shown, reviews=set(), persons=set(persons))
    names = {id_: one.name for id_, one in vault.open_persons(decision, persons.values()).items()}
    whole: dict[str, set[str]] = defaultdict(set)
    last: dict[str, set[str]] = defaultdict(set)
    for case, role, person in parts:
        whole[case].add(_plain(names[person.id]))
        if role == "subject":
            last[case] |= _surnames(names[person.id])
    employees = accounts.names(session, {who for who, _case, _day in daily})
    for (who, case, _day), acts in daily.items():
        name = employees.get(who, "")
        if _plain(name) in whole[case]:
            yield Deviation("own_case", acts[0])
        elif _surnames(name) & last[case]:
            yield Deviation("same_name", acts[0])


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _surnames(name: str) -> set[str]:
    """The last name; both, where two are joined by a hyphen."""
    words = _plain(name).split()
    return set(words[-1].split("-")) if len(words) > 1 else set()


def _within(spans: Spans, key: tuple[str, str], at: datetime) -> bool:
    return any(begins <= at < ends for begins, ends in spans.get(key, ()))


def _ties(session: TenantSession, acts: Iterable[Act], first: datetime, end: datetime) -> Ties:
    who = {act.actor_id for act in acts}
    members = select(CaseMember.account_id, CaseMember.case_id, CaseMember.valid_from, CaseMember.valid_until).where(
        CaseMember.account_id.in_(who), CaseMember.role.in_(("officer", "co_officer"))
    )
    glass = select(Emergency.account_id, Emergency.case_id, Emergency.opened_at, Emergency.until).where(
        Emergency.account_id.in_(who), Emergency.until > first
    )
    duty = select(Membership.account_id, Membership.valid_from, Membership.valid_until).where(
        Membership.account_id.in_(who), Membership.emergency
    )
    return Ties(
        log_acts.worked(session, who, first - TIE, end + TIE),
        _spans((row[0], row[1], row[2], row[3]) for row in session.execute(members).all()),
        _spans((row[0], row[1], row[2], row[3]) for row in session.execute(glass).all()),
        _spans((row[0], "", row[1], row[2]) for row in session.execute(duty).all()),
    )


def _spans(rows: Iterable[tuple[str, str, datetime, datetime]]) -> Spans:
    found: dict[tuple[str, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    for who, case, begins, ends in rows:
        found[who, case].append((begins, ends))
    return found
