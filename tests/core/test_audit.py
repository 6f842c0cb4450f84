"""The record: written with the deed or not at all, and every tampering with it is found and named."""

from __future__ import annotations

import contextlib
import itertools
import threading
import zlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.core import accounts, audit, audit_verification, cases, organisations
from casework.core.actions import Action
from casework.core.audit_verification import Fault
from casework.core.db import TenantSession
from casework.core.denials import Denial
from casework.core.errors import AuditMissing, NotFound
from casework.core.models import AuditCase, AuditEvent, AuditHead, InstallationEvent, Setting
from casework.core.permissions import OPERATOR, Actor
from tests.worlds import KUMLA, World

SOMEBODY = Actor("somebody", "Somebody", KUMLA, ())
INSIDE = {"municipal": f"municipality = '{KUMLA}' AND ", "installation": ""}
TABLES = {"municipal": ("audit_events", "audit_heads"), "installation": ("installation_events", "installation_heads")}


def faults(world: World, code: str | None = KUMLA) -> list[Fault]:
    with world.session(code) as session:
        return audit_verification.faults(session)


def written(world: World, code: str | None = KUMLA, rows: int = 9) -> tuple[int, int]:
    """Write some rows of one lane; the lane and the number of its last row."""
    with world.session(code) as session:
        for nth in range(rows):
            audit.record(session, SOMEBODY, Action.DAY_READ, "list", f"n{nth}")
    event: Any = AuditEvent if code else InstallationEvent
    with world.session(code) as session:
        last = session.scalars(
            select(event).where(event.actor_id == "somebody").order_by(event.seq.desc()).limit(1)
        ).one()
        return last.lane, last.seq


def test_what_was_written_verifies(world):
    case = world.case()
    world.sign("maja", case, "note")
    world.listed("maja")
    assert faults(world) == [] and faults(world, None) == []


def test_a_savepoint_that_is_given_up_takes_nothing_from_the_record(world):
    with world.session() as session:
        audit.record(session, SOMEBODY, Action.DAY_READ, "list", "before")
        with contextlib.suppress(ZeroDivisionError), session.begin_nested():
            raise ZeroDivisionError
    with world.session() as session:
        assert session.scalar(select(AuditEvent.action).where(AuditEvent.object_id == "before")) == Action.DAY_READ


