"""Which addresses of other programs may be asked: by TLS, or on this very machine."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def is_safe(address: str) -> bool:
    """Whether what is said at an address stays between us and it; no name and password may stand in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def is_here(address: str) -> bool:
    """Whether an address is one of this machine."""
    return urlsplit(address).hostname in LOOPBACK
