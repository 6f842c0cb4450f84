"""What is asked for from outside and what others have told: recorded in the case, and answered by a disclosure."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.contract import exchange
from casework.core.crypto import Sealed
from casework.core.errors import Refused
from casework.core.models import Value
from tests.core.disclosing import assessed, kept, keys, refused, wish

ASKED = {
    "requested_on": "2026-11-23",
    "requested_how": "phone",
    "requester": "police",
    "requester_name": "Per Provsson, utredare",
    "requested": "Om personen har en handläggare",
    "identity_checked": "called_back",
    "reply": "waiting",
}
TOLD = {
    "received_on": "2026-11-23",
    "received_how": "phone",
    "sender": "police",
    "sender_name": "Per Provsson, utredare",
    "stated_ground": "10 kap. 18 a § OSL",
    "received_facts": "Kanariefågel sågs på torget",
}


def request(world, case, corrects=None, **changed):
    return world.sign("maja", case, "disclosure_request", corrects, **ASKED | changed)


def faults(world, case, form, answers):
    try:
        world.sign("maja", case, form, **answers)
    except Refused as error:
        return {one.field for one in error.refusals}
    return set()


@pytest.mark.parametrize("reply", ["refused", "partly"])
def test_a_no_is_said_with_its_reason_and_that_it_can_be_had_in_writing_and_appealed(world, reply):
    case, answered = world.case(), ASKED | {"reply": reply}
    assert faults(world, case, "disclosure_request", answered) == {"reply_reason", "written_decision"}
    said = answered | {"reply_reason": "Men för någon annan, 26 kap. 1 § OSL", "written_decision": "given"}
    assert faults(world, case, "disclosure_request", said) == {"written_decision_on"}
    assert faults(world, case, "disclosure_request", said | {"written_decision": "offered"}) == set()
    assert faults(world, case, "disclosure_request", said | {"written_decision_on": "2026-11-24"}) == set()


@pytest.mark.parametrize("lacks", ["requested_on", "requester", "requested", "identity_checked", "reply"])
def test_who_asked_for_what_and_how_that_was_checked_is_always_said(world, lacks):
    assert faults(world, world.case(), "disclosure_request", ASKED | {lacks: ""}) == {lacks}


@pytest.mark.parametrize(
    "lacks", ["received_on", "received_how", "sender", "sender_name", "stated_ground", "received_facts"]
)
def test_what_others_told_is_kept_with_who_when_how_and_on_which_ground(world, lacks):
    assert faults(world, world.case(), "disclosure_received", TOLD | {lacks: ""}) == {lacks}


def test_what_others_told_lies_sealed_in_the_case(world):
    case = world.case()
    entry = world.sign("maja", case, "disclosure_received", **TOLD)
    with world.session() as session:
        values = session.scalars(select(Value).where(Value.entry_id == entry)).all()
        assert len(values) == len(TOLD) and all(isinstance(one.sealed, Sealed) for one in values)
    assert f"{entry}:received_facts" in keys(world, case)  # and may be told on, by a decision of its own


def test_a_disclosure_answers_a_request_of_the_same_case_that_still_stands(world):
    case, other = world.case(), world.case()
    asked, elsewhere = request(world, case), request(world, other)
    made = assessed(world, case, wish(world, case, answers=asked))
    assert made.state == "performed" and kept(world, case, made).wish.answers == asked
    note = world.sign("maja", case, "note")
    now = request(world, case, asked, reply="given")
    for wrong in (asked, elsewhere, note):
        assert refused(world, case, answers=wrong) == {"answers"}
    assert refused(world, case, answers=now) == set()


@pytest.mark.parametrize("who", [name for name, _label in exchange.WHO])
@pytest.mark.parametrize("reply", ["waiting", "given", "partly", "refused", "none"])
def test_nobody_is_answered_with_anything_before_it_is_checked_who_they_are(who, reply):
    said = ASKED | {"requester": who, "reply": reply, "reply_reason": "Men", "written_decision": "offered"}
    found = {one.field for one in exchange.problems("disclosure_request", said | {"identity_checked": "unchecked"})}
    stops = who != "individual" and reply in {"given", "partly"}
    assert found == ({"identity_checked"} if stops else set())
    assert list(exchange.problems("disclosure_request", said | {"identity_checked": "called_back"})) == []


def test_a_disclosure_answers_a_request_once_it_was_checked_who_asks(world):
    case = world.case()
    asked = request(world, case, identity_checked="unchecked")
    assert refused(world, case, answers=asked) == {"answers"}
    checked = request(world, case, asked, identity_checked="called_back")
    assert refused(world, case, answers=checked) == set()
    sealed = world.sign("maja", case, "disclosure_request", sealed=True, **ASKED)
    assert refused(world, case, answers=sealed) == {"answers"}, "what is sealed says nothing of it until it is opened"


def test_other_forms_are_asked_nothing_of_this():
    assert list(exchange.problems("note", {"reply": "refused"})) == []
