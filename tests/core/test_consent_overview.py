"""The register as a case's own people see it: what it says of an agency is what the question of coverage answers."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from casework.contract import Agency
from casework.core import access, consent_overview, consent_rules, consent_uses
from casework.core.actions import Action
from casework.core.consent_overview import Consequence, Line, Overview, Standing
from casework.core.consent_register import Answer
from casework.core.errors import NotFound
from casework.core.models import Consent
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, YES, ask, child, consented, parts, wanted, withdraw
from tests.worlds import KUMLA, World

NO = Answer(given=False, how="oral", identity="known")
KINDS = [code for code, _label in consent_rules.KINDS]


def overview(world: World, case: str) -> Overview:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        return consent_overview.of_case(decision, row)


def after(world: World, case: str, consent: str) -> Consequence:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        line: Line = consent_overview.one(decision, row, consent)
        return consent_overview.consequence(decision, row, line.consent)


@pytest.mark.parametrize("seed", range(6))
def test_what_it_says_all_agree_to_is_what_coverage_answers_for_each_agency_and_kind(world, seed):
    chance = random.Random(seed)
    age = chance.choice([10, 16, 16, 30])
    case = child(world, age, guardians=chance.choice([0, 1, 2]))
    asked = ("subject",) if age >= consent_rules.ADULT else ("subject", "guardian")
    people = [(one, part) for part in asked for one in parts(world, case, part)]
    made = []
    for _nth in range(10):
        giver, part = chance.choice(people)
        begins = TODAY + timedelta(days=chance.choice([0, 0, 0, 3]))
        want = wanted(
            giver,
            part,
            agencies=chance.sample([str(one) for one in Agency], chance.randrange(1, 4)),
            kinds=chance.sample(KINDS, chance.randrange(1, 8)),
            valid_from=begins,
            valid_until=begins + timedelta(days=chance.choice([1, 90])),
        )
        said = chance.choice([YES, YES, YES, NO, None])
        made.append(ask(world, case, want, said))
    with world.session() as session:  # a no takes back what the same person had agreed to of the same
        given = [one for one in made if session.get_one(Consent, (KUMLA, one)).state == "given"]
    if given:
        withdraw(world, case, chance.choice(given))
    for _day in range(3):
        world.clock.move(days=chance.choice([0, 1, 2, 3]), hours=1)
        told = {one.agency: set(one.kinds) for one in overview(world, case).columns}
        with world.acting("maja") as (session, maja):
            row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
            for agency in Agency:
                covered = {
                    kind
                    for kind in KINDS
                    if consent_rules.coverage(decision, row, agency, (kind,), session.now).complete
                }
                assert covered == told.get(str(agency), set()), (seed, agency)


def test_a_consent_stands_as_its_state_and_its_days_say(world):
    case = world.case()
    giver = parts(world, case, "subject")[0]
    ask(world, case, wanted(giver, valid_from=TODAY + timedelta(days=1), valid_until=TODAY + timedelta(days=2)))
    told = []
    for _day in range(4):
        (line,) = overview(world, case).lines
        told.append(line.standing)
        world.clock.move(days=1)
    assert told == [Standing.COMING, Standing.LIVE, Standing.LIVE, Standing.EXPIRED]


def test_of_what_somebody_has_said_of_an_agency_the_consent_that_holds_counts_then_the_question_that_waits(world):
    case = world.case()
    giver = parts(world, case, "subject")[0]

    def cell() -> Standing | None:
        return overview(world, case).columns[0].cells[0].standing

    ask(world, case, wanted(giver, agencies=["police"]), NO)
    assert cell() is Standing.REFUSED
    ask(world, case, wanted(giver, agencies=["police"]), None)
    assert cell() is Standing.REQUESTED
    held = ask(world, case, wanted(giver, agencies=["police"]))
    assert cell() is Standing.LIVE
    withdraw(world, case, held)
    assert cell() is Standing.REQUESTED


def test_before_it_is_withdrawn_it_is_told_what_stops_and_what_goes_on_and_so_it_happens(world):
    case = child(world, 10)
    consents = [consented(world, case, "guardian", nth) for nth in range(2)]
    resting = world.permit(case, ground="register", until=TODAY + timedelta(days=60))
    other = world.permit(case)
    world.clock.move(minutes=1)
    told = after(world, case, consents[0])
    assert [one.id for one in told.stops] == [resting.id]
    assert [(one.id, one.ground) for one in told.goes_on] == [(other.id, "Avidentifierade uppgifter")]
    assert [one.id for one in overview(world, case).lines[0].rests] == [resting.id]
    withdraw(world, case, consents[0])
    world.clock.move(seconds=1)
    told = after(world, case, consents[1])
    assert [one.id for one in told.stops] == []
    assert [one.id for one in told.goes_on] == [other.id]
    assert all(line.rests == () for line in overview(world, case).lines)


def test_whatever_can_rest_on_a_consent_can_be_told_on_its_page(world):
    assert consent_overview.TELLS.keys() == consent_uses.STOPS.keys()


def test_another_cases_consent_is_told_as_a_missing_one(world):
    case, other = world.case(), world.case()
    consent = consented(world, other)
    for wrong in (consent, "finns-inte-alls-finns1"):
        with pytest.raises(NotFound) as found:
            after(world, case, wrong)
        assert found.value.denial.rule == "case"
