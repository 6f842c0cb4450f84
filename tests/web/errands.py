"""Somebody's way to their organisation's provider and back, as their browser goes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from casework.core import credentials, identity_providers
from casework.core.identity_providers import Wanted
from casework.core.installation import Installation
from casework.core.models import InstallationEvent, Organisation
from casework.core.permissions import OPERATOR
from tests.openid_provider import NUMBER, NUMBERS, SECRET, Provider, address_on
from tests.web.conftest import Browser, Clock
from tests.web.ways import account_of

FINISH = "/logga-in/klart"
STRICT = ("__Host-session", "__Host-device", "session", "device")
"""The cookies that no browser sends along when another site sends somebody to us."""


def connect(installation: Installation, folder: Path, provider: Provider, **more: Any) -> str:
    """Let Kumla's accounts sign in by a provider; its id."""
    secret = folder / "oidc.secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(SECRET)
    wanted = {"client_id": "hallpunkt", "authentication": "secret_file", "secret_at": str(secret), "claim": NUMBER}
    with installation.session(None) as session:
        kumla = session.scalars(select(Organisation).where(Organisation.name == "Kumla kommun")).one()
        identity_providers.keep(session, OPERATOR, kumla, Wanted(provider.issuer, **(wanted | more)))
        return identity_providers.offered(session)[0].id if not more.get("disabled") else ""


def bind(installation: Installation, provider: Provider, username: str, who: str) -> None:
    """Somebody's account is known by what the provider calls them."""
    with installation.session(None) as session:
        handle = credentials.identity_handle(session, provider.issuer, NUMBER, NUMBERS[who])
        credentials.add_identity(session, account_of(session, username).id, handle)


class Errand:
    """A browser with a provider to go to.

    The provider goes by the time of the machine, so the program does too, from the first page on: its sessions end.
    """

    def __init__(self, browser: Browser, provider: Provider, clock: Clock) -> None:
        self.browser, self.provider, self.clock = browser, provider, clock
        self._keep_up()

    def _keep_up(self) -> None:
        self.clock.now = max(self.clock.now, datetime.now(UTC))

    def leaves(self, path: str, page: str) -> str:
        """Press the button on a page; where the browser is led."""
        self._keep_up()
        left = self.browser.post(path, page=page)
        assert left.status_code == 200, left.text
        return address_on(left.text)

    def comes_back(self, address: str, user: str) -> TestResponse:
        """Prove who one is there, and follow the way back, on which the browser keeps its strict cookies to itself."""
        return self.brought(self.provider.answers(address, user))

    def brought(self, path: str) -> TestResponse:
        with without_strict(self.browser):
            back = self.browser.get(path)
        assert not any("session" in line for line in back.headers.getlist("Set-Cookie")), "the session was replaced"
        return back

    def goes(self, path: str, page: str, user: str) -> TestResponse:
        """The whole way, up to what came of it."""
        back = self.comes_back(self.leaves(path, page), user)
        if back.status_code != 200:
            return back
        assert address_on(back.text) == FINISH
        return self.browser.get(FINISH)

    def signs_in(self, provider_id: str, user: str) -> TestResponse:
        return self.goes(f"/logga-in/organisation/{provider_id}", "/logga-in", user)


@contextmanager
def without_strict(browser: Browser) -> Iterator[None]:
    """For one request that another site has led to."""
    kept = {name: found.value for name in STRICT if (found := browser.client.get_cookie(name)) is not None}
    for name in kept:
        browser.client.delete_cookie(name)
    yield
    for name, value in kept.items():
        browser.client.set_cookie(name, value, secure=name.startswith("__Host-"))


def denials(installation: Installation) -> list[str]:
    """The rules by which sign-ins were turned away, in their order."""
    with installation.session(None) as session:
        query = select(InstallationEvent).where(InstallationEvent.action == "sign_in:failed")
        rows = session.scalars(query.order_by(InstallationEvent.seq)).all()
        return [row.detail.split('"')[3] for row in rows]
