"""Noting an objection on its page: shown beside the entry in the journal, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.copies import put
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    return desk.world.case("maja")


@pytest.fixture
def entry(desk: Desk, case: str) -> str:
    return desk.world.sign("maja", case, "note", heading="Samtal", text="Sa att han ville flytta")


def test_an_objection_is_noted_from_the_entry_and_shown_beside_it(desk: Desk, case: str, entry: str):
    maja = desk.as_("maja")
    own = f"/arenden/{case}/anteckning/{entry}"
    assert f'href="{own}/invandning"' in maja.get(own).text
    page = maja.get(f"{own}/invandning")
    (person,) = re.findall(r'<option[^>]*value="([\w-]{22})"', page.text)
    sent = {"person": person, "received_on": "i dag", "words": "Jag har <b>aldrig</b> sagt det"}
    assert maja.post(f"{own}/invandning", sent).location == own
    shown = maja.get(own)
    assert "Invändningen är antecknad." in words(shown)
    for where in (shown, maja.get(f"/arenden/{case}/journal")):
        assert "Jag har &lt;b&gt;aldrig&lt;/b&gt; sagt det" in where.text and "Sa att han ville flytta" in words(where)
        assert "Invändning från Gösta Exempelsson" in words(where)
    assert "Antecknade en invändning" in words(maja.get(f"/arenden/{case}/atkomst"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"person": ""}, "Välj vem i ärendet"),
        ({"received_on": "2090-05-31"}, "inte ligger i framtiden"),
        ({"received_on": "snart"}, "Skriv datumet så här"),
        ({"received_on": ""}, "Skriv vilken dag"),
        ({"words": ""}, "Skriv vad personen anser är fel"),
    ],
)
def test_what_lacks_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, case: str, entry: str, changed: dict[str, str], said: str
):
    maja, at = desk.as_("maja"), f"/arenden/{case}/anteckning/{entry}/invandning"
    (person,) = re.findall(r'<option[^>]*value="([\w-]{22})"', maja.get(at).text)
    sent = {"person": person, "received_on": "i dag", "words": "Så var det inte"} | changed
    answer = maja.post(at, sent)
    assert answer.status_code == 422 and said in maja.error(answer)
    assert "words" in changed or "Så var det inte</textarea>" in answer.text


def test_who_may_not_know_of_the_case_is_not_among_those_who_object(desk: Desk, case: str, entry: str):
    put(desk.world, case, "Motpart Mallström", "counterpart")
    assert "Mallström" not in desk.as_("maja").get(f"/arenden/{case}/anteckning/{entry}/invandning").text


def test_a_reader_sees_the_objection_and_no_way_to_write_one(desk: Desk, case: str, entry: str):
    desk.world.name(case, "sven")
    own = f"/arenden/{case}/anteckning/{entry}"
    sven = desk.as_("sven")
    assert sven.get(own).status_code == 200 and "invandning" not in sven.get(own).text
    assert sven.get(f"{own}/invandning").status_code == 404
