"""Every route × every role: who is answered, who gets the one page for missing and forbidden, and what it never holds.

The rows come from the URL map: a route without a row here fails, so a new page is a decision somebody has made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.core import accounts
from casework.core.models import (
    AuditEvent,
    InstallationEvent,
    WebSession,
)
from casework.core.permissions import OPERATOR
from tests.databases import Databases
from tests.web import role_desk
from tests.web.role_desk import SECRETS, Desk, counts, plain, rules, token
from tests.web.route_roles import LEAD, PUBLIC, SIGNED_IN, TEAM, WHO
from tests.worlds import KUMLA, LAXA, World


@pytest.fixture(scope="module")
def desk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from role_desk.opened(databases, tmp_path_factory.mktemp("matrix"))


def answer(client: FlaskClient, method: str, address: str, csrf: str) -> tuple[int, bytes]:
    sent = client.open(address, method=method, data={"csrf_token": csrf} if method == "POST" else None)
    return sent.status_code, sent.get_data()


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
            and not (who == "vilma" and rule.endpoint.startswith(("conflicts.", "links.end", "links.show", "teams.")))
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
