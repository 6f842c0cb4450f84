"""Four eyes: asked by one, approved and done by another, once, within a day, and only while nothing has changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import casework.web.pages
from casework.core import (
    access,
    approval_deciders,
    approvals,
    awaiting,
    case_people,
    municipality_settings,
    notices,
    teams,
    vault,
)
from casework.core.actions import Action
from casework.core.approval_kinds import KINDS
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Approval, AuditEvent, Value
from casework.core.registration import Identified
from tests.core.asking import acts, ask, decide, reads, stored
from tests.worlds import KUMLA, LAXA, REGISTRY, personal_number


@pytest.fixture
def case(world):
    return world.case("maja", protection=2)


def test_naming_in_a_protected_persons_case_is_done_when_somebody_else_has_approved(world, case):
    asked = ask(world, case)
    assert not reads(world, "sven", case)
    assert decide(world, asked, "fia") == "used"
    assert reads(world, "sven", case)
    done = stored(world, asked)
    assert (done.requester_id, done.decided_by) == (world.ids["vilma"], world.ids["fia"])
    with world.session() as session:
        (named,) = [m for m, who in teams.members(session, world.get(session, case)) if who.username == "sven"]
        assert (named.named_by, named.role, named.may_unseal) == (world.ids["vilma"], "reader", False)


def test_asking_granting_and_carrying_out_are_each_remembered_for_whose_they_are(world, case):
    world.clock.move(hours=1)
    asked = ask(world, case)
    decide(world, asked, "berta")
    said = acts(world, Action.APPROVAL_GRANTED, Action.APPROVAL_CARRIED_OUT, Action.MEMBER_NAMED)
    assert {("berta", "approval:granted"), ("vilma", "approval:carried_out"), ("vilma", "member:named")} <= set(said)
    assert ("vilma", "approval:asked") in acts(world, Action.APPROVAL_ASKED)
    with world.session() as session:
        of_this = AuditEvent.object_id == asked.id
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "approval:granted", of_this)).one()
        assert row.case_id == case and asked.digest in row.detail and "case:name" in row.detail


@pytest.mark.parametrize(
    ("protection", "level", "takes_two"), [(1, 2, False), (1, 1, True), (0, 1, False), (3, 2, True)]
)
def test_from_which_level_it_takes_two_is_the_municipalitys_choice_and_never_later_than_two(
    world, protection, level, takes_two
):
    with world.session() as session:
        municipality_settings.choose(session, "four_eyes_level", level)
    case = world.case("maja", protection=protection)
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, case, world.ids["sven"])
    assert (asked is not None) is takes_two is not reads(world, "sven", case)
    for outside in (0, 3):
        with pytest.raises(Refused), world.session() as session:
            municipality_settings.choose(session, "four_eyes_level", outside)


@pytest.mark.parametrize("who", ["maja", "ida", "lo", "greta", "erik", "pia"])
def test_who_has_no_right_to_approve_learns_of_nothing(world, case, who):
    asked = ask(world, case)
    with pytest.raises(NotFound):
        decide(world, asked, who)
    assert stored(world, asked).state == "waiting"
    with world.acting(who) as (session, actor):
        assert awaiting.count(session, actor) == 0


def test_nobody_approves_what_they_asked_for_or_what_concerns_themselves(world, case):
    asked = ask(world, case, "fia")
    with pytest.raises(Refused, match="själv"):
        decide(world, asked, "vilma")
    with pytest.raises(NotFound):
        decide(world, asked, "fia")
    for who, waits in (("vilma", 0), ("fia", 0), ("berta", 1), ("ulf", 1)):
        with world.acting(who) as (session, actor):
            assert awaiting.count(session, actor) == len(awaiting.waiting(session, actor)) == waits, who


def test_who_is_blocked_in_the_case_neither_approves_nor_learns_of_it(world, case):
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["fia"])
    asked = ask(world, case)
    with world.session() as session:
        assert [one.username for one in approval_deciders.able(session, asked)] == ["berta", "ulf"]
    with pytest.raises(NotFound):
        decide(world, asked, "fia")
    with world.acting("fia") as (session, fia):
        assert awaiting.waiting(session, fia) == []


def test_naming_takes_two_also_where_the_protected_person_is_not_whom_the_case_is_about(world):
    """A child's case, in which the mother has protected data: whoever is named there sees her name and number."""
    case = world.case()
    with world.acting("maja") as (session, maja):
        mother = Identified(personal_number(77).digits, "Mor Mallström", 2)
        case_people.add(session, maja, case, mother, "guardian", may_not_know=False)
    asked = ask(world, case)
    assert not reads(world, "sven", case)
    assert decide(world, asked, "fia") == "used" and reads(world, "sven", case)


