"""What may not be known takes as long to answer as what does not exist (security.md T14).

Samples are interleaved in one run on one machine, and compared with each other only.
"""

from __future__ import annotations

import random
import secrets
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.databases import Databases, Kind
from tests.web import matrix_desk
from tests.web.matrix_desk import BLOCKED, MISSING, OWN, TEAM, TOWN
from tests.web.test_relations import Visit
from tests.web.test_twins import NO_IDS
from tests.web.twin_desk import TwinDesk

MOST_BETWEEN_MEDIANS = 0.02
MOST_CLIFF = 0.147
"""Cliff's delta from which statisticians call a difference small; below it is negligible."""
ROUNDS = (3, 1000)
WARMING, RUNS = 20, 3


@dataclass(frozen=True)
class Asked:
    """Who asks for which page, and of whose things they are told that there are none."""

    endpoint: str
    who: str
    method: str = "GET"
    denied: tuple[str, ...] = (TEAM, TOWN, BLOCKED)


ASKED = (
    Asked("case.overview", "maja"),
    Asked("case.journal", "maja"),
    Asked("people.show", "maja"),
    Asked("entries.show", "maja"),
    Asked("entries.write", "maja", "POST"),
    Asked("tasks.finish", "maja", "POST"),
    Asked("sharing.revoke", "maja"),
    Asked("teams.show", "vilma"),
    Asked("approvals.one", "fia", denied=(TOWN, BLOCKED)),
    Asked("approvals.take_back", "vilma", "POST"),
    Asked("emergencies.review", "greta", denied=(TOWN, BLOCKED)),
    Asked("log_review.item", "greta", denied=(TOWN, BLOCKED)),
    Asked("log_questions.one", "sven"),
    Asked("communications.show", "maja"),
    Asked("consents.show", "maja"),
    Asked("disclosures.show", "maja"),
    Asked("handovers.show", "ida", denied=(TOWN,)),
    Asked("partaking.show", "erik"),
    Asked("received.show", "erik"),
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="module")
def desk(databases: Databases, database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinDesk]:
    yield from matrix_desk.opened(databases, tmp_path_factory.mktemp("timing"), database_kind)


def address(desk: TwinDesk, asked: Asked, relation: str) -> str:
    """The page with the ids of a place, or with new ones that nothing has."""
    rule = next(iter(desk.app.url_map.iter_rules(asked.endpoint)))
    ids = NO_IDS | desk.ids[OWN] | desk.ids.get(relation, {})
    if relation == MISSING:
        ids |= {name: secrets.token_urlsafe(16) for name in rule.arguments - NO_IDS.keys()}
    return desk.app.url_map.bind("localhost").build(asked.endpoint, {name: ids[name] for name in rule.arguments})


def cliff(these: list[float], those: list[float]) -> float:
    """How much likelier a value of these is greater than one of those than the other way round."""
    those = sorted(those)
    greater = sum(bisect_left(those, one) - (len(those) - bisect_right(those, one)) for one in these)
    return greater / (len(these) * len(those))


def test_cliffs_delta_tells_apart_what_differs() -> None:
    assert cliff([1, 2, 3], [1, 2, 3]) == 0
    assert cliff([4, 5], [1, 2]) == 1 and cliff([1, 2], [4, 5]) == -1
    assert cliff([1, 3], [2, 2]) == 0 and cliff([2, 3], [2, 2]) == 0.5


@pytest.mark.prove
@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.endpoint)
def test_a_denial_takes_as_long_as_a_miss(desk: TwinDesk, asked: Asked, size, figures) -> None:
    seed = random.randrange(10**9)
    figures["seed"] = seed
    order, visit = random.Random(seed), Visit(desk, asked.who)
    measured(visit, asked, size(0, WARMING), order)
    # A difference that is there counts each time; one that the machine's other work made does not come back.
    for run in range(1, size(1, RUNS) + 1):
        took = measured(visit, asked, size(*ROUNDS), order)
        missed = statistics.median(took[MISSING])
        between = {one: statistics.median(took[one]) / missed - 1 for one in asked.denied}
        delta = {one: cliff(took[one], took[MISSING]) for one in asked.denied}
        figures |= {"runs": run, "missing ms": round(missed * 1000, 2)}
        figures |= {one: f"{between[one]:+.2%}, δ {delta[one]:+.3f}" for one in asked.denied}
        alike = all(abs(between[one]) < MOST_BETWEEN_MEDIANS and abs(delta[one]) < MOST_CLIFF for one in asked.denied)
        if alike:
            break
    assert size(True, alike), figures  # a test shares its machine, and asks three times; the proof asks a thousand


def measured(visit: Visit, asked: Asked, rounds: int, order: random.Random) -> dict[str, list[float]]:
    """Seconds that each answer took, asked for in turns whose order is drawn."""
    relations = [*asked.denied, MISSING]
    took: dict[str, list[float]] = {one: [] for one in relations}
    for _ in range(rounds):
        order.shuffle(relations)
        for relation in relations:
            path = address(visit.desk, asked, relation)
            begun = time.perf_counter()
            answer = visit.browser.client.open(path, method=asked.method, data=visit.form(asked.method))
            took[relation].append(time.perf_counter() - begun)
            assert answer.status_code == 404, relation
    return took
