"""Two municipalities with the same people, the same case and the same words, served: they differ by their ids alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
from casework.core.models import CaseMember, ConflictBlock, Credential, Decider, Emergency, Membership
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
)

PLACES = {KUMLA: "kumla", LAXA: "laxa"}
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
    upgrade(database)
    FileRoot.make(database.data_dir / KEY_FILE)
    installation = open_installation(database, SetClock())
    with pytest.MonkeyPatch.context() as cheaper, installation.session(None) as session:
        cheaper.setattr(passwords, "MEMORY_KIB", 64)
        cheaper.setattr(passwords, "PASSES", 1)
        organisations.found_installation(session)
        for code, place in PLACES.items():
            organisations.register_municipality(session, code, place.title())
            employer = organisations.organisation(session, f"{place.title()} kommun", code)
            for who, (name, _role, _level, _unit) in PEOPLE.items():
                account = accounts.add(session, OPERATOR, f"{who}.{place}", name, employer)
                accounts.set_password(session, account, PASSWORD)
                organisations.add_door(account, code)
    for code, place in PLACES.items():
        with installation.session(code) as session:
            organisations.found_municipality(session)
            units = {name: organisations.unit(session, agency, name) for name, agency in UNITS.items()}
            activation.enable(session, REGISTRY, OPERATOR, "avhoppare")
            for who, (_name, role, level, unit) in PEOPLE.items():
                found = accounts.find(session, f"{who}.{place}")
                assert found is not None
                organisations.grant(session, OPERATOR, found, role, units[unit], level)
    installation.engine.dispose()


@dataclass
class TwinDesk:
    """The served twins, and what can stand in an address or a form: the ids of each."""

    world: World
    app: Flask
    ids: dict[str, dict[str, str]]

    def browser(self, who: str, code: str = KUMLA) -> Browser:
        browser = Browser(self.app.test_client())
        assert browser.sign_in(f"{who}.{PLACES[code]}").status_code == 303, who
        return browser


def opened(databases: Databases, folder: Path) -> Iterator[TwinDesk]:
    with databases.migrated("sqlite", folder, founded) as database:
        world = World(database)
        settings = Settings(
            database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True
        )
        ids = {code: filled(world, code) for code in PLACES}
        yield TwinDesk(world, create_app(settings, world.installation), ids)
        world.installation.engine.dispose()


def filled(world: World, code: str) -> dict[str, str]:
    """Give a municipality its case; the ids, by the names they have in addresses and forms."""
    account, unit = {who: world.ids[f"{who}.{PLACES[code]}"] for who in PEOPLE}, world.units[code, VUXEN]
    with world.acting(f"ida.{PLACES[code]}", code) as (session, ida):
        subject = persons.add(session, ida, "Gösta Exempelsson", personal_number(1), 0)
        case_id = cases.register(
            *(session, REGISTRY, ida),
            area="avhoppare",
            case_type="avhopp",
            unit_id=unit,
            state="received",
            subject=subject,
        ).id
    with world.acting(f"vilma.{PLACES[code]}", code) as (session, vilma):
        teams.assign(session, vilma, case_id, account["maja"])
        teams.name(session, vilma, case_id, account["sven"], "reader", may_unseal=False)
    with world.acting(f"maja.{PLACES[code]}", code) as (session, maja):
        entry = entries.sign(session, REGISTRY, maja, case_id, "note", ANSWERS["note"])
        threat = entries.sign(session, REGISTRY, maja, case_id, "threat", ANSWERS["threat"])
        consent = entries.sign(session, REGISTRY, maja, case_id, "consent_note", ANSWERS["consent_note"])
        shared = sharing.permit(session, REGISTRY, maja, case_id, STATUS)
        task = tasks.add(session, maja, case_id, "Ring tillbaka", None, maja.id)
        copy, _asked = case_exports.order(session, maja, case_id, Wanted("extract", subject.id, assessment="Prövat"))
    waiting, block = watched(world, code, account)
    with world.session(None) as session:
        way = session.query(Credential).filter_by(account_id=account["sven"]).one()
    place = PLACES[code]
    item, question = case_desk.questioned(world, case_id, f"maja.{place}", f"greta.{place}", code)
    with world.session(code) as session:
        decider = asked(session, case_id, account["fia"], account["maja"])
        opening = opened_in_an_emergency(session, case_id, account["sven"])
        member = session.query(CaseMember).filter_by(case_id=case_id, account_id=account["sven"]).one()
        membership = session.query(Membership).filter_by(account_id=account["sven"]).one()
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
            "unit": unit,
        }


def watched(world: World, code: str, account: dict[str, str]) -> tuple[str, str]:
    """A protected person's case that waits for two people to assign it, and a colleague blocked from it."""
    with world.acting(f"ida.{PLACES[code]}", code) as (session, ida):
        hidden = persons.add(session, ida, "Gömd Fallsson", personal_number(2), 2)
        case_id = cases.register(
            *(session, REGISTRY, ida),
            area="avhoppare",
            case_type="avhopp",
            unit_id=world.units[code, VUXEN],
            state="received",
            subject=hidden,
        ).id
    with world.acting(f"vilma.{PLACES[code]}", code) as (session, vilma):
        waiting = teams.assign(session, vilma, case_id, account["maja"])
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
