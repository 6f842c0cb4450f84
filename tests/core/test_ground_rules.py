"""What a municipality demands of a ground: it may tighten, never loosen, from a day on, and it is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.core.errors import NotFound, Refused
from casework.core.grounds import catalogue, tightening, wizard
from casework.core.grounds.ground import Decider
from casework.core.grounds.situations import Place, Situation
from casework.core.grounds.tightening import LEVELS, SWITCHED_OFF, Rule
from casework.core.models import AuditEvent, GroundRule
from tests.worlds import KUMLA, LAXA, World

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
LOWEST = {level: next(one.code for one in catalogue.GROUNDS if one.decider is level) for level in Decider}
EVERY_CHANGE = [(law, asked) for law, asked in product(Decider, Decider)]


def tighten(world: World, code: str, begins: date = TODAY, who: str = "lo", at: str = KUMLA, **rule: Any) -> None:
    world.clock.move(minutes=1)
    with world.acting(who, at) as (session, actor):
        tightening.tighten(session, actor, code, Rule(**rule), begins)


def refused(world: World, code: str, begins: date = TODAY, **rule: Any) -> dict[str | None, str]:
    with pytest.raises(Refused) as caught:
        tighten(world, code, begins, **rule)
    return {one.field: one.reason for one in caught.value.refusals}


def asked(world: World, code: str, on: date = TODAY, at: str = KUMLA) -> tuple[Decider, bool, bool, bool]:
    with world.session(at) as session:
        one = tightening.demands(session, code, on)
        assert tightening.in_force(session, on)[code] == one
        return one.level, one.consult, one.four_eyes, one.off


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_level_may_be_raised_and_kept_and_never_lowered(world: World):
    for law, wanted in EVERY_CHANGE:
        code = LOWEST[law]
        allowed = law is wanted if Decider.OTHER in (law, wanted) else LEVELS.index(wanted) >= LEVELS.index(law)
        consult = catalogue.find(code, TODAY).consult
        if allowed:
            tighten(world, code, level=wanted, consult=consult)
            assert asked(world, code)[0] is wanted, (law, wanted)
        else:
            before = asked(world, code)
            said = refused(world, code, level=wanted, consult=consult)
            assert set(said) == {"level"} and asked(world, code) == before, (law, wanted)
            assert ("inte sänka" in said["level"]) is (law is not Decider.OTHER)
    assert len(EVERY_CHANGE) == 25 and set(LOWEST) == set(Decider)


def test_what_is_demanded_holds_in_its_municipality_from_its_day(world: World):
    ground = catalogue.find("OSL_10_18A", TODAY)
    lawful = (ground.decider, False, False, False)
    tighten(world, ground.code, TODAY + DAY, level=Decider.U, consult=True, four_eyes=True)
    assert asked(world, ground.code) == lawful
    assert asked(world, ground.code, TODAY + DAY) == (Decider.U, True, True, False)
    assert asked(world, ground.code, TODAY + DAY, LAXA) == lawful
    tighten(world, ground.code, TODAY + 2 * DAY)
    assert asked(world, ground.code, TODAY + DAY) == (Decider.U, True, True, False)
    assert asked(world, ground.code, TODAY + 2 * DAY) == lawful
    with world.session() as session:
        coming = tightening.to_come(session, ground.code, TODAY)
        assert [rule.begins for rule in coming] == [TODAY + DAY, TODAY + 2 * DAY]
        assert {rule.set_by for rule in coming} == {world.ids["lo"]}
        assert not tightening.demands(session, ground.code, TODAY + 2 * DAY).tightened


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_later_of_two_on_one_day_holds(world: World):
    tighten(world, "OSL_10_2", level=Decider.U)
    tighten(world, "OSL_10_2", level=Decider.EC)
    assert asked(world, "OSL_10_2") == (Decider.EC, False, False, False)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_would_loosen_is_refused_in_words_at_its_field(world: World):
    assert "jurist" in refused(world, "OSL_10_15A")["consult"]
    tighten(world, "OSL_10_15A", consult=True, off=True)
    assert "ändras inte" in refused(world, "OSL_10_2", TODAY - DAY, four_eyes=True)["begins"]
    everything = refused(world, "LUB_4", TODAY - DAY, level=Decider.FS, off=True)
    assert set(everything) == {"level", "off", "begins"}
    with pytest.raises(KeyError):
        tighten(world, "OSL_10_28", off=True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_only_what_nobody_is_owed_can_be_switched_off(world: World):
    codes = {ground.code for ground in catalogue.GROUNDS}
    assert codes > catalogue.OWED
    for code in sorted(codes):
        consult = catalogue.find(code, TODAY).consult
        if code in catalogue.OWED:
            assert "kan inte stängas av" in refused(world, code, consult=consult, off=True)["off"]
        else:
            tighten(world, code, consult=consult, off=True)
        assert asked(world, code)[3] is (code not in catalogue.OWED)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_rule_that_the_law_has_overtaken_loosens_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    tighten(world, "OSL_10_2", level=Decider.EC)
    own = [one for one in catalogue.GROUNDS if one.code != "OSL_10_2"]
    for law in (Decider.U, Decider.OTHER):
        stricter = replace(catalogue.find("OSL_10_2", TODAY), decider=law, consult=True)
        with monkeypatch.context() as changed:
            changed.setattr(catalogue, "GROUNDS", (*own, stricter))
            assert asked(world, "OSL_10_2") == (law, True, False, False)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_ground_that_is_switched_off_is_blocked_for_that_reason_and_asks_nothing(world: World):
    situation = Situation(Place.SOCIAL_SERVICES, Place.POLICE, TODAY)
    tighten(world, "OSL_26_1_UTAN_MEN", off=True)
    for at, blocked in ((KUMLA, True), (LAXA, False)):
        with world.session(at) as session:
            answer = wizard.answer(session, situation)
        found = {one.explained.ground.code: one.explained for one in answer.blocked}
        assert ("OSL_26_1_UTAN_MEN" in found) is blocked
        if blocked:
            one = found["OSL_26_1_UTAN_MEN"]
            assert one.blocked == (SWITCHED_OFF,) and not one.asks and not one.holds


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_wizard_keeps_its_order_and_leaves_no_ground_out(world: World):
    assert set(wizard.ORDER) < {ground.code for ground in catalogue.GROUNDS}
    with world.session() as session:
        said = wizard.answer(session, Situation(Place.SOCIAL_SERVICES, Place.POLICE, TODAY, born=date(2010, 1, 1)))
    parts = [[one.explained.ground.code for one in part] for part in (said.holds, said.waits, said.blocked)]
    assert sorted(code for part in parts for code in part) == sorted(ground.code for ground in catalogue.current(TODAY))
    for part in parts:
        named = [code for code in part if code in wizard.ORDER]
        assert named == sorted(named, key=wizard.ORDER.index) and part[: len(named)] == named
    assert said.holds[0].explained.ground.code == "AVIDENTIFIERAT"
    assert all(one.explained.unanswered for one in said.waits)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("who", ["maja", "vilma", "greta", "erik", "pia", "ida"])
def test_only_an_administrator_sets_it(world: World, who: str):
    with pytest.raises(NotFound):
        tighten(world, "OSL_10_2", who=who, four_eyes=True)
    assert asked(world, "OSL_10_2") == (Decider.FS, False, False, False)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_is_remembered_once_and_what_already_applies_is_not_set_again(world: World):
    tighten(world, "OSL_10_2", four_eyes=True)
    tighten(world, "OSL_10_2", four_eyes=True, level=Decider.FS)  # the law's own level
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "ground:tightened")).all()
        assert [(row.actor_id, row.object_id) for row in rows] == [(world.ids["lo"], "OSL_10_2")]
        assert '"four_eyes":true' in rows[0].detail.replace(" ", "") and "2026-11-24" in rows[0].detail
        assert len(session.scalars(select(GroundRule)).all()) == 1


def test_a_rule_is_never_changed_or_taken_away(world: World):
    tighten(world, "OSL_10_2", four_eyes=True)
    for statement in ("UPDATE ground_rules SET four_eyes = four_eyes", "DELETE FROM ground_rules"):
        with pytest.raises(DBAPIError), world.session() as session:
            session.execute(text(statement))
    assert asked(world, "OSL_10_2")[2] is True
