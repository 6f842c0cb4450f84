"""A form that a person sent is answered by an address that shows the answer once: browsers keep other forms on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.core import teams
from casework.core.models import HeldForm
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import words

BY_HAND = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
PAGE = "/prov/anteckning"
TYPED = {"heading": "", "text": "Alex vill flytta före jul"}


def held(installation):
    with installation.session(None) as session:
        return session.query(HeldForm).count()


def test_a_form_with_errors_is_shown_once_with_them_and_then_as_it_was_typed(maja):
    sent = maja.post(PAGE, TYPED, headers=BY_HAND)
    assert sent.status_code == 303 and sent.location.startswith(f"{PAGE}?kvar=")
    assert TYPED["text"] not in f"{sent.headers}{sent.text}"
    shown = maja.get(sent.location)
    assert shown.status_code == 422
    assert "Skriv en rubrik." in maja.error(shown) and TYPED["text"] in shown.text
    again = maja.get(sent.location)
    assert again.status_code == 200
    assert TYPED["text"] in again.text and "Skriv en rubrik." not in maja.error(again)


def test_the_answer_carries_the_headers_of_every_answer(maja):
    sent = maja.post(PAGE, TYPED, headers=BY_HAND)
    for answer in (sent, maja.get(sent.location)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_mended_and_sent_again_leaves_nothing_behind(maja, installation):
    kept = maja.post(PAGE, TYPED, headers=BY_HAND).location.split("kvar=")[1]
    maja.get(f"{PAGE}?kvar={kept}")
    done = maja.post(PAGE, {**TYPED, "heading": "Samtal", "kvar": kept}, headers=BY_HAND)
    assert done.location == "/prov/klart"
    assert held(installation) == 0


def test_an_answer_that_nobody_came_for_is_not_shown_later(maja, clock):
    address = maja.post(PAGE, TYPED, headers=BY_HAND).location
    clock.forward(seconds=21)
    late = maja.get(address)
    assert late.status_code == 200 and "Skriv en rubrik." not in maja.error(late)
    assert TYPED["text"] in late.text


def test_nobody_else_is_shown_the_answer(maja, new_visitor):
    address = maja.post(PAGE, TYPED, headers=BY_HAND).location
    vilma = new_visitor()
    vilma.sign_in("vilma.dummy")
    assert TYPED["text"] not in vilma.get(address).text
    assert maja.get(address).status_code == 422, "and it still waits for whom it is for"


def test_the_answer_is_shown_on_its_own_page_only(maja):
    kept = maja.post(PAGE, TYPED, headers=BY_HAND).location.split("kvar=")[1]
    assert TYPED["text"] not in maja.get(f"/installningar?kvar={kept}").text


def test_an_answer_lies_sealed(maja, installation):
    maja.post(PAGE, TYPED, headers=BY_HAND)
    with installation.session(None) as session:
        (row,) = session.query(HeldForm).all()
        assert b"flytta" not in row.body.blob and b"rubrik" not in row.body.blob


def test_a_failure_is_told_and_what_was_typed_is_a_step_away(maja):
    sent = maja.post(PAGE, {**TYPED, "heading": "sprängs"}, headers=BY_HAND)
    shown = maja.get(sent.location)
    assert shown.status_code == 500 and "sprängs" not in shown.text
    assert f'href="{sent.location}"' in shown.text
    assert TYPED["text"] in maja.get(sent.location).text


def test_a_script_is_answered_at_once(maja):
    assert maja.post(PAGE, TYPED, headers={"Sec-Fetch-Mode": "cors"}).status_code == 422


def test_what_comes_from_another_site_is_kept_nowhere(maja, installation):
    answer = maja.client.post(PAGE, data=TYPED, headers={**BY_HAND, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert held(installation) == 0


@pytest.fixture
def desk(databases: Databases, tmp_path: Path):
    yield from case_desk.opened(databases, tmp_path)


def test_whoever_lost_the_case_while_writing_is_told_and_nothing_stays(desk):
    theirs, nothing = desk.world.case("sven", name="Hemlig Fallsson"), "A" * 22
    maja = desk.as_("maja")
    shown = []
    for case in (theirs, nothing):
        sent = maja.post(f"/arenden/{case}/skriv/note", {"heading": "Samtal"}, page="/min-dag", headers=BY_HAND)
        shown.append(maja.get(sent.location))
    assert [one.status_code for one in shown] == [404, 404]
    assert shown[0].text == shown[1].text
    assert held(desk.world.installation) == 0


def test_a_search_is_repeated_when_one_comes_back_to_it_and_shows_what_may_be_seen_then(desk):
    desk.world.case("maja", name="Gösta Exempelsson")
    other = desk.world.case("maja", name="Göran Exempelsson")
    maja = desk.as_("maja")
    sent = maja.post("/sok", {"q": "exempels"}, headers=BY_HAND)
    assert "exempels" not in sent.location
    assert "Två ärenden stämmer" in words(maja.get(sent.location))
    assert "Två ärenden stämmer" in words(maja.get(sent.location))
    with desk.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, other, desk.world.ids["maja"])
    later = words(maja.get(sent.location))
    assert "Två ärenden" not in later and "Göran" not in later and "Gösta" in later
