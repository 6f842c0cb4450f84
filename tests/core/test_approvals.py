"""Four eyes: asked by one, approved and done by another, once, within a day, and only while nothing has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

import casework.web.pages
from casework.contract import Level
from casework.core import (
    access,
    accounts,
    administration,
    approvals,
    awaiting,
    municipality_settings,
    notices,
    organisations,
    teams,
    vault,
)
from casework.core.actions import Action
from casework.core.approval_kinds import KINDS
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Approval, AuditEvent
from casework.core.permissions import OPERATOR, Permission, Role
from tests.worlds import KUMLA, LAXA, REGISTRY, VUXEN, World


def ask(world: World, case_id: str, who: str = "sven", by: str = "vilma", reason: str = "") -> Approval:
    """Ask to name somebody in a protected person's case."""
    with world.acting(by) as (session, actor):
        asked = teams.name(session, actor, case_id, world.ids[who], "reader", may_unseal=False, reason=reason)
    assert asked is not None
    return asked


def decide(world: World, approval: Approval, by: str, *, granted: bool = True, code: str = KUMLA) -> str:
    with world.acting(by, code) as (session, actor):
        return approvals.decide(session, REGISTRY, actor, approval.id, granted=granted).approval.state


def stored(world: World, approval: Approval) -> Approval:
    with world.session() as session:
        return session.scalars(select(Approval).where(Approval.id == approval.id)).one()


def reads(world: World, who: str, case_id: str) -> bool:
    try:
        with world.acting(who) as (session, actor):
            access.of_case(session, actor, Permission.CASE_READ, case_id, Action.CASE_OPENED)
    except NotFound:
        return False
    return True


def acts(world: World, *actions: Action) -> list[tuple[str, str]]:
    """Who did which of some acts, in order."""
    names = {id_: who for who, id_ in world.ids.items()}
    with world.session() as session:
        rows = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.action.in_(actions), AuditEvent.outcome == "done")
            .order_by(AuditEvent.at, AuditEvent.seq)
        ).all()
        return [(names[row.actor_id], row.action) for row in rows]


@pytest.fixture
def case(world):
    return world.case("maja", protection=2)


def test_naming_in_a_protected_persons_case_is_done_when_somebody_else_has_approved(world, case):
    asked = ask(world, case)
    assert not reads(world, "sven", case)
    assert decide(world, asked, "fia") == "used"
    assert reads(world, "sven", case)
    done = stored(world, asked)
    assert (done.requester_id, done.decided_by) == (world.ids["vilma"], world.ids["fia"])
    with world.session() as session:
        (named,) = [m for m, who in teams.members(session, world.get(session, case)) if who.username == "sven"]
        assert (named.named_by, named.role, named.may_unseal) == (world.ids["vilma"], "reader", False)


def test_asking_granting_and_carrying_out_are_each_remembered_for_whose_they_are(world, case):
    world.clock.move(hours=1)
    decide(world, ask(world, case), "berta")
    said = acts(world, Action.APPROVAL_GRANTED, Action.APPROVAL_CARRIED_OUT, Action.MEMBER_NAMED)
    assert [one for one in said if one[1] != Action.MEMBER_NAMED][-2:] == [
        ("berta", "approval:granted"),
        ("vilma", "approval:carried_out"),
    ] or world.database.kind == "postgres"  # there the two may lie in two lanes
    assert ("vilma", "member:named") in said and ("vilma", "approval:asked") in acts(world, Action.APPROVAL_ASKED)
    with world.session() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "approval:granted")).all()[-1]
        approval = session.scalars(select(Approval).where(Approval.id == row.object_id)).one()
        assert row.case_id == case and approval.digest in row.detail and "case:name" in row.detail


@pytest.mark.parametrize(
    ("protection", "level", "takes_two"), [(1, 2, False), (1, 1, True), (0, 1, False), (3, 2, True)]
)
def test_from_which_level_it_takes_two_is_the_municipalitys_choice_and_never_later_than_two(
    world, protection, level, takes_two
):
    with world.session() as session:
        municipality_settings.choose(session, "four_eyes_level", level)
    case = world.case("maja", protection=protection)
    with world.acting("vilma") as (session, vilma):
        asked = teams.assign(session, vilma, case, world.ids["sven"])
    assert (asked is not None) is takes_two is not reads(world, "sven", case)
    for outside in (0, 3):
        with pytest.raises(Refused), world.session() as session:
            municipality_settings.choose(session, "four_eyes_level", outside)


