"""Notices: one line a kind, for its reader only, and nothing of what it is about."""

from __future__ import annotations

import pytest

from casework.core import notices
from tests.worlds import KUMLA, LAXA


def kinds(world, who, code=KUMLA):
    with world.session(code) as session:
        return [one.kind for one in notices.unread(session, world.ids[who])]


def test_a_kind_that_is_unread_is_told_once_and_again_after_it_was_read(world):
    for _nth in range(2):
        with world.session() as session:
            notices.tell(session, world.ids["vilma"], "approval_waits")
    assert kinds(world, "vilma") == ["approval_waits"]
    with world.session() as session:
        notices.read(session, world.ids["vilma"], "approval_waits")
    assert kinds(world, "vilma") == []
    with world.session() as session:
        notices.tell(session, world.ids["vilma"], "approval_waits")
    assert kinds(world, "vilma") == ["approval_waits"]


def test_a_notice_is_its_readers_in_its_municipality(world):
    with world.session() as session:
        notices.tell(session, world.ids["lo"], "approval_waits")
    assert kinds(world, "lo", LAXA) == kinds(world, "vilma") == []


def test_a_kind_nobody_wrote_a_sentence_for_is_refused(world):
    with world.session() as session, pytest.raises(KeyError):
        notices.tell(session, world.ids["lo"], "Gösta har ringt")


def test_everything_unread_is_counted_wherever_it_was_told(world):
    for code in (KUMLA, LAXA, None):
        with world.session(code) as session:
            notices.tell(session, world.ids["lo"], "sign_in_changed")
    with world.session(None) as session:
        assert notices.count(session, world.ids["lo"]) == len(notices.everywhere(session, world.ids["lo"])) == 3
        assert notices.read_own(session, world.ids["lo"]) == ["sign_in_changed"]
    with world.session(None) as session:
        assert notices.count(session, world.ids["lo"]) == 0


def test_nobody_puts_away_what_another_is_to_read(world):
    with world.session() as session:
        notices.tell(session, world.ids["vilma"], "colleague_reset")
    with world.session(None) as session:
        (told,) = notices.everywhere(session, world.ids["vilma"])
        notices.dismiss(session, world.ids["maja"], told.id)
    assert kinds(world, "vilma") == ["colleague_reset"]
    with world.session(None) as session:
        notices.dismiss(session, world.ids["vilma"], told.id)
    assert kinds(world, "vilma") == []