@pytest.mark.parametrize("chain", ["municipal", "installation"])
class TestTampering:
    """Each way to change the record, on both chains."""

    def at(self, world, chain):
        code = KUMLA if chain == "municipal" else None
        lane, last = written(world, code)
        assert faults(world, code) == []
        return code, lane, last, f"{INSIDE[chain]} lane = {lane}", *TABLES[chain]

    @pytest.mark.parametrize(
        "change",
        [
            "actor_id = 'another'",
            "action = 'case:opened'",
            "outcome = 'denied'",
            "object_id = 'n9'",
            "detail = '{\"a\":1}'",
            "actor_role = 'intake'",
            "object_kind = 'case'",
            "case_id = 'x'",
            "content = previous",
            "mac = hash",
            "hash = previous",
            "at = '2026-11-24 07:00:00.000000'",
        ],
    )
    def test_a_changed_row_is_named(self, world, tamper, chain, change):
        code, lane, last, where, events, _heads = self.at(world, chain)
        tamper(f"UPDATE {events} SET {change} WHERE {where} AND seq = {last - 4}")
        assert faults(world, code) == [Fault(lane, last - 4, "row_altered")]

    def test_a_deleted_row_is_named(self, world, tamper, chain):
        code, lane, last, where, events, _heads = self.at(world, chain)
        tamper(f"DELETE FROM {events} WHERE {where} AND seq = {last - 4}")
        assert faults(world, code) == [Fault(lane, last - 4, "row_missing")]

    def test_a_deleted_row_is_named_also_when_the_rows_after_it_are_moved_up(self, world, tamper, chain):
        code, lane, last, where, events, _heads = self.at(world, chain)
        tamper(f"DELETE FROM {events} WHERE {where} AND seq = {last - 4}")
        for seq in range(last - 3, last + 1):
            tamper(f"UPDATE {events} SET seq = {seq - 1} WHERE {where} AND seq = {seq}")
        assert faults(world, code) == [Fault(lane, last - 4, "row_out_of_order")]

    def test_rows_in_another_order_are_named(self, world, tamper, chain):
        code, lane, last, where, events, _heads = self.at(world, chain)
        for old, new in ((last - 4, 9999), (last - 3, last - 4), (9999, last - 3)):
            tamper(f"UPDATE {events} SET seq = {new} WHERE {where} AND seq = {old}")
        assert faults(world, code) == [Fault(lane, last - 4, "row_out_of_order")]

    def test_a_row_put_in_at_the_end_is_named(self, world, tamper, chain):
        code, lane, last, where, events, _heads = self.at(world, chain)
        tamper(self.copy(events, where, last, last + 1))
        assert faults(world, code) == [Fault(lane, last + 1, "row_inserted")]

    def test_a_row_put_in_between_is_named(self, world, tamper, chain):
        code, lane, last, where, events, _heads = self.at(world, chain)
        for seq in range(last, last - 4, -1):
            tamper(f"UPDATE {events} SET seq = {seq + 1} WHERE {where} AND seq = {seq}")
        tamper(self.copy(events, where, last - 4, last - 3))
        assert faults(world, code) == [Fault(lane, last - 3, "row_out_of_order")]

    def test_rows_cut_off_at_the_end_are_named(self, world, tamper, chain):
        code, lane, last, where, events, _heads = self.at(world, chain)
        tamper(f"DELETE FROM {events} WHERE {where} AND seq > {last - 3}")
        assert faults(world, code) == [Fault(lane, last - 2, "cut_off")]

    def test_rows_cut_off_with_the_end_moved_back_are_named(self, world, tamper, chain):
        code, lane, last, where, events, heads = self.at(world, chain)
        end = f"(SELECT hash FROM {events} WHERE {where} AND seq = {last - 3})"
        tamper(
            f"UPDATE {heads} SET seq = {last - 3}, hash = {end} WHERE {where}",
            f"DELETE FROM {events} WHERE {where} AND seq > {last - 3}",
        )
        assert faults(world, code) == [Fault(lane, last - 3, "end_altered")]

    def test_a_chain_without_its_end_is_named(self, world, tamper, chain):
        code, lane, _last, where, _events, heads = self.at(world, chain)
        tamper(f"DELETE FROM {heads} WHERE {where}")
        assert faults(world, code) == [Fault(lane, 1, "end_missing")]

    @staticmethod
    def copy(events: str, where: str, old: int, new: int) -> str:
        columns = "at, actor_id, actor_role, action, outcome, object_kind, object_id, case_id, detail, content, cases"
        columns += ", previous, hash, mac, lane" + (", municipality" if "municipality" in where else "")
        return (
            f"INSERT INTO {events} (seq, {columns}) SELECT {new}, {columns} FROM {events} WHERE {where} AND seq = {old}"
        )


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM audit_cases WHERE case_id = '{one}'",
        "UPDATE audit_cases SET case_id = 'another' WHERE case_id = '{one}'",
        "INSERT INTO audit_cases (municipality, lane, seq, case_id) VALUES ('1881', {lane}, {seq}, 'more')",
        "INSERT INTO audit_cases (municipality, lane, seq, case_id) SELECT '1881', lane, seq, 'more' "
        "FROM audit_events WHERE cases IS NULL AND municipality = '1881' LIMIT 1",
    ],
)
def test_a_list_that_shows_other_cases_than_it_showed_is_found(world, tamper, tampering):
    one, _other = world.case(), world.case()
    world.listed("maja")
    with world.session() as session:
        row = session.scalars(select(AuditCase).where(AuditCase.case_id == one)).first()
    tamper(tampering.format(one=one, lane=row.lane, seq=row.seq))
    assert [fault.what for fault in faults(world)] == ["listed_cases_altered"]


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_what_hangs_before_the_first_row_of_a_lane_is_not_taken_for_what_hangs_on_it(world, tamper):
    with world.session() as session:
        first = session.scalars(select(AuditHead.lane).where(AuditHead.seq == 0)).first()
        ids = (f"actor{nth}" for nth in itertools.count())
        actor = replace(
            SOMEBODY, id=next(one for one in ids if zlib.crc32(one.encode()) % audit.lanes(session) == first)
        )
        session.add(Setting(name="idle_minutes", value="20"))
        audit.record(session, actor, Action.DAY_READ, "list", "first_of_its_lane")
    tamper(f"UPDATE audit_changes SET seq = 0 WHERE municipality = '{KUMLA}' AND lane = {first}")
    assert faults(world) == [Fault(first, 1, "changes_altered")]


