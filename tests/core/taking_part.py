"""Short ways to let people of other agencies take part in an SSPF case, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import casework_avhoppare
import casework_barn_unga
from casework.core import activation, cases, entries, partaking, participations, persons, teams
from casework.core.errors import NotFound, Refused
from casework.core.models import Case
from casework.core.participations import Chosen
from casework.core.permissions import OPERATOR
from casework.core.registry import Registry
from tests.core.consenting import TODAY, born, consented
from tests.worlds import KUMLA, VUXEN, World, numbered

BOTH = Registry({"avhoppare": casework_avhoppare, "barn_unga": casework_barn_unga})
SSPF = casework_barn_unga.FOCUS.case_type("sspf")
WRITTEN: dict[str, dict[str, str]] = {
    "reason": {"reason": "absence"},
    "school": {"school": "Mockskolan", "absence": "Borta varje måndag"},
    "leisure": {"leisure": "Spelar schack"},
    "concern": {"concern_text": "Sågs i centrum om natten"},
    "investigation": {"investigation_open": "yes"},
    "mapping": {
        "mapping.school": "Trivs med läraren",
        "mapping.home": "Bor hos mormor",
        "mapping.friends": "Umgås med äldre",
        "mapping.health": "Sover dåligt",
        "mapping.drugs": "Har provat cannabis",
        "mapping.crime": "Snatteri i våras",
        "mapping.strengths": "Mormor finns nära",
    },
    "crime_info": {
        "crime_info.date": "2026-11-20",
        "crime_info": "Misstänkt för rån",
        "crime_info.may_be_told": "no",
    },
    "plan": {"plan.goal": "Hitta tillbaka", "child_voice": "Vill spela", "plan.next_date": "2027-01-11"},
}
"""What is written in a case before somebody takes part in it."""
EVERY = tuple(str(kind) for kind in SSPF.participation.kinds) if SSPF.participation else ()


def ready(world: World) -> World:
    """The same world where SSPF is switched on in Kumla."""
    world.installation = replace(world.installation, registry=BOTH)
    with world.session() as session:
        activation.enable(session, BOTH, OPERATOR, "barn_unga")
    return world


def sspf(world: World, age: int = 16, *, days: int = 0, state: str = "mapping", protection: int = 0) -> str:
    """The id of an SSPF case in a state, about somebody of an age in some days, with the forms above signed by Maja."""
    world.people += 1
    with world.acting("ida") as (session, ida):
        number = numbered(born(age, days=days), world.people)
        subject = persons.add(session, ida, "Nova Mocksson", number, protection)
        case = cases.register(
            *(session, BOTH, ida),
            area="barn_unga",
            case_type="sspf",
            unit_id=world.units[KUMLA, VUXEN],
            state="proposed",
            subject=subject,
        )
        for nth in range(2):
            guardian = persons.add(session, ida, f"Förälder {nth}", numbered(date(1980, 5, 5 + world.people), nth))
            persons.put_in_case(session, case, guardian, "guardian")
            session.flush()
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, case.id, world.ids["maja"])
    world.approve(asked)
    write(world, case.id, "consent_note", given_by="subject", agencies="school", what="school", how_given="written")
    moved(world, case.id, "mapping")
    for form in WRITTEN:
        write(world, case.id, form)
    moved(world, case.id, state)
    return case.id


def moved(world: World, case_id: str, state: str) -> None:
    """Put a case in a state, past every rule."""
    with world.session() as session:
        world.get(session, case_id).state = state
        cases.touch(session, world.get(session, case_id))


def write(world: World, case_id: str, form: str, **changed: str) -> str:
    """The id of a form signed by Maja; the answers above unless others are given."""
    dates = {"valid_from": "2026-11-01", "valid_until": "2027-05-01"} if form == "consent_note" else {}
    said = WRITTEN.get(form, {}) | dates | {name.replace("__", "."): words for name, words in changed.items()}
    with world.acting("maja") as (session, maja):
        return entries.sign(session, BOTH, maja, case_id, form, said).id


def everybody_consents(world: World, case: str, **changed: Any) -> list[str]:
    """The ids of the consents of a young person of fifteen or more and of two guardians."""
    every = {"agencies": ("school", "police", "recreation"), "kinds": EVERY} | changed
    givers = (("subject", 0), ("guardian", 0), ("guardian", 1))
    return [consented(world, case, part, nth, **every) for part, nth in givers]


def chosen(world: World, who: str = "pia", **changed: Any) -> Chosen:
    said = {
        "account_id": world.ids[who],
        "agency": "police" if who == "erik" else "school",
        "kinds": ("status", "school"),
        "until": TODAY + timedelta(days=60),
    } | changed
    return Chosen(**said)


def add(world: World, case: str, who: str = "pia", **changed: Any) -> str:
    with world.acting("maja") as (session, maja):
        return participations.add(session, BOTH, maja, case, chosen(world, who, **changed)).id


def let_in(world: World, case: str, **changed: Any) -> str:
    """Pia's participation in a case in which everybody consents."""
    everybody_consents(world, case)
    return add(world, case, **changed)


def refused(world: World, case: str, who: str = "pia", **changed: Any) -> set[str | None]:
    """The fields at which adding somebody is refused."""
    try:
        add(world, case, who, **changed)
    except Refused as refusal:
        return {one.field for one in refusal.refusals}
    return set()


def end(world: World, case: str, participation: str) -> None:
    with world.acting("maja") as (session, maja):
        participations.end(session, maja, case, participation)


def listed(world: World, who: str = "pia") -> list[str]:
    with world.acting(who) as (session, actor):
        return [one.id for one in partaking.listed(session, BOTH, actor)]


def read(world: World, participation: str, who: str = "pia") -> list[tuple[str, str]] | None:
    """Every label and its words that a participant sees, or None where there is nothing."""
    try:
        with world.acting(who) as (session, actor):
            page = partaking.read(session, BOTH, actor, participation)
    except NotFound:
        return None
    return [(fact.label, fact.words) for one in page.parts for fact in one.facts]


def words(world: World, participation: str, who: str = "pia") -> Sequence[str]:
    return sorted(said for _label, said in read(world, participation, who) or [])


def row(world: World, case: str) -> Case:
    with world.session() as session:
        return world.get(session, case)
