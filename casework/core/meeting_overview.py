"""A case's meetings as its own people see them: who came, what each told, and what was said to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from casework.contract.participation import Meeting as Declared
from casework.core import access, accounts, attendance, disclosed, disclosure_rules, entries, meetings, reading
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.attendance import FAMILY, Attended
from casework.core.db import TenantSession
from casework.core.disclosure_wish import Wish
from casework.core.errors import NotFound
from casework.core.grounds.situations import Place
from casework.core.models import Case, Entry, Meeting
from casework.core.reading import Reading
from casework.core.registry import Registry


@dataclass(frozen=True, slots=True)
class There:
    """One who was asked, with what they told and the oral disclosures to them on that day."""

    attended: Attended
    told: Reading | None
    heard: Sequence[disclosed.Shown]

    @property
    def words(self) -> str:
        """What they told, as it stands now; empty where it is sealed or gone."""
        return "" if self.told is None else self.told.answer("received_facts")


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting as the case's own people see it. ``read`` is its entry as it stands now, ``beside`` other disclosures.

    ``corrected`` is true where the words were corrected after the list was made, which it does not follow.
    """

    id: str
    day: date
    place: str
    read: Reading
    corrected: bool
    there: Sequence[There]
    beside: Sequence[disclosed.Shown]
    made_by: str
    made_at: datetime


def of_case(decision: Decision, registry: Registry, case: Case) -> list[Shown]:
    """The meetings of a case, the latest first; nothing for somebody who only decides in it."""
    rows = decision.session.scalars(select(Meeting).where(Meeting.case_id == case.id)).all()
    return sorted(_shown(decision, registry, case, rows), key=lambda one: (one.day, one.made_at, one.id), reverse=True)


def one(decision: Decision, registry: Registry, case: Case, meeting_id: str) -> Shown:
    """One of a case's meetings; raises NotFound for any other."""
    row = decision.session.get(Meeting, (case.municipality, meeting_id))
    found = [] if row is None or row.case_id != case.id else _shown(decision, registry, case, [row])
    if not found:
        raise NotFound(access.denial(decision.actor, Action.CASE_OPENED, "meeting", meeting_id, "missing"))
    return found[0]


def begun(decision: Decision, case: Case, shown: Shown, nth: int) -> Wish:
    """A disclosure to one who was at a meeting, of what was said to them there: to whom and when, and nothing else."""
    if not 1 <= nth <= len(shown.there):
        return Wish(oral_on=shown.day)
    attended = shown.there[nth - 1].attended
    place = Place.INDIVIDUAL if attended.part in FAMILY else Place(attended.part)
    key = f"{place.value}:{attended.id}"
    if key in {one.key for one in disclosure_rules.recipients_of(decision, case)}:
        return Wish(recipient=key, oral_on=shown.day)
    return Wish(recipient=place.value, outside=attended.name, oral_on=shown.day)


def _shown(decision: Decision, registry: Registry, case: Case, rows: Sequence[Meeting]) -> list[Shown]:
    if decision.forms is not None or not rows:
        return []
    how, lists = meetings.declared(registry, case), {row.id: attendance.read(decision, row) for row in rows}
    newest = _newest(decision.session, case)
    wanted = {row.entry_id for row in rows} | {one.told for asked in lists.values() for one in asked if one.told}
    chosen = {newest[id_].id: newest[id_] for id_ in sorted(wanted)}
    read = {one.entry.id: one for one in reading.read(decision, registry, case, chosen.values())}
    oral = [one for one in disclosed.of_case(decision, case) if one.wish.oral_on and one.state != "refused"]
    names = accounts.names(decision.session, {row.made_by for row in rows})
    found = []
    for row in rows:
        entry = newest[row.entry_id]
        day = _day(decision, how, entry)
        heard = [one for one in oral if one.wish.oral_on == day]
        there = [
            There(one, read[newest[one.told].id] if one.told else None, [it for it in heard if _is_to(it, one)])
            for one in lists[row.id]
        ]
        beside = [one for one in heard if not any(_is_to(one, it.attended) for it in there)]
        place = "" if how is None else read[entry.id].answer(how.place)
        is_newer, by = entry.id != row.entry_id, names.get(row.made_by, "")
        found.append(Shown(row.id, day, place, read[entry.id], is_newer, there, beside, by, row.made_at))
    return found


def _newest(session: TenantSession, case: Case) -> dict[str, Entry]:
    """Each signed entry of a case, and what stands in its place now."""
    found: dict[str, Entry] = {}
    for entry in entries.current(session, case):
        found |= {earlier.id: entry for earlier in (entry, *entries.corrected_by(session, entry))}
    return found


def _day(decision: Decision, how: Declared | None, entry: Entry) -> date:
    """The day of a meeting as its entry tells it now; the day it was signed for where that is gone."""
    said = "" if how is None else entries.answers_of(decision, entry).get(how.day, "")
    return date.fromisoformat(said) if said else entry.event_on


def _is_to(shown: disclosed.Shown, one: Attended) -> bool:
    """Whether a disclosure was to somebody: by their account, or by their name where it names them in words."""
    account = shown.made.account_id or shown.wish.account
    return account == one.id if account else _plain(shown.wish.outside) == _plain(one.name)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
