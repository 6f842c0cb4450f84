"""Who may be told of a case, and what is said before something of it goes out."""

from __future__ import annotations

from itertools import pairwise

import pytest

from casework.core import access, case_people, cases, consent_rules, deciders, export_rules, telling, written_names
from casework.core.actions import Action
from casework.core.permissions import Permission
from casework.core.registration import Identified
from tests.core.disclosing import refused
from tests.worlds import REGISTRY, personal_number

PARTS = ("guardian", "child", "partner", "relative", "counterpart")


@pytest.fixture
def case(world):
    return world.case("maja")


def put(world, case, nth, role, *, may_not_know=False, protection=0):
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(40 + nth).digits, f"Person {nth}", protection)
        return case_people.add(session, maja, case, who, role, may_not_know=may_not_know).person_id


def opened(session, actor, case):
    return access.of_case(session, actor, Permission.CASE_OPEN, case, Action.CASE_OPENED)


@pytest.mark.parametrize("role", PARTS)
@pytest.mark.parametrize("marked", [False, True])
def test_a_counterpart_and_whoever_is_marked_is_told_nothing(world, case, role, marked):
    person = put(world, case, 1, role, may_not_know=marked)
    kept = marked or role == "counterpart"
    with world.acting("maja") as (session, maja):
        row, decision = opened(session, maja, case)
        assert telling.may_be_told(session, row, person) is not kept
        assert (person in export_rules.who_may_be_told(session, row)) is not kept
        warned = [one.name for one in telling.warnings_before_sending(decision, row)]
    assert warned == (["Person 1"] if kept else [])


def test_one_part_that_keeps_it_from_somebody_keeps_it_from_them_in_every_part(world, case):
    guardian = put(world, case, 1, "guardian")
    with world.acting("maja") as (session, maja):
        row, decision = opened(session, maja, case)
        assert telling.may_be_told(session, row, guardian)
        assert [one.may_be_asked for one in consent_rules.givers(decision, row)] == [True, True]
    assert put(world, case, 1, "counterpart") == guardian
    with world.acting("maja") as (session, maja):
        row, decision = opened(session, maja, case)
        assert not telling.may_be_told(session, row, guardian)
        assert guardian not in export_rules.who_may_be_told(session, row)
        assert [one.may_be_asked for one in consent_rules.givers(decision, row)] == [True, False]
        [warned] = telling.warnings_before_sending(decision, row)
    assert warned.words == telling.ADVERSARY


def test_who_has_no_part_in_a_case_is_not_told_of_it(world, case):
    elsewhere = put(world, world.case("maja"), 2, "relative")
    with world.acting("maja") as (session, _maja):
        row = world.get(session, case)
        assert not telling.may_be_told(session, row, elsewhere)
        assert not telling.may_be_told(session, row, "finns-inte")
        assert telling.may_be_told(session, row, row.subject_id)


def test_every_level_has_words_of_its_own_and_the_worst_comes_first(world, case):
    people = {level: put(world, case, level, "relative", protection=level) for level in (1, 2, 3)}
    put(world, case, 5, "counterpart")
    with world.acting("maja") as (session, maja):
        row, decision = opened(session, maja, case)
        warned = telling.warnings_before_sending(decision, row)
        assert [one.words for one in warned] == [*(telling.PROTECTED[level] for level in (3, 2, 1)), telling.NOT_TOLD]
        assert all("{name}" in one.words for one in warned)
        assert [one.name for one in warned] == ["Person 3", "Person 2", "Person 1", "Person 5"]
        about_one = telling.warnings_before_sending(decision, row, {people[2]})
    assert [one.name for one in about_one] == ["Person 2", "Person 5"]  # who must not know is always named
    assert all(one != other for one, other in pairwise(sorted(telling.PROTECTED.values())))


def test_a_raised_level_is_warned_of_in_every_case_of_the_person(world, case):
    other = world.case("sven")
    person = put(world, case, 1, "relative")
    with world.acting("sven") as (session, sven):
        who = Identified(personal_number(41).digits, "Person 1", 0)
        assert case_people.add(session, sven, other, who, "partner", may_not_know=False).person_id == person
        row, decision = opened(session, sven, other)
        assert telling.warnings_before_sending(decision, row) == ()
    put(world, world.case("maja"), 1, "relative", protection=1)
    with world.acting("sven") as (session, sven):
        row, decision = opened(session, sven, other)
        assert [one.words for one in telling.warnings_before_sending(decision, row)] == [telling.PROTECTED[1]]


def test_who_only_decides_in_a_case_is_warned_of_nobody(world, case):
    put(world, case, 5, "counterpart")
    world.take("maja", case, "begin_assessment")
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "do_not_open", world.ids["fia"], [], "Avgör")
    with world.acting("fia") as (session, fia):
        row, decision = cases.open_case(session, fia, case, "overview")
        assert telling.warnings_before_sending(decision, row) == ()


