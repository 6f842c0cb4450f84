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
