"""Whose consent is needed, what a consent of the register covers, and at which moment. Writes nothing.

The one question that whatever rests on consent asks is ``coverage``.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.contract.fields import Agency, FactKind
from casework.contract.language import gettext as _
from casework.core import access, clock, municipality_settings, telling, vault
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.models import Case, CasePerson, Consent, Person
from casework.core.permissions import Actor
from casework.core.vault import Identity

CONSENTS = frozenset({"OSL_12_2", "OSL_12_3"})
"""The grounds that rest on consents of the register, and end with them."""
ADULT = 18
"""From this age a person consents alone: majority is law (FB 9 kap. 1 §), and no setting."""
INDIVIDUAL = "individual"
"""Somebody who is no authority: then the note says who, for the code does not."""
AGENCIES: tuple[str, ...] = (*(one.value for one in Agency), "health", "other_social_services", INDIVIDUAL)
"""Whom a consent can name: the agencies of the municipality, and places outside it that a disclosure can go to."""
STATUS = FactKind.STATUS
KINDS = (
    (FactKind.STATUS, _("Hur det går i ärendet")),
    (FactKind.SCHOOL, _("Skolgång")),
    (FactKind.CRIME, _("Brott och misstanke om brott")),
    (FactKind.HEALTH, _("Hälsa")),
    (FactKind.ADDICTION, _("Skadligt bruk eller beroende")),
    (FactKind.FAMILY, _("Familj")),
    (FactKind.HOUSING, _("Boende")),
    (FactKind.ECONOMY, _("Ekonomi")),
    (FactKind.LEISURE, _("Fritid")),
)
"""The kinds of facts a consent can cover, each by its code."""
WAYS = (
    ("written", _("Skriftligt")),
    ("oral", _("Muntligt")),
    ("e_signature", _("Med e-underskrift")),
)
IDENTITIES = (
    ("document", _("Legitimation")),
    ("known", _("Personen är känd sedan tidigare")),
    ("e_id", _("E-legitimation")),
)
"""How it was checked who answered."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody whose consent can count: their part in the case, and whether the case may be known to them."""

    identity: Identity
    part: str
    may_be_asked: bool


@dataclass(frozen=True, slots=True)
class Needed:
    """Those whose consent is needed; not ``is_whole`` where somebody who must be among them is not registered."""

    givers: tuple[Giver, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which live consents cover what was asked for, and the persons whose consent is needed and lacking."""

    consents: tuple[Consent, ...]
    lacking: tuple[Giver, ...]
    complete: bool

    @property
    def until(self) -> date | None:
        """The last day on which all of it holds."""
        return min((one.valid_until for one in self.consents), default=None)


def age_on(born: date, day: date) -> int:
    """A person's age in whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age; who was born on a leap day does so on the first of March."""
    year = born.year + age
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) and not isleap(year) else born.replace(year=year)


def givers(decision: Decision, case: Case) -> tuple[Giver, ...]:
    """The case's person and each guardian, in the clear; nobody in a case about nobody."""
    rows = decision.session.execute(
        select(CasePerson, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id, CasePerson.role.in_(("subject", "guardian")))
        .order_by(CasePerson.added_at, CasePerson.id)
    ).all()
    opened = vault.open_persons(decision, [person for _part, person in rows])
    # Whoever must not know is not asked, whichever part in the case it is that says so.
    closed = telling.kept_from(decision.session, case)
    found = [Giver(opened[person.id], part.role, person.id not in closed) for part, person in rows]
    return tuple(sorted(found, key=lambda one: one.part != "subject"))


def needed(decision: Decision, case: Case, day: date) -> Needed:
    """Those whose consent is needed on a day; of somebody whose age is unknown, everybody's that could be."""
    everybody = givers(decision, case)
    subject = next((one for one in everybody if one.part == "subject"), None)
    if subject is None:
        return Needed((), False)
    guardians = tuple(one for one in everybody if one.part == "guardian")
    born = subject.identity.birth_date
    if born is not None and age_on(born, day) >= ADULT:
        return Needed((subject,), True)
    own = born is None or age_on(born, day) >= municipality_settings.number(decision.session, "consent_own_age")
    return Needed((subject, *guardians) if own else guardians, bool(guardians))


def coverage(decision: Decision, case: Case, agency: str, kinds: Collection[str], moment: datetime) -> Coverage:
    """What covers telling an agency kinds of facts of a case at a moment, and who has not given leave to it.

    It is complete only where everybody needed has given theirs, each to all of it; a child without a registered
    guardian is never complete, nor is anything where no kind is named.
    """
    return coverages(decision, case, [(agency, kinds)], moment)[0]


