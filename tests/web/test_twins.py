"""The ids of a twin municipality answer as ids that never were: on every route, to every role, byte by byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.databases import Databases
from tests.twins import of, rows
from tests.web import twin_desk
from tests.web.case_desk import hidden
from tests.web.role_desk import plain, rules, token
from tests.web.route_roles import PUBLIC
from tests.web.twin_desk import TwinDesk
from tests.web.twin_places import PEOPLE
from tests.worlds import KUMLA, LAXA

MISSING = "finns-inte-alls-finns1"
NO_IDS = {
    "area": "avhoppare",
    "case_type": "avhopp",
    "form": "note",
    "ground": "OSL_10_2",
    "key": "begin_assessment",
    "kind": "vinr_barn",
}
"""What stands in addresses and is the same everywhere: names that plugins declare."""


@pytest.fixture(scope="module")
def desk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinDesk]:
    """For tests that change nothing of what they ask for."""
    yield from twin_desk.opened(databases, tmp_path_factory.mktemp("twins"))


@pytest.fixture
def fresh(databases: Databases, tmp_path: Path) -> Iterator[TwinDesk]:
    """For a test that may change what is one's own."""
    yield from twin_desk.opened(databases, tmp_path)


def guarded(desk: TwinDesk, method: str) -> list[Rule]:
    """The routes with an id in their address."""
    return [one for one in rules(desk.app, method) if one.endpoint not in PUBLIC and one.arguments - NO_IDS.keys()]


def address(desk: TwinDesk, rule: Rule, changed: dict[str, str]) -> str:
    """A route's address with Kumla's ids, some of them changed."""
    given = NO_IDS | desk.ids[KUMLA] | changed
    return desk.app.url_map.bind("localhost").build(rule.endpoint, {name: given[name] for name in rule.arguments})


def said(answer: TestResponse, asked: Iterable[str] = ()) -> tuple[int, str, bytes]:
    """A whole answer, without the form tokens and without the ids that were asked for."""
    where = answer.headers.get("Location", "")
    body = re.sub(rb'data-token="[^"]*"', b"", plain(answer.get_data()))
    for one in asked:
        where, body = where.replace(one, "ID"), body.replace(one.encode(), b"ID")
    return answer.status_code, where, body


def send(client: FlaskClient, method: str, path: str, fields: Mapping[str, str]) -> TestResponse:
    return client.open(path, method=method, data=dict(fields) if method == "POST" else None)


def test_every_id_in_an_address_has_a_twin_here(desk: TwinDesk) -> None:
    names = {name for method in ("GET", "POST") for rule in guarded(desk, method) for name in rule.arguments}
    assert names <= NO_IDS.keys() | desk.ids[LAXA].keys()
    assert not set(desk.ids[KUMLA].values()) & set(desk.ids[LAXA].values())


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_a_twins_ids_in_an_address_answer_as_missing_ones(desk: TwinDesk, who: str) -> None:
    reach(desk, who, "GET")


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_what_is_sent_to_a_twins_ids_is_answered_as_missing(fresh: TwinDesk, who: str) -> None:
    reach(fresh, who, "POST")


def reach(desk: TwinDesk, who: str, method: str) -> None:
    """Ask for everything with a twin's ids, and with ids that never were."""
    before = of(LAXA, rows(desk.world.database))
    browser = desk.browser(who)
    csrf = token(browser.get("/installningar").text)
    missing = said(browser.get("/arenden/finns-inte-alls-finns-1"))
    assert missing[0] == 404 and csrf
    tried = 0
    for rule in guarded(desk, method):
        ids = sorted(rule.arguments - NO_IDS.keys())
        for changed in [*({one} for one in ids), set(ids)]:  # each alone, the others being Kumla's own; then all
            twins = {name: desk.ids[LAXA][name] for name in changed}
            nobodys = dict.fromkeys(changed, MISSING)
            answers = [
                said(send(browser.client, method, address(desk, rule, given), {"csrf_token": csrf}), given.values())
                for given in (twins, nobodys)
            ]
            where = f"{who} {method} {rule.rule} {sorted(changed)}"
            assert answers[0] == answers[1], where
            # A member who is no longer there is not missed: the page goes back to the team.
            assert answers[0] == missing or (answers[0][0] == 303 and "case_id" not in changed), where
            tried += 1
    assert tried > 10
    assert of(LAXA, rows(desk.world.database)) == before


