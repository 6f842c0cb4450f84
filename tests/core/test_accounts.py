"""Accounts: a link once, a password nobody guesses, and an end to every way in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.contract import Level
from casework.core import accounts, organisations, passwords, proving
from casework.core.clock import FOREVER
from casework.core.errors import Refused
from casework.core.models import Account, Credential, Enrolment, WebSession
from casework.core.permissions import OPERATOR, Permission, Role
from casework.core.roots import FileRoot
from tests.worlds import KEY_FILE, KUMLA, LAXA, SetClock, World, open_installation

GOOD = "sju gröna elefanter dansar"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A verifier that takes little memory; what it costs in earnest is not tested here."""
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)


def invite(world: World, who: str = "maja") -> str:
    with world.session(None) as session:
        return accounts.invite(session, OPERATOR, world.account(session, who))


def enrol(world: World, token: str, password: str = GOOD) -> bool:
    with world.session(None) as session:
        return accounts.enrol(session, token, password) is not None


def signs_in(world: World, password: str = GOOD, username: str = "maja") -> bool:
    visitor = proving.Visitor("127.0.0.1")
    return proving.by_password(world.installation, username, password, visitor).account_id is not None


def test_a_link_lets_its_bearer_choose_a_password_once(world):
    token = invite(world)
    assert enrol(world, token) and signs_in(world) and signs_in(world, username=" MAJA ")
    assert not enrol(world, token, "en helt annan ramsa nu")
    assert signs_in(world)
    assert not signs_in(world, "en helt annan ramsa nu") and not signs_in(world, GOOD, "sven")


def test_a_link_holds_for_three_days(world):
    token = invite(world)
    world.clock.move(hours=72, microseconds=-1)
    with world.session(None) as session:
        assert accounts.invited(session, token) is not None
    world.clock.move(microseconds=1)
    assert not enrol(world, token)


def test_only_the_digest_of_a_link_is_kept(world):
    token = invite(world)
    with world.session(None) as session:
        assert token not in {row.digest for row in session.scalars(select(Enrolment))}


def test_a_new_link_ends_the_old_one_the_password_and_the_open_sessions(world):
    first = invite(world)
    enrol(world, first)
    begin_session(world)
    second, third = invite(world), invite(world)
    assert not signs_in(world) and not open_sessions(world)
    assert not enrol(world, second) and enrol(world, third)


def begin_session(world: World) -> None:
    with world.session(None) as session:
        now = session.now
        session.add(WebSession(digest="d" * 64, account_id=world.ids["maja"], created_at=now, seen_at=now))


def open_sessions(world: World) -> int:
    with world.session(None) as session:
        return len(session.scalars(select(WebSession).where(WebSession.ended_at.is_(None))).all())


def test_a_disabled_account_has_no_way_in_and_no_post(world):
    enrol(world, invite(world))
    begin_session(world)
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, world.account(session, "maja"))
    assert not signs_in(world) and not open_sessions(world)
    with world.acting("maja") as (_session, maja):
        assert maja.posts == ()
    with world.session(None) as session:
        assert session.scalars(select(Credential)).all() == []


def test_a_link_given_before_an_account_was_disabled_is_void(world):
    token = invite(world)
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, world.account(session, "maja"))
    assert not enrol(world, token)


def test_a_disabled_account_is_opened_by_an_act_of_its_own_and_never_by_an_invitation(world):
    enrol(world, invite(world))
    with world.session(None) as session:
        accounts.disable(session, OPERATOR, world.account(session, "maja"))
    with pytest.raises(Refused, match="Öppna kontot igen"):
        invite(world)
    assert not signs_in(world)
    with world.session(None) as session:
        token = accounts.reopen(session, OPERATOR, world.account(session, "maja"))
    assert not signs_in(world)  # back to enrolment, not back to the old password
    assert enrol(world, token) and signs_in(world)
    with pytest.raises(Refused), world.session(None) as session:
        accounts.reopen(session, OPERATOR, world.account(session, "maja"))


