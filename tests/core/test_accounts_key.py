"""The installation's accounts key rotated while people sign in: nobody notices, and the old one opens nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casework.core import (
    accounts,
    audit_verification,
    browser_sessions,
    credentials,
    held_forms,
    keys,
    known_devices,
    mail_addresses,
    marks,
    one_time_codes,
    passwords,
    proving,
    row_verification,
    session_rows,
)
from casework.core.db import Base, Marked, Tenanted
from casework.core.errors import Destroyed
from casework.core.installation import Installation
from casework.core.key_operations import accounts_key, listing, rewrapping
from casework.core.keys import Keyring
from casework.core.models import Credential, HeldForm, InstallationEvent, InstallationKey, MailAddress, WebSession
from casework.core.permissions import OPERATOR
from casework.core.roots import FileRoot
from tests.core.test_one_time_codes import code_at
from tests.worlds import KEY_FILE, KUMLA, LAXA, World

GOOD = "sju gröna elefanter dansar"
PROVEN = ("https://login.kumla.example", "https://id.oidc.se/claim/personalIdentityNumber", "199001019802")
VISITOR = proving.Visitor("127.0.0.1", cookie="majas-dator")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)


@pytest.fixture
def other(world):
    """Another process of the installation, with a cache of its own."""
    ring = Keyring(FileRoot(world.database.data_dir / KEY_FILE))
    return Installation(world.installation.engine, ring, world.installation.registry, world.clock)


class Maja:
    """One of each thing that hangs on the accounts key, and whether it still serves."""

    def __init__(self, world: World) -> None:
        self.world, self.id, self.secret = world, world.ids["maja"], one_time_codes.new_secret()
        with world.session(None) as session:
            account = world.account(session, "maja")
            accounts.set_password(session, account, GOOD)
            credentials.add_app(session, account.id, self.secret, 0)
            self.codes = credentials.new_recovery_codes(session, account.id)
            known_devices.remember(session, account.id, VISITOR.cookie)
            self.link = accounts.invite(session, OPERATOR, world.account(session, "sven"))
            self.form = held_forms.hold(session, account.id, "/min-dag", [("words", "Ringde i morse")])
            credentials.add_identity(session, account.id, credentials.identity_handle(session, *PROVEN))
            mail_addresses.choose(session, account.id, "maja@kumla.example")
        self.cookie = self.sign_in(world.installation)

    def sign_in(self, installation: Installation) -> str:
        with installation.session(None) as session:
            return session_rows.begin(session, {}, self.id, stage="full", proven_at=session.now)

    def serves(self, installation: Installation) -> dict[str, bool]:
        """What still does what it is for, in a process."""
        self.world.clock.move(seconds=30)
        proof = proving.by_password(installation, "maja", GOOD, VISITOR)
        with installation.session(None) as session:
            found = browser_sessions.found(session, self.cookie)
            known = credentials.identity(session, credentials.identity_handle(session, *PROVEN))
            return {
                "password": proof.account_id == self.id,
                "app": credentials.use_code(session, self.id, code_at(self.secret, session.now)) == "totp",
                "code": credentials.use_code(session, self.id, self.codes.pop()) == "recovery",
                "device": known_devices.is_known(session, self.id, VISITOR.cookie),
                "link": accounts.invited(session, self.link) is not None,
                "form": held_forms.take(session, self.id, "/min-dag", self.form) == [("words", "Ringde i morse")],
                "session": found is not None and found.state == "open",
                "identity": known is not None and known.account_id == self.id,
                "letters": mail_addresses.of(session, self.id) == "maja@kumla.example",
            }

    def require_all(self, installation: Installation) -> None:
        served = self.serves(installation)
        assert all(served.values()), served


@pytest.fixture
def maja(world):
    return Maja(world)


def versions(world: World) -> dict[str, set[int]]:
    """Under which versions the rows of each table lie."""
    found: dict[str, set[int]] = {}
    with world.session(None) as session:
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Marked):
                for row in session.scalars(select(mapper.class_)).all():
                    found.setdefault(type(row).__name__, set()).add(marks.version(row.mac))
        secrets = session.scalars(select(Credential.secret).where(Credential.secret.is_not(None))).all()
        found["secret"] = {one.key_version for one in secrets if one is not None}
        found["address"] = {one.key_version for one in session.scalars(select(MailAddress.address)).all()}
        found["form"] = {one.key_version for one in session.scalars(select(HeldForm.body)).all()}
    return found


def test_everything_moves_to_the_new_key_and_serves_all_the_while(world, maja, other):
    maja.require_all(other)
    first = accounts_key.rotate(world.installation)
    assert (first.version, first.destroyed) == (2, []) and first.again_after is not None
    assert set.union(*versions(world).values()) == {2}
    maja.require_all(world.installation)
    maja.require_all(other)
    world.clock.move(minutes=10)
    second = accounts_key.rotate(world.installation)
    assert (second.version, list(second.destroyed), second.again_after) == (2, [1], None)
    maja.require_all(world.installation)
    maja.require_all(other)
    with world.session(None) as session:
        assert audit_verification.faults(session) == []
    assert row_verification.installation_faults(world.session, [KUMLA, LAXA]) == []


def test_what_a_process_still_marks_by_the_old_key_is_moved_before_that_is_destroyed(world, maja, other):
    with other.session(None) as session:
        keys.of(session).installation(session, "accounts")
    accounts_key.rotate(world.installation)
    maja.cookie = maja.sign_in(other)
    assert versions(world)["WebSession"] == {1, 2}
    maja.require_all(world.installation)
    world.clock.move(minutes=9, seconds=29)  # and thirty that Maja took
    with world.session(None) as session:
        assert accounts_key.destroy(session, 2)[0] == []
    world.clock.move(minutes=1)
    assert list(accounts_key.rotate(world.installation).destroyed) == [1]
    assert versions(world)["WebSession"] == {2}
    with world.session(None) as session:
        found = browser_sessions.found(session, maja.cookie)
        assert found is not None and found.holder is not None and found.holder.id == maja.id


def test_a_forged_row_does_not_become_genuine_by_a_rotation(world, maja):
    with world.session(None) as session:
        copied = session.scalars(select(Credential).where(Credential.kind == "password")).one()
        statement = text(
            "INSERT INTO credentials (id, account_id, kind, verifier, handle, counter, created_at, mac) "
            "SELECT 'forged', :sven, kind, verifier, handle, counter, created_at, mac FROM credentials WHERE id = :id"
        )
        session.connection().execute(statement, {"sven": world.ids["sven"], "id": copied.id})
    accounts_key.rotate(world.installation)
    world.clock.move(minutes=11)
    assert list(accounts_key.rotate(world.installation).destroyed) == [1]
    assert proving.by_password(world.installation, "sven", GOOD, VISITOR).account_id is None
    with world.session(None) as session:
        forged = session.get_one(Credential, "forged")
        assert marks.version(forged.mac) == 1 and not marks.is_genuine(session, forged)


def test_the_destroyed_key_opens_nothing_leaves_a_tombstone_and_is_never_made_again(world, maja):
    accounts_key.rotate(world.installation)
    world.clock.move(minutes=11)
    accounts_key.rotate(world.installation)
    with world.session(None) as session:
        with pytest.raises(Destroyed):
            keys.of(session).installation(session, "accounts", 1)
        assert session.get_one(InstallationKey, ("accounts", 1)).wrapped == b""
        query = select(InstallationEvent).where(InstallationEvent.object_kind == "installation_key")
        rows = session.scalars(query.order_by(InstallationEvent.seq)).all()
        told = [(row.action, row.object_id) for row in rows if row.action != "keys:rewrapped"]
    assert told == [
        ("keys:ordered", "accounts"),
        ("keys:rotated", "accounts:2"),
        ("keys:destroyed", "accounts:1"),
    ]
    listed = {(one.purpose, one.version): one.status for one in listing.of_installation(world.installation)[0].versions}
    assert listed["accounts", 1] == "destroyed" and listed["accounts", 2] == "enabled"
    assert rewrapping.in_use(world.installation) == {"file"}
    assert accounts_key.rotate(world.installation).version == 3


def test_a_rotation_that_was_broken_off_is_taken_up_again(world, maja, monkeypatch):
    monkeypatch.setattr(accounts_key, "BATCH", 2)

    class Killed(Exception):
        pass

    def die(moved: int) -> None:
        if moved >= 4:
            raise Killed

    with pytest.raises(Killed):
        accounts_key.rotate(world.installation, die)
    assert set.union(*versions(world).values()) == {1, 2}
    maja.require_all(world.installation)
    with world.session(None) as session:
        assert accounts_key.is_unfinished(session)
    assert accounts_key.rotate(world.installation).version == 2
    assert set.union(*versions(world).values()) == {2}
    maja.require_all(world.installation)


def test_everything_that_is_sealed_outside_the_municipalities_is_known_to_the_rotation():
    sealed = {
        (mapper.class_, column.key)
        for mapper in Base.registry.mappers
        if not issubclass(mapper.class_, Tenanted)
        for column in mapper.column_attrs
        if re.search("SealedValue", repr(column.columns[0].type))
    }
    assert sealed == {(model, column) for model, (column, _reseal) in accounts_key.SEALED.items()}


def test_no_session_is_lost_that_begins_or_is_renewed_while_keys_are_moved(world, maja):
    with world.session(None) as session:
        rows = [session_rows.begin(session, {}, maja.id, stage="full") for _ in range(3)]
    accounts_key.rotate(world.installation)
    with world.session(None) as session:
        row = session_rows.find(session, rows[0])
        assert row is not None
        renewed = session_rows.renew(row)
    world.clock.move(minutes=11)
    accounts_key.rotate(world.installation)
    with world.session(None) as session:
        assert session_rows.find(session, renewed) is not None and session_rows.find(session, rows[1]) is not None
        assert session_rows.find(session, rows[0]) is None
        assert (
            session.scalars(select(WebSession).where(WebSession.seen_at < session.now - timedelta(days=1))).all() == []
        )
