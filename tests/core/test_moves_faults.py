"""The stateful proof finds what it is there to find: each fault planted in the program is seen within a short story."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Select, false, or_, select

from casework.core import (
    approvals,
    consent_uses,
    deputies,
    disclosure_steps,
    given,
    handover_readers,
    handovers,
    received,
    shared_parts,
    sharing_standing,
    telling,
    unbroken_posts,
    vault,
)
from casework.core.clock import FOREVER
from casework.core.models import Deputy, Disclosure
from tests.core.moves_handing import PAIRS
from tests.core.test_moves_stateful import told

Plant = Callable[[pytest.MonkeyPatch], None]
TRIES, STEPS = 5, 16


def without_an_end(plant: pytest.MonkeyPatch) -> None:
    """What was sent is read after its last day."""

    def live(_session: Any, actor: Any) -> Select[Disclosure]:
        return select(Disclosure).where(Disclosure.account_id == actor.id, Disclosure.state == "performed")

    plant.setattr(received, "_live", live)


def without_a_stop(plant: pytest.MonkeyPatch) -> None:
    """What rested on a withdrawn consent is not ended, and comes back with the next consent."""
    plant.setattr(consent_uses, "stop", lambda *_given: ())


def without_asking(plant: pytest.MonkeyPatch) -> None:
    """Who takes part sees what was chosen, whatever is consented to now."""
    plant.setattr(shared_parts, "covered", lambda _decision, _registry, _case, _agency, chosen: frozenset(chosen))


def without_asking_for_the_status(plant: pytest.MonkeyPatch) -> None:
    """A status permission is shown on whether all those whose consent it takes now have given it or not."""
    plant.setattr(sharing_standing, "rests", lambda _decision, _registry, _shared, _case: True)


def without_asking_for_what_was_sent(plant: pytest.MonkeyPatch) -> None:
    """What was sent on a consent is read on whether all those whose consent it takes now have given it or not."""
    plant.setattr(given, "covered", lambda _session, _actor, sent: list(sent))


def taken_back_and_read(plant: pytest.MonkeyPatch) -> None:
    """A handover can be read after it was taken back."""
    plant.setattr(handovers, "READABLE", handovers.READABLE | {"taken_back"})


def past_a_conflict(plant: pytest.MonkeyPatch) -> None:
    """A conflict of interest does not keep its holder from what was handed over."""

    def reached(session: Any, actor: Any) -> ColumnElement[bool]:
        return handover_readers.came_to(session, actor)

    plant.setattr(handovers, "reached", reached)


def standing_in_for_ever(plant: pytest.MonkeyPatch) -> None:
    """Whoever stood in for somebody goes on reading when they are back."""
    keeps = deputies.name

    def name(*given: Any, **named: Any) -> Deputy:
        made = keeps(*given, **named)
        made.valid_until = FOREVER
        return made

    plant.setattr(deputies, "name", name)


def past_a_new_post(plant: pytest.MonkeyPatch) -> None:
    """Whoever leaves and comes back reads what they were given before."""

    def gave(posts: Any, agency: Any, _given_at: Any) -> ColumnElement[bool]:
        return or_(false(), *(agency == post.agency for post in posts))

    plant.setattr(unbroken_posts, "gave", gave)


def past_a_name(plant: pytest.MonkeyPatch) -> None:
    """Whoever bears the name of somebody who must not know of a case goes on reading what it handed over."""
    plant.setattr(telling, "touching", lambda *_given: frozenset())


def past_protection(plant: pytest.MonkeyPatch) -> None:
    """What one person handed over is read on, however closely somebody has come to be protected."""
    plant.setattr(approvals, "guards", lambda *_given: False)


def written_over(plant: pytest.MonkeyPatch) -> None:
    """Ending a disclosure writes over what was wanted by it."""
    ends = disclosure_steps.end

    def end(decision: Any, made: Disclosure, *said: Any) -> None:
        ends(decision, made, *said)
        made.wanted = vault.seal_text(decision.session, made.case_id, given.TABLE, made.id, "wanted", "{}")

    plant.setattr(disclosure_steps, "end", end)


FAULTS: dict[Plant, dict[str, int]] = {
    without_an_end: {"disclose": 2, "pass_time": 2},
    without_a_stop: {"disclose": 2, "withdraw": 2, "consent": 3},
    without_asking: {"let_in": 4, "guardian": 1, "pass_time": 1},
    without_asking_for_the_status: {"permit": 4, "guardian": 1, "pass_time": 1},
    without_asking_for_what_was_sent: {"disclose": 4, "guardian": 1, "pass_time": 1},
    taken_back_and_read: {"hand_over": 1, "report": 1, "take_back": 2},
    past_a_conflict: {"hand_over": 2, "block": 3},
    standing_in_for_ever: {"stand_in": 2, "pass_time": 2, "report": 1, "hand_over": 1},
    past_a_new_post: {"disclose": 2, "hand_over": 2, "leave": 2, "return_": 3},
    past_a_name: {"hand_over": 3, "name_counterpart": 2},
    past_protection: {"hand_over": 3, "protect": 2},
    written_over: {"disclose": 2, "end_disclosure": 1},
}
"""Each fault, with the steps of which a short story is made that meets it."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(databases, tmp_path, fault, monkeypatch):
    def stories() -> None:
        for nth in range(TRIES):
            told(databases, "sqlite", tmp_path / str(nth), f"fault {nth}", STEPS, FAULTS[fault])

    fault(monkeypatch)
    with pytest.raises(AssertionError):
        stories()


def test_everybody_who_stands_in_is_somebody_whose_reading_is_compared():
    from tests.core.moves_story import readers

    assert {who for pair in PAIRS for who in pair} <= {one.name for one in readers()}
