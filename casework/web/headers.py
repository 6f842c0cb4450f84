"""The headers of every answer, and the check that what changes something comes from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Request, Response

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; report-to csp"
)
REPORTS = "/csp-rapport"
"""Where browsers report that a page tried to do what the policy forbids."""
ABSENT = (
    "accelerometer browsing-topics camera clipboard-read display-capture geolocation gyroscope hid magnetometer "
    "microphone midi payment screen-wake-lock serial usb xr-spatial-tracking"
).split()
OWN = ("publickey-credentials-create", "publickey-credentials-get")
"""What our own pages may ask the browser for: passkeys."""
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": f'csp="{REPORTS}"',
    "X-Frame-Options": "DENY",
    "Permissions-Policy": ", ".join([*(f"{name}=()" for name in ABSENT), *(f"{name}=(self)" for name in OWN)]),
    "X-Robots-Tag": "noindex, noarchive",
}
NEVER_STORED = "no-store"
HSTS = "max-age=63072000; includeSubDomains"
CLEAR = '"cache", "storage"'
"""What the browser throws away when somebody signs out. The session's cookie is taken back by itself: to clear all
cookies would make the browser a stranger, who must wait when somebody else has guessed wrong."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, *, tls: bool) -> None:
    """Put the headers on every answer, errors and redirects too."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if tls:
            response.headers["Strict-Transport-Security"] = HSTS
        response.headers.setdefault("Cache-Control", NEVER_STORED)
        return response


def from_our_pages(request: Request) -> bool:
    """Whether a request that changes something was sent by a page of ours, as far as the browser says."""
    if request.method in SAFE_METHODS:
        return True
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
