"""Bringing a person into a case: found by number or made new, without learning of any other case they may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import (
    access,
    accounts,
    audit,
    cases,
    clock,
    duties,
    entries,
    organisations,
    personal_numbers,
    persons,
    sides,
    teams,
)
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import Refused, Remembered
from casework.core.models import Case, Person
from casework.core.permissions import Actor, Permission, Role
from casework.core.personal_numbers import PersonalNumber
from casework.core.registry import Registry

PROTECTIONS = (
    (0, _("Inget skydd")),
    (1, _("Sekretessmarkering")),
    (2, _("Skyddad folkbokföring")),
    (3, _("Fingerade personuppgifter")),
)
NEEDS_LEAD = "needs_lead"
STUB = 3
"""At this level the system holds a sealed stub only: no number is kept (open-questions 28)."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a case is about, as the officer wrote it."""

    number: str
    name: str
    protection: int


def problems(who: Identified, today: date) -> list[Refusal]:
    """What is missing or wrong in who a case is about, each at its field."""
    found = []
    if isinstance(_number(who, today), personal_numbers.Fault):
        found.append(
            Refusal(_("Kontrollera personnumret. Skriv det med tio eller tolv siffror: 19940817-9894."), "number")
        )
    if not who.name.strip():
        found.append(Refusal(_("Skriv personens namn."), "name"))
    if who.protection not in dict(PROTECTIONS):
        found.append(Refusal(_("Välj om personen har skyddade personuppgifter."), "protection"))
    return found


def identify(session: TenantSession, actor: Actor, who: Identified, unit_id: str, case_id: str) -> Person:
    """The person of that number, or a new one, for a case that is there or is about to be.

    Raises Refused at the field for what is missing or wrong.
    Without a number a new person is made: the number may come later. The name of somebody already known stays (ADR 9).
    A person of protection level 2 or 3 whom the actor may not know of is left to the lead of the unit, who is told.
    """
    access.require(actor, Permission.CASE_REGISTER, Action.PERSON_MATCHED, "person")
    refusals = problems(who, clock.today(session.now))
    if refusals:
        raise Refused(refusals)
    number = _number(who, clock.today(session.now))
    kept = number if isinstance(number, PersonalNumber) and who.protection != STUB else None
    known = None if kept is None else persons.find(session, actor, kept, case_id=case_id)
    if known is None:
        return persons.add(session, actor, who.name, kept, who.protection, case_id=case_id)
    if not persons.known_to(session, actor, known):
        there = session.get(Case, (session.municipality, case_id))
        denied = access.denial(actor, Action.PERSON_MATCHED, "person", "", NEEDS_LEAD)
        denied = denied if there is None else replace(denied, case_id=case_id)
        told = [(lead, "registration_waits") for lead in leads(session, unit_id, known)]
        raise Remembered(Refusal(_("Registreringen behöver göras av enhetschefen."), "number"), denied, told)
    persons.add_known(session, actor, known, who.protection, case_id)
    return known


def leads(session: TenantSession, unit_id: str, person: Person) -> list[str]:
    """The accounts of the unit's leads who may know of a person, or of the other leads where none of them may."""
    found = organisations.colleagues(session, cases.holder(), frozenset({Role.TEAM_LEAD}))
    able = {
        account.id: post.unit_id
        for account, post in found
        if persons.known_to(session, accounts.actor(session, account), person)
    }
    return [id_ for id_, unit in able.items() if unit == unit_id] or list(able)


def _number(who: Identified, today: date) -> PersonalNumber | personal_numbers.Fault | None:
    return personal_numbers.parse(who.number, today) if who.number.strip() else None


def register(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    *,
    area: str,
    case_type: str,
    state: str,
    unit_id: str,
    who: Identified | Person | None,
    answers: Mapping[str, str],
    appoints: bool = True,
) -> Case:
    """Open a case of a person, or a consultation of nobody, and sign its first form.

    A case officer or team lead becomes the case's officer; what intake registers waits to be assigned, and so does
    what somebody registers who works on the other side, or where nobody is appointed. Raises Refused for who works with
    those exposed to violence and registers somebody who uses it. ``who`` is already a person where
    the actor has chosen one of a case of theirs.
    """
    access.require(actor, Permission.CASE_REGISTER, Action.CASE_REGISTERED, "case")
    kind = registry.case_type(area, case_type)
    sides.require_registrable(session, None if kind is None else kind.side, actor.id)
    case_id = new_id()
    with audit.of_coming_case(session, case_id):
        subject = identify(session, actor, who, unit_id, case_id) if isinstance(who, Identified) else who
        case = cases.register(
            session,
            registry,
            actor,
            area=area,
            case_type=case_type,
            unit_id=unit_id,
            state=state,
            subject=subject,
            case_id=case_id,
        )
        inside = access.of_consents(session, actor, {case.id})
        opening = next((step for step in cases.first_steps(registry, area, case_type) if step.target == state), None)
        if opening is not None and opening.fills is not None and kind is not None:
            form = kind.form(opening.fills)
            entries.check(inside, registry, case, form, answers)
            entries.write_signed(session, actor, case, form, answers, event_on=clock.today(session.now))
        officer = any(post.role in {Role.CASE_OFFICER, Role.TEAM_LEAD} for post in actor.posts)
        if appoints and officer and not sides.works_on_the_other(session, case, actor.id):
            teams.appoint(session, case, actor.id, actor.id)
        if opening is not None and opening.fills is not None and kind is not None:
            duties.follow(inside, kind, case, kind.form(opening.fills), answers)
        return case
