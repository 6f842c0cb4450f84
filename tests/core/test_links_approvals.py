"""An approval about a file is seen and decided by nobody who works on its other side or must not know of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import access, approval_deciders, approvals, awaiting, case_people, teams
from casework.core.errors import NotFound
from casework.core.models import Approval, CasePerson
from casework.core.registration import Identified
from tests.core.linking import BOTH, CHILD, OFFENDER, VICTIM, file, link, named, switched_on
from tests.worlds import personal_number


@pytest.fixture
def linked(world):
    return switched_on(world)


def protect(world, case, who="maja", level=2):
    with world.acting(who) as (session, actor):
        case_people.raise_protection(session, actor, case, level)


def guarded(world, kind=VICTIM, officer="maja"):
    case = file(world, kind, officer)
    protect(world, case, officer)
    return case


def asked(world, case, whom="ulf"):
    """The approval that a naming waits for."""
    with world.acting("vilma") as (session, vilma):
        made = teams.name(session, vilma, case, world.ids[whom], "reader", may_unseal=False)
    assert made is not None
    return made.id


def able(world, approval_id):
    with world.session() as session:
        approval = session.scalars(select(Approval).where(Approval.id == approval_id)).one()
        return {one.username for one in approval_deciders.able(session, approval)}


def sees(world, who, approval_id):
    """Whether an approval is told to somebody: in the list, the count, the page, or by deciding it; all alike."""
    with world.acting(who) as (session, actor):
        listed = approval_id in {one.approval.id for one in awaiting.waiting(session, actor)}
        assert listed is (awaiting.count(session, actor) > 0)
    with world.acting(who) as (session, actor):
        try:
            awaiting.one(session, actor, approval_id)
            page = True
        except NotFound:
            page = False
    assert page is listed
    if not page:
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            approvals.decide(session, BOTH, actor, approval_id, granted=False, answer="Nej")
    return page


def counterpart(world, case, name, who="maja"):
    with world.acting(who) as (session, actor):
        world.people += 1
        one = Identified(personal_number(world.people).digits, name, 0)
        case_people.add(session, actor, case, one, "counterpart", may_not_know=True)


def test_whoever_works_on_the_other_side_neither_sees_nor_decides_what_waits(linked):
    case, offender = guarded(linked), file(linked, OFFENDER)
    before = asked(linked, case)
    assert able(linked, before) == {"berta", "fia"} and sees(linked, "berta", before)
    named(linked, "berta", offender)
    assert able(linked, before) == {"fia"} and not sees(linked, "berta", before) and sees(linked, "fia", before)


def test_so_it_is_at_the_offenders_file_for_whoever_works_with_victims(linked):
    offender = guarded(linked, OFFENDER, "sven")
    named(linked, "fia", file(linked, VICTIM))
    waits = asked(linked, offender)
    assert able(linked, waits) == {"berta"} and not sees(linked, "fia", waits)


@pytest.mark.parametrize("where", ["in the file", "in one that belongs together", "as whom the other side is about"])
def test_whoever_bears_the_name_of_who_must_not_know_neither_sees_nor_decides_it(linked, where):
    case, child = guarded(linked), file(linked, CHILD, "maja")
    link(linked, case, child, "maja")
    waits = asked(linked, case)
    assert sees(linked, "fia", waits)
    if where == "in the file":
        counterpart(linked, case, "Fia Maria Förstelin")
    elif where == "in one that belongs together":
        counterpart(linked, child, "Fia Maria Förstelin")
    else:
        link(linked, case, file(linked, OFFENDER, "sven", name="Fia Förstelin"))
    assert able(linked, waits) == {"berta"} and not sees(linked, "fia", waits) and sees(linked, "berta", waits)


def test_who_approves_at_the_offenders_file_is_the_same_whether_or_not_somebody_is_hidden_from_them(linked):
    lists = []
    offender = guarded(linked, OFFENDER, "sven")
    named(linked, "berta", offender)
    with linked.acting("sven") as (session, sven):
        waits = case_people.lower_protection(session, sven, offender, 0, reason="Inte längre").id
        person = linked.get(session, offender).subject_id
    lists.append((able(linked, waits), sees(linked, "berta", waits)))
    adult = file(linked, VICTIM, "maja")
    with linked.session() as session:  # whom the offender's file is about is in the victim's too
        part = CasePerson(case_id=adult, person_id=person, role="counterpart", may_not_know=True)
        part.added_at = session.now
        session.add(part)
    link(linked, adult, offender)
    with linked.session() as session:
        assert access.is_blocked(session, linked.ids["berta"], adult)
    lists.append((able(linked, waits), sees(linked, "berta", waits)))
    assert lists[0] == lists[1] and "berta" in lists[0][0]


def test_what_waits_at_a_file_is_not_void_because_a_colleague_came_to_work_with_who_faces_it(linked):
    case, offender = guarded(linked), file(linked, OFFENDER)
    link(linked, case, offender)
    waits = asked(linked, case)
    named(linked, "berta", offender)
    with linked.acting("fia") as (session, fia):
        assert approvals.decide(session, BOTH, fia, waits, granted=True).approval.state == "used"
