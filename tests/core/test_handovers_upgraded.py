"""What an upgrade does with what was handed over before it, and what going down does with what came with it."""

from __future__ import annotations

from sqlalchemy import text

from casework.core import handovers, schema
from casework.core.db import connect, enter
from tests.core.disclosing import inbox, read
from tests.core.handing import WORRY, Hand
from tests.core.test_disclosures_handed import handed, waits
from tests.databases import upgrade
from tests.worlds import KUMLA, World, found

DECLINED = text(
    "UPDATE handovers SET state = 'declined', reason_code = 'other_municipality', ended_at = :now, ended_by = :ida, "
    "ended_token = 'abcdefghijklmnopqrstuv' WHERE id = :id"
)


def test_a_report_that_had_been_declined_is_open_again(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, found) as database:
        world = World(database)
        hand = Hand(world)
        sent, assessed = hand.opened(), hand.pass_on(hand.opened(), "fia")
        hand.assess(assessed)
        schema.downgrade(database.owner_url, "0023")
        bare = connect(database.app_url, walled=False)
        with bare.begin() as connection:
            enter(connection, KUMLA)
            connection.execute(DECLINED, {"now": world.clock.now.isoformat(), "ida": world.ids["ida"], "id": sent})
        bare.dispose()
        upgrade(database)
        for one in (sent, assessed):  # what was assessed and then forgotten by going down is looked at again too
            assert hand.row(one).state == "opened" and WORRY in hand.text(one)
        with world.acting("pia") as (session, pia):
            row, reply = handovers.read_sent(session, pia, sent)[0], handovers.read_reply(session, pia, sent)
        assert (reply.code, row.ended_at) == ("other_municipality", None)
        assert hand.row(sent).told_by == world.ids["ida"]
        world.installation.engine.dispose()


def test_going_down_forgets_that_an_answer_was_asked_for_and_leaves_what_was_given(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, found) as database:
        world = World(database)
        hand = Hand(world)
        made, sent = handed(world, world.case())
        report = hand.report()
        hand.open(sent, "erik")
        schema.downgrade(database.owner_url, "0024")
        upgrade(database)
        assert inbox(world) == [made.id] and read(world, made) is not None and waits(world) == []
        assert hand.row(report).state == "sent" and WORRY in hand.text(hand.open(report))
        world.installation.engine.dispose()
