"""Sealed places go when a case has been closed for some days: for ever, with a tombstone, and nothing breaks on it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.core import (
    access,
    audit_verification,
    carrying,
    case_log,
    cases,
    day,
    drafts,
    entries,
    guards,
    municipality_settings,
    reading,
    search,
    shared_status,
    sharing,
    tasks,
    vault,
)
from casework.core.actions import Action
from casework.core.errors import Destroyed, Refused
from casework.core.key_operations import retention
from casework.core.models import AuditEvent, Case, CaseKey, Entry
from casework.core.permissions import Permission
from tests.worlds import KUMLA, LAXA, REGISTRY


@pytest.fixture
def closed(world):
    """A closed case with an address and a plan for moving, sealed as places are, and a note that is not."""
    case = world.case()
    ids = {form: world.sign("maja", case, form) for form in ("address", "relocation", "note")}
    close(world, case)
    return case, ids


def close(world, case: str) -> None:
    world.name(case, "fia", "co_officer")
    world.take("fia", case, "close")


def shown(world, case: str, entry: str, who: str = "maja") -> dict[str, str | None]:
    """What a page shows of an entry, by field."""
    with world.acting(who) as (session, actor):
        opened, decision = cases.open_case(session, actor, case, "journal")
        (read,) = reading.read(decision, REGISTRY, opened, [world.entry(session, entry)])
        return {one.field: one.words for one in read.answers}


def statuses(world, case: str) -> dict[tuple[str, int], tuple[str, int]]:
    with world.session() as session:
        rows = session.scalars(select(CaseKey).where(CaseKey.case_id == case)).all()
        return {(row.retention, row.version): (row.status, len(row.wrapped)) for row in rows}


def test_the_keys_of_places_are_destroyed_thirty_days_after_closing_and_no_other(world, closed):
    case, ids = closed
    world.clock.move(days=29)
    assert retention.destroy_everywhere(world.installation) == {}
    world.clock.move(days=1)
    assert retention.destroy_everywhere(world.installation) == {"Kumla": 1}
    assert statuses(world, case)["sealed_place", 1] == ("destroyed", 0)
    assert {status for (class_, _v), (status, _l) in statuses(world, case).items() if class_ != "sealed_place"} == {
        "enabled"
    }
    assert set(shown(world, case, ids["address"]).values()) == {vault.GONE}
    assert shown(world, case, ids["note"])["heading"] == "Samtal"
    assert retention.destroy_everywhere(world.installation) == {}


def test_a_tombstone_stays_in_the_record_and_the_record_is_whole(world, closed):
    case, _ids = closed
    world.clock.move(days=30)
    retention.destroy_due(world.installation, KUMLA)
    with world.session() as session:
        (row,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "place:destroyed")).all()
        assert (row.object_kind, row.object_id, row.case_id, row.actor_id) == ("case", case, case, "operator")
        assert json.loads(row.detail) == {"keys": 1, "retention": "sealed_place", "version": 1}
        assert audit_verification.faults(session) == []


def test_reopening_in_time_keeps_them(world, closed):
    case, ids = closed
    world.clock.move(days=29)
    world.take("fia", case, "reopen", reason="Fel ärende avslutat")
    world.clock.move(days=100)
    assert retention.destroy_due(world.installation, KUMLA) == 0
    assert set(shown(world, case, ids["address"]).values()) == {"Storgatan 1", None}


@pytest.mark.parametrize("days", [0, 365])
def test_the_municipality_chooses_how_long_a_wrong_closing_can_be_undone(world, closed, days):
    with world.session() as session:
        municipality_settings.choose(session, "sealed_place_days", days)
        for wrong in (-1, 366):
            with pytest.raises(Refused):
                municipality_settings.choose(session, "sealed_place_days", wrong)
    if days:
        world.clock.move(days=days - 1)
        assert retention.destroy_due(world.installation, KUMLA) == 0
        world.clock.move(days=1)
    assert retention.destroy_due(world.installation, LAXA) == 0
    assert retention.destroy_due(world.installation, KUMLA) == 1


def test_a_closed_case_that_held_no_place_loses_no_key_and_leaves_no_tombstone(world):
    case = world.case()
    close(world, case)
    world.clock.move(days=400)
    assert retention.destroy_due(world.installation, KUMLA) == 0
    assert statuses(world, case)["sealed_place", 1][0] == "enabled"


def test_a_case_brought_in_as_closed_is_counted_from_the_day_it_was_brought_in(world, closed):
    from casework.core.models import Import

    case, _ids = closed
    world.clock.move(days=100)
    with world.session() as session:
        session.add(Import(id="brought-in", area="avhoppare", made_by=world.ids["maja"], made_at=session.now))
        session.flush()
        session.get(Case, (KUMLA, case)).import_id = "brought-in"
    assert retention.destroy_due(world.installation, KUMLA) == 0
    world.clock.move(days=30)
    assert retention.destroy_due(world.installation, KUMLA) == 1


def test_a_case_reopened_while_it_is_looked_at_keeps_its_places(world, closed, monkeypatch):
    case, ids = closed
    world.clock.move(days=30)
    with world.session() as session:
        assert list(retention.due(session)) == [case]
    world.take("fia", case, "reopen", reason="Personen hörde av sig")
    with world.session() as session:
        assert not retention._destroy(session, case)
    assert set(shown(world, case, ids["address"]).values()) == {"Storgatan 1", None}


class TestGone:
    """Nothing that reads breaks on what is gone."""

    @pytest.fixture
    def gone(self, world, closed):
        world.clock.move(days=30)
        retention.destroy_due(world.installation, KUMLA)
        return closed

    def test_it_is_gone_for_who_has_it_open_at_this_moment(self, world, closed):
        case, ids = closed
        world.clock.move(days=30)
        with world.acting("maja") as (session, actor):
            reading.unseal(session, actor, case, ids["address"], "person.address_real", "contact", "")
        assert shown(world, case, ids["address"])["person.address_real"] == "Hemlig gata 2"
        retention.destroy_due(world.installation, KUMLA)
        assert shown(world, case, ids["address"])["person.address_real"] == vault.GONE

    def test_it_cannot_be_opened_by_a_reason(self, world, gone):
        case, ids = gone
        with world.acting("maja") as (session, actor), pytest.raises(Refused, match="gallrad"):
            reading.unseal(session, actor, case, ids["address"], "person.address_real", "contact", "")

    def test_journal_correction_guard_search_and_lists_go_on(self, world, gone):
        case, ids = gone
        with world.acting("maja") as (session, actor):
            opened, decision = cases.open_case(session, actor, case, "journal")
            standing = entries.current(session, opened)
            read = {one.entry.id: one for one in reading.read(decision, REGISTRY, opened, standing)}
            assert all(one.gone for one in read[ids["relocation"]].answers)
            assert read[ids["relocation"]].answer("relocation.plan") == ""
            entry = world.entry(session, ids["address"])
            form = world.kind.form("address")
            begun = carrying.begin(decision, form, entry)
            assert begun.answers == {} and begun.locked == frozenset()
            assert entries.answers_of(decision, entry) == {}
            guard = world.kind.workflow.guard("relocation_planned")
            guards.holds(decision, world.kind, opened, guard, opened.state_since)
            assert [one.id for one in search.find(session, actor, "Exempelsson").cases] == [case]
        assert case in world.listed("maja")

    def test_what_is_gone_is_not_carried_into_a_correction(self, world, gone):
        case, ids = gone
        world.take("fia", case, "reopen", reason="Personen hörde av sig")
        answers = {"person.address_post": "Nygatan 3"}
        with world.acting("maja") as (session, actor):
            entry = carrying.sign(
                session, REGISTRY, actor, case, "address", answers,
                corrects_id=ids["address"], locked=["person.address_real"],
            )  # fmt: skip
        assert set(shown(world, case, entry.id)) == {"person.address_post"}
        assert statuses(world, case)["sealed_place", 2][0] == "enabled"
        with world.acting("maja") as (session, actor):
            reading.unseal(session, actor, case, entry.id, "person.address_post", "contact", "")
        assert shown(world, case, entry.id)["person.address_post"] == "Nygatan 3"
        assert set(shown(world, case, ids["address"]).values()) == {vault.GONE}

    def test_a_closed_case_takes_no_new_place_that_would_be_gone_at_once(self, world, gone):
        case, ids = gone
        with world.acting("maja") as (session, actor), pytest.raises(Refused) as said:
            entries.sign(
                session, REGISTRY, actor, case, "address", {"person.address_post": "X"}, corrects_id=ids["address"]
            )
        assert isinstance(said.value.refusals[0], Refusal) and "Återaktualisera" in said.value.refusals[0].reason
        with world.acting("maja") as (session, actor), pytest.raises(Refused):
            drafts.save(session, REGISTRY, actor, case, "relocation", {"relocation.plan": ["x"]}, seen_version=0)
        world.sign("maja", case, "note")

    def test_drafts_go_with_what_they_were_of(self, world, closed):
        case, ids = closed
        with world.acting("maja") as (session, actor):
            drafts.save(
                session, REGISTRY, actor, case, "address", {"person.address_post": ["Ny"]},
                seen_version=0, corrects_id=ids["address"],
            )  # fmt: skip
            drafts.save(session, REGISTRY, actor, case, "note", {"text": ["Kvar"]}, seen_version=0)
        world.clock.move(days=30)
        retention.destroy_due(world.installation, KUMLA)
        with world.acting("maja") as (session, actor):
            left = session.scalars(select(Entry).where(Entry.case_id == case, Entry.state == "draft")).all()
            assert [(one.form, drafts.typed(session, actor, case, one)) for one in left] == [
                ("note", {"text": ["Kvar"]})
            ]

    def test_the_police_page_and_the_tasks_go_on_without_what_is_gone(self, world):
        case = world.case()
        with world.acting("maja") as (session, actor):
            opened, decision = cases.open_case(session, actor, case, "sharing")
            form, field = sharing.offer(decision, REGISTRY, opened).fields[0]
        world.sign("maja", case, form.name)
        world.permit(case, fields=[field.name])
        with world.acting("maja") as (session, actor):
            tasks.add(session, actor, case, "Ringa Gösta", None, actor.id)
        with world.acting("erik") as (session, actor):
            assert len(shared_status.page(session, REGISTRY, actor).shown[0].facts) == 1
        with world.session() as session:
            world.installation.keyring.destroy_case(session, case)
        with world.acting("erik") as (session, actor):
            (row,) = shared_status.page(session, REGISTRY, actor).shown
            assert row.facts == () and row.purpose == row.contact == vault.GONE
        with world.acting("maja") as (session, actor):
            opened, decision = cases.open_case(session, actor, case, "tasks")
            assert [one.what for one in tasks.of_case(decision, opened)] == [vault.GONE]
            assert [one.what for one in day.of(session, actor).tasks] == [vault.GONE]
            assert len(case_log.read(session, actor, case).lines) > 3

    def test_a_team_answer_of_a_destroyed_class_is_shown_as_gone_and_told_to_nobody(self, world, closed):
        case, ids = closed
        with world.session() as session:
            world.installation.keyring.destroy_case(session, case, "case")
        assert shown(world, case, ids["note"])["heading"] == vault.GONE
        with world.acting("maja") as (session, actor):
            opened, decision = access.of_case(session, actor, Permission.CASE_OPEN, case, Action.CASE_OPENED)
            value = entries.values_of(session, [world.entry(session, ids["note"])])[ids["note"]][0]
            with pytest.raises(Destroyed):
                vault.open_shared_answer(decision, world.entry(session, ids["note"]), value)
            person = cases.subject(decision, opened)
            assert person is not None and person.name == "Gösta Exempelsson"
