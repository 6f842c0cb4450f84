"""Whoever must not know of one file of a family is held against names in all of them, and so is who faces it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.core import (
    access,
    access_rows,
    case_links,
    case_people,
    clock,
    disclosure_content,
    disclosures,
    notices,
    received,
    telling,
)
from casework.core.actions import Action
from casework.core.db import new_id
from casework.core.disclosure_rules import asked, look
from casework.core.disclosure_wish import Wish
from casework.core.errors import Refused
from casework.core.permissions import Permission
from casework.core.registration import Identified
from tests.core.disclosing import AGREED, ALONE
from tests.core.linking import (
    BOTH,
    CHILD,
    OFFENDER,
    VICTIM,
    assign,
    file,
    link,
    switched_on,
)
from tests.worlds import personal_number

ERIK = "Erik Demosson"


@pytest.fixture
def linked(world):
    return switched_on(world)


def enter(world, case, name=ERIK, role="counterpart", *, may_not_know=True, who="maja"):
    with world.acting(who) as (session, actor):
        world.people += 1
        one = Identified(personal_number(world.people).digits, name, 0)
        return case_people.add(session, actor, case, one, role, may_not_know=may_not_know).person_id


def disclose(world, case, who="maja"):
    """The case's person's name goes to Erik of the police."""
    day = clock.today(world.clock.now)
    want = Wish(
        recipient=f"police:{world.ids['erik']}",
        items=(disclosure_content.NAME,),
        ground=ALONE,
        purpose="Avvärja fara",
        harm="no",
        assessment="Vägt",
        confirmed=AGREED,
        until=day + timedelta(days=14),
    )
    with world.acting(who) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        seen = look(decision, BOTH, row, want)
        assert seen.applied is not None
        want = replace(want, replies=dict.fromkeys(asked(seen.applied), "Ja, prövat"))
    with world.acting(who) as (session, actor):
        return disclosures.assess(session, BOTH, actor, case, new_id(), want).id


def refused(world, case):
    with pytest.raises(Refused) as said:
        disclose(world, case)
    return {one.field for one in said.value.refusals}


def inbox(world):
    with world.acting("erik") as (session, erik):
        return [one.id for one in received.listed(session, erik)]


def told(world, who="maja"):
    with world.session() as session:
        return "disclosure_ended" in {one.kind for one in notices.unread(session, world.ids[who])}


def family(world):
    adult, child, sibling = file(world, VICTIM, "maja"), file(world, CHILD, "maja"), file(world, CHILD, "sven")
    link(world, adult, child, "maja")
    link(world, adult, sibling)
    return adult, child, sibling


@pytest.mark.parametrize(("role", "marked"), [("counterpart", False), ("guardian", True)])
def test_who_must_not_know_of_one_file_is_told_nothing_of_any_that_belongs_together(linked, role, marked):
    adult, child, sibling = family(linked)
    apart = file(linked, VICTIM, "maja")
    enter(linked, sibling, role=role, may_not_know=marked, who="sven")
    for one in (adult, child):
        assert "recipient" in refused(linked, one)
    with linked.acting("maja") as (session, maja):
        for one, kept in ((adult, True), (child, True), (apart, False)):
            row, decision = access.of_case(session, maja, Permission.CASE_SHARE, one, Action.CASE_OPENED)
            assert telling.is_kept_away(decision, row, "Erik Anders Demosson") is kept
            assert disclosure_content.kept_away(decision, row, "kommissarie Demosson") is kept
            assert telling.is_in_case(decision, row, ERIK) is kept
            assert (one in telling.closed_to(decision, [row], ERIK)) is kept
    disclose(linked, apart)


def test_whom_the_offenders_file_is_about_is_told_nothing_of_the_family(linked):
    adult, child, _sibling = family(linked)
    link(linked, adult, file(linked, OFFENDER, "fia", name=ERIK))
    for one in (adult, child):
        assert "recipient" in refused(linked, one)


def test_whoever_is_named_in_the_offenders_file_is_held_against_nothing_but_that(linked):
    """The other way round nothing is closed: it would tell at the offender's file that there is another."""
    adult, _child, _sibling = family(linked)
    offender = file(linked, OFFENDER, "fia")
    enter(linked, adult)
    link(linked, adult, offender)
    with linked.acting("fia") as (session, fia):
        row, decision = access.of_case(session, fia, Permission.CASE_SHARE, offender, Action.CASE_OPENED)
        assert not telling.is_kept_away(decision, row, ERIK) and telling.hidden(decision, row) == []


def test_what_a_namesake_reads_in_a_linked_file_stops_as_somebody_is_entered_in_one(linked):
    adult, child, sibling = family(linked)
    apart = file(linked, VICTIM, "maja")
    disclose(linked, adult)
    disclose(linked, child)
    kept = disclose(linked, apart)
    enter(linked, sibling, who="sven")
    assert inbox(linked) == [kept] and told(linked)
    with linked.session() as session:
        assert access_rows.differences(session) == []


@pytest.mark.parametrize("kind", [CHILD, OFFENDER])
def test_what_a_namesake_reads_stops_as_two_files_are_linked_and_does_not_come_back(linked, kind):
    adult, other = file(linked, VICTIM, "maja"), file(linked, kind, "sven", name=ERIK)
    child = file(linked, CHILD, "maja")
    link(linked, adult, child, "maja")
    if kind == CHILD:
        enter(linked, other, who="sven")
    disclose(linked, adult)
    disclose(linked, child)
    assert len(inbox(linked)) == 2
    made = link(linked, adult, other, "vilma")
    assert inbox(linked) == [] and told(linked)
    with linked.acting("vilma") as (session, vilma):
        case_links.unlink(session, vilma, adult, made)
    assert inbox(linked) == []
    with linked.session() as session:
        assert access_rows.differences(session) == []


@pytest.mark.parametrize("where", ["in the file", "in one that belongs together", "as whom the other side is about"])
def test_no_colleague_who_bears_the_name_is_let_in_and_the_refusal_names_nobody(linked, where):
    adult, child, _sibling = family(linked)
    if where == "in the file":
        enter(linked, adult, "Fia Maria Förstelin")
    elif where == "in one that belongs together":
        enter(linked, child, "Fia Maria Förstelin")
    else:
        link(linked, adult, file(linked, OFFENDER, "ulf", name="Fia Förstelin"))
    for deed in (lambda: assign(linked, adult, "fia"), lambda: linked.name(adult, "fia")):
        with pytest.raises(Refused) as said:
            deed()
        [one] = said.value.refusals
        assert one.field == "account" and "Förstelin" not in one.reason
    linked.name(adult, "sven")
