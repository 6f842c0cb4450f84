"""What a transaction changes is in its record, whoever changes it and however."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, func, insert, select, update

from casework.core import access, accounts, audit, audit_verification, fingerprints, row_verification
from casework.core.actions import Action
from casework.core.db import Base, TenantSession
from casework.core.errors import AuditMissing, Refused
from casework.core.installation import attempt
from casework.core.models import (
    Account,
    AuditChange,
    AuditEvent,
    InstallationChange,
    Notice,
    Setting,
)
from casework.core.permissions import OPERATOR, Actor, Permission
from tests.worlds import KUMLA, LAXA, World


def wrong(world: World, code: str | None = KUMLA) -> list[tuple[str, str, str]]:
    """The rows that are not what the record says."""
    if code is None:
        return [one[:3] for one in row_verification.installation_faults(world.session, [KUMLA, LAXA])]
    with world.session(code) as session:
        return [one[:3] for one in row_verification.faults(session)]


def last(session: TenantSession) -> AuditEvent:
    """The row written last, by whoever wrote with this session's account."""
    return session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()


def changed(world: World, table: str, key: str, code: str = KUMLA) -> list[tuple[bool, bool]]:
    """Whether there was a row before and after each of its changes."""
    with world.session(code) as session:
        rows = session.scalars(
            select(AuditChange)
            .where(AuditChange.row_table == table, AuditChange.row_key == key)
            .order_by(AuditChange.lane, AuditChange.seq)
        ).all()
        return [(row.before is not None, row.after is not None) for row in rows]


def test_a_world_of_work_verifies(world):
    case = world.case()
    world.sign("maja", case, "note")
    world.permit(case)
    world.listed("maja")
    assert wrong(world) == wrong(world, LAXA) == wrong(world, None) == []


def test_a_table_is_covered_unless_a_reason_says_why_not():
    assert set(fingerprints.covered()) | set(fingerprints.UNCOVERED) == set(Base.metadata.tables)
    assert set(fingerprints.UNCOVERED) <= set(Base.metadata.tables)
    assert all(len(reason) > 20 for reason in fingerprints.UNCOVERED.values())


def test_every_covered_row_of_a_world_is_in_the_record(world):
    case = world.case()
    world.sign("maja", case, "note")
    seen = 0
    for code in (KUMLA, LAXA):
        with world.session(code) as session:
            for table, model in fingerprints.covered().items():
                if "municipality" in Base.metadata.tables[table].columns:
                    recorded = select(func.count(AuditChange.row_key.distinct())).where(AuditChange.row_table == table)
                    assert session.scalar(recorded) == session.scalar(select(func.count()).select_from(model)), table
                    seen += 1
    assert seen > 30


def test_a_row_that_is_added_changed_and_deleted_leaves_each(world):
    for value in ("20", "30", None):
        with world.session() as session:
            row = session.get(Setting, (KUMLA, "idle_minutes"))
            if row is None:
                session.add(Setting(name="idle_minutes", value=value))
            elif value is None:
                session.delete(row)
            else:
                row.value = value
    assert changed(world, "settings", "idle_minutes") == [(False, True), (True, True), (True, False)]
    assert wrong(world) == []


def test_what_is_changed_twice_in_a_transaction_is_one_change_and_what_is_changed_back_is_none(world):
    with world.session() as session:
        session.add(row := Setting(name="idle_minutes", value="20"))
        session.flush()
        row.value = "30"
        session.flush()
        session.add(gone := Setting(name="other", value="1"))
        session.flush()
        session.delete(gone)
    assert changed(world, "settings", "idle_minutes") == [(False, True)]
    assert changed(world, "settings", "other") == []
    with world.session() as session:
        row = session.get_one(Setting, (KUMLA, "idle_minutes"))
        row.value = "40"
        session.flush()
        row.value = "30"
    assert changed(world, "settings", "idle_minutes") == [(False, True)]
    assert wrong(world) == []


