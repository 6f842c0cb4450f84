"""Where a page of a list begins: a signed token in the link, so that nobody can make one up."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

Place = tuple[datetime, str]
"""The moment and the id of the last row before the page."""


def write(place: Place | None) -> str:
    """The token of a place; empty where nothing follows."""
    return "" if place is None else str(_signer().dumps([place[0].isoformat(), place[1]]))


def read(token: str) -> Place | None:
    """The place of a token; None, which is the beginning, for one that is not ours."""
    try:
        moment, row = _signer().loads(token)
        return datetime.fromisoformat(moment), str(row)
    except (BadSignature, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="cursor")
