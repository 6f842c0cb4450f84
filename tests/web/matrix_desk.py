"""Four teams' cases, served: one's own, another team's, another municipality's, and one that is closed to everybody.

They are made alike, so that every route has an id of each kind; what is written in each holds a word of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from casework.core import access
from casework.core.db import TenantSession
from casework.core.models import Approval, ConflictBlock
from tests.databases import Database, Databases, Kind
from tests.web import twin_desk, twin_places
from tests.web.twin_desk import TwinDesk
from tests.web.twin_places import PEOPLE, PLACES, Place
from tests.worlds import BARN, KUMLA, LAXA, MORNING, World

OWN, TEAM, TOWN, BLOCKED, MISSING = "own", "other team", "other municipality", "blocked", "missing"
NOWHERE = "finns-inte-alls-finns1"
"""An id like ours that nothing has."""
RELATIONS = {
    OWN: replace(PLACES[KUMLA], mark="Kråkfågel"),
    TEAM: Place("barn", KUMLA, BARN, mark="Tranfågel", first=5),
    TOWN: replace(PLACES[LAXA], mark="Ugglefågel"),
    BLOCKED: replace(PLACES[KUMLA], mark="Lomfågel", first=9),
}
OF_NO_CASE = frozenset({"account_id", "deputy_id", "handover_id", "membership_id", "notice_id", "way_id", "unit"})
"""Ids that a conflict of interest closes to nobody: those of colleagues and units, and of what no case has taken on."""


def prepared(database: Database) -> None:
    """Make both municipalities, and two teams in one of them, and what happens in each place."""
    twin_places.found_places(database, [RELATIONS[OWN], RELATIONS[TEAM], RELATIONS[TOWN]])
    twin_desk.fill(database, RELATIONS)


def opened(databases: Databases, folder: Path, kind: Kind = "sqlite") -> Iterator[TwinDesk]:
    with databases.migrated(kind, folder, prepared) as database:
        for desk in twin_desk.served(database):
            close_to_everybody(desk.world, desk.ids[BLOCKED])
            for name in OF_NO_CASE:
                del desk.ids[BLOCKED][name]
            yield desk


def close_to_everybody(world: World, ids: dict[str, str]) -> None:
    """Block everybody from the cases of a place, and leave them the ways they had: the block alone must close them."""
    with world.session() as session:
        waiting = session.get_one(Approval, (KUMLA, ids["approval_id"]))
        for case_id in (ids["case_id"], waiting.case_id):
            assert case_id is not None
            for who in PEOPLE:
                _block(session, case_id, world.ids[f"{who}.kumla"])
            access.refresh(session, case_id)


def _block(session: TenantSession, case_id: str, account_id: str) -> None:
    block = ConflictBlock(case_id=case_id, account_id=account_id, made_at=MORNING, made_by="otherlead")
    session.add(block)
    session.flush()
