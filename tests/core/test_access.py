"""Who sees what (decisions 4): each rule, at the instants where it begins and ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.core import access, cases, deciders, entries, grants, organisations, search, shared_status, sharing, teams
from casework.core.access_rows import Row, differences
from casework.core.actions import Action
from casework.core.errors import NotFound
from casework.core.models import CaseAccess, CaseMember, ConflictBlock
from casework.core.permissions import OPERATOR, Permission, Role
from tests.worlds import KUMLA, LAXA, MORNING, REGISTRY, World

EVERYBODY = ["maja", "sven", "fia", "ulf", "vilma", "berta", "ida", "lo", "greta", "pia", "erik"]
OVER_A_CASE = [
    Permission.CASE_ASSIGN,
    Permission.CASE_DECIDE,
    Permission.CASE_LOG,
    Permission.CASE_OPEN,
    Permission.CASE_READ,
    Permission.CASE_SHARE,
    Permission.CASE_UNSEAL,
    Permission.CASE_WRITE,
]


def may(world: World, who: str, permission: Permission, case_id: str, code: str = KUMLA) -> bool:
    try:
        with world.acting(who, code) as (session, actor):
            access.of_case(session, actor, permission, case_id, Action.CASE_OPENED)
    except NotFound:
        return False
    return True


def allowed(world: World, who: str, case_id: str) -> set[str]:
    return {permission.value for permission in OVER_A_CASE if may(world, who, permission, case_id)}


WRITES = {"case:decide", "case:log", "case:open", "case:read", "case:share", "case:unseal", "case:write"}


def test_of_an_assigned_case_each_role_may_do_what_is_decided_and_no_more(world):
    case = world.case("maja")
    found = {who: allowed(world, who, case) for who in EVERYBODY}
    assert found == {who: set() for who in EVERYBODY} | {"maja": WRITES, "vilma": {"case:assign"}}


def test_of_an_unassigned_case_each_role_may_do_what_is_decided_and_no_more(world):
    case = world.case(None)
    found = {who: allowed(world, who, case) for who in EVERYBODY}
    intake = {"case:assign", "case:open", "case:read"}
    assert found == {who: set() for who in EVERYBODY} | {"ida": intake, "vilma": {"case:assign"}}


def test_lists_hold_what_each_role_may_list(world):
    mine, waiting, barns = world.case("maja"), world.case(None), world.case("sven", unit="Barn och unga")
    found = {who: set(world.listed(who)) for who in ("maja", "sven", "fia", "vilma", "berta", "ida")}
    assert found == {
        "maja": {mine},
        "sven": {barns},
        "fia": set(),
        "vilma": {mine, waiting},
        "berta": {barns},
        "ida": {waiting},
    }


@pytest.mark.parametrize("who", ["lo", "greta", "pia", "erik"])
def test_who_has_no_cases_has_no_list_and_no_search(world, who):
    world.case("maja")
    for deed in (
        lambda session, actor: cases.page(session, actor, cases.Filters()),
        lambda session, actor: search.find(session, actor, "2026-0001"),
    ):
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            deed(session, actor)


def test_a_place_in_a_team_holds_from_its_first_instant_until_its_last(world):
    case = world.case("maja")
    begins, ends = MORNING + timedelta(hours=1), MORNING + timedelta(hours=2)
    with world.session() as session:
        row = {"case_id": case, "account_id": world.ids["sven"], "role": "co_officer", "named_by": "x"}
        session.add(CaseMember(**row, valid_from=begins, valid_until=ends))
        session.flush()
        access.refresh(session, case)
    instant = timedelta(microseconds=1)
    for now, expected in ((begins - instant, False), (begins, True), (ends - instant, True), (ends, False)):
        world.clock.now = now
        assert may(world, "sven", Permission.CASE_WRITE, case) is expected
        assert (case in world.listed("sven")) is expected


def test_a_post_holds_from_its_first_instant_until_its_last(world):
    case = world.case("maja")
    ends = MORNING + timedelta(hours=1)
    with world.acting("maja") as (session, _maja):
        account = world.account(session, "maja")
        (membership,) = organisations.memberships_of(session, account)
        membership.valid_until = ends
        grants.seal(session, membership)
    world.clock.now = ends - timedelta(microseconds=1)
    assert may(world, "maja", Permission.CASE_READ, case)
    world.clock.now = ends
    assert not may(world, "maja", Permission.CASE_READ, case)


def test_a_lead_who_is_named_in_a_case_reads_it(world):
    case = world.case("maja")
    world.name(case, "berta")
    assert allowed(world, "berta", case) == {"case:log", "case:open", "case:read", "case:unseal"}


def test_somebody_with_two_posts_may_do_what_each_of_them_may(world):
    waiting, mine = world.case(None), world.case("maja")
    with world.session() as session:
        account = world.account(session, "maja")
        unit = next(one for one in organisations.units(session) if one.id == world.units[KUMLA, "Vuxen"])
        organisations.grant(session, OPERATOR, account, Role.INTAKE, unit)
    assert allowed(world, "maja", waiting) == {"case:assign", "case:open", "case:read"}
    assert allowed(world, "maja", mine) == WRITES
    assert set(world.listed("maja")) == {waiting, mine}


def test_intake_loses_a_case_when_it_is_assigned_and_when_it_is_closed(world):
    assigned, closed = world.case(None), world.case(None)
    with world.acting("ida") as (session, ida):
        teams.assign(session, ida, assigned, world.ids["maja"])
    assert not may(world, "ida", Permission.CASE_OPEN, assigned)
    with world.session() as session:
        case = world.get(session, closed)
        case.is_open = False
        access.refresh(session, closed)
    assert not may(world, "ida", Permission.CASE_OPEN, closed)


def ask(world: World, case: str, who: str, forms: list[str], step: str = "close") -> None:
    with world.session() as session:
        signed = {entry.form for entry in entries.current(session, world.get(session, case))}
    for form in set(forms) - signed:
        world.sign("maja", case, form)
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, step, world.ids[who], forms, "Beslut")


def test_who_decides_sees_the_forms_to_be_decided_and_only_until_it_is_decided(world):
    case = world.case("maja")
    world.take("maja", case, "begin_assessment")
    ask(world, case, "fia", ["initial_assessment"], "do_not_open")
    assert allowed(world, "fia", case) == {"case:decide", "case:open"}
    with world.acting("fia") as (session, fia):
        _case, decision = cases.open_case(session, fia, case, "decide")
        assert decision.forms == frozenset({"initial_assessment"})
    world.take("fia", case, "do_not_open", reason="Annan kommun")
    assert allowed(world, "fia", case) == set()
    assert world.listed("fia") == []


def test_somebody_asked_twice_sees_what_is_left_to_decide(world):
    case = world.case("maja")
    world.take("maja", case, "begin_assessment")
    ask(world, case, "fia", ["initial_assessment"], "close")
    ask(world, case, "fia", ["needs"], "open_investigation")
    world.clock.move(minutes=1)
    world.take("fia", case, "open_investigation")
    with world.acting("fia") as (session, fia):
        _case, decision = cases.open_case(session, fia, case, "decide")
        assert decision.forms == frozenset({"initial_assessment"})


def test_a_reader_who_is_also_asked_to_decide_has_no_limit(world):
    case = world.case("maja")
    world.name(case, "fia")
    ask(world, case, "fia", ["initial_assessment"])
    with world.acting("fia") as (session, fia):
        _case, decision = cases.open_case(session, fia, case, "overview")
        assert decision.forms is None


@pytest.mark.parametrize("who", ["maja", "vilma", "ida", "fia"])
def test_a_block_overrides_every_way_into_a_case(world, who):
    case = world.case(None if who == "ida" else "maja")
    if who == "fia":
        ask(world, case, "fia", ["registration"])
    assert allowed(world, who, case) != set()
    blocker = "ida" if who == "vilma" else "vilma"
    if blocker == "ida":
        with world.session() as session:
            session.add(ConflictBlock(case_id=case, account_id=world.ids[who], made_at=session.now, made_by="x"))
            session.flush()
            access.refresh(session, case)
    else:
        with world.acting(blocker) as (session, actor):
            teams.block(session, actor, case, world.ids[who])
    assert allowed(world, who, case) == set()
    assert case not in world.listed(who)
    with world.acting(who) as (session, actor):
        assert search.find(session, actor, "2026-0001").cases == ()


def test_another_municipality_does_not_see_the_case(world):
    case, laxas = world.case("maja"), world.case("lars", code=LAXA)
    for who in ("lars", "lena", "inga"):
        for permission in OVER_A_CASE:
            assert not may(world, who, permission, case, LAXA)
        assert case not in world.listed(who, LAXA)
    assert set(world.listed("lena", LAXA)) == {laxas}


def test_who_has_no_post_in_a_municipality_is_nobody_there(world):
    case = world.case("lars", code=LAXA)
    for permission in OVER_A_CASE:
        assert not may(world, "maja", permission, case, LAXA)
    with world.acting("maja", LAXA) as (_session, maja):
        assert maja.posts == () and maja.role == "none"


def test_a_liaison_never_gets_a_case_page_also_not_of_what_is_shared(world):
    case = world.case("maja")
    world.permit(case)
    assert allowed(world, "erik", case) == set()
    with world.acting("erik") as (session, erik):
        assert len(shared_status.page(session, REGISTRY, erik).shown) == 1
    with pytest.raises(NotFound), world.acting("erik") as (session, erik):
        sharing.revoke(session, erik, case, "x")


@pytest.mark.parametrize("who", ["maja", "vilma", "ida", "lo", "greta"])
def test_the_shared_page_is_the_liaisons_only(world, who):
    with pytest.raises(NotFound), world.acting(who) as (session, actor):
        shared_status.page(session, REGISTRY, actor)


@pytest.mark.parametrize("permission", OVER_A_CASE)
@pytest.mark.parametrize("who", ["sven", "vilma", "lo", "erik"])
def test_a_missing_and_a_forbidden_case_are_refused_alike(world, who, permission):
    forbidden = world.case("maja", unit="Barn och unga")
    foreign = world.case("lars", code=LAXA)
    raised = []
    for case_id in (forbidden, foreign, "A" * 22):
        with pytest.raises(NotFound) as found, world.acting(who) as (session, actor):
            access.of_case(session, actor, permission, case_id, Action.CASE_OPENED)
        denial = found.value.denial
        raised.append((str(found.value), found.value.args, denial.rule, denial.action, denial.object_kind))
    assert len(set(raised)) == 1


def test_the_table_is_what_its_sources_make_it_and_a_difference_is_named(world):
    right, wrong, gone, more = (world.case("maja") for _nth in range(4))
    with world.session() as session:
        assert differences(session) == []
        for row in session.query(CaseAccess).filter(CaseAccess.principal == world.ids["maja"]):
            if row.case_id == wrong:
                row.valid_until = MORNING
            elif row.case_id == gone:
                session.delete(row)
            elif row.case_id == more:
                columns = {name: getattr(row, name) for name in Row._fields}
                session.add(CaseAccess(**columns | {"principal": world.ids["sven"]}))
        session.flush()
        assert differences(session) == sorted({wrong, gone, more})
        for case_id in (wrong, gone, more):
            access.refresh(session, case_id)
        assert differences(session) == []
    assert may(world, "maja", Permission.CASE_READ, right)


def test_a_list_goes_on_over_pages_also_for_who_reaches_cases_in_many_ways(world):
    held = []
    for _nth in range(5):
        held.append(world.case("maja"))
        for _question in range(4):
            world.clock.move(minutes=1)
            ask(world, held[-1], "vilma", ["registration"])
    listed = world.listed("vilma")
    assert len(listed) == len(set(listed)) and set(listed) == set(held)


def test_a_list_is_narrowed_by_area_state_officer_and_openness_only_among_ones_own(world):
    mine, fias = world.case("maja"), world.case("fia")
    world.take("maja", mine, "begin_assessment")
    filters = [
        (cases.Filters(), {mine, fias}),
        (cases.Filters(states=("initial",)), {mine}),
        (cases.Filters(officer_id=world.ids["fia"]), {fias}),
        (cases.Filters(area="barn_unga"), set()),
        (cases.Filters(unassigned=True), set()),
        (cases.Filters(show="closed"), set()),
    ]
    for filter_, expected in filters:
        assert set(world.listed("vilma", filters=filter_)) == expected
    assert world.listed("maja", filters=cases.Filters(officer_id=world.ids["fia"])) == []
