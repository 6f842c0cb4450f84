"""Signed papers of consents: told by their content, sealed in the database, opened for who may open what is sealed."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from casework.contract.language import gettext as _
from casework.core import access, cases, consent_rules, paper_scanning, vault
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.models import Consent, ConsentPaper
from casework.core.permissions import Actor, Permission

LARGEST = 1_900_000
"""Bytes of one paper: with what a browser sends around it, it fits into what a page takes."""
MOST = 10
"""Papers of one consent."""
PAPER = "paper"
TOO_LARGE = _("Filen är för stor. Skanna i gråskala eller med lägre upplösning, högst 1,9 MB.")
FULL = _("Det går inte att lägga något papper till ett utkast, eller fler än tio till ett samtycke.")
JPEG, PDF, PNG = "jpeg", "pdf", "png"
_PDF_BEGINS, _PDF_ENDS, _TAIL = re.compile(rb"%PDF-[12]\.\d"), b"%%EOF", 1024
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"
_PNG_BEGINS, _PNG_FIRST, _PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IHDR", b"IEND\xaeB`\x82"


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper as it is listed: never its content."""

    id: str
    kind: str
    size: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper in the clear, in memory."""

    kind: str
    content: bytes


def kind_of(content: bytes) -> str | None:
    """What a file is by its first and last bytes, whatever it is called: ``pdf``, ``jpeg``, ``png`` or None."""
    if _PDF_BEGINS.match(content) and _PDF_ENDS in content[-_TAIL:]:
        return PDF
    if content.startswith(_JPEG_BEGINS) and content.rstrip(b"\0").endswith(_JPEG_ENDS):
        return JPEG
    if content.startswith(_PNG_BEGINS) and content[12:16] == _PNG_FIRST and content.endswith(_PNG_ENDS):
        return PNG
    return None


def add(session: TenantSession, actor: Actor, case_id: str, consent_id: str, content: bytes) -> Kept:
    """Keep a signed paper, sealed; raises Refused for what is empty, too large, of another kind, or of a draft."""
    act, paper_id = Action.CONSENT_PAPER_ADDED, new_id()
    case, _decision = access.of_case(
        session, actor, Permission.CASE_WRITE, case_id, act, detail={"consent": consent_id, "paper": paper_id}
    )
    kind = _checked(content)
    # Asked before the case is held: it may take long, and others work in the case meanwhile.
    paper_scanning.require_clean(session.info.get(paper_scanning.SCANNER), content, PAPER)
    cases.hold(session, case)
    consent = consent_rules.held(session, actor, case, consent_id, act)
    if consent.state == "draft" or _count(session, consent) >= MOST:
        raise Refused.because(FULL, PAPER)
    paper = ConsentPaper(id=paper_id, case_id=case.id, consent_id=consent.id, added_by=actor.id, added_at=session.now)
    paper.kind, paper.size = kind, len(content)
    # What is sealed is text, so the content is written as such.
    text = base64.b64encode(content).decode()
    paper.paper = vault.seal_text(session, case.id, "consent_papers", paper.id, "paper", text)
    session.add(paper)
    cases.touch(session, case)
    return Kept(paper.id, paper.kind, paper.size, actor.id, paper.added_at)


def of_consent(session: TenantSession, consent: Consent) -> Sequence[Kept]:
    """A consent's papers, the first one first, without their content."""
    columns = (ConsentPaper.id, ConsentPaper.kind, ConsentPaper.size, ConsentPaper.added_by, ConsentPaper.added_at)
    query = select(*columns).where(ConsentPaper.case_id == consent.case_id, ConsentPaper.consent_id == consent.id)
    rows = session.execute(query.order_by(ConsentPaper.added_at, ConsentPaper.id)).all()
    return [Kept(row.id, row.kind, row.size, row.added_by, row.added_at) for row in rows]


def open_paper(session: TenantSession, actor: Actor, case_id: str, consent_id: str, paper_id: str) -> Opened:
    """A paper in the clear; raises NotFound alike for another consent's and for who is not named for what is sealed."""
    act = Action.CONSENT_PAPER_OPENED
    case, decision = access.of_case(session, actor, Permission.CASE_UNSEAL, case_id, act, detail={"paper": paper_id})
    paper = session.get(ConsentPaper, (case.municipality, paper_id))
    if paper is None or (paper.case_id, paper.consent_id) != (case.id, consent_id):
        raise NotFound(access.denial(actor, act, "consent_paper", paper_id, "case"))
    if not access.may_unseal(session, actor, case.id):
        raise NotFound(access.denial(actor, act, "consent_paper", paper_id, "unseal"))
    text = vault.open_text(decision, case.id, "consent_papers", paper.id, "paper", paper.paper)
    if text == vault.GONE:
        raise NotFound(access.denial(actor, act, "consent_paper", paper_id, "destroyed"))
    return Opened(paper.kind, base64.b64decode(text))


def _checked(content: bytes) -> str:
    """What a file is; raises Refused for one that is not taken in."""
    kind = kind_of(content)
    if not content:
        raise Refused.because(_("Välj en fil."), PAPER)
    if len(content) > LARGEST:
        raise Refused.because(TOO_LARGE, PAPER)
    if kind is None:
        raise Refused.because(_("Filen är ingen PDF, JPEG eller PNG, eller så är den skadad."), PAPER)
    return kind


def _count(session: TenantSession, consent: Consent) -> int:
    query = select(func.count()).select_from(ConsentPaper)
    return session.scalar(query.where(ConsentPaper.consent_id == consent.id)) or 0
