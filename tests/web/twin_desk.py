"""Two municipalities with the same people, the same case and the same words, served: they differ by their ids alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from casework.contract import Level
from casework.core import (
    access,
    accounts,
    activation,
    case_exports,
    cases,
    entries,
    organisations,
    passwords,
    persons,
    sharing,
    tasks,
    teams,
    vault,
)
from casework.core.clock import FOREVER
from casework.core.db import TenantSession, new_id
from casework.core.export_rules import Wanted
from casework.core.models import CaseMember, ConflictBlock, Credential, Decider, Emergency, Membership, Notice
from casework.core.permissions import OPERATOR, Role
from casework.core.roots import FileRoot
from casework.settings import Settings
from casework.web import create_app
from tests.answers import ANSWERS
from tests.databases import Database, Databases, upgrade
from tests.web import case_desk
from tests.web.conftest import PASSWORD, Browser
from tests.worlds import (
    KEY_FILE,
    KUMLA,
    LAXA,
    MORNING,
    POLIS,
    REGISTRY,
    SKOLA,
    UNITS,
    VUXEN,
    SetClock,
    World,
    open_installation,
    personal_number,
    with_participants,
)


@dataclass(frozen=True)
class Place:
    """A team with its case: who is in it (their usernames end in its name), and where.

    ``mark`` stands in every word that is written there, and in the names of its people; ``first`` is the number of its
    first person, which nobody else in the municipality has.
    """

    name: str
    code: str
    unit: str = VUXEN
    mark: str = ""
    first: int = 1

    def units(self, world: World) -> str:
        return world.units[self.code, self.unit]

    def words(self, text: str) -> str:
        return f"{text} {self.mark}".strip()


PLACES = {KUMLA: Place("kumla", KUMLA), LAXA: Place("laxa", LAXA)}
PEOPLE = {
    "maja": ("Maja Testlind", Role.CASE_OFFICER, Level.H, VUXEN),
    "sven": ("Sven Provsson", Role.CASE_OFFICER, Level.H, VUXEN),
    "fia": ("Fia Förstelin", Role.CASE_OFFICER, Level.FS, VUXEN),
    "vilma": ("Vilma Dummy", Role.TEAM_LEAD, Level.EC, VUXEN),
    "ida": ("Ida Intagslund", Role.INTAKE, Level.H, VUXEN),
    "lo": ("Lo Provander", Role.ADMINISTRATOR, Level.H, VUXEN),
    "greta": ("Greta Granskare", Role.LOG_REVIEWER, Level.H, VUXEN),
    "pia": ("Pia Partnersson", Role.PARTNER, Level.H, SKOLA),
    "erik": ("Erik Demosson", Role.POLICE_LIAISON, Level.H, POLIS),
}
STATUS = sharing.Chosen(
    states=["received", "initial", "closed"],
    fields=[],
    recognise="nothing",
    agreed_reference="",
    show_area=False,
    ground="other",
    ground_note="OSL 10 kap. 2 §, prövat",
    consent_id="",
    purpose="Planera samverkan",
    contact="Mottagningen 019-00 00 00",
    next_followup=None,
    until=date(2027, 2, 1),
)


def founded(database: Database) -> None:
    """Make both, as an operator would."""
    found_places(database, PLACES.values())


def found_places(database: Database, places: Iterable[Place]) -> None:
    """Make both municipalities and the people of each place."""
    upgrade(database)
    FileRoot.make(database.data_dir / KEY_FILE)
    installation = open_installation(database, SetClock())
    with pytest.MonkeyPatch.context() as cheaper, installation.session(None) as session:
        cheaper.setattr(passwords, "MEMORY_KIB", 64)
        cheaper.setattr(passwords, "PASSES", 1)
        organisations.found_installation(session)
        for code, twin in PLACES.items():
            organisations.register_municipality(session, code, twin.name.title())
            employer = organisations.organisation(session, f"{twin.name.title()} kommun", code)
            for place in places:
                for who, (name, _role, _level, _unit) in PEOPLE.items() if place.code == code else ():
                    account = accounts.add(session, OPERATOR, f"{who}.{place.name}", name, employer)
                    accounts.set_password(session, account, PASSWORD)
                    organisations.add_door(account, code)
    for code in PLACES:
        with installation.session(code) as session:
            organisations.found_municipality(session)
            units = {name: organisations.unit(session, agency, name) for name, agency in UNITS.items()}
            activation.enable(session, REGISTRY, OPERATOR, "avhoppare")
            for place in places:
                for who, (_name, role, level, unit) in PEOPLE.items() if place.code == code else ():
                    found = accounts.find(session, f"{who}.{place.name}")
                    assert found is not None
                    where = units[place.unit if unit == VUXEN else unit]
                    organisations.grant(session, OPERATOR, found, role, where, level)
    installation.engine.dispose()


@dataclass
class TwinDesk:
    """The served places, and what can stand in an address or a form: the ids of each."""

    world: World
    app: Flask
    ids: dict[str, dict[str, str]]

    def browser(self, who: str, code: str = KUMLA) -> Browser:
        browser = Browser(self.app.test_client())
        assert browser.sign_in(f"{who}.{PLACES[code].name}").status_code == 303, who
        return browser


def opened(databases: Databases, folder: Path) -> Iterator[TwinDesk]:
    with databases.migrated("sqlite", folder, founded) as database:
        yield from served(database, PLACES)


def served(database: Database, places: Mapping[str, Place]) -> Iterator[TwinDesk]:
    world = World(database)
    world.installation = replace(world.installation, registry=with_participants())
    settings = Settings(database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True)
    ids = {key: filled(world, place) for key, place in places.items()}
    yield TwinDesk(world, create_app(settings, world.installation), ids)
    world.installation.engine.dispose()


def filled(world: World, place: Place) -> dict[str, str]:
    """Give a place its case; the ids, by the names they have in addresses and forms."""
    account, code, words = {who: world.ids[f"{who}.{place.name}"] for who in PEOPLE}, place.code, place.words
    case_id = registered(world, place, words("Gösta Exempelsson"))
    with world.acting(f"vilma.{place.name}", code) as (session, vilma):
        teams.assign(session, vilma, case_id, account["maja"])
        teams.name(session, vilma, case_id, account["sven"], "reader", may_unseal=False)
    with world.acting(f"maja.{place.name}", code) as (session, maja):
        note = ANSWERS["note"] | {one: words(ANSWERS["note"][one]) for one in ("heading", "text")}
        dark = ANSWERS["threat"] | {"threat_summary": words(ANSWERS["threat"]["threat_summary"])}
        entry = entries.sign(session, REGISTRY, maja, case_id, "note", note)
        threat = entries.sign(session, REGISTRY, maja, case_id, "threat", dark)
        consent = entries.sign(session, REGISTRY, maja, case_id, "consent_note", ANSWERS["consent_note"])
        status = replace(STATUS, purpose=words(STATUS.purpose), ground_note=words(STATUS.ground_note))
        shared = sharing.permit(session, REGISTRY, maja, case_id, status)
        task = tasks.add(session, maja, case_id, words("Ring tillbaka"), None, maja.id)
        subject_id = world.get(session, case_id).subject_id or ""
        wanted = Wanted("extract", subject_id, assessment=words("Prövat"))
        copy, _asked = case_exports.order(session, maja, case_id, wanted)
        part = case_desk.taking_part(session, world, maja, case_id, account["erik"])
    waiting, block = watched(world, place, account)
    with world.session(None) as session:
        way = session.query(Credential).filter_by(account_id=account["sven"]).one()
    item, question = case_desk.questioned(world, case_id, f"maja.{place.name}", f"greta.{place.name}", code)
    with world.session(code) as session:
        decider = asked(session, case_id, account["fia"], account["maja"])
        opening = opened_in_an_emergency(session, case_id, account["sven"])
        member = session.query(CaseMember).filter_by(case_id=case_id, account_id=account["sven"]).one()
        membership = session.query(Membership).filter_by(account_id=account["sven"]).one()
        notice = session.query(Notice).filter_by(account_id=account["maja"], kind="log_question").one()
        return {
            "case_id": case_id,
            "entry_id": entry.id,
            "threat": threat.id,
            "consent": consent.id,
            "shared_id": shared.id,
            "approval_id": waiting,
            "block_id": block,
            "emergency_id": opening,
            "way_id": way.id,
            "task_id": task.id,
            "decider_id": decider.id,
            "member_id": member.id,
            "membership_id": membership.id,
            "account_id": account["sven"],
            "item_id": item,
            "question_id": question,
            "export_id": copy.id,
            "participation_id": part,
            "notice_id": notice.id,
            "unit": place.units(world),
        }


def registered(world: World, place: Place, name: str, nth: int = 0, protection: int = 0) -> str:
    """The id of a new case in a place, in nobody's hands."""
    with world.acting(f"ida.{place.name}", place.code) as (session, ida):
        subject = persons.add(session, ida, name, personal_number(place.first + nth), protection)
        return cases.register(
            *(session, REGISTRY, ida),
            area="avhoppare",
            case_type="avhopp",
            unit_id=place.units(world),
            state="received",
            subject=subject,
        ).id


