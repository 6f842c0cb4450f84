"""Short ways to disclose something of a case, for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from casework.core import access, clock, disclosed, disclosure_content, disclosure_decisions, disclosures, received
from casework.core.actions import Action
from casework.core.consent_register import Answer
from casework.core.db import TenantSession, new_id
from casework.core.disclosure_rules import Look, asked, look
from casework.core.disclosure_wish import Wish
from casework.core.errors import NotFound, Refused
from casework.core.grounds import catalogue
from casework.core.models import Disclosure
from casework.core.permissions import Permission
from casework.core.received import Opened
from tests.core.consenting import TODAY, YES, ask, child, consented, parts, wanted, withdraw
from tests.worlds import REGISTRY, World

ALONE = "BRB_24_4"
"""A ground on which an officer decides alone."""
AGREED = {one.asks: one.needed for one in catalogue.CONFIRMED}
"""What a ground rests on, all of it confirmed."""
LED = "OSL_10_18A"
"""A ground on which a team lead, or somebody at their level, decides."""


def plain(session: TenantSession, recipient: str, mark: str = "", **changed: object) -> Wish:
    """A disclosure of a case's state on a ground on which an officer decides alone, given in passing."""
    day = clock.today(session.now)
    replies = dict.fromkeys(catalogue.find(ALONE, day).written, f"Ja {mark}")
    begun = Wish(
        recipient=recipient,
        items=(disclosure_content.STATE,),
        ground=ALONE,
        replies=replies,
        confirmed=AGREED,
        purpose=f"Avvärja fara {mark}",
        despite=f"Ett nej väger lättare här {mark}",
        harm="no",
        assessment=f"Vägt mot den enskildes intresse {mark}",
        until=day + timedelta(days=14),
    )
    return replace(begun, **changed)  # type: ignore[arg-type] # named fields of a wish


def looked(world: World, case: str, wish: Wish, who: str = "maja") -> Look:
    with world.acting(who) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        return look(decision, REGISTRY, row, wish)


def keys(world: World, case: str) -> list[str]:
    """Every fact that could be chosen, in order."""
    return [item.key for group in looked(world, case, Wish()).offered for item in group.items if item.may_be_chosen]


def wish(world: World, case: str, **changed: object) -> Wish:
    """A disclosure to the police officer of the municipality, whole, on a ground that needs nobody else."""
    day = clock.today(world.clock.now)
    begun = replace(
        Wish(
            recipient=f"police:{world.ids['erik']}",
            items=(disclosure_content.NAME, disclosure_content.STATE),
            ground=ALONE,
            purpose="Avvärja fara",
            despite="Ett nej väger lättare här",
            harm="no",
            assessment="Vägt mot den enskildes intresse",
            until=day + timedelta(days=14),
            confirmed=AGREED,
        ),
        **changed,  # type: ignore[arg-type] # named fields of a wish
    )
    if begun.replies or begun.ground == "":
        return begun
    seen = looked(world, case, begun)
    questions = () if seen.applied is None else asked(seen.applied)
    warned = tuple(one.id for one in seen.protected) if "warned" not in changed else begun.warned
    return replace(begun, replies=dict.fromkeys(questions, "Ja, prövat"), warned=warned)


def assessed(world: World, case: str, want: Wish | None = None, who: str = "maja", once: str = "") -> Disclosure:
    want = want or wish(world, case)
    with world.acting(who) as (session, actor):
        return disclosures.assess(session, REGISTRY, actor, case, once or new_id(), want)


def refused(world: World, case: str, **changed: object) -> set[str | None]:
    """The fields at which a disclosure is refused."""
    want = wish(world, case, **changed)
    try:
        assessed(world, case, want)
    except Refused as error:
        return {one.field for one in error.refusals}
    return set()


def performed(world: World, case: str, made: Disclosure, who: str = "maja") -> Disclosure:
    with world.acting(who) as (session, actor):
        return disclosures.perform(session, REGISTRY, actor, case, made.id)


def decided(world: World, made: Disclosure, who: str, *, granted: bool = True, answer: str = "") -> None:
    with world.acting(who) as (session, actor):
        disclosure_decisions.decide(session, actor, made.id, made.content_hash or "", granted=granted, answer=answer)


def read(world: World, made: Disclosure, who: str = "erik") -> Opened | None:
    """What somebody sees at the address of a disclosure; None where they are told that there is nothing."""
    try:
        with world.acting(who) as (session, actor):
            return received.opened(session, actor, made.id)
    except NotFound:
        return None


def inbox(world: World, who: str = "erik") -> Sequence[str]:
    with world.acting(who) as (session, actor):
        return [one.id for one in received.listed(session, actor)]


def kept(world: World, case: str, made: Disclosure, who: str = "maja") -> disclosed.Shown:
    with world.acting(who) as (session, actor):
        row, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
        return disclosed.one(decision, row, made.id)


def state(world: World, case: str, made: Disclosure) -> str:
    return kept(world, case, made).state


# Without a consent that covers it ---------------------------------------------------------------


def on_consent(world: World, case: str, **changed: object) -> Wish:
    """Telling the police where a case stands, on consent; the consents of ``wanted`` cover it until its day."""
    return wish(world, case, **({"ground": "OSL_12_2", "kinds": ("status",), "until": TODAY + timedelta(14)} | changed))


def _withdrawn(world: World) -> str:
    case = world.case()
    consent = consented(world, case)
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    return case


def _given(**changed: Any) -> Callable[[World], str]:
    def make(world: World) -> str:
        consented(world, case := world.case(), **changed)
        return case

    return make


def _answered(said: Answer | None) -> Callable[[World], str]:
    def make(world: World) -> str:
        case = world.case()
        ask(world, case, wanted(parts(world, case, "subject")[0]), said)
        return case

    return make


def _one_guardian_of_two(world: World) -> str:
    consented(world, case := child(world, 12), "guardian")
    return case


def _guardians_without_the_young_person(world: World) -> str:
    case = child(world, 16)
    for nth in range(2):
        consented(world, case, "guardian", nth)
    return case


LACKING: dict[str, Callable[[World], str]] = {
    "missing": lambda world: world.case(),
    "not answered": _answered(None),
    "refused": _answered(replace(YES, given=False)),
    "withdrawn": _withdrawn,
    "ends sooner": _given(valid_until=TODAY + timedelta(days=3)),
    "not begun": _given(valid_from=TODAY + timedelta(days=1)),
    "for another agency": _given(agencies=("school",)),
    "of another kind": _given(kinds=("school", "health")),
    "of one guardian of two": _one_guardian_of_two,
    "not of the young person": _guardians_without_the_young_person,
}
"""Ways for a consent not to cover ``on_consent``: each makes the case, and gives its id."""
