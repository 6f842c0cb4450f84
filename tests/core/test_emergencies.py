"""Break-glass: one case for an hour, read only, nothing sealed, told to others at once and reviewed by one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    access_rows,
    accounts,
    adoption,
    cases,
    conflicts,
    drafts,
    emergencies,
    entries,
    notices,
    organisations,
    persons,
    reading,
    schema,
    search,
    tasks,
    teams,
    vault,
)
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound, Refused
from casework.core.installation import attempt
from casework.core.models import AuditEvent, Emergency
from casework.core.permissions import OPERATOR, REACHED_BY, Permission, Role
from tests.databases import upgrade
from tests.worlds import KUMLA, LAXA, REGISTRY, VUXEN, World, found, personal_number

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
OPEN_NOW = {"case:list", "case:open", "case:read"}


def enter(world: World, term: str, who: str = "jon", category: str = "danger", words: str = "Larm från polisen") -> str:
    with world.acting(who) as (session, actor):
        return emergencies.enter(session, actor, term, category, words).id


def may(world: World, who: str, case_id: str) -> set[str]:
    """What somebody may do with a case at this moment."""
    with world.acting(who) as (session, actor):
        return {one.value for one in REACHED_BY if access.is_reached(session, actor, one, case_id)}


def kinds(world: World, who: str) -> list[str]:
    with world.session() as session:
        return [one.kind for one in notices.unread(session, world.ids[who])]


def refusal(world: World, term: str, who: str = "jon") -> str:
    with pytest.raises(Refused) as refused:
        enter(world, term, who)
    return str(refused.value)


def test_the_next_case_that_is_opened_closes_the_one_before_it(world):
    first, second = world.case("maja"), world.case("maja")
    enter(world, "2026-0001")
    world.clock.move(minutes=5)
    enter(world, "2026-0002")
    assert may(world, "jon", first) == set() and may(world, "jon", second) == OPEN_NOW
    with world.session() as session:
        live = select(Emergency.case_id).where(Emergency.until > session.now)
        assert session.scalars(live).all() == [second]
        assert access_rows.differences(session) == []
    world.clock.move(minutes=5)
    enter(world, "2026-0001")
    assert may(world, "jon", first) == OPEN_NOW and may(world, "jon", second) == set()
    assert refusal(world, "2026-0001").startswith("Du har redan")


def test_the_case_opens_for_an_hour_to_be_read_and_nothing_more(world):
    case = world.case("maja")
    assert may(world, "jon", case) == set()
    assert enter(world, "2026-0001") == case
    assert may(world, "jon", case) == OPEN_NOW
    assert world.listed("jon") == [case]
    world.clock.move(minutes=60, microseconds=-1)
    assert may(world, "jon", case) == OPEN_NOW
    world.clock.now += INSTANT
    assert may(world, "jon", case) == set()
    assert world.listed("jon") == []
    with pytest.raises(NotFound), world.acting("jon") as (session, jon):
        cases.open_case(session, jon, case, "overview")


def number_of(world: World, case_id: str) -> str:
    with world.session() as session:
        return world.get(session, case_id).number


def test_exactly_one_case_opens_and_the_persons_next_only_by_another_opening(world):
    case, other = world.case("maja"), world.case("sven")
    world.clock.move(minutes=1)
    with world.acting("ida") as (session, ida):
        person = persons.find(session, ida, personal_number(1))
        given = {"area": "avhoppare", "case_type": "avhopp", "unit_id": world.units[KUMLA, VUXEN], "state": "received"}
        later = cases.register(session, REGISTRY, ida, **given, subject=person).id
    world.clock.move(minutes=1)
    assert enter(world, personal_number(1).shown) == later
    opened = {one for one in (case, later, other) if may(world, "jon", one)}
    assert len(opened) == 1 and other not in opened
    enter(world, personal_number(1).digits)
    assert {one for one in (case, later, other) if may(world, "jon", one)} == {case}, "the next closes the last"
    assert "Du har redan åtkomst" in refusal(world, number_of(world, case))


@pytest.mark.parametrize("protection", [0, 1, 2])
def test_a_protected_person_is_found_by_number_and_the_comparison_is_remembered(world, protection):
    case = world.case("maja", protection=protection)
    assert enter(world, personal_number(1).shown) == case
    with world.session() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "person:matched")).one()
    assert (row.actor_id, row.outcome) == (world.ids["jon"], "done")


def test_who_has_no_duty_has_no_such_page(world):
    world.case("maja")
    for who in ("maja", "vilma", "ida", "lo", "greta", "erik", "pia"):
        with pytest.raises(NotFound):
            enter(world, "2026-0001", who)


@pytest.mark.parametrize(("category", "words"), [("", "Larm"), ("danger", "  "), ("lunch", "Larm")])
def test_without_a_reason_nothing_opens(world, category, words):
    case = world.case("maja")
    with pytest.raises(Refused):
        enter(world, "2026-0001", category=category, words=words)
    assert may(world, "jon", case) == set()


@pytest.mark.parametrize("term", ["2026-0009", "Gösta", "Gösta Exempelsson", "", "2026", "%", "19700101-0000"])
def test_only_a_whole_number_names_a_case(world, term):
    world.case("maja")
    assert refusal(world, term) == "Inget ärende stämmer. Kontrollera numret."


def test_to_who_is_blocked_the_case_is_missing_by_either_number_with_the_same_trace(world):
    case = world.case("maja")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["jon"])
    missing = [refusal(world, term) for term in ("2026-0009", personal_number(9).shown)]
    assert missing == [refusal(world, term) for term in ("2026-0001", personal_number(1).shown)]
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.outcome == "denied").order_by(AuditEvent.seq)).all()
        assert session.scalars(select(Emergency)).all() == []
    assert len(rows) == 4
    assert {(row.action, row.object_id, row.case_id, row.detail) for row in rows} == {
        ("emergency:opened", "", None, '{"rule":"no_case"}')
    }
    assert kinds(world, "vilma") == kinds(world, "greta") == []


def test_a_block_made_during_the_hour_ends_it_and_lifting_brings_nothing_back(world):
    case = world.case("maja")
    enter(world, "2026-0001")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["jon"])
        block = conflicts.of_case(session, vilma, case)[0].block.id
    assert may(world, "jon", case) == set()
    with world.acting("vilma") as (session, vilma):
        conflicts.lift(session, vilma, case, block, "Fel person")
    assert may(world, "jon", case) == set()


def test_another_municipality_has_no_such_case(world):
    world.case("lars", code=LAXA)
    assert refusal(world, "2026-0001") == refusal(world, "2026-0009")


def test_nothing_sealed_is_read_also_not_what_was_opened_as_a_member_a_moment_ago(world):
    case = world.case("maja")
    entry = world.sign("maja", case, "threat")
    world.name(case, "sven", may_unseal=True)
    with world.session() as session:
        unit = next(one for one in organisations.units(session) if one.name == VUXEN)
        sven = world.account(session, "sven")
        organisations.grant(session, OPERATOR, sven, Role.CASE_OFFICER, unit, emergency=True)
    with world.acting("sven") as (session, sven_):
        reading.unseal(session, sven_, case, entry, "threat_summary", "danger", "")
    with world.acting("vilma") as (session, vilma):
        rows = teams.members(session, world.get(session, case))
        teams.end(session, vilma, case, next(one.id for one, account in rows if account.username == "sven"))
    enter(world, "2026-0001", "sven")
    with world.acting("sven") as (session, sven_):
        opened, decision = cases.open_case(session, sven_, case, "forms")
        (threat,) = entries.current(session, opened, "threat")
        assert decision.unsealed == frozenset()
        answers = entries.answers_of(decision, threat)
        assert "threat_summary" not in answers
        for value in entries.values_of(session, [threat])[threat.id]:
            if value.field == "threat_summary":
                with pytest.raises(vault.StillSealed):
                    vault.open_answer(decision, threat, value)
    with pytest.raises(NotFound), world.acting("sven") as (session, sven_):
        reading.unseal(session, sven_, case, entry, "threat_summary", "danger", "")


def test_nothing_is_written_not_even_ones_own_task_from_before(world):
    case = world.case("maja")
    world.name(case, "fia", "co_officer")
    with world.acting("maja") as (session, maja):
        task = tasks.add(session, maja, case, "Ring tillbaka", None, world.ids["fia"]).id
    with world.session() as session:
        unit = next(one for one in organisations.units(session) if one.name == VUXEN)
        fia = world.account(session, "fia")
        organisations.grant(session, OPERATOR, fia, Role.CASE_OFFICER, unit, emergency=True)
    with world.acting("vilma") as (session, vilma):
        rows = teams.members(session, world.get(session, case))
        teams.end(session, vilma, case, next(one.id for one, account in rows if account.username == "fia"))
    enter(world, "2026-0001", "fia")
    for deed in (
        lambda session, actor: tasks.finish(session, actor, task),
        lambda session, actor: entries.sign(session, REGISTRY, actor, case, "note", {}),
        lambda session, actor: drafts.save(session, REGISTRY, actor, case, "note", {}, seen_version=0),
        lambda session, actor: teams.name(session, actor, case, world.ids["ulf"], "reader", may_unseal=False),
        lambda session, actor: access.of_case(session, actor, Permission.CASE_LOG, case, Action.CASE_LOG_READ),
    ):
        with pytest.raises(NotFound), world.acting("fia") as (session, actor):
            deed(session, actor)


def test_the_opening_is_found_by_search_while_it_lasts(world):
    case = world.case("maja", protection=2)
    enter(world, "2026-0001")
    for term in ("2026-0001", personal_number(1).shown, "Gösta"):
        with world.acting("jon") as (session, jon):
            assert [one.id for one in search.find(session, jon, term).cases] == [case]
    world.clock.now += HOUR
    with world.acting("jon") as (session, jon):
        assert search.find(session, jon, "2026-0001").cases == ()


def test_a_post_for_who_reads_no_cases_cannot_carry_the_duty(world):
    with world.session() as session:
        unit = next(one for one in organisations.units(session) if one.name == VUXEN)
        for who, role in (("lo", Role.ADMINISTRATOR), ("greta", Role.LOG_REVIEWER)):
            with pytest.raises(Refused):
                organisations.grant(session, OPERATOR, world.account(session, who), role, unit, emergency=True)


def test_the_duty_ends_with_the_post_and_so_does_what_it_opened(world):
    case = world.case("maja")
    enter(world, "2026-0001")
    with world.session() as session:
        jon = world.account(session, "jon")
        for membership in organisations.memberships_of(session, jon):
            organisations.end_membership(session, OPERATOR, membership)
        assert accounts.actor(session, jon).posts == ()
    assert may(world, "jon", case) == set()
    with pytest.raises(NotFound):
        enter(world, "2026-0001")


def test_a_miss_leaves_its_trace_also_when_a_page_shows_it_at_the_field(world):
    world.case("maja", protection=2)
    session: TenantSession = world.installation.open(KUMLA, world.ids["jon"])
    with session:
        jon = accounts.actor(session, world.account(session, "jon"))
        with pytest.raises(Refused), attempt(session):
            emergencies.enter(session, jon, personal_number(9).shown, "danger", "Larm")
        session.commit()
    with world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == world.ids["jon"])).all()
    assert {(row.action, row.outcome) for row in rows} == {("person:matched", "done"), ("emergency:opened", "denied")}
    assert len(rows) == 2


def test_openings_survive_no_downgrade_but_everything_else_does(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir, found) as database:
        world = World(database)
        case = world.case("maja")
        enter(world, "2026-0001")
        before = world.listed("maja")
        world.installation.engine.dispose()
        schema.downgrade(database.owner_url, "0003")
        upgrade(database)
        again = World(database)
        adoption.adopt(again.installation, "0003")  # as db upgrade does: what was there before is sealed again
        assert again.listed("maja") == before == [case]
        assert may(again, "jon", case) == set()
        with again.session() as session:
            assert access_rows.differences(session) == [] and session.scalars(select(Emergency)).all() == []
        again.installation.engine.dispose()
