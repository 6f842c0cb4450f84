"""What is done for a case that is closed to a reviewer of the log is in no line of it; what is open to them stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import access, case_links, case_log, case_people, log_review
from casework.core.crypto import Sealed
from casework.core.db import new_id
from casework.core.errors import Refused
from casework.core.installation import attempt
from casework.core.models import AuditEvent, ConflictBlock, Participation
from casework.core.permissions import OPERATOR
from casework.core.registration import Identified
from tests.core.linking import OFFENDER, VICTIM, file, switched_on
from tests.core.log_looks import acts_of, reads
from tests.core.test_namesakes import joined_by_lead
from tests.worlds import KUMLA, World, personal_number


def let_in(world: World, case_id: str) -> str:
    """Somebody of the police takes part in a case; the participation's id."""
    with world.session() as session:
        whole = {"kinds": Sealed(b"x"), "reference": "ABCDEFGHJKLM", "agency": "police"}
        lasting = {"valid_from": session.now, "valid_until": session.now + timedelta(days=50)}
        of = {"case_id": case_id, "account_id": world.ids["erik"], "made_by": world.ids["sven"]}
        made = Participation(id=new_id(), **whole, **lasting, **of)
        session.add(made)
        return made.id


def reviewed(world: World) -> list[tuple[str, str, str, str]]:
    """What Vilma finds in the log: what was done, how it ended, by whom and in which case."""
    with world.acting("vilma") as (session, vilma):
        lines = log_review.page(session, vilma, log_review.Filters(), None).lines
    return [(one.act.action, one.act.outcome, one.name, one.number) for one in lines]


@pytest.mark.parametrize("level", [0, 2])
def test_what_is_done_for_a_victims_file_is_in_no_log_on_the_other_side(world: World, level: int) -> None:
    """Also not what follows of it in the perpetrator's file; and nothing goes from the log that was there."""
    switched_on(world)
    offender = file(world, OFFENDER, "sven", name="Olle Slagsson")
    digits = personal_number(world.people).digits
    joined_by_lead(world, offender)
    with world.acting("sven") as (session, sven):
        case_people.raise_protection(session, sven, offender, 1)
    taking_part = let_in(world, offender)
    item, before = acts_of(world, "sven", "person:changed")[-1], reviewed(world)
    assert {"person:added", "person:changed"} <= {one for one, *_rest in before} and reads(world, "vilma", item)
    world.clock.move(minutes=9)
    victim = file(world, VICTIM, "maja")
    with world.acting("maja") as (session, maja):
        who = Identified(digits, "Olle Slagsson", level)
        case_people.add(session, maja, victim, who, "counterpart", may_not_know=True)
        new = Identified(personal_number(90).digits, "Barn Barnsson", 0)
        case_people.add(session, maja, victim, new, "child", may_not_know=False)
    with world.session() as session:
        case_links._join(session, OPERATOR, world.get(session, victim), world.get(session, offender))
    with world.acting("maja") as (session, maja), pytest.raises(Refused), attempt(session):  # he is there already
        case_people.add(session, maja, victim, who, "counterpart", may_not_know=True)
    mine = [one for one in reviewed(world) if one[2] == "Maja Testlind"]
    assert mine == [] and [one for one in before if one not in reviewed(world)] == [] and reads(world, "vilma", item)
    with world.acting("sven") as (session, sven):
        names = {line.name for line in case_log.read(session, sven, offender).lines}
        assert "Maja Testlind" not in names
        stopped = session.get_one(Participation, (KUMLA, taking_part))
        assert (stopped.ended_at is not None) is (level > 0) and stopped.ended_by is None


def test_who_is_turned_away_for_a_closed_file_is_in_no_log_of_whom_it_is_closed_to(world: World) -> None:
    switched_on(world)
    victim = file(world, VICTIM, "maja")
    protected = file(world, OFFENDER, "sven", name="Olle Slagsson")
    digits = personal_number(world.people).digits
    with world.acting("sven") as (session, sven):
        case_people.raise_protection(session, sven, protected, 2)
    with world.session() as session:
        session.add(ConflictBlock(case_id=victim, account_id=world.ids["vilma"], made_at=session.now, made_by="x"))
        session.flush()
        access.refresh(session, victim)
    before = reviewed(world)
    who = Identified(digits, "Olle Slagsson", 0)
    with world.acting("maja") as (session, maja), pytest.raises(Refused), attempt(session):
        case_people.add(session, maja, victim, who, "counterpart", may_not_know=True)
    assert reviewed(world) == before
    with world.session() as session:
        denied = select(AuditEvent.case_id).where(AuditEvent.outcome == "denied", AuditEvent.action == "person:matched")
        assert session.scalars(denied).all() == [victim]


@pytest.mark.parametrize("level", [0, 1])
def test_the_record_does_not_tell_whether_who_is_put_into_a_case_was_known_before(world: World, level: int) -> None:
    world.case("sven")
    known, done = personal_number(world.people), []
    for nth, number in enumerate((known, personal_number(90))):
        case = world.case("maja")
        with world.acting("maja") as (session, maja):
            who = Identified(number.digits, f"Person {nth}", level)
            case_people.add(session, maja, case, who, "relative", may_not_know=False)
        with world.session() as session:
            query = select(AuditEvent.action).where(AuditEvent.case_id == case, AuditEvent.object_kind == "person")
            done.append(sorted(session.scalars(query)))
    assert done[0] == done[1] == ["person:added", "person:added", "person:matched"]
