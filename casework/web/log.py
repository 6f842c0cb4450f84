"""The program's log: an event's code and typed fields. No text, address, form or personal data can get in."""

from __future__ import annotations

import copy
import logging
import re
import time
from enum import Enum

_CODE = re.compile(r"[A-Za-z0-9_.:<>/-]{0,80}")
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")
_log = logging.getLogger("casework")


class _Utc(logging.Formatter):
    """Moments in UTC, and nothing of what an exception carried with it."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 the library's own
        return time.strftime(datefmt or "%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        bare = copy.copy(record)
        bare.exc_info = bare.exc_text = bare.stack_info = None
        return super().format(bare)


def event(code: str, **fields: int | bool | type | Enum) -> None:
    """Write one event; a field is a number, a yes or no, a class or a name the program itself has."""
    known = {name: _shown(value) for name, value in fields.items()}
    _log.warning("%s%s", code, "".join(f" {name}={value}" for name, value in known.items()))


def incident(code: str, error: type, endpoint: str) -> None:
    """Write what failed on which page under the incident's code; ``endpoint`` is the page's name, never its address."""
    _log.error("incident %s %s %s", code, error.__name__, endpoint if _CODE.fullmatch(endpoint) else "-")


def refusal(error: type, endpoint: str) -> None:
    """Write that something sent to a page was turned away, and why by the error's name; nothing of what was sent."""
    _log.warning("refused %s %s", error.__name__, endpoint if _CODE.fullmatch(endpoint) else "-")


def violation(directive: str, endpoint: str) -> None:
    """Write which directive of the content policy was broken on which page; anything else than names is left out."""
    named = directive if _DIRECTIVE.fullmatch(directive) else "-"
    _log.warning("csp_violation %s %s", named, endpoint if _CODE.fullmatch(endpoint) and endpoint else "-")


def stamp() -> None:
    """Give each line on the error stream its moment, in UTC, its source and its weight; for whoever collects them."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Utc("%(asctime)s.%(msecs)03dZ %(name)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)


def silence() -> None:
    """Keep the servers from writing addresses of pages into the log."""
    for name in ("werkzeug", "waitress", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _shown(value: int | bool | type | Enum) -> str:
    if isinstance(value, type):
        return value.__name__
    return str(value.value if isinstance(value, Enum) else value)
