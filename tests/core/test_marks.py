"""Whoever can write to the database cannot write themselves a way in: an added, moved or altered row opens nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casework.core import (
    accounts,
    browser_sessions,
    credentials,
    departures,
    identity_providers,
    known_devices,
    passwords,
    proving,
    session_rows,
)
from casework.core.actions import Action
from casework.core.identity_providers import Wanted
from casework.core.models import (
    Credential,
    Departure,
    Enrolment,
    IdentityProvider,
    InstallationEvent,
    KnownDevice,
    Organisation,
    WebSession,
)
from casework.core.permissions import OPERATOR
from tests.worlds import World

GOOD = "sju gröna elefanter dansar"
COOKIE = "en-kaka-som-bara-tjuven-har"
VISITOR = proving.Visitor("127.0.0.1", cookie="majas-dator")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)


@pytest.fixture
def ready(world: World) -> World:
    """Maja has a password, a session, a known device and recovery codes; Sven has nothing."""
    with world.session(None) as session:
        maja = world.account(session, "maja")
        accounts.set_password(session, maja, GOOD)
        session_rows.begin(session, {}, maja.id, stage="full")
        known_devices.remember(session, maja.id, VISITOR.cookie)
    return world


def raw(world: World, statement: str, **values: object) -> None:
    """What somebody with the database's password does."""
    with world.session(None) as session:
        assert session.connection().execute(text(statement), values).rowcount == 1


def forgeries(world: World) -> list[tuple[str, str]]:
    with world.session(None) as session:
        query = select(InstallationEvent).where(InstallationEvent.action == Action.FORGERY_REFUSED)
        return [(row.object_kind, row.outcome) for row in session.scalars(query).all()]


def signs_in(world: World, who: str, password: str = GOOD) -> bool:
    return proving.by_password(world.installation, who, password, VISITOR).account_id is not None


def test_what_the_program_wrote_lets_in(ready):
    assert signs_in(ready, "maja") and not signs_in(ready, "sven")
    assert forgeries(ready) == []


def test_a_password_written_into_the_table_signs_nobody_in(ready):
    raw(
        ready,
        "INSERT INTO credentials (id, account_id, kind, verifier, handle, counter, created_at, mac) "
        "SELECT 'inskriven', :sven, kind, verifier, handle, counter, created_at, mac FROM credentials LIMIT 1",
        sven=ready.ids["sven"],
    )
    assert not signs_in(ready, "sven") and signs_in(ready, "maja")
    assert ("credential", "denied") in forgeries(ready)


def test_a_verifier_moved_to_another_account_signs_nobody_in(ready):
    raw(ready, "UPDATE credentials SET account_id = :sven", sven=ready.ids["sven"])
    assert not signs_in(ready, "sven") and not signs_in(ready, "maja")
    assert ("credential", "denied") in forgeries(ready)


def test_a_verifier_exchanged_for_ones_own_signs_nobody_in(ready):
    raw(ready, "UPDATE credentials SET verifier = :mine", mine=passwords.verifier("tjuvens eget lösenord"))
    assert not signs_in(ready, "maja", "tjuvens eget lösenord") and not signs_in(ready, "maja")
    assert ("credential", "denied") in forgeries(ready)


@pytest.mark.parametrize("mac", [b"", b"\x00\x01" + bytes(32)])
def test_a_session_written_into_the_table_is_no_session(ready, mac):
    with ready.session(None) as session:
        now = session.now
    raw(
        ready,
        "INSERT INTO sessions (digest, account_id, stage, methods, device, data, created_at, seen_at, mac) "
        "VALUES (:digest, :maja, 'full', 'password', '', '{}', :now, :now, :mac)",
        digest=hashlib.sha256(COOKIE.encode()).hexdigest(),
        maja=ready.ids["maja"],
        now=now.replace(tzinfo=None) if ready.database.kind == "sqlite" else now,
        mac=mac,
    )
    with ready.session(None) as session:
        assert browser_sessions.found(session, COOKIE) is None
    assert ("session", "denied") in forgeries(ready)


