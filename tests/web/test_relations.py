"""Every route × everybody × whose it is: own, another team's, another municipality's, nobody's, closed by a conflict.

The rows come from the URL map, and whoever is not named in ``route_roles.BEYOND`` is answered as if there were nothing:
the same bytes, none of the words written there, and a row in the record. A route whose ids no place here has fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule

from casework.core.models import AuditEvent, InstallationEvent
from tests.databases import Databases
from tests.twins import rows
from tests.web import matrix_desk
from tests.web.matrix_desk import BLOCKED, MISSING, NOWHERE, OWN, RELATIONS, TEAM, TOWN
from tests.web.role_desk import rules, token
from tests.web.route_roles import BACK_TO_THE_PAGE, BEYOND, PUBLIC, WHO
from tests.web.test_twins import NO_IDS, guarded, said, send
from tests.web.twin_desk import TwinDesk
from tests.web.twin_places import PEOPLE
from tests.worlds import KUMLA

ELSEWHERE = (TEAM, TOWN, BLOCKED, MISSING)
METHODS = ("GET", "POST")
OWN_DEEDS = {"maja": 20, "vilma": 10, "greta": 5, "lo": 8, "ida": 5}
"""Who is asked to do what is theirs to do, and how many such forms there are at least."""
ASKED_BY = {"approvals.take_back": {"vilma"}, "entries.unseal": set[str]()}
"""Whose it is, where it is one person's own; an answer to be opened is named in the form that is empty here."""


@pytest.fixture(scope="module")
def desk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinDesk]:
    yield from matrix_desk.opened(databases, tmp_path_factory.mktemp("relations"))


class Visit:
    """Somebody signed in, who asks for one thing after another."""

    def __init__(self, desk: TwinDesk, who: str) -> None:
        self.desk, self.who, self.browser = desk, who, desk.browser(who)
        self.csrf = token(self.browser.get("/installningar").text)
        self.missing = self.ask("GET", f"/arenden/{NOWHERE}")
        assert self.missing[0] == 404 and self.csrf
        self.counted = self.remembered()

    def ask(self, method: str, path: str, ids: Iterable[str] = ()) -> tuple[int, str, bytes]:
        return said(send(self.browser.client, method, path, self.form(method) or {}), ids)

    def form(self, method: str) -> dict[str, str] | None:
        return {"csrf_token": self.csrf} if method == "POST" else None

    def remembered(self) -> int:
        """How many of their attempts the record holds as turned away, here and outside every municipality."""
        account, found = self.desk.world.ids[f"{self.who}.kumla"], 0
        for code, kind in ((KUMLA, AuditEvent), (None, InstallationEvent)):
            with self.desk.world.session(code) as session:
                of_them: Any = (kind.outcome == "denied", kind.actor_id == account)
                found += session.scalar(select(func.count()).select_from(kind).where(*of_them)) or 0
        return found


def address(desk: TwinDesk, rule: Rule, changed: dict[str, str]) -> str:
    given = NO_IDS | desk.ids[OWN] | changed
    return desk.app.url_map.bind("localhost").build(rule.endpoint, {name: given[name] for name in rule.arguments})


def ids_of(desk: TwinDesk, relation: str, rule: Rule) -> dict[str, str]:
    """The ids that a route takes, in a place; those alone that the place has."""
    named = rule.arguments - NO_IDS.keys()
    if relation == MISSING:
        return dict.fromkeys(named, NOWHERE)
    return {name: desk.ids[relation][name] for name in named if name in desk.ids[relation]}


def asked(desk: TwinDesk, relation: str, rule: Rule) -> list[dict[str, str]]:
    """All of a route's ids from the place; where there are several, also the last alone, within one's own case."""
    every = ids_of(desk, relation, rule)
    inner = {name: id_ for name, id_ in every.items() if name != "case_id"}
    return [one for one in ([every, inner] if 0 < len(inner) < len(every) else [every]) if one]


