"""New keys for every case and person, and everything sealed anew by them: nothing is lost, and the old ones go."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from casework.core import access, accounts, audit_verification, cases, entries, row_verification, tasks, vault
from casework.core.actions import Action
from casework.core.db import Base, Tenanted, TenantSession
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.key_operations import orders, resealing, rotation
from casework.core.keys import DESTROYED, Keyring
from casework.core.models import (
    Approval,
    AuditEvent,
    CaseExport,
    CaseKey,
    Disclosure,
    Emergency,
    Handover,
    LogAnswer,
    LogQuestion,
    LogReview,
    Person,
    PersonKey,
    Value,
)
from casework.core.permissions import Actor, Permission
from casework.core.roots import FileRoot
from tests.core import copies
from tests.core.asking import decide
from tests.worlds import KEY_FILE, KUMLA, LAXA, World

REVIEWED = {(Emergency, "reason"), (Emergency, "finding"), (LogQuestion, "question"), (LogAnswer, "answer")}
REVIEWED |= {(LogReview, "finding")}
RECEIVED = {(Disclosure, "received"), *((Handover, column) for column in ("answer", "assessment", "body", "reason"))}
"""Sealed for whom it was sent to, under a key of no case (ADR 24); what a case keeps of it is sealed anew."""


@pytest.fixture
def other(world):
    """Another process of the installation, with a cache of its own."""
    ring = Keyring(FileRoot(world.database.data_dir / KEY_FILE))
    return Installation(world.installation.engine, ring, world.installation.registry, world.clock)


def ordered(world: World, deed: Callable[[TenantSession, Actor], Approval]) -> None:
    """Have lo order something of Kumla's keys, and leo approve it."""
    with world.acting("lo") as (session, lo):
        asked = deed(session, lo)
    assert decide(world, asked, "leo") == "used"


def reseal(world: World, tell: resealing.Tell = lambda _owners: None) -> resealing.Resealed:
    """Seal Kumla anew on the order of its two administrators, or go on with what they ordered."""
    with world.session() as session:
        begun = resealing.is_unfinished(session)
    if not begun:
        ordered(world, orders.order_resealing)
    return resealing.reseal(world.installation, KUMLA, tell)


class Held:
    """A case with something sealed of every kind that a case officer reads, and what they read of it."""

    def __init__(self, world: World) -> None:
        self.world, self.case = world, world.case("maja")
        self.note = world.sign("maja", self.case, "note", heading="Ringde i morse")
        self.threat = world.sign("maja", self.case, "threat", threat_summary="Hotad av tidigare vänner")
        self.shared = world.permit(self.case)
        with world.acting("maja") as (session, actor):
            tasks.add(session, actor, self.case, "Ring tillbaka", None, actor.id)

    def read(self, installation: Installation) -> list[str]:
        with installation.session(KUMLA, self.world.ids["maja"]) as session:
            actor = accounts.actor(session, self.world.account(session, "maja"))
            opened, decision = cases.open_case(session, actor, self.case, "journal")
            person = cases.subject(decision, opened)
            assert person is not None
            noted = entries.answers_of(decision, self.world.entry(session, self.note))
            return [
                person.name,
                person.number or "",
                noted["heading"],
                *(one.what for one in tasks.of_case(decision, opened)),
            ]


def versions(world: World, code: str = KUMLA) -> set[int]:
    """The versions of the keys under which answers and persons lie."""
    with world.session(code) as session:
        sealed = [*session.scalars(select(Value.sealed)).all(), *session.scalars(select(Person.name)).all()]
        sealed += session.scalars(select(Person.number)).all()
        for model, columns in resealing.TEXTS.items():
            for column in columns:
                sealed += session.scalars(select(getattr(model, column)).where(model.case_id.is_not(None))).all()
        return {one.key_version for one in sealed if one is not None}


def states(world: World, code: str = KUMLA) -> set[tuple[int, str]]:
    with world.session(code) as session:
        return {
            (row.version, row.status)
            for model in (CaseKey, PersonKey)
            for row in session.execute(select(model.version, model.status)).all()
        }


def test_everything_is_sealed_by_new_keys_and_read_all_the_while(world, other):
    held = Held(world)
    said = held.read(world.installation)
    assert held.read(other) == said and "Ring tillbaka" in said and "Gösta Exempelsson" in said
    done = reseal(world)
    assert done.owners == 2 and done.values > 10 and versions(world) == {2}
    assert states(world) == {(1, "disabled"), (2, "enabled")}
    assert held.read(other) == said and held.read(world.installation) == said
    world.clock.move(minutes=10)
    assert resealing.finish(world.installation, KUMLA) > 2
    assert states(world) == {(1, "destroyed"), (2, "enabled")}
    assert held.read(other) == said and held.read(world.installation) == said
    with world.session() as session:
        assert audit_verification.faults(session) == []
        assert list(row_verification.faults(session)) == []


def test_it_can_be_done_again_and_goes_together_with_a_new_main_key(world):
    held = Held(world)
    said = held.read(world.installation)
    for version in (2, 3):
        reseal(world)
        ordered(world, orders.order_rotation)
        rotation.rotate(world.installation, KUMLA)
        assert versions(world) == {version} and held.read(world.installation) == said
        world.clock.move(minutes=11)
        resealing.finish(world.installation, KUMLA)
    assert held.read(world.installation) == said


