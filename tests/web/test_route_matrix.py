"""Every route × every role: who is answered, who gets the one page for missing and forbidden, and what it never holds.

The rows come from the URL map: a route without a row here fails, so a new page is a decision somebody has made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from casework.core import accounts, case_exports, tasks, teams
from casework.core.export_rules import Wanted
from casework.core.models import (
    AuditEvent,
    CaseExport,
    CaseMember,
    ConflictBlock,
    Emergency,
    Entry,
    InstallationEvent,
    LogAnswer,
    LogQuestion,
    LogReview,
    Membership,
    Participation,
    StatusPermission,
    Task,
    WebSession,
)
from casework.core.permissions import OPERATOR
from casework.settings import Settings
from casework.web import create_app
from tests.databases import Databases, Kind
from tests.web import case_desk
from tests.web.route_roles import LEAD, PUBLIC, SIGNED_IN, TEAM, WHO
from tests.worlds import KUMLA, LAXA, World, found, with_participants

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
        with self.app.test_request_context():
            return self.app.url_map.bind("localhost").build(
                rule.endpoint, {name: given[name] for name in rule.arguments}
            )


def token(page: str) -> str:
    found_ = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return "" if found_ is None else found_[1]


@pytest.fixture(scope="module")
def desk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    kind: Kind = "sqlite"
    with databases.migrated(kind, tmp_path_factory.mktemp("matrix"), found) as database:
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
            copy, _asked = case_exports.order(
                session, actor, own, Wanted("extract", world.get(session, own).subject_id or "", [note], False, CANARY)
            )
            part = case_desk.taking_part(session, world, actor, own, world.ids["erik"])
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
            "item_id": item,
            "question_id": question,
            "export_id": copy.id,
            "participation_id": part,
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
            Entry,
            Task,
            StatusPermission,
            CaseMember,
            ConflictBlock,
            Emergency,
            LogQuestion,
            LogAnswer,
            LogReview,
            Participation,
        )
        return {kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds}


def answer(client: FlaskClient, method: str, address: str, csrf: str) -> tuple[int, bytes]:
    sent = client.open(address, method=method, data={"csrf_token": csrf} if method == "POST" else None)
    return sent.status_code, sent.get_data()


def plain(body: bytes) -> bytes:
    """A body without the form token, which is new in every answer."""
    return re.sub(rb'value="[\w.-]{60,}"', b"", body)


def denials(world: World) -> int:
    """How many attempts every chain remembers."""
    found_ = 0
    for code in (KUMLA, LAXA, None):
        with world.session(code) as session:
            kind = InstallationEvent if code is None else AuditEvent
            query = select(func.count()).select_from(kind).where(kind.outcome == "denied")
            found_ += session.scalar(query) or 0
    return found_


def test_every_route_has_a_row_here(desk: Desk) -> None:
    endpoints = {rule.endpoint for rule in desk.app.url_map.iter_rules()}
    assert endpoints == set(WHO) | PUBLIC


@pytest.mark.parametrize("who", sorted(SIGNED_IN))
def test_a_role_is_answered_on_its_own_pages_and_nowhere_else(desk: Desk, who: str) -> None:
    client = desk.browser(who)
    missing = client.get("/arenden/finns-inte-alls-finns-1")
    assert missing.status_code == 404
    for rule in rules(desk.app, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        before = denials(desk.world)
        status, body = answer(client, "GET", desk.address(rule, desk.own), "")
        where = f"{who} {rule.rule}"
        if who in WHO[rule.endpoint]:
            assert status in {200, 303}, where
            continue
        assert (status, plain(body)) == (404, plain(missing.get_data())), where
        assert denials(desk.world) > before, f"{where}: the denial was not remembered"


@pytest.mark.parametrize("who", sorted(SIGNED_IN))
def test_a_forbidden_a_foreign_and_a_missing_case_are_the_same_bytes(desk: Desk, who: str) -> None:
    client = desk.browser(who)
    case_rules = [rule for rule in rules(desk.app, "GET") if "case_id" in rule.arguments]
    own_here = {"sven": desk.others, "lars": desk.foreign, "maja": desk.own}
    for rule in case_rules:
        answers = {
            plain(client.get(desk.address(rule, case_id)).get_data())
            for case_id in (desk.own, desk.others, desk.foreign, "finns-inte-alls-finns-1")
            if case_id != own_here.get(who)
            and not (who == "vilma" and rule.endpoint.startswith(("conflicts.", "teams.")))
        }
        assert len(answers) <= 1, f"{who} {rule.rule}"


@pytest.mark.parametrize("who", sorted(SIGNED_IN - TEAM))
def test_nothing_a_role_is_answered_holds_what_the_team_alone_may_know(desk: Desk, who: str) -> None:
    client = desk.browser(who)
    # The team lead sees the unit's cases as list rows, with the names; nothing beyond them.
    secrets = [word for word in SECRETS if who != "vilma" or word not in {"Gösta", "Exempelsson"}]
    for rule in rules(desk.app, "GET"):
        body = client.get(desk.address(rule, desk.own)).get_data(as_text=True)
        # Whoever takes part in the case knows whom it is about.
        named = {"Gösta", "Exempelsson"} if (who, rule.endpoint) == ("erik", "partaking.show") else set()
        assert [word for word in secrets if word in body and word not in named] == [], f"{who} {rule.rule}"


@pytest.mark.parametrize("who", ["erik", "greta", "ida", "jon", "lo", "maja", "pia", "vilma"])  # one of each role
def test_from_every_page_one_signs_out_with_one_button(desk: Desk, who: str) -> None:
    client = desk.browser(who)
    pages = 0
    for rule in rules(desk.app, "GET"):
        shown = client.get(desk.address(rule, desk.own))
        if shown.status_code != 200 or shown.mimetype != "text/html" or rule.endpoint in PUBLIC:
            continue
        pages += 1
        assert re.search(r'<form[^>]*action="/logga-ut"', shown.text), rule.endpoint
    assert pages >= 5  # of one's own alone


def test_opening_a_public_page_begins_no_session(desk: Desk) -> None:
    def whole() -> int:
        with desk.world.session(None) as session:
            query = select(func.count()).select_from(WebSession).where(WebSession.account_id.is_not(None))
            return session.scalar(query) or 0

    with desk.world.session(None) as session:
        token_ = accounts.invite(session, OPERATOR, desk.world.account(session, "lena"))
    before, client = whole(), desk.app.test_client()
    for rule in rules(desk.app, "GET"):
        if rule.endpoint in PUBLIC:
            client.get(desk.address(rule, desk.own).replace("finns-inte", token_))
            client.get(desk.address(rule, desk.own))
    assert whole() == before


@pytest.mark.parametrize("who", sorted(SIGNED_IN - TEAM - LEAD))
def test_a_forged_post_changes_nothing_and_is_answered_as_missing(desk: Desk, who: str) -> None:
    client = desk.browser(who)
    csrf = token(client.get("/installningar").get_data(as_text=True))
    assert csrf
    missing = client.get("/arenden/finns-inte-alls-finns-1").get_data()
    before = counts(desk.world)
    for rule in rules(desk.app, "POST"):
        if rule.endpoint in PUBLIC or who in WHO[rule.endpoint]:
            continue
        status, body = answer(client, "POST", desk.address(rule, desk.own), csrf)
        assert (status, plain(body)) == (404, plain(missing)), f"{who} {rule.rule}"
    assert counts(desk.world) == before


def test_a_stranger_is_sent_to_the_sign_in_from_every_page(desk: Desk) -> None:
    client = desk.app.test_client()
    for rule in rules(desk.app, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        sent = client.get(desk.address(rule, desk.own))
        assert (sent.status_code, sent.headers.get("Location")) == (303, "/logga-in"), rule.rule


def test_public_pages_hold_nothing_of_anybody(desk: Desk) -> None:
    client = desk.app.test_client()
    for rule in rules(desk.app, "GET"):
        if rule.endpoint in PUBLIC - {"asset"}:
            body = client.get(desk.address(rule, desk.own)).get_data(as_text=True)
            assert [word for word in SECRETS if word in body] == [], rule.rule
