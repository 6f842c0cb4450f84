"""Without the root key every page says so and shows nothing; with it back, everything goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core.roots import FileRoot
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.worlds import KEY_FILE

PAGES = ("/", "/min-dag", "/arenden", "/sok", "/logga-in", "/hem", "/finns/inte", "/last")


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def key(desk: Desk) -> Path:
    return desk.world.database.data_dir / KEY_FILE


def locked(desk: Desk, case: str) -> None:
    """Every page answers 503 with the same words, for who is signed in and for who is not."""
    for browser in (desk.maja, desk.stranger):  # type: ignore[attr-defined]
        for page in (*PAGES, f"/arenden/{case}", f"/arenden/{case}/journal"):
            answer = browser.get(page)
            assert answer.status_code == 503, page
            assert "Systemet är låst" in words(answer) and "Nycklarna går inte att nå" in words(answer)
            for secret in ("Gösta", "Exempelsson", "Samtal", "Maja", case):
                assert secret not in answer.text.replace(page, ""), (page, secret)
    health = desk.app.test_client().get("/healthz")
    assert (health.status_code, health.text) == (503, "locked")


@pytest.mark.parametrize("how", ["taken away", "opened to others", "another installation's", "damaged"])
def test_a_root_key_that_is_lost_locks_every_page_within_five_minutes(desk: Desk, key: Path, how: str):
    if how == "opened to others" and os.name == "nt":
        pytest.skip("Windows has no such modes")
    case = desk.world.case("maja")
    desk.world.sign("maja", case, "note")
    desk.maja, desk.stranger = desk.as_("maja"), case_desk.Browser(desk.app.test_client())  # type: ignore[attr-defined]
    journal = f"/arenden/{case}/journal"
    assert "Samtal" in desk.maja.get(journal).text  # type: ignore[attr-defined]
    kept = key.read_bytes()
    if how == "opened to others":
        key.chmod(0o644)
    else:
        key.unlink()
    if how == "another installation's":
        FileRoot.make(key)
    if how == "damaged":
        key.write_bytes(b"not a key")
        key.chmod(0o600)
    desk.world.clock.move(minutes=5)
    locked(desk, case)
    key.unlink(missing_ok=True)
    key.write_bytes(kept)
    key.chmod(0o600)
    assert "Samtal" in desk.maja.get(journal).text  # type: ignore[attr-defined]


def test_what_is_sent_to_a_locked_system_is_not_taken_in(desk: Desk, key: Path):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    token = maja.token("/min-dag")
    kept = key.read_bytes()
    key.unlink()
    desk.world.clock.move(minutes=5)
    fields = {"what": "Ringa", "due_on": "", "account": desk.world.ids["maja"]}
    answer = maja.post(f"/arenden/{case}/uppgifter", fields, token=token)
    assert answer.status_code == 503 and "kunde inte sparas här" in words(answer)
    key.write_bytes(kept)
    key.chmod(0o600)
    assert "Ringa" not in maja.get("/min-dag").text


def test_no_key_is_made_by_a_locked_system(desk: Desk, key: Path):
    key.unlink()
    desk.world.clock.move(minutes=5)
    desk.app.test_client().get("/logga-in")
    assert not key.exists()
