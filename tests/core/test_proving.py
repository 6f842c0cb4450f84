"""Guesses are counted and made to wait; no stranger makes a colleague wait where the colleague is known."""

from __future__ import annotations

import threading

import pytest

from casework.core import (
    accounts,
    credentials,
    known_devices,
    notices,
    one_time_codes,
    passwords,
    proving,
    signing_in,
    throttle,
)
from casework.core.models import Throttle
from casework.core.proving import Visitor
from casework.core.throttle import Counter
from tests.core.test_one_time_codes import code_at
from tests.worlds import World

GOOD, BAD = "sju gröna elefanter dansar", "fel"
HERE = Visitor("192.0.2.7")
KNOWN = Visitor("192.0.2.7", cookie="majas-egen-dator")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "_NOBODY", passwords.verifier("ingen"))


@pytest.fixture
def ready(world: World) -> World:
    with world.session(None) as session:
        for who in ("maja", "sven"):
            accounts.set_password(session, world.account(session, who), GOOD)
        known_devices.remember(session, world.ids["maja"], KNOWN.cookie)
    return world


def enrolled(world: World) -> str:
    """The secret of the app that maja has got as a second factor."""
    secret = one_time_codes.new_secret()
    with world.session(None) as session:
        credentials.add_app(session, world.ids["maja"], secret, 0)
    return secret


def guess(world: World, password: str, visitor: Visitor = HERE, who: str = "maja") -> str:
    proof = proving.by_password(world.installation, who, password, visitor)
    return "in" if proof.account_id else "wait" if proof.wait_until else "no"


def test_a_stranger_at_the_same_address_does_not_make_a_known_device_wait(ready):
    for _ in range(12):
        guess(ready, BAD)
    assert guess(ready, GOOD) == "wait"
    assert guess(ready, GOOD, KNOWN) == "in"


def test_strangers_all_over_the_world_do_not_make_a_known_device_wait(ready):
    for nth in range(proving.OVER_AN_ACCOUNT + 5):
        guess(ready, BAD, Visitor(f"198.51.{nth // 250}.{nth % 250}"))
    assert guess(ready, GOOD, Visitor("203.0.113.5")) == "wait"
    assert guess(ready, GOOD, KNOWN) == "in"
    ready.clock.move(minutes=1)
    assert guess(ready, GOOD, Visitor("203.0.113.5")) == "in"


def test_a_flood_of_names_from_one_address_does_not_make_a_known_device_wait(ready):
    for nth in range(proving.AT_AN_ADDRESS + 5):
        guess(ready, BAD, HERE, f"namn{nth}")
    assert guess(ready, GOOD, HERE, "sven") == "wait"
    assert guess(ready, GOOD, KNOWN) == "in"
    ready.clock.move(minutes=1)
    assert guess(ready, GOOD, HERE, "sven") == "in"


def test_a_known_device_has_a_count_of_its_own(ready):
    for _ in range(5):
        guess(ready, BAD, KNOWN)
    assert guess(ready, GOOD, KNOWN) == "wait"
    assert guess(ready, GOOD) == "in"
    ready.clock.move(seconds=2)
    assert guess(ready, GOOD, KNOWN) == "in"


def test_a_device_is_known_to_its_own_account_only(ready):
    for _ in range(5):
        guess(ready, BAD, HERE, "sven")
    assert guess(ready, GOOD, Visitor(HERE.address, cookie=KNOWN.cookie), "sven") == "wait"


def test_a_device_is_forgotten_after_half_a_year_and_with_the_account_s_ways_in(ready):
    maja = ready.ids["maja"]
    ready.clock.move(days=181)
    with ready.session(None) as session:
        assert not known_devices.is_known(session, maja, KNOWN.cookie)
        known_devices.remember(session, maja, KNOWN.cookie)
    with ready.session(None) as session:
        assert known_devices.is_known(session, maja, KNOWN.cookie)
        known_devices.forget_all(session, maja)
    with ready.session(None) as session:
        assert not known_devices.is_known(session, maja, KNOWN.cookie)


def test_twenty_devices_of_an_account_are_known_the_latest(ready):
    maja = ready.ids["maja"]
    for nth in range(25):
        ready.clock.move(minutes=1)
        with ready.session(None) as session:
            known_devices.remember(session, maja, f"dator-{nth}")
    with ready.session(None) as session:
        known = [nth for nth in range(25) if known_devices.is_known(session, maja, f"dator-{nth}")]
    assert known == list(range(5, 25))


def test_a_household_of_ipv6_is_one_address(ready):
    for nth in range(5):
        guess(ready, BAD, Visitor(f"2001:db8:1:2::{nth}"))
    assert guess(ready, GOOD, Visitor("2001:db8:1:2:ffff::9")) == "wait"
    assert guess(ready, GOOD, Visitor("2001:db8:1:3::9")) == "in"


