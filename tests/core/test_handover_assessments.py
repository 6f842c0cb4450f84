"""A report of a worry always ends in an assessment: in a case, or written down with who decided; never by a click."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from casework.core import handover_assessments, handover_feedback, handover_replies, handover_steps, handovers
from casework.core.db import new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.handover_replies import Contact
from casework.core.models import Handover
from tests.core.handing import ASSESSED, WORRY, Hand, acts, told
from tests.worlds import World


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


@pytest.mark.parametrize("code", ["wrong_recipient", "other_municipality", "unclear"])
def test_a_report_is_never_declined_and_goes_on_waiting(world: World, hand: Hand, code: str):
    sent = hand.opened()
    with pytest.raises(Refused, match="ska bedömas"):
        hand.decline(sent, code=code)
    assert hand.row(sent).state == "opened" and WORRY in hand.text(sent)
    with world.acting("ida") as (session, ida):
        assert [one.id for one in handovers.inbox(session, ida).waiting] == [sent]


def test_the_database_itself_lets_no_report_be_declined(world: World, hand: Hand):
    sent = hand.opened()
    declined = {
        "state": "declined",
        "reason_code": "unclear",
        "ended_at": world.clock.now,
        "ended_by": world.ids["ida"],
    }
    with pytest.raises(DBAPIError), world.session() as session:
        session.execute(update(Handover).where(Handover.id == sent).values(**declined))


def test_who_sent_it_wrong_is_told_what_to_do_and_it_stays_open_and_readable(world: World, hand: Hand):
    sent = hand.opened()
    hand.tell(sent, phone="019-00 00 00")
    hand.tell(sent, phone="019-00 00 00")  # twice is once
    assert told(world, "pia") == {"handover_told"}
    with world.acting("pia") as (session, pia):
        row, reply = handovers.read_sent(session, pia, sent)[0], handovers.read_reply(session, pia, sent)
        words = handover_replies.told_by_code(row.kind)[reply.code]
    assert "Gör anmälan där också" in words and "ligger kvar" in words and reply.words == "019-00 00 00"
    assert row.state == "opened" and WORRY in hand.text(sent)
    with pytest.raises(Conflict):
        hand.tell(sent, "jon", "unclear", "019-00 00 00")
    assert acts(world, sent).count("handover:told") == 1
    assert hand.begin(sent) is not None  # it is taken into a case all the same


def test_a_question_is_declined_and_neither_told_to_be_wrong_nor_assessed(world: World, hand: Hand):
    asked = hand.open(hand.question())
    hand.pass_on(asked, "fia")
    for deed in (hand.tell, hand.assess):
        with pytest.raises(NotFound):
            deed(asked)


def test_who_may_decide_writes_the_assessment_down_and_it_stays_readable(world: World, hand: Hand):
    sent = hand.pass_on(hand.opened(), "fia")
    decided = world.clock.move(minutes=3)
    token = new_id()
    for _n in range(2):  # one form sent twice
        hand.assess(sent, token=token)
    assert hand.row(sent).state == "assessed" and acts(world, sent).count("handover:assessed") == 1
    for who in ("ida", "jon", "fia"):
        with world.acting(who) as (session, actor):
            found = handover_assessments.read(session, actor, sent)
            inbox = handovers.inbox(session, actor)
        assert found is not None
        assert (found.code, found.words) == ("elsewhere", ASSESSED)
        assert (found.decided_by, found.decided_at) == ("Fia Förstelin", decided)
        assert WORRY in hand.text(sent, who)
        assert [one.id for one in inbox.waiting] == [] and [one.id for one in inbox.held] == [sent]
    with pytest.raises(Conflict):
        hand.begin(sent)


@pytest.mark.parametrize("who", ["ida", "jon", "maja"])
def test_below_a_first_social_worker_nobody_decides_that_no_case_is_opened(world: World, hand: Hand, who: str):
    sent = hand.opened()
    if who == "maja":
        hand.pass_on(sent, "maja")
    with pytest.raises(Refused, match="förste socialsekreterare"):
        hand.assess(sent, who)
    assert hand.row(sent).state == "opened"


def test_an_assessment_takes_its_words_and_one_of_our_reasons(world: World, hand: Hand):
    sent = hand.pass_on(hand.opened(), "fia")
    said = [("nonsense", "Ja.", "code"), ("adult", "  ", "words"), ("adult", "a" * 4001, "words")]
    for code, words, field in said:
        with pytest.raises(Refused) as refused, world.acting("fia") as (session, fia):
            handover_assessments.record(session, fia, sent, code, words, token=new_id())
        assert [one.field for one in refused.value.refusals] == [field]


def test_the_sender_is_told_alike_of_one_that_was_assessed_and_one_that_became_a_case(world: World, hand: Hand):
    """Whether an investigation was opened is told only to who asks (SoL 19:6)."""
    became, assessed = hand.opened(), hand.pass_on(hand.opened(), "fia")
    hand.begin(became)
    hand.assess(assessed)
    with world.acting("pia") as (session, pia):
        covers = {one.id: one for one in handovers.sent(session, pia)}
        replies = [handovers.read_reply(session, pia, one) for one in (became, assessed)]
    own = {"id", "reference"}
    first, second = (
        {key: getattr(covers[one], key) for key in covers[one].__slots__ if key not in own}
        for one in (became, assessed)
    )
    assert {**first, "is_read": None} == {**second, "is_read": None}
    assert replies[0] == replies[1]
    with world.acting("pia") as (session, pia):
        assert handover_feedback.ask(session, pia, assessed).wants_feedback


@pytest.mark.parametrize(
    "said",
    [
        "Ja, hon är känd här.",
        Contact("Ja, hon är känd här."),
        Contact("019-00 00 00 och hon är känd"),
        Contact("019-00 00 00", "nobody"),
        Contact("", ""),
    ],
)
def test_social_services_write_nothing_of_their_own_to_the_sender(world: World, hand: Hand, said: str | Contact):
    """OSL 26:1, SoL 19:6: whom to ring, and our own sentences; there is no free text that nobody has tested."""
    asked = hand.open(hand.question())
    with pytest.raises(Refused), world.acting("ida") as (session, ida):
        handover_steps.answer(session, ida, asked, "call", said, token=new_id())
    sent = hand.opened()
    contact = said if isinstance(said, Contact) else Contact(said)
    with pytest.raises(Refused), world.acting("ida") as (session, ida):
        handover_assessments.tell(session, ida, sent, "unclear", contact)
    assert told(world, "pia") == set()


def test_nobody_reads_an_assessment_whom_the_report_did_not_come_to(world: World, hand: Hand):
    sent = hand.pass_on(hand.opened(), "fia")
    hand.assess(sent)
    for who in ("pia", "maja", "vilma", "erik"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            handover_assessments.read(session, actor, sent)
