"""How an address is put together, worked out when somebody first asks for one of its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Built = tuple[str, str]
WRITTEN = Rule._compile_builder


def keep() -> None:
    """Let a program write the functions of those rules alone that it builds addresses by; Werkzeug writes them all."""
    Rule._compile_builder = _later  # type: ignore[assignment, method-assign]


def _later(rule: Rule, append_unknown: bool = True) -> Callable[..., Built]:
    written: list[Callable[..., Built]] = []

    def build(bound: Rule, /, **values: Any) -> Built:
        if not written:
            written.append(WRITTEN(rule, append_unknown))
        return written[0](bound, **values)

    return build
