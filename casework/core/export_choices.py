"""Secrecy tested item by item: each answer of a copy is given, masked in part or withheld, by whose law and why.

Who chooses says something about every answer that the copy would tell; nothing is given by default. A party may be
refused only what it is of extraordinary importance to keep (OSL 10:3), and hears what was kept back, by which law
and why.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as of

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import blackening
from casework.core.errors import Broken

GIVE, MASK, WITHHOLD = "give", "mask", "withhold"
VERDICTS = (
    (GIVE, _("Lämnas ut")),
    (MASK, _("Lämnas ut med maskering")),
    (WITHHOLD, _("Lämnas inte ut")),
)
FOR_A_PARTY = "OSL_10_3"
NEEDLESS = "FL_25"
COMMUNICATION = "communication"
"""What a copy is for that tells a party what a decision will rest on (FL 25 §)."""
TO_A_PARTY = frozenset({COMMUNICATION, "party"})
LAWS = (
    (FOR_A_PARTY, _("10 kap. 3 § OSL: part, av synnerlig vikt att uppgiften inte röjs")),
    ("OSL_21_3", _("21 kap. 3 § OSL: visar var en förföljd person bor eller går att nå")),
    ("OSL_26_1", _("26 kap. 1 § OSL: någon annan kan lida men")),
    ("OSL_26_5", _("26 kap. 5 § OSL: visar vem som har anmält")),
    (NEEDLESS, _("25 § förvaltningslagen: saknar betydelse för beslutet")),
)
"""What something may be kept back by: code, and the words for whoever tests it."""
PROVISIONS = {
    FOR_A_PARTY: _("10 kap. 3 § OSL"),
    "OSL_21_3": _("21 kap. 3 § OSL"),
    "OSL_26_1": _("26 kap. 1 § OSL"),
    "OSL_26_5": _("26 kap. 5 § OSL"),
    NEEDLESS: _("25 § förvaltningslagen"),
}
SECRET = _("Uppgiften omfattas av sekretess.")
OF_WEIGHT = _("Det är av synnerlig vikt att uppgiften inte röjs.")
NO_MATTER = _("Uppgiften saknar betydelse för beslutet.")
LONGEST = 1000
"""Letters in the reason for one item."""
Told = Mapping[tuple[str, str], str | None]
"""What a copy would tell, by entry and field: the words, or None for a sealed answer that goes along unread."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided of one answer; ``passages`` are what is masked, copied from it."""

    entry_id: str
    field: str
    verdict: str
    passages: tuple[str, ...] = of(default=(), repr=False)
    law: str = ""
    reason: str = of(default="", repr=False)


class Tested:
    """What was decided, to be asked of each thing a copy tells. Without choices the copy was tested as a whole."""

    def __init__(self, choices: Sequence[Choice] | None) -> None:
        self.is_itemised = choices is not None
        self._by_place: dict[str, dict[str, Choice]] = {}
        for one in choices or ():
            self._by_place.setdefault(one.entry_id, {})[one.field] = one

    def keeps_back(self, place: str, field: str) -> bool:
        """Whether nothing of it is told; so it is with what nobody tested."""
        if not self.is_itemised:
            return False
        choice = self._by_place.get(place, {}).get(field)
        return choice is None or choice.verdict not in {GIVE, MASK}

    def masked(self, place: str, field: str, words: str) -> str:
        """The words of something that is told, without the passages that are masked."""
        choice = self._by_place.get(place, {}).get(field)
        return words if choice is None else blackening.masked(words, choice.passages)

    def kept_back(self, place: str) -> list[Choice]:
        """What of an entry or a step was masked or withheld."""
        return [one for one in self._by_place.get(place, {}).values() if one.verdict != GIVE]


def told(law: str) -> tuple[str, str]:
    """What the recipient hears of why something is kept back: the provision, and words that are the same for all."""
    return PROVISIONS.get(law, law), {FOR_A_PARTY: OF_WEIGHT, NEEDLESS: NO_MATTER}.get(law, SECRET)


def laws(purpose: str) -> list[tuple[str, str]]:
    """What may be kept back by for a purpose: from a party only what weighs most, or does not matter to a decision."""
    allowed = {"party": {FOR_A_PARTY}, COMMUNICATION: {FOR_A_PARTY, NEEDLESS}}.get(purpose)
    return [(code, words) for code, words in LAWS if (code in allowed if allowed else code != NEEDLESS)]


def faults(purpose: str, choices: Sequence[Choice], told: Told) -> list[Refusal]:
    """Why these choices cannot be ordered, each at its item; nothing, if every item is tested once.

    What is kept back needs its law and its reason.
    """
    if purpose == "archive":
        return [Refusal(_("Arkivet får ärendet som det är."))] if choices else []
    places = [(one.entry_id, one.field) for one in choices]
    if len(places) != len(set(places)) or set(places) != set(told):
        return [Refusal(_("Pröva varje uppgift som ska gå med, en gång."))]
    return [found for one in choices if (found := _fault(purpose, one, told[one.entry_id, one.field]))]


def at(place: str, field: str, part: str) -> str:
    """The name of what is asked about an item: ``part`` is verdict, passages, law or reason."""
    return f"{part}:{place}:{field}"


def _fault(purpose: str, one: Choice, words: str | None) -> Refusal | None:  # noqa: PLR0911 a rule a line
    def refuse(part: str, why: str) -> Refusal:
        return Refusal(why, at(one.entry_id, one.field, part))

    if one.verdict not in dict(VERDICTS) or (one.verdict == GIVE and (one.passages or one.law)):
        return refuse("verdict", _("Välj om uppgiften lämnas ut eller inte."))
    if one.verdict == GIVE:
        return None
    if one.law not in dict(LAWS) or (one.law == NEEDLESS and (purpose != COMMUNICATION or one.verdict == MASK)):
        return refuse("law", _("Välj stöd i lag för det som inte lämnas ut."))
    if purpose in TO_A_PARTY and one.law not in {FOR_A_PARTY, NEEDLESS}:
        return refuse("law", _("En part får bara nekas det som är av synnerlig vikt att inte röja (10 kap. 3 § OSL)."))
    if purpose not in TO_A_PARTY and one.law == FOR_A_PARTY:
        return refuse("law", _("10 kap. 3 § OSL gäller bara partsinsyn. Välj den sekretess som hindrar."))
    if not one.reason.strip() and one.law != NEEDLESS:
        return refuse("reason", _("Skriv varför uppgiften inte lämnas ut."))
    if len(one.reason) > LONGEST:
        return refuse("reason", _("Korta skälet till högst 1 000 tecken."))
    if one.verdict == MASK and words is None:
        return refuse("verdict", _("En förseglad uppgift kan inte maskeras. Lämna ut den hel eller inte alls."))
    if one.verdict == MASK and not blackening.found(words or "", one.passages):
        return refuse("passages", _("Klistra in det som ska maskeras precis som det står."))
    return None


def packed(choices: Sequence[Choice]) -> str:
    """The choices as they are sealed; a salt keeps their digest from telling what they say."""
    return json.dumps({"salt": secrets.token_hex(16), "choices": [asdict(one) for one in choices]})


def digest(text: str) -> str:
    """What the order holds of its choices in the clear."""
    return hashlib.sha256(b"choices/v1" + text.encode()).hexdigest()


def unpacked(text: str, wanted: str) -> list[Choice]:
    """The choices that were sealed; raises Broken if they are not what was ordered."""
    if digest(text) != wanted:
        raise Broken("the choices are not what was ordered")
    return [Choice(**{**one, "passages": tuple(one["passages"])}) for one in json.loads(text)["choices"]]
