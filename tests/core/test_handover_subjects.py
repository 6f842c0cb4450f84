"""Nobody decides what becomes of a report about themselves or their child: to them it is not there at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from casework.core import (
    accounts,
    deputies,
    frozen,
    handover_assessments,
    handover_intake,
    handover_sending,
    handover_steps,
    handovers,
    organisations,
    persons,
    teams,
)
from casework.core.db import TenantSession, new_id
from casework.core.errors import Broken, Conflict, NotFound, Refused
from casework.core.frozen import Frozen, Part
from casework.core.handover_replies import Contact
from casework.core.handover_sending import Address
from casework.core.models import AgencyUnit
from casework.core.permissions import OPERATOR, Actor, Role
from tests.core.handing import ASKED, BORN, CHILD, Hand, told
from tests.worlds import KUMLA, POLIS, VUXEN, World, numbered

IDA, JON = "Ida Intagslund", "Jon Jourström"
BOTH = f"Mamma {IDA} och pappa {JON}"
Step = Callable[[TenantSession, Actor, str], Any]
STEPS: dict[str, Step] = {
    "cover": handovers.cover,
    "read": handovers.read,
    "open": handover_steps.open_one,
    "tell": lambda session, actor, id_: handover_assessments.tell(session, actor, id_, "unclear", Contact("019-0")),
    "assess": lambda session, actor, id_: handover_assessments.record(
        session, actor, id_, "unknown", "Fel barn.", token=new_id()
    ),
    "find a case": lambda session, actor, id_: handover_intake.find(session, actor, id_, "2026-0001"),
    "add": lambda session, actor, id_: handover_intake.add(session, actor, id_, new_id(), token=new_id()),
    "pass on": lambda session, actor, id_: handover_steps.pass_on(session, actor, id_, actor.id),
}


@pytest.fixture
def hand(world: World) -> Hand:
    return Hand(world)


def sees(world: World, who: str) -> list[str]:
    """What waits for somebody; the number and the list say the same."""
    with world.acting(who) as (session, actor):
        found = handovers.inbox(session, actor)
        assert handovers.waiting(session, actor) == len(found.waiting)
        return [one.id for one in (*found.waiting, *found.held)]


def denied(world: World, who: str, step: Step, id_: str) -> tuple[str, ...]:
    with pytest.raises(NotFound) as error, world.acting(who) as (session, actor):
        step(session, actor, id_)
    said = error.value.denial
    return (str(error.value), said.rule, said.object_kind, said.action)


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_a_parent_who_takes_in_finds_no_report_about_their_own_child(world, hand, step):
    sent = hand.report(guardians="Ida Intagslund, 070-000 00 00")
    assert (sees(world, "ida"), sees(world, "jon")) == ([], [sent])
    assert (told(world, "ida"), told(world, "jon")) == (set(), {"handover_waits"})
    assert denied(world, "ida", step, sent) == denied(world, "ida", step, new_id())
    hand.open(sent, "jon")
    assert sees(world, "ida") == []
    assert denied(world, "ida", step, sent) == denied(world, "ida", step, new_id())
    assert "Ida Intagslund" in hand.text(sent, "jon")


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_nor_do_they_find_that_a_case_has_taken_it_on(world, hand, step):
    sent = hand.open(hand.report(guardians="Ida Intagslund, 070-000 00 00"), "jon")
    hand.add(hand.pass_on(sent, "maja", "jon"), world.case("maja"))
    assert denied(world, "ida", step, sent) == denied(world, "ida", step, new_id())
    with pytest.raises(Conflict), world.acting("jon") as (session, jon):
        handover_steps.open_one(session, jon, sent)


@pytest.mark.parametrize(
    "said",
    [
        {"guardians": "mamma Intagslund"},
        {"guardians": "IDA ANNA INTAGSLUND"},
        {"guardians": "Idas sambo Per Provsson"},
        {"child_name": "Ida Intagslund"},
        {"worry": "Han säger att mamma, Ida Intagslund, slår honom."},
        {"siblings": "Nils, Ida Intagslunds yngste"},
    ],
)
def test_the_names_count_as_somebody_writes_them(world, hand, said):
    sent = hand.report(**said)
    assert (sees(world, "ida"), sees(world, "jon")) == ([], [sent])


@pytest.mark.parametrize(
    "said",
    [
        {"guardians": "Ida Provsson"},
        {"child_name": "Nils Intagslund"},
        {"worry": "Ida i klassen har sett blåmärken. Det har inte Ida Provsson."},
        {"contact": "Kurator, har talat med Ida Intagslund"},
    ],
)
def test_a_name_that_somebody_else_has_keeps_nobody_out(world, hand, said):
    sent = hand.report(**said)
    assert sees(world, "ida") == [sent]


def test_a_question_is_read_by_everybody_who_takes_in_but_whom_it_names(world, hand):
    plain = hand.question()
    with world.acting("erik") as (session, erik):
        asked = ASKED | {"question": "Är Jon Jourström vårdnadshavare för barnet?"}
        naming = handover_sending.send(session, erik, "question", asked, token=new_id()).id
    assert (set(sees(world, "ida")), sees(world, "jon")) == ({plain, naming}, [plain])


def test_whom_somebody_rang_about_it_is_not_kept_from_it(world, hand):
    sent = hand.report(done="Vi ringde Ida Intagslund på mottagningen i går.")
    assert sees(world, "ida") == [sent]


def test_who_has_got_a_name_since_it_was_sent_finds_it_no_more(world, hand):
    sent = hand.opened(guardians="Ida Nyman")
    with world.session() as session:
        world.account(session, "ida").name = "Ida Nyman"
    for deed in (handovers.cover, handovers.read, handover_steps.open_one):
        with pytest.raises(NotFound), world.acting("ida") as (session, ida):
            deed(session, ida, sent)
    assert (sees(world, "ida"), sees(world, "jon")) == ([], [sent])


def test_nothing_is_handed_over_to_a_recipient_by_name_who_is_named_in_it(world):
    content, case = Frozen((Part("Ärendet", "Vad", "Pappan Erik Demosson hämtar."),)), world.case()
    sender = Address("social_services", world.units[KUMLA, VUXEN])
    to = Address("police", world.units[KUMLA, POLIS], world.ids["erik"])
    with pytest.raises(Refused, match="nämns"), world.acting("maja") as (session, maja):
        handover_sending.dispatch(
            session, maja, "disclosure", content, sender=sender, to=to, token=new_id(), case_id=case
        )


def test_where_all_who_take_in_are_kept_from_it_the_leads_get_it_and_nobody_else_does(world, hand):
    sent = hand.report(guardians=BOTH, danger="yes")
    assert [sees(world, who) for who in ("ida", "jon", "fia", "vilma", "berta")] == [[], [], [], [sent], [sent]]
    assert [told(world, who) for who in ("ida", "jon", "vilma")] == [set(), set(), {"handover_acute"}]
    assert hand.begin(hand.open(sent, "vilma"), "vilma") is not None
    assert sees(world, "vilma") == []


def test_its_sender_is_told_the_same_as_of_any_other(world, hand):
    plain, kept = hand.open(hand.report()), hand.open(hand.report(guardians=BOTH), "vilma")
    with world.acting("pia") as (session, pia):
        said = [handovers.read_sent(session, pia, one)[0] for one in (plain, kept)]
        assert {(one.state, one.opened_role) for one in said} == {("opened", "intake")}


def test_a_lead_finishes_what_they_opened_though_somebody_else_begins_to_take_in(world, hand):
    sent = hand.open(hand.report(guardians=BOTH), "vilma")
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun", KUMLA)
        nina = accounts.add(session, OPERATOR, "nina", "Nina Nyström", employer)
        organisations.add_door(nina, KUMLA)
        world.ids["nina"] = nina.id
    with world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, VUXEN]))
        organisations.grant(session, OPERATOR, world.account(session, "nina"), Role.INTAKE, unit)
    assert [sees(world, who) for who in ("vilma", "berta", "nina")] == [[sent], [], [sent]]


def test_who_stands_in_for_somebody_is_kept_from_it_as_they_are(world, hand):
    with world.acting("ida") as (session, ida):
        deputies.name(session, ida, world.ids["sven"], date(2026, 11, 24), date(2026, 11, 30))
    sent = hand.report(guardians="Sven Provsson")
    assert (sees(world, "sven"), told(world, "sven"), sees(world, "ida")) == ([], set(), [sent])


def test_it_is_passed_on_to_nobody_who_is_kept_from_it(world, hand):
    sent = hand.opened(guardians="Sven Provsson")
    with world.acting("ida") as (session, ida):
        able = handover_steps.colleagues(session, ida, "social_services", sent)
    assert world.ids["sven"] not in {one.id for one in able} and world.ids["maja"] in {one.id for one in able}
    with pytest.raises(Refused, match="Välj en kollega"):
        hand.pass_on(sent, "sven")
    assert sees(world, "sven") == []


@pytest.mark.parametrize("said", [{}, {"child_number": "", "child_name": f"{CHILD} Mocksson"}])
def test_a_conflict_of_interest_about_the_child_holds_for_a_report_too(world, hand, said):
    case = world.case()
    with world.acting("maja") as (session, maja):
        child = persons.add(session, maja, CHILD, numbered(BORN, 3), 2)
        persons.put_in_case(session, world.get(session, case), child, "child")
    sent = hand.report(**said)
    assert sees(world, "ida") == [sent]
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["ida"])
    assert (sees(world, "ida"), sees(world, "jon")) == ([], [sent])


def test_where_nobody_at_all_may_take_it_in_it_is_refused_in_the_words_of_an_empty_desk(world, hand):
    with pytest.raises(Refused, match="Ingen tar emot här just nu"):
        hand.report(guardians=f"{BOTH}, Vilma Dummy, Berta Barnlund")
    assert [told(world, who) for who in ("ida", "vilma")] == [set(), set()]


def test_one_that_did_not_open_once_is_asked_about_again(world, hand, monkeypatch):
    hand.report(guardians=f"Mamma {IDA}")

    def broken(*_given: object) -> Frozen:
        raise Broken

    with monkeypatch.context() as once:
        once.setattr(frozen, "open_as_recipient", broken)
        with world.acting("ida") as (session, ida):
            assert handovers.waiting(session, ida) == 1
    with world.acting("ida") as (session, ida):
        assert handovers.waiting(session, ida) == 0
