"""A disclosure on paper: what was given, word for word, as a letter while it may go out and marked for work after."""

from __future__ import annotations

import json
from datetime import timedelta

import outloud
import pytest
from sqlalchemy import select

from casework.core import disclosure_paper, disclosures
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.grounds import tightening
from casework.core.grounds.situations import PLACES, Place
from casework.core.models import AuditEvent, Membership
from tests.core import test_stopping as stopped
from tests.core.consenting import TODAY, child, consented, withdraw
from tests.core.disclosing import LED, assessed, decided, kept, keys, performed, wish
from tests.paper.sheets import read, squeezed, told


def letter(world, case, made, who="maja"):
    with world.acting(who) as (session, actor):
        return disclosure_paper.letter(session, actor, case, made.id, PLACES)


def work_print(world, case, made, who="maja"):
    with world.acting(who) as (session, actor):
        return disclosure_paper.work_print(session, actor, case, made.id, PLACES)


def test_the_letter_says_what_was_given_to_whom_and_bears_its_digest(world):
    case = world.case(name="Gösta Exempelsson")
    made = assessed(world, case)
    found = read(letter(world, case, made))
    content = kept(world, case, made).content
    assert content is not None
    for part in content.parts:
        assert squeezed(part.label + part.text) in found
    for words in ("Erik", PLACES[Place.POLICE], made.id, made.content_hash or "", "Socialtjänsten, Kumla"):
        assert squeezed(words) in found, words
    with world.session() as session:
        assert world.get(session, case).number not in found  # gaps in case numbers are counts
    assert "Arbetsutskrift" not in found and "Prövat" not in found and "intresse" not in found


def test_what_was_not_chosen_is_not_on_paper(world):
    case = world.case()
    world.sign("maja", case, "note", text="Ringde på morgonen", heading="Hemligt möte")
    chosen = [key for key in keys(world, case) if key.endswith(":text")]
    to = {"recipient": "court", "outside": "Rätten", "until": None, "decider": world.ids["fia"]}
    made = assessed(world, case, wish(world, case, items=tuple(chosen), **to))
    decided(world, made, "fia")
    performed(world, case, made)
    found = read(letter(world, case, made))
    assert squeezed("Ringde på morgonen") in found
    assert squeezed("Hemligt möte") not in found and "Exempelsson" not in found


def test_the_letter_is_the_same_bytes_each_time_and_a_print_for_work_says_who_made_it_and_when(world):
    case = world.case()
    made = assessed(world, case)
    assert letter(world, case, made) == letter(world, case, made)
    marked = read(work_print(world, case, made))
    assert squeezed("Arbetsutskrift · Maja Testlind · 2026-11-24 09.00") in marked


def test_every_print_is_remembered_without_its_content(world):
    case = world.case(name="Gösta Exempelsson")
    made = assessed(world, case)
    letter(world, case, made)
    work_print(world, case, made)
    with world.session() as session:
        printed = AuditEvent.action == "disclosure:printed", AuditEvent.object_id == made.id
        said = [
            one.detail or "" for one in session.scalars(select(AuditEvent).where(*printed).order_by(AuditEvent.seq))
        ]
    assert [json.loads(one)["how"] for one in said] == ["letter", "work"]
    assert {json.loads(one)["content"] for one in said} == {made.content_hash}
    assert "Exempelsson" not in "".join(said)


def test_what_has_ended_or_was_only_spoken_is_no_letter_and_can_still_be_worked_with(world):
    case = world.case()
    ended, spoken = assessed(world, case), assessed(world, case, wish(world, case, oral_on=TODAY, until=None))
    over = assessed(world, case, wish(world, case, until=TODAY))
    with world.acting("maja") as (session, maja):
        disclosures.end(session, maja, case, ended.id)
    world.clock.move(days=1)
    for made in (ended, spoken, over):
        with pytest.raises(Refused):
            letter(world, case, made)
        assert work_print(world, case, made).startswith(b"%PDF")


def test_no_letter_goes_out_on_a_consent_that_is_withdrawn(world):
    """Also where it was written outside, to somebody who does not read here, and so has no end of its own."""
    case = world.case()
    consent = consented(world, case)
    on = {"ground": "OSL_12_2", "kinds": ("status",), "until": None}
    made = assessed(world, case, wish(world, case, recipient="police", outside="Vakthavande befäl", **on))
    assert letter(world, case, made).startswith(b"%PDF")
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    with pytest.raises(Refused):
        letter(world, case, made)


# A letter asks what reading asks, at each fetch ---------------------------------------------------


def outside(world, case, **changed):
    """What is told by letter to somebody who reads nothing here, and so has no end of its own."""
    to = {"recipient": "police", "outside": "Vakthavande befäl", "until": None}
    return assessed(world, case, wish(world, case, **(to | changed)))


