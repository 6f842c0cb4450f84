"""Codes that are good once: an app's for half a minute, a recovery code until it is used."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from casework.core import credentials, one_time_codes
from casework.core.models import Credential
from tests.worlds import World

RFC = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def code_at(secret: str, moment: datetime) -> str:
    """What an authenticator app shows, from the library that checks it nowhere else in the tests."""
    return one_time_codes._generator(secret).generate(int(moment.timestamp())).decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert one_time_codes.step_of(RFC, code, moment, 0) == seconds // 30


@pytest.mark.parametrize(("late", "good"), [(-6, False), (-5, True), (0, True), (29, True), (39, True), (41, False)])
def test_a_code_is_good_while_it_is_shown_and_a_little_longer(late, good):
    code = code_at(RFC, NOON)
    assert (one_time_codes.step_of(RFC, code, NOON + timedelta(seconds=late), 0) is not None) is good


def test_a_code_is_good_once_and_no_earlier_one_after_it():
    step = one_time_codes.step_of(RFC, code_at(RFC, NOON), NOON, 0)
    assert step is not None
    assert one_time_codes.step_of(RFC, code_at(RFC, NOON), NOON, step) is None
    later = NOON + timedelta(seconds=30)
    assert one_time_codes.step_of(RFC, code_at(RFC, later), later, step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34", "000000\0"])
def test_what_is_no_code_is_wrong(typed):
    assert one_time_codes.step_of(RFC, typed, NOON, 0) is None


def test_a_code_may_be_typed_as_the_app_shows_it():
    code = code_at(RFC, NOON)
    assert one_time_codes.step_of(RFC, f"{code[:3]} {code[3:]} ", NOON, 0) is not None


def test_secrets_and_recovery_codes_are_long_and_never_the_same():
    assert len({one_time_codes.new_secret() for _ in range(50)}) == 50
    assert len(base64.b32decode(one_time_codes.new_secret())) == 20
    codes = {one_time_codes.new_recovery_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(one_time_codes.plain_recovery_code(code) or "") == 25 for code in codes)


def test_a_recovery_code_may_be_typed_carelessly():
    assert one_time_codes.plain_recovery_code("o1il0-abcde–FGHJK mnpqr-stvwx") == "01110ABCDEFGHJKMNPQRSTVWX"
    assert one_time_codes.plain_recovery_code("för kort") is None


def test_a_stored_code_is_used_up_and_nothing_stored_shows_it(world: World):
    maja = world.ids["maja"]
    with world.session(None) as session:
        secret = one_time_codes.new_secret()
        credentials.add_app(session, maja, secret, 0)
        codes = credentials.new_recovery_codes(session, maja)
        stored = " ".join(f"{row.verifier} {row.secret!r}" for row in session.query(Credential).all())
    assert len(codes) == 10
    assert not any((one_time_codes.plain_recovery_code(code) or "?") in stored for code in codes)
    assert secret not in stored
    for typed, kind in ((code_at(secret, world.clock.now), "totp"), (codes[3].lower(), "recovery")):
        with world.session(None) as session:
            assert credentials.use_code(session, maja, typed) == kind
        with world.session(None) as session:
            assert credentials.use_code(session, maja, typed) is None
    with world.session(None) as session:
        assert credentials.use_code(session, world.ids["sven"], codes[4]) is None
        assert credentials.use_code(session, maja, codes[4]) == "recovery"


def test_new_recovery_codes_make_the_old_ones_void(world: World):
    maja = world.ids["maja"]
    with world.session(None) as session:
        old = credentials.new_recovery_codes(session, maja)
        new = credentials.new_recovery_codes(session, maja)
        assert credentials.use_code(session, maja, old[0]) is None
        assert credentials.use_code(session, maja, new[0]) == "recovery"
