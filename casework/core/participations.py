"""Who of other agencies takes part in a case: added with consent, seen by the officer, ended."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.core import (
    access,
    accounts,
    approvals,
    audit,
    cases,
    clock,
    consent_rules,
    consent_uses,
    notices,
    organisations,
    shared_parts,
    telling,
    unbroken_posts,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.consent_rules import Coverage
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.models import Account, Case, Participation
from casework.core.permissions import Actor, Permission, Role
from casework.core.registry import Registry
from casework.core.sharing import REFERENCE_LETTERS

PARTNERS = (Agency.SCHOOL, Agency.RECREATION, Agency.POLICE)
"""The agencies whose people may take part."""
ROLES = frozenset({Role.PARTNER, Role.POLICE_LIAISON})
NOBODY = _("I det här slaget av ärende deltar ingen från en annan verksamhet.")
NOT_NOW = _("Ingen kan delta i ärendet där det står nu.")
GUARDED = _("En person i ärendet har skyddade uppgifter. Då ser ingen ärendet som deltagare.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the officer lets take part, for which agency, which kinds of facts, and the last day of it."""

    account_id: str
    agency: str
    kinds: Sequence[str]
    until: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One participation as the case's own people see it: what was chosen, and what of it is seen at this moment."""

    id: str
    reference: str
    name: str
    agency: str
    kinds: Sequence[str]
    sees: frozenset[str]
    since: date
    until: date | None
    ended_on: date | None


def candidates(session: TenantSession) -> list[tuple[Account, str]]:
    """Everybody who could be let into a case, each with the agency they would be there for, by agency and name."""
    found = []
    for agency in PARTNERS:
        people = organisations.colleagues(session, agency, ROLES)
        found += [(one, str(agency)) for one in {account.id: account for account, _post in people}.values()]
    return found


def add(session: TenantSession, registry: Registry, actor: Actor, case_id: str, chosen: Chosen) -> Participation:
    """Let somebody of another agency take part; raises Refused with every fault, each at its field.

    Refused are whoever is blocked or has a part in the case, a kind of facts that consent does not cover, and a day
    after the consents'.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.PARTICIPANT_ADDED)
    cases.hold(session, case)
    asked = [(chosen.agency, set(chosen.kinds))]
    held = consent_rules.coverages(decision, case, asked, session.now)[0]
    refusals = _hinders(session, registry, case) or _faults(decision, registry, case, chosen, held)
    if case.area in registry.areas:
        facts = cases.facts(session, case)
        refusals += registry.refusals(case.area, "casework_check_handover", case=facts, recipient=chosen.agency)
    if refusals:
        raise Refused(refusals)
    assert chosen.until is not None  # noqa: S101 _faults has refused a missing day
    part = Participation(
        id=new_id(),
        case_id=case.id,
        account_id=chosen.account_id,
        agency=chosen.agency,
        reference="".join(secrets.choice(REFERENCE_LETTERS) for _n in range(8)),
        valid_from=session.now,
        valid_until=clock.start_of(chosen.until + timedelta(days=1)),
        made_by=actor.id,
    )
    kinds = ",".join(sorted(set(chosen.kinds)))
    part.kinds = vault.seal_text(session, case.id, "participations", part.id, "kinds", kinds)
    session.add(part)
    session.flush()
    consent_uses.rest(session, case, consent_uses.PARTICIPATION, part.id, held.consents)
    detail = {"account": part.account_id, "agency": part.agency}
    audit.record(session, actor, Action.PARTICIPANT_ADDED, "participation", part.id, case_id=case.id, detail=detail)
    notices.tell(session, part.account_id, "participation_added")
    cases.touch(session, case)
    return part


def end(session: TenantSession, actor: Actor, case_id: str, participation_id: str) -> None:
    """End a participation now; its holder sees nothing of the case from the next request on."""
    case, _decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.PARTICIPANT_ENDED)
    part = _find(session, actor, case, participation_id)
    if part.ended_at is None:
        _end(session, actor, [part], "officer")
        cases.touch(session, case)


def follow(session: TenantSession, registry: Registry, actor: Actor, case: Case) -> None:
    """End every participation of a case that stands where nobody takes part, so that no later step brings it back."""
    how = shared_parts.declared(registry, case)
    if how is None or case.state not in how.states:
        live = [part for part in _of(session, case) if part.ended_at is None and part.valid_until > session.now]
        _end(session, actor, live, "step")


def live(session: TenantSession, case: Case) -> int:
    """How many take part in a case now, whatever consent lets them see at this moment."""
    return sum(
        part.ended_at is None and part.valid_from <= session.now < part.valid_until for part in _of(session, case)
    )


def shown(decision: Decision, registry: Registry, case: Case) -> list[Shown]:
    """A case's participations, those that go on first, then by name; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return []
    parts = _of(decision.session, case)
    names = accounts.names(decision.session, {part.account_id for part in parts})
    found = [_shown(decision, registry, case, part, names.get(part.account_id, "")) for part in parts]
    return sorted(found, key=lambda one: (one.ended_on is not None, one.agency, one.name, one.reference))


def coverage(decision: Decision, registry: Registry, case: Case) -> dict[str, dict[str, Coverage]]:
    """By agency and kind of facts what consent covers today, for the kinds that the case type shows."""
    how = shared_parts.declared(registry, case)
    kinds = () if how is None else how.kinds
    asked = [(str(agency), (str(kind),)) for agency in PARTNERS for kind in kinds]
    found = consent_rules.coverages(decision, case, asked, decision.session.now)
    rows: dict[str, dict[str, Coverage]] = {str(agency): {} for agency in PARTNERS}
    for (agency, (kind,)), one in zip(asked, found, strict=True):
        rows[agency][kind] = one
    return rows