@pytest.mark.parametrize("who", ["nobody", "maja"])
def test_who_has_no_password_does_not_sign_in(world, who):
    assert not signs_in(world, "", who) and not signs_in(world, GOOD, who)


def test_a_new_installation_has_no_account(databases, database_kind, data_dir):
    with databases.migrated(database_kind, data_dir) as database:
        FileRoot.make(data_dir / KEY_FILE)
        new = open_installation(database, SetClock())
        with new.session(None) as session:
            organisations.found_installation(session)
            organisations.register_municipality(session, KUMLA, "Kumla")
        with new.session(KUMLA) as session:
            organisations.found_municipality(session)
        with new.session(None) as session:
            assert session.scalars(select(Account.username)).all() == []
            assert session.scalars(select(Credential.id)).all() == []
        new.engine.dispose()


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fjorton tecken",
        "x" * 129,
        "aaaaaaaaaaaaaaaaaaa",
        "majatestlindmajatestlind",
        "lösenordlösenord",
        "Hallsbergkommun2026",
        "sommarsommarsommar1",
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_holds(world, password):
    token = invite(world)
    with pytest.raises(Refused) as refused:
        enrol(world, token, password)
    assert refused.value.refusals[0].field == "password"
    assert not signs_in(world, password) and enrol(world, token)


def test_the_same_password_typed_with_other_code_points_fits():
    verifier = passwords.verifier("åtta gröna elefanter")
    assert passwords.fits("a\u030atta gro\u0308na elefanter", verifier)
    assert not passwords.fits("Åtta gröna elefanter", verifier) and "elefant" not in verifier


def test_a_user_name_is_taken_once_however_it_is_written(world):
    with pytest.raises(Refused) as refused, world.session(None) as session:
        accounts.add(session, OPERATOR, " MAJA", "En Annan", organisations.organisation(session, "Kumla kommun"))
    assert [(one.field, one.reason) for one in refused.value.refusals] == [
        ("username", "Välj ett annat användarnamn.")  # and not whose it is, or where
    ]


def test_an_actor_has_the_posts_that_hold_now_and_the_highest_level_of_them(world):
    begins, ends = world.clock.now + timedelta(hours=1), world.clock.now + timedelta(hours=2)
    with world.session() as session:
        account = world.account(session, "maja")
        unit = organisations.unit(session, "social_services", "Vuxen")
        organisations.grant(session, OPERATOR, account, Role.CASE_OFFICER, unit, Level.FS, begins, ends)
    levels = []
    for now in (begins - timedelta(microseconds=1), begins, ends - timedelta(microseconds=1), ends):
        world.clock.now = now
        with world.acting("maja") as (_session, maja):
            levels.append(str(maja.level_for(Permission.CASE_WRITE)))
    assert levels == ["H", "FS", "FS", "H"]


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("lo", Role.CASE_OFFICER),
        ("lo", Role.LOG_REVIEWER),
        ("lo", Role.POLICE_LIAISON),
        ("maja", Role.ADMINISTRATOR),
        ("erik", Role.LOG_REVIEWER),
        ("greta", Role.TEAM_LEAD),
    ],
)
def test_roles_that_must_be_apart_are_not_held_by_one_account(world, who, role):
    with pytest.raises(Refused), world.session() as session:
        organisations.grant(session, OPERATOR, world.account(session, who), role, organisations.units(session)[0])


def test_the_same_post_given_twice_is_one_and_an_ended_one_is_none(world):
    with world.session() as session:
        account = world.account(session, "maja")
        unit = organisations.unit(session, "social_services", "Vuxen")
        organisations.grant(session, OPERATOR, account, Role.CASE_OFFICER, unit)
        (post,) = organisations.memberships_of(session, account)
        assert post.valid_until == FOREVER
        organisations.end_membership(session, OPERATOR, post)
        assert organisations.memberships_of(session, account) == []
    with world.acting("maja") as (_session, maja):
        assert maja.posts == ()


def test_doors_remember_where_posts_may_be(world):
    with world.session(None) as session:
        account = world.account(session, "erik")
        organisations.add_door(account, KUMLA)
        assert accounts.open_doors(account) == (KUMLA, LAXA)
