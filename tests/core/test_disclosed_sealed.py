"""What was sealed in the case and then told is read in the case by those who may open it there, and by nobody else."""

from __future__ import annotations

import pytest

from casework.core import destruction, disclosure_paper, emergencies, reading
from casework.core.disclosure_wish import Wish
from casework.core.errors import NotFound, Refused
from casework.core.frozen import Frozen
from casework.core.grounds.situations import PLACES
from casework.core.permissions import OPERATOR
from tests.core.disclosing import assessed, decided, kept, looked, performed, refused, wish
from tests.core.disclosing import read as received
from tests.paper.sheets import read, squeezed

ROUTINE, BLANK = "Kodord: snö", "Förseglad uppgift"


@pytest.fixture
def told(world):
    """A case, and a sealed routine of it that was told to the police, between two notes."""
    case = world.case(name="Gösta Exempelsson")
    before = world.sign("maja", case, "note", text="Ringde först")
    world.clock.move(minutes=1)
    routine = world.sign("maja", case, "safety", safety_routine=ROUTINE)
    world.clock.move(minutes=1)
    after = world.sign("maja", case, "note", text="Ringde sedan")
    with world.acting("maja") as (session, maja):
        reading.unseal(session, maja, case, routine, "safety_routine", "contact", "")
    items = (f"{after}:text", f"{routine}:safety_routine", "person:name", f"{before}:text")
    made = assessed(world, case, wish(world, case, items=items, decider=world.ids["vilma"]))
    decided(world, made, "vilma")
    made = performed(world, case, made)
    world.clock.move(hours=3)
    return case, made


def text(world, told, who):
    found = kept(world, told[0], told[1], who)
    assert found.content is not None
    return [part.text for part in found.content.parts if part.heading != "Om utlämnandet"], found.is_whole


def test_whoever_may_open_it_and_its_recipient_read_what_was_told(world, told):
    whole = ["Gösta Exempelsson", "Ringde först", ROUTINE, "Ringde sedan"]
    assert text(world, told, "maja") == (whole, True)
    opened = received(world, told[1])
    assert opened is not None and [part.text for part in opened.content.parts][:4] == whole


@pytest.mark.parametrize("who", ["sven", "ulf", "jon"])
def test_whoever_may_not_open_it_finds_a_blank_in_its_place(world, told, who):
    if who == "jon":
        with world.session() as session:
            number = world.get(session, told[0]).number
        with world.acting("jon") as (session, jon):
            emergencies.enter(session, jon, number, "danger", "Larm")
    else:
        world.name(told[0], who, "reader" if who == "sven" else "co_officer", may_unseal=False)
    assert text(world, told, who) == (["Gösta Exempelsson", "Ringde först", BLANK, "Ringde sedan"], False)


def test_they_send_no_letter_and_their_print_has_the_same_blank(world, told):
    case, made = told
    world.name(case, "ulf", "co_officer", may_unseal=False)
    with world.acting("ulf") as (session, ulf):
        sheet = read(disclosure_paper.work_print(session, ulf, case, made.id, PLACES))
    assert squeezed(BLANK) in sheet and squeezed(ROUTINE) not in sheet
    with pytest.raises(Refused, match="förseglad"), world.acting("ulf") as (session, ulf):
        disclosure_paper.letter(session, ulf, case, made.id, PLACES)
    with world.acting("maja") as (session, maja):
        assert squeezed(ROUTINE) in read(disclosure_paper.letter(session, maja, case, made.id, PLACES))
    with pytest.raises(NotFound), world.acting("sven") as (session, sven):
        disclosure_paper.letter(session, sven, case, made.id, PLACES)


def test_beside_a_blank_no_digest_lets_what_is_blank_be_guessed(world, told):
    case, made = told
    world.name(case, "ulf", "co_officer", may_unseal=False)
    whole, blank = kept(world, case, made, "maja"), kept(world, case, made, "ulf")
    assert blank.content is not None
    guess = Frozen(tuple(part._replace(text=ROUTINE) if part.text == BLANK else part for part in blank.content.parts))
    assert whole.digest == guess.digest, "it would be found by trying"
    assert blank.digest == ""
    with world.acting("ulf") as (session, ulf):
        sheet = read(disclosure_paper.work_print(session, ulf, case, made.id, PLACES))
    assert guess.digest not in sheet


# Sealed since ------------------------------------------------------------------------------------


STREET = "Exempelgatan 12"


@pytest.mark.parametrize("who", ["ulf", "jon"])
def test_what_was_sealed_since_it_was_told_is_a_blank_to_whoever_may_not_open_it(world, who):
    case = world.case(name="Gösta Exempelsson")
    entry = world.sign("maja", case, "note", text=STREET)
    key = f"{entry}:text"
    made = assessed(world, case, wish(world, case, items=("person:name", key), decider=world.ids["fia"]))
    if made.state == "assessed":
        decided(world, made, "fia")
        made = performed(world, case, made)
    if who == "ulf":
        world.name(case, "ulf", "co_officer", may_unseal=False)
    else:
        with world.session() as session:
            number = world.get(session, case).number
        with world.acting("jon") as (session, jon):
            emergencies.enter(session, jon, number, "danger", "Larm")
    assert STREET in text(world, (case, made), who)[0]
    world.sign("maja", case, "note", corrects=entry, sealed=True, text="Rättad")
    assert text(world, (case, made), who) == (["Gösta Exempelsson", BLANK], False)
    assert text(world, (case, made), "maja") == (["Gösta Exempelsson", STREET], True)
    if who == "ulf":
        with world.acting("ulf") as (session, ulf):
            sheet = read(disclosure_paper.work_print(session, ulf, case, made.id, PLACES))
        assert squeezed(STREET) not in sheet and squeezed(BLANK) in sheet


def test_what_goes_with_its_place_goes_into_no_copy_and_the_rest_can_be_shown_after_it(world):
    case = world.case(name="Gösta Exempelsson")
    address = world.sign("maja", case, "address")
    with world.acting("maja") as (session, maja):
        reading.unseal(session, maja, case, address, "person.address_real", "contact", "")
    own = [item for group in looked(world, case, Wish()).offered for item in group.items if address in item.key]
    assert own and all(item.barred for item in own)
    assert refused(world, case, items=("person:name", own[0].key), decider=world.ids["vilma"]) == {"items"}
    made = assessed(world, case)
    with world.session() as session:
        destruction.places(session, OPERATOR, world.get(session, case))
    assert text(world, (case, made), "maja")[0][0] == "Gösta Exempelsson"
