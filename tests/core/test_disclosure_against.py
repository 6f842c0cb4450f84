"""A no in the register does not block a duty to tell, but is told before and answered; on consent itself it blocks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.core import access, clock, disclosure_against
from casework.core.actions import Action
from casework.core.disclosure_rules import look
from casework.core.errors import Refused
from casework.core.permissions import Permission
from tests.core.consenting import YES, ask, child, consented, covered, parts, wanted, withdraw
from tests.core.disclosing import ALONE, assessed, decided, looked, performed, plain, refused, state, wish
from tests.core.taking_part import BOTH, everybody_consents, sspf
from tests.core.test_sspf_consents import take
from tests.worlds import World

NO = replace(YES, given=False)


def said_no(world: World, case: str, part: str = "subject", nth: int = 0, **changed: object) -> None:
    ask(world, case, wanted(parts(world, case, part)[nth], part, **changed), NO)
    world.clock.move(minutes=1)


def against(world: World, case: str, **changed: object) -> list[tuple[str, bool]]:
    """Who is told to have said no, each with whether it is the day on which they did."""
    day = clock.today(world.clock.now)
    return [(one.name, one.on == day) for one in looked(world, case, wish(world, case, **changed)).against]


def test_a_no_is_told_with_its_day_and_answered_before_it_is_gone_past(world):
    case = world.case(name="Gösta Exempelsson")
    assert against(world, case) == [] and refused(world, case, despite="") == set()
    said_no(world, case)
    assert against(world, case) == [("Gösta Exempelsson", True)]
    assert refused(world, case, despite=" ") == {"despite"}
    made = assessed(world, case, wish(world, case, despite="Faran väger tyngre"))
    assert state(world, case, made) == "performed"


def test_a_yes_that_was_taken_back_is_a_no(world):
    case = world.case()
    consent = consented(world, case)
    world.clock.move(days=3)
    withdraw(world, case, consent)
    world.clock.move(minutes=1)
    assert [today for _name, today in against(world, case)] == [True]
    assert refused(world, case, despite="") == {"despite"}


def test_a_later_yes_takes_a_no_back_and_not_one_to_something_else(world):
    case = world.case()
    said_no(world, case)
    consented(world, case, kinds=("school",))
    assert len(against(world, case)) == 1
    consented(world, case, kinds=("status",))
    assert against(world, case) == []


@pytest.mark.parametrize("changed", [{"agencies": ("school",)}, {"kinds": ("health",)}])
def test_a_no_to_somebody_else_or_of_something_else_is_not_held_against_it(world, changed):
    case = world.case()
    said_no(world, case, **changed)
    assert against(world, case) == [] and refused(world, case, despite="") == set()


def test_each_guardian_and_the_young_person_speak_for_themselves(world):
    case = child(world, 16)
    consented(world, case, "guardian", 0)
    said_no(world, case, "guardian", 1)
    said_no(world, case)
    names = sorted(name for name, _today in against(world, case))
    assert names == sorted(one.identity.name for one in covered(world, case).lacking) and len(names) == 2


def test_on_consent_a_no_of_anybody_needed_blocks_whatever_is_written(world):
    case = child(world, 16)
    consented(world, case)
    consented(world, case, "guardian", 0)
    said_no(world, case, "guardian", 1)
    chosen = {"ground": "OSL_12_3", "kinds": ("status",), "despite": "Viktigt ändå"}
    assert "ground" in refused(world, case, **chosen)
    assert against(world, case, **chosen) == []


def seen_after(world, step, reason):
    """What is seen of telling the police, after everybody has agreed and a step has ended it."""
    case = sspf(world)
    everybody_consents(world, case)
    world.clock.move(minutes=1)
    take(world, case, step, reason)
    world.clock.move(minutes=1)
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        return look(decision, BOTH, row, plain(session, f"police:{world.ids['erik']}", despite=""))


def test_what_a_step_ended_is_nobody_s_no_and_is_told_as_what_it_was(sspf_world):
    seen = seen_after(sspf_world, "escalate", "Utredning är inledd")
    assert len(seen.against) == 3 and all(one.by_step for one in seen.against)
    assert not disclosure_against.unanswered(seen.against, "")


def test_a_step_that_records_a_no_is_one_that_is_answered(sspf_world):
    seen = seen_after(sspf_world, "withdraw", "Vårdnadshavaren ringde och tog tillbaka sitt samtycke")
    assert len(seen.against) == 3 and all(one.by_step and one.somebodys for one in seen.against)
    # It is not known which of them said it.
    assert disclosure_against.unanswered(seen.against, "")
    assert not disclosure_against.unanswered(seen.against, "Fara för liv")


def test_a_no_after_the_decision_is_answered_before_it_is_performed(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"], despite=""))
    decided(world, made, "fia")
    world.clock.move(minutes=1)
    said_no(world, case)
    with pytest.raises(Refused) as error:
        performed(world, case, made)
    assert {one.field for one in error.value.refusals} == {"despite"}
    assert wish(world, case).ground == ALONE
