"""What was sent to a party before a decision, as its case reads it afterwards: as far as one may read it then."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import case_people, communication_paper, communications, emergencies, export_rules
from casework.core.errors import Refused
from casework.core.export_choices import FOR_A_PARTY, Choice
from casework.core.models import Communication
from tests.core.asking import decide
from tests.core.communicating import asked_for, content, instead, send, sent, shown
from tests.core.copies import order, put
from tests.worlds import World

STREET = "Exempelgatan 12"


@pytest.fixture
def addressed(world):
    """A case, and what was sent of it to its person: a note that was open to the team then."""
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", heading="Post", text=STREET)
    return case, sent(world, case)


def letter(world: World, case: str, id_: str) -> bytes:
    with world.acting("maja") as (session, maja):
        return communication_paper.letter(session, maja, case, id_)


def said(world: World, addressed: tuple[str, str], who: str) -> str:
    found = content(world, addressed[0], addressed[1], who)
    return "" if found is None else found.as_json().decode()


def protect(world: World, case: str) -> None:
    with world.acting("maja") as (session, maja):
        case_people.raise_protection(session, maja, case, 1)


def seal_whole(world: World, case: str) -> None:
    with world.session() as session:
        (entry,) = export_rules.signed(session, world.get(session, case))
    world.sign("maja", case, "note", corrects=entry.id, sealed=True, heading="Post", text="Rättat")


def test_what_was_sealed_since_it_was_sent_is_sealed_in_what_was_sent_too(world, addressed):
    case, _id = addressed
    world.name(case, "ulf", "co_officer", may_unseal=False)
    assert said(world, addressed, "ulf").count(STREET) == 1
    seal_whole(world, case)
    assert STREET not in said(world, addressed, "ulf") and '"left_out": "sealed"' in said(world, addressed, "ulf")
    assert said(world, addressed, "maja").count(STREET) == 1


def test_its_digest_is_told_to_nobody_who_could_guess_a_blank_by_it(world, addressed):
    case, id_ = addressed
    world.name(case, "ulf", "co_officer", may_unseal=False)
    one = shown(world, case, id_)
    assert one.order is not None
    digest = one.order.content_hash
    assert digest is not None and communications.digest_of(one, content(world, case, id_, "ulf")) == digest
    seal_whole(world, case)
    assert communications.digest_of(one, content(world, case, id_, "ulf")) == ""
    assert communications.digest_of(one, content(world, case, id_, "maja")) == digest
    assert communications.digest_of(one, None) == ""


def test_nothing_that_was_sent_is_read_through_the_glass_that_was_broken(world, addressed):
    case, _id = addressed
    with world.session() as session:
        number = world.get(session, case).number
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, number, "danger", "Larm")
    assert said(world, addressed, "jon") == ""
    assert shown(world, addressed[0], addressed[1], "jon").who.name == "Gösta Exempelsson"


def test_no_letter_is_fetched_again_of_what_was_sealed_since_or_takes_two_now(world, addressed):
    case, id_ = addressed
    assert letter(world, case, id_).startswith(b"%PDF")
    protect(world, case)
    with pytest.raises(Refused, match="fått skydd"):
        letter(world, case, id_)


def test_no_letter_is_fetched_again_of_an_entry_that_was_sealed_whole_since(world, addressed):
    case, id_ = addressed
    seal_whole(world, case)
    with pytest.raises(Refused, match="förseglats"):
        letter(world, case, id_)


def test_what_is_destroyed_when_the_case_closes_goes_into_nothing_that_is_kept(world):
    case = world.case("maja", name="Gösta Exempelsson")
    entry = world.sign("maja", case, "address", person__address_post=STREET)
    wanted = asked_for(world, case)
    with pytest.raises(Refused, match="Gallras") as refused:
        order(world, case, wanted)
    assert {one.field for one in refused.value.refusals} == {f"verdict:{entry}:person.address_post"}
    kept_back = Choice("", "", "withhold", (), FOR_A_PARTY, "Visar var personen bor")
    order(world, case, instead(wanted, **{"person.address_post": kept_back}))


def test_nothing_is_sent_to_a_guardian_who_has_come_to_be_one_who_must_not_know(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", heading="Samtal", text=STREET)
    guardian = put(world, case, "Gun Exempelsson", "guardian")
    made, asked = order(world, case, asked_for(world, case, guardian))
    assert asked is not None and decide(world, asked, "fia") == "used"
    world.people -= 1
    put(world, case, "Gun Exempelsson", "counterpart")
    with pytest.raises(Refused, match="får veta att ärendet finns"):
        send(world, case, made)
    with world.session() as session:
        assert session.scalars(select(Communication)).all() == []
