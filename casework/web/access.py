"""What it takes to open a page. Every view says it with one of four marks, or the program does not start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from casework.core.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "casework_need"


class RouteOpen(Exception):
    """A route without a declared permission: the program must not start."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a view asks for: nothing, a sign-in, or a permission here or in any of the person's municipalities."""

    signed_in: bool
    permission: Permission | None = None
    anywhere: bool = False


PUBLIC = Need(signed_in=False)
PERSONAL = Need(signed_in=True)


def public(view: View) -> View:
    """Anybody may open the page, signed in or not."""
    return _marked(view, PUBLIC)


def personal(view: View) -> View:
    """Whoever is signed in may open the page, also without a post: it holds nothing but what is their own."""
    return _marked(view, PERSONAL)


def requires(permission: Permission) -> Callable[[View], View]:
    """Whoever has the permission in the chosen municipality may open the page."""
    return lambda view: _marked(view, Need(signed_in=True, permission=permission))


def requires_anywhere(permission: Permission) -> Callable[[View], View]:
    """Whoever has the permission in any municipality may open the page, which then reads by ``request.sections``."""
    return lambda view: _marked(view, Need(signed_in=True, permission=permission, anywhere=True))


def need_of(app: Flask, endpoint: str | None) -> Need | None:
    """What an endpoint asks for, or None where there is no such page."""
    view = app.view_functions.get(endpoint or "")
    return None if view is None else getattr(view, _MARK, None)


def check_routes(app: Flask) -> None:
    """Raise RouteOpen naming every route whose view declares no permission."""
    unmarked = sorted(
        f"{rule.rule} ({rule.endpoint})" for rule in app.url_map.iter_rules() if need_of(app, rule.endpoint) is None
    )
    if unmarked:
        raise RouteOpen(f"no permission is declared for: {', '.join(unmarked)}")


def _marked(view: View, need: Need) -> View:
    setattr(view, _MARK, need)
    return view
