"""The register of consents: drafted, asked for, answered, ended. Each person's is their own, and only goes forward."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import (
    access,
    audit,
    cases,
    clock,
    consent_endings,
    consent_reminders,
    consent_rules,
    municipality_settings,
    vault,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.consent_rules import ADULT, Giver
from casework.core.crypto import Sealed
from casework.core.db import TenantSession, new_id
from casework.core.errors import Conflict, Refused
from casework.core.models import Case, Consent, Person
from casework.core.permissions import Actor, Permission

MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is to be asked for: whom, to which agencies, which kinds of facts, from when until when."""

    giver_id: str
    part: str
    agencies: Sequence[str]
    kinds: Sequence[str]
    valid_from: date | None
    valid_until: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered: yes or no, how, and how it was checked who they were."""

    given: bool
    how: str
    identity: str


def draft(
    session: TenantSession, actor: Actor, case_id: str, wanted: Wanted, *, renews_id: str | None = None
) -> Consent:
    """Write down what somebody is to be asked for; raises Refused with every fault at its field.

    With ``renews_id`` it is to replace a consent of the same person, once it is given.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.CONSENT_DRAFTED)
    cases.hold(session, case)
    refusals = faults(decision, case, wanted)
    if renews_id is not None:
        earlier = consent_rules.held(session, actor, case, renews_id, Action.CONSENT_DRAFTED)
        if earlier.state != "given" or (earlier.giver_id, earlier.part) != (wanted.giver_id, wanted.part):
            refusals.append(Refusal(_("Bara ett lämnat samtycke från samma person kan förnyas."), "giver"))
    if refusals:
        raise Refused(refusals)
    assert wanted.valid_from is not None and wanted.valid_until is not None  # noqa: S101, PT018 faults has refused both
    consent = Consent(
        id=new_id(),
        case_id=case.id,
        giver_id=wanted.giver_id,
        part=wanted.part,
        state="draft",
        agencies=",".join(sorted(set(wanted.agencies))),
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        renews_id=renews_id,
        made_by=actor.id,
        made_at=session.now,
    )
    consent.kinds = _seal(session, consent, "kinds", ",".join(sorted(set(wanted.kinds))))
    if wanted.note.strip():
        consent.note = _seal(session, consent, "note", wanted.note.strip())
    session.add(consent)
    _remember(session, actor, case, consent, Action.CONSENT_DRAFTED)
    return consent


def discard(session: TenantSession, actor: Actor, case_id: str, consent_id: str) -> None:
    """Throw away what nobody has been asked for yet; raises Conflict for anything further."""
    case, _decision, consent = _open(session, actor, case_id, consent_id, Action.CONSENT_DISCARDED)
    _require(consent, "draft")
    session.delete(consent)
    _remember(session, actor, case, consent, Action.CONSENT_DISCARDED)


def request(session: TenantSession, actor: Actor, case_id: str, consent_id: str) -> Consent:
    """Note that the person has been asked; raises Conflict unless it is a draft.

    Raises Refused for somebody who, since it was written, must not know of the case.
    """
    case, decision, consent = _open(session, actor, case_id, consent_id, Action.CONSENT_REQUESTED)
    _require(consent, "draft")
    if _giver(consent_rules.givers(decision, case), consent.giver_id, consent.part) is None:
        raise Refused.because(_("Personen får inte få veta något om ärendet och kan inte tillfrågas."))
    consent.state, consent.requested_at = "requested", session.now
    _remember(session, actor, case, consent, Action.CONSENT_REQUESTED)
    return consent


def answer(session: TenantSession, actor: Actor, case_id: str, consent_id: str, said: Answer) -> Consent:
    """Note what the person answered, received by the actor; a given renewal replaces what it renews, which stops.

    A no takes back what the person had agreed to of the same: a refusal after a yes is a withdrawal. Raises Conflict
    for a consent that was not asked for or is answered, Refused for one whose days are over. What rests on the replaced
    one goes on only where the new one covers all that it did, from now and as long.
    """
    case, decision, consent = _open(session, actor, case_id, consent_id, Action.CONSENT_ANSWERED)
    _require(consent, "requested")
    refusals = []
    if said.how not in dict(consent_rules.WAYS):
        refusals.append(Refusal(_("Välj hur svaret lämnades."), "how"))
    if said.identity not in dict(consent_rules.IDENTITIES):
        refusals.append(Refusal(_("Välj hur du vet vem som svarade."), "identity"))
    if said.given and consent.valid_until < clock.today(session.now):
        refusals.append(Refusal(_("Den sista dagen har redan varit. Begär ett nytt samtycke.")))
    if refusals:
        raise Refused(refusals)
    consent.state = "given" if said.given else "refused"
    consent.how, consent.identity, consent.received_by = said.how, said.identity, actor.id
    consent.answered_at = session.now
    if said.given and consent.renews_id is not None:
        earlier = consent_rules.held(session, actor, case, consent.renews_id, Action.CONSENT_ENDED)
        if earlier.state == "given":
            heir = consent if covers(decision, consent, earlier) else None
            stopped = consent_endings.end(decision, case, earlier, "replaced", heir)
            consent_endings.tell(decision, case, stopped)
    if not said.given:
        consent_endings.take_back(decision, case, consent_endings.contradicted(decision, case, consent))
    _remember(session, actor, case, consent, Action.CONSENT_ANSWERED)
    if said.given:
        consent_reminders.remember_birthdays(decision, case, consent)
    return consent


