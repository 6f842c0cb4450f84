"""What was stopped after a copy was made is not read outside again when the copy is restored, and nor is the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from casework.core import (
    access_rows,
    audit_verification,
    backups,
    notices,
    restoring,
    shared_status,
    stopping,
    streams,
)
from casework.core.db import connect
from casework.core.models import Disclosure
from tests.core import taking_part
from tests.core.disclosing import inbox, read, state
from tests.core.handing import Hand
from tests.core.test_disclosures_handed import end, handed, waits
from tests.core.test_handovers_stopped import block
from tests.core.test_handovers_stopped import handed as dispatched
from tests.core.test_stopping import by_two
from tests.databases import Databases, upgrade
from tests.worlds import KEY_FILE, REGISTRY, World


@dataclass(frozen=True)
class Outside:
    """What is read outside of two cases."""

    case: str
    young: str
    made: Disclosure
    unopened: tuple[Disclosure, str]
    opened: tuple[Disclosure, str]
    sent: str
    part: str
    report: str


@pytest.fixture
def outside(sspf_world: World) -> Outside:
    world = sspf_world
    case, young = world.case(), taking_part.sspf(world)
    made, unopened, opened = by_two(world, case), handed(world, case), handed(world, case)
    Hand(world).open(opened[1], "erik")
    world.permit(case)
    sent, part = dispatched(world, case), taking_part.let_in(world, young)
    return Outside(case, young, made, unopened, opened, sent, part, Hand(world).report())


def seen(world: World, out: Outside) -> dict[str, bool]:
    """What of it is read, by whom it was given to."""
    with world.acting("erik") as (session, erik):
        status = shared_status.page(session, REGISTRY, erik)
    return {
        "disclosure": inbox(world) == [out.made.id] and read(world, out.made) is not None,
        "unopened": out.unopened[1] in waits(world),
        "opened": out.opened[1] in waits(world),
        "sent": out.sent in waits(world),
        "status": bool(status.shown),
        "participation": bool(taking_part.listed(world)) and taking_part.read(world, out.part) is not None,
    }


@pytest.fixture
def restored(
    sspf_world: World, outside: Outside, databases: Databases, database_kind, tmp_path: Path
) -> Iterator[Callable[[Callable[[], None]], World]]:
    """A copy of the world, restored elsewhere and let go a day after something was done."""
    world = sspf_world
    public = streams.public_key(streams.make_pair(tmp_path / "offline.key"))
    written = backups.write(world.installation, tmp_path, public)
    (tmp_path / "elsewhere").mkdir()
    made: list[World] = []
    with databases.migrated(database_kind, tmp_path / "elsewhere", upgrade) as database:

        def after(deed: Callable[[], None]) -> World:
            deed()
            world.clock.move(days=1)
            engine = connect(database.app_url)
            key = streams.private_key(tmp_path / "offline.key")
            restoring.restore(engine, written.data, written.keys, key, world.clock.now)
            engine.dispose()
            root = database.data_dir / KEY_FILE
            root.write_bytes((world.database.data_dir / KEY_FILE).read_bytes())
            root.chmod(0o600)
            again = World(database, world.clock)
            again.installation = replace(again.installation, registry=taking_part.BOTH)
            made.append(again)
            return again

        yield after
        for one in made:
            one.installation.engine.dispose()


def stop_all(world: World, out: Outside) -> None:
    """Everything that was given of both cases is stopped, as it is before a copy from before it is restored."""
    for disclosure in (out.made, out.unopened[0], out.opened[0]):
        end(world, out.case, disclosure)
    block(world, out.case)
    taking_part.end(world, out.young, out.part)
    with world.session() as session:
        assert stopping.of_restored(session) == 1, "the status permission, which nothing else has stopped"


def test_what_was_stopped_after_the_copy_is_read_by_nobody_when_it_is_restored(sspf_world, outside, restored):
    assert all(seen(sspf_world, outside).values())
    again = restored(lambda: stop_all(sspf_world, outside))
    before = seen(again, outside)
    assert not before.pop("sent"), "what was handed over without a disclosure is shut by the restore itself"
    assert all(before.values()), "a copy knows nothing of what came after it"
    assert restoring.release(again.installation) == 5
    assert not any(seen(again, outside).values())
    with again.session() as session:
        assert access_rows.differences(session) == [] and audit_verification.faults(session) == []


def test_whoever_gave_it_is_told_and_whoever_took_part(sspf_world, outside, restored):
    again = restored(lambda: None)
    restoring.release(again.installation)
    with again.session() as session:
        assert "disclosure_ended" in {one.kind for one in notices.unread(session, again.ids["maja"])}
        assert "participation_ended" in {one.kind for one in notices.unread(session, again.ids["pia"])}
    assert state(again, outside.case, outside.made) == "closed"
    assert Hand(again).row(outside.unopened[1]).state == "taken_back"
    assert Hand(again).row(outside.opened[1]).state == "opened"


def test_it_is_given_anew_and_read_then(sspf_world, outside, restored):
    again = restored(lambda: None)
    restoring.release(again.installation)
    again.clock.move(minutes=1)
    case = by_two(again, outside.case)
    assert inbox(again) == [case.id]
    sent = dispatched(again, outside.case)
    assert waits(again) == [sent]
    part = taking_part.add(again, outside.young)
    assert taking_part.listed(again) == [part]
    assert restoring.release(again.installation) == 2


def test_a_report_is_still_read_by_social_services(sspf_world, outside, restored):
    again = restored(lambda: None)
    restoring.release(again.installation)
    assert Hand(again).text(Hand(again).open(outside.report))
