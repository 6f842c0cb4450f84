"""Nothing of a case is told in a copy untested: not where it stands, its steps, what came in or what was given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.core import access, export_files, export_items, export_paper, export_rules
from casework.core.actions import Action
from casework.core.blackening import BLACKED
from casework.core.errors import Refused
from casework.core.export_choices import FOR_A_PARTY, GIVE, MASK, WITHHOLD, Choice
from casework.core.export_rules import Wanted
from casework.core.export_shape import CASE, STEP, TAKEN, Content, Item
from casework.core.permissions import Permission
from tests.core.asking import decide
from tests.core.communicating import content as kept_content
from tests.core.communicating import send
from tests.core.copies import EXTRACT, hand_out, order, put, subject
from tests.core.disclosing import assessed
from tests.core.handing import CHILD, WORRY, Hand
from tests.paper.sheets import read, squeezed
from tests.worlds import REGISTRY, World

OTHERS = "OSL_26_1"


@pytest.fixture
def case(world):
    """A case with a report from the school in it, a step, and something that was given to the police."""
    case = world.case("maja", name="Gösta Exempelsson")
    hand = Hand(world)
    sent = hand.pass_on(hand.opened(worry=f"{WORRY} Sade Pia till Vera."), "maja")
    hand.add(sent, case)
    put(world, case, "Vera Uttersson", "child")
    world.sign("maja", case, "note", heading="Samtal", text="Pia Partnersson ringde. Gösta mår bättre.")
    world.clock.move(minutes=1)
    world.take("maja", case, "begin_assessment", reason="Nytt läge")
    assessed(world, case)
    world.clock.move(minutes=1)
    return case


def listed(world: World, case: str, whom: str) -> list[Item]:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_EXPORT, case, Action.EXPORT_ORDERED)
        signed = export_rules.signed(session, row)
        return export_items.items(decision, REGISTRY, row, whom, signed)


def wanted(world: World, case: str, wish: Wanted = EXTRACT, given=lambda one: True, law: str = OTHERS) -> Wanted:
    """A copy in which each item is given or withheld, as ``given`` says; what is sealed is withheld."""
    whom = wish.recipient_id or subject(world, case)
    items = listed(world, case, whom)
    choices = [
        Choice(one.place, one.field, GIVE)
        if one.words is not None and given(one)
        else Choice(one.place, one.field, WITHHOLD, (), law, "Prövat")
        for one in items
    ]
    entries = tuple(dict.fromkeys(one.place for one in items if one.is_entry))
    return replace(wish, recipient_id=whom, entries=entries, choices=choices)


def as_begun(one: Item) -> bool:
    """As the form begins: what names somebody else, or is kept back by a law of its own, is not given."""
    return not one.names_others and not one.law


def copied(world: World, case: str, wish: Wanted) -> Content:
    made, asked = order(world, case, wish)
    if asked is not None:
        assert decide(world, asked, "fia") == "used"
    return hand_out(world, made).content


def everywhere(content: Content) -> str:
    """Everything that any form of a copy says."""
    return content.as_json().decode() + export_files.page(content).decode() + read(export_paper.pdf(content))


def test_each_thing_is_an_item_to_be_tested(world, case):
    found = listed(world, case, subject(world, case))
    assert {one.field for one in found if one.place == CASE} == {"number", "area", "type", "state", "opened"}
    labels = {one.label for one in found}
    assert {"Vad har hänt, och vad är oron?", "Namn", "Kontakt", "Till", "Vilka uppgifter"} <= labels
    assert {TAKEN, STEP} <= {one.field for one in found}
    wish = wanted(world, case)
    for nth, one in enumerate(wish.choices):
        if not nth % 5:
            with pytest.raises(Refused, match="Pröva varje uppgift"):
                order(world, case, replace(wish, choices=[other for other in wish.choices if other != one]))


def test_of_what_is_withheld_nothing_is_told_and_no_number_of_things(world, case):
    said = everywhere(content := copied(world, case, wanted(world, case, given=lambda one: False)))
    with world.session() as session:
        row = world.get(session, case)
        gone = [row.number, "Avhopp", "Förhandsbedömning", "Inkommen", WORRY, "Orosanmälan"]
    gone += ["Skola", "Polisen", "Kurator", "Pia", "Vera"]
    assert [one for one in gone if squeezed(one) in squeezed(said)] == []
    assert content.entries == [] and content.steps == [] and content.received == [] and content.given == []
    whole = [one for one in content.withheld if not one.where]
    assert len(whole) == 1 and {one.law for one in content.withheld} == {"26 kap. 1 § OSL"}
    assert len(content.withheld) == 2  # of the case itself, and of all the rest together


def test_what_is_given_is_told_in_every_form_of_the_copy(world, case):
    content = copied(world, case, wanted(world, case))
    pdf = read(export_paper.pdf(content))
    for words in ("Orosanmälan", WORRY, CHILD, "Kurator 019-00 00 00", "Polisen", "Vilka uppgifter", content.number):
        assert squeezed(words) in pdf, words
        assert words in export_files.page(content).decode(), words
    assert content.received[0].label == "Orosanmälan" and [one.label for one in content.given]
    assert "Vera" not in everywhere(content)


def test_who_reported_is_kept_back_until_somebody_chooses_otherwise_and_blacked_out_elsewhere(world, case):
    found = listed(world, case, subject(world, case))
    begins = {one.label: one.law for one in found if one.law == "OSL_26_5"}
    assert set(begins) == {"Namn", "Kontakt", "Vad har hänt, och vad är oron?"}
    said = everywhere(copied(world, case, wanted(world, case, given=as_begun)))
    assert "Pia" not in said and "Partnersson" not in said and "Kurator" not in said and CHILD in said
    given = wanted(world, case, given=lambda one: one.law != "OSL_26_5" or one.label.startswith("Vad har hänt"))
    told = copied(world, case, given)
    assert f"{WORRY} Sade {BLACKED} till {BLACKED}." in told.as_json().decode()
    assert "Pia" not in everywhere(told)
    plain = copied(world, case, EXTRACT)  # tested as a whole: neither what came in nor who sent it
    assert WORRY not in everywhere(plain) and "Pia" not in everywhere(plain)


def test_a_step_of_protection_begins_as_kept_back_and_is_told_only_if_it_is_given(world, case):
    world.take("maja", case, "protection.start_protection")
    found = [one for one in listed(world, case, subject(world, case)) if one.law == "OSL_21_3"]
    assert found and all("skydd" in one.heading.casefold() for one in found)
    said = copied(world, case, wanted(world, case, given=as_begun))
    assert said.steps and not any("skydd" in one.label.casefold() for one in said.steps)
    assert not any("skydd" in one.where.casefold() for one in said.withheld)


def test_a_masked_step_is_masked_where_it_says_what_is_kept_back_too(world, case):
    wish = wanted(world, case)
    (step,) = [one for one in listed(world, case, subject(world, case)) if one.field == TAKEN][-1:]
    masked = Choice(step.place, TAKEN, MASK, (step.label if step.words is None else step.words,), OTHERS, "Visar skede")
    choices = [masked if (one.entry_id, one.field) == (step.place, TAKEN) else one for one in wish.choices]
    content = copied(world, case, replace(wish, choices=choices))
    assert (step.words or "") not in {one.label for one in content.steps}
    assert all((step.words or "") not in one.where for one in content.withheld)


def test_where_a_case_stands_is_not_told_once_it_has_moved_on_since_that_was_tested(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note")
    made, _asked = order(world, case, wanted(world, case))
    world.clock.move(minutes=1)
    world.take("maja", case, "begin_assessment", reason="Nytt läge")
    content = hand_out(world, made).content
    assert content.state == "" and content.number and "Nytt läge" not in everywhere(content)


def test_a_party_is_told_no_number_of_the_person_it_is_about_unless_that_is_given(world, case):
    party = put(world, case, "Gun Exempelsson", "guardian")
    wish = Wanted("party", party, assessment="Prövat")
    hidden = copied(world, case, wanted(world, case, wish, given=as_begun, law=FOR_A_PARTY))
    about = next(one for one in hidden.persons if one.name == "Gösta Exempelsson")
    assert (about.number, about.birth_date, about.protection) == (None, None, 0)
    told = copied(world, case, wanted(world, case, wish, law=FOR_A_PARTY))
    assert next(one for one in told.persons if one.name == "Gösta Exempelsson").number


def test_before_a_decision_the_same_is_tested_and_kept_as_it_was(world, case):
    with world.session() as session:
        last = session.now.date().replace(day=1).replace(month=12)
    wish = Wanted("communication", "", assessment="Prövat", answer_by=last)
    made, asked = order(world, case, wanted(world, case, wish, given=as_begun, law=FOR_A_PARTY))
    assert asked is None
    id_ = send(world, case, made)
    kept = kept_content(world, case, id_)
    assert kept is not None and kept.received and kept.given and CHILD in kept.as_json().decode()
    assert "Pia" not in kept.as_json().decode()
    with pytest.raises(Refused, match="Pröva varje uppgift"):
        order(world, case, replace(wanted(world, case, wish, law=FOR_A_PARTY), choices=()))


def test_what_came_in_or_was_given_after_the_order_is_not_told(world, case):
    made, _asked = order(world, case, wanted(world, case))
    hand = Hand(world)
    hand.add(hand.pass_on(hand.opened(worry="Något helt nytt"), "maja"), case)
    content = hand_out(world, made).content
    assert len(content.received) == 1 and "Något helt nytt" not in everywhere(content)