def test_a_row_deleted_and_added_again_is_a_change(world):
    with world.session() as session:
        session.add(Setting(name="idle_minutes", value="20"))
    with world.session() as session:
        session.delete(session.get_one(Setting, (KUMLA, "idle_minutes")))
        session.flush()
        session.add(Setting(name="idle_minutes", value="30"))
    assert changed(world, "settings", "idle_minutes") == [(False, True), (True, True)]
    assert wrong(world) == []


def test_statements_over_many_rows_leave_every_row(world):
    with world.session() as session:
        session.add_all(Setting(name=f"n{nth}", value="1") for nth in range(700))
    with world.session() as session:
        session.execute(update(Setting).where(Setting.name.like("n1%")).values(value="2"))
        session.execute(update(Setting), [{"municipality": KUMLA, "name": "n2", "value": "3"}])
        session.execute(insert(Setting), [{"municipality": KUMLA, "name": "m1", "value": "1"}])
        session.execute(delete(Setting).where(Setting.name.like("n3%")))
    assert changed(world, "settings", "n100") == changed(world, "settings", "n2") == [(False, True), (True, True)]
    assert changed(world, "settings", "n30") == [(False, True), (True, False)]
    assert changed(world, "settings", "m1") == [(False, True)] and changed(world, "settings", "n4") == [(False, True)]
    assert wrong(world) == []


def test_a_statement_that_adds_rows_without_saying_which_is_refused(world):
    with pytest.raises(AuditMissing), world.session() as session:
        session.execute(insert(Setting).values(municipality=KUMLA, name="a", value="1"))
    with pytest.raises(AuditMissing), world.session() as session:
        session.execute(insert(Setting).from_select(["municipality", "name", "value"], select(Setting)))


def test_what_is_rolled_back_is_not_in_the_record(world):
    with world.session() as session:
        session.add(Setting(name="a", value="1"))
        session.flush()
        session.rollback()
        session.add(Setting(name="b", value="1"))
    assert changed(world, "settings", "a") == [] and changed(world, "settings", "b") == [(False, True)]


def test_what_a_savepoint_takes_back_is_not_in_the_record(world):
    with world.session() as session:
        session.add(Setting(name="a", value="1"))
        session.flush()
        with session.begin_nested() as savepoint:
            session.add(Setting(name="b", value="1"))
            session.execute(update(Setting).values(value="2"))
            savepoint.rollback()
    assert changed(world, "settings", "a") == [(False, True)] and changed(world, "settings", "b") == []
    assert wrong(world) == []


def test_a_change_without_a_deed_gets_a_row_of_its_own(world):
    with world.installation.session(KUMLA, world.ids["maja"]) as session:
        session.add(Setting(name="a", value="1"))
    with world.session() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == Action.ROWS_CHANGED)).all()[-1]
        assert row.actor_id == world.ids["maja"] and row.changes is not None


def test_only_the_last_row_of_a_transaction_holds_its_changes(world):
    case = world.case()
    world.sign("maja", case, "note")
    with world.session() as session:
        signed = select(AuditEvent).where(AuditEvent.action == Action.ENTRY_SIGNED, AuditEvent.object_kind == "entry")
        entry = session.scalars(signed).one()
        tables = select(AuditChange.row_table).where(AuditChange.lane == entry.lane, AuditChange.seq >= entry.seq)
        assert {"answers", "cases", "entries"} <= set(session.scalars(tables).all())


def test_a_row_of_the_installation_changed_in_a_municipality_is_in_that_chain(world):
    with world.session() as session:
        session.get_one(Account, world.ids["maja"]).shortcuts = False
    assert changed(world, "accounts", world.ids["maja"]) == [(True, True)]
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, session.get_one(Account, world.ids["maja"]))
        disabled = select(func.count()).where(InstallationChange.row_key == world.ids["maja"])
    with world.session(None) as session:
        assert session.scalar(disabled) == 2
    assert wrong(world, None) == []


