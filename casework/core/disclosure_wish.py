"""What somebody wants to disclose, as it is chosen and written on the page: kept sealed as one text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

HARM = ("no", "maybe")
"""Whether anybody may come to harm by it: ``maybe`` is "ja eller kanske", and never decided by who assessed it."""
QUESTIONS = ("requested", "committed", "child_investigation", "party")
"""What a ground asks with yes or no."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything that was chosen and written. Never logged or reported.

    ``recipient`` is a place, with the account of a named person after a colon; ``outside`` says in words who it is
    where they have none. ``items`` are keys of facts; ``kinds`` those of the register of consents that they
    were when it was assessed, which nobody chooses. ``said`` answers the
    questions that the program checks, ``replies`` those of the ground in words, each by its question, and ``confirmed``
    what was said yes or no to; while it is a draft, to those of other grounds too. ``despite`` says
    why it is told although somebody has said no in the register of consents. ``warned`` are the protected persons about
    whom a warning was ticked. ``corrects`` is the disclosure that it takes the place of, ``answers`` the entry of the
    request that it answers, and ``wants_answer`` asks its recipient to act on it and answer. ``levels`` is how closely
    each protected person whom it is about was protected when it was assessed; it is no choice of anybody's. ``aside``
    are replies to what another ground asks, kept while it is a draft.
    """

    recipient: str = ""
    outside: str = ""
    items: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    ground: str = ""
    said: Mapping[str, bool | None] = field(default_factory=dict)
    victim_born: date | None = None
    recipient_born: date | None = None
    secrecy: str = ""
    replies: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    consulted: str = ""
    despite: str = ""
    harm: str = ""
    assessment: str = ""
    until: date | None = None
    oral_on: date | None = None
    warned: tuple[str, ...] = ()
    decider: str = ""
    wants_answer: bool = False
    corrects: str = ""
    answers: str = ""
    aside: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, bool] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "<wish>"

    @property
    def place(self) -> str:
        """Where it is to go."""
        return self.recipient.partition(":")[0]

    @property
    def account(self) -> str:
        """The account of the named recipient, or nothing."""
        return self.recipient.partition(":")[2]

    @property
    def texts(self) -> dict[str, str]:
        """What was written in words, each by its field or question; who the recipient is aside."""
        own = {name: str(getattr(self, name)) for name in ("purpose", "consulted", "despite", "assessment")}
        return {**self.aside, **self.replies, **own}

    def as_text(self) -> str:
        """It as one text, to be sealed."""
        return json.dumps(asdict(self), default=date.isoformat, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Wish:
        """What ``as_text`` wrote; a later program adds fields, and an older text has not all of them."""
        kept: dict[str, Any] = json.loads(text)
        for name in ("victim_born", "recipient_born", "until", "oral_on"):
            if kept.get(name):
                kept[name] = date.fromisoformat(kept[name])
        for name in ("items", "kinds", "warned"):
            kept[name] = tuple(kept.get(name, ()))
        return cls(**kept)
