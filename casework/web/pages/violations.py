"""What browsers report of our content security policy: reduced to a directive and a page's name before it is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app
from flask import request as http
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from casework.web import log, request
from casework.web.access import public
from casework.web.headers import REPORTS

pages = Blueprint("violations", __name__)
MOST = 10
"""Reports of one request that are looked at."""


@pages.post(REPORTS)
@public
def csp() -> tuple[str, int]:
    """Note which directive was broken on which page; whoever is not signed in is not listened to."""
    if request.browser().state == "open":
        sent = http.get_json(force=True, silent=True)
        for report in sent[:MOST] if isinstance(sent, list) else []:
            _note(report)
    return "", 204


def _note(report: Any) -> None:
    body = report.get("body") if isinstance(report, dict) else None
    if not isinstance(body, dict):
        return
    directive, page = str(body.get("effectiveDirective", "")), _page(str(body.get("documentURL", "")))
    log.violation(directive, page)


def _page(address: str) -> str:
    """The name of the page that answers at an address; the address itself is not kept."""
    adapter = current_app.create_url_adapter(http)
    try:
        return str(adapter.match(urlsplit(address).path, method="GET")[0]) if adapter else ""
    except (HTTPException, RequestRedirect, ValueError):
        return ""