def test_what_is_not_covered_writes_no_record(world):
    with world.session() as session:
        before = last(session).seq
        session.add(Notice(id="x", account_id=world.ids["maja"], kind="log_answer", made_at=session.now))
    with world.session() as session:
        assert last(session).seq == before


def test_the_record_says_nothing_of_what_a_row_holds(world):
    """The digest of a row is keyed: who has the database cannot try guesses on a destroyed row."""
    with world.session() as session:
        session.add(Setting(name="a", value="1"))
    with world.session() as session:
        row = session.scalars(select(AuditChange).where(AuditChange.row_key == "a")).one()
        model, columns = Setting, [("municipality", KUMLA), ("name", "a"), ("value", "1")]
        plain = fingerprints.of_row("settings", columns)
        assert row.after == fingerprints.keyed(session, model, plain) != plain


def test_a_change_made_from_what_somebody_else_has_changed_meanwhile_verifies(world):
    """On PostgreSQL two transactions may read the same row; the later one must record what it really left."""
    case = world.case()
    if world.database.kind == "sqlite":
        return  # it has one writer at a time, from the first read on
    with world.session() as one:
        mine = world.get(one, case)
        assert mine.period == 1
        with world.session() as other:
            world.get(other, case).resumes_to = "received"
        mine.period = 2
    with world.session() as session:
        found = world.get(session, case)
        assert (found.period, found.resumes_to) == (2, "received")
    assert wrong(world) == []


def refused_deed(session: TenantSession, actor: Actor) -> None:
    """Open somebody to compare, write something, and then be told no."""
    audit.record(session, actor, Action.PERSON_MATCHED, "person", "candidates", detail={"candidates": 1})
    audit.record(session, actor, Action.TASK_ADDED, "task", "never")
    session.add(Setting(name="never", value="1"))
    session.flush()
    raise Refused.because("nej")


def test_what_was_read_in_a_refused_deed_is_remembered_and_the_deed_is_not(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        access.of_case(session, maja, Permission.CASE_OPEN, case, Action.CASE_OPENED)
        with pytest.raises(Refused), attempt(session):
            refused_deed(session, maja)
    with world.session() as session:
        mine = select(AuditEvent.action).where(AuditEvent.actor_id == world.ids["maja"]).order_by(AuditEvent.seq)
        assert session.scalars(mine).all()[-2:] == [Action.CASE_OPENED, Action.PERSON_MATCHED]
    assert changed(world, "settings", "never") == [] and wrong(world) == []


def test_what_was_read_before_a_rule_says_no_is_remembered_without_a_form_too(world):
    with pytest.raises(Refused), world.acting("maja") as (session, maja):
        refused_deed(session, maja)
    with world.session() as session:
        mine = session.scalars(select(AuditEvent.action).where(AuditEvent.actor_id == world.ids["maja"])).all()
    assert mine == [Action.PERSON_MATCHED]


def test_a_row_whose_key_changes_is_gone_under_the_old_one_and_there_under_the_new(world):
    with world.session() as session:
        session.add(Setting(name="old", value="1"))
    with world.session() as session:
        session.get_one(Setting, (KUMLA, "old")).name = "new"
    assert changed(world, "settings", "old") == [(False, True), (True, False)]
    assert changed(world, "settings", "new") == [(False, True)] and wrong(world) == []


def test_verifying_hinders_nobody_and_is_not_misled_by_who_writes_meanwhile(world, size):
    case = world.case()
    stop, failed = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                world.sign("maja", case, "note")
                with world.session() as session:
                    session.get_one(Account, world.ids["sven"]).shortcuts ^= True
        except Exception as error:  # noqa: BLE001 told below, in the test's own thread
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(size(4, 40)):
            for code in (KUMLA, None):
                assert wrong(world, code) == []
                with world.session(code) as session:
                    assert audit_verification.faults(session) == []
    finally:
        stop.set()
        writer.join()
    assert failed == []