def watched(world: World, place: Place, account: dict[str, str]) -> tuple[str, str]:
    """A protected person's case that waits for two people to assign it, and a colleague blocked from it."""
    case_id = registered(world, place, place.words("Gömd Fallsson"), 1, 2)
    with world.acting(f"vilma.{place.name}", place.code) as (session, vilma):
        waiting = teams.assign(session, vilma, case_id, account["maja"], reason=place.words("Hon känner läget"))
        assert waiting is not None
        teams.block(session, vilma, case_id, account["sven"])
        return waiting.id, session.query(ConflictBlock).filter_by(case_id=case_id).one().id


def opened_in_an_emergency(session: TenantSession, case_id: str, account_id: str) -> str:
    """An opening that is over, past every rule."""
    opening = Emergency(
        id=new_id(), case_id=case_id, account_id=account_id, category="danger", opened_at=MORNING, until=MORNING
    )
    opening.reason = vault.seal_review(session, "emergencies", opening.id, "reason", "Larm i natt")
    session.add(opening)
    session.flush()
    access.refresh(session, case_id)
    return opening.id


def asked(session: TenantSession, case_id: str, account_id: str, by: str) -> Decider:
    """A question to a colleague, past every rule."""
    limits = {"valid_from": MORNING, "valid_until": FOREVER}
    decider = Decider(case_id=case_id, account_id=account_id, transition="none", forms="note", asked_by=by, **limits)
    session.add(decider)
    session.flush()
    return decider
