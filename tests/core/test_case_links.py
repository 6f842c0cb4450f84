"""Linked files: seen by who may see both, and closed to whoever works with the one they are protected from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    access_rows,
    case_links,
    case_log,
    deciders,
    destruction,
    emergencies,
    teams,
)
from casework.core.actions import Action
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, CaseLink, CaseMember
from casework.core.permissions import OPERATOR
from tests.core.linking import BOTH, CHILD, OFFENDER, VICTIM, assign, file, link, number, reaches, seen, switched_on
from tests.worlds import BARN


@pytest.fixture
def linked(world):
    return switched_on(world)


def refused(world, deed):
    with pytest.raises(Refused) as said:
        deed()
    return said.value.refusals[0]


def in_step(world):
    with world.session() as session:
        return access_rows.differences(session) == []


def test_a_link_is_seen_from_both_files_by_who_sees_both_and_by_nobody_else(linked):
    adult, child = file(linked, VICTIM, "maja"), file(linked, CHILD, "maja")
    link(linked, adult, child, "maja")
    assert seen(linked, "maja", adult) == {child} and seen(linked, "maja", child) == {adult}
    assign(linked, child, "sven")
    assert seen(linked, "maja", adult) == seen(linked, "sven", child) == set()
    assert seen(linked, "vilma", adult) == {child}


def test_what_may_not_be_known_is_linked_as_little_as_what_does_not_exist(linked):
    adult = file(linked, VICTIM, "maja")
    hidden, offender = file(linked, CHILD, "sven", unit=BARN), file(linked, OFFENDER, "fia")
    said = []
    for wanted in (number(linked, hidden), number(linked, offender), "2026-9999"):
        with linked.acting("maja") as (session, maja):
            said.append(refused(linked, lambda n=wanted: case_links.link(session, BOTH, maja, adult, n)))
    assert said[0] == said[1] == said[2]
    assert said[0].field == "number"


def test_an_adverse_file_is_linked_from_the_protected_side_only(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    wanted = number(linked, adult)
    for who in ("sven", "vilma"):
        with pytest.raises(NotFound), linked.acting(who) as (session, actor):
            case_links.link(session, BOTH, actor, offender, wanted)
    link(linked, adult, offender)
    assert seen(linked, "vilma", adult) == {offender}
    assert seen(linked, "maja", adult) == seen(linked, "sven", offender) == set()


def test_only_the_kinds_that_are_declared_belong_together_and_once(linked):
    adult, other = file(linked, VICTIM, "maja"), file(linked, VICTIM, "maja")
    child = file(linked, CHILD, "maja")
    plain = linked.case("maja")
    for wanted in (other, adult, plain):
        said = refused(linked, lambda n=wanted: link(linked, adult, n, "maja"))
        assert said.field == "number"
    link(linked, adult, child, "maja")
    assert "redan" in refused(linked, lambda: link(linked, child, adult, "maja")).reason


@pytest.mark.parametrize("order", ["officer first", "link first"])
def test_who_works_with_the_offender_loses_every_way_into_the_whole_family(linked, order):
    adult, child, sibling = (file(linked, kind, "maja") for kind in (VICTIM, CHILD, CHILD))
    link(linked, child, sibling, "maja")
    offender = file(linked, OFFENDER)
    if order == "officer first":
        assign(linked, offender, "berta")
    link(linked, adult, offender)
    link(linked, adult, child, "maja")
    if order == "link first":
        assign(linked, offender, "berta")
    with linked.session() as session:
        for one in (adult, child, sibling):
            assert access.is_blocked(session, linked.ids["berta"], one)
            assert not access.is_blocked(session, linked.ids["maja"], one)
        assert not access.is_blocked(session, linked.ids["maja"], offender)
    assert in_step(linked)


def test_a_lead_who_is_named_in_the_offenders_file_no_longer_sees_the_victims_row(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    link(linked, adult, offender)
    with linked.acting("ida") as (session, _ida):
        before = linked.get(session, offender).changed_at
    assert set(linked.listed("vilma")) == {adult, offender}
    with linked.session() as session:  # as another lead would name her
        session.add(
            CaseMember(
                case_id=offender,
                account_id=linked.ids["vilma"],
                role="reader",
                valid_from=session.now,
                named_by=linked.ids["berta"],
            )
        )
        session.flush()
        access.refresh(session, offender)
        access.refresh(session, adult)
    assert linked.listed("vilma") == [offender]
    assert not reaches(linked, "vilma", adult)
    assert seen(linked, "vilma", offender) == set()
    with linked.session() as session:
        assert linked.get(session, offender).changed_at == before


def test_the_glass_is_not_broken_into_what_the_link_closes(linked):
    adult, offender = file(linked, VICTIM, "maja", unit=BARN), file(linked, OFFENDER)
    with linked.session() as session:
        session.add(
            CaseMember(
                case_id=offender, account_id=linked.ids["jon"], role="reader", valid_from=session.now, named_by="test"
            )
        )
        session.flush()
        access.refresh(session, offender)
    assign(linked, offender, "sven")
    with linked.session() as session:
        session.add(
            CaseLink(case_id=adult, other_id=offender, kind="apart", made_at=session.now, made_by=linked.ids["vilma"])
        )
        session.flush()
        access.refresh(session, adult)
    said = []
    for term in (number(linked, adult), "2026-9999"):
        with linked.acting("jon") as (session, jon):
            said.append(refused(linked, lambda t=term: emergencies.enter(session, jon, t, "danger", "Larm")))
    assert said[0] == said[1]


def test_nobody_is_named_on_both_sides_in_either_order_and_the_refusal_is_the_same_without_a_link(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    words = []
    for step in range(2):
        words.append(
            (
                refused(linked, lambda: assign(linked, offender, "maja")),
                refused(linked, lambda: assign(linked, adult, "sven")),
                refused(linked, lambda: linked.name(offender, "maja")),
                refused(linked, lambda: linked.name(adult, "sven")),
            )
        )
        if step == 0:
            link(linked, adult, offender)
    assert words[0] == words[1]
    assert {one.field for one in words[0]} == {"account"}


def test_who_has_left_one_side_waits_for_the_other_as_long_as_the_municipality_says(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER)
    assign(linked, adult, "fia")
    linked.clock.move(days=24 * 31 - 1)
    assert refused(linked, lambda: assign(linked, offender, "maja")).field == "account"
    linked.clock.move(days=2)
    assign(linked, offender, "maja")


def test_the_victims_file_stays_closed_to_who_once_worked_with_the_offender(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    link(linked, adult, offender)
    assign(linked, offender, "fia")
    linked.clock.move(days=3000)
    assert refused(linked, lambda: assign(linked, adult, "sven")).field == "account"
    assert in_step(linked)


def test_nobody_decides_a_step_for_the_other_side(linked):
    adult = file(linked, VICTIM, "maja")
    file(linked, OFFENDER, "fia")
    with linked.acting("maja") as (session, maja):
        said = refused(
            linked,
            lambda: deciders.ask(session, BOTH, maja, adult, "grant_acute_shelter", linked.ids["fia"], [], "Pröva"),
        )
    assert said.field == "account"


def test_files_that_share_somebody_already_are_not_linked_before_they_are_replaced(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    with linked.session() as session:  # as before there were sides
        session.add(
            CaseMember(
                case_id=adult, account_id=linked.ids["sven"], role="reader", valid_from=session.now, named_by="test"
            )
        )
        session.flush()
        access.refresh(session, adult)
    assert "båda" in refused(linked, lambda: link(linked, adult, offender)).reason
    with linked.acting("vilma") as (session, vilma):
        member = session.scalars(
            select(CaseMember).where(CaseMember.case_id == adult, CaseMember.account_id == linked.ids["sven"])
        ).one()
        teams.end(session, vilma, adult, member.id)
    assert "varit" in refused(linked, lambda: link(linked, adult, offender)).reason, "he still works with the offender"
    assign(linked, offender, "fia")
    link(linked, adult, offender)


@pytest.mark.parametrize("first", [VICTIM, OFFENDER])
def test_whoever_was_named_in_one_file_however_long_ago_is_replaced_in_the_other_before_they_are_linked(linked, first):
    adult, offender = file(linked, VICTIM), file(linked, OFFENDER)
    before, after = (adult, offender) if first == VICTIM else (offender, adult)
    assign(linked, before, "maja")
    assign(linked, before, "sven")
    linked.clock.move(days=3000)
    assign(linked, after, "maja")  # no link says yet that the two face each other
    said = refused(linked, lambda: link(linked, adult, offender))
    assert said.field == "number" and "Mallström" not in said.reason
    assert reaches(linked, "maja", after)
    assign(linked, after, "fia")
    link(linked, adult, offender)
    assert not reaches(linked, "maja", adult) and not reaches(linked, "maja", offender) and in_step(linked)


def test_whoever_was_ever_named_in_a_file_that_is_faced_never_works_with_any_offender(linked):
    adult, offender, another = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven"), file(linked, OFFENDER)
    assign(linked, adult, "fia")
    link(linked, adult, offender)
    linked.clock.move(days=3000)
    said = [refused(linked, lambda one=one: assign(linked, one, "maja")) for one in (offender, another)]
    assert said[0] == said[1] and said[0].field == "account"
    assert refused(linked, lambda: linked.name(offender, "maja")) == said[0]


def test_linking_leaves_no_trace_in_the_offenders_file(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "sven")
    with linked.acting("sven") as (session, sven):
        before = [(one.action, one.at) for one in case_log.read(session, sven, offender).lines]
        version = linked.get(session, offender).version
    made = link(linked, adult, offender)
    with linked.acting("vilma") as (session, vilma):
        case_links.unlink(session, vilma, adult, made)
    with linked.acting("sven") as (session, sven):
        after = [(one.action, one.at) for one in case_log.read(session, sven, offender).lines]
        assert linked.get(session, offender).version == version
    new = [one for one in after if one not in before and one[0] != Action.CASE_LOG_READ]
    assert {action for action, _at in new} <= {Action.CASES_LISTED}
    with linked.session() as session:
        of_link = select(AuditEvent).where(AuditEvent.object_id == made)
        assert {(one.action, one.case_id) for one in session.scalars(of_link)} == {
            (Action.CASE_LINKED, adult),
            (Action.CASE_UNLINKED, adult),
        }


def test_when_a_link_ends_what_it_closed_is_there_again(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "berta")
    child = file(linked, CHILD, "maja")
    link(linked, adult, child, "maja")
    made = link(linked, adult, offender)
    with linked.session() as session:
        assert access.is_blocked(session, linked.ids["berta"], child)
    for who in ("maja", "sven", "berta", "ida"):
        with pytest.raises(NotFound), linked.acting(who) as (session, actor):
            case_links.unlink(session, actor, adult, made)
    with linked.acting("vilma") as (session, vilma):
        case_links.unlink(session, vilma, adult, made)
    with linked.session() as session:
        assert not access.is_blocked(session, linked.ids["berta"], child)
    assert in_step(linked)
    assert link(linked, adult, offender) == made  # the same two files, closed again
    with linked.session() as session:
        assert access.is_blocked(session, linked.ids["berta"], child)


def test_destroying_a_file_opens_what_it_closed(linked):
    adult, offender = file(linked, VICTIM, "maja"), file(linked, OFFENDER, "berta")
    link(linked, adult, offender)
    with linked.session() as session:
        destruction.case(session, OPERATOR, offender, {})
    assert in_step(linked)