def test_an_approval_is_used_once(world, case):
    asked = ask(world, case)
    decide(world, asked, "fia")
    with pytest.raises(Refused, match="redan avgjort"):
        decide(world, asked, "berta")
    assert acts(world, Action.MEMBER_NAMED).count(("vilma", "member:named")) == 2  # the question and the naming


def test_a_refusal_changes_nothing_and_cannot_be_turned_round(world, case):
    asked = ask(world, case)
    assert decide(world, asked, "fia", granted=False) == "refused"
    with pytest.raises(Refused):
        decide(world, asked, "berta")
    assert not reads(world, "sven", case) and acts(world, Action.APPROVAL_REFUSED) == [("fia", "approval:refused")]
    with world.session() as session:
        assert {one.kind for one in notices.unread(session, world.ids["vilma"])} == {"approval_decided"}


def test_what_was_asked_is_taken_back_by_who_asked_and_nobody_else(world, case):
    asked = ask(world, case)
    with pytest.raises(NotFound), world.acting("berta") as (session, berta):
        approvals.take_back(session, berta, asked.id)
    with world.acting("vilma") as (session, vilma):
        approvals.take_back(session, vilma, asked.id)
    with pytest.raises(Refused), world.acting("vilma") as (session, vilma):
        approvals.take_back(session, vilma, asked.id)
    with pytest.raises(Refused, match="redan avgjort"):
        decide(world, asked, "fia")
    assert stored(world, asked).state == "withdrawn"


def test_the_same_is_asked_for_once_at_a_time(world, case):
    asked = ask(world, case)
    with pytest.raises(Refused, match="väntar redan"):
        ask(world, case)
    world.clock.now = asked.expires_at
    assert ask(world, case).id != asked.id


def test_the_reason_is_sealed_read_by_who_decides_and_opens_nothing_of_the_case(world, case):
    note = world.sign("maja", case, "note", text="Hemlig text")
    asked = ask(world, case, reason="Vikarie i december")
    raw = stored(world, asked)
    assert raw.reason is not None and b"Vikarie" not in raw.reason.blob
    with world.acting("fia") as (session, fia):
        (shown,) = awaiting.waiting(session, fia)
        assert (shown.reason, shown.requester) == ("Vikarie i december", "Vilma Dummy")
        decision = access.of_approvals(session, fia, [shown.approval], Action.APPROVAL_READ)
        entry = world.entry(session, note)
        with pytest.raises(vault.StillSealed):
            vault.open_text(decision, case, "tasks", "x", "what", raw.reason)
        with pytest.raises(vault.StillSealed):
            vault.open_answer(decision, entry, session.scalars(select(Value)).first())
        other = Approval(id="another", municipality=KUMLA, case_id=case, reason=raw.reason)
        with pytest.raises(vault.StillSealed):
            vault.open_approval(decision, other, "reason")
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        awaiting.one(session, maja, asked.id)


def test_an_answer_reaches_who_asked(world, case):
    world.clock.move(minutes=1)
    asked = ask(world, case)
    with world.acting("fia") as (session, fia):
        approvals.decide(session, REGISTRY, fia, asked.id, granted=False, answer="Fråga Berta först")
    with world.acting("vilma") as (session, vilma):
        (shown, *_before) = awaiting.asked(session, vilma)
        assert (shown.answer, shown.decider, shown.state) == ("Fråga Berta först", "Fia Förstelin", "refused")


def test_a_decision_is_about_what_was_shown(world, case):
    asked = ask(world, case)
    with pytest.raises(Conflict), world.acting("fia") as (session, fia):
        approvals.decide(session, REGISTRY, fia, asked.id, granted=True, seen="0" * 64)
    assert stored(world, asked).state == "waiting"


def test_nothing_is_asked_for_that_nobody_could_approve(world):
    case = world.case(None, protection=2, code=LAXA)
    with pytest.raises(Refused, match="Ingen annan enhetschef"), world.acting("lena", LAXA) as (session, lena):
        teams.assign(session, lena, case, world.ids["lars"])
    with world.acting("inga", LAXA) as (session, inga):
        asked = teams.assign(session, inga, case, world.ids["lars"])
    assert asked is not None and decide(world, asked, "lena", code=LAXA) == "used"


def test_every_kind_has_its_words_and_a_deed():
    assert casework.web.pages.BLUEPRINTS
    assert set(approvals._DEEDS) == set(KINDS)


def test_a_text_is_never_a_parameter(world):
    with pytest.raises(ValueError, match="never a text"), world.acting("vilma") as (session, vilma):
        approvals.ask(session, vilma, "area:enable", "area", "x", {"why": "Gösta behöver det"})
