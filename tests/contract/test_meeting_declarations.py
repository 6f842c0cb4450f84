"""How a meeting is recorded is declared whole, and what was told there cannot be declared as something others see."""

from __future__ import annotations

from dataclasses import replace

import pytest

import casework_barn_unga
from casework.contract import FactKind, Meeting, Part, Participation, exchange

SSPF = casework_barn_unga.FOCUS.case_types[0]
HOW = SSPF.participation
assert HOW is not None and HOW.meeting is not None
MEETING: Meeting = HOW.meeting


def problems(**changed: object) -> list[str]:
    assert HOW is not None
    return replace(SSPF, participation=replace(HOW, **changed)).problems()  # type: ignore[arg-type] # its own fields


def test_as_it_is_declared_nothing_is_wrong():
    assert problems() == problems(meeting=None) == []


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        (replace(MEETING, place="meeting.room"), "unknown field 'meeting.room'"),
        (replace(MEETING, form="missing"), "unknown field 'meeting.date'"),
        (Meeting("police", *["police_status"] * 4), "must be one that is filled in many times"),
        (Meeting("review", "date", "text", "text", "text"), "without an answer to 'commitments_reviewed'"),
    ],
)
def test_a_meeting_that_could_not_be_recorded_is_named(meeting, said):
    assert any(said in one for one in problems(meeting=meeting))


@pytest.mark.parametrize("field", [one.name for one in exchange.INCOMING.fields])
def test_nothing_of_what_somebody_told_can_be_shown_to_others(field):
    assert HOW is not None
    parts = (*HOW.parts, Part(exchange.INCOMING.name, (field,), (FactKind.STATUS,)))
    assert any("may not be shared" in one for one in problems(parts=parts))


def test_a_participation_without_meetings_is_whole():
    assert Participation((), ("mapping",)).meeting is None
