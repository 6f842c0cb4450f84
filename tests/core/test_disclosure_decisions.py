"""Who decides a disclosure, and what is asked about protected persons before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.core import access_rows, disclosure_decisions, disclosures, municipality_settings, notices, persons
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.grounds import tightening
from casework.core.grounds.ground import Decider
from casework.core.grounds.tightening import Rule
from casework.core.models import Person
from tests.core.consenting import TODAY, child, consented, withdraw
from tests.core.disclosing import (
    ALONE,
    LED,
    assessed,
    decided,
    kept,
    looked,
    on_consent,
    performed,
    read,
    refused,
    state,
    wish,
)
from tests.worlds import personal_number


def test_a_ground_above_the_officers_level_goes_to_whoever_was_chosen(world):
    case = child(world, 19)
    want = {"ground": LED, "said": {"committed": False}, "secrecy": "26:1"}
    assert refused(world, case, **want) == {"decider"}
    made = assessed(world, case, wish(world, case, **want, decider=world.ids["fia"]))
    assert (made.state, made.level, made.takes_two) == ("assessed", "FS", False)
    decided(world, made, "fia")
    assert performed(world, case, made).state == "performed"


def test_whoever_is_at_the_level_decides_it_themselves(world):
    case = child(world, 19)
    world.name(case, "fia", "co_officer")
    want = wish(world, case, ground=LED, said={"committed": False}, secrecy="26:1")
    assert assessed(world, case, want, "fia").state == "performed"


def test_a_ground_is_tried_on_the_day_of_the_disclosure(world):
    case = child(world, 21, days=1)
    want = {"ground": LED, "said": {"committed": False}, "secrecy": "26:1", "decider": world.ids["fia"]}
    made = assessed(world, case, wish(world, case, **want))
    decided(world, made, "fia")
    world.clock.move(days=1)
    assert "ground" in refused(world, case, **want)
    with pytest.raises(Refused):
        performed(world, case, made)


def test_four_eyes_of_the_municipality_send_it_to_somebody_else(world):
    case = world.case()
    with world.acting("lo") as (session, lo):
        tightening.tighten(session, lo, ALONE, Rule(four_eyes=True), TODAY)
    assert refused(world, case) == {"decider"}
    made = assessed(world, case, wish(world, case, decider=world.ids["fia"]))
    assert made.state == "assessed" and read(world, made) is None
    with pytest.raises(Conflict):
        performed(world, case, made)
    decided(world, made, "fia")
    assert state(world, case, made) == "approved" and read(world, made) is None
    assert performed(world, case, made).state == "performed"
    assert read(world, made) is not None
    with world.session() as session:
        assert access_rows.differences(session) == []


@pytest.mark.parametrize("who", ["maja", "sven", "ulf", "vilma", "erik"])
def test_nobody_but_who_was_asked_decides(world, who):
    case = world.case()
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    with pytest.raises(NotFound):
        decided(world, made, who)


def test_yes_or_maybe_on_harm_is_never_decided_by_who_assessed_it(world):
    case = world.case()
    assert refused(world, case, harm="maybe") == {"decider"}
    assert refused(world, case, harm="maybe", decider=world.ids["maja"]) == {"decider"}
    assert refused(world, case, harm="maybe", decider=world.ids["sven"]) == {"decider"}  # too low
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    with world.session() as session:
        assert [one.kind for one in notices.unread(session, world.ids["fia"])] == ["disclosure_waits"]
    decided(world, made, "fia", granted=False, answer="Vänta")
    stored = kept(world, case, made)
    assert (stored.state, stored.answer) == ("refused", "Vänta")
    with pytest.raises(Conflict):
        performed(world, case, made)


def test_a_no_says_why_and_what_was_shown_is_what_is_decided(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    with pytest.raises(Refused):
        decided(world, made, "fia", granted=False)
    made.content_hash = "0" * 64
    with pytest.raises(Conflict):
        decided(world, made, "fia")


def test_a_level_is_demanded_of_the_ground_and_raised_by_the_municipality(world):
    case = world.case()
    with world.acting("lo") as (session, lo):
        tightening.tighten(session, lo, ALONE, Rule(level=Decider.EC), TODAY)
    assert refused(world, case, decider=world.ids["fia"]) == {"decider"}
    made = assessed(world, case, wish(world, case, decider=world.ids["vilma"]))
    decided(world, made, "vilma")
    assert performed(world, case, made).state == "performed"


def test_what_changed_after_the_decision_is_not_given(world):
    case = world.case()
    entry = world.sign("maja", case, "note", text="Först")
    items = (f"{entry}:text",)
    made = assessed(world, case, wish(world, case, items=items, harm="maybe", decider=world.ids["fia"]))
    decided(world, made, "fia")
    world.sign("maja", case, "note", corrects=entry, text="Rättat")
    with pytest.raises(Refused) as error:
        performed(world, case, made)
    assert {one.field for one in error.value.refusals} == {"items"}
    with world.acting("maja") as (session, maja):
        disclosures.withdraw(session, maja, case, made.id)
    assert state(world, case, made) == "refused" and read(world, made) is None


def test_what_was_decided_by_one_is_not_given_once_it_takes_two(world):
    case = world.case()
    with world.acting("lo") as (session, lo):
        tightening.tighten(session, lo, ALONE, Rule(level=Decider.FS), TODAY)
        tightening.tighten(session, lo, ALONE, Rule(level=Decider.EC), TODAY + timedelta(days=1))
    made = assessed(world, case, wish(world, case, decider=world.ids["fia"]))
    decided(world, made, "fia")
    world.clock.move(days=1)
    with pytest.raises(Refused, match="mer nu"):
        performed(world, case, made)


def test_a_decision_that_nobody_acts_on_lapses(world):
    case = world.case()
    want = wish(world, case, harm="maybe", decider=world.ids["fia"], recipient="court", outside="Rätten", until=None)
    first, second = assessed(world, case, want), assessed(world, case, want)
    for made in (first, second):
        decided(world, made, "fia")
    world.clock.move(days=30)
    assert performed(world, case, first).state == "performed"
    world.clock.move(days=1)
    assert state(world, case, second) == "lapsed"
    with pytest.raises(Refused, match="förfallit"):
        performed(world, case, second)
    with world.acting("maja") as (session, maja):
        disclosures.withdraw(session, maja, case, second.id)
    assert state(world, case, second) == "refused"


def test_a_municipality_lets_decisions_lapse_sooner_and_never_later(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    decided(world, made, "fia")
    with world.session() as session:
        municipality_settings.choose(session, "disclosure_days", 2)
        with pytest.raises(Refused):
            municipality_settings.choose(session, "disclosure_days", 31)
    world.clock.move(days=3)
    with pytest.raises(Refused, match="förfallit"):
        performed(world, case, made)


def test_what_was_decided_is_not_given_once_somebody_is_protected_more_closely(world):
    case = world.case(protection=1)
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    decided(world, made, "fia")
    with world.acting("maja") as (session, maja):
        person = session.get_one(Person, (session.municipality, world.get(session, case).subject_id))
        persons.raise_protection(session, maja, person, 2)
    with pytest.raises(Refused, match="skydd"):
        performed(world, case, made)


@pytest.mark.parametrize("how", ["withdrawn", "birthday", "guardian"])
def test_what_was_decided_on_consent_is_not_given_once_it_does_not_cover_it(world, how):
    case = child(world, 15, days=2)
    consents = [consented(world, case, "guardian", nth) for nth in range(2)]
    made = assessed(world, case, on_consent(world, case, ground="OSL_12_3", harm="maybe", decider=world.ids["fia"]))
    decided(world, made, "fia")
    if how == "withdrawn":
        withdraw(world, case, consents[0])
    elif how == "birthday":
        world.clock.move(days=2)
    else:
        with world.acting("maja") as (session, maja):
            other = persons.add(session, maja, "Tredje Förälder", personal_number(79), 0)
            persons.put_in_case(session, world.get(session, case), other, "guardian")
    with pytest.raises(Refused) as error:
        performed(world, case, made)
    assert "ground" in {one.field for one in error.value.refusals}


# Protected persons ----------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2, 3])
def test_every_protected_person_has_a_warning_that_must_be_ticked(world, level):
    case = world.case(protection=level)
    fia = world.ids["fia"]
    assert refused(world, case, warned=(), decider=fia) == {"warned"}
    made = assessed(world, case, wish(world, case, decider=fia))
    assert made.state == ("performed" if level == 1 else "assessed")


def test_of_the_others_in_a_case_those_are_warned_of_who_are_named_in_what_was_chosen(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        row = world.get(session, case)
        partner = persons.add(session, maja, "Petra Provlund", personal_number(77), 1)
        persons.put_in_case(session, row, partner, "partner")
    entry = world.sign("maja", case, "note", text="Träffade PETRAS bror", heading="Annat")
    assert [one.name for one in looked(world, case, wish(world, case, items=(f"{entry}:text",))).protected] == [
        "Petra Provlund"
    ]
    assert looked(world, case, wish(world, case, items=(f"{entry}:heading",))).protected == []


def test_somebody_who_must_not_know_is_no_recipient_in_words(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        row = world.get(session, case)
        other = persons.add(session, maja, "Motte Partsson", personal_number(78), 0)
        persons.put_in_case(session, row, other, "counterpart", may_not_know=True)
    want = {"recipient": "individual", "items": ("person:name",)}
    assert refused(world, case, **want, outside="Herr Motte Partsson") == {"outside"}
    assert refused(world, case, **want, outside="") == {"outside"}
    assert refused(world, case, **want, outside="Advokat Lo Lagström") == set()


@pytest.mark.parametrize("marked", [True, False])
def test_somebody_who_must_not_know_is_no_recipient_with_an_account(world, marked):
    case = world.case()
    with world.acting("maja") as (session, maja):
        row, erik = world.get(session, case), world.account(session, "erik").name
        for nth, name in enumerate((erik.upper(), f"{erik.split()[0]} Annan")):
            other = persons.add(session, maja, name, personal_number(78 + nth), 0)
            part = "counterpart" if not marked else "relative"
            persons.put_in_case(session, row, other, part, may_not_know=marked and nth == 0)
    assert refused(world, case) == {"recipient"}
    pia = f"school:{world.ids['pia']}"  # another name, though somebody with the same first one must not know
    assert refused(world, case, recipient=pia, items=("person:name",)) == set()


def test_who_decides_sees_what_the_consents_it_rests_on_leave_out(world):
    case = world.case()
    consented(world, case, note="Inte om brodern")
    made = assessed(world, case, on_consent(world, case, harm="maybe", decider=world.ids["fia"]))
    on_the_law = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    with world.acting("fia") as (session, fia):
        assert [words for _name, words in disclosure_decisions.one(session, fia, made.id).reserved] == [
            "Inte om brodern"
        ]
        assert disclosure_decisions.one(session, fia, on_the_law.id).reserved == []


def test_whoever_decides_reads_nothing_of_what_a_consent_leaves_out_that_it_does_not_rest_on(world):
    case = world.case()
    consented(world, case, note="Inget om brodern")
    consented(world, case, kinds=("school",), note="Bara nya skolan")
    later = TODAY + timedelta(days=40)
    consented(world, case, kinds=("health",), valid_from=later, note="Om hälsan först efter jul")
    made = assessed(world, case, on_consent(world, case, harm="maybe", decider=world.ids["fia"]))
    with world.acting("fia") as (session, fia):
        reserved = disclosure_decisions.one(session, fia, made.id).reserved
    assert [words for _name, words in reserved] == ["Inget om brodern"]
