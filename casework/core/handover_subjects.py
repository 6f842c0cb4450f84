"""Whom a report of a worry is about, held against who would read it: nobody decides of a report about themselves.

A parent who takes in reports would otherwise learn of one about their own child, and could bury it. To them it is not
there at all. It is asked at every read, by name: no employee's personal number is kept. So it is in a conflict of
interest that is known of the same child, and the child's personal number counts there too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from casework.core import access, access_rows, frozen, handover_forms, telling, vault
from casework.core.db import TenantSession
from casework.core.frozen import Frozen, Spot
from casework.core.models import CasePerson, Handover, Person
from casework.core.permissions import OPERATOR
from casework.core.vault import Identity

TABLE = "handovers"
WHO = {one.name: one.label for one in handover_forms.FORMS[handover_forms.REPORT].fields}
"""What the questions of a report are called, as the answers are frozen."""
NOT_ABOUT = frozenset({WHO["child_name"], WHO["child_number"], WHO["guardians"], WHO["interpreter"], WHO["contact"]})
"""Answers that are looked at by themselves, or that say who reports."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of whom it is about. Never logged or reported."""

    id: str
    child: str = field(repr=False)
    digits: str = field(repr=False)
    guardians: str = field(repr=False)
    story: str = field(repr=False)


def read(content: Frozen, handover_id: str = "") -> Report:
    """Whom a frozen report is about."""
    said = {part.label: unicodedata.normalize("NFC", part.text) for part in content.parts}
    story = " ".join(words for label, words in said.items() if label in WHO.values() and label not in NOT_ABOUT)
    child, number, guardians = (said.get(WHO[name], "") for name in ("child_name", "child_number", "guardians"))
    return Report(handover_id, child, "".join(one for one in number if one.isdigit()), guardians, story)


def of(session: TenantSession, which: ColumnElement[bool]) -> list[Report]:
    """Those reports among some handovers that lie in an inbox, in the clear: to hold names against inside core."""
    query = select(Handover).where(Handover.kind == handover_forms.REPORT, Handover.body.is_not(None), which)
    rows = session.scalars(query.order_by(Handover.id)).all()
    decision = access.of_consents(session, OPERATOR, (), {row.id for row in rows})
    return [
        read(
            frozen.open_as_recipient(decision, row.recipient_agency, Spot(TABLE, row.id, "body"), row.body, row.digest),
            row.id,
        )
        for row in rows
        if row.body is not None
    ]


def kept_from(session: TenantSession, reports: Sequence[Report], account_id: str, name: str) -> frozenset[str]:
    """The ids of those reports that somebody is kept from: named in them, or in a conflict of interest about them."""
    closed = _in_conflict(session, account_id) if reports else ()
    return frozenset(one.id for one in reports if _names(one, name) or any(_is_about(one, who) for who in closed))


def may_learn(session: TenantSession, reports: Sequence[Report], people: Mapping[str, str]) -> list[str]:
    """Those accounts, with their names, that are kept from none of the reports, in order."""
    return sorted(id_ for id_, name in people.items() if not kept_from(session, reports, id_, name))


def without(session: TenantSession, reports: Sequence[Report], people: Mapping[str, str]) -> frozenset[str]:
    """The ids of those reports that each of these accounts is kept from: somebody else has to take them in."""
    kept = [kept_from(session, reports, id_, name) for id_, name in people.items()]
    return frozenset.intersection(*kept) if kept else frozenset(one.id for one in reports)


def _names(report: Report, name: str) -> bool:
    """Whether whoever bears a name may be the child, a guardian, or somebody who is told of by name and surname."""
    child, guardian = telling.may_be_one(report.child, name), telling.is_named(name, report.guardians)
    return child or guardian or telling.is_written(name, report.story)


def _in_conflict(session: TenantSession, account_id: str) -> Iterable[Identity]:
    """Who is in the cases that a conflict of interest closes to somebody."""
    cases = set(session.scalars(access_rows.conflicts(account_id)))
    if not cases:
        return ()
    theirs = select(CasePerson.person_id).where(CasePerson.case_id.in_(cases))
    persons = session.scalars(select(Person).where(Person.id.in_(theirs)).order_by(Person.id)).all()
    return vault.open_persons(access.of_consents(session, OPERATOR, cases), persons).values()


def _is_about(report: Report, who: Identity) -> bool:
    """Whether a report may be about somebody: the child by number or name, or a guardian by the whole name."""
    numbered = who.number is not None and report.digits != "" and report.digits in {who.number, who.number[2:]}
    named = telling.may_be_one(report.child, who.name) or telling.is_written(who.name, report.guardians)
    return numbered or named
