"""Papers for tests: the smallest files of each kind, and what only calls itself one."""

from __future__ import annotations

from casework.core import consent_papers
from casework.core.consent_papers import Kept
from tests.worlds import World

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x01" * 40 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
PAPERS = {"pdf": PDF, "jpeg": JPEG, "png": PNG}
NONE = {
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a program": b"MZ\x90\x00" + b"\0" * 60,
    "a picture that is drawn": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a page that ends as a PDF": b"<html>%PDF-1.7 %%EOF",
    "a PDF that was cut": PDF[:-12],
    "a JPEG that was cut": JPEG[:-2],
    "a PNG that was cut": PNG[:-4],
    "a PNG without a beginning": PNG[:8] + PNG[12:],
    "a GIF": b"GIF89a" + b"\0" * 30,
}


def keep(world: World, case: str, consent: str, content: bytes = PDF) -> Kept:
    with world.acting("maja") as (session, maja):
        return consent_papers.add(session, maja, case, consent, content)