@pytest.mark.parametrize(
    "change",
    [
        "digest = :digest",
        "account_id = :sven",
        "stage = 'full', account_id = :sven",
        "locked_at = NULL, methods = 'passkey'",
        "proven_at = seen_at",
        "created_at = '2027-01-01 00:00:00'",
    ],
)
def test_an_altered_session_is_no_session(ready, change):
    with ready.session(None) as session:
        cookie = session_rows.begin(session, {}, ready.ids["maja"], stage="full")
        assert browser_sessions.found(session, cookie) is not None
    values = {"digest": hashlib.sha256(COOKIE.encode()).hexdigest(), "sven": ready.ids["sven"]}
    used = {name: value for name, value in values.items() if f":{name}" in change}
    mine = hashlib.sha256(cookie.encode()).hexdigest()
    raw(ready, f"UPDATE sessions SET {change} WHERE digest = :mine", mine=mine, **used)
    with ready.session(None) as session:
        assert browser_sessions.found(session, COOKIE if "digest" in change else cookie) is None
    assert ("session", "denied") in forgeries(ready)


def test_an_ended_session_is_not_begun_again_by_emptying_a_column(ready):
    with ready.session(None) as session:
        cookie = session_rows.begin(session, {}, ready.ids["maja"], stage="full")
        browser_sessions.end(session, cookie)
    raw(ready, "UPDATE sessions SET ended_at = NULL WHERE ended_at IS NOT NULL")
    with ready.session(None) as session:
        assert browser_sessions.found(session, cookie) is None


@pytest.mark.parametrize(
    "change", ["account_id = :sven", "used_at = NULL", "expires_at = '2030-01-01 00:00:00'", "digest = :digest"]
)
def test_an_altered_link_is_no_link(world, change):
    with world.session(None) as session:
        token = accounts.invite(session, OPERATOR, world.account(session, "maja"))
        if "used_at" in change:
            assert accounts.use_link(session, token) is not None
    values = {"digest": hashlib.sha256(COOKIE.encode()).hexdigest(), "sven": world.ids["sven"]}
    used = {name: value for name, value in values.items() if f":{name}" in change}
    raw(world, f"UPDATE enrolments SET {change}", **used)
    with world.session(None) as session:
        assert accounts.invited(session, COOKIE if "digest" in change else token) is None
    assert forgeries(world) == [("enrolment", "denied")]


def test_a_used_recovery_code_is_not_made_new_by_emptying_a_column(ready):
    maja = ready.ids["maja"]
    with ready.session(None) as session:
        code = credentials.new_recovery_codes(session, maja)[0]
        assert credentials.use_code(session, maja, code) == "recovery"
    raw(ready, "UPDATE credentials SET used_at = NULL WHERE used_at IS NOT NULL")
    with ready.session(None) as session:
        assert credentials.use_code(session, maja, code) is None
    assert ("credential", "denied") in forgeries(ready)


def test_an_altered_device_is_a_strangers(ready):
    raw(ready, "UPDATE known_devices SET seen_at = '2026-11-24 09:00:00'")
    with ready.session(None) as session:
        assert not known_devices.is_known(session, ready.ids["maja"], VISITOR.cookie)
    assert ("device", "denied") in forgeries(ready)


@pytest.mark.parametrize("model", [Credential, Departure, Enrolment, IdentityProvider, KnownDevice, WebSession])
def test_writing_a_forged_row_again_does_not_make_it_genuine(ready, model):
    with ready.session(None) as session:
        accounts.invite(session, OPERATOR, ready.account(session, "sven"))
        employer = session.get_one(Organisation, ready.account(session, "sven").organisation_id)
        wanted = Wanted("https://idp.example.se", "hallpunkt", "secret_setting", "CASEWORK_OIDC_KUMLA")
        identity_providers.keep(session, OPERATOR, employer, wanted)
        departures.begin(session, session.scalars(select(IdentityProvider.id)).one(), "sign_in")
    raw(ready, f"UPDATE {model.__tablename__} SET created_at = '2026-11-24 09:00:00'")
    for _ in range(2):
        with ready.session(None) as session:
            row = session.scalars(select(model)).one()
            before = row.mac
            row.created_at += timedelta(hours=1)
            session.flush()
            assert row.mac == before


def test_a_genuine_row_may_change(ready):
    with ready.session(None) as session:
        cookie = session_rows.begin(session, {}, ready.ids["maja"], stage="full")
    for minutes in (2, 4, 6):
        ready.clock.move(minutes=minutes)
        with ready.session(None) as session:
            browser_sessions.keep(session, cookie, {"municipality": "1881", "next": f"/sida/{minutes}"})
            found = browser_sessions.found(session, cookie)
        assert found is not None and found.state == "open" and found.data["next"] == f"/sida/{minutes}"
    assert forgeries(ready) == []
