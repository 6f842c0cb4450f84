"""The pages of consents, for tests: where they are, what is filled in there, and what the register holds then."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from casework.core.models import Consent
from tests.web.case_desk import Desk
from tests.web.conftest import PASSWORD

YES = {"given": "yes", "how": "written", "identity": "document"}


def at(case: str, *more: str) -> str:
    return "/".join(["", "arenden", case, "samtycken", *more])


def question(*givers: str, **changed: Any) -> dict[str, Any]:
    """What is filled in to ask somebody."""
    return {
        "givers": list(givers),
        "agencies": ["police", "school"],
        "kinds": ["school", "status"],
        "valid_from": "2026-11-24",
        "valid_until": "2027-02-22",
        "note": "",
    } | changed


def only(desk: Desk) -> Consent:
    with desk.world.session() as session:
        return session.scalars(select(Consent).order_by(Consent.made_at.desc())).all()[0]


def states(desk: Desk) -> list[str]:
    with desk.world.session() as session:
        return sorted(session.scalars(select(Consent.state)).all())


def body(page: Any) -> str:
    """A page as everybody else gets it too: without the token that is new in each."""
    return re.sub(r'value="[\w.-]{60,}"', "", page.text)


def all_of(desk: Desk) -> list[Consent]:
    with desk.world.session() as session:
        return list(session.scalars(select(Consent)).all())


def signed_in(desk: Desk, page: Any, serve: Any, who: str) -> str:
    address = serve(desk.app)
    page.goto(f"{address}/logga-in")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.click("main .btn--go")
    return str(address)