def test_many_guesses_at_once_are_no_more_than_one_after_another(ready):
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(guess(ready, BAD))) for _ in range(4)]
    threads += [threading.Thread(target=lambda: answers.append(guess(ready, BAD))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    with ready.session(None) as session:
        assert max(row.failures for row in session.query(Throttle).all()) <= 6
    assert guess(ready, GOOD) == "wait"


def test_a_right_password_between_wrong_ones_counts_for_nothing_against_anybody(ready):
    for _ in range(40):
        assert guess(ready, GOOD) == "in"
    with ready.session(None) as session:
        assert all(row.failures == 0 for row in session.query(Throttle).all())


@pytest.mark.parametrize("typed", ["code", "recovery"])
def test_guessing_codes_must_wait_from_everywhere_but_not_for_a_known_device(ready, typed):
    secret = enrolled(ready)
    with ready.session(None) as session:
        recovery = credentials.new_recovery_codes(session, ready.ids["maja"])[0]
    good = code_at(secret, ready.clock.now) if typed == "code" else recovery

    def code(what: str, visitor: Visitor) -> str:
        with ready.session(None) as session:
            proof = proving.by_code(session, ready.account(session, "maja"), what, visitor)
        return proof.method or ("wait" if proof.wait_until else "no")

    for nth in range(5):
        code("000000", Visitor(f"198.51.100.{nth}"))
    assert code(good, HERE) == "wait"
    assert code(good, KNOWN) == ("totp" if typed == "code" else "recovery")


def test_whoever_was_guessed_at_is_told(ready):
    for _ in range(5):
        guess(ready, BAD)
    with ready.session(None) as session:
        assert [one.kind for one in notices.unread(session, ready.ids["maja"])] == ["sign_in_tried"]


class TestTheRightPasswordAlone:
    """Whoever has it and no more is kept out, and its owner hears of it (ASVS 6.3.5)."""

    @pytest.fixture
    def secret(self, ready):
        return enrolled(ready)

    def told(self, ready: World) -> list[str]:
        with ready.session(None) as session:
            return [one.kind for one in notices.unread(session, ready.ids["maja"])]

    def begin(self, ready: World, visitor: Visitor) -> str:
        answer = signing_in.by_password(ready.installation, None, "maja", GOOD, visitor, demanded=True)
        assert answer.stage == "half" and answer.cookie is not None
        ready.clock.move(seconds=1)
        return answer.cookie

    def finish(self, ready: World, secret: str, cookie: str, visitor: Visitor) -> None:
        with ready.session(None) as session:
            answer = signing_in.by_code(session, cookie, code_at(secret, session.now), visitor)
        assert answer.stage == "full" and answer.cookie is not None

    def test_is_told_to_its_owner_at_once(self, ready, secret):
        self.begin(ready, HERE)
        assert self.told(ready) == ["sign_in_half"]

    def test_is_nothing_to_tell_where_the_account_is_known(self, ready, secret):
        self.begin(ready, KNOWN)
        assert self.told(ready) == []

    def test_is_nothing_to_tell_once_the_sign_in_was_finished(self, ready, secret):
        self.finish(ready, secret, self.begin(ready, HERE), HERE)
        assert self.told(ready) == []

    def test_is_still_told_when_its_owner_signs_in_elsewhere(self, ready, secret):
        self.begin(ready, Visitor("203.0.113.5"))
        self.finish(ready, secret, self.begin(ready, HERE), HERE)
        assert self.told(ready) == ["sign_in_half"]


def test_an_unknown_name_costs_the_same_work(ready, monkeypatch):
    asked: list[bool] = []
    real = passwords.fits

    def counted(typed: str, stored: str | None) -> bool:
        asked.append(stored is None)
        return real(typed, stored)

    monkeypatch.setattr(passwords, "fits", counted)
    for who in ("maja", "ingen.alls", "lo"):
        assert guess(ready, BAD, HERE, who) == "no"
    assert asked == [False, True, True]


def test_one_function_begins_a_session_for_whoever_has_proven_who_they_are(ready):
    with ready.session(None) as session:
        answer = signing_in.admit(session, ready.account(session, "maja"), ["oidc"], None, KNOWN)
        assert answer.stage == "full" and answer.cookie is not None and answer.holder is not None


def test_of_many_guesses_at_once_no_more_are_looked_at_than_of_many_in_a_row(ready, database_kind):
    """Each of them asks whether it must wait, before any of the others has been counted."""
    counters = [Counter("x" * 64)]
    for _ in range(6):
        with ready.session(None) as session:
            assert throttle.count(session, counters) is None
        ready.clock.move(minutes=1)
    asking = [ready.installation.open(None) for _ in range(2 if database_kind == "postgres" else 1)]
    assert all(throttle.waits_until(session, counters) is None for session in asking)
    found = []
    for session in asking:
        found.append(throttle.count(session, counters))
        session.commit()
        session.close()
    with ready.session(None) as session:
        found.append(throttle.count(session, counters))
    assert [wait is None for wait in found] == [True] + [False] * len(asking)