def test_what_was_broken_off_is_taken_up_again(world):
    first, second = Held(world), world.case("sven", name="Annan Påhittdotter")
    said = first.read(world.installation)

    class Killed(Exception):
        pass

    def die(owners: int) -> None:
        if owners == 1:
            raise Killed

    with pytest.raises(Killed):
        reseal(world, die)
    assert (1, "enabled") in states(world) and (2, "enabled") in states(world)
    assert first.read(world.installation) == said
    assert reseal(world).owners == 3
    assert states(world) == {(1, "disabled"), (2, "enabled")} and versions(world) == {2}
    assert reseal(world).owners == 0
    assert first.read(world.installation) == said and second


def test_the_old_keys_are_not_destroyed_while_a_process_may_have_them_and_what_it_sealed_is_moved_first(world, other):
    held = Held(world)
    assert held.read(other)
    with other.session(KUMLA) as session:
        person = session.scalars(select(Person)).one()
    reseal(world)
    with other.session(KUMLA) as session:  # as a process that still has the old key of the person at hand
        person = session.scalars(select(Person)).one()
        vault.seal_person(session, person, {"name": "Gösta Exempelsson", "number": None, "birth_date": None})
    assert 1 in versions(world)
    with pytest.raises(Refused, match="tio minuter"):
        resealing.finish(world.installation, KUMLA)
    world.clock.move(minutes=10)
    resealing.finish(world.installation, KUMLA)
    assert versions(world) == {2} and "Gösta Exempelsson" in held.read(world.installation)


def test_an_order_covers_one_sealing_and_what_was_begun_goes_on_without_another(world):
    Held(world)
    reseal(world)
    assert resealing.reseal(world.installation, KUMLA).owners == 0  # going on, though the order's day may be over
    world.clock.move(minutes=11)
    resealing.finish(world.installation, KUMLA)
    with pytest.raises(Refused, match="administratörer"):
        resealing.reseal(world.installation, KUMLA)
    assert states(world) == {(1, "destroyed"), (2, "enabled")}


def test_how_secrecy_was_assessed_for_a_copy_can_still_be_opened(world):
    held = Held(world)
    made, _asked = copies.order(world, held.case, copies.EXTRACT)
    reseal(world)
    world.clock.move(minutes=11)
    resealing.finish(world.installation, KUMLA)
    with world.acting("maja") as (session, maja):
        _case, decision = access.of_case(session, maja, Permission.CASE_READ, held.case, Action.CASE_OPENED)
        sealed = session.get_one(CaseExport, (KUMLA, made.id)).assessment
        said = vault.open_text(decision, held.case, "case_exports", made.id, "assessment", sealed)
    assert said == copies.EXTRACT.assessment
    copies.hand_out(world, made)
    with world.session() as session:
        assert list(row_verification.faults(session)) == []


def test_what_was_destroyed_stays_destroyed(world):
    held = Held(world)
    with world.session() as session:
        keyring: Keyring = session.info["keyring"]
        keyring.destroy_case(session, held.case, "sealed_place")
    reseal(world)
    world.clock.move(minutes=11)
    resealing.finish(world.installation, KUMLA)
    with world.session() as session:
        rows = session.scalars(select(CaseKey).where(CaseKey.retention == "sealed_place")).all()
    assert [(row.version, row.status, row.wrapped) for row in rows] == [(1, DESTROYED, b"")]


def test_one_municipality_is_resealed_and_the_record_says_what_was_done_and_not_a_word_of_it(world):
    held, foreign = Held(world), world.case("lars", code=LAXA, name="Tredje Mallström")
    reseal(world)
    world.clock.move(minutes=11)
    resealing.finish(world.installation, KUMLA)
    assert versions(world, LAXA) == {1} and foreign
    with world.session() as session:
        rows = session.scalars(
            select(AuditEvent).where(AuditEvent.action.like("keys:%")).order_by(AuditEvent.seq)
        ).all()
        told = {(row.action, row.object_kind) for row in rows}
        assert {row.object_id for row in rows if row.object_kind == "case"} == {held.case}
        assert not any("Ring" in row.detail or "Hotad" in row.detail for row in rows)
    assert told == {
        ("keys:ordered", "municipality"),
        ("keys:resealed", "case"),
        ("keys:resealed", "person"),
        ("keys:destroyed", "case"),
        ("keys:destroyed", "person"),
    }


def test_everything_sealed_in_a_municipality_is_sealed_anew_or_known_to_be_a_review_s_or_sent(world):
    sealed = {
        (mapper.class_, column.key)
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Tenanted)
        for column in mapper.column_attrs
        if re.search("SealedValue", repr(column.columns[0].type))
    }
    moved = {(model, column) for model, columns in resealing.TEXTS.items() for column in columns}
    moved |= {(Person, column) for column in resealing.OF_PERSONS} | {(Value, "sealed")}
    assert sealed == moved | REVIEWED | RECEIVED
