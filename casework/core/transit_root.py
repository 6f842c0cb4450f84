"""The root key in HashiCorp Vault or OpenBao: it never leaves the server, which only encrypts and decrypts for us.

The transit key is a derived one: what a wrapped key is for (municipality, purpose and version) is the context, so that
the server itself refuses to open a key as another. The token is read from its file each time, because an agent renews
it there; taking the token or the right to decrypt away locks the installation once the opened keys grow old.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hvac
import requests
from hvac import exceptions

from casework.core import addresses, roots
from casework.core.crypto import Secret, packed
from casework.core.errors import Broken, KeyMissing, KeyUnreachable, KeyWrong, Locked
from casework.core.roots import Surroundings

NAME = "vault-transit"
ADDRESS, TOKEN_FILE, CA_FILE = "CASEWORK_VAULT_ADDRESS", "CASEWORK_VAULT_TOKEN_FILE", "CASEWORK_VAULT_CA_FILE"
NAMESPACE, MOUNT, KEY = "CASEWORK_VAULT_NAMESPACE", "CASEWORK_VAULT_MOUNT", "CASEWORK_VAULT_KEY"
MARK = b"vault:"
"""How everything begins that the server encrypts, before the version of its key."""
SECONDS = 5


class TransitRoot:
    """A key of the transit engine. The token may encrypt and decrypt with it, and needs to do nothing else."""

    name = NAME

    def __init__(self, surroundings: Surroundings) -> None:
        """Look at the settings; raises KeyMissing for one that is missing and KeyWrong for an unsafe address."""
        options = surroundings.options
        missing = next((name for name in (ADDRESS, TOKEN_FILE) if not options.get(name)), None)
        if missing is not None:
            raise KeyMissing(f"{missing} is not set", missing, NAME)
        self._address, self._token_file = options[ADDRESS], Path(options[TOKEN_FILE])
        if not addresses.is_safe(self._address):
            raise KeyWrong("the server is not asked without TLS", "no_tls", NAME)
        self._namespace = options.get(NAMESPACE) or None
        self._mount, self._key = options.get(MOUNT) or "transit", options.get(KEY) or "casework"
        self._ca_file = options.get(CA_FILE)
        place = packed(self._namespace, self._mount, self._key)
        self._place = hashlib.sha256(place).hexdigest()[:8]

    @classmethod
    def is_there(cls, surroundings: Surroundings) -> bool:
        """Whether the settings name a server."""
        return bool(surroundings.options.get(ADDRESS))

    @classmethod
    def opened(cls, surroundings: Surroundings) -> TransitRoot:
        """The provider; the server is asked when the first key is opened."""
        return cls(surroundings)

    @classmethod
    def made(cls, surroundings: Surroundings) -> TransitRoot:
        """The provider: its key is made in the server, by somebody with more rights than the program has."""
        return cls(surroundings)

    @classmethod
    def path(cls, surroundings: Surroundings) -> None:
        """Nowhere on this machine."""

    def wrap(self, key: Secret, context: bytes) -> bytes:
        """The key encrypted by the server for ``context``."""
        plain, bound = _text(key.reveal()), _text(context)
        answer = self._ask(
            lambda transit: transit.encrypt_data(
                name=self._key, plaintext=plain, context=bound, mount_point=self._mount
            )
        )
        return str(answer["ciphertext"]).encode()

    def unwrap(self, wrapped: bytes, context: bytes) -> Secret:
        """The key that the server encrypted for ``context``; raises Broken for anything else."""
        if not wrapped.startswith(MARK):
            raise Broken("the key was not wrapped by the server")
        sealed, bound = wrapped.decode("ascii", "replace"), _text(context)
        answer = self._ask(
            lambda transit: transit.decrypt_data(
                name=self._key, ciphertext=sealed, context=bound, mount_point=self._mount
            )
        )
        return Secret(base64.b64decode(answer["plaintext"]))

    def root_of(self, wrapped: bytes) -> str:
        """Which key of the server, and the version of it that its answer names."""
        return f"{NAME}:{self._place}:{wrapped.split(b':')[1].decode('ascii', 'replace')}"

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        """The server's answer; every fault of it becomes one of ours, without a word of what was asked."""
        roots.require_private(self._token_file, TOKEN_FILE)
        token = self._token_file.read_text("ascii", "replace").strip()
        try:
            with requests.Session() as connection:
                connection.trust_env = False  # no proxy and no password file of the account's comes between
                connection.verify = self._ca_file or True
                client = hvac.Client(
                    url=self._address,
                    token=token,
                    namespace=self._namespace,
                    timeout=SECONDS,
                    session=connection,
                )
                return question(client.secrets.transit)["data"]
        except exceptions.VaultError as error:
            raise _fault(error) from None
        except (requests.RequestException, ValueError, KeyError, TypeError):
            raise KeyUnreachable("the server does not answer as it should", "unreachable", NAME) from None


def _fault(error: exceptions.VaultError) -> Broken | Locked:
    match error:
        case exceptions.Forbidden() | exceptions.Unauthorized():
            return KeyWrong("the server denies it", "denied", NAME)
        case exceptions.InvalidPath():
            return KeyMissing("the server has no such key", "no_such_key", NAME)
        case exceptions.InvalidRequest() if "not found" in str(error):
            return KeyMissing("the server has no such key", "no_such_key", NAME)
        case exceptions.InvalidRequest():
            return Broken("the server does not open the key")
        case _:
            return KeyUnreachable("the server cannot answer", "unreachable", NAME)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
