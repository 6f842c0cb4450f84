"""Who is named in what is handed over: whoever bears the name of somebody it is about neither opens nor decides it.

No employee's number is kept, so the name is what there is: a teacher's own child, a policeman who is the child's
guardian. Names are held against what was written when it is sent, and against its reader once more when it is opened;
so a list needs nothing but the ids of those who were found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, or_

from casework.contract.language import gettext as _
from casework.core import organisations, telling
from casework.core.db import TenantSession
from casework.core.frozen import Frozen
from casework.core.models import Handover
from casework.core.permissions import GRANTS, Actor, Permission

SENDER = _("Avsändaren")
"""The heading of what is said of who sends it; nobody there is who it is about."""
DONE = _("Vad är redan gjort?")
"""What was done already names colleagues: whom somebody rang last night is not kept from what comes of it."""
READERS = frozenset(role for role, granted in GRANTS.items() if Permission.HANDOVER_READ in granted)
NEAR = 4
"""Among how many words that follow one another the names of one person are looked for."""


def is_named(name: str, content: Frozen) -> bool:
    """Whether what is said of the matter names somebody who may bear a name: two of its names beside each other."""
    said = (part for part in content.parts if part.heading != SENDER and part.label != DONE)
    return any(_is_in(name, part.text) for part in said)


def found(session: TenantSession, agency: str, content: Frozen) -> frozenset[str]:
    """The accounts at an agency that read handovers, and bear the name of somebody who is named in one."""
    people = {account.id: account.name for account, _post in organisations.colleagues(session, agency, READERS)}
    return frozenset(id_ for id_, name in people.items() if is_named(name, content))


def kept(account_ids: frozenset[str]) -> str | None:
    """The ids of those it is kept from, as its row holds them."""
    return ",".join(sorted(account_ids)) or None


def is_kept_from(handover: Handover, account_id: str) -> bool:
    """Whether somebody was found to be named in it when it was sent."""
    return account_id in (handover.kept_from or "").split(",")


def not_kept_from(reader: Actor) -> ColumnElement[bool]:
    """The condition on ``Handover`` that the reader was not found to be named in it."""
    return or_(Handover.kept_from.is_(None), ~Handover.kept_from.contains(reader.id, autoescape=True))


def _is_in(name: str, text: str) -> bool:
    names = set(_words(name.casefold()))
    return any(telling.may_be_one(name, near) for near in _near(_words(text), names))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def _near(words: Sequence[str], names: set[str]) -> Iterator[str]:
    """The runs of words that begin with one of the names, each also with its last word out of the genitive."""
    for at, word in enumerate(words):
        if word.casefold() not in names and word.casefold().removesuffix("s") not in names:
            continue
        for many in range(1, NEAR + 1):
            run = " ".join(words[at : at + many])
            yield from (run, run.removesuffix("s"))
