"""What rests on consent is said to be over once no consent covers it, and why; nothing says that it can be read."""

from __future__ import annotations

from datetime import timedelta

from casework.core import access, disclosed, disclosures
from casework.core.actions import Action
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, ask, child, consented, parts, wanted, withdraw
from tests.core.disclosing import assessed, kept, on_consent, read, state
from tests.worlds import World


def live(world: World, case: str) -> int:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        return disclosed.live(decision, row)


def test_a_withdrawal_ends_it_and_is_named_with_its_day(world):
    case = world.case()
    consent = consented(world, case)
    made, other = assessed(world, case, on_consent(world, case)), assessed(world, case)
    assert live(world, case) == 2 and state(world, case, other) == "performed"
    world.clock.move(days=1)
    withdraw(world, case, consent)
    stored = kept(world, case, made)
    assert (stored.state, live(world, case)) == ("closed", 1)
    assert stored.consent_ended is not None and stored.consent_ended.id == consent
    assert stored.consent_ended.ended_at == world.clock.now


def test_a_renewal_that_covers_less_ends_it_and_is_named_as_that(world):
    case = world.case()
    old = consented(world, case)
    made = assessed(world, case, on_consent(world, case))
    world.clock.move(days=1)
    ask(world, case, wanted(parts(world, case, "subject")[0], kinds=("school",)), renews=old)
    stored = kept(world, case, made)
    assert stored.consent_ended is not None and stored.consent_ended.state == "replaced"


def test_a_birthday_ends_it_with_nobody_taking_anything_back(world):
    case = child(world, 15, days=2)
    for nth in range(2):
        consented(world, case, "guardian", nth)
    made = assessed(world, case, on_consent(world, case, ground="OSL_12_3"))
    assert (state(world, case, made), live(world, case)) == ("performed", 1)
    world.clock.move(days=2)
    stored = kept(world, case, made)
    assert read(world, made) is None
    assert (stored.state, stored.consent_ended, live(world, case)) == ("uncovered", None, 0)
    with world.acting("maja") as (session, maja):
        disclosures.end(session, maja, case, made.id)
    assert state(world, case, made) == "closed"


def test_what_was_spoken_stays_told_after_the_consent(world):
    case = world.case()
    consented(world, case, valid_until=TODAY + timedelta(days=2))
    made = assessed(world, case, on_consent(world, case, oral_on=TODAY, until=None))
    world.clock.move(days=3)
    assert state(world, case, made) == "performed"
