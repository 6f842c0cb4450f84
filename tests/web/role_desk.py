"""One municipality with a case of everything, served: what the tables of routes and roles are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from casework.core import (
    accounts,
    case_exports,
    consent_papers,
    consent_register,
    deputies,
    disclosures,
    handover_steps,
    tasks,
    teams,
)
from casework.core.db import new_id
from casework.core.export_rules import Wanted
from casework.core.models import (
    CaseExport,
    CaseMember,
    Communication,
    ConflictBlock,
    Consent,
    ConsentPaper,
    Deputy,
    Disclosure,
    Emergency,
    Entry,
    Handover,
    LogAnswer,
    LogQuestion,
    LogReview,
    Meeting,
    Membership,
    Objection,
    Participation,
    StatusPermission,
    Task,
)
from casework.settings import Settings
from casework.web import create_app
from tests.core import communicating, disclosing
from tests.core.consenting import wanted
from tests.core.handing import Hand
from tests.core.papers import PDF
from tests.databases import Databases, Kind
from tests.participating import with_participants
from tests.web import case_desk
from tests.worlds import REGISTRY, World, found

PASSWORD = "vinter-lykta-kanot-9"
CANARY = "Kanariefågel"
SECRETS = (CANARY, "Gösta", "Exempelsson", "Skyddsson", "Ringde på morgonen", "Hotad av tidigare vänner")


@dataclass
class Desk:
    """A served world with one case of Maja's, one of Sven's, one in Laxå, and somebody's browser for each person."""

    world: World
    app: Flask
    own: str
    others: str
    foreign: str
    arguments: dict[str, str]

    def browser(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        page = client.get("/logga-in").get_data(as_text=True)
        answer = client.post(
            "/logga-in", data={"username": who, "password": PASSWORD, "csrf_token": token(page)}, follow_redirects=False
        )
        assert answer.status_code == 303, who
        return client

    def address(self, rule: Rule, case_id: str) -> str:
        given = {name: self.arguments.get(name, "finns-inte") for name in rule.arguments} | {"case_id": case_id}
        return self.app.url_map.bind("localhost").build(rule.endpoint, {name: given[name] for name in rule.arguments})


def token(page: str) -> str:
    found_ = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return "" if found_ is None else found_[1]


def opened(databases: Databases, folder: Path) -> Iterator[Desk]:
    kind: Kind = "sqlite"
    with databases.migrated(kind, folder, found) as database:
        world = World(database)
        world.installation = replace(world.installation, registry=with_participants())
        with world.session(None) as session:
            for who in world.ids:
                account = accounts.find(session, who)
                assert account is not None
                accounts.set_password(session, account, PASSWORD)
        own, others = world.case("maja"), world.case("sven", name="Annan Påhittdotter")
        foreign = world.case("lars", code="1860", name="Tredje Mallström")
        opened = case_desk.opening(world)
        note = world.sign("maja", own, "note", text=f"{CANARY}. Ringde på morgonen", heading=CANARY)
        world.sign("maja", own, "threat")
        shared = world.permit(own, recognise="nothing")
        protected = world.case("maja", name="Fjärde Skyddsson", protection=2)
        with world.acting("vilma") as (session, vilma):
            waiting = teams.name(session, vilma, protected, world.ids["sven"], "reader", may_unseal=False)
            assert waiting is not None
        with world.session() as session:
            member = session.scalar(select(CaseMember.id).where(CaseMember.case_id == own))
            membership = session.scalar(select(Membership.id).where(Membership.account_id == world.ids["sven"]))
        with world.acting("maja") as (session, actor):
            task = tasks.add(session, actor, own, f"{CANARY}: ring tillbaka", None, actor.id).id
            subject = world.get(session, own).subject_id or ""
            consent = consent_register.draft(session, actor, own, wanted(subject, note=CANARY))
            consent_register.request(session, actor, own, consent.id)
            paper = consent_papers.add(session, actor, own, consent.id, PDF.replace(b"Catalog", CANARY.encode()))
            copy, _asked = case_exports.order(
                session, REGISTRY, actor, own, Wanted("extract", subject, [note], False, CANARY)
            )
            ordered, told = communicating.in_case(session, actor, own, subject, CANARY)
            part = case_desk.taking_part(session, world, actor, own, world.ids["erik"])
            meeting = case_desk.met(session, world, actor, own, CANARY)
            to, asked_of = f"police:{world.ids['erik']}", world.ids["fia"]
            sent, waits = (
                disclosures.assess(session, REGISTRY, actor, own, new_id(), disclosing.plain(session, to, **more))
                for more in ({}, {"harm": "maybe", "decider": asked_of})
            )
        received, arrived = (hand := Hand(world)).opened(), hand.opened()
        with world.acting("ida") as (session, ida):
            handover_steps.pass_on(session, ida, received, world.ids["maja"])
            absence = deputies.name(session, ida, world.ids["sven"], date(2026, 12, 1), date(2026, 12, 3)).id
        hand.add(received, own)
        item, question = case_desk.questioned(world, own)
        settings = Settings(
            database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True
        )
        arguments = {
            "form": "note",
            "entry_id": note,
            "key": "begin_assessment",
            "shared_id": shared.id,
            "member_id": member or "",
            "task_id": task,
            "account_id": world.ids["sven"],
            "membership_id": membership or "",
            "area": "avhoppare",
            "ground": "OSL_10_2",
            "approval_id": waiting.id,
            "emergency_id": opened,
            "block_id": "finns-inte",
            "link_id": "finns-inte",
            "kind": "vinr_barn",
            "item_id": item,
            "question_id": question,
            "export_id": copy.id,
            "order_id": ordered,
            "communication_id": told,
            "person_id": subject,
            "consent_id": consent.id,
            "paper_id": paper.id,
            "disclosure_id": sent.id,
            "sent_id": sent.id,
            "waiting_id": waits.id,
            "case_type": "avhopp",
            "received_id": received,
            "handover_id": arrived,
            "deputy_id": absence,
            "participation_id": part,
            "meeting_id": meeting,
        }
        yield Desk(world, create_app(settings, world.installation), own, others, foreign, arguments)
        world.installation.engine.dispose()


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def counts(world: World) -> dict[str, int]:
    """How much is written in the municipality, the record aside."""
    with world.session() as session:
        kinds = (
            CaseExport,
            Deputy,
            Entry,
            Handover,
            Task,
            StatusPermission,
            CaseMember,
            Communication,
            ConflictBlock,
            Consent,
            ConsentPaper,
            Disclosure,
            Emergency,
            LogQuestion,
            LogAnswer,
            LogReview,
            Meeting,
            Objection,
            Participation,
        )
        return {kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds}


def plain(body: bytes) -> bytes:
    """A body without the form token, which is new in every answer."""
    return re.sub(rb'value="[\w.-]{60,}"', b"", body)