def test_another_municipalitys_chain_does_not_suffer(world, tamper):
    lane, last = written(world)
    tamper(f"DELETE FROM audit_events WHERE municipality = '{KUMLA}' AND lane = {lane} AND seq = {last}")
    assert faults(world) != [] and faults(world, "1860") == []


@pytest.mark.parametrize("detail", [{"note": "Gösta bor på Storgatan"}, {"names": ["ok", "två ord"]}, {"x": "a\nb"}])
def test_a_detail_that_is_no_code_is_refused(world, detail):
    with pytest.raises(ValueError, match="code"), world.session() as session:
        audit.record(session, OPERATOR, Action.DAY_READ, "list", "", detail=detail)


def test_an_attempt_on_something_unreadable_is_remembered_without_its_words(world):
    with world.session() as session:
        audit.record_denial(session, Denial("x", "none", Action.CASE_OPENED, "case", "Gösta <script>", "role"))
    with world.session() as session:
        denied = select(AuditEvent.object_id).where(AuditEvent.outcome == "denied")
        assert session.scalars(denied).one() == "unreadable"


def write_something(session: TenantSession) -> None:
    session.add(Setting(name="idle_minutes", value="20"))
    audit.record(session, SOMEBODY, Action.DAY_READ, "list", "rolled_back")


def test_nothing_is_written_if_the_record_cannot_be(world, tamper):
    tamper(f"DELETE FROM audit_heads WHERE municipality = '{KUMLA}'")
    with pytest.raises(AuditMissing), world.session() as session:
        write_something(session)
    with world.session() as session:
        assert session.scalars(select(Setting)).all() == []


def test_nothing_is_written_without_the_keys_of_the_record(world):
    session = world.installation.open(KUMLA)
    write_something(session)
    del session.info["keyring"]
    with session, pytest.raises(AuditMissing):
        session.commit()
    with world.session() as session:
        assert session.scalars(select(Setting)).all() == []


def test_what_is_rolled_back_leaves_no_record_and_a_denial_does(world):
    case = world.case()
    with contextlib.suppress(NotFound), world.acting("sven") as (session, sven):
        write_something(session)
        cases.open_case(session, sven, case, "overview")
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == world.ids["sven"])).all()
        assert [(row.action, row.outcome, row.object_id, row.detail) for row in rows] == [
            ("case:opened", "denied", case, '{"rule":"case_access"}')
        ]
        assert session.scalars(select(Setting)).all() == []
        assert session.scalars(select(AuditEvent).where(AuditEvent.object_id == "rolled_back")).all() == []
    assert faults(world) == []


def test_the_record_holds_no_content(world):
    case = world.case(name="Ymer Unikson")
    world.sign("maja", case, "note", text="Kxmarkör i anteckningen")
    with world.session() as session:
        rows = session.scalars(select(AuditEvent)).all()
        assert Action.ENTRY_SIGNED in {row.action for row in rows}
        whole = " ".join(f"{row.detail} {row.object_id}" for row in rows)
    assert "Ymer" not in whole and "markör" not in whole


def test_signing_is_remembered_with_the_digest_of_what_was_sealed(world):
    case = world.case()
    world.sign("maja", case, "note")
    world.sign("maja", case, "note")
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == Action.ENTRY_SIGNED)).all()
        digests = [row.content for row in rows if row.object_kind == "entry"]
    assert len(digests) == len(set(digests)) == 2 and None not in digests


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_writers_at_the_same_time_keep_every_lane_whole(world, size):
    rounds, failed = size(12, 300), []

    def write(nth: int) -> None:
        try:
            for _round in range(rounds):
                with world.session() as session:
                    audit.record(session, Actor(f"writer{nth}", "", KUMLA, ()), Action.DAY_READ, "list", "")
        except Exception as error:  # noqa: BLE001 told below, in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=write, args=(nth,)) for nth in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and faults(world) == []
    with world.session() as session:
        heads = {head.lane: head.seq for head in session.scalars(select(AuditHead))}
        rows = session.scalars(select(AuditEvent).where(AuditEvent.actor_id.startswith("writer"))).all()
    assert len(rows) == 5 * rounds and len(heads) == 4
    assert len({row.lane for row in rows}) > 1


def test_the_installations_chain_holds_what_belongs_to_no_municipality(world):
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun")
        accounts.add(session, OPERATOR, "ny.person", "Ny Person", employer)
    with world.session(None) as session:
        actions = session.scalars(select(InstallationEvent.action).order_by(InstallationEvent.seq.desc())).all()
    assert "account:added" in actions and faults(world, None) == []
