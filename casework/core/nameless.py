"""A consultation without a person holds nothing that tells who it is about: it is refused where it is written.

Numbers and addresses are found by how they are written. Of names those are that somebody in the case bears, and what
is plainly said to be one; no list of names is held against a text, which would tell who is in the municipality.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.identifiers import identifier_in
from casework.contract.language import gettext as _
from casework.core import blackening, vault
from casework.core.access import Decision
from casework.core.errors import Refused
from casework.core.models import Case, CasePerson, Person
from casework.core.vault import Identity

NOBODY = _("Konsultationen är avidentifierad. Registrera ett ärende om personen i stället.")
NAME = _("Ta bort namnet. Det kan visa vem frågan gäller.")
ADDRESS = _("Ta bort adressen. Den kan visa vem frågan gäller.")

_STREET = re.compile(
    r"\b(?!(?:riks|läns|e)väg)\w{2,}(?:gatan?|vägen|väg|gränd(?:en)?|stig(?:en)?|torg(?:et)?|allén?|backen)"
    r"\s+\d{1,4}\s?[a-z]?\b",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"(?<!\d)[1-9]\d{2} ?\d{2}\s+[A-ZÅÄÖ][a-zåäö]+")
_CALLED = re.compile(r"\b(?:heter|kallas|(?i:vid namn)|(?i:namn(?:et)?(?: är|:)))\s+[A-ZÅÄÖÉ]\w+")
_WHOLE = re.compile(r"\b[A-ZÅÄÖÉ]\w+\s+[A-ZÅÄÖÉ]\w*(?:sson|ström|gren|[qk]vist|dahl|stedt)s?\b")
"""A given name with what is written as a surname; endings that places have too, such as -berg, are left out."""


def faults(decision: Decision, case: Case, texts: Mapping[str, str]) -> list[Refusal]:
    """Why texts cannot be kept in a case about nobody, each at its field; nothing in a case about somebody."""
    if case.subject_id is not None:
        return []
    people = _people(decision, case)
    reasons = {name: _told(blackening.composed(words), people) for name, words in texts.items()}
    return [Refusal(reason, name) for name, reason in reasons.items() if reason is not None]


def require(decision: Decision, case: Case, texts: Mapping[str, str]) -> None:
    """Raise Refused for texts that tell who a case about nobody is about, each at its field."""
    if refusals := faults(decision, case, texts):
        raise Refused(refusals)


def _told(words: str, people: Sequence[Identity]) -> str | None:
    if reason := identifier_in(words):
        return reason
    if _STREET.search(words) or _POSTAL.search(words):
        return ADDRESS
    named = _CALLED.search(words) or _WHOLE.search(words) or any(blackening.mentions(one, words) for one in people)
    return NAME if named else None


def _people(decision: Decision, case: Case) -> Sequence[Identity]:
    """Whoever was put into the case before it was refused."""
    parts = select(CasePerson.person_id).where(CasePerson.case_id == case.id)
    rows = decision.session.scalars(select(Person).where(Person.id.in_(parts))).all()
    return tuple(vault.open_persons(decision, rows).values())
