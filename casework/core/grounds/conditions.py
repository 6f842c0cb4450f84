"""What the program itself can check of a ground: it holds, blocks with a reason, or asks what it was not told."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import Protocol

from casework.contract.language import gettext as _
from casework.core.grounds.situations import Provision, Situation, Span, among
from casework.core.persons import age

ADULT = 18
BORN = _("När är personen född?")
FEARED_OR_COMMITTED = _("Gäller det ett brott som befaras, eller ett som redan är begånget?")
WHICH_SECRECY = _("Vilken sekretess skyddar uppgiften?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says. ``blocks`` and ``asks`` exclude each other; neither means that it holds, by ``holds``."""

    holds: str = ""
    blocks: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the ground rests on and only a person can tell, with yes or no: the other answer blocks it, and says why."""

    asks: str
    blocks: str
    needed: bool = True

    def judge(self, situation: Situation) -> Verdict:
        """By the answer; unanswered, it asks."""
        answer = situation.confirmed.get(self.asks)
        if answer is None:
            return Verdict(asks=self.asks)
        return Verdict() if answer is self.needed else Verdict(blocks=self.blocks)


class Condition(Protocol):
    """Something of a ground that can be checked without a judgement."""

    def judge(self, situation: Situation) -> Verdict:
        """Whether it holds in a situation, and why; what was not told is asked."""
        ...


@dataclass(frozen=True, slots=True)
class Age:
    """That somebody is under an age, or has reached it, on the day of the disclosure."""

    limit: int
    asks: str
    younger: str
    older: str
    under: bool = True
    whose: str = "born"

    def judge(self, situation: Situation) -> Verdict:
        """Years are counted to the day of the disclosure, never to the day the case began."""
        born: date | None = getattr(situation, self.whose)
        if born is None:
            return Verdict(asks=self.asks)
        young = age(born, situation.on) < self.limit
        text = self.younger if young else self.older
        return Verdict(holds=text) if young is self.under else Verdict(blocks=text)


@dataclass(frozen=True, slots=True)
class Answered:
    """That a question with yes or no has the answer which the ground needs."""

    what: str
    needed: bool
    asks: str
    holds: str
    blocks: str

    def judge(self, situation: Situation) -> Verdict:
        """By the answer; unanswered, it asks."""
        answer: bool | None = getattr(situation, self.what)
        if answer is None:
            return Verdict(asks=self.asks)
        return Verdict(holds=self.holds) if answer is self.needed else Verdict(blocks=self.blocks)


@dataclass(frozen=True, slots=True)
class OwnInitiativeTo:
    """That what is given unasked goes to one recipient only."""

    target: str
    asks: str
    blocks: str

    def judge(self, situation: Situation) -> Verdict:
        """A request may come from any of the ground's recipients."""
        if situation.target == self.target or situation.requested:
            return Verdict()
        return Verdict(asks=self.asks) if situation.requested is None else Verdict(blocks=self.blocks)


@dataclass(frozen=True, slots=True)
class Secrecy:
    """That the secrecy which protects the fact is one that the ground breaks; each, where several protect it."""

    blocks: str
    _: KW_ONLY
    excluded: tuple[Span, ...] = ()
    only: tuple[Span, ...] = ()
    chapters: Container[int] | None = None
    asks: str = WHICH_SECRECY

    def judge(self, situation: Situation) -> Verdict:
        """By the provision; which one it is must be known before anything leaves, so it is asked."""
        if not situation.secrecies:
            return Verdict(asks=self.asks)
        broken = all(self._breaks(provision) for provision in situation.secrecies)
        return Verdict() if broken else Verdict(blocks=self.blocks)

    def _breaks(self, provision: Provision) -> bool:
        outside = self.chapters is not None and provision.chapter not in self.chapters
        missed = bool(self.only) and not among(provision, self.only)
        return not (outside or missed or among(provision, self.excluded))


@dataclass(frozen=True, slots=True)
class YoungOrInNeed:
    """That the person is under 18, or one of those the statute names besides, which only a person can tell."""

    rest: Confirmed
    younger: str

    def judge(self, situation: Situation) -> Verdict:
        """Youth is enough; without it, it goes by what a person says of the rest."""
        return Verdict(holds=self.younger) if self.is_young(situation) else self.rest.judge(situation)

    def is_young(self, situation: Situation) -> bool:
        """Whether the person is known to be under 18."""
        return situation.born is not None and age(situation.born, situation.on) < ADULT


UNDER_18 = Age(18, BORN, _("Personen är under 18 år."), _("Personen har fyllt 18 år."))
UNDER_21 = Age(21, BORN, _("Personen är under 21 år."), _("Personen har fyllt 21 år."))
GROWN_UP = Age(
    18,
    BORN,
    _("Personen är under 18 år. Pröva samtycke genom vårdnadshavare."),
    _("Personen har fyllt 18 år."),
    under=False,
)
VICTIM_UNDER_18 = Age(
    18,
    _("När är den som brottet riktas mot född?"),
    _("Den som brottet riktas mot är under 18 år."),
    _("Den som brottet riktas mot har fyllt 18 år."),
    whose="victim_born",
)
RECIPIENT_UNDER_18 = Age(
    18,
    _("När är den som fick varan född?"),
    _("Den som fick varan är under 18 år."),
    _("Den som fick varan har fyllt 18 år."),
    whose="recipient_born",
)
CONSENT = Answered(
    "consent",
    needed=True,
    asks=_("Finns ett samtycke som täcker mottagaren och uppgifterna, och som inte är återkallat?"),
    holds=_("Det finns ett samtycke som gäller."),
    blocks=_("Det finns inget samtycke som gäller."),
)
PARTY = Answered(
    "party",
    needed=True,
    asks=_("Är den som begär uppgifterna part i ärendet?"),
    holds=_("Den som begär uppgifterna är part i ärendet."),
    blocks=_("Den som begär uppgifterna är inte part i ärendet."),
)
REQUESTED = Answered(
    "requested",
    needed=True,
    asks=_("Har mottagaren begärt uppgifterna?"),
    holds=_("Mottagaren har begärt uppgifterna."),
    blocks=_("Grunden gäller bara på begäran."),
)
CHILD_INVESTIGATION = Answered(
    "child_investigation",
    needed=True,
    asks=_("Är en utredning om barnet öppen?"),
    holds=_("En utredning om barnet är öppen."),
    blocks=_("Ingen utredning om barnet är öppen."),
)
FEARED = Answered(
    "committed",
    needed=False,
    asks=FEARED_OR_COMMITTED,
    holds=_("Det gäller brott som befaras."),
    blocks=_("Grunden gäller inte brott som redan är begångna."),
)
COMMITTED = Answered(
    "committed",
    needed=True,
    asks=FEARED_OR_COMMITTED,
    holds=_("Det gäller ett begånget brott."),
    blocks=_("Grunden gäller bara begångna brott."),
)
NOT_PURPOSE_2 = Answered(
    "committed",
    needed=False,
    asks=FEARED_OR_COMMITTED,
    holds=_("Det gäller inte att utreda ett begånget brott."),
    blocks=_(
        "Ändamål 2, att utreda begångna brott, är spärrat tills en jurist har avgjort "
        "hur grunden förhåller sig till OSL 10:23."
    ),
)
YOUNG_OR_IN_NEED = YoungOrInNeed(
    Confirmed(
        _("Har personen ett beroende, tvångsvård enligt psykiatrilagarna, eller gäller det ett väntat barn?"),
        _("Grunden gäller bara den som är under 18 år, har ett beroende, tvångsvårdas eller väntar barn."),
    ),
    _("Personen är under 18 år."),
)
