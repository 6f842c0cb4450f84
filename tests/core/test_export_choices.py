"""Secrecy tested item by item: what is given, masked and withheld for whom, by which law and why."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from casework.core import access, case_exports, export_content, export_files, export_paper, export_rules
from casework.core.actions import Action
from casework.core.blackening import BLACKED, masked
from casework.core.errors import Broken, Refused
from casework.core.export_choices import FOR_A_PARTY, GIVE, MASK, WITHHOLD, Choice
from casework.core.export_rules import Wanted
from casework.core.models import Case, CaseExport
from casework.core.permissions import Permission
from tests.core.asking import decide
from tests.core.copies import EXTRACT, all_given, hand_out, order, put
from tests.paper.sheets import chance, read, squeezed, word
from tests.worlds import REGISTRY, World

OTHERS = "OSL_26_1"


@pytest.fixture
def case(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", heading="Samtal i skolan", text="Hon bor på Storgatan 4. Gösta mår bättre.")
    return case


def choosing(world: World, case: str, wanted: Wanted = EXTRACT, **changed: Choice) -> Wanted:
    """An order of everything in which each item is given but those that are named and what is sealed."""
    with world.session() as session:
        row = world.get(session, case)
        ids, whom = [one.id for one in export_rules.signed(session, row)], row.subject_id or ""
    asked = replace(wanted, entries=ids)
    if wanted.purpose != "archive":
        asked = replace(asked, recipient_id=wanted.recipient_id or whom)
    given = [
        replace(changed[one.field], entry_id=one.entry_id, field=one.field) if one.field in changed else one
        for one in all_given(world, case, asked)
    ]
    return replace(asked, choices=given)


def kept(verdict: str, *passages: str, law: str = OTHERS, reason: str = "Någon annan kan lida men") -> Choice:
    return Choice("", "", verdict, passages, law, reason)


def test_what_is_kept_back_is_in_no_form_of_the_copy_and_is_told_of_by_its_law_alone(world, case):
    wanted = choosing(
        world, case, text=kept(MASK, "Storgatan 4"), heading=kept(WITHHOLD, law="OSL_26_5", reason="Visar vilken skola")
    )
    made, _asked = order(world, case, wanted)
    content = hand_out(world, made).content
    (note,) = content.entries
    assert {one.field: one.words for one in note.answers}["text"] == f"Hon bor på {BLACKED}. Gösta mår bättre."
    assert "heading" not in {one.field for one in note.answers}
    assert sorted((one.partly, one.law) for one in content.withheld) == [
        (False, "26 kap. 5 § OSL"),
        (True, "26 kap. 1 § OSL"),
    ]
    pdf = export_paper.pdf(content)
    for copy in (content.as_json().decode(), export_files.page(content).decode(), read(pdf)):
        for gone in ("Storgatan", "Samtal i skolan", "Visar vilken skola", "Någon annan kan lida men"):
            assert gone not in copy and squeezed(gone) not in squeezed(copy), gone
        assert "26kap.5§OSL" in squeezed(copy) and squeezed("Uppgiften omfattas av sekretess.") in squeezed(copy)
    assert b"Storgatan" not in pdf and squeezed("Det här lämnas inte ut") in read(pdf)


def test_of_an_entry_that_is_kept_back_whole_nothing_is_told_but_that_there_is_one(world, case):
    gone = kept(WITHHOLD)
    whole = choosing(world, case, text=gone, heading=gone)
    fields = {one.field: gone for one in whole.choices if one.entry_id in whole.entries}
    made, _asked = order(world, case, choosing(world, case, EXTRACT, **fields))
    content = hand_out(world, made).content
    assert content.entries == [] and [(one.where, one.partly) for one in content.withheld] == [("", False)]
    assert squeezed("En hel anteckning, ett helt formulär eller något annat helt") in read(export_paper.pdf(content))


def test_a_party_gets_nothing_that_was_not_tested_item_by_item(world, case):
    party = put(world, case, "Vera Exempelsson", "guardian")
    wanted = replace(choosing(world, case, Wanted("party", party, assessment="Prövat")), choices=())
    with world.acting("maja") as (session, maja), pytest.raises(Refused, match="Pröva varje uppgift"):
        case_exports.order(session, REGISTRY, maja, case, wanted)


def test_why_a_step_was_taken_is_an_item_like_any_other(world, case):
    world.take("maja", case, "begin_assessment", reason="Flyttad till Storgatan 4")
    for choice, told in ((kept(MASK, "Storgatan 4"), f"Flyttad till {BLACKED}"), (kept(WITHHOLD), "")):
        made, _asked = order(world, case, choosing(world, case, step=choice))
        content = hand_out(world, made).content
        assert told in {one.reason for one in content.steps} and "Storgatan" not in str(content.steps)
        assert len(content.withheld) == 1


def test_a_sealed_answer_is_given_only_where_sealed_ones_may_go(world, case):
    world.sign("maja", case, "threat", threat_summary="Hotad av tidigare vänner")
    wanted = choosing(world, case)
    sealed = [one for one in wanted.choices if one.verdict == WITHHOLD]
    given = [Choice(one.entry_id, one.field, GIVE) if one in sealed else one for one in wanted.choices]
    assert sealed
    with pytest.raises(Refused, match="Förseglade uppgifter lämnas bara"):
        order(world, case, replace(wanted, choices=given))
    made, _asked = order(world, case, replace(wanted, choices=given, with_sealed=True))
    assert "Hotad av tidigare vänner" in hand_out(world, made).content.as_json().decode()
    made, _asked = order(world, case, wanted)
    assert "Hotad" not in hand_out(world, made).content.as_json().decode()


def test_an_item_that_names_somebody_else_says_so(world, case):
    put(world, case, "Vera Uttersson", "child")
    world.sign("maja", case, "note", text="Ringde Veras skola", heading="Samtal")
    wanted = choosing(world, case)
    with world.acting("maja") as (session, maja):
        _offer, _whom, listed = case_exports.to_test(session, REGISTRY, maja, case, wanted.recipient_id)
    assert [one.words for one in listed if one.names_others] == ["Ringde Veras skola"]


@pytest.mark.parametrize(
    ("purpose", "choice", "said"),
    [
        ("extract", kept(MASK, "Kungsgatan"), "precis som det står"),
        ("extract", kept(MASK), "precis som det står"),
        ("extract", kept(MASK, " "), "precis som det står"),
        ("extract", kept(WITHHOLD, reason=" "), "Skriv varför"),
        ("extract", kept(WITHHOLD, law=""), "stöd i lag"),
        ("extract", kept("perhaps"), "lämnas ut eller inte"),
        ("extract", kept(GIVE), "lämnas ut eller inte"),
        ("extract", kept(WITHHOLD, law=FOR_A_PARTY), "bara partsinsyn"),
        ("extract", kept(WITHHOLD, reason="x" * 1001), "Korta skälet"),
        ("party", kept(WITHHOLD), "synnerlig vikt"),
    ],
)
def test_what_is_kept_back_needs_a_law_that_holds_for_the_recipient_a_reason_and_words_that_stand_there(
    world, case, purpose, choice, said
):
    wanted = choosing(world, case, Wanted(purpose, assessment="Prövat"), text=choice)
    with pytest.raises(Refused, match=said):
        order(world, case, wanted)


def test_nothing_is_given_by_default(world, case):
    wanted = choosing(world, case)
    for choices in (wanted.choices[1:], [*wanted.choices, wanted.choices[0]], [Choice("x" * 22, "text", GIVE)]):
        with pytest.raises(Refused, match="Pröva varje uppgift"):
            order(world, case, replace(wanted, choices=choices))


def test_an_answer_that_nobody_tested_is_not_told(world, case):
    made, _asked = order(world, case, choosing(world, case))
    with world.acting("maja") as (session, maja):
        row = session.get_one(Case, (made.municipality, case))
        _case, decision = access.of_case(session, maja, Permission.CASE_EXPORT, case, Action.EXPORT_HANDED_OUT)
        chosen = export_rules.signed(session, row)
        content = export_content.gather(decision, REGISTRY, row, made, chosen, [])
    assert content.entries == []


def test_a_party_is_refused_only_what_it_is_of_extraordinary_importance_to_keep(world, case):
    party = put(world, case, "Vera Exempelsson", "guardian")
    choice = kept(WITHHOLD, law=FOR_A_PARTY, reason="Röjer var barnet bor")
    made, asked = order(world, case, choosing(world, case, Wanted("party", party, assessment="Prövat"), text=choice))
    assert asked is not None
    parameters = json.loads(asked.parameters)
    assert (parameters["masked"], parameters["withheld"]) == (0, 1)
    assert decide(world, asked, "fia") == "used"
    (one,) = hand_out(world, made).content.withheld
    assert (one.law, one.reason) == ("10 kap. 3 § OSL", "Det är av synnerlig vikt att uppgiften inte röjs.")


def test_what_was_decided_is_sealed_bound_and_never_changed(world, case):
    choice = kept(MASK, "Storgatan 4", reason="Hemligt skäl")
    made, _asked = order(world, case, choosing(world, case, text=choice))
    other, _asked = order(world, case, choosing(world, case))
    with world.session() as session:
        row = session.get_one(CaseExport, (made.municipality, made.id))
        assert row.choices is not None and b"Hemligt" not in row.choices.blob and b"Storgatan" not in row.choices.blob
        assert row.digest != export_rules.digest_of(other)
    for change in ({"choices_hash": "0" * 64}, {"choices_hash": None}):
        with pytest.raises(DBAPIError), world.session() as session:
            session.execute(update(CaseExport).where(CaseExport.id == made.id).values(change))
    with world.session() as session:
        session.execute(text("UPDATE case_exports SET choices = NULL WHERE id = :id"), {"id": made.id})
    with pytest.raises(Broken):
        hand_out(world, made)


def test_the_archive_gets_the_case_as_it_is(world, case):
    with world.session() as session:
        row = world.get(session, case)
        row.is_open, row.closed_on = False, session.now.date()
    with pytest.raises(Refused, match="som det är"):
        order(world, case, choosing(world, case, Wanted("archive"), text=kept(WITHHOLD)))


def test_every_given_answer_is_on_paper_and_no_other_is(world):
    by = chance()
    case = world.case("maja", name="Gösta Exempelsson")
    texts = {
        world.sign("maja", case, "note", text=said, heading=word(by)): said for said in (word(by) for _ in range(8))
    }
    for _ in range(4):
        wanted = choosing(world, case, Wanted("extract", assessment="Prövat"))
        kept_back = {id_: by.choice((GIVE, MASK, WITHHOLD)) for id_ in texts}
        choices = [
            replace(
                kept(verdict, *([texts[one.entry_id]] if verdict == MASK else [])), entry_id=one.entry_id, field="text"
            )
            if one.field == "text" and (verdict := kept_back[one.entry_id]) != GIVE
            else one
            for one in wanted.choices
        ]
        made, _asked = order(world, case, replace(wanted, choices=choices))
        found = read(export_paper.pdf(hand_out(world, made).content))
        assert {id_: said in found for id_, said in texts.items()} == {id_: kept_back[id_] == GIVE for id_ in texts}


@pytest.mark.parametrize(
    ("words", "passages", "left"),
    [
        ("abcd", ["abc", "cd"], BLACKED),
        ("abcabc", ["abca", "bc"], BLACKED),
        ("aaaa b", ["aa"], f"{BLACKED} b"),
        ("rad ett\r\nrad två", ["ett\nrad"], f"rad {BLACKED} två"),
        ("A\u030angström hemma", ["\u00c5ngström"], f"{BLACKED} hemma"),
        ("inget", [], "inget"),
    ],
)
def test_overlapping_passages_leave_nothing_between_them(words, passages, left):
    assert masked(words, passages) == left
