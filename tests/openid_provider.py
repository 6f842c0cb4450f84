"""A real OpenID provider for the tests: npm's oidc-provider on loopback, with invented people and, if asked, faults."""

from __future__ import annotations

import contextlib
import html
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc.jwk import ECKey

FOLDER = Path(__file__).resolve().parent / "openid"
SECRET = "en-hemlighet-som-bara-provet-och-leverantoren-vet"
BACK = "/logga-in/tillbaka"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
NUMBERS = {"maja": "199001019802", "vilma": "198507099805", "ny": "197512129806"}
"""The people of provider.mjs."""


@dataclass
class Provider:
    """A running provider: its address, its process, and the key by which one of its clients signs."""

    issuer: str
    process: subprocess.Popen[str]
    key: ECKey

    def answers(self, address: str, user: str) -> str:
        """Somebody goes there and proves who they are; the address their browser is sent back to, without its origin.

        What stands behind a plus in ``user`` is what goes wrong with the token.
        """
        with requests.Session() as browser:
            page = browser.get(address, timeout=10)
            assert "/interaction/" in page.url, page.text
            answer = browser.get(page.url, params={"user": user}, timeout=10, allow_redirects=False)
            while (where := answer.headers["Location"]).startswith(self.issuer):
                answer = browser.get(where, timeout=10, allow_redirects=False)
        parts = urlsplit(where)
        assert parts.path == BACK, where
        return f"{parts.path}?{parts.query}"


def address_on(page: str) -> str:
    """Where a page without script leads by itself."""
    found = re.search(r'<meta http-equiv="refresh"\s+content="0;url=([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


def is_there() -> bool:
    """Whether Node and the locked packages are on this machine."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "oidc-provider").is_dir()


@contextlib.contextmanager
def server(origin: str, **more: Any) -> Iterator[Provider]:
    """Start a provider that sends browsers back to this origin; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True)
    key.ensure_kid()
    common = {"redirect_uris": [origin + BACK], "response_types": ["code"], "grant_types": ["authorization_code"]}
    signing = {"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256"}
    clients = [
        common | {"client_id": "hallpunkt", "client_secret": SECRET},
        common | signing | {"client_id": "hallpunkt-nyckel", "jwks": {"keys": [key.as_dict(private=False)]}},
        common | {"client_id": "nagon-annan", "client_secret": SECRET},
    ]
    given = json.dumps({"port": port, "clients": clients, **more})
    command = ["node", "provider.mjs", given]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said: list[str] = []
            while not said or said[-1] != "READY":
                line = process.stdout.readline() if process.stdout else ""
                if not line:
                    raise RuntimeError("the provider does not start: " + " ".join(said))
                said.append(line.strip())
            yield Provider(f"http://127.0.0.1:{port}", process, key)
        finally:
            process.kill()
