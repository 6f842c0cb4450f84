"""Some forty invented cases: every state of every area at least once, in all four municipalities."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casework.contract import CaseType, Choice, Form, Side
from casework.core import (
    accounts,
    activation,
    cases,
    clock,
    entries,
    organisations,
    personal_numbers,
    persons,
    tasks,
    teams,
)
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.models import Account, Case
from casework.core.permissions import Actor, Role
from casework.core.personal_numbers import PersonalNumber
from casework.demo import details, people, texts, walks

NOTE = "note"
OPENING = {"consultation": "consultation", "received": "registration", "proposed": "proposal"}
"""The form that is written when a case begins in a state."""
COMMON = frozenset({"received", "investigation", "active", "followup", "proposed", "screening"})
"""States that many cases stand in, so these are made twice."""
FACES = ("maja.testlind",)
"""Officers that the demonstration is signed in as; they get most of their municipality's cases."""
DAYS_A_STEP = 11
NEW = ("avhoppare", "received")
"""What waits in the intake of every municipality."""
PROTECTED = {4: 1, 11: 2, 19: 1, 29: 2}
"""Which of the invented people have a protection level."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case to make: where, of what kind, in which state, and whether it came to intake, where nobody has it yet."""

    municipality: str
    area: str
    case_type: str
    state: str
    nth: int
    new: bool = False


def wanted(installation: Installation, municipalities: list[str], on: dict[str, list[str]]) -> list[Wanted]:
    """Every state of every case type once, spread over the municipalities where its area is switched on."""
    found = []
    nth = 0
    for area in installation.registry.areas.values():
        places = [code for code in municipalities if area.name in on[code]]
        for kind in area.case_types:
            for state in kind.workflow.states:
                code = places[nth % len(places)]
                found.append(Wanted(code, area.name, kind.name, state.name, nth))
                nth += 1
    again = [one for one in found if one.state in COMMON]
    again += [replace(one, municipality=code) for one in found[:2] for code in municipalities if one.area in on[code]]
    again += [
        replace(one, municipality=code, new=True)
        for one in found
        if (one.area, one.state) == NEW
        for code in municipalities
        if one.area in on[code]
    ]
    return found + [replace(one, nth=nth + extra) for extra, one in enumerate(again)]


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> int:
    """Make the cases; the clock is set so that each began some weeks ago and moved on since. Returns how many."""
    with installation.session(None) as session:
        codes = [one.code for one in organisations.municipalities(session)]
    on = {}
    for code in codes:
        with installation.session(code) as session:
            on[code] = activation.enabled(session, installation.registry)
    chance = random.Random(2026)  # noqa: S311 invented cases need no secrecy
    adults, children = people.invented(1), people.invented(2, adults=False)
    made = 0
    for want in wanted(installation, codes, on):
        name, digits = next(children if want.area == "barn_unga" or want.case_type == "vinr_barn" else adults)
        _make(installation, set_clock, now, want, name, digits, chance)
        made += 1
    set_clock(now)
    return made


