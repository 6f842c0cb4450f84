"""The program's log: an event's code and typed fields. No text, address, form or personal data can get in."""

from __future__ import annotations

import logging
import re
from enum import Enum

_CODE = re.compile(r"[A-Za-z0-9_.:<>/-]{0,80}")
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")
_log = logging.getLogger("casework")


def event(code: str, **fields: int | bool | type | Enum) -> None:
    """Write one event; a field is a number, a yes or no, a class or a name the program itself has."""
    known = {name: _shown(value) for name, value in fields.items()}
    _log.warning("%s%s", code, "".join(f" {name}={value}" for name, value in known.items()))


def incident(code: str, error: type, endpoint: str) -> None:
    """Write what failed on which page under the incident's code; ``endpoint`` is the page's name, never its address."""
    _log.error("incident %s %s %s", code, error.__name__, endpoint if _CODE.fullmatch(endpoint) else "-")


def violation(directive: str, endpoint: str) -> None:
    """Write which directive of the content policy was broken on which page; anything else than names is left out."""
    named = directive if _DIRECTIVE.fullmatch(directive) else "-"
    _log.warning("csp_violation %s %s", named, endpoint if _CODE.fullmatch(endpoint) and endpoint else "-")


def silence() -> None:
    """Keep the servers from writing addresses of pages into the log."""
    for name in ("werkzeug", "waitress", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _shown(value: int | bool | type | Enum) -> str:
    if isinstance(value, type):
        return value.__name__
    return str(value.value if isinstance(value, Enum) else value)
