"""Nobody who bears the name of somebody a handover is about has it, opens it or decides it; the others do."""

from __future__ import annotations

from datetime import date

import pytest

from casework.core import deputies, handover_named, handover_sending, handover_steps, handovers
from casework.core.db import new_id
from casework.core.errors import NotFound, Refused
from casework.core.frozen import Frozen, Part
from casework.core.handover_sending import Address
from tests.core.handing import ASKED, Hand, told
from tests.core.test_handovers import waiting
from tests.worlds import KUMLA, POLIS, VUXEN, World

IDA, JON = "Ida Intagslund", "Jon Jourström"


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def stands_in(world: World, absent: str, deputy: str) -> None:
    with world.acting(absent) as (session, actor):
        deputies.name(session, actor, world.ids[deputy], date(2026, 11, 24), date(2026, 11, 30))


@pytest.mark.parametrize(
    "changed",
    [
        {"guardians": f"Mamma {IDA}, 070-000 00 00"},
        {"guardians": "Ida Maria Intagslund och pappan"},
        {"child_name": "IDA INTAGSLUND"},
        {"siblings": "Ida och Per Intagslund"},
        {"worry": "Barnet säger att Ida Intagslunds slag gör ont."},
    ],
    ids=["guardian", "middle name", "child", "sibling", "genitive"],
)
def test_who_is_named_in_a_report_has_it_in_no_list_no_number_and_by_no_address(world, hand, changed):
    sent, other = hand.report(**changed), hand.report()
    assert waiting(world, "ida") == {other} and waiting(world, "jon") == {sent, other}
    with world.acting("ida") as (session, ida):
        assert handovers.waiting(session, ida) == 1
    hand.open(sent, "jon")
    for deed in (handovers.cover, handovers.read, handover_steps.open_one):
        with pytest.raises(NotFound) as denied, world.acting("ida") as (session, ida):
            deed(session, ida, sent)
        assert denied.value.denial.rule == "reach"  # as one that there never was
    for step in (hand.begin, hand.decline, hand.tell):
        with pytest.raises(NotFound):
            step(sent, "ida")
    assert hand.begin(sent, "jon") is not None


def test_who_is_named_is_told_of_nothing_and_neither_is_who_stands_in_by_them(world, hand):
    stands_in(world, "ida", "sven")
    sent = hand.report(guardians=IDA, danger="yes")
    assert told(world, "ida") == set() and told(world, "jon") == {"handover_acute"}
    assert waiting(world, "sven") == set()
    for who in ("ida", "sven"):
        with pytest.raises(NotFound):
            hand.open(sent, who)


def test_a_deputy_who_is_named_does_not_get_it_and_whom_they_stand_in_for_does(world, hand):
    stands_in(world, "ida", "sven")
    sent = hand.report(guardians="Sven Provsson")
    assert waiting(world, "ida") == {sent} and waiting(world, "sven") == set()
    assert told(world, "sven") == set()
    with pytest.raises(NotFound):
        hand.open(sent, "sven")


def test_it_is_not_passed_on_to_a_colleague_who_is_named(world, hand):
    sent = hand.opened(guardians="Maja Testlind")
    with pytest.raises(Refused, match="nämns"):
        hand.pass_on(sent, "maja")
    hand.pass_on(sent, "sven")
    assert waiting(world, "sven") == {sent}


def test_where_nobody_who_takes_in_is_left_it_comes_to_a_lead(world, hand):
    sent = hand.report(guardians=f"{IDA} och {JON}")
    leads = {who for who in ("vilma", "berta") if waiting(world, who) == {sent}}
    assert len(leads) == 1 and waiting(world, "ida") == waiting(world, "jon") == set()
    (lead,) = leads
    assert told(world, lead) == {"handover_waits"}
    hand.open(sent, lead)
    assert IDA in hand.text(sent, lead)


def test_where_everybody_is_named_it_is_not_lost_but_refused(world, hand):
    everybody = f"{IDA}, {JON}, Vilma Dummy, Berta Barnlund"
    with pytest.raises(Refused, match="Ring socialtjänsten"):
        hand.report(guardians=everybody)


def test_a_name_of_another_and_one_that_was_only_rung_keep_nobody_away(world, hand):
    for changed in (
        {"guardians": "Ida Annorlunda är mamma. Pappan heter Per Intagslund."},
        {"done": f"Vi ringde {IDA} på mottagningen i går."},
        {"contact": f"Lärare {IDA} 019-00 00 00"},
    ):
        hand.report(**changed)
    assert len(waiting(world, "ida")) == 3


def test_who_has_got_the_name_since_it_was_sent_does_not_open_it_and_it_stays_unopened(world, hand):
    unopened, opened = hand.report(guardians="Ida Nyman"), hand.opened(guardians="Ida Nyman")
    with world.session() as session:
        world.account(session, "ida").name = "Ida Nyman"
    for sent, deed in ((unopened, handover_steps.open_one), (opened, handovers.read)):
        with pytest.raises(NotFound), world.acting("ida") as (session, ida):
            deed(session, ida, sent)
    with pytest.raises(NotFound):
        hand.begin(opened, "ida")
    assert (hand.row(unopened).state, hand.row(opened).state) == ("sent", "opened")
    assert "Ida Nyman" in hand.text(hand.open(unopened, "jon"), "jon")


def test_a_question_about_somebody_is_not_theirs_to_answer(world, hand):
    with world.acting("erik") as (session, erik):
        asked = ASKED | {"question": f"Är {JON} vårdnadshavare för barnet?"}
        sent = handover_sending.send(session, erik, "question", asked, token=new_id()).id
    assert waiting(world, "jon") == set() and waiting(world, "ida") == {sent}


def test_nothing_is_handed_over_to_a_recipient_by_name_who_is_named_in_it(world):
    content = Frozen((Part("Ärendet", "Vad", "Pappan Erik Demosson hämtar."),))
    case_id, sender = world.case(), Address("social_services", world.units[KUMLA, VUXEN])
    to, token = Address("police", world.units[KUMLA, POLIS], world.ids["erik"]), new_id()
    with pytest.raises(Refused, match="nämns"), world.acting("maja") as (session, maja):
        handover_sending.dispatch(
            session, maja, "disclosure", content, sender=sender, to=to, token=token, case_id=case_id
        )


def test_names_are_held_against_whole_texts_by_two_of_them_beside_each_other():
    def said(text: str) -> Frozen:
        return Frozen((Part("Oron", "Vad har hänt?", text),))

    for text in (IDA, "Intagslund, Ida", "ida m intagslund", "Ida Intagslunds hem"):
        assert handover_named.is_named(IDA, said(text)), text
    for text in ("Ida", "familjen Intagslund", "Ida sa en sak, men det var Per Intagslund som gjorde det", ""):
        assert not handover_named.is_named(IDA, said(text)), text