def by_name(world, case, **changed):
    return assessed(world, case, wish(world, case, **changed))


def refuses(world, case, made):
    """Whether the letter is refused, the page offers none, and the print for work is there all the same."""
    offered = disclosure_paper.may_go(kept(world, case, made))
    assert work_print(world, case, made).startswith(b"%PDF")
    try:
        letter(world, case, made)
    except Refused:
        return not offered
    assert offered
    return False


def protected(world, case):
    stopped.protect(world, case, 2)


def hidden_identity(world, case):
    stopped.protect(world, case, 3)


def a_child_in_hiding(world, case):
    stopped.a_protected_child(world, case)


@pytest.mark.parametrize("give", [outside, by_name])
@pytest.mark.parametrize("change", [protected, hidden_identity, a_child_in_hiding])
def test_no_letter_of_what_one_decided_goes_out_once_somebody_is_protected(world, give, change):
    case = world.case()
    made = give(world, case)
    assert not refuses(world, case, made)
    change(world, case)
    assert refuses(world, case, made)


@pytest.mark.parametrize("change", [protected, hidden_identity])
def test_no_letter_goes_out_of_whom_two_decided_about_before_they_were_protected(world, change):
    case = world.case()
    to = {"recipient": "court", "outside": "Rätten", "until": None, "harm": "maybe", "decider": world.ids["fia"]}
    made = assessed(world, case, wish(world, case, **to))
    decided(world, made, "fia")
    performed(world, case, made)
    assert not refuses(world, case, made)
    change(world, case)
    assert refuses(world, case, made)


def test_whoever_wrote_the_letter_learns_that_it_may_go_no_more(world):
    case = world.case()
    made = outside(world, case)
    assert not stopped.told(world)
    protected(world, case)
    assert stopped.told(world) and kept(world, case, made).state == "closed"


def test_no_letter_goes_to_a_named_person_who_holds_that_post_no_more(world):
    case = world.case()
    made = by_name(world, case)
    with world.session() as session:
        post = session.scalars(select(Membership).where(Membership.account_id == world.ids["erik"])).one()
        post.valid_until = session.now
    assert refuses(world, case, made)
    other = world.case()
    told = outside(world, other)
    assert not refuses(world, other, told)


@pytest.mark.parametrize("give", [outside, by_name])
def test_no_letter_goes_to_somebody_who_has_come_to_be_one_who_must_not_know(world, give):
    case = world.case()
    made = give(world, case, **({"outside": "Rolf Motpartsson, polisområdet"} if give is outside else {}))
    assert not refuses(world, case, made)
    stopped.counterpart(world, case, "Rolf Motpartsson" if give is outside else "Erik Demosson")
    assert refuses(world, case, made)


def switched_off(world):
    with world.acting("lo") as (session, lo):
        tightening.tighten(session, lo, LED, tightening.Rule(off=True), TODAY)


def turned_21(world):
    world.clock.move(days=2)


@pytest.mark.parametrize("change", [switched_off, turned_21])
def test_no_letter_goes_out_on_a_ground_that_holds_no_more(world, change):
    case = child(world, 21, days=1)
    to = {"recipient": "police", "outside": "Vakthavande befäl", "until": None, "decider": world.ids["vilma"]}
    made = assessed(world, case, wish(world, case, ground=LED, said={"committed": False}, secrecy="26:1", **to))
    decided(world, made, "vilma")
    performed(world, case, made)
    assert not refuses(world, case, made)
    change(world)
    assert refuses(world, case, made)


def test_what_was_not_given_is_not_printed_and_nobody_else_prints_it(world):
    case = world.case()
    waits = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    made = assessed(world, case)
    for deed in (letter, work_print):
        with pytest.raises(Conflict):
            deed(world, case, waits)
        for who in ("sven", "fia", "erik", "vilma", "greta"):
            with pytest.raises(NotFound):
                deed(world, case, made, who)
        other = world.case("sven")
        with pytest.raises(NotFound):
            deed(world, other, made, "sven")


@pytest.mark.parametrize("deed", [letter, work_print])
def test_it_can_be_read_by_who_cannot_see_and_lasts(world, deed, tmp_path):
    case = world.case()
    pdf = deed(world, case, assessed(world, case, wish(world, case, until=TODAY + timedelta(days=1))))
    assert "No syntax or stream encoding errors found" in told(pdf, tmp_path, "qpdf", "--check")
    assert outloud.check(str(tmp_path / "print.pdf")).findings == []
    about = told(pdf, tmp_path, "pdfinfo", "-meta")
    assert "<pdfaid:part>2<" in about and "<pdfaid:conformance>A<" in about and "<pdfuaid:part>1<" in about
    assert all(" yes yes yes " in row for row in told(pdf, tmp_path, "pdffonts").splitlines()[2:])
    assert b"Exempelsson" not in pdf and case.encode() not in pdf
