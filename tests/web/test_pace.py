"""Nobody who works is slowed down; a program that fetches page after page in somebody's name is, and is remembered."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.core.models import AuditEvent
from casework.web import pace
from casework.web.pace import Pace
from tests.web.conftest import KUMLA, PASSWORD
from tests.web.ways import Telephone, give_app

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)


class Hand:
    """A clock in the hand."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def running(hand):
    return Pace(hand)


def taken(running, account="maja", endpoint="case.overview", at_most=1000):
    """How many pages the account gets before it is stopped."""
    return next((nth for nth in range(at_most) if not running.take(account, endpoint)), at_most)


def test_a_page_a_second_goes_on_for_ever(running, hand):
    for _ in range(5000):
        assert running.take("maja", "case.overview")
        hand.now += timedelta(seconds=1)


def test_after_a_hundred_and_twenty_at_once_one_comes_back_each_second(running, hand):
    assert taken(running) == 120
    hand.now += timedelta(seconds=10)
    assert taken(running) == 10
    hand.now += timedelta(hours=1)
    assert taken(running) == 120


def test_a_search_costs_as_five_pages(running):
    assert taken(running, endpoint="search.find") == 24


def test_one_account_slows_no_other_down(running):
    taken(running)
    assert taken(running, account="sven") == 120


def test_a_clock_that_goes_back_gives_nothing(running, hand):
    taken(running)
    hand.now -= timedelta(hours=1)
    assert not running.take("maja", "case.overview")


def test_many_at_once_get_no_more_than_one_after_another(running):
    got = []
    threads = [threading.Thread(target=lambda: got.append(taken(running, at_most=60))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got) == 120


def test_who_has_rested_is_forgotten_and_who_has_not_is_not(running, hand, monkeypatch):
    monkeypatch.setattr(pace, "REMEMBERED", 50)
    for nth in range(50):
        running.take(f"account {nth}", "case.overview")
    hand.now += timedelta(minutes=5)
    taken(running, account="greedy")
    assert len(running._left) == 1
    assert not running.take("greedy", "case.overview")


@pytest.fixture
def maja(new_strict, installation, clock):
    """Maja, signed in by password and code, as in production."""
    telephone: Telephone = give_app(installation, clock, "maja.testlind")
    browser = new_strict()
    browser.sign_in("maja.testlind", PASSWORD)
    browser.code(telephone.code())
    clock.forward(minutes=5)
    return browser


def refusals(installation):
    refused = select(AuditEvent).where(AuditEvent.action == "request:refused").order_by(AuditEvent.lane, AuditEvent.seq)
    with installation.session(KUMLA) as session:
        return [(row.outcome, row.object_id, row.detail) for row in session.scalars(refused)]


def test_whoever_goes_too_fast_is_asked_to_wait_and_goes_on(maja, clock, installation, caplog):
    with caplog.at_level(logging.WARNING):
        answers = [maja.get("/hem") for _ in range(140)]
    assert [answer.status_code for answer in answers] == [200] * 120 + [429] * 20
    assert answers[-1].headers["Retry-After"] == "30"
    assert "Det gick för fort" in answers[-1].text
    clock.forward(seconds=30)
    assert maja.get("/hem").status_code == 200
    assert refusals(installation) == [("denied", "start.home", '{"rule":"pace"}')]
    assert [record.getMessage() for record in caplog.records] == ["refused TooFast start.home"]


def test_what_was_typed_too_fast_is_kept(maja, clock):
    token = maja.token("/installningar")
    while maja.get("/hem").status_code == 200:
        pass
    answer = maja.post("/installningar", {"shortcuts": "y"}, token=token)
    assert answer.status_code == 429
    assert "kvar=" in answer.text


def test_in_the_demonstration_nobody_is_kept_from_trying(visitor):
    visitor.sign_in()
    assert {visitor.get("/hem").status_code for _ in range(200)} == {200}


def test_static_files_and_the_question_whether_it_lives_are_not_counted(maja):
    for _ in range(200):
        maja.get("/healthz")
    assert maja.get("/hem").status_code == 200
