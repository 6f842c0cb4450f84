"""What waits for approval, in plain words: what will happen, who asked, who may decide, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.contract import gettext as _
from casework.core.approval_kinds import KINDS
from casework.core.awaiting import Shown
from casework.core.db import TenantSession
from casework.web import labels, language, request

LABELS: Mapping[str, Mapping[str, str]] = {
    "level": {str(level): words for level, words in labels.LEVELS.items()},
    "member": labels.MEMBERS,
    "part": labels.RECIPIENTS,
    "protection": labels.PROTECTIONS,
    "purpose": labels.PURPOSES,
    "role": {str(role): words.lower() for role, words in labels.ROLES.items()},
    "root": labels.ROOTS,
    "was": labels.PROTECTIONS,
}
"""The words for the codes in a sentence, by the name of their place in it."""
STATES = {
    "waiting": ("wait", _("Väntar")),
    "used": ("done", _("Godkänt och gjort")),
    "refused": ("no", _("Avslaget")),
    "expired": ("no", _("Tiden gick ut")),
    "void": ("no", _("Gäller inte längre")),
    "withdrawn": ("no", _("Tillbakataget")),
}
APPROVED = ("done", _("Godkänt"))
"""What is approved and done afterwards."""
FEW = 4
"""Up to so many who may approve are named."""


@dataclass(frozen=True, slots=True)
class Item:
    """One approval on a page. ``title`` says what will happen, ``lines`` what it entails; ``mine``: asked for.

    ``after`` says what is left to do once it is approved, empty where that does it all.
    """

    id: str
    digest: str
    title: str
    lines: Sequence[str]
    requester: str
    asked_at: datetime
    expires_at: datetime
    state: str
    mark: tuple[str, str]
    decider: str
    ended_at: datetime | None
    reason: str
    answer: str
    able: str
    grant: str
    refuse: str
    after: str
    mine: bool


def item(session: TenantSession, shown: Shown, me: str) -> Item:
    """An approval as a page shows it to somebody."""
    row, kind = shown.approval, KINDS[shown.approval.kind]
    title, *lines = [_filled(text, facts) for text, facts in kind.words(session, request.registry(), shown.asked)]
    return Item(
        row.id,
        row.digest,
        title,
        lines,
        shown.requester,
        row.requested_at,
        row.expires_at,
        shown.state,
        APPROVED if kind.after and shown.state == "used" else STATES[shown.state],
        shown.decider,
        row.ended_at,
        shown.reason,
        shown.answer,
        _either([one.name for one in shown.able]),
        kind.grant,
        kind.refuse,
        kind.after,
        row.requester_id == me,
    )


def items(session: TenantSession, shown: Sequence[Shown], me: str) -> list[Item]:
    """Several of them."""
    return [item(session, one, me) for one in shown]


def _filled(text: str, facts: Mapping[str, str | int | bool | date]) -> str:
    words = {name: _word(name, value) for name, value in facts.items()}
    return language.translate(text).format(**words)


def _word(name: str, value: str | int | bool | date) -> str:
    if isinstance(value, date):
        return language.day(value)
    return language.translate(LABELS.get(name, {}).get(str(value), str(value)))


def _either(names: Sequence[str]) -> str:
    """``Vilma Dummy eller Fia Förstelin``; the rest of many are not named."""
    shown = [*names[:FEW], language.translate(_("någon annan som får godkänna"))] if len(names) > FEW else [*names]
    first, last = ", ".join(shown[:-1]), shown[-1] if shown else ""
    return f"{first} {language.translate(_('eller'))} {last}" if first else last
