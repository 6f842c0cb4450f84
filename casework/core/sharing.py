"""Status permissions: what an agency outside sees of a case, chosen by the officer, live until it ends."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.fields import Agency, Field, Sensitivity
from casework.contract.focus import CaseType, Form
from casework.contract.language import gettext as _
from casework.contract.workflow import State
from casework.core import (
    access,
    answers,
    approvals,
    audit,
    cases,
    clock,
    consent_rules,
    consent_uses,
    disclosure_against,
    entries,
    municipality_settings,
    nameless,
    sharing_grounds,
    telling_fields,
    vault,
)
from casework.core.access import Decision
from casework.core.access_rows import ends
from casework.core.actions import Action
from casework.core.crypto import Sealed
from casework.core.db import TenantSession, new_id
from casework.core.disclosure_against import Against
from casework.core.errors import NotFound, Refused
from casework.core.models import Case, StatusPermission
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry
from casework.core.sharing_grounds import NOTE, OTHER, REGISTER, Grounds

REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
TAKES_TWO = _(
    "Någon i ärendet har skyddade personuppgifter. Då krävs två personer varje gång något lämnas, och en löpande "
    "delning går inte att göra. Gör ett utlämnande i stället: där beslutar någon annan."
)
"""Why one person permits nothing here that then goes on by itself."""
NAMELESS = 2
"""From this protection level on nobody outside is told the name by a status permission."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be permitted in a case: nothing else can be chosen, and nothing at all where it ``takes_two`` people."""

    states: tuple[State, ...]
    fields: tuple[tuple[Form, Field], ...]
    longest_until: date
    grounds: Grounds = field(default_factory=Grounds)
    takes_two: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the officer chose to permit; ``ground_code`` is the row of the catalogue, unless it rests on consent.

    ``confirmed`` and ``replies`` answer what the row asks, each by its question, and ``despite`` says why it is told
    although somebody has said no in the register of consents.
    """

    states: Sequence[str]
    fields: Sequence[str]
    recognise: str
    agreed_reference: str
    show_area: bool
    ground: str
    ground_note: str
    consent_id: str
    purpose: str
    contact: str
    next_followup: date | None
    until: date | None
    ground_code: str = ""
    confirmed: Mapping[str, bool] = field(default_factory=dict)
    replies: Mapping[str, str] = field(default_factory=dict)
    despite: str = ""


def offer(decision: Decision, registry: Registry, case: Case, agency: Agency = Agency.POLICE) -> Offer:
    """What the case type lets an agency be told, and the grounds there are to tell it on."""
    kind = registry.case_type(case.area, case.case_type)
    today = clock.today(decision.session.now)
    months = municipality_settings.number(decision.session, "status_months")
    if kind is None:
        return Offer((), (), today)
    states = tuple(state for state in kind.workflow.states if agency in state.shared_with)
    until = today + timedelta(days=31 * months)
    takes_two = approvals.guards(decision.session, case.id)
    grounds = sharing_grounds.offered(decision, case, agency)
    return Offer(states, _fields(kind, agency), until, grounds, takes_two)


def _fields(kind: CaseType, agency: Agency) -> tuple[tuple[Form, Field], ...]:
    # A form written many times holds events, not the status; those are disclosed one by one (part 3).
    return tuple(
        (form, field)
        for form in kind.forms
        if not form.many
        for field in form.fields
        if agency in field.shared_with and field.sensitivity is not Sensitivity.SEALED
    )


def kinds(registry: Registry, case: Case, fields: Collection[str]) -> frozenset[str]:
    """What a consent must cover to give where a case stands, and these fields of it."""
    kind = registry.case_type(case.area, case.case_type)
    declared = [] if kind is None else [(form, one) for form in kind.forms for one in form.fields if not form.many]
    told = (telling_fields.kinds(kind, form, one) for form, one in declared if kind and one.name in fields)
    return frozenset[str]({consent_rules.STATUS}).union(*told)


def may_be_told(registry: Registry, case: Case, agency: Agency = Agency.POLICE) -> bool:
    """Whether anything at all of the case can be shared: its type has such a state, and it is about somebody."""
    kind = registry.case_type(case.area, case.case_type)
    states = () if kind is None else kind.workflow.states
    return case.subject_id is not None and any(agency in state.shared_with for state in states)


def permit(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    chosen: Chosen,
    agency: Agency = Agency.POLICE,
) -> StatusPermission:
    """Permit an agency to see the chosen status; raises Refused with every fault, each at its field.

    Where somebody in the case is protected so that it takes two people, nothing is permitted: that is a disclosure.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.STATUS_PERMITTED)
    refusals = faults(decision, registry, case, chosen, agency)
    if case.area in registry.areas:
        facts = cases.facts(session, case, entries.protection_of(session, case))
        refusals += registry.refusals(case.area, "casework_check_handover", case=facts, recipient=agency)
    if refusals:
        raise Refused(refusals)
    assert chosen.until is not None  # noqa: S101 faults has refused a missing day
    shared = drawn_up(session, actor, case, chosen, agency, chosen.until)
    session.add(shared)
    session.flush()
    if chosen.ground == REGISTER:
        held = consent_rules.coverage(decision, case, agency, kinds(registry, case, chosen.fields), session.now)
        consent_uses.rest(session, case, consent_uses.STATUS, shared.id, held.consents)
    detail = {
        "agency": agency,
        "states": sorted(chosen.states),
        "fields": sorted(chosen.fields),
        "ground": shared.ground_code or chosen.ground,
    }
    audit.record(session, actor, Action.STATUS_PERMITTED, "status", shared.id, case_id=case.id, detail=detail)
    cases.touch(session, case)
    return shared