def withdraw(session: TenantSession, actor: Actor, case_id: str, consent_id: str) -> Consent:
    """End a given consent now, and with it all that rests on it; what was done stays. Raises Conflict for any other."""
    case, decision, consent = _open(session, actor, case_id, consent_id, Action.CONSENT_ENDED)
    _require(consent, "given")
    consent_endings.take_back(decision, case, [consent])
    cases.touch(session, case)
    return consent


def faults(decision: Decision, case: Case, wanted: Wanted) -> list[Refusal]:
    """Everything that is wrong with what somebody is to be asked for, each at its field."""
    months = municipality_settings.number(decision.session, "consent_months")
    everybody = consent_rules.givers(decision, case)
    found = []
    if _giver(everybody, wanted.giver_id, wanted.part) is None:
        found.append(Refusal(_("Välj vem som ska tillfrågas."), "giver"))
    if not wanted.agencies or not set(wanted.agencies) <= set(consent_rules.AGENCIES):
        found.append(Refusal(_("Välj minst en mottagare."), "agencies"))
    if not wanted.kinds or not set(wanted.kinds) <= set(dict(consent_rules.KINDS)):
        found.append(Refusal(_("Välj minst ett slags uppgifter."), "kinds"))
    if consent_rules.INDIVIDUAL in wanted.agencies and not wanted.note.strip():
        found.append(Refusal(_("Skriv vilken enskild eller vilket företag det gäller."), "note"))
    if wanted.valid_from is None:
        found.append(Refusal(_("Skriv från vilken dag samtycket ska gälla."), "valid_from"))
    if wanted.valid_until is None or (wanted.valid_from is not None and wanted.valid_until < wanted.valid_from):
        found.append(Refusal(_("Skriv en sista dag som inte ligger före den första."), "valid_until"))
    elif wanted.valid_from is not None and wanted.valid_until > wanted.valid_from + months * MONTH:
        text = _("Ett samtycke får gälla högst {months} månader.").format(months=months)
        found.append(Refusal(text, "valid_until"))
    elif _outlives_childhood(everybody, wanted):
        text = _("En vårdnadshavares samtycke gäller längst till dagen före 18-årsdagen.")
        found.append(Refusal(text, "valid_until"))
    return found


def _giver(everybody: Sequence[Giver], person_id: str, part: str) -> Giver | None:
    """The one of those who may be asked."""
    asked = (one for one in everybody if one.may_be_asked and (one.identity.id, one.part) == (person_id, part))
    return next(asked, None)


def covers(decision: Decision, new: Consent, old: Consent) -> bool:
    """Whether a renewal would cover, given now, all that it renews from today on: then what rests on that goes on."""
    agencies = set(consent_rules.agencies_of(old)) <= set(consent_rules.agencies_of(new))
    kinds = set(consent_rules.kinds_of(decision, old)) <= set(consent_rules.kinds_of(decision, new))
    begun = new.valid_from <= clock.today(decision.session.now) <= new.valid_until
    return agencies and kinds and begun and new.valid_until >= old.valid_until


def _outlives_childhood(everybody: Sequence[Giver], wanted: Wanted) -> bool:
    born = next((one.identity.birth_date for one in everybody if one.part == "subject"), None)
    if wanted.part != "guardian" or born is None or wanted.valid_until is None:
        return False
    return consent_rules.age_on(born, wanted.valid_until) >= ADULT


def of_case(session: TenantSession, case: Case) -> Sequence[Consent]:
    """A case's consents, the latest first, sealed."""
    query = select(Consent).where(Consent.case_id == case.id)
    return session.scalars(query.order_by(Consent.made_at.desc(), Consent.id)).all()


def reservations(decision: Decision, case: Case, places: frozenset[str]) -> list[tuple[str, str]]:
    """What the consents that name some places leave out or add, each with whose it is: it holds as the yes does."""
    given = consent_endings.given(decision.session, case)
    return reserved(decision, [one for one in given if not places.isdisjoint(consent_rules.agencies_of(one))])


def reserved(decision: Decision, consents: Collection[Consent]) -> list[tuple[str, str]]:
    """What some consents leave out or add, each with whose it is."""
    noted = [one for one in consents if one.note is not None]
    rows = decision.session.scalars(select(Person).where(Person.id.in_({one.giver_id for one in noted}))).all()
    givers = vault.open_persons(decision, rows)
    said = ((givers[one.giver_id].name, note(decision, one).strip()) for one in noted)
    return sorted({(name, words) for name, words in said if words})


def note(decision: Decision, consent: Consent) -> str:
    """What a consent leaves out or adds, in the words it was given with; nothing where it does neither."""
    if consent.note is None:
        return ""
    return vault.open_text(decision, consent.case_id, "consents", consent.id, "note", consent.note)


def _open(
    session: TenantSession, actor: Actor, case_id: str, consent_id: str, action: Action
) -> tuple[Case, Decision, Consent]:
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, action)
    cases.hold(session, case)
    return case, decision, consent_rules.held(session, actor, case, consent_id, action)


def _require(consent: Consent, state: str) -> None:
    if consent.state != state:
        raise Conflict


def _seal(session: TenantSession, consent: Consent, field: str, text: str) -> Sealed:
    return vault.seal_text(session, consent.case_id, "consents", consent.id, field, text)


def _remember(session: TenantSession, actor: Actor, case: Case, consent: Consent, action: Action) -> None:
    session.flush()
    detail: audit.Detail = {"state": consent.state}
    audit.record(session, actor, action, "consent", consent.id, case_id=case.id, detail=detail)
    cases.touch(session, case)
