"""Every ground on which social services may give facts can be given on, to everybody whom it names; a no stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.core import notices
from casework.core.consent_rules import CONSENTS
from casework.core.disclosure_rules import HERE
from casework.core.disclosure_wish import Wish
from casework.core.errors import Refused
from casework.core.grounds import catalogue
from casework.core.grounds.conditions import COMMITTED, YOUNG_OR_IN_NEED
from casework.core.grounds.ground import Ground
from casework.core.grounds.situations import Place
from casework.core.models import Task
from tests.core.consenting import TODAY, born, child, consented
from tests.core.disclosing import AGREED, ALONE, assessed, decided, looked, performed, refused, wish
from tests.worlds import World

GROUNDS = [one for one in catalogue.current(TODAY) if any(HERE in way.sources for way in one.ways)]
NEVER_FROM_HERE = {"OSL_10_27", "LUB_6"}
"""Grounds that break no secrecy of social services, and all that social services hold has it."""
INSIDE = {Place.SCHOOL, Place.RECREATION, Place.POLICE}
"""Whom a consent of the register may name."""


def targets(ground: Ground) -> list[Place]:
    """Where a ground leads from here; on consent, only where the register of consents leads."""
    found = [one for one in Place if ground.way(HERE, one) is not None]
    return [one for one in found if ground.code not in CONSENTS or one in INSIDE]


def about(world: World, ground: Ground, *, age: int = 16) -> str:
    """A case about somebody of whom the ground holds."""
    case = child(world, 30 if ground.code == "OSL_12_2" else age, guardians=1)
    if ground.code in CONSENTS:
        for part in ("subject", "guardian") if ground.code == "OSL_12_3" else ("subject",):
            consented(world, case, part, agencies=("police", "school", "recreation"))
    return case


def wanted(world: World, case: str, ground: Ground, to: Place, **changed: Any) -> Wish:
    """What an officer writes to give a case's name and state on a ground, with everything that it asks answered."""
    whole: dict[str, Any] = {
        "recipient": to.value,
        "outside": "Handläggare i tjänst",
        "ground": ground.code,
        "kinds": ("status",),
        "said": {
            "requested": True,
            "party": True,
            "child_investigation": True,
            "committed": COMMITTED in ground.conditions,
        },
        "victim_born": born(12),
        "recipient_born": born(15),
        "consulted": "Kommunjuristen: det går bra",
        "until": None,
    }
    want = wish(world, case, **(whole | changed))
    able = looked(world, case, want).deciders
    return replace(want, decider=able[0].id if able else "")


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda one: one.code)
def test_facts_are_given_on_it_to_everybody_whom_it_names(world: World, ground: Ground) -> None:
    case, names = about(world, ground), {id_: who for who, id_ in world.ids.items()}
    for to in targets(ground):
        want = wanted(world, case, ground, to)
        if ground.code in NEVER_FROM_HERE:
            assert fields(world, case, want) == {"ground"}
            continue
        made = assessed(world, case, want)
        if made.state == "assessed":
            decided(world, made, names[want.decider])
            made = performed(world, case, made)
        assert made.state == "performed", to


def fields(world: World, case: str, want: Wish) -> set[str | None]:
    """Where something is refused."""
    try:
        assessed(world, case, want)
    except Refused as error:
        return {one.field for one in error.refusals}
    return set()


def asked_of(ground: Ground, to: Place) -> Sequence[str]:
    way = ground.way(HERE, to)
    which = () if way is None else way.which
    rest = (YOUNG_OR_IN_NEED.rest,) if YOUNG_OR_IN_NEED in ground.conditions else ()
    return [one.asks for one in (*which, *rest, *ground.confirms)]


