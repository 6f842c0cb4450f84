"""A PDF as an answer: to be saved or printed, under a name that tells nothing."""

from __future__ import annotations

from flask import Response


def pdf(body: bytes, name: str) -> Response:
    """The answer that gives a PDF; ``name`` is a plain word of ours and never says whom or what it is about."""
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer
