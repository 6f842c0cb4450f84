"""Who takes part in the demonstration: partners in a young person's case, with consent, each with their own part."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from casework.core import (
    access,
    accounts,
    attendance,
    clock,
    consent_register,
    meetings,
    organisations,
    participations,
    shared_parts,
)
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.installation import Installation
from casework.core.meetings import Came, Wanted
from casework.core.models import Account, Case
from casework.core.participations import Chosen
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.demo import consenting, people, walks

SEED = 4
"""Of the invented guardians; others than everybody else in the demonstration."""
ASKED, ADDED, MET = timedelta(days=9), timedelta(days=8), timedelta(days=3)
"""How long ago everybody agreed, the partners were let in, and all of them met."""
DAYS = 90
SEEN = {"school": ("status", "school"), "recreation": ("status", "leisure"), "police": ("status", "crime")}
"""Which kinds of facts the person of each agency sees."""
FORMS: dict[str, dict[str, str]] = {
    "reason": {"reason": "absence"},
    "school": {
        "school": "Påhittade skolan",
        "class": "8 B",
        "mentor": "Låtsas Mentorsson",
        "absence": "Borta omkring en dag i veckan sedan i september. Skolan har haft två möten med hemmet.",
    },
    "leisure": {"leisure": "Spelade innebandy till i våras. Går ibland till fritidsgården på torsdagar."},
    "mapping": {
        "mapping.school": "Tycker om slöjden och litar på sin mentor. Mornarna är svårast.",
        "mapping.leisure": "Vill börja med innebandy igen om någon följer med den första gången.",
        "mapping.crime": "Har snattat två gånger i våras, tillsammans med äldre kamrater.",
        "mapping.strengths": "Har en mormor i närheten och en ledare på fritidsgården att prata med.",
    },
    "plan": {
        "plan.goal": "Tillbaka i skolan alla dagar före jul, och en fritid med vuxna i närheten.",
        "child_voice": "Vill slippa gå hem själv på fredagar, och vill spela innebandy igen.",
        "guardian_voice": "Vill veta samma dag när något har hänt i skolan.",
    },
}
"""What is written in such a case, so that there is something to read."""
TOLD = {
    "school": ("Har varit borta fyra av tio dagar. Kuratorn når hemmet på kvällarna.", "Samtycke, 12 kap. 2 § OSL"),
    "recreation": ("Kommer till fritidsgården på torsdagar och stannar till stängning.", "Samtycke, 12 kap. 2 § OSL"),
    "subject": ("Vill ha skjuts till träningen och slippa gå hem själv.", ""),
}
"""What each told at the meeting, and on which ground; the police were asked and did not come."""


def fill(installation: Installation, set_clock: Callable[[datetime], None], now: datetime) -> None:
    """Let partners take part in one case of each municipality that has one; elsewhere nobody does."""
    with installation.session(None) as session:
        codes = [one.code for one in organisations.municipalities(session)]
    guardians, chance = people.invented(SEED), random.Random(SEED)  # noqa: S311 invented cases need no secrecy
    for code in codes:
        set_clock(now - ASKED)
        with installation.session(code) as session:
            case = _case(session, installation.registry)
            if case is None:
                continue
            officer = accounts.actor(session, session.get_one(Account, case.officer_id))
            _write(session, installation.registry, officer, case, chance)
            _consent(session, officer, case, [next(guardians) for _nth in range(2)])
            case_id = case.id
        set_clock(now - ADDED)
        with installation.session(code) as session:
            _let_in(session, installation.registry, session.get_one(Case, (code, case_id)))
        set_clock(now - MET)
        with installation.session(code) as session:
            _meet(session, installation.registry, session.get_one(Case, (code, case_id)))
    set_clock(now)


def _case(session: TenantSession, registry: Registry) -> Case | None:
    """The case furthest on in which others may take part."""
    found = [
        case
        for case in consenting.cases(session, consenting.YOUNG)
        if (how := shared_parts.declared(registry, case)) is not None and case.state in how.states
    ]
    return min(found, key=lambda case: (case.opened_on, case.number), default=None)


def _write(session: TenantSession, registry: Registry, officer: Actor, case: Case, chance: random.Random) -> None:
    kind = registry.case_type(case.area, case.case_type)
    for form in () if kind is None else kind.forms:
        if form.name in FORMS:
            walks.write(session, registry, officer, case, form, chance, FORMS[form.name])


def _consent(session: TenantSession, officer: Actor, case: Case, guardians: list[tuple[str, str]]) -> None:
    today, kinds = clock.today(session.now), sorted({kind for seen in SEEN.values() for kind in seen})
    for giver, part in consenting.everybody(session, officer, case, guardians):
        last = today + timedelta(days=DAYS + 30)
        made = consent_register.draft(
            session, officer, case.id, consent_register.Wanted(giver, part, tuple(SEEN), kinds, today, last)
        )
        consent_register.request(session, officer, case.id, made.id)
        consent_register.answer(session, officer, case.id, made.id, consenting.YES)


def _let_in(session: TenantSession, registry: Registry, case: Case) -> None:
    officer = accounts.actor(session, session.get_one(Account, case.officer_id))
    until = clock.today(session.now) + timedelta(days=DAYS)
    for account, agency in participations.candidates(session):
        participations.add(session, registry, officer, case.id, Chosen(account.id, agency, SEEN[agency], until))


def _meet(session: TenantSession, registry: Registry, case: Case) -> None:
    """Record a meeting to which everybody was asked: the police did not come, and the others told something."""
    officer = accounts.actor(session, session.get_one(Account, case.officer_id))
    _case, decision = access.of_case(session, officer, Permission.CASE_WRITE, case.id, Action.CASE_OPENED)
    asked = [
        Came(one.key, one.part != "police", *TOLD.get(one.part, ("", "")))
        for one in attendance.candidates(decision, case)
        if one.could_come(clock.today(session.now))
    ]
    wanted = Wanted(clock.today(session.now), "Påhittade skolan, grupprum 2", asked)
    meetings.record(session, registry, officer, case.id, new_id(), wanted)
