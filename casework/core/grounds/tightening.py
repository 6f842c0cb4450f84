"""What a municipality demands of a legal ground beyond the law: it may tighten, never loosen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import access, audit, clock
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.grounds import catalogue
from casework.core.grounds.ground import Decider, Explained, Ground, explain
from casework.core.grounds.situations import Situation
from casework.core.models import GroundRule
from casework.core.permissions import Actor, Permission

LEVELS = (Decider.H, Decider.FS, Decider.EC, Decider.U)
"""The levels of delegation, the lowest first; ``other`` stands beside them and can be neither raised nor lowered."""
SWITCHED_OFF = _("Kommunen har stängt av grunden.")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a municipality asks for; ``level`` is None for that of the law."""

    level: Decider | None = None
    consult: bool = False
    four_eyes: bool = False
    off: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """What applies to a ground on a day: the law's demands, and the municipality's where it asks for more.

    ``rule`` is the row that says so, with its day and who set it; None where only the law applies.
    """

    ground: Ground
    level: Decider
    consult: bool
    four_eyes: bool
    off: bool
    rule: GroundRule | None = None

    @property
    def tightened(self) -> bool:
        """Whether the municipality asks for more than the law does."""
        lawful = (self.ground.decider, self.ground.consult, False, False)
        return (self.level, self.consult, self.four_eyes, self.off) != lawful


@dataclass(frozen=True, slots=True)
class Applied:
    """What a ground says of a situation, and what applies to it that day in the municipality."""

    explained: Explained
    demands: Demands


def demands(session: TenantSession, code: str, on: date) -> Demands:
    """What applies to a ground on a day in the session's municipality; raises KeyError for a code that is not there."""
    ground = catalogue.find(code, on)
    return _demanded(ground, _latest(_rules(session, code), on))


def in_force(session: TenantSession, on: date) -> dict[str, Demands]:
    """What applies to every ground on a day, by code, in the order of the catalogue."""
    rules: dict[str, list[GroundRule]] = defaultdict(list)
    for rule in _rules(session):
        rules[rule.code].append(rule)
    return {ground.code: _demanded(ground, _latest(rules[ground.code], on)) for ground in catalogue.current(on)}


def to_come(session: TenantSession, code: str, on: date) -> list[GroundRule]:
    """What has been set for a ground from a later day than ``on``, the nearest first."""
    return [rule for rule in _rules(session, code) if rule.begins > on]


def explained(session: TenantSession, situation: Situation) -> tuple[Applied, ...]:
    """What every ground says of a situation in the municipality; one that is switched off is blocked."""
    demanded = in_force(session, situation.on)
    return tuple(_applied(one, demanded[one.ground.code]) for one in catalogue.explained(situation))


def applied(session: TenantSession, code: str, situation: Situation) -> Applied:
    """What one ground says of a situation in the municipality; raises KeyError for a code that is not there."""
    demanded = demands(session, code, situation.on)
    return _applied(explain(demanded.ground, situation), demanded)


def tighten(session: TenantSession, actor: Actor, code: str, rule: Rule, begins: date) -> None:
    """Demand more of a ground than the law does, from a day on, in place of what was demanded before.

    Raises Refused for what would loosen what the law demands, and for a day that has passed; KeyError for an unknown
    code. What already applies is not set again.
    """
    access.require(actor, Permission.GROUND_TIGHTEN, Action.GROUND_TIGHTENED, "ground", code)
    before = demands(session, code, begins)
    if refusals := _refusals(before.ground, rule, begins, clock.today(session.now)):
        raise Refused(refusals)
    row = GroundRule(
        code=code,
        level=None if rule.level is before.ground.decider else rule.level,
        consult=rule.consult,
        four_eyes=rule.four_eyes,
        off=rule.off,
        begins=begins,
        set_by=actor.id,
        set_at=session.now,
    )
    if _asked(_demanded(before.ground, row)) == _asked(before):
        return
    session.add(row)
    detail: audit.Detail = {
        "begins": begins.isoformat(),
        "level": row.level or "",
        "consult": rule.consult,
        "four_eyes": rule.four_eyes,
        "off": rule.off,
    }
    audit.record(session, actor, Action.GROUND_TIGHTENED, "ground", code, detail=detail)


def levels(ground: Ground) -> tuple[Decider, ...]:
    """The levels at which a municipality may let a ground be decided, the lowest first."""
    return LEVELS[LEVELS.index(ground.decider) :] if ground.decider in LEVELS else (ground.decider,)


def _refusals(ground: Ground, rule: Rule, begins: date, today: date) -> list[Refusal]:
    found = []
    if rule.level is not None and rule.level not in levels(ground):
        found.append(Refusal(_level_refused(ground), "level"))
    if ground.consult and not rule.consult:
        found.append(
            Refusal(_("Grunden kräver att en jurist rådfrågas. Det kan kommunen inte ta bort."), "consult"),
        )
    if rule.off and ground.code in catalogue.OWED:
        found.append(
            Refusal(
                _("Lagen ger någon rätt till uppgifterna, eller kräver att de lämnas. Grunden kan inte stängas av."),
                "off",
            )
        )
    if begins < today:
        found.append(Refusal(_("Välj i dag eller en senare dag. Det som redan har gällt ändras inte."), "begins"))
    return found


def _level_refused(ground: Ground) -> str:
    if ground.decider is Decider.OTHER:
        return _("Lagen eller en annan myndighet bestämmer vem som beslutar på den här grunden. Välj ingen annan nivå.")
    return _("Kommunen kan höja beslutsnivån, men inte sänka den. Välj grundens egen nivå eller en högre.")


def _demanded(ground: Ground, rule: GroundRule | None) -> Demands:
    """The stricter of the law and the rule at every point: a rule that the law has overtaken loosens nothing."""
    if rule is None:
        return Demands(ground, ground.decider, ground.consult, four_eyes=False, off=False)
    raised = ground.decider
    if rule.level is not None and Decider(rule.level) in levels(ground):
        raised = Decider(rule.level)
    off = rule.off and ground.code not in catalogue.OWED
    return Demands(ground, raised, ground.consult or rule.consult, rule.four_eyes, off, rule)


def _asked(one: Demands) -> tuple[Decider, bool, bool, bool]:
    return one.level, one.consult, one.four_eyes, one.off


def _applied(one: Explained, demanded: Demands) -> Applied:
    if demanded.off:
        one = replace(one, blocked=(*one.blocked, SWITCHED_OFF), holds=(), asks=())
    return Applied(one, demanded)


def _rules(session: TenantSession, code: str | None = None) -> list[GroundRule]:
    """Every rule, or those of one ground, in the order in which they take each other's place."""
    rows = select(GroundRule).order_by(GroundRule.begins, GroundRule.set_at, GroundRule.id)
    return list(session.scalars(rows if code is None else rows.where(GroundRule.code == code)).all())


def _latest(rules: list[GroundRule], on: date) -> GroundRule | None:
    return next((rule for rule in reversed(rules) if rule.begins <= on), None)