@pytest.mark.parametrize("who", ["maja", "ida", "lo", "greta", "erik", "pia"])
def test_who_has_no_right_to_approve_learns_of_nothing(world, case, who):
    asked = ask(world, case)
    with pytest.raises(NotFound):
        decide(world, asked, who)
    assert stored(world, asked).state == "waiting"
    with world.acting(who) as (session, actor):
        assert awaiting.count(session, actor) == 0


def test_nobody_approves_what_they_asked_for_or_what_concerns_themselves(world, case):
    asked = ask(world, case, "fia")
    with pytest.raises(Refused, match="själv"):
        decide(world, asked, "vilma")
    with pytest.raises(NotFound):
        decide(world, asked, "fia")
    for who, waits in (("vilma", 0), ("fia", 0), ("berta", 1), ("ulf", 1)):
        with world.acting(who) as (session, actor):
            assert awaiting.count(session, actor) == len(awaiting.waiting(session, actor)) == waits, who


def test_who_is_blocked_in_the_case_neither_approves_nor_learns_of_it(world, case):
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["fia"])
    asked = ask(world, case)
    with world.session() as session:
        assert [one.username for one in approvals.deciders(session, asked)] == ["berta", "ulf"]
    with pytest.raises(NotFound):
        decide(world, asked, "fia")
    with world.acting("fia") as (session, fia):
        assert awaiting.waiting(session, fia) == []


def test_an_approval_is_used_once(world, case):
    asked = ask(world, case)
    decide(world, asked, "fia")
    with pytest.raises(Refused, match="redan avgjort"):
        decide(world, asked, "berta")
    assert acts(world, Action.MEMBER_NAMED).count(("vilma", "member:named")) == 2  # the question and the naming


def test_a_refusal_changes_nothing_and_cannot_be_turned_round(world, case):
    asked = ask(world, case)
    assert decide(world, asked, "fia", granted=False) == "refused"
    with pytest.raises(Refused):
        decide(world, asked, "berta")
    assert not reads(world, "sven", case) and acts(world, Action.APPROVAL_REFUSED) == [("fia", "approval:refused")]
    with world.session() as session:
        assert {one.kind for one in notices.unread(session, world.ids["vilma"])} == {"approval_decided"}


@pytest.mark.parametrize(("late", "state"), [(timedelta(microseconds=-1), "used"), (timedelta(0), "expired")])
def test_an_approval_lasts_a_day_to_the_moment(world, case, late, state):
    asked = ask(world, case)
    world.clock.now = asked.requested_at + timedelta(hours=24) + late
    with world.acting("fia") as (session, fia):
        assert awaiting.count(session, fia) == (1 if state == "used" else 0)
    assert decide(world, asked, "fia") == state
    assert reads(world, "sven", case) is (state == "used")
    assert (acts(world, Action.APPROVAL_EXPIRED) == [("fia", "approval:expired")]) is (state == "expired")


def test_what_was_asked_is_void_when_the_team_has_changed_meanwhile_and_not_when_somebody_wrote(world, case):
    asked, other, ulf = ask(world, case), ask(world, case, "ulf"), world.ids["ulf"]
    world.sign("maja", case, "note")
    assert decide(world, asked, "fia") == "used"
    assert decide(world, other, "fia") == "void"  # sven has come into it
    assert not reads(world, "ulf", case)
    with world.acting("vilma") as (session, vilma):
        assert {one.asked.text("account"): one.state for one in awaiting.asked(session, vilma)}[ulf] == "void"
    assert acts(world, Action.APPROVAL_VOIDED) == [("fia", "approval:voided")]


@pytest.mark.parametrize("change", ["block", "raise", "end"])
def test_every_change_of_who_is_there_or_how_protected_voids(world, case, change):
    asked = ask(world, case)
    from casework.core import case_people

    with world.acting("maja" if change == "raise" else "vilma") as (session, actor):
        if change == "block":
            teams.block(session, actor, case, world.ids["ulf"])
        elif change == "raise":
            case_people.raise_protection(session, actor, case, 3)
        else:
            (member, _account), *_rest = teams.members(session, world.get(session, case))
            teams.end(session, actor, case, member.id)
    assert decide(world, asked, "fia") == "void" and not reads(world, "sven", case)


