"""Whoever has the database in their hands and knows how the record adds up cannot make it add up to their row."""

from __future__ import annotations

from casework.core import credentials, row_verification
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
