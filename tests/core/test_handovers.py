"""A handover from one agency to another: sent, opened, accepted, declined, answered, taken back, and who reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from casework.core import (
    destruction,
    handover_feedback,
    handover_sending,
    handover_steps,
    handovers,
)
from casework.core.db import new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.handover_replies import Contact
from casework.core.key_operations import resealing
from casework.core.models import Case, Handover
from casework.core.permissions import OPERATOR
from tests.core.handing import ASKED, CHILD, GIVEN, WORRY, Hand, acts, told
from tests.worlds import KUMLA, LAXA, World


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def waiting(world: World, who: str, code: str = KUMLA) -> set[str]:
    with world.acting(who, code) as (session, actor):
        return {one.id for one in handovers.inbox(session, actor).waiting}


def test_a_report_comes_to_those_who_take_in_and_to_nobody_else(world: World, hand: Hand):
    sent = hand.report()
    assert waiting(world, "ida") == waiting(world, "jon") == {sent}
    for who in ("maja", "vilma", "berta", "pia", "erik"):
        assert waiting(world, who) == set(), who
    assert waiting(world, "inga", LAXA) == set()
    for who in ("lo", "greta"):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            handovers.inbox(session, actor)
    assert "handover_waits" in told(world, "ida") and "handover_waits" not in told(world, "maja")


def test_what_is_listed_before_it_is_opened_holds_no_content_and_nobodys_name(world: World, hand: Hand):
    sent = hand.report()
    with world.acting("ida") as (session, ida):
        listed = handovers.inbox(session, ida).waiting[0]
        cover = handovers.cover(session, ida, sent)
    for told_ in (repr(listed), repr(cover)):
        assert not {word for word in (CHILD, WORRY, GIVEN["child_number"], "Pia") if word in told_}
    assert (listed.kind, listed.sender_agency, listed.sender_unit) == ("report", "school", "Skola")
    with pytest.raises(NotFound):
        hand.text(sent)


def test_an_acute_report_comes_first_and_is_marked_without_a_word_of_what_it_says(world: World, hand: Hand):
    old = hand.report()
    world.clock.move(minutes=5)
    unsure, acute = hand.report(danger="unknown"), hand.report(danger="yes")
    world.clock.move(minutes=5)
    late = hand.report(danger="yes")
    with world.acting("ida") as (session, ida):
        listed = handovers.inbox(session, ida).waiting
    assert [one.id for one in listed[:2]] == [acute, late] and {one.id for one in listed[2:]} == {old, unsure}
    assert listed[2].id == old
    assert [one.acute for one in listed] == [True, True, False, False]
    for told_ in (repr(listed), *(repr(one) for one in listed)):
        assert not {word for word in (CHILD, WORRY, GIVEN["child_number"], "Pia") if word in told_}
    assert told(world, "ida") >= {"handover_waits", "handover_acute"}  # the older line does not swallow the acute one
    hand.pass_on(hand.open(acute), "fia")
    assert told(world, "fia") == {"handover_acute"}


def test_a_question_is_never_acute_whatever_is_sent_with_it(world: World, hand: Hand):
    with world.acting("pia") as (session, pia):
        asked = handover_sending.send(session, pia, "question", ASKED | {"danger": "yes"}, token=new_id())
    assert asked.acute is False


def test_opening_is_the_receipt_and_the_sender_sees_when_and_by_which_function(world: World, hand: Hand):
    sent = hand.report()
    opened = world.clock.move(minutes=5)
    hand.open(sent)
    world.clock.move(minutes=5)
    hand.open(sent)  # twice is once
    hand.open(sent, "jon")
    with world.acting("pia") as (session, pia):
        cover = handovers.sent(session, pia)[0]
    assert (cover.state, cover.opened_at, cover.opened_role) == ("opened", opened, "intake")
    assert WORRY in hand.text(sent) and CHILD in hand.text(sent, "jon")
    assert acts(world, sent) == ["handover:opened", "handover:read", "handover:read", "handover:sent"]


def test_it_is_taken_into_a_new_case_which_alone_keeps_it(world: World, hand: Hand):
    sent = hand.opened()
    case_id = hand.begin(sent)
    assert case_id is not None
    row = hand.row(sent)
    assert (row.state, row.case_id, row.body) == ("accepted", case_id, None) and row.kept is not None
    with pytest.raises(NotFound):
        hand.text(sent)
    assert waiting(world, "ida") == set()
    with world.acting("ida") as (session, ida):
        _row, content = handovers.read_in_case(session, ida, case_id, sent)
    assert WORRY in content.as_bytes().decode() and content.digest == row.digest
    assert told(world, "pia") == {"handover_told"}


def test_it_is_taken_into_a_case_there_is_by_whoever_writes_in_it(world: World, hand: Hand):
    case_id = world.case("maja")
    sent = hand.opened()
    with world.acting("ida") as (session, ida):
        handover_steps.pass_on(session, ida, sent, world.ids["maja"])
    assert waiting(world, "maja") == {sent}
    assert hand.add(sent, case_id) == case_id
    with world.acting("maja") as (session, maja):
        _row, content = handovers.read_in_case(session, maja, case_id, sent)
    assert CHILD in content.as_bytes().decode()


def test_the_sender_is_told_alike_whether_there_was_a_case_or_not(world: World, hand: Hand):
    case_id, new, old = world.case("maja"), hand.opened(), hand.opened()
    with world.acting("ida") as (session, ida):
        handover_steps.pass_on(session, ida, old, world.ids["maja"])
    hand.add(old, case_id)
    hand.begin(new)
    with world.acting("pia") as (session, pia):
        covers = {one.id: one for one in handovers.sent(session, pia)}
        texts = {one: handovers.read_sent(session, pia, one)[1].as_bytes() for one in (new, old)}
    own = {"id", "reference"}
    assert {key: getattr(covers[new], key) for key in covers[new].__slots__ if key not in own} == {
        key: getattr(covers[old], key) for key in covers[old].__slots__ if key not in own
    }
    assert texts[new] == texts[old]


def test_the_sender_is_told_of_the_refusal_and_reads_its_reason(world: World, hand: Hand):
    """Defect 3 of other systems: a sender who never hears that it was refused."""
    sent = hand.open(hand.question())
    for code in ("nonsense", "other", "twice"):  # that another reported is told to nobody
        with pytest.raises(Refused):
            hand.decline(sent, code=code)
    hand.decline(sent, code="wrong_recipient", said=Contact("019-00 00 00"))
    assert told(world, "pia") == {"handover_told"}
    with world.acting("pia") as (session, pia):
        told_ = handovers.read_reply(session, pia, sent)
    assert (told_.code, told_.words) == ("wrong_recipient", "019-00 00 00")
    with pytest.raises(NotFound):
        hand.text(sent)  # what was declined is no longer the recipient's to read


def test_a_question_is_answered_without_a_fact_of_anybody(world: World, hand: Hand):
    asked = hand.open(hand.question("erik"))
    contact = Contact("019-00 00 00", world.ids["jon"])
    with world.acting("ida") as (session, ida):
        with pytest.raises(Refused):
            handover_steps.answer(session, ida, asked, "words", "Ja, hon är känd här.", token=new_id())
        handover_steps.answer(session, ida, asked, "call", contact, token=new_id())
    with world.acting("erik") as (session, erik):
        told_ = handovers.read_reply(session, erik, asked)
    assert (told_.code, told_.words) == ("call", "Jon Jourström, 019-00 00 00")
    report = hand.opened()
    with pytest.raises(Refused), world.acting("ida") as (session, ida):
        handover_steps.answer(session, ida, report, "nothing", "", token=new_id())


def test_it_is_taken_back_before_it_is_opened_and_never_read(world: World, hand: Hand):
    sent = hand.report()
    hand.take_back(sent)
    assert waiting(world, "ida") == set()
    with pytest.raises(Conflict):
        hand.open(sent)
    with pytest.raises(NotFound):
        hand.text(sent)
    opened = hand.opened()
    with pytest.raises(Conflict):
        hand.take_back(opened)


def test_a_form_that_is_sent_twice_does_its_deed_once(world: World, hand: Hand):
    token = new_id()
    with world.acting("pia") as (session, pia):
        sent = [handover_sending.send(session, pia, "report", GIVEN, token=token).id for _n in range(2)]
    assert len(set(sent)) == 1
    hand.open(sent[0])
    token = new_id()
    assert hand.begin(sent[0], token=token) is not None
    assert hand.begin(sent[0], token=token) is None
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalar(select(func.count()).select_from(Handover)) == 1


def test_a_stale_tab_writes_nothing_after_the_handover(world: World, hand: Hand):
    """Defect 4: a tab that was opened before somebody else took it on."""
    sent = hand.opened()
    case_id = hand.begin(sent)
    before = hand.row(sent)
    with pytest.raises(Conflict):
        hand.begin(sent, "jon", name="En Annan")
    with pytest.raises(Conflict):
        hand.decline(sent, "jon")
    with pytest.raises(Conflict):
        hand.take_back(sent)
    after = hand.row(sent)
    assert (after.state, after.case_id, after.ended_by) == (before.state, case_id, before.ended_by)
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


@pytest.mark.parametrize("who", ["maja", "vilma", "berta", "pia", "erik", "lars"])
def test_a_pasted_address_reads_nothing(world: World, hand: Hand, who: str):
    """Defect 5: whoever is sent the address of one, and is not its recipient, is told that there is none."""
    code = LAXA if who == "lars" else KUMLA
    sent = hand.opened()
    for deed in (handovers.cover, handovers.read, handover_steps.open_one):
        with pytest.raises(NotFound), world.acting(who, code) as (session, actor):
            deed(session, actor, sent)
    if who != "pia":
        with pytest.raises(NotFound), world.acting(who, code) as (session, actor):
            handovers.read_sent(session, actor, sent)


@pytest.mark.parametrize("who", ["maja", "vilma", "pia", "erik"])
def test_accepting_is_guarded_where_it_is_done_and_not_in_the_browser(world: World, hand: Hand, who: str):
    """Defect 6: no step is taken by somebody whom no page would have offered it."""
    sent, case_id = hand.opened(), world.case("maja")
    for deed in (
        lambda: hand.begin(sent, who),
        lambda: hand.add(sent, case_id, who),
        lambda: hand.decline(sent, who),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(NotFound), world.acting(who) as (session, actor):
        handover_steps.take_on(session, actor, sent, token=new_id())
    unopened = hand.report()
    for step in (hand.begin, hand.decline):
        with pytest.raises(Conflict):
            step(unopened)
    assert hand.row(sent).state == "opened" and hand.row(unopened).state == "sent"


def test_social_services_take_nothing_on_outside_a_case(world: World, hand: Hand):
    sent = hand.opened()
    with pytest.raises(NotFound), world.acting("ida") as (session, ida):
        handover_steps.take_on(session, ida, sent, token=new_id())


def test_one_of_another_case_is_not_fetched_by_its_bare_id(world: World, hand: Hand):
    """Defect 8: a row that hangs on one case, asked for through another."""
    own, sent = world.case("maja"), hand.opened()
    other = hand.begin(sent)
    assert other is not None
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        handovers.read_in_case(session, maja, own, sent)
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        handover_feedback.give(session, maja, own, sent, "opened")
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        handovers.read_in_case(session, maja, other, sent)


@pytest.mark.usefixtures("operated_alone")
def test_what_a_case_keeps_is_sealed_anew_with_the_case_and_reads_the_same(world: World, hand: Hand):
    sent = hand.opened()
    case_id = hand.begin(sent)
    assert case_id is not None
    before = hand.row(sent).kept
    resealing.reseal(world.installation, KUMLA)
    assert hand.row(sent).kept != before
    with world.acting("ida") as (session, ida):
        assert WORRY in handovers.read_in_case(session, ida, case_id, sent)[1].as_bytes().decode()
    with world.acting("pia") as (session, pia):
        assert WORRY in handovers.read_sent(session, pia, sent)[1].as_bytes().decode()


def test_nothing_is_left_of_it_when_the_case_is_destroyed(world: World, hand: Hand):
    """Defect 9: rows that stay behind. What was taken on goes with the case and its keys, for the sender too."""
    sent, waits = hand.opened(), hand.report()
    case_id = hand.begin(sent)
    assert case_id is not None
    with world.session() as session:
        destruction.case(session, OPERATOR, case_id, {})
    with world.session() as session:
        assert session.scalars(select(Handover.id)).all() == [waits]
    for who, deed in (("pia", handovers.read_sent), ("ida", handovers.cover)):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            deed(session, actor, sent)
    assert "handover:accepted" in acts(world, sent)  # that it was is remembered, and not what
