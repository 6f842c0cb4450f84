"""Stylesheet, script and icon: under an address that changes with their content, kept by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort
from flask import request as http

from casework.web.access import public

FOLDER = Path(__file__).parent / "static"
ROOT = "/static/"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, plain and compressed."""

    address: str
    kind: str
    plain: bytes
    small: bytes


def serve(app: Flask) -> None:
    """Read the files once, and give templates ``asset(name)``."""
    files = {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.is_file()}
    by_address = {asset.address: asset for asset in files.values()}
    app.jinja_env.globals["asset"] = lambda name: files[name].address

    @app.get(f"{ROOT}<digest>/<name>", endpoint="asset")
    @public
    def asset(digest: str, name: str) -> Response:
        found = by_address.get(f"{ROOT}{digest}/{name}")
        if found is None:
            abort(404)
        small = bool(http.accept_encodings["gzip"])
        response = Response(found.small if small else found.plain, content_type=found.kind)
        response.headers["Cache-Control"] = FOREVER
        response.headers["Vary"] = "Accept-Encoding"
        if small:
            response.headers["Content-Encoding"] = "gzip"
        return response


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = f"{guessed}; charset=utf-8" if guessed.startswith("text/") or guessed.endswith("+xml") else guessed
    return Asset(f"{ROOT}{digest}/{path.name}", kind, plain, gzip.compress(plain, mtime=0))