def drawn_up(
    session: TenantSession, actor: Actor, case: Case, chosen: Chosen, agency: Agency, until: date
) -> StatusPermission:
    """The permission as it would be kept, sealed but not kept; the preview shows this very one."""
    shared = StatusPermission(
        id=new_id(),
        case_id=case.id,
        agency=agency,
        reference=new_reference(),
        states=json.dumps(sorted(chosen.states)),
        fields=json.dumps(sorted(chosen.fields)),
        recognise=chosen.recognise,
        show_area=chosen.show_area,
        protection=entries.protection_of(session, case),
        ground=chosen.ground,
        ground_code=chosen.ground_code if chosen.ground == OTHER else None,
        consent_id=chosen.consent_id if chosen.ground == NOTE else None,
        next_followup=chosen.next_followup,
        valid_from=session.now,
        valid_until=clock.start_of(until + timedelta(days=1)),
        made_by=actor.id,
    )
    shared.purpose = _seal(session, shared, "purpose", chosen.purpose)
    shared.contact = _seal(session, shared, "contact", chosen.contact)
    if chosen.ground == OTHER:
        shared.ground_note = _seal(session, shared, "ground_note", sharing_grounds.assessment(chosen))
    if chosen.recognise == "reference":
        shared.agreed_reference = _seal(session, shared, "agreed_reference", chosen.agreed_reference)
    return shared


