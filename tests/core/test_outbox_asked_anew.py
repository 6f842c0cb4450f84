"""Whoever has come to be kept from what a notice is about is not written to: it is asked when the letter is made."""

from __future__ import annotations

from sqlalchemy import select

from casework.core import handover_feedback, mail_addresses, notices, outbox, stopping
from casework.core.db import new_id
from casework.core.models import Handover
from tests.core import taking_part
from tests.core.disclosing import assessed, decided, wish
from tests.core.handing import Hand
from tests.core.test_emergency_reviews import block
from tests.core.test_handover_feedback import taken_on
from tests.core.test_outbox import prepared, tell


def written_to(world, who):
    """Whether somebody is owed a letter an hour later: by what waits for them then, and not when it was told."""
    with world.session(None) as session:
        mail_addresses.choose(session, world.ids[who], f"{who}@kumla.example")
    world.clock.move(hours=1)
    return prepared(world, world.ids[who]) is not None


def test_of_what_came_in_only_who_still_has_it_waiting_is_written_to(world):
    hand = Hand(world)
    hand.report(danger="yes")
    hand.question()
    assert written_to(world, "ida")
    with world.session() as session:
        ids = list(session.scalars(select(Handover.id)))
    for one in ids:
        hand.begin(hand.open(one), token=new_id())
    assert not written_to(world, "jon")


def test_whoever_what_came_in_is_kept_from_is_not_written_to_by_an_old_notice(world):
    tell(world, world.ids["ida"], "handover_acute")
    Hand(world).report(guardians="Ida Intagslund", danger="yes")
    assert not written_to(world, "ida")
    assert written_to(world, "jon")


def test_of_what_was_given_only_who_may_still_read_it_is_written_to(world):
    case = world.case()
    assessed(world, case)
    assert written_to(world, "erik")
    block(world, case, "erik")
    assert not written_to(world, "erik")


def test_who_is_asked_to_decide_is_not_written_to_once_it_is_decided(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    assert written_to(world, "fia")
    decided(world, made, "fia")
    assert not written_to(world, "fia")


def test_who_has_no_case_any_more_is_not_written_to_about_what_ended_in_it(world):
    case = world.case()
    world.permit(case)
    with world.session() as session:
        assert stopping.of_restored(session) == 1
    assert written_to(world, "maja")
    block(world, case, "maja")
    assert not written_to(world, "maja")


def test_the_officer_is_written_to_once_who_reported_asks_for_feedback_also_long_after_it_came(world):
    hand = Hand(world)
    sent, case = taken_on(world, hand, wants=False)
    world.clock.move(days=2)
    with world.session() as session:
        notices.read(session, world.ids["maja"], "handover_kept")
    with world.acting("pia") as (session, pia):
        handover_feedback.ask(session, pia, sent)
    assert written_to(world, "maja")
    block(world, case, "maja")
    assert not written_to(world, "maja")


def test_who_sent_something_is_written_to_only_where_there_is_word_of_it(world):
    hand = Hand(world)
    sent = hand.opened()
    tell(world, world.ids["pia"], "handover_told")
    assert not written_to(world, "pia")
    hand.tell(sent)
    assert written_to(world, "pia")


def test_who_takes_part_no_more_is_not_written_to_about_having_been_let_in(sspf_world):
    world, case = sspf_world, taking_part.sspf(sspf_world)
    part = taking_part.let_in(world, case)
    assert written_to(world, "pia")
    taking_part.end(world, case, part)
    with world.session() as session:
        notices.read(session, world.ids["pia"], "participation_ended")
    assert not written_to(world, "pia")


def test_every_kind_that_somebody_can_be_kept_from_is_asked_about_anew():
    asked = {*outbox.WAITING, *outbox.HAPPENED}
    of_the_reader = {*notices.OWN, "colleague_reset", "deputy_named", "participation_ended"}
    by_post = {"namesake_met", "registration_waits"}
    assert set(notices.KINDS) == asked | of_the_reader | by_post