def hindrance(session: TenantSession, registry: Registry, case: Case) -> str:
    """Why nobody can take part in the case now, in words; empty where somebody can."""
    return next((one.reason for one in _hinders(session, registry, case)), "")


def kinds_of(decision: Decision, part: Participation) -> tuple[str, ...]:
    """The kinds of facts that were chosen for a participant, opened; none where the case's key is destroyed."""
    said = vault.open_text(decision, part.case_id, "participations", part.id, "kinds", part.kinds)
    known = dict(consent_rules.KINDS)
    return tuple(one for one in said.split(",") if one in known)


def sees(decision: Decision, registry: Registry, case: Case, part: Participation, name: str) -> frozenset[str]:
    """The kinds of facts that a participant of that name sees at this moment, asked of the consents anew."""
    session = decision.session
    over = part.ended_at is not None and part.ended_at <= session.now
    if over or not part.valid_from <= session.now < part.valid_until:
        return frozenset()
    if not unbroken_posts.is_held(session, part.account_id, part.agency, part.valid_from):
        return frozenset()  # whoever has left the agency meanwhile is let in anew
    if part.account_id in access.blocked(session, case.id) or telling.is_in_case(decision, case, name):
        return frozenset()
    return shared_parts.covered(decision, registry, case, part.agency, kinds_of(decision, part))


def _shown(decision: Decision, registry: Registry, case: Case, part: Participation, name: str) -> Shown:
    end_ = part.valid_until if part.ended_at is None else part.ended_at
    return Shown(
        part.id,
        part.reference,
        name,
        part.agency,
        kinds_of(decision, part),
        sees(decision, registry, case, part, name),
        clock.today(part.valid_from),
        clock.last_day(part.valid_until),
        clock.today(end_) if end_ <= decision.session.now else None,
    )


def _find(session: TenantSession, actor: Actor, case: Case, participation_id: str) -> Participation:
    """A participation of a case by its id; raises NotFound for any other case's."""
    part = session.get(Participation, (case.municipality, participation_id))
    if part is None or part.case_id != case.id:
        raise NotFound(access.denial(actor, Action.PARTICIPANT_ENDED, "participation", participation_id, "case"))
    return part


def _of(session: TenantSession, case: Case) -> Sequence[Participation]:
    query = select(Participation).where(Participation.case_id == case.id)
    return session.scalars(query.order_by(Participation.valid_from, Participation.id)).all()


def _end(session: TenantSession, actor: Actor, parts: Iterable[Participation], because: str) -> None:
    for part in parts:
        part.ended_at, part.ended_by = session.now, actor.id
        session.flush()
        detail: audit.Detail = {"account": part.account_id, "because": because}
        audit.record(
            session, actor, Action.PARTICIPANT_ENDED, "participation", part.id, case_id=part.case_id, detail=detail
        )
        notices.tell(session, part.account_id, "participation_ended")


def _hinders(session: TenantSession, registry: Registry, case: Case) -> list[Refusal]:
    how = shared_parts.declared(registry, case)
    if how is None:
        return [Refusal(NOBODY)]
    if case.state not in how.states:
        return [Refusal(NOT_NOW)]
    return [Refusal(GUARDED)] if approvals.guards(session, case.id) else []


def _faults(decision: Decision, registry: Registry, case: Case, chosen: Chosen, held: Coverage) -> list[Refusal]:
    how, today = shared_parts.declared(registry, case), clock.today(decision.session.now)
    found = list(_whom(decision, case, chosen))
    if not chosen.kinds or how is None or not set(chosen.kinds) <= set(how.kinds):
        found.append(Refusal(_("Välj minst ett slags uppgifter."), "kinds"))
    elif not held.complete:
        found.append(Refusal(_lacking(held), "kinds"))
    if chosen.until is None or chosen.until < today:
        found.append(Refusal(_("Skriv en sista dag som inte har varit."), "until"))
    elif held.complete and held.until is not None and held.until < chosen.until:
        found.append(Refusal(_("Samtycket slutar gälla tidigare. Skriv en dag före dess."), "until"))
    return found


def _whom(decision: Decision, case: Case, chosen: Chosen) -> list[Refusal]:
    session = decision.session
    among = {(account.id, agency): account for account, agency in candidates(session)}
    account = among.get((chosen.account_id, chosen.agency))
    if account is None:
        return [Refusal(_("Välj vem som ska delta."), "who")]
    if account.id in access.blocked(session, case.id):
        return [Refusal(_("Personen är spärrad i ärendet på grund av jäv och kan inte delta."), "who")]
    if telling.is_in_case(decision, case, account.name):
        return [Refusal(_("En person i ärendet har samma namn. Den som själv berörs kan inte delta."), "who")]
    if any(part.account_id == account.id and _goes_on(session, part) for part in _of(session, case)):
        return [Refusal(_("Personen deltar redan. Avsluta det deltagandet först."), "who")]
    return []


def _goes_on(session: TenantSession, part: Participation) -> bool:
    return part.ended_at is None and part.valid_until > session.now


def _lacking(held: Coverage) -> str:
    if not held.lacking:
        return _("Ingen vårdnadshavare är registrerad, så inget samtycke räcker.")
    names = ", ".join(one.identity.name for one in held.lacking)
    return _("Samtycke till allt du har valt saknas från {names}.").format(names=names)
