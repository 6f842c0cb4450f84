"""The persons of a case beside its subject, who of them may not know of it, and the protection level of each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import (
    access,
    approvals,
    audit,
    cases,
    nameless,
    namesakes,
    persons,
    registration,
    shut_out,
    stopping,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.asked import Asked
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.models import Approval, Case, CasePerson, Person
from casework.core.permissions import Actor, Permission
from casework.core.registration import Identified
from casework.core.registry import Registry
from casework.core.vault import Identity

ROLES = (
    ("guardian", _("Vårdnadshavare")),
    ("child", _("Barn")),
    ("partner", _("Partner")),
    ("relative", _("Annan närstående")),
    ("counterpart", _("Motpart")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A person's part in a case, in the clear."""

    part: CasePerson
    identity: Identity


def of_case(decision: Decision, case: Case) -> list[Shown]:
    """Everybody in a case but its subject; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return []
    rows = decision.session.execute(
        select(CasePerson, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id, CasePerson.role != "subject")
        .order_by(CasePerson.added_at)
    ).all()
    opened = vault.open_persons(decision, [person for _part, person in rows])
    return [Shown(part, opened[person.id]) for part, person in rows]


def add(
    session: TenantSession, actor: Actor, case_id: str, who: Identified, role: str, *, may_not_know: bool
) -> CasePerson:
    """Put somebody into a case; raises Refused for an unknown part or for somebody already there in it."""
    case, _decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.PERSON_ADDED)
    if case.subject_id is None:
        raise Refused.because(nameless.NOBODY, "name")
    if role not in dict(ROLES):
        raise Refused.because(_("Välj vilken del personen har i ärendet."), "role")
    person = registration.identify(session, actor, who, case.unit_id, case.id)
    there = session.scalars(
        select(CasePerson.role).where(CasePerson.case_id == case.id, CasePerson.person_id == person.id)
    )
    if role in there.all():
        raise Refused.because(_("Personen finns redan i ärendet."), "number")
    part = persons.put_in_case(session, case, person, role, may_not_know=may_not_know or role == "counterpart")
    session.flush()
    audit.record(session, actor, Action.PERSON_ADDED, "person", person.id, case_id=case.id, detail={"role": role})
    follow(session, actor, case, part, person)
    cases.touch(session, case)
    return part


def follow(session: TenantSession, actor: Actor, case: Case, part: CasePerson, person: Person) -> None:
    """Let what follows once somebody has a part in a case: who may read no more of it does not, and others are told."""
    shut_out.of_namesakes(session, actor, case, person)
    if part.may_not_know:  # nobody else's name is met for the first time
        namesakes.tell(session, case)
    stopping.of_protected(session, actor, person, case.id, alone=True)


def raise_protection(session: TenantSession, actor: Actor, case_id: str, level: int) -> None:
    """Raise the protection of a case's person; raises Refused for a lower level, which takes two people."""
    case, _decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.PERSON_CHANGED)
    cases.hold(session, case)
    person = _subject(session, case)
    if person is None or level not in dict(registration.PROTECTIONS):
        raise Refused.because(_("Välj om personen har skyddade personuppgifter."), "protection")
    if level < person.protection:
        raise Refused.because(_("Skyddet kan bara höjas här. Att sänka det kräver två personer."), "protection")
    persons.raise_protection(session, actor, person, level, case_id=case.id)
    cases.touch(session, case)


def lower_protection(session: TenantSession, actor: Actor, case_id: str, level: int, *, reason: str = "") -> Approval:
    """Ask for a lower protection of a case's person; done once somebody else approves. Raises Refused if not lower."""
    case, _decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.APPROVAL_ASKED)
    person = _subject(session, case)
    if person is None or level not in dict(registration.PROTECTIONS) or level >= person.protection:
        raise Refused.because(_("Välj ett lägre skydd än det som gäller nu."), "protection")
    chosen = {"level": level, "was": person.protection}
    return approvals.ask(session, actor, "person:lower", "person", person.id, chosen, case.id, reason=reason)


@approvals.carries_out("person:lower")
def _lower_as_approved(session: TenantSession, registry: Registry, actor: Actor, asked: Asked) -> None:
    case_id, level = asked.case_id or "", int(asked.parameters["level"])
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.PERSON_CHANGED)
    person = _subject(session, case)
    if person is None or person.id != asked.object_id:
        raise NotFound(access.denial(actor, Action.PERSON_CHANGED, "person", asked.object_id, "subject"))
    persons.lower_protection(session, registry, actor, decision, case, level)
    cases.touch(session, case)


def _subject(session: TenantSession, case: Case) -> Person | None:
    return None if case.subject_id is None else session.get(Person, (case.municipality, case.subject_id))
