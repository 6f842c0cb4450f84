"""What is told of a handover without opening it, and what its recipient told the sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from casework.core.models import Handover

QUESTION = "question"
WAITING = ("sent", "opened")
"""States in which somebody has still to take it on, to decline it or to record what they found."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What is told of a handover without opening it: never content, and nobody's name."""

    id: str
    kind: str
    state: str
    reference: str
    sender_agency: str
    sender_unit: str
    recipient_agency: str
    sent_at: datetime
    opened_at: datetime | None
    opened_role: str | None
    told_at: datetime | None
    ended_at: datetime | None
    answered_at: datetime | None
    wants_feedback: bool
    acute: bool
    for_another: bool = False
    """Whether the reader has it by standing in for somebody who is away."""
    is_read: bool = False
    """Whether its recipient reads what it says: it is opened, not declined, and no case keeps it."""
    is_disclosed: bool = False
    """Whether it is a disclosure to the reader by name: then it is passed on to nobody, and no unit is told."""

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has still to take it on or decline it."""
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class Sent:
    """What its sender is told of a handover beside what they wrote."""

    id: str
    kind: str
    state: str
    reference: str
    sent_at: datetime
    opened_at: datetime | None
    opened_role: str | None
    told_at: datetime | None
    ended_at: datetime | None
    answered_at: datetime | None
    wants_feedback: bool
    feedback: str | None
    feedback_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a recipient told the sender: a code, and words beside it. Never logged or reported."""

    code: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits, the acute first and then the oldest, and what was taken on or assessed, the latest first."""

    waiting: Sequence[Cover]
    held: Sequence[Cover]


def as_listed(cover: Cover, *, kept_away: bool) -> Cover:
    """A handover in the list of its sender, as ``as_sent`` tells it."""
    known = replace(cover, state="accepted", answered_at=None) if kept_away else cover
    return replace(known, state=told_state(known.kind, known.state), ended_at=_told_end(known))


def as_sent(handover: Handover, *, kept_away: bool) -> Sent:
    """A handover as its sender is told it; who is ``kept_away`` learns nothing that came of it in its case."""
    made = Sent(**{name: getattr(handover, name) for name in Sent.__slots__})
    if kept_away and made.answered_at is not None:
        made = replace(made, state="accepted", answered_at=None)
    told = replace(made, state=told_state(made.kind, made.state), ended_at=_told_end(made))
    return replace(told, feedback=None, feedback_at=None) if kept_away else told


def told_state(kind: str, state: str) -> str:
    """A state as the sender is told it.

    A report that was assessed without a case is to them as one that was taken into a case: whether an investigation
    was opened is told only to who asks (SoL 19:6), and not by a word in a list. A question that a case has taken on is
    to them as one that was opened: that there is a case about somebody is told by a disclosure alone.
    """
    if kind == QUESTION and state == "accepted":
        return "opened"
    return "accepted" if state == "assessed" else state


def _told_end(made: Cover | Sent) -> datetime | None:
    """When it was taken on or came back, as the sender is told it."""
    return made.ended_at if made.kind != QUESTION or made.state in {"declined", "taken_back"} else None