@pytest.mark.parametrize(
    "ground", [one for one in GROUNDS if one.code not in NEVER_FROM_HERE and any(asked_of(one, to) for to in Place)],
    ids=lambda one: one.code,
)  # fmt: skip
def test_each_condition_that_only_a_person_can_tell_is_asked_and_a_no_is_said_at_its_question(
    world: World, ground: Ground
) -> None:
    case = about(world, ground, age=30 if YOUNG_OR_IN_NEED in ground.conditions else 16)
    for to in (targets(ground)[0], targets(ground)[-1]):
        for question in asked_of(ground, to):
            rest = {asks: said for asks, said in AGREED.items() if asks != question}
            want = wanted(world, case, ground, to)
            assert fields(world, case, replace(want, confirmed=rest)) == {question}
            said_wrong = rest | {question: not AGREED[question]}
            assert fields(world, case, replace(want, confirmed=said_wrong)) == {question}


def test_a_question_that_is_answered_in_words_cannot_be_answered_with_yes_or_no() -> None:
    starts = ("Är ", "Har ", "Finns ", "Kan ", "Behövs ", "Lämnas ", "Fanns ", "Pågår ", "Kommer ", "Gäller ", "Står ")
    assert [words for one in catalogue.GROUNDS for words in one.written if words.startswith(starts)] == []
    assert all(one.asks.startswith((*starts, "Rör ", "Påträffades ")) for one in catalogue.CONFIRMED)
    assert len({one.asks for one in catalogue.CONFIRMED}) == len(catalogue.CONFIRMED)
    assert all(set(one.answered) <= set(one.records) for one in catalogue.GROUNDS)


# The secrecy of social services, distress, and contact details -----------------------------------


@pytest.mark.parametrize("written", ["", "26:1", "23:2"])
@pytest.mark.parametrize("code", sorted(NEVER_FROM_HERE))
def test_the_secrecy_of_social_services_holds_whatever_is_written(world: World, code: str, written: str) -> None:
    case = child(world, 16, guardians=0)
    want = wanted(world, case, catalogue.find(code, TODAY), Place.POLICE, secrecy=written)
    assert fields(world, case, want) == {"ground"}


def test_a_secrecy_that_protects_it_besides_is_broken_too_or_it_is_not_given(world: World) -> None:
    case, ground = child(world, 16, guardians=0), catalogue.find("OSL_10_18A", TODAY)
    for written, expected in (("", set()), ("26:5", {"ground"}), ("25:1", {"ground"})):
        assert fields(world, case, wanted(world, case, ground, Place.POLICE, secrecy=written)) == expected


def test_what_is_given_in_distress_is_what_cannot_wait_and_its_reasons_are_written_the_same_day(world: World) -> None:
    case, ground = world.case(), catalogue.find(ALONE, TODAY)
    cannot_wait = ground.confirms[0].asks
    assert refused(world, case, confirmed=AGREED | {cannot_wait: False}) == {cannot_wait}
    assert not set(ground.afterwards) & set(ground.written)  # nobody writes beforehand what happened afterwards
    assessed(world, case)
    with world.session() as session:
        task = session.scalars(select(Task)).one()
        assert (task.account_id, task.due_on, task.done_at) == (world.ids["maja"], TODAY, None)
        assert [one.kind for one in notices.unread(session, world.ids["vilma"])] == ["disclosure_in_need"]


def test_other_grounds_demand_no_report_and_what_waits_for_a_decider_none_yet(world: World) -> None:
    case = world.case()
    assessed(world, case, wish(world, case, ground="OSL_10_19"))
    made = assessed(world, case, wish(world, case, harm="maybe", decider=world.ids["fia"]))
    with world.session() as session:
        assert session.scalars(select(Task)).all() == []
    decided(world, made, "fia")
    performed(world, case, made)
    with world.session() as session:
        assert len(session.scalars(select(Task)).all()) == 1


def test_a_lawyer_is_asked_about_the_contact_details_of_somebody_protected(world: World) -> None:
    ground = catalogue.find("LUB_4", TODAY)
    for level, expected in ((0, set()), (2, {"consulted"})):
        case = world.case(name=f"Skydd Niva{level}", protection=level)
        assert fields(world, case, wanted(world, case, ground, Place.POLICE, consulted="")) == expected
        assert fields(world, case, wanted(world, case, ground, Place.POLICE)) == set()
