"""A performed disclosure on paper: the letter to its recipient, or a print for work that says who made it and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework import paper
from casework.contract.language import gettext as _
from casework.core import access, audit, clock, disclosed
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.disclosed import Shown
from casework.core.disclosure_content import ABOUT, FROM
from casework.core.errors import Conflict, Refused
from casework.core.grounds.situations import Place
from casework.core.models import Case, Disclosure
from casework.core.permissions import Actor, Permission

Places = Mapping[Place, str]
"""Where something can go, in words."""
OVER = _("Brevet kan inte längre skickas, för utlämnandet gäller inte längre. Hämta en arbetsutskrift i stället.")
CHANGED = _(
    "Brevet kan inte skickas nu. Mottagaren, någons skydd eller det som grunden kräver har ändrats sedan uppgifterna "
    "lämnades. Gör ett nytt utlämnande om de ska lämnas."
)
SEALED = _("Brevet innehåller en förseglad uppgift. Be någon som får öppna den i ärendet att hämta brevet.")
SPOKEN = _("Det som lämnades muntligt skickas inte som brev. Gör ett nytt utlämnande om det ska lämnas skriftligt.")


def letter(session: TenantSession, actor: Actor, case_id: str, disclosure_id: str, places: Places) -> bytes:
    """The letter to whoever was told, whose place ``places`` has in words, as a PDF; the same is the same bytes.

    Raises Refused for what may not go out any more, and what was only spoken; Conflict for what was not given.
    """
    case, decision, one = _given(session, actor, case_id, disclosure_id)
    if one.made.oral_on is not None:
        raise Refused.because(SPOKEN)
    if not one.is_whole:
        raise Refused.because(SEALED)
    if one.state != "performed":
        raise Refused.because(OVER)
    if not may_go(one):
        raise Refused.because(CHANGED)
    return _printed(case, decision, one, places, None)


def work_print(session: TenantSession, actor: Actor, case_id: str, disclosure_id: str, places: Places) -> bytes:
    """The same to be worked with, marked on every page; raises Conflict for what was not given."""
    case, decision, one = _given(session, actor, case_id, disclosure_id)
    when = clock.local(session.now).strftime("%Y-%m-%d %H.%M")
    return _printed(case, decision, one, places, paper.Mark(actor.name, when))


def may_go(one: Shown) -> bool:
    """Whether its reader may still send it: nothing is blank, and to give it today is what it was (``letters``)."""
    return one.is_whole and one.may_be_sent


def on_paper(one: Shown, places: Places) -> paper.Letter:
    """What is printed of a disclosure: its frozen content as it stands, and to whom it went."""
    assert one.content is not None  # noqa: S101 whoever asks has opened it
    return paper.Letter(
        on=_day(one.made),
        sender=next((part.text for part in one.content.parts if part[:2] == (ABOUT, FROM)), ""),
        recipient=", ".join(words for words in (one.recipient, places[Place(one.made.place or "")]) if words),
        reference=one.made.id,
        facts=(),
        sections=tuple(
            paper.Section(heading, tuple(paper.Part(part.label, part.text) for part in parts))
            for heading, parts in one.content.sections
        ),
        digest=one.digest,
    )


def _given(session: TenantSession, actor: Actor, case_id: str, disclosure_id: str) -> tuple[Case, Decision, Shown]:
    case, decision = access.of_case(session, actor, Permission.CASE_SHARE, case_id, Action.DISCLOSURE_PRINTED)
    one = disclosed.one(decision, case, disclosure_id)
    if one.made.performed_at is None or one.content is None:
        raise Conflict
    return case, decision, one


def _printed(case: Case, decision: Decision, one: Shown, places: Places, mark: paper.Mark | None) -> bytes:
    made = paper.disclosure_letter(on_paper(one, places), mark)
    how = "letter" if mark is None else "work"
    audit.record(
        *(decision.session, decision.actor, Action.DISCLOSURE_PRINTED, "disclosure", one.made.id),
        case_id=case.id,
        detail={"how": how, "content": one.made.content_hash or ""},
    )
    return made


def _day(made: Disclosure) -> date:
    """The day on which it was told."""
    return made.oral_on or clock.today(made.performed_at or made.made_at)