@pytest.mark.parametrize("loss", ["post", "account", "conflict"])
def test_who_asked_must_still_have_the_right_to_it(world, case, loss):
    asked = ask(world, case)
    with world.session() as session:
        vilma = world.account(session, "vilma")
        if loss == "post":
            for post in organisations.memberships_of(session, vilma):
                organisations.end_membership(session, OPERATOR, post)
        elif loss == "account":
            accounts.disable(session, OPERATOR, vilma)
    if loss == "conflict":
        with world.acting("ida") as (session, _ida):
            world.get(session, case).officer_id = None
        with world.session() as session:
            session.add(
                teams.ConflictBlock(case_id=case, account_id=world.ids["vilma"], made_at=session.now, made_by="x")
            )
            access.refresh(session, case)
    assert decide(world, asked, "fia") == "void" and not reads(world, "sven", case)


def test_what_was_asked_is_taken_back_by_who_asked_and_nobody_else(world, case):
    asked = ask(world, case)
    with pytest.raises(NotFound), world.acting("berta") as (session, berta):
        approvals.take_back(session, berta, asked.id)
    with world.acting("vilma") as (session, vilma):
        approvals.take_back(session, vilma, asked.id)
    with pytest.raises(Refused), world.acting("vilma") as (session, vilma):
        approvals.take_back(session, vilma, asked.id)
    with pytest.raises(Refused, match="redan avgjort"):
        decide(world, asked, "fia")
    assert stored(world, asked).state == "withdrawn"


def test_the_same_is_asked_for_once_at_a_time(world, case):
    asked = ask(world, case)
    with pytest.raises(Refused, match="väntar redan"):
        ask(world, case)
    world.clock.now = asked.expires_at
    assert ask(world, case).id != asked.id


def test_the_reason_is_sealed_read_by_who_decides_and_opens_nothing_of_the_case(world, case):
    note = world.sign("maja", case, "note", text="Hemlig text")
    asked = ask(world, case, reason="Vikarie i december")
    raw = stored(world, asked)
    assert raw.reason is not None and b"Vikarie" not in raw.reason.blob
    with world.acting("fia") as (session, fia):
        (shown,) = awaiting.waiting(session, fia)
        assert (shown.reason, shown.requester) == ("Vikarie i december", "Vilma Dummy")
        decision = access.of_approvals(session, fia, [shown.approval], Action.APPROVAL_READ)
        entry = world.entry(session, note)
        with pytest.raises(vault.StillSealed):
            vault.open_text(decision, case, "tasks", "x", "what", raw.reason)
        with pytest.raises(vault.StillSealed):
            vault.open_answer(decision, entry, session.scalars(select(vault.Value)).first())
        other = Approval(id="another", municipality=KUMLA, case_id=case, reason=raw.reason)
        with pytest.raises(vault.StillSealed):
            vault.open_approval(decision, other, "reason")
    with pytest.raises(NotFound), world.acting("maja") as (session, maja):
        awaiting.one(session, maja, asked.id)


def test_an_answer_reaches_who_asked(world, case):
    world.clock.move(minutes=1)
    asked = ask(world, case)
    with world.acting("fia") as (session, fia):
        approvals.decide(session, REGISTRY, fia, asked.id, granted=False, answer="Fråga Berta först")
    with world.acting("vilma") as (session, vilma):
        (shown, *_before) = awaiting.asked(session, vilma)
        assert (shown.answer, shown.decider, shown.state) == ("Fråga Berta först", "Fia Förstelin", "refused")


def test_a_decision_is_about_what_was_shown(world, case):
    asked = ask(world, case)
    with pytest.raises(Conflict), world.acting("fia") as (session, fia):
        approvals.decide(session, REGISTRY, fia, asked.id, granted=True, seen="0" * 64)
    assert stored(world, asked).state == "waiting"


def test_nothing_is_asked_for_that_nobody_could_approve(world):
    case = world.case(None, protection=2, code=LAXA)
    with pytest.raises(Refused, match="Ingen annan enhetschef"), world.acting("lena", LAXA) as (session, lena):
        teams.assign(session, lena, case, world.ids["lars"])
    with world.acting("inga", LAXA) as (session, inga):
        asked = teams.assign(session, inga, case, world.ids["lars"])
    assert asked is not None and decide(world, asked, "lena", code=LAXA) == "used"


DECIDED = "UPDATE approvals SET state = 'used', ended_at = requested_at, decided_by ="
CHANGES = [
    "UPDATE approvals SET parameters = '{}' WHERE municipality = '1881'",
    "UPDATE approvals SET object_id = 'x' WHERE municipality = '1881'",
    "UPDATE approvals SET digest = 'x' WHERE municipality = '1881'",
    "UPDATE approvals SET expires_at = '2099-01-01 00:00:00' WHERE municipality = '1881'",
    "UPDATE approvals SET concerns_id = NULL WHERE municipality = '1881'",
    "UPDATE approvals SET state = 'used' WHERE municipality = '1881'",
    "UPDATE approvals SET state = 'granted', ended_at = requested_at WHERE municipality = '1881'",
    f"{DECIDED} requester_id WHERE municipality = '1881'",
    f"{DECIDED} concerns_id WHERE municipality = '1881'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_change_what_was_asked_or_to_let_one_person_decide(world, case, statement):
    ask(world, case)
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(statement))