def _make(
    installation: Installation,
    set_clock: Callable[[datetime], None],
    now: datetime,
    want: Wanted,
    name: str,
    digits: str,
    chance: random.Random,
) -> None:
    registry = installation.registry
    kind = registry.areas[want.area].case_type(want.case_type)
    state = kind.workflow.state(want.state)
    start = "consultation" if state.anonymous else _start(kind)
    way = walks.path(kind, start, want.state) or []
    began = _at_work(now - timedelta(days=DAYS_A_STEP * (len(way) + 1) + chance.randrange(5)), chance)
    set_clock(began)
    with installation.session(want.municipality) as session:
        officer = _officer(session, want.nth, kind.side)
        subject = None
        if not state.anonymous:
            number = personal_numbers.parse(digits, clock.today(began))
            assert isinstance(number, PersonalNumber)  # noqa: S101 people.invented makes true numbers
            subject = persons.add(session, officer, name, number, PROTECTED.get(want.nth, 0))
        case = cases.register(
            session,
            registry,
            officer,
            area=want.area,
            case_type=want.case_type,
            unit_id=_intake(session) if want.new else officer.posts[0].unit_id,
            state=start,
            subject=subject,
        )
        case_id = case.id
        if way or state.anonymous:  # those just received wait to be assigned
            teams.appoint(session, case, officer.id, officer.id)
            opening = kind.form(OPENING[start]) if OPENING.get(start) in {form.name for form in kind.forms} else None
            if opening is not None:
                walks.write(session, registry, officer, case, opening, chance)
    for day, step in enumerate(way, 1):
        set_clock(_at_work(began + timedelta(days=DAYS_A_STEP * day), chance))
        with installation.session(want.municipality) as session:
            officer, case = _officer(session, want.nth, kind.side), _case(session, case_id)
            _note(session, installation, officer, case, kind, chance)
            walks.walk(session, registry, officer, case, [step], chance)
    last = began + timedelta(days=DAYS_A_STEP * len(way) + 1)
    set_clock(_at_work(max(now - timedelta(days=chance.randrange(1, 9)), last), chance))
    if way:
        with installation.session(want.municipality) as session:
            officer, case = _officer(session, want.nth, kind.side), _case(session, case_id)
            _note(session, installation, officer, case, kind, chance)
            _task(session, officer, case, want.nth)
            details.enrich(session, registry, officer, case, chance)


def _note(
    session: TenantSession,
    installation: Installation,
    officer: Actor,
    case: Case,
    kind: CaseType,
    chance: random.Random,
) -> None:
    """A journal note, where the case may hold one."""
    form = next((form for form in kind.forms if form.name == NOTE), None)
    if form is None or case.subject_id is None:
        return
    heading, text, assessment = chance.choice(texts.NOTES)
    answers = texts.answers(form, clock.today(session.now), chance)
    named = {field.name for field in form.fields}
    answers |= {"heading": heading, "text": text, "assessment": assessment, "event_type": chance.choice(_types(form))}
    try:
        entries.sign(
            session,
            installation.registry,
            officer,
            case.id,
            NOTE,
            {name: words for name, words in answers.items() if name in named and words},
        )
    except Refused:
        return  # before a consent the plugin lets nobody write of the person


def _types(form: Form) -> list[str]:
    field = form.field("event_type")
    return [name for name, _label in field.choices] if isinstance(field, Choice) else [""]


def _task(session: TenantSession, officer: Actor, case: Case, nth: int) -> None:
    if case.is_open:
        due = clock.today(session.now) + timedelta(days=nth % 12 - 1)
        tasks.add(session, officer, case.id, texts.TASKS[nth % len(texts.TASKS)], due, officer.id)


def _officer(session: TenantSession, nth: int, side: Side | None) -> Actor:
    """One of the municipality's officers; the first gets most cases, so that a day looks like a day.

    Whoever uses violence is the second's, and nobody who is protected from it is.
    """
    found = organisations.colleagues(session, cases.holder(), frozenset({Role.CASE_OFFICER}))
    officers = sorted((account for account, _post in found), key=lambda account: account.username not in FACES)
    second = nth % 7 == 0 if side is None else side is Side.ADVERSE
    account: Account = officers[min(1, len(officers) - 1) if second else 0]
    return accounts.actor(session, account)


def _intake(session: TenantSession) -> str:
    """The unit of the municipality's intake."""
    found = organisations.colleagues(session, cases.holder(), frozenset({Role.INTAKE}))
    return next(post.unit_id for _account, post in found)


def _at_work(day: datetime, chance: random.Random) -> datetime:
    """A moment of a day when people are at work, in UTC."""
    return day.replace(hour=chance.randrange(7, 14), minute=chance.randrange(60), second=chance.randrange(60))


def _case(session: TenantSession, case_id: str) -> Case:
    found = session.get(Case, (session.municipality, case_id))
    assert found is not None  # noqa: S101 it was made a moment ago
    return found


def _start(kind: CaseType) -> str:
    """Where a case of a person begins."""
    return next(name for name in kind.workflow.starts if not kind.workflow.state(name).anonymous)
