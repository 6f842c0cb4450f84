"""What came in to a case from others, for a copy, part by part: who sent it is kept back at first (OSL 26 kap. 5 §)."""

from __future__ import annotations

from collections.abc import Iterator

from casework.contract.language import gettext as _
from casework.core import accounts, audit, blackening, clock, frozen, handovers
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.blackening import Black
from casework.core.errors import Destroyed
from casework.core.export_shape import RECEIVED, Item
from casework.core.frozen import Frozen, Spot
from casework.core.handover_forms import FORMS, SENDER
from casework.core.models import Case, Handover
from casework.core.vault import Identity

REPORTER = "OSL_26_5"
"""By which law who reported is kept back."""
OF_SENDER = f"{RECEIVED}:sender:"
"""How the fields begin of what says who sent it."""


def senders(decision: Decision, case: Case) -> list[Identity]:
    """Who sent what a case has taken on: named in no copy unless that is what is given."""
    names = accounts.names(decision.session, {one.sender_id for one in handovers.of_case(decision.session, case)})
    return [Identity(id_, None, name, None, 0) for id_, name in sorted(names.items())]


def items(decision: Decision, case: Case, black: Black) -> Iterator[Item]:
    """Each part of what came in; whatever says or names who sent it begins as kept back."""
    own = blackening.blackener(senders(decision, case), [])
    for one in reversed(handovers.of_case(decision.session, case)):
        day, label = clock.today(one.sent_at).isoformat(), label_of(one)
        for nth, part in enumerate(_opened(decision, case, one).parts):
            field = f"{OF_SENDER}{nth}" if part.heading == SENDER else f"{RECEIVED}:{nth}"
            law = REPORTER if part.heading == SENDER or blackening.hides(own, part.text) else ""
            yield Item(one.id, field, label, day, part.label, part.text, blackening.hides(black, part.text), law)


def is_of_sender(one: Item) -> bool:
    """Whether it says who sent something: once it is given, their name is not blacked out in it."""
    return one.field.startswith(OF_SENDER)


def label_of(one: Handover) -> str:
    """What came in, in words."""
    form = FORMS.get(one.kind)
    return _("Uppgifter från andra") if form is None else form.label


def _opened(decision: Decision, case: Case, one: Handover) -> Frozen:
    assert one.kept is not None  # noqa: S101 what a case has taken on lies there
    audit.record(decision.session, decision.actor, Action.HANDOVER_READ, "handover", one.id, case_id=case.id)
    try:
        return frozen.open_of_case(decision, case.id, Spot(handovers.TABLE, one.id, "kept"), one.kept, one.digest)
    except Destroyed:
        return Frozen(())