def test_every_id_in_an_address_is_there_in_every_place(desk: TwinDesk) -> None:
    named = {name for method in METHODS for rule in guarded(desk, method) for name in rule.arguments} - NO_IDS.keys()
    for relation in (OWN, TEAM, TOWN):
        assert named <= desk.ids[relation].keys(), relation
    assert named - matrix_desk.OF_NO_CASE <= desk.ids[BLOCKED].keys()
    known = [id_ for relation in RELATIONS for id_ in desk.ids[relation].values()]
    assert len(set(known)) == len(known)


@pytest.mark.prove
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_what_is_not_ones_own_is_answered_as_what_does_not_exist(desk: TwinDesk, who: str, method: str, size) -> None:
    visit, before = Visit(desk, who), lasting(desk)
    tried = [
        (rule, relation, given)
        for rule in guarded(desk, method)
        # Whom the page is closed to whatever is asked for is asked for less in the small form.
        for relation in (ELSEWHERE if who in WHO[rule.endpoint] else size((BLOCKED, MISSING), ELSEWHERE))
        for given in asked(desk, relation, rule)
    ]
    assert len(tried) > 10
    beyond = [one for one in tried if who in BEYOND.get((one[0].endpoint, one[1]), ())]
    for rule, relation, given in tried:
        if (rule, relation, given) not in beyond:
            turned_away(visit, method, rule, relation, given)
    assert lasting(desk) == before
    for rule, _relation, given in beyond:  # what may be done there comes last, for it changes something
        answer = visit.ask(method, address(desk, rule, given), given.values())
        assert answer[0] in {200, 303, 422}, rule


def turned_away(visit: Visit, method: str, rule: Rule, relation: str, given: dict[str, str]) -> None:
    """Ask for it: the same as nothing, not a word of what is there, and the attempt is remembered."""
    where, before = f"{visit.who} {method} {rule.rule} {relation} {sorted(given)}", visit.counted
    answer = visit.ask(method, address(visit.desk, rule, given), given.values())
    assert not any(place.mark.encode() in answer[2] for key, place in RELATIONS.items() if key != OWN), where
    if rule.endpoint in BACK_TO_THE_PAGE and "case_id" not in given and answer[0] == 303:
        nothing = dict.fromkeys(given, NOWHERE)
        assert answer == visit.ask(method, address(visit.desk, rule, nothing), nothing.values()), where
        visit.counted = visit.remembered()
        return
    assert answer == visit.missing, where
    visit.counted = visit.remembered()
    assert visit.counted > before, f"{where}: the denial was not remembered"


def lasting(desk: TwinDesk) -> dict[tuple[str | None, str], list[str]]:
    """Every municipality's rows, but for the record and for what everybody has a line of their own in."""
    every = rows(desk.world.database)
    return {key: some for key, some in every.items() if key[0] is not None and not key[1].startswith("audit_")}


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_no_page_without_an_id_holds_a_word_of_what_is_not_ones_own(desk: TwinDesk, who: str) -> None:
    visit = Visit(desk, who)
    read = 0
    for rule in rules(desk.app, "GET"):
        if rule.endpoint in PUBLIC or rule.arguments - NO_IDS.keys():
            continue
        status, _where, body = visit.ask("GET", address(desk, rule, {}))
        assert status in {200, 303, 404}
        for relation, place in RELATIONS.items():
            seen = place.mark.encode() in body
            expected = relation == OWN or who in BEYOND.get((rule.endpoint, relation), ())
            assert expected or not seen, (who, rule.rule, relation)
            read += 1
    assert read > 40


@pytest.mark.parametrize("who", sorted(OWN_DEEDS))
def test_what_one_may_do_in_ones_own_place_is_not_answered_as_missing(desk: TwinDesk, who: str) -> None:
    """The counterpart, with empty forms: asked for again, confirmed at once or done, but there."""
    visit, tried = Visit(desk, who), 0
    for rule in rules(desk.app, "POST"):
        if rule.endpoint not in PUBLIC and who in ASKED_BY.get(rule.endpoint, WHO[rule.endpoint]):
            status = visit.ask("POST", address(desk, rule, {}))[0]
            assert status in {200, 204, 303, 400, 409, 422}, (rule.rule, status)
            tried += 1
    assert tried >= OWN_DEEDS[who]
