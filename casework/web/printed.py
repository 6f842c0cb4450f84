"""A file as an answer: to be saved or printed, under a name that tells nothing."""

from __future__ import annotations

from flask import Response


def pdf(body: bytes, name: str) -> Response:
    """The answer that gives a PDF; ``name`` is a plain word of ours and never says whom or what it is about."""
    return file(body, "application/pdf", f"{name}.pdf")


def file(body: bytes, mimetype: str, name: str) -> Response:
    """The answer that gives a file of a kind; ``name`` with its ending is as plain as that of ``pdf``."""
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
