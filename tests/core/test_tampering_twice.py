"""Whoever has the database in their hands and knows how the record adds up cannot make it add up to their row."""

from __future__ import annotations

import pytest

from casework.core import audit_verification, credentials, row_verification
from casework.core.models import Setting
from tests.worlds import KUMLA, LAXA, World


def wrong(world: World) -> set[str]:
    """The tables of the installation with rows that are not what the record says."""
    return {one.table for one in row_verification.installation_faults(world.session, [KUMLA, LAXA])}


def choose(world: World, verifier: str) -> None:
    """Let Maja choose a password: the row of the one before goes."""
    world.clock.move(minutes=1)
    with world.session(None) as session:
        credentials.keep_password(session, world.ids["maja"], verifier)


def verifier_of(world: World) -> str:
    with world.session(None) as session:
        stored = credentials.password_of(session, world.ids["maja"])
        return "" if stored is None else stored.verifier


def test_an_old_password_put_back_again_and_again_is_named_each_time(world, tamper):
    choose(world, "known to a thief")
    tamper("CREATE TABLE stolen AS SELECT * FROM credentials")
    for nth in range(4):
        choose(world, f"new {nth}")
        tamper("INSERT INTO credentials SELECT * FROM stolen")
        assert verifier_of(world) == "known to a thief", "its mark is genuine: only the record tells"
        assert wrong(world) == {"credentials"}, nth
    tamper("DELETE FROM credentials WHERE id IN (SELECT id FROM stolen)")
    assert wrong(world) == {"credentials"}, "it stays named when it is taken away again"


PLACES = {"after the end": "lane, 999999", "in a lane that is none": "77, seq", "before the first": "lane, 0"}


@pytest.mark.parametrize("place", PLACES)
def test_a_change_written_into_the_record_beside_its_rows_is_named(world, tamper, place):
    """The digest of a row as it was before lies in the record itself: it can be copied, but not chained."""
    for value in ("20", "60"):
        with world.session() as session:
            session.merge(Setting(municipality=KUMLA, name="idle_minutes", value=value))
    tamper(
        "UPDATE settings SET value = '20' WHERE name = 'idle_minutes'",
        "INSERT INTO audit_changes (municipality, lane, seq, row_table, row_key, before, after) "
        f"SELECT municipality, {PLACES[place]}, row_table, row_key, after, before FROM audit_changes "
        "WHERE row_table = 'settings' AND before IS NOT NULL",
    )
    with world.session() as session:
        assert list(row_verification.faults(session)) == [], "it adds up: only the chain can tell"
    with world.session() as session:
        assert audit_verification.faults(session) != []


def test_a_case_written_into_a_list_beside_the_rows_is_named(world, tamper):
    tamper(f"INSERT INTO audit_cases (municipality, lane, seq, case_id) VALUES ('{KUMLA}', 0, 999999, 'x')")
    with world.session() as session:
        assert [(one.seq, one.what) for one in audit_verification.faults(session)] == [(999999, "listed_cases_altered")]
