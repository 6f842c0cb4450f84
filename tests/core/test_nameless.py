"""A consultation without a person keeps nothing that tells who it is about, wherever it is written."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    case_people,
    cases,
    deciders,
    disclosures,
    drafts,
    entries,
    nameless,
    registration,
    tasks,
)
from casework.core.actions import Action
from casework.core.db import new_id
from casework.core.disclosure_wish import Wish
from casework.core.errors import Refused
from casework.core.models import CasePerson, Disclosure, Entry, StatusPermission, Task
from casework.core.permissions import Permission
from casework.core.registration import Identified
from tests.core.taking_part import BOTH, everybody_consents, sspf
from tests.worlds import KUMLA, VUXEN, World

ANSWERS = {"date": "2026-11-20", "theme": "absence"}
HARMLESS = [
    "En elev är borta 3 dagar av 5, sedan kl 8.30 i måndags.",
    "Det gäller ungdomar runt väg 50 och Riksväg 51. Från Lindesberg kommer fler.",
    "Brå och Socialstyrelsen har stöd. Ring Kumla kommun i stället. Skolan betalade 10 000 kr.",
]
TELLING = [
    "Det gäller 110101-9802.",
    "Ring 070-123 45 67.",
    "Skriv till a.b@exempel.se.",
    "Familjen bor på Påhittsgatan 5 B.",
    "Bor i 692 30 Kumla.",
    "Pojken heter Nilo och går i åttan.",
    "I går kom Nova Mocksson hit.",
]


def consultation(world: World, who: str = "maja", **said: str) -> str:
    with world.acting(who) as (session, actor):
        made = registration.register(
            *(session, BOTH, actor),
            area="barn_unga",
            case_type="sspf",
            state="consultation",
            unit_id=world.units[KUMLA, VUXEN],
            who=None,
            answers=ANSWERS | said,
        )
        return made.id


def fields(refusal: Refused) -> set[str | None]:
    return {one.field for one in refusal.refusals}


@pytest.mark.parametrize("words", TELLING)
@pytest.mark.parametrize("field", ["question", "advice"])
def test_what_tells_who_it_is_is_refused_at_its_field_and_nothing_is_kept(sspf_world, words, field):
    with pytest.raises(Refused) as found:
        consultation(sspf_world, **{field: words})
    assert fields(found.value) == {field}
    with sspf_world.session() as session:
        assert session.scalars(select(Entry)).all() == []


def test_what_tells_nothing_is_kept(sspf_world):
    consultation(sspf_world, question=" ".join(HARMLESS), advice="Prata med rektorn.")


def test_nobody_is_put_into_it(sspf_world):
    world, case = sspf_world, consultation(sspf_world)
    with pytest.raises(Refused), world.acting("maja") as (session, maja):
        case_people.add(session, maja, case, Identified("", "Alva Påhittad", 0), "guardian", may_not_know=False)
    with world.session() as session:
        assert session.scalars(select(CasePerson)).all() == []


def test_whoever_was_put_into_it_before_that_was_refused_is_named_in_no_text(sspf_world):
    world, case = sspf_world, consultation(sspf_world)
    with world.acting("maja") as (session, maja):
        who, unit = Identified("", "Alva Lindeberg", 0), world.units[KUMLA, VUXEN]
        person = registration.identify(session, maja, who, unit, case)
        session.add(CasePerson(case_id=case, person_id=person.id, role="guardian", added_at=session.now))
    with pytest.raises(Refused) as found, world.acting("maja") as (session, maja):
        entries.sign(session, BOTH, maja, case, "consultation", ANSWERS | {"advice": "Ring Lindebergs i morgon"})
    assert fields(found.value) == {"advice"}


def test_a_task_in_it_names_nobody(sspf_world):
    world, case = sspf_world, consultation(sspf_world)
    with pytest.raises(Refused) as found, world.acting("maja") as (session, maja):
        tasks.add(session, maja, case, "Ring Nova Mocksson", None, maja.id)
    assert fields(found.value) == {"what"}
    with world.session() as session:
        assert session.scalars(select(Task)).all() == []


def test_a_colleague_who_is_asked_to_decide_in_it_is_told_no_name(sspf_world):
    world, case = sspf_world, consultation(sspf_world)
    with pytest.raises(Refused) as found, world.acting("maja") as (session, maja):
        deciders.ask(session, BOTH, maja, case, "close", world.ids["fia"], [], "Det gäller Nova Mocksson")
    assert fields(found.value) == {"what"}
    with world.session() as session:
        assert session.scalars(select(Task)).all() == []


def test_nothing_is_given_of_it_to_anybody_outside(sspf_world):
    world, case = sspf_world, consultation(sspf_world)
    for keep in (disclosures.draft, partial(disclosures.assess, registry=BOTH)):
        with pytest.raises(Refused, match="avidentifierad"), world.acting("maja") as (session, maja):
            keep(session=session, actor=maja, case_id=case, once=new_id(), wish=Wish(purpose=TELLING[0]))
    with pytest.raises(Refused, match="avidentifierad"):
        world.permit(world.case("maja", state="consultation"), purpose=TELLING[0])
    with world.session() as session:
        assert [session.scalars(select(one)).all() for one in (Disclosure, StatusPermission)] == [[], []]


def test_a_draft_in_it_keeps_no_name_and_one_of_the_concern_is_kept_by_nobody_before_consent(sspf_world):
    world, case = sspf_world, consultation(sspf_world)
    typed = {"question": [TELLING[-1]], "date": ["2026-11-20"]}
    with pytest.raises(Refused) as found, world.acting("maja") as (session, maja):
        drafts.save(session, BOTH, maja, case, "consultation", typed, seen_version=0)
    assert fields(found.value) == {"question"}
    asked = sspf(world, state="consent")
    concern = {"concern_text": ["Sågs i centrum om natten"]}
    with pytest.raises(Refused), world.acting("maja") as (session, maja):
        drafts.save(session, BOTH, maja, asked, "concern", concern, seen_version=0)
    with world.session() as session:
        assert session.scalars(select(Entry).where(Entry.state == "draft")).all() == []
    everybody_consents(world, asked)
    with world.acting("maja") as (session, maja):
        drafts.save(session, BOTH, maja, asked, "concern", concern, seen_version=0)


def test_in_a_case_about_somebody_names_are_written(sspf_world):
    case = sspf_world.case("maja")
    with sspf_world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        assert nameless.faults(decision, row, {"text": TELLING[0]}) == []
        assert cases.subject(decision, row) is not None
