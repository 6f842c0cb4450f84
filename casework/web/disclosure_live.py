"""What the form of a disclosure asks and says as it is filled in: drawn by the page, and then by its script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.contract import gettext as _
from casework.core import disclosure_rules
from casework.core.access import Decision
from casework.core.consent_rules import CONSENTS, KINDS
from casework.core.disclosure_against import Against
from casework.core.disclosure_rules import Look
from casework.core.frozen import Frozen
from casework.core.telling_fields import EVERY
from casework.web import consent_words, language
from casework.web.confirmations import INPUTS
from casework.web.disclosure_form import DisclosureForm
from casework.web.labels import LEVELS, PROTECTIONS

if TYPE_CHECKING:
    from casework.core.models import Case

CHECKED = _("{name} har {protection}. Jag har kontrollerat att inget av det här visar var personen finns.")


@dataclass(frozen=True, slots=True)
class Live:
    """All that follows from what is chosen at this moment, in words.

    ``questions`` are those of the ground, with their ``answers``, and ``aside`` keeps what another ground was answered;
    ``confirms`` are the inputs for what it is to be said yes or no to.
    ``consulted`` says whether a lawyer's answer is asked for, and ``against`` who has said no. ``kinds`` says
    what a consent must cover and what those there are leave out, and ``uncovered`` of each fact that it does not.
    ``missing`` is what the ground still needs an answer to, under ``heading``; ``warned`` are the protected persons,
    each by their id.
    ``decides`` says who decides, with the ``reasons``; ``deciders`` are those to choose among, None where the reader
    decides alone. ``go`` is what the button says.
    """

    digest: str
    sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    ground: str
    questions: Sequence[str]
    answers: Sequence[str]
    aside: str
    confirms: Sequence[str]
    kinds: str
    uncovered: Mapping[str, str]
    consulted: bool
    against: Sequence[str]
    heading: str
    missing: Sequence[str]
    warned: Sequence[tuple[str, str]]
    decides: str
    reasons: Sequence[str]
    deciders: Sequence[tuple[str, str]] | None
    go: str


def of(form: DisclosureForm, decision: Decision, case: Case, seen: Look) -> Live:
    """What a form as it is now leads to."""
    heading, missing = _ground(seen)
    alone = seen.need is not None and disclosure_rules.decides_alone(decision, seen.need)
    asks = seen.need is not None and not alone
    return Live(
        digest=seen.content.digest,
        sections=_sections(seen.content),
        ground=form.ground.data or "",
        questions=form.questions(),
        answers=[reply.data or "" for reply in form.replies()],
        aside=form.aside.data or "",
        confirms=[INPUTS[one.asks] for one in disclosure_rules.confirmed(seen)],
        kinds="\n".join([_kinds(seen), *_reserved(decision, case, seen)]).strip(),
        uncovered={key: _uncovered(lacking) for key, lacking in seen.uncovered.items()},
        consulted=seen.consults,
        against=[said_no(one) for one in seen.against],
        heading=heading,
        missing=missing,
        warned=[(one.id, _checked(one.name, one.protection)) for one in seen.protected],
        decides=_decides(seen, alone=alone),
        reasons=[] if seen.need is None else [language.translate(words) for words in seen.need.reasons],
        deciders=[(one.id, one.name) for one in seen.deciders] if asks else None,
        go=language.translate(_("Lämna till beslut") if asks else _("Lämna ut uppgifterna")),
    )


def _sections(content: Frozen) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(heading, [(part.label, part.text) for part in parts]) for heading, parts in content.sections]


def _ground(seen: Look) -> tuple[str, list[str]]:
    """What the chosen ground lacks, or why it does not hold; nothing where it holds."""
    if seen.applied is None:
        return "", []
    said, asked = seen.applied.explained, {one.asks for one in seen.applied.explained.confirms}
    if lacking := [one for one in said.unanswered if one not in asked]:
        words, heading = lacking, _("Grunden behöver svar på det här, nedanför:")
    elif not said.available:
        words, heading = list(said.blocked), _("Grunden håller inte:")
    else:
        return "", []
    return language.translate(heading), [language.translate(one) for one in words]


def _kinds(seen: Look) -> str:
    if seen.wish.ground not in CONSENTS or not seen.kinds:
        return ""
    if seen.kinds == EVERY:
        return language.translate(_("Samtycket ska omfatta alla slags uppgifter."))
    return language.translate(_("Samtycket ska omfatta: {kinds}.")).format(kinds=_named(seen.kinds))


def _reserved(decision: Decision, case: Case, seen: Look) -> list[str]:
    if seen.wish.ground not in CONSENTS or seen.recipient is None:
        return []
    return consent_words.reserved(decision, case, seen.recipient.place)


def _uncovered(lacking: frozenset[str]) -> str:
    if lacking == EVERY:
        return language.translate(
            _("Det finns inget samtycke som omfattar alla slags uppgifter. Det behövs för den här.")
        )
    return language.translate(_("Samtycket omfattar inte: {kinds}.")).format(kinds=_named(lacking))


def _named(kinds: frozenset[str]) -> str:
    """Kinds by their names, in the order of the register."""
    return ", ".join(language.translate(words).lower() for kind, words in KINDS if kind in kinds)


def _decides(seen: Look, *, alone: bool) -> str:
    if seen.need is None:
        return ""
    if alone:
        return language.translate(_("Du beslutar själv."))
    said = language.translate(_("Beslutsnivå: {level}. Någon annan beslutar innan något lämnas."))
    return said.format(level=language.translate(LEVELS[seen.need.level]))


def said_no(one: Against) -> str:
    """Who has said no and when; or that a step ended what they had agreed to, which may be no word of theirs."""
    if not one.by_step:
        words = _("{name} har sagt nej, {day}.")
    elif one.somebodys:
        words = _("Samtycket från {name} upphörde när ett nej antecknades, {day}. Kontrollera vem som sa nej.")
    else:
        words = _("Samtycket från {name} upphörde med ett steg i ärendet, {day}. Fråga vad personen vill.")
    return language.translate(words).format(name=one.name, day=language.day(one.on))


def _checked(name: str, protection: int) -> str:
    return language.translate(CHECKED).format(name=name, protection=language.translate(PROTECTIONS[str(protection)]))
