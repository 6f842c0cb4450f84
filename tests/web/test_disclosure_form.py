"""The form of a disclosure: nothing typed is lost, and what cannot be read is said where it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.core.grounds.catalogue.confirmations import CANNOT_WAIT, NOBODY_KNOWN
from casework.core.models import Disclosure
from casework.web.confirmations import INPUTS
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden
from tests.web.disclosure_desk import at, chosen, given, looked, made


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.mark.parametrize("button", ["spara", "visa"])
@pytest.mark.parametrize(
    ("field", "typed"),
    [("until", "31/31"), ("oral_on", "i förrgår kväll"), ("victim_born", "2o26"), ("secrecy", "26;1")],
)
def test_what_cannot_be_read_is_said_at_its_field_and_kept_as_it_was_typed(desk: Desk, button, field, typed):
    case = desk.world.case()
    maja = desk.as_("maja")
    fields = chosen(desk, once=hidden(maja.get(at(case)), "once"), version="0", **{field: typed})
    page = maja.post(at(case), fields | {button: "1"})
    assert page.status_code == 422
    shown = re.search(rf'<input[^>]*name="{field}"[^>]*>', page.text)
    assert shown is not None and f'value="{typed}"' in shown[0] and "aria-invalid" in shown[0]
    with desk.world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_a_secrecy_that_was_left_empty_stays_so_in_a_draft(desk: Desk):
    case = desk.world.case()
    maja = desk.as_("maja")
    first = maja.get(at(case))
    assert 'value="26:1"' in first.text
    fields = chosen(desk, once=hidden(first, "once"), version="0", spara="1", secrecy="")
    assert maja.post(at(case), fields).status_code == 303
    assert 'value="26:1"' not in maja.get(f"{at(case)}/{made(desk).id}").text


def shown(page: Any) -> dict[str, str]:
    """What stands at the questions of the chosen ground, by the question."""
    box = r"<div data-reply>.*?<label[^>]*>([^<]*)</label>.*?<textarea[^>]*>\s*([^<]*)</textarea>"
    return {question.strip(): words.strip() for question, words in re.findall(box, page.text, re.DOTALL)}


def test_answers_are_kept_where_both_grounds_ask_and_given_back_when_the_first_is_chosen_again(desk: Desk):
    """Without a script; with one, ``test_disclosure_browser``."""
    case, maja = desk.world.case(), desk.as_("maja")
    first = looked(maja, case, chosen(desk, ground="OSL_10_18A", asked="", reply=""))
    asked = list(shown(first))
    written = {f"svar_{nth}": f"Svar {nth}" for nth in range(len(asked))}
    fields = chosen(desk, reply="", ground="OSL_10_18B", asked="OSL_10_18A") | written
    other = looked(maja, case, fields, aside=unescape(hidden(first, "aside")))
    common = set(shown(other)) & set(asked)
    assert common and set(asked) - common
    assert all(shown(other)[question] == f"Svar {asked.index(question)}" for question in common)
    assert not any(words for question, words in shown(other).items() if question not in common)
    replies = {f"svar_{nth}": words for nth, words in enumerate(shown(other).values())}
    fields = chosen(desk, reply="", ground="OSL_10_18A", asked="OSL_10_18B") | replies
    again = looked(maja, case, fields, aside=unescape(hidden(other, "aside")))
    assert shown(again) == {question: f"Svar {nth}" for nth, question in enumerate(asked)}


@pytest.mark.parametrize("aside", ["[1]", "{", '{"a": 1}', "[" * 100000])
def test_what_no_page_of_ours_laid_aside_counts_as_nothing(desk: Desk, aside):
    looked(desk.as_("maja"), desk.world.case(), chosen(desk, asked="OSL_10_18B", ground="OSL_10_18A"), aside=aside)


def box(page: Any, question: str) -> str:
    """What is drawn of a question with yes or no."""
    name = INPUTS[question]
    found = re.search(
        rf'<div data-confirm="{name}"[^>]*>.*?(?=<div data-confirm|<div data-reply)', page.text, re.DOTALL
    )
    assert found is not None
    return found[0]


def ticked(page: Any, question: str) -> str:
    """What is answered to a question with yes or no."""
    found = re.search(r'<input checked [^>]*value="(\w+)"', box(page, question))
    return "" if found is None else found[1]


def test_a_no_to_what_the_ground_rests_on_is_said_at_the_question_and_nothing_typed_is_lost(desk: Desk):
    case, maja = desk.world.case(), desk.as_("maja")
    danger, other = CANNOT_WAIT, NOBODY_KNOWN
    fields = chosen(desk, reply="Skälen i ord", **{INPUTS[danger.asks]: "no", INPUTS[other.asks]: "no"})
    seen = looked(maja, case, fields)
    sent = {name: hidden(seen, name) for name in ("once", "version", "seen")}
    page = maja.post(at(case), fields | sent)
    assert page.status_code == 422
    assert danger.blocks in box(page, danger.asks) and " hidden" not in box(page, danger.asks).partition(">")[0]
    assert ticked(page, danger.asks) == ticked(page, other.asks) == "no"
    assert other.blocks not in page.text and " hidden" in box(page, other.asks).partition(">")[0]
    assert set(shown(page).values()) == {"Skälen i ord"}
    with desk.world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_what_was_said_yes_and_no_to_stays_in_a_draft_and_is_shown_once_it_is_given(desk: Desk):
    case, maja = desk.world.case(), desk.as_("maja")
    kept = {INPUTS[CANNOT_WAIT.asks]: "yes", INPUTS[NOBODY_KNOWN.asks]: "no"}
    fields = chosen(desk, once=hidden(maja.get(at(case)), "once"), version="0", spara="1", **kept)
    assert maja.post(at(case), fields).status_code == 303
    page = maja.get(f"{at(case)}/{made(desk).id}")
    for question, said in ((CANNOT_WAIT.asks, "yes"), (NOBODY_KNOWN.asks, "no")):
        assert ticked(page, question) == said
    given_page = maja.get(given(maja, case, chosen(desk)).headers["Location"])
    assert CANNOT_WAIT.asks in given_page.text and NOBODY_KNOWN.asks not in given_page.text


def test_all_that_is_missing_is_said_at_once_the_ground_as_well(desk: Desk):
    maja, case = desk.as_("maja"), desk.world.case()
    first = maja.get(at(case))
    said = maja.error(maja.post(at(case), {"once": hidden(first, "once"), "version": "0", "seen": ""}))
    for words_ in ("Välj vem som ska få uppgifterna.", "Välj minst en uppgift.", "Välj vilken grund", "Svara på om"):
        assert words_ in said, words_