def coverages(
    decision: Decision, case: Case, asked: Sequence[tuple[str, Collection[str]]], moment: datetime
) -> list[Coverage]:
    """The coverage of each pair of an agency and kinds of facts, with the case's consents and people read once."""
    query = select(Consent).where(Consent.case_id == case.id, Consent.answered_at.is_not(None))
    rows = decision.session.scalars(query.order_by(Consent.made_at, Consent.id)).all()
    live = [(one, kinds_of(decision, one)) for one in rows if is_live(one, moment)]
    whose = needed(decision, case, clock.today(moment))
    return [_coverage(live, whose, agency, kinds) for agency, kinds in asked]


def agreed(decision: Decision, case: Case, moment: datetime) -> frozenset[str]:
    """The agencies that everybody whose consent is needed agreed, at a moment, to tell at least one kind in common."""
    asked = [(str(agency), (str(kind),)) for agency in AGENCIES for kind, _label in KINDS]
    # Asked inside core, also for somebody who only decides in the case: nothing of it is shown.
    inside = access.of_consents(decision.session, decision.actor, {case.id})
    found = coverages(inside, case, asked, moment)
    return frozenset(agency for (agency, _kinds), one in zip(asked, found, strict=True) if one.complete)


def agreed_on(decision: Decision, case: Case, day: date) -> frozenset[str]:
    """The agencies that everybody whose consent is needed agreed to tell something at some moment of a day.

    What begins to be agreed on a day does so as it begins, or as somebody answers.
    """
    first, last = clock.start_of(day), min(clock.start_of(day + timedelta(days=1)), decision.session.now)
    query = select(Consent.answered_at).where(Consent.case_id == case.id, Consent.answered_at.between(first, last))
    moments = {first, *(one for one in decision.session.scalars(query) if one is not None)}
    return frozenset().union(*(agreed(decision, case, moment) for moment in sorted(moments)))


def _coverage(
    live: Sequence[tuple[Consent, Sequence[str]]], whose: Needed, agency: str, kinds: Collection[str]
) -> Coverage:
    covering: list[Consent] = []
    lacking: list[Giver] = []
    for giver in whose.givers:
        own = [
            (one, told)
            for one, told in live
            if agency in agencies_of(one) and (one.giver_id, one.part) == (giver.identity.id, giver.part)
        ]
        chosen = _enough(own, kinds)
        covering += chosen
        if not chosen:
            lacking.append(giver)
    return Coverage(tuple(covering), tuple(lacking), whose.is_whole and not lacking)


def _enough(own: Sequence[tuple[Consent, Sequence[str]]], kinds: Collection[str]) -> list[Consent]:
    """Those of one person's live consents that together cover every kind; none if they do not."""
    left, chosen = set(kinds), []
    for consent, told in reversed(own):
        if taken := left & set(told):
            left -= taken
            chosen.append(consent)
    return [] if left else chosen


def notes_count(decision: Decision, case: Case, moment: datetime) -> bool:
    """Whether a signed note of a consent may be rested on, beside the register.

    Only an adult's, and only as long as they have answered nothing in the register: what they said there, a no or a
    withdrawal most of all, is what holds. Of a child it is never told whose consent a note was.
    """
    whose = needed(decision, case, clock.today(moment))
    if not whose.is_whole or any(one.part != "subject" for one in whose.givers):
        return False
    answered = select(Consent.id).where(
        Consent.case_id == case.id,
        Consent.giver_id.in_([one.identity.id for one in whose.givers]),
        Consent.answered_at.is_not(None),
    )
    return decision.session.scalar(answered.limit(1)) is None


def is_live(consent: Consent, moment: datetime) -> bool:
    """Whether a consent held at a moment: given before it, not ended before it, and within its days."""
    given = consent.state in {"given", "withdrawn", "replaced"} and consent.answered_at is not None
    answered, ended = consent.answered_at or moment, consent.ended_at
    within = consent.valid_from <= clock.today(moment) <= consent.valid_until
    return given and answered <= moment and (ended is None or moment < ended) and within


def agencies_of(consent: Consent) -> tuple[str, ...]:
    """The agencies a consent names."""
    return tuple(consent.agencies.split(","))


def kinds_of(decision: Decision, consent: Consent) -> tuple[str, ...]:
    """The kinds of facts a consent covers, opened; none where its key is destroyed."""
    said = vault.open_text(decision, consent.case_id, "consents", consent.id, "kinds", consent.kinds)
    known = dict(KINDS)
    return tuple(one for one in said.split(",") if one in known)


def held(session: TenantSession, actor: Actor, case: Case, consent_id: str, action: Action) -> Consent:
    """One of the case's consents as its last writer left it, held until the transaction ends; raises NotFound."""
    query = select(Consent).where(Consent.id == consent_id, Consent.case_id == case.id).with_for_update()
    consent = session.scalar(query.execution_options(populate_existing=True))
    if consent is None:
        raise NotFound(access.denial(actor, action, "consent", consent_id, "missing"))
    return consent