def new_reference() -> str:
    """A random name to speak of something by: numbers in a row would tell how many there are."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _n in range(8))


def _seal(session: TenantSession, shared: StatusPermission, field: str, text: str) -> Sealed:
    return vault.seal_text(session, shared.case_id, "status_permissions", shared.id, field, text.strip())


def faults(
    decision: Decision, registry: Registry, case: Case, chosen: Chosen, agency: Agency = Agency.POLICE
) -> list[Refusal]:
    """Everything that is wrong with what was chosen, each at its field."""
    may, today = offer(decision, registry, case, agency), clock.today(decision.session.now)
    found = [Refusal(TAKES_TWO)] if may.takes_two else []
    if case.subject_id is None:
        found.append(Refusal(nameless.NOBODY))
    if not chosen.states or not set(chosen.states) <= {state.name for state in may.states}:
        found.append(Refusal(_("Välj minst ett skede som polisen får se."), "states"))
    if not set(chosen.fields) <= {field.name for _form, field in may.fields}:
        found.append(Refusal(_("Välj bara bland de uppgifter som går att lämna."), "fields"))
    if chosen.recognise not in {"name", "reference", "nothing"}:
        found.append(Refusal(_("Välj hur polisen ska känna igen ärendet."), "recognise"))
    if chosen.recognise == "name" and entries.protection_of(decision.session, case) >= NAMELESS:
        found.append(
            Refusal(_("Personen har skyddad folkbokföring eller fingerade uppgifter. Välj en beteckning."), "recognise")
        )
    if chosen.recognise == "reference" and not chosen.agreed_reference.strip():
        found.append(Refusal(_("Skriv den beteckning ni har kommit överens om."), "agreed_reference"))
    register = may.grounds.register
    if chosen.ground == REGISTER and register is not None and register.complete:
        wanted = kinds(registry, case, chosen.fields)
        if not consent_rules.coverage(decision, case, agency, wanted, decision.session.now).complete:
            found.append(Refusal(_("Samtycket omfattar inte alla uppgifter som du har valt."), "fields"))
    found += sharing_grounds.faults(decision, may.grounds, chosen)
    code = chosen.ground_code if chosen.ground == OTHER else ""
    if disclosure_against.unanswered(against(decision, registry, case, code, chosen.fields, agency), chosen.despite):
        found.append(Refusal(_("Någon har sagt nej. Skriv varför uppgifterna lämnas ändå."), "despite"))
    if not chosen.purpose.strip():
        found.append(Refusal(_("Skriv vad polisen ska använda uppgifterna till."), "purpose"))
    if not chosen.contact.strip():
        found.append(Refusal(_("Skriv vem polisen ska kontakta: funktion och telefon."), "contact"))
    if chosen.until is None or not today <= chosen.until <= may.longest_until:
        found.append(Refusal(_("Välj en dag, senast {day}.").format(day=answers.in_words(may.longest_until)), "until"))
    return found


def against(
    decision: Decision,
    registry: Registry,
    case: Case,
    code: str,
    fields: Collection[str],
    agency: Agency = Agency.POLICE,
) -> tuple[Against, ...]:
    """Who has said no in the register to telling where the case stands, with some fields, on a row of the catalogue."""
    asked = kinds(registry, case, fields)
    return disclosure_against.against(decision, registry, case, code, agency, asked, decision.session.now)


def revoke(session: TenantSession, actor: Actor, case_id: str, shared_id: str) -> None:
    """End a status permission now; the recipient sees nothing of it from the next request on."""
    case, _decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.STATUS_REVOKED)
    shared = session.get(StatusPermission, (case.municipality, shared_id))
    if shared is None or shared.case_id != case.id:
        raise NotFound(access.denial(actor, Action.STATUS_REVOKED, "status", shared_id, "case"))
    if shared.ended_at is None:
        shared.ended_at, shared.ended_by = session.now, actor.id
        session.flush()
        audit.record(session, actor, Action.STATUS_REVOKED, "status", shared.id, case_id=case.id)
        cases.touch(session, case)


def keep_ended(session: TenantSession, case: Case) -> None:
    """Write down the end of what ended when the case was closed, so that reopening it brings nothing back."""
    for shared, end in of_case(session, case):
        if shared.ended_at is None and end <= session.now:
            shared.ended_at = end


def of_case(session: TenantSession, case: Case) -> list[tuple[StatusPermission, datetime]]:
    """A case's status permissions with the moment each ends, the latest first."""
    query = select(StatusPermission).where(StatusPermission.case_id == case.id)
    found = session.scalars(query.order_by(StatusPermission.valid_from.desc())).all()
    return [(shared, ends(case, shared)) for shared in found]
