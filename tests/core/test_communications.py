"""Before a decision a party is told what it will rest on, tested item by item, and what they answer is written down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from casework.core import (
    case_exports,
    communication_paper,
    communications,
    destruction,
    export_kept,
    export_rules,
)
from casework.core.actions import Action
from casework.core.communications import Answer
from casework.core.errors import Broken, NotFound, Refused
from casework.core.export_choices import COMMUNICATION, FOR_A_PARTY, NEEDLESS, WITHHOLD, Choice
from casework.core.frozen import Spot
from casework.core.models import CaseExport, Communication
from tests.core.asking import decide
from tests.core.communicating import answer, asked_for, content, instead, leave_out, ordered, send, sent, shown
from tests.core.copies import closed, events, hand_out, order, put
from tests.paper.sheets import read, squeezed
from tests.worlds import REGISTRY, World

TOLD = "Han bor hos sin syster. Modern hjälper till."


@pytest.fixture
def case(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", heading="Samtal", text=TOLD)
    return case


def letter(world: World, case: str, id_: str, by: str = "maja") -> bytes:
    with world.acting(by) as (session, actor):
        return communication_paper.letter(session, actor, case, id_)


def test_what_is_sent_is_frozen_and_the_letter_is_the_same_whatever_is_written_afterwards(world, case):
    id_ = sent(world, case)
    first, pdf = content(world, case, id_), letter(world, case, id_)
    assert first is not None and TOLD in first.as_json().decode() and squeezed(TOLD) in read(pdf)
    world.sign("maja", case, "note", heading="Nytt", text="Det här kom sedan")
    world.take("maja", case, "begin_assessment", reason="Nytt skede")
    assert content(world, case, id_) == first and letter(world, case, id_) == pdf
    one = shown(world, case, id_)
    assert one.order is not None and (one.by, one.who.name) == ("Maja Testlind", "Gösta Exempelsson")
    assert one.made.made_at == one.order.handed_out_at and first.purpose == COMMUNICATION


def test_the_letter_says_until_when_one_may_answer_and_on_which_law(world, case):
    id_ = sent(world, case)
    one = shown(world, case, id_)
    assert one.order is not None and one.order.answer_by is not None
    found = read(letter(world, case, id_))
    for said in (f"Svara senast {one.order.answer_by.isoformat()}", "25 § förvaltningslagen", "Underrättelse"):
        assert squeezed(said) in found


def test_it_is_sent_once_and_by_who_ordered_it(world, case):
    made, _asked = ordered(world, case)
    world.name(case, "sven", "co_officer")
    with pytest.raises(NotFound):
        send(world, case, made, "sven")
    send(world, case, made)
    with pytest.raises(Refused, match="redan utlämnad"):
        send(world, case, made)


def test_it_is_handed_out_in_no_other_way_and_another_copy_is_not_sent(world, case):
    made, _asked = ordered(world, case)
    for how in (case_exports.PAGE, case_exports.PDF, case_exports.FILE):
        with pytest.raises(NotFound):
            hand_out(world, made, how=how)
    with world.session() as session:
        assert case_exports.waiting(session, world.get(session, case).number) is None
    wanted = replace(asked_for(world, case), purpose="extract", answer_by=None)
    extract, _asked = order(world, case, replace(wanted, choices=()))
    with pytest.raises(NotFound):
        send(world, case, extract)
    with world.acting("maja") as (session, maja):
        copies = case_exports.offer(session, maja, case).ordered
        assert [one.id for one in copies] == [extract.id]
        told = case_exports.offer(session, maja, case, communicates=True).ordered
        assert [one.id for one in told] == [made.id]


def test_another_party_than_the_person_takes_two_people_who_see_the_last_day(world, case):
    party = put(world, case, "Vera Uttersson", "guardian")
    made, asked = ordered(world, case, party)
    assert asked is not None and json.loads(asked.parameters)["answer_by"] == str(made.answer_by)
    with pytest.raises(Refused, match="inte godkänd"):
        send(world, case, made)
    assert decide(world, asked, "fia") == "used"
    assert shown(world, case, send(world, case, made)).who.name == "Vera Uttersson"


def test_a_protected_persons_takes_two_people_and_goes_to_nobody_else(world):
    case = world.case("maja", name="Skyddad Skyddsson", protection=1)
    world.sign("maja", case, "note", text=TOLD)
    made, asked = ordered(world, case)
    assert made.takes_two and asked is not None
    other = put(world, case, "Vera Uttersson", "guardian")
    with pytest.raises(Refused, match="skyddade personuppgifter"):
        ordered(world, case, other)


def test_who_may_not_know_of_the_case_is_told_nothing_and_it_is_written_why(world, case):
    hidden = put(world, case, "Motpart Mallström", "counterpart")
    with pytest.raises(Refused, match="får veta att ärendet finns"):
        ordered(world, case, hidden)
    id_ = leave_out(world, case, person_id=hidden)
    one = shown(world, case, id_)
    assert (one.standing, one.words, one.order) == ("left_out", "Han kan skadas i natt", None)
    assert content(world, case, id_) is None
    with pytest.raises(NotFound):
        letter(world, case, id_)
    with pytest.raises(NotFound):
        answer(world, case, id_)


def test_the_last_day_is_after_today_within_a_year_and_the_case_is_open(world, case):
    wanted = asked_for(world, case)
    assert wanted.answer_by is not None
    for day in (None, wanted.answer_by - timedelta(days=14), wanted.answer_by + timedelta(days=352)):
        with pytest.raises(Refused):
            order(world, case, replace(wanted, answer_by=day))
    for days in (-13, 351):
        order(world, case, replace(wanted, answer_by=wanted.answer_by + timedelta(days=days)))
    closed(world, case)
    with pytest.raises(Refused, match="avslutat"):
        order(world, case, wanted)


def test_nothing_is_sent_once_the_last_day_has_come(world, case):
    with world.session() as session:
        tomorrow = session.now.date() + timedelta(days=1)
    made, _asked = ordered(world, case, answer_by=tomorrow)
    world.clock.move(hours=23)
    with pytest.raises(Refused, match="tid att svara"):
        send(world, case, made)


def test_what_does_not_matter_to_the_decision_is_left_out_without_a_reason_and_told_so(world, case):
    needless = Choice("", "", WITHHOLD, (), NEEDLESS)
    made, _asked = order(world, case, instead(asked_for(world, case), text=needless))
    told = content(world, case, send(world, case, made))
    assert told is not None and TOLD not in told.as_json().decode()
    assert [(one.law, one.reason) for one in told.withheld] == [
        ("25 § förvaltningslagen", "Uppgiften saknar betydelse för beslutet.")
    ]
    for law in ("OSL_26_1", ""):
        with pytest.raises(Refused):
            order(world, case, instead(asked_for(world, case), text=Choice("", "", WITHHOLD, (), law, "Skäl")))
    party = replace(asked_for(world, case), purpose="party", answer_by=None)
    with pytest.raises(Refused, match="stöd i lag"):
        order(world, case, instead(party, text=needless))


def test_nothing_sealed_goes_along(world, case):
    world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    wanted = asked_for(world, case)
    given = replace(wanted, choices=[replace(one, verdict="give", law="", reason="") for one in wanted.choices])
    for with_sealed in (False, True):
        with pytest.raises(Refused, match="Förseglade uppgifter går inte med"):
            order(world, case, replace(given, with_sealed=with_sealed))
    told = content(world, case, sent(world, case))
    assert told is not None and "Hotad" not in told.as_json().decode()
    assert {one.law for one in told.withheld} == {"10 kap. 3 § OSL"} and FOR_A_PARTY in {
        one.law for one in wanted.choices
    }


def test_the_letter_is_not_fetched_once_the_party_may_no_longer_know(world, case):
    id_ = sent(world, case)
    with world.acting("vilma") as (session, _vilma):
        session.execute(
            text("UPDATE case_persons SET may_not_know = :yes WHERE case_id = :id"), {"yes": True, "id": case}
        )
    with pytest.raises(Refused, match="får veta att ärendet finns"):
        letter(world, case, id_)
    assert content(world, case, id_) is not None


@pytest.mark.parametrize("who", ["sven", "vilma", "ida", "lo", "greta", "erik", "pia", "fia"])
def test_who_does_not_work_in_the_case_does_and_sees_nothing(world, case, who):
    made, _asked = ordered(world, case)
    id_ = sent(world, case)
    deeds = (
        lambda: send(world, case, made, who),
        lambda: letter(world, case, id_, who),
        lambda: leave_out(world, case, who),
        lambda: shown(world, case, id_, who),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    with world.acting(who) as (session, actor), pytest.raises(NotFound):
        communications.answer(session, actor, case, id_, Answer("none"))


def test_another_cases_is_as_one_that_does_not_exist(world, case):
    other = world.case("maja", name="Annan Påhittdotter")
    world.sign("maja", other, "note", text="Annat")
    id_ = sent(world, other)
    made, _asked = ordered(world, other)
    for deed in (
        lambda: shown(world, case, id_),
        lambda: answer(world, case, id_),
        lambda: letter(world, case, id_),
        lambda: send(world, case, made),
    ):
        with pytest.raises(NotFound):
            deed()


def test_each_deed_is_in_the_record_and_nothing_of_what_was_said(world, case):
    id_ = sent(world, case)
    content(world, case, id_)
    letter(world, case, id_)
    answer(world, case, id_)
    leave_out(world, case)
    for action in (
        Action.COMMUNICATION_SENT,
        Action.COMMUNICATION_READ,
        Action.COMMUNICATION_PRINTED,
        Action.COMMUNICATION_ANSWERED,
        Action.COMMUNICATION_LEFT_OUT,
    ):
        found = events(world, action)
        assert found and all(one.case_id == case for one in found), action
        assert not any(word in one.detail for one in found for word in ("syster", "stämmer", "skadas", "Gösta"))


def test_what_was_sent_answered_or_ordered_is_never_changed_past_the_program(world, case):
    id_ = sent(world, case)
    answer(world, case, id_)
    for change in ({"how": "none"}, {"how": None}, {"received_on": None}, {"export_id": None}, {"made_by": "x"}):
        with pytest.raises(DBAPIError), world.session() as session:
            session.execute(update(Communication).where(Communication.id == id_).values(change))
    with pytest.raises(DBAPIError), world.session() as session:
        session.execute(update(CaseExport).values(answer_by=None))


def test_another_content_sealed_in_its_place_is_found_out(world, case):
    id_ = sent(world, case)
    told = content(world, case, id_)
    assert told is not None
    with world.session() as session:
        row = session.scalars(select(Communication).where(Communication.id == id_)).one()
        other = replace(told, recipient="Någon annan")
        row.told = export_kept.seal(session, case, Spot(communications.TABLE, id_, "told"), other)
    with pytest.raises(Broken, match="not what was handed out"):
        content(world, case, id_)


def test_an_order_with_another_last_day_is_another_order(world, case):
    made, _asked = ordered(world, case)
    assert made.answer_by is not None
    made.answer_by += timedelta(days=1)
    with pytest.raises(Broken), world.session() as session:
        export_rules.require_sound(session, world.get(session, case), made, may_unseal=False)


def test_it_goes_with_its_case(world, case):
    sent(world, case)
    leave_out(world, case)
    with world.acting("maja") as (session, maja):
        destruction.case(session, maja, case, {})
    with world.session() as session:
        assert session.scalars(select(Communication)).all() == []


def test_sending_needs_the_program_to_know_the_party_still(world, case):
    party = put(world, case, "Vera Uttersson", "guardian")
    made, asked = ordered(world, case, party)
    assert asked is not None and decide(world, asked, "fia") == "used"
    with world.session() as session:
        session.execute(
            text("UPDATE case_persons SET may_not_know = :yes WHERE person_id = :id"), {"yes": True, "id": party}
        )
    with world.acting("maja") as (session, maja), pytest.raises(Refused):
        communications.send(session, REGISTRY, maja, case, made.id)