FORMS: dict[str, tuple[str, str, dict[str, str], str, str]] = {
    "assign": ("vilma", "/arenden/{case_id}/team/tilldela", {}, "account", "account_id"),
    "name": (
        "vilma",
        "/arenden/{case_id}/team/namnge",
        {"role": "reader", "may_unseal": "no"},
        "account",
        "account_id",
    ),
    "block": ("vilma", "/arenden/{case_id}/team/sparra", {"sure": "y"}, "account", "account_id"),
    "task": ("maja", "/arenden/{case_id}/att-gora", {"what": "Ring"}, "account", "account_id"),
    "post": ("lo", "/anvandare/{account_id}", {"role": "case_officer", "level": "FS"}, "unit", "unit"),
    "register": (
        "ida",
        "/arenden/nytt?omrade=avhoppare&typ=avhopp&borjan=open_consultation",
        {
            "omrade": "avhoppare",
            "typ": "avhopp",
            "borjan": "open_consultation",
            "date": "2026-11-24",
            "contact_type": "call",
            "theme": "leaving",
            "question": "Vad gäller?",
        },
        "enhet",
        "unit",
    ),
    "correction": (
        "maja",
        "/arenden/{case_id}/skriv/note",
        {
            "event_date": "2026-11-24",
            "event_type": "call",
            "heading": "Samtal",
            "text": "Rättat",
            "knapp": "sign",
            "version": "0",
        },
        "begun_on",
        "entry_id",
    ),
}
"""Forms that carry an id: who sends it, where, what else is written, the field, and whose id it is."""


@pytest.mark.parametrize("form", FORMS)
def test_a_twins_id_in_a_form_is_answered_as_a_missing_one(desk: TwinDesk, form: str) -> None:
    who, path, fields, name, kind = FORMS[form]
    before = rows(desk.world.database)
    browser, path = desk.browser(who), path.format(**desk.ids[KUMLA])
    page = browser.get(path)
    fields = {"csrf_token": token(page.text), "version": hidden(page, "version")} | fields
    answers = [
        said(send(browser.client, "POST", path, fields | {name: one}), [one]) for one in (desk.ids[LAXA][kind], MISSING)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] in {404, 422}
    after = rows(desk.world.database)
    assert of(LAXA, after) == of(LAXA, before)
    assert {key for key in after if after[key] != before.get(key) and key[0] == KUMLA} <= {
        (KUMLA, "audit_events"),
        (KUMLA, "audit_heads"),
        (KUMLA, "audit_cases"),
    }


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_nobody_gets_into_the_twin_municipality(desk: TwinDesk, who: str) -> None:
    browser = desk.browser(who)
    csrf = token(browser.get("/installningar").text)
    answers = []
    for code in (LAXA, "9999"):
        sent = browser.client.post("/kommun", data={"csrf_token": csrf, "kommun": code})
        answers.append((said(sent), said(browser.get("/installningar")), said(browser.get("/arenden"))))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_twins_are_answered_alike_each_in_their_own(desk: TwinDesk, who: str) -> None:
    """The counterpart: where the ids are one's own the same routes answer, and with the same words."""
    answers = {}
    for code in (KUMLA, LAXA):
        browser = desk.browser(who, code)
        with desk.app.test_request_context():
            url = desk.app.url_map.bind("localhost")
            given = NO_IDS | desk.ids[code]
            paths = [
                (one.rule, url.build(one.endpoint, {name: given[name] for name in one.arguments}))
                for one in guarded(desk, "GET")
            ]
        answers[code] = {rule: browser.get(path).status_code for rule, path in paths}
    assert answers[KUMLA] == answers[LAXA]
    reached = {rule for rule, status in answers[KUMLA].items() if status == 200}
    assert bool(reached) == (who in {"maja", "sven", "vilma", "lo", "fia", "greta", "erik", "ida", "pia"})
