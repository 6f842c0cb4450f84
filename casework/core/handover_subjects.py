"""Whom something handed over is about, held against who would read it: nobody reads or decides what is about them.

A parent who takes in reports would otherwise learn of one about their own child, and could bury it. To them it is not
there at all; so it is to a teacher or a policeman who is named in a question, or in what social services hand over. It
is asked at every read, by name: no employee's personal number is kept, and no row says whose name was found. A conflict
of interest that is known of the same child counts too, and the child's personal number there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import ColumnElement, or_, select

from casework.core import access, access_rows, frozen, handover_forms, vault, written_names
from casework.core.db import TenantSession
from casework.core.errors import Broken
from casework.core.frozen import Frozen, Spot
from casework.core.handover_forms import SENDER
from casework.core.models import CasePerson, Handover, Person
from casework.core.permissions import OPERATOR
from casework.core.vault import Identity

TABLE = "handovers"
WHO = {one.name: one.label for one in handover_forms.FORMS[handover_forms.REPORT].fields}
"""What the questions of a report are called, as the answers are frozen."""
NOT_ABOUT = frozenset(WHO[one] for one in ("child_name", "child_number", "guardians", "interpreter", "done"))
"""Answers that are looked at by themselves, or name colleagues: whom somebody rang is not kept from what it led to."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """What something handed over says of whom it is about. Never logged or reported."""

    id: str
    child: str = field(repr=False)
    digits: str = field(repr=False)
    guardians: str = field(repr=False)
    story: str = field(repr=False)

    def names(self, name: str) -> bool:
        """Whether whoever bears a name may be the child, a guardian, or somebody told of by name and surname."""
        child, guardian = written_names.may_be_one(self.child, name), written_names.is_named(name, self.guardians)
        return child or guardian or written_names.is_written(name, self.story)

    def is_about(self, who: Identity) -> bool:
        """Whether it may be about somebody: the child by number or name, or whoever is told of by the whole name."""
        numbered = who.number is not None and self.digits != "" and self.digits in {who.number, who.number[2:]}
        told = written_names.is_written(who.name, f"{self.guardians} {self.story}")
        return numbered or told or written_names.may_be_one(self.child, who.name)


class Lying:
    """One that lies in an inbox or a case: opened inside core where nobody has asked about a name before, and else not.

    What was answered is remembered by its digest, for what is sent never changes: no look costs more the more has come.
    One that does not open names nobody, and is opened by nobody either.
    """

    def __init__(self, session: TenantSession, handover_id: str, digest: str) -> None:
        self.id, self._session, self._digest = handover_id, session, digest

    def names(self, name: str) -> bool:
        """Whether whoever bears a name is named in it."""
        return self._known(name, lambda: self._opened.names(name))

    def is_about(self, who: Identity) -> bool:
        """Whether it may be about somebody with whom the reader is in a conflict of interest."""
        # Asked of the person as they are now; neither their name nor their number is kept.
        return self._known(hash((who.id, who.name, who.number)), lambda: self._opened.is_about(who))

    def _known(self, whom: str | int, ask: Callable[[], bool]) -> bool:
        asked = (self._session.municipality, self.id, self._digest, whom)
        if asked in KNOWN:
            return KNOWN[asked]
        said = ask()
        if self._opened.id:  # what did not open may open the next time
            if len(KNOWN) >= REMEMBERED:
                KNOWN.clear()
            KNOWN[asked] = said
        return said

    @cached_property
    def _opened(self) -> Subjects:
        row = self._session.get_one(Handover, (self._session.municipality, self.id))
        decision, spot = access.of_consents(self._session, OPERATOR, (), {row.id}), Spot(TABLE, row.id, "body")
        try:
            if row.body is None and row.kept is not None:
                kept = Spot(TABLE, row.id, "kept")
                return read(frozen.open_as_sender(decision, row.case_id or "", kept, row.kept, row.digest), row.id)
            assert row.body is not None  # noqa: S101 it was asked for
            return read(frozen.open_as_recipient(decision, row.recipient_agency, spot, row.body, row.digest), row.id)
        except Broken:
            return Subjects("", "", "", "", "")


About = Subjects | Lying
KNOWN: dict[tuple[str, str, str, str | int], bool] = {}
"""Whether an employee's name, or a person by a hash, is in what was sent, by municipality, handover and digest."""
REMEMBERED = 50_000
"""So many answers are remembered; then it is asked anew."""


def read(content: Frozen, handover_id: str = "") -> Subjects:
    """Whom something frozen is about; who sends it is nobody of them."""
    parts = [(one.label, unicodedata.normalize("NFC", one.text)) for one in content.parts if one.heading != SENDER]
    said, story = dict(parts), " ".join(words for label, words in parts if label not in NOT_ABOUT)
    child, number, guardians = (said.get(WHO[name], "") for name in ("child_name", "child_number", "guardians"))
    return Subjects(handover_id, child, "".join(one for one in number if one.isdigit()), guardians, story)


def of(session: TenantSession, which: ColumnElement[bool]) -> list[Lying]:
    """Those of some handovers that lie in an inbox; none is opened by it."""
    rows = session.execute(
        select(Handover.id, Handover.digest).where(Handover.body.is_not(None), which).order_by(Handover.id)
    )
    return [Lying(session, id_, digest) for id_, digest in rows]


def sent(session: TenantSession, which: ColumnElement[bool]) -> list[Lying]:
    """Those of some handovers that can be read anywhere, in an inbox or in a case; none is opened by it."""
    lies = or_(Handover.body.is_not(None), Handover.kept.is_not(None))
    rows = session.execute(select(Handover.id, Handover.digest).where(lies, which).order_by(Handover.id))
    return [Lying(session, id_, digest) for id_, digest in rows]


def kept_from(session: TenantSession, sent: Sequence[About], account_id: str, name: str) -> frozenset[str]:
    """The ids of those handovers that somebody is kept from: named in them, or in a conflict of interest about them."""
    closed = _in_conflict(session, account_id) if sent else ()
    return frozenset(one.id for one in sent if one.names(name) or any(one.is_about(who) for who in closed))


def not_about(session: TenantSession, handover_id: str, account_id: str, name: str) -> ColumnElement[bool]:
    """The condition on ``Handover`` that it is not one, wherever it lies now, that somebody is kept from."""
    return Handover.id.not_in(kept_from(session, sent(session, Handover.id == handover_id), account_id, name))


def may_learn(session: TenantSession, sent: Sequence[About], people: Mapping[str, str]) -> list[str]:
    """Those accounts, with their names, that are kept from none of them, in order."""
    return sorted(id_ for id_, name in people.items() if not kept_from(session, sent, id_, name))


def without(session: TenantSession, sent: Sequence[About], people: Mapping[str, str]) -> frozenset[str]:
    """The ids of those handovers that each of these accounts is kept from: somebody else has to take them in."""
    kept = [kept_from(session, sent, id_, name) for id_, name in people.items()]
    return frozenset.intersection(*kept) if kept else frozenset(one.id for one in sent)


def _in_conflict(session: TenantSession, account_id: str) -> Iterable[Identity]:
    """Who is in the cases that a conflict of interest closes to somebody."""
    cases = set(session.scalars(access_rows.conflicts(account_id)))
    if not cases:
        return ()
    theirs = select(CasePerson.person_id).where(CasePerson.case_id.in_(cases))
    persons = session.scalars(select(Person).where(Person.id.in_(theirs)).order_by(Person.id)).all()
    return vault.open_persons(access.of_consents(session, OPERATOR, cases), persons).values()
