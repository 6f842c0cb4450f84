"""Who can have been at a meeting about a case, and who was: those who took part that day, its own people, the family.

Whoever else was there, such as an interpreter, is told of in words alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import field as of
from datetime import date

from sqlalchemy import select

from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.core import accounts, clock, consent_rules, vault
from casework.core.access import Decision
from casework.core.clock import FOREVER
from casework.core.models import Case, CaseMember, Meeting, Participation

OWN, SUBJECT, GUARDIAN = "social_services", "subject", "guardian"
PARTS = {
    OWN: _("Socialtjänsten"),
    str(Agency.SCHOOL): _("Skolan"),
    str(Agency.RECREATION): _("Fritidsverksamheten"),
    str(Agency.POLICE): _("Polisen"),
    SUBJECT: _("Personen själv"),
    GUARDIAN: _("Vårdnadshavare"),
}
"""For whom somebody is at a meeting: the parts that there are, in the order in which they are shown."""
FAMILY = frozenset({SUBJECT, GUARDIAN})
Span = tuple[date, date | None]
"""From a day to another, or without an end."""


@dataclass(frozen=True, slots=True)
class Attender:
    """Somebody who can have been at a meeting. ``spans`` are the days on which they had to do with the case."""

    part: str
    id: str
    name: str = of(repr=False)
    spans: tuple[Span, ...] = ()

    @property
    def key(self) -> str:
        """How a page names them."""
        return f"{self.part}-{self.id}"

    @property
    def tells(self) -> bool:
        """Whether what they say comes from outside: what social services say is a disclosure."""
        return self.part != OWN

    def could_come(self, day: date) -> bool:
        """Whether they had to do with the case on a day; the family always has."""
        within = (first <= day and (last is None or day <= last) for first, last in self.spans)
        return self.part in FAMILY or any(within)


@dataclass(frozen=True, slots=True)
class Attended:
    """Somebody who was asked to a meeting, by the name of that day; ``told`` is the entry of what they told there."""

    part: str
    id: str
    name: str = of(repr=False)
    came: bool = True
    told: str = ""

    @property
    def tells(self) -> bool:
        """Whether they came from outside social services."""
        return self.part != OWN


def candidates(decision: Decision, case: Case) -> list[Attender]:
    """Everybody who can have been at a meeting, by part and name; nobody whom the case is kept from."""
    found = [*_accounts(decision, case)]
    found += [
        Attender(one.part, one.identity.id, one.identity.name)
        for one in consent_rules.givers(decision, case)
        if one.may_be_asked
    ]
    order = list(PARTS)
    return sorted(found, key=lambda one: (order.index(one.part), one.name, one.id))


def seal(decision: Decision, meeting: Meeting, attended: Iterable[Attended]) -> None:
    """Put the list into the row, sealed for the case."""
    text = json.dumps([asdict(one) for one in attended], ensure_ascii=False, separators=(",", ":"))
    meeting.attendance = vault.seal_text(
        decision.session, meeting.case_id, Meeting.__tablename__, meeting.id, "attendance", text
    )


def read(decision: Decision, meeting: Meeting) -> Sequence[Attended]:
    """Who was asked to a meeting, opened; nobody where the case's key is destroyed."""
    said = vault.open_text(
        decision, meeting.case_id, Meeting.__tablename__, meeting.id, "attendance", meeting.attendance
    )
    return () if said == vault.GONE else tuple(Attended(**one) for one in json.loads(said))


def _accounts(decision: Decision, case: Case) -> list[Attender]:
    """Those with an account: whoever takes or took part, and whoever is or was named in the case."""
    session = decision.session
    spans: dict[tuple[str, str], list[Span]] = {}
    for part in session.scalars(select(Participation).where(Participation.case_id == case.id)):
        last = clock.last_day(part.valid_until) if part.ended_at is None else clock.today(part.ended_at)
        spans.setdefault((part.agency, part.account_id), []).append((clock.today(part.valid_from), last))
    for member in session.scalars(select(CaseMember).where(CaseMember.case_id == case.id)):
        last = None if member.valid_until == FOREVER else clock.today(member.valid_until)
        spans.setdefault((OWN, member.account_id), []).append((clock.today(member.valid_from), last))
    names = accounts.names(session, {account for _part, account in spans})
    begun = [Attender(part, id_, names.get(id_, "")) for part, id_ in spans]
    return [replace(one, spans=tuple(spans[one.part, one.id])) for one in begun]