def test_the_database_itself_refuses_to_open_a_decided_approval_again(world, case):
    decide(world, ask(world, case), "fia")
    for state in ("'waiting', ended_at = NULL, decided_by = NULL", "'void', decided_by = NULL", "'refused'"):
        with pytest.raises(DBAPIError), world.session() as session:
            session.connection().execute(text(f"UPDATE approvals SET state = {state} WHERE municipality = '1881'"))


def test_every_kind_has_its_words_and_a_deed():
    assert casework.web.pages.BLUEPRINTS
    assert set(approvals._DEEDS) == set(KINDS)


def test_a_text_is_never_a_parameter(world):
    with pytest.raises(ValueError, match="never a text"), world.acting("vilma") as (session, vilma):
        approvals.ask(session, vilma, "area:enable", "area", "x", {"why": "Gösta behöver det"})


# Administrators -------------------------------------------------------------------------------


def grant(world: World, who: str, role: Role, unit: str = VUXEN, by: str = "lo") -> Approval:
    with world.acting(by) as (session, actor):
        return administration.grant(session, actor, world.ids[who], role, Level.H, world.units[KUMLA, unit])


def test_a_post_is_given_by_two_administrators_and_holds_from_the_second_one(world):
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun")
        world.ids["ny"] = accounts.add(session, OPERATOR, "ny", "Ny Person", employer).id
    asked = grant(world, "ny", Role.TEAM_LEAD)
    with world.acting("ny") as (_session, ny):
        assert ny.posts == ()
    assert decide(world, asked, "leo") == "used"
    with world.acting("ny") as (session, ny):
        assert ny.role == "team_lead"
        assert accounts.open_doors(world.account(session, "ny")) == (KUMLA,)


@pytest.mark.parametrize("change", ["disabled", "other post"])
def test_a_post_is_not_given_if_the_account_has_changed_meanwhile(world, change):
    asked = grant(world, "sven", Role.INTAKE)
    with world.session() as session:
        sven = world.account(session, "sven")
        if change == "disabled":
            accounts.disable(session, OPERATOR, sven)
        else:
            organisations.grant(
                session, OPERATOR, sven, Role.TEAM_LEAD, organisations.unit(session, "social_services", VUXEN)
            )
    assert decide(world, asked, "leo") == "void"


def test_no_administrator_is_made_by_one_alone_who_could_then_approve_everything(world):
    asked = grant(world, "sven", Role.INTAKE)
    with pytest.raises(Refused):
        decide(world, asked, "lo")
    with pytest.raises(Refused, match="Be driften"), world.acting("lo") as (session, lo):
        administration.reset(session, lo, world.ids["leo"])  # who could approve it but leo?


def test_a_reset_of_somebody_with_a_post_is_told_to_them_and_their_lead(world):
    with world.acting("lo") as (session, lo):
        link = administration.reset(session, lo, world.ids["maja"])
    assert link.token == "" and link.approval is not None
    with world.acting("leo") as (session, leo):
        decided = approvals.decide(session, REGISTRY, leo, link.approval.id, granted=True)
    with world.session(None) as session:
        found = accounts.invited(session, decided.token or "")
        assert found is not None and found.username == "maja"
    with world.session() as session:
        assert {one.kind for one in notices.unread(session, world.ids["maja"])} == {"account_reset"}
        assert "colleague_reset" in {one.kind for one in notices.unread(session, world.ids["vilma"])}
        assert notices.unread(session, world.ids["berta"]) == []


def test_a_disabled_account_with_a_post_is_opened_by_two(world):
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, world.account(session, "maja"))
    with world.acting("lo") as (session, lo):
        link = administration.reopen(session, lo, world.ids["maja"])
        assert link.approval is not None and world.account(session, "maja").disabled_at is not None
    assert decide(world, link.approval, "leo") == "used"
    with world.acting("maja") as (_session, maja):
        assert maja.role == "case_officer"


def test_the_operator_with_the_key_file_acts_alone_and_is_named_in_the_record(world):
    with world.session(None) as session:
        assert accounts.invite(session, OPERATOR, world.account(session, "maja"))
