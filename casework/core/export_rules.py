"""What a copy of a case may hold for whom: asked when it is ordered, when it is approved and when it is handed out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import cases, clock, entries, telling
from casework.core.crypto import packed
from casework.core.db import TenantSession
from casework.core.errors import Broken, Refused
from casework.core.export_choices import COMMUNICATION, Choice
from casework.core.models import Case, CaseExport, CasePerson, Entry, Person

PURPOSES = (
    ("extract", _("Registerutdrag till personen som ärendet gäller")),
    ("party", _("Kopia till en part (partsinsyn)")),
    ("archive", _("Hela ärendet till arkivet")),
    (COMMUNICATION, _("Kommunicering före beslut")),
)
HOURS = 24
"""How long a copy may be fetched, from when it was ordered or approved."""
LONGEST_WAIT = 365
"""Days that a party may be given to answer in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody orders: for what, for whom in the case (nobody for the archive), and which signed entries.

    ``choices`` test each answer; without any, the copy is tested as a whole. ``answer_by`` is the last day on which
    a party may answer before a decision.
    """

    purpose: str
    recipient_id: str = ""
    entries: Sequence[str] = ()
    with_sealed: bool = False
    assessment: str = field(default="", repr=False)
    choices: Sequence[Choice] = field(default=(), repr=False)
    answer_by: date | None = None


def takes_two(session: TenantSession, case: Case, purpose: str, recipient_id: str = "") -> bool:
    """Whether a copy must be approved: for a party always, and wherever somebody in the case is protected.

    What a decision will rest on is told to whom the case is about by one person, and to anybody else by two.
    """
    if purpose == COMMUNICATION and recipient_id != case.subject_id:
        return True
    of_case = (CasePerson.municipality == Person.municipality) & (CasePerson.person_id == Person.id)
    protected = select(Person.id).join(CasePerson, of_case).where(CasePerson.case_id == case.id, Person.protection > 0)
    return purpose == "party" or session.scalar(protected.limit(1)) is not None


def ends(made: CaseExport) -> datetime:
    """Until when a copy may be fetched."""
    return (made.approved_at or made.ordered_at) + timedelta(hours=HOURS)


def ids(made: CaseExport) -> list[str]:
    """The ids of the entries that were ordered."""
    return list(json.loads(made.entries))


def digest_of(made: CaseExport) -> str:
    """The digest of exactly what was ordered."""
    bound = packed(
        made.municipality,
        made.id,
        made.case_id,
        made.purpose,
        made.recipient_id,
        made.entries,
        str(made.with_sealed),
        made.ordered_by,
        made.ordered_at.isoformat(timespec="microseconds"),
        str(made.takes_two),
        *([] if made.choices_hash is None else [made.choices_hash]),
        *([] if made.answer_by is None else [made.answer_by.isoformat()]),
    )
    return hashlib.sha256(b"export/v1" + bound).hexdigest()


def faults(session: TenantSession, case: Case, wanted: Wanted, *, may_unseal: bool) -> list[Refusal]:
    """Why a copy may not be ordered, each at its field."""
    found = []
    if wanted.purpose not in dict(PURPOSES):
        return [Refusal(_("Välj vad kopian ska användas till."), "purpose")]
    if wanted.purpose == "archive" and case.is_open:
        found.append(Refusal(_("Ärendet måste vara avslutat innan det lämnas till arkivet."), "purpose"))
    if not set(wanted.entries) <= {one.id for one in signed(session, case)}:
        found.append(Refusal(_("Välj bland det som är signerat i ärendet."), "entries"))
    if wanted.purpose != "archive" and not wanted.assessment.strip():
        found.append(Refusal(_("Skriv hur du har prövat sekretessen."), "assessment"))
    if wanted.with_sealed and not may_unseal:
        found.append(Refusal(_("Bara de som är namngivna för förseglade uppgifter kan lämna ut dem."), "with_sealed"))
    if wanted.purpose == COMMUNICATION:
        found += _answer_faults(session, case, wanted.answer_by)
    recipient = recipient_fault(session, case, wanted.purpose, wanted.recipient_id, with_sealed=wanted.with_sealed)
    return found + ([] if recipient is None else [recipient])


def recipient_fault(  # noqa: PLR0911 a rule a line
    session: TenantSession, case: Case, purpose: str, recipient_id: str, *, with_sealed: bool
) -> Refusal | None:
    """Why somebody may not have a copy: the one rule of who may be told what, asked when it is ordered and after."""
    if purpose == "archive":
        return Refusal(_("Arkivet är ingen person i ärendet."), "recipient") if recipient_id else None
    if recipient_id not in who_may_be_told(session, case):
        return Refusal(_("Välj en mottagare som får veta att ärendet finns."), "recipient")
    if purpose == "extract" and recipient_id != case.subject_id:
        return Refusal(_("Ett registerutdrag lämnas bara till personen som ärendet gäller."), "recipient")
    if with_sealed and purpose == COMMUNICATION:
        return Refusal(_("Förseglade uppgifter går inte med i en kommunicering."), "with_sealed")
    if recipient_id == case.subject_id:
        return None
    if with_sealed:
        return Refusal(_("Förseglade uppgifter lämnas bara till personen själv eller till arkivet."), "with_sealed")
    if entries.protection_of(session, case) > 0:
        return Refusal(
            _("Personen har skyddade personuppgifter. Ingen kopia lämnas till någon annan härifrån."), "recipient"
        )
    return None


def who_may_be_told(session: TenantSession, case: Case) -> dict[str, str]:
    """Everybody in the case with their part, without those who may not know of it in any part they have."""
    rows = session.scalars(
        select(CasePerson).where(CasePerson.case_id == case.id).order_by(CasePerson.added_at, CasePerson.id)
    ).all()
    kept_away = telling.kept_from(session, case)
    parts = {one.person_id: one.role for one in reversed(rows) if one.person_id not in kept_away}
    return parts | ({case.subject_id: "subject"} if case.subject_id in parts else {})


def require_sound(session: TenantSession, case: Case, made: CaseExport, *, may_unseal: bool) -> None:
    """Raise Refused for what is over or may no longer be told, Broken for an order that is not what was written."""
    if digest_of(made) != made.digest:
        raise Broken("the order is not what was ordered")
    if made.handed_out_at is not None:
        raise Refused.because(_("Kopian är redan utlämnad. Beställ en ny om det behövs."))
    if ends(made) <= session.now:
        raise Refused.because(_("Tiden för att hämta kopian har gått ut. Beställ en ny."))
    if made.answer_by is not None and (late := _answer_faults(session, case, made.answer_by)):
        raise Refused(late)
    if takes_two(session, case, made.purpose, made.recipient_id or "") and not made.takes_two:
        raise Refused.because(_("Någon i ärendet har fått skydd sedan kopian beställdes. Beställ den igen."))
    if made.with_sealed and not may_unseal:
        raise Refused.because(_("Bara de som är namngivna för förseglade uppgifter kan lämna ut dem."))
    if is_reopened_since(session, case, made):
        raise Refused.because(_("Ärendet har öppnats igen sedan kopian beställdes. Beställ den när det är avslutat."))
    sealed, whom = made.with_sealed, made.recipient_id or ""
    if fault := recipient_fault(session, case, made.purpose, whom, with_sealed=sealed):
        raise Refused([fault])


def _answer_faults(session: TenantSession, case: Case, answer_by: date | None) -> list[Refusal]:
    """Why nobody can be asked to answer by a day before the case is decided."""
    today = clock.today(session.now)
    if not case.is_open:
        return [Refusal(_("Ärendet är avslutat. Det finns inget beslut att kommunicera inför."))]
    if answer_by is None:
        return [Refusal(_("Skriv vilken dag svaret senast ska ha kommit."), "answer_by")]
    if answer_by <= today:
        return [Refusal(_("Ge parten tid att svara: välj en dag efter i dag."), "answer_by")]
    if answer_by > today + timedelta(days=LONGEST_WAIT):
        return [Refusal(_("Välj en dag inom ett år."), "answer_by")]
    return []


def is_reopened_since(session: TenantSession, case: Case, made: CaseExport) -> bool:
    """Whether a copy for the archive is over because the case was opened again, also if it has been closed since."""
    began = cases.period_began(session, case)
    return made.purpose == "archive" and (case.is_open or (began is not None and began >= made.ordered_at))


def signed(session: TenantSession, case: Case) -> Sequence[Entry]:
    """Every signed entry of a case, corrected or not, in the order in which it happened."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.state == "signed")
    return session.scalars(query.order_by(Entry.event_on, Entry.signed_at, Entry.id)).all()
