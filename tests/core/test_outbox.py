"""The outbox: whoever has something unread is owed one letter in a while, until it is known to be sent, and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import accounts, emergencies, mail_addresses, notices, outbox, teams
from casework.core.errors import Refused
from casework.core.models import ConflictBlock, Membership, Notice
from casework.core.permissions import OPERATOR
from tests.core.asking import ask, decide
from tests.core.at_once import at_once
from tests.core.test_emergency_reviews import block
from tests.worlds import KUMLA, LAXA

HOUR = timedelta(hours=1)
REFUSED = "nothing of it is done"


@pytest.fixture
def vilma(world):
    """The id of a team lead who wants letters."""
    with world.session(None) as session:
        mail_addresses.choose(session, world.ids["vilma"], "vilma@kumla.example")
    return world.ids["vilma"]


def tell(world, account_id, kind="colleague_reset", code=KUMLA):
    with world.session(code) as session:
        notices.tell(session, account_id, kind)


def due(world):
    with world.session(None) as session:
        return outbox.due(session, HOUR)


def prepared(world, account_id):
    return outbox.prepared(world.session, account_id, HOUR)


def test_a_letter_is_owed_once_the_hour_of_the_notice_is_over(world, vilma):
    world.clock.move(minutes=10)
    tell(world, vilma)
    world.clock.move(minutes=49)
    assert due(world) == [] and prepared(world, vilma) is None
    world.clock.move(minutes=1)
    assert due(world) == [vilma]
    letter = prepared(world, vilma)
    assert (letter.to, letter.at) == ("vilma@kumla.example", world.clock.now)


def test_who_has_no_address_is_owed_nothing(world):
    tell(world, world.ids["berta"])
    world.clock.move(hours=1)
    assert due(world) == [] and prepared(world, world.ids["berta"]) is None


def test_everything_unread_is_one_letter_and_the_next_comes_an_hour_later(world, vilma):
    for kind, code in (("colleague_reset", KUMLA), ("registration_waits", KUMLA), ("sign_in_tried", None)):
        tell(world, vilma, kind, code)
    world.clock.move(hours=1)
    letter = prepared(world, vilma)
    assert len(letter.notices) == 3
    outbox.note_sent(world.session, letter)
    tell(world, vilma, "sign_in_changed", None)
    world.clock.move(minutes=59)
    assert due(world) == []
    world.clock.move(minutes=1)
    assert due(world) == [vilma] and len(prepared(world, vilma).notices) == 1


def test_what_was_read_or_sent_is_not_sent_again(world, vilma):
    tell(world, vilma)
    world.clock.move(hours=1)
    outbox.note_sent(world.session, prepared(world, vilma))
    tell(world, vilma, "registration_waits")
    with world.session() as session:
        notices.read(session, vilma, "registration_waits")
    world.clock.move(hours=5)
    assert due(world) == [] and prepared(world, vilma) is None


def test_two_who_send_at_once_send_one_letter(world, vilma):
    tell(world, vilma)
    world.clock.move(hours=1)
    senders = [lambda: prepared(world, vilma)] * 4
    letters = [one for one in at_once(*senders) if one is not None]
    assert [type(one) for one in letters] == [outbox.Letter]
    assert prepared(world, vilma) is None


def test_a_letter_nobody_knows_to_be_sent_goes_out_again_the_same(world, vilma):
    tell(world, vilma)
    world.clock.move(hours=1)
    first = prepared(world, vilma)
    world.clock.move(minutes=10)
    assert due(world) == [vilma]
    assert prepared(world, vilma) == first


def test_the_name_of_a_letter_is_no_id_that_lies_in_the_database(world, vilma):
    tell(world, vilma)
    world.clock.move(hours=1)
    letter = prepared(world, vilma)
    assert not {letter.name} & {vilma, *letter.notices} and len(letter.name) == 32


def test_a_deed_that_is_undone_leaves_nothing_to_send(world, vilma):
    def told_and_refused():
        with world.session() as session:
            notices.tell(session, vilma, "colleague_reset")
            raise Refused.because(REFUSED)

    with pytest.raises(Refused, match=REFUSED):
        told_and_refused()
    world.clock.move(hours=1)
    assert due(world) == []


def test_the_address_goes_with_the_ways_in_when_an_account_is_reset(world, vilma):
    with world.session(None) as session:
        accounts.invite(session, OPERATOR, world.account(session, "vilma"))
    with world.session(None) as session:
        assert mail_addresses.of(session, vilma) is None


def test_a_closed_account_is_not_written_to(world, vilma):
    tell(world, vilma)
    world.clock.move(hours=1)
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, world.account(session, "vilma"))
    assert due(world) == [] and prepared(world, vilma) is None


def test_an_account_closed_while_the_letter_is_made_is_not_written_to(world, vilma):
    tell(world, vilma, "sign_in_tried", None)
    world.clock.move(hours=1)
    assert due(world) == [vilma]
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, world.account(session, "vilma"))
    assert prepared(world, vilma) is None


def test_whose_post_has_ended_is_not_written_to_about_it(world, vilma):
    tell(world, vilma)
    with world.session() as session:
        for membership in session.scalars(select(Membership).where(Membership.account_id == vilma)).all():
            membership.valid_until = session.now
    world.clock.move(hours=1)
    assert due(world) == [vilma] and prepared(world, vilma) is None
    tell(world, vilma, "account_reset")
    world.clock.move(hours=1)
    assert len(prepared(world, vilma).notices) == 1


def test_who_is_blocked_from_what_it_is_about_is_not_written_to(world, vilma):
    case = world.case("maja")
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm från polisen")
    block(world, case, "vilma")
    world.clock.move(hours=1)
    assert prepared(world, vilma) is None
    with world.session() as session:
        for row in session.scalars(select(ConflictBlock).where(ConflictBlock.case_id == case)).all():
            assert row.account_id == vilma
            assert [one.kind for one in session.scalars(select(Notice).where(Notice.account_id == vilma))] == [
                "emergency_opened"
            ]


def test_who_is_blocked_since_they_asked_is_not_written_to_about_what_became_of_it(world, vilma):
    case = world.case("maja", protection=2)
    assert decide(world, ask(world, case), "fia") == "used"
    world.clock.move(hours=1)
    assert prepared(world, vilma) is not None
    block(world, case, "vilma")
    world.clock.move(hours=1)
    assert prepared(world, vilma) is None


def test_who_may_still_review_is_written_to(world, vilma):
    world.case("maja")
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm från polisen")
    world.clock.move(hours=1)
    assert len(prepared(world, vilma).notices) == 1


def test_what_waits_for_nobody_any_more_is_not_written_about(world):
    fia = world.ids["fia"]
    with world.session(None) as session:
        mail_addresses.choose(session, fia, "fia@kumla.example")
    protected = world.case("maja", protection=2)
    with world.session() as session:
        for told in notices.unread(session, fia):
            told.read_at = session.now
    with world.acting("vilma") as (session, lead):
        asked = teams.name(session, lead, protected, world.ids["sven"], "reader", may_unseal=False)
    world.clock.move(hours=1)
    assert len(prepared(world, fia).notices) == 1
    world.approve(asked, "ulf")
    world.clock.move(hours=1)
    assert due(world) == [fia] and prepared(world, fia) is None


def test_what_nobody_read_for_two_weeks_is_written_about_no_more(world, vilma):
    tell(world, vilma)
    world.clock.move(days=15)
    assert due(world) == [] and prepared(world, vilma) is None


def test_a_notice_of_one_municipality_is_not_held_back_by_another(world):
    lo = world.ids["lo"]
    with world.session(None) as session:
        mail_addresses.choose(session, lo, "lo@laxa.example")
    tell(world, lo, "colleague_reset", LAXA)
    with world.session() as session:
        for membership in session.scalars(select(Membership).where(Membership.account_id == lo)).all():
            membership.valid_until = session.now
    world.clock.move(hours=1)
    assert len(prepared(world, lo).notices) == 1
