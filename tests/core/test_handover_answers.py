"""A question that a case has taken on is answered from the case: without a fact, or by a disclosure on its ground."""

from __future__ import annotations

import pytest

from casework.core import case_people, handover_answers, handover_officer, handover_steps, handovers, received
from casework.core.db import new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.handover_covers import Reply
from casework.core.handover_replies import Contact
from casework.core.registration import Identified
from tests.core.disclosing import assessed, decided, performed, wish
from tests.core.handing import Hand, acts, told
from tests.worlds import World, personal_number

PHONE = "019-00 00 00"


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def asked(world: World, hand: Hand, who: str = "erik", **case: object) -> tuple[str, str]:
    """A question in a case of Maja's: the question's id and the case's."""
    case_id, sent = world.case("maja", **case), hand.pass_on(hand.open(hand.question(who)), "maja")  # type: ignore[arg-type]
    hand.add(sent, case_id)
    return sent, case_id


def answer(
    world: World, case_id: str, sent: str, code: str = "call", phone: str = PHONE, who: str = "maja", token: str = ""
) -> None:
    with world.acting(who) as (session, actor):
        handover_answers.answer(session, actor, case_id, sent, code, Contact(phone), token=token or new_id())


def reads(world: World, who: str, sent: str) -> tuple[str, Reply]:
    """What somebody who asked is told: where it stands, in the list as on its page, and the reply."""
    with world.acting(who) as (session, actor):
        listed = {one.id: one.state for one in handovers.sent(session, actor)}
        shown = handovers.read_sent(session, actor, sent)[0]
        reply = handovers.read_reply(session, actor, sent)
    assert listed[sent] == shown.state and (shown.answered_at is None) == (shown.state != "answered")
    return shown.state, reply


def owes(world: World, who: str = "maja") -> list[str]:
    with world.acting(who) as (session, actor):
        return [one.what for one in handover_officer.owed(session, actor)]


def test_the_officer_answers_a_question_from_the_case_that_took_it_on(world: World, hand: Hand):
    sent, case_id = asked(world, hand)
    assert reads(world, "erik", sent) == ("opened", Reply("", "")) and owes(world) == ["answer"]
    token = new_id()
    for _n in range(2):  # one form sent twice
        answer(world, case_id, sent, token=token)
    assert reads(world, "erik", sent) == ("answered", Reply("call", PHONE)) and owes(world) == []
    assert "handover_told" in told(world, "erik") and acts(world, sent).count("handover:answered") == 1
    with pytest.raises(Conflict):
        answer(world, case_id, sent, "nothing", "")


def test_who_asked_is_not_told_by_anything_but_the_answer_that_there_is_a_case(world: World, hand: Hand):
    in_inbox, (in_case, case_id) = hand.open(hand.question("erik")), asked(world, hand)
    assert told(world, "erik") == set()

    def seen(sent: str) -> tuple[object, ...]:
        with world.acting("erik") as (session, erik):
            shown, listed = handovers.read_sent(session, erik, sent)[0], handovers.sent(session, erik)
            one = next(row for row in listed if row.id == sent)
        return (shown.state, shown.ended_at, shown.opened_role, one.state, one.ended_at, reads(world, "erik", sent))

    assert seen(in_case) == seen(in_inbox) == ("opened", None, "intake", "opened", None, ("opened", Reply("", "")))
    with world.acting("erik") as (session, erik):
        assert handovers.replied(session, erik) == 0
    with world.acting("ida") as (session, ida):
        handover_steps.answer(session, ida, in_inbox, "nothing", Contact(""), token=new_id())
    answer(world, case_id, in_case, "nothing", "")
    answered = ("answered", Reply("nothing", ""))
    assert seen(in_case) == seen(in_inbox) == ("answered", None, "intake", "answered", None, answered)


def test_nobody_answers_it_who_does_not_write_in_the_case_and_not_through_another_case(world: World, hand: Hand):
    sent, case_id = asked(world, hand)
    report, other = hand.pass_on(hand.opened(), "maja"), world.case("maja")
    hand.add(report, case_id)
    for who, of, one in (("sven", case_id, sent), ("erik", case_id, sent), ("maja", other, sent)):
        with pytest.raises(NotFound):
            answer(world, of, one, who=who)
    with pytest.raises(NotFound):
        answer(world, case_id, report)  # a report gets feedback and no answer
    with pytest.raises(Refused):
        answer(world, case_id, sent, "words")
    assert reads(world, "erik", sent)[0] == "opened"


def test_a_disclosure_to_who_asked_answers_it_and_says_nothing_by_itself(world: World, hand: Hand):
    sent, case_id = asked(world, hand)
    made = assessed(world, case_id, wish(world, case_id, answers=sent))
    assert reads(world, "erik", sent) == ("answered", Reply("disclosed", "")) and owes(world) == []
    with world.acting("erik") as (session, erik):
        assert received.is_there(session, erik, made.id)


def test_an_answer_that_waits_for_its_decision_answers_nothing_until_it_is_given(world: World, hand: Hand):
    sent, case_id = asked(world, hand)
    want = wish(world, case_id, answers=sent, harm="maybe", decider=world.ids["vilma"])
    made = assessed(world, case_id, want)
    assert reads(world, "erik", sent)[0] == "opened"
    decided(world, made, "vilma", granted=True)
    answer(world, case_id, sent)  # meanwhile by whom to ring
    performed(world, case_id, made)
    assert reads(world, "erik", sent) == ("answered", Reply("call", PHONE))


def test_the_answer_goes_to_the_agency_that_asked(world: World, hand: Hand):
    sent, case_id = asked(world, hand, "pia")
    with pytest.raises(Refused) as refused:
        assessed(world, case_id, wish(world, case_id, answers=sent))
    assert [one.field for one in refused.value.refusals] == ["answers"]
    other = world.case("maja")
    with pytest.raises(Refused) as refused:
        assessed(world, other, wish(world, other, answers=sent))  # another case's question is none of this one's
    assert [one.field for one in refused.value.refusals] == ["answers"]


def counterpart(world: World, case_id: str, name: str) -> None:
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(41).digits, name, 0)
        case_people.add(session, maja, case_id, who, "counterpart", may_not_know=False)


def test_who_may_not_know_of_the_case_is_told_nothing_that_came_of_it(world: World, hand: Hand):
    sent, case_id = asked(world, hand)
    counterpart(world, case_id, "Erik Demosson")
    before = told(world, "erik")
    for phone in (PHONE, ""):
        with pytest.raises(Refused):
            answer(world, case_id, sent, "call", phone)
    answer(world, case_id, sent, "nothing", "")
    assert reads(world, "erik", sent) == ("opened", Reply("", "")) and told(world, "erik") == before
    assert owes(world) == []


def test_where_somebody_is_so_protected_that_it_takes_two_the_answer_tells_not_who_has_the_case(
    world: World, hand: Hand
):
    sent, case_id = asked(world, hand, protection=2)
    with pytest.raises(Refused):
        answer(world, case_id, sent)
    answer(world, case_id, sent, "nothing", "")
    assert reads(world, "erik", sent) == ("answered", Reply("nothing", ""))
