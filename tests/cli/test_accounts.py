"""Accounts and areas by command, each act the operator's in the record."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from casework.core import accounts, activation, browser_sessions, notices, session_rows
from casework.core.models import Account, AuditEvent, InstallationEvent

NEW = ("account", "add", "Ny.Dummy", "--name", "Ny Dummy", "--organisation", "Kumla kommun")
POST = ("--role", "team_lead", "--municipality", "1881", "--unit", "Vuxenenheten")


def maja(session):
    return session.scalars(select(Account).where(Account.username == "maja.testlind")).one()


def token(result):
    [found] = re.findall(r"^/valkommen/(\S+)$", result.stdout, re.MULTILINE)
    return found


def test_an_added_account_has_a_link_and_its_post(casework):
    link = token(casework(*NEW, "--title", "Enhetschef", *POST))
    with casework.installation() as installation:
        with installation.session(None) as session:
            made = accounts.invited(session, link)
            assert made is not None
            assert (made.username, made.title, accounts.open_doors(made)) == ("ny.dummy", "Enhetschef", ("1881",))
            acts = session.execute(
                select(InstallationEvent.actor_id, InstallationEvent.action).where(
                    InstallationEvent.object_id == made.id
                )
            ).all()
            assert [tuple(act) for act in acts] == [("operator", "account:added"), ("operator", "account:reset")]
        with installation.session("1881") as session:
            [post] = accounts.actor(session, made).posts
            assert (post.role, post.level, post.agency) == ("team_lead", "EC", "social_services")


def test_a_taken_name_is_refused(casework):
    said = casework("account", "add", "MAJA.testlind", *NEW[3:], code=1).stderr
    assert "Välj ett annat användarnamn." in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*NEW[:-1], "Okända kommun"), "Organisationen finns inte"),
        ((*NEW, *POST[:-1], "Okända enheten"), "Enheten finns inte där rollen hör hemma"),
        ((*NEW, *POST[:3], "0180", *POST[4:]), "Kommunen 0180 finns inte här"),
        (("account", "reset", "nobody"), "inget sådant konto"),
        (("account", "disable", "nobody"), "inget sådant konto"),
        (("enable", "brunkol", "--municipality", "1881"), "inte installerad"),
        (("enable", "avhoppare", "--municipality", "0180"), "Kommunen 0180 finns inte här"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_made(casework, arguments, said):
    assert said in casework(*arguments, code=1).stderr
    with casework.installation() as installation, installation.session(None) as session:
        assert accounts.find(session, "ny.dummy") is None


@pytest.mark.parametrize(
    "arguments",
    [
        (*NEW, *POST[:2]),
        (*NEW, "--level", "H"),
        NEW[:4],
        (*NEW, "--role", "boss"),
        ("enable", "avhoppare"),
        ("account",),
    ],
)
def test_a_command_written_wrong_is_2(casework, arguments):
    casework(*arguments, code=2)


def test_disabled_and_reset(casework):
    casework("account", "disable", "maja.testlind")
    with casework.installation() as installation, installation.session("1881") as session:
        assert accounts.actor(session, maja(session)).posts == ()
    assert "Öppna kontot igen först." in casework("account", "reset", "maja.testlind", code=1).stderr
    with casework.installation() as installation, installation.session("1881") as session:
        assert accounts.actor(session, maja(session)).posts == ()
    link = token(casework("account", "reopen", "maja.testlind"))
    with casework.installation() as installation, installation.session("1881") as session:
        assert accounts.invited(session, link) is maja(session)
        assert accounts.actor(session, maja(session)).posts


def test_sessions_are_ended_for_one_or_for_everybody(casework):
    def cookie(username: str) -> str:
        with casework.installation() as installation, installation.session(None) as session:
            account = accounts.find(session, username)
            assert account is not None
            return session_rows.begin(session, {}, account.id, stage="full", proven_at=session.now)

    def open_(*cookies: str) -> list[bool]:
        with casework.installation() as installation, installation.session(None) as session:
            states = [browser_sessions.found(session, one) for one in cookies]
            return [one is not None and one.state == "open" for one in states]

    held = [cookie("maja.testlind"), cookie("maja.testlind"), cookie("vilma.dummy")]
    assert "2 inloggningar" in casework("account", "sign-out", "maja.testlind").stdout
    assert open_(*held) == [False, False, True]
    again = cookie("maja.testlind")
    assert "2 inloggningar" in casework("account", "sign-out", "--all").stdout
    assert open_(*held, again) == [False] * 4
    casework("account", "sign-out", code=2)
    casework("account", "sign-out", "maja.testlind", "--all", code=2)


def test_whoever_is_reset_and_their_lead_are_told(casework):
    token(casework("account", "reset", "maja.testlind"))
    with casework.installation() as installation, installation.session("1881") as session:
        told = {one.kind for one in notices.unread(session, maja(session).id)}
        lead = accounts.find(session, "vilma.dummy")
        assert lead is not None
        assert told == {"account_reset"}
        assert {one.kind for one in notices.unread(session, lead.id)} == {"colleague_reset"}


def test_enabling_is_done_once_by_the_operator(casework):
    assert "avhoppare är på i Laxå." in casework("enable", "avhoppare", "--municipality", "1860").stdout
    assert "avhoppare var redan på i Laxå." in casework("enable", "avhoppare", "--municipality", "1860").stdout
    with casework.installation() as installation, installation.session("1860") as session:
        assert activation.is_enabled(session, "avhoppare")
        acts = session.scalars(
            select(AuditEvent.actor_id).where(AuditEvent.action == "area:enabled", AuditEvent.object_id == "avhoppare")
        ).all()
        assert acts == ["operator"]
