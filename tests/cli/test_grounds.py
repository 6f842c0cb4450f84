"""``casework grounds``: the catalogue, and situations kept as data with the statute beside each."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from casework.cli import main
from casework.core import clock
from casework.core.grounds import catalogue
from casework.core.grounds.conditions import Secrecy
from casework.core.grounds.ground import Explained, Ground
from casework.core.grounds.situations import Provision
from casework.core.models import Account, GroundRule
from tests.core.ground_table import Row, rows, situation, words

KUMLA = "1881"
ROWS = rows()


def said(options: str) -> dict[str, dict[str, Any]]:
    """What the command says of a situation, by code; on a day of the tests unless it names one."""
    done = CliRunner().invoke(main, ["grounds", "explain", *words(options), "--json"])
    assert done.exit_code == 0, done.output
    return {row["code"]: row for row in json.loads(done.output)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code} {row.options}")
def test_a_situation_gets_the_answer_of_the_statute(row: Row):
    found = said(row.options)[row.code]
    assert found["status"] == ("available" if row.available else "blocked")
    assert row.statute and bool(found["why"]) >= (not row.available)
    assert row.asks <= set(found["asks"]) if row.available else found["asks"] == []


def test_there_are_situations_enough_and_every_ground_is_in_them_on_both_sides():
    by_code: dict[str, set[bool]] = {}
    for row in ROWS:
        by_code.setdefault(row.code, set()).add(row.available)
    assert len(ROWS) >= 150
    assert set(by_code) == {ground.code for ground in catalogue.GROUNDS}
    assert {code for code, seen in by_code.items() if seen != {True, False}} == set()


@pytest.mark.parametrize("ground", [one for one in catalogue.GROUNDS if one.conditions], ids=lambda one: one.code)
def test_every_condition_is_hit_on_both_sides_and_unanswered(ground: Ground):
    situations = [situation(row.options) for row in ROWS if row.code == ground.code]
    for condition in ground.conditions:
        verdicts = [condition.judge(one) for one in situations]
        sides = {"blocks" if one.blocks else "asks" if one.asks else "holds" for one in verdicts}
        never_blocks = ground.code in {
            "OSL_10_3",
            "OSL_25_12",
            "OSL_26_9",
        }  # nobody can say no, or a person tells the rest
        assert sides == {"holds", "asks"} | (set() if never_blocks else {"blocks"}), condition


@pytest.mark.parametrize("ground", catalogue.GROUNDS, ids=lambda one: f"{one.code}-{one.version}")
def test_every_excluded_secrecy_is_among_the_situations(ground: Ground):
    asked = {one for row in ROWS if row.code == ground.code for one in situation(row.options).secrecies}
    for condition in ground.conditions:
        if isinstance(condition, Secrecy):
            for span in condition.excluded:
                sections = range(span.first.section, span.last.section + 1)
                named = {Provision(span.first.chapter, section, span.first.letter) for section in sections}
                assert named <= asked


def test_levels_and_the_lawyer_are_those_of_the_catalogue():
    found = said("--from social_services --to police")
    assert {code: (found[code]["level"], found[code]["consult"]) for code in LEVELS} == LEVELS
    assert [code for code, row in found.items() if row["consult"]] == ["OSL_10_15A"]


LEVELS = {
    "OSL_10_15A": ("EC", True),
    "OSL_10_18A": ("FS", False),
    "OSL_10_18C": ("EC", False),
    "OSL_10_24": ("other", False),
    "OSL_10_2A": ("other", False),
    "LSKB_8_9": ("U", False),
    "SOL_19_1": ("H", False),
    "BRB_24_4": ("H", False),
    "TF_2": ("other", False),
}


def test_a_ground_for_only_some_authorities_asks_which():
    asked = said("--from social_services --to authority")
    assert "Är mottagaren Skatteverket?" in asked["SOL_15_7_2"]["asks"]
    assert "Har mottagaren till uppgift att ingripa mot brottet?" in asked["OSL_10_23"]["asks"]


def test_what_was_not_said_is_asked_and_what_was_said_is_not():
    unsaid, told = (said(f"--from social_services --to police {more}") for more in ("", "--born 2010-01-01"))
    question = "När är personen född?"
    assert question in unsaid["OSL_10_18A"]["asks"] and question not in told["OSL_10_18A"]["asks"]
    assert told["OSL_10_18A"]["why"] == "Personen är under 21 år."


def test_a_code_has_one_wording_on_every_day():
    for on in (date(2020, 1, 1), date(2026, 11, 23), date(2027, 8, 1), date(2040, 1, 1)):
        codes = [ground.code for ground in catalogue.current(on)]
        assert len(codes) == len(set(codes)) == 46
    assert [catalogue.find("SOL_15_2", date(2027, month, 1)).version for month in (7, 8)] == [1, 2]
    with pytest.raises(KeyError):
        catalogue.find("OSL_10_28", date(2026, 11, 23))


def test_the_catalogue_as_json_holds_every_wording():
    rows = json.loads(CliRunner().invoke(main, ["grounds", "--json"]).output)["grounds"]
    assert [(row["code"], row["version"]) for row in rows] == [(one.code, one.version) for one in catalogue.GROUNDS]
    assert all(row["ways"] and row["statute"] and row["title"] for row in rows)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--from church --to police", "church"),
        ("--from school --to police --secrecy 26", "26:1 eller 24:2 a"),
        ("--from school --to police --on 2026-02-30", "2026-02-30"),
        ("--from school --to police --on 2020-01-01 --born 2021-01-01", "efter utlämnandet"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(options, words):
    done = CliRunner().invoke(main, ["grounds", "explain", *options.split()])
    assert done.exit_code == 2 and words in done.output


def test_in_words_the_grounds_that_hold_come_first():
    output = CliRunner().invoke(main, ["grounds", "explain", "--from", "school", "--to", "police"]).output
    lines = [line.split(":")[0] for line in output.splitlines() if not line.startswith(" ")]
    assert lines == sorted(lines) and set(lines) == {"Kan användas", "Spärrad"}


def test_a_blocked_ground_holds_nothing_and_asks_nothing():
    blocked = [one for one in catalogue.explained(situation("--from police --to school")) if not one.available]
    assert blocked and all(isinstance(one, Explained) and not one.holds and not one.asks for one in blocked)


@pytest.fixture
def tightened(casework):
    """Kumla demands more of one ground from today, and has switched another one off."""
    with casework.installation() as installation, installation.session(KUMLA) as session:
        by = session.scalars(select(Account.id).limit(1)).one()
        asked = {"four_eyes": True, "begins": clock.today(session.now), "set_by": by, "set_at": session.now}
        session.add(GroundRule(code="OSL_10_18A", level="U", consult=True, off=False, **asked))
        session.add(GroundRule(code="OSL_10_27", level=None, consult=False, off=True, **asked))
    return casework


def test_with_a_municipality_the_catalogue_says_what_it_demands_and_without_one_what_the_law_does(tightened):
    named = json.loads(tightened("grounds", "--json", "--municipality", KUMLA).stdout)["grounds"]
    by_code = {row["code"]: row for row in named}
    assert len(by_code) == len(named) == 46
    demanded = {"level": "U", "consult": True, "four_eyes": True, "off": False}
    assert by_code["OSL_10_18A"].items() >= demanded.items() and by_code["OSL_10_27"]["off"]
    law = {row["code"]: row for row in json.loads(tightened("grounds", "--json").stdout)["grounds"]}
    assert law["OSL_10_18A"]["level"] == "FS" and not law["OSL_10_18A"].keys() & {"four_eyes", "off"}
    said = tightened("grounds", "--municipality", KUMLA).stdout
    assert "Beslut: U." in said and "Avstängd i kommunen." in said


def test_with_a_municipality_a_situation_is_explained_with_what_it_demands(tightened):
    words = ("grounds", "explain", "--from", "school", "--to", "police", "--json", "--municipality")
    off = {row["code"]: row for row in json.loads(tightened(*words, KUMLA).stdout)}["OSL_10_27"]
    assert (off["status"], off["why"]) == ("blocked", "Kommunen har stängt av grunden.")
    assert off["asks"] == [] and off["off"]
    assert "finns inte här" in tightened(*words, "9999", code=1).stderr