@pytest.mark.parametrize(
    ("name", "other", "one"),
    [
        ("Erik Johan Demosson", "Erik Demosson", True),
        ("Erik Demosson", "Erik Johan Demosson", True),
        ("Demosson, ERIK", "Erik Demosson", True),
        ("Anna-Lena Ek-Prov", "Anna Lena Ek", True),
        ("Asa\u030a Prov", "As\u00e5 Prov", True),
        ("Åsa Öberg", "Asa Oberg", True),
        ("André Nyström", "Andre Nystrom", True),
        ("Søren Bæk", "Sören Bäk", True),
        ("Erik De\u00admosson", "Erik Demo\u200bsson", True),
        ("Erik", "Erik", True),
        ("Erik", "Erik Demosson", False),
        ("Erik Johan Demosson", "Erik Olof Demosson", False),
        ("Erik Demosson", "Elin Demosson", False),
        ("", "", False),
    ],
)
def test_a_name_too_many_or_too_few_makes_nobody_somebody_else(name, other, one):
    assert written_names.may_be_one(name, other) is written_names.may_be_one(other, name) is one


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Erik Demosson", True),
        ("Herr ERIK  Demosson, boende på orten", True),
        ("Erik Johan Demosson", True),
        ("Demosson, Erik", True),
        ("Johan Demosson", True),
        ("åklagare Demosson", True),
        ("Lisa Demosson", True),
        ("E. Demosson", True),
        ("Demossons ombud", True),
        ("Eriks ombud", True),
        ("erik", True),
        ("Erik på orten", True),
        ("Erik D.", True),
        ("åklagare Erik Larsson", False),
        ("Johan Berg", False),
        ("Erik Larsson och Erik", True),
        ("åklagare i tjänst", False),
        ("Advokat Lo Lagström", False),
        ("", False),
    ],
)
def test_words_that_say_who_is_told_mean_somebody_as_two_names_do(words, named):
    assert written_names.is_named("Erik Johan Demosson", words) is named


def test_of_two_people_with_the_same_given_name_one_may_be_told(world, case):
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(41).digits, "Erik Johan Demosson", 0)
        case_people.add(session, maja, case, who, "counterpart", may_not_know=False)
    to = {"recipient": "prosecutor", "until": None}
    for words, fault in (
        ("Kammaråklagare Erik Larsson", set()),
        ("Johan Demosson", {"outside"}),
        ("Erik Demosson", {"outside"}),
        (f"den med nummer {personal_number(41).digits}", {"outside"}),
    ):
        assert refused(world, case, **to, outside=words) & {"outside"} == fault


@pytest.mark.parametrize(("role", "kept"), [("counterpart", True), ("relative", False)])
def test_who_bears_a_name_of_the_case_less_one_is_told_nothing_whether_kept_away_or_not(world, case, role, kept):
    assert "recipient" not in refused(world, case)
    with world.acting("maja") as (session, maja):
        who = Identified(personal_number(41).digits, "Erik Johan Demosson", 0)
        case_people.add(session, maja, case, who, role, may_not_know=False)
    assert "recipient" in refused(world, case)
    with world.acting("maja") as (session, maja):
        row, decision = opened(session, maja, case)
        assert telling.is_kept_away(decision, row, "Erik Demosson") is kept
        assert telling.is_in_case(decision, row, "Erik Demosson")


@pytest.mark.parametrize(
    "words",
    [
        *("Pe\u00adtra Polis\u00adlund", "Petra\u200b Polis\u200blund", "Petra_Polislund", "Polis\u034flund"),
        *("Polis-\nlund", "Polis\u00ad\nlund", "Polis\u2010\r\nlund", "Polis-\u2028lund", "Polis\ufe0flund"),
    ],
)
def test_signs_that_nobody_sees_and_the_end_of_a_line_hide_no_name(words):
    assert written_names.is_named("Petra Polislund", words)
    assert written_names.is_written("Petra Polislund", f"Petra {words}")


@pytest.mark.parametrize(
    "other",
    [
        *("Annakarin ONeill", "Anna-Karin O'Neill", "Anna Karin O’Neill", "AnnaKarin ONeill Berg"),
        *("Anna Karin ONeill", "Annakarin O Neill", "Anna\u2010Karin O\u02bcNeill", "Anna\u2011Karin O\u00b4Neill"),
        *("Annakarin O`Neill", "Anna–Karin ONeill"),
    ],
)
def test_a_name_is_the_same_name_with_and_without_what_joins_it(other):
    assert written_names.may_be_one("Anna-Karin O'Neill", other)
    assert written_names.is_named("Anna-Karin O'Neill", f"hans mor {other}")
    assert written_names.is_written("Anna-Karin O'Neill", f"I dag ringde {other} om sin son.")


@pytest.mark.parametrize(
    ("name", "other", "one"),
    [
        ("Anna Karin Berg", "Annakarin Berg", True),
        ("Omar Al Hassan", "Omar Alhassan", True),
        ("Erik J Svensson", "Erik Johan Svensson", True),
        ("Erik J Svensson", "Erik Olof Svensson", False),
        ("E Svensson", "Erik Svensson", False),
        ("Karin Berg", "Annakarin Berg", False),
    ],
)
def test_a_space_or_an_initial_makes_nobody_somebody_else(name, other, one):
    assert written_names.may_be_one(name, other) is written_names.may_be_one(other, name) is one


@pytest.mark.parametrize(
    ("name", "words"), [("Annakarin Berg", "Anna Karin Berg"), ("Anna Karin Berg", "Annakarin Bergs")]
)
def test_a_text_may_part_a_name_or_join_it(name, words):
    assert written_names.is_written(name, f"I dag ringde {words} bror.")


def test_two_names_are_not_one_where_only_the_joined_part_is_shared():
    assert not written_names.may_be_one("Anna-Karin Berg", "Anna-Karin Lind")
    assert written_names.may_be_one("Oguz Isik", "Oğuz Işık")
