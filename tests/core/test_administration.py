"""Posts, resets and reopenings take two administrators."""

from __future__ import annotations

import pytest

from casework.contract import Level
from casework.core import accounts, administration, approvals, notices, organisations
from casework.core.approval_kinds import KINDS
from casework.core.asked import Asked
from casework.core.errors import Refused
from casework.core.models import Approval
from casework.core.permissions import OPERATOR, Role
from tests.core.asking import decide
from tests.worlds import KUMLA, REGISTRY, VUXEN, World


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


def test_who_has_had_a_post_is_not_reset_by_one_alone_who_ends_it_first(world):
    with world.session() as session:
        posts = [post.id for post in organisations.memberships_of(session, world.account(session, "maja"))]
    for post in posts:
        with world.acting("lo") as (session, lo):
            administration.end(session, lo, post)
    with world.acting("lo") as (session, lo):
        link = administration.reset(session, lo, world.ids["maja"])
    assert link.token == "" and link.approval is not None


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


def test_who_approves_a_post_is_told_that_it_may_break_the_glass(world):
    unit = world.units[KUMLA, VUXEN]
    told = []
    for emergency in (True, False):
        with world.acting("lo") as (session, lo):
            chosen = (world.ids["sven"], Role.CASE_OFFICER, Level.H, unit)
            asked = administration.grant(session, lo, *chosen, emergency=emergency)
            words = KINDS["account:grant"].words(session, REGISTRY, Asked.of(asked))
            told.append([text for text, _facts in words if "nödåtkomst" in text])
    assert [len(texts) for texts in told] == [1, 0]
