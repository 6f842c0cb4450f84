"""What was told by word of mouth was told, whatever whoever decides finds afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import true

from casework.core import access, consent_overview, disclosures, log_deviations, notices
from casework.core.actions import Action
from casework.core.consent_endings import TELL
from casework.core.errors import Conflict
from casework.core.models import Disclosure
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, consented, withdraw
from tests.core.disclosing import assessed, decided, kept, on_consent, state, wish
from tests.core.test_consent_register import to_do
from tests.worlds import World


def told(world: World, case: str, **changed: object) -> Disclosure:
    """What Maja told yesterday, of which she thinks that it may do harm."""
    want = {"oral_on": TODAY - timedelta(days=1), "until": None, "harm": "maybe", "decider": world.ids["fia"]}
    return assessed(world, case, wish(world, case, **(want | changed)))


def differing(world: World) -> list[str]:
    with world.acting("vilma") as (session, vilma):
        found = log_deviations.find(session, vilma, true(), session.now - timedelta(1), session.now + timedelta(1))
        return [one.act.actor_id for one in found if one.rule == "told_wrongly"]


def test_what_was_spoken_and_found_wrong_stays_as_told_and_the_lead_sees_it(world):
    case = world.case()
    made = told(world, case)
    assert differing(world) == []
    decided(world, made, "fia", granted=False, answer="Behövdes inte")
    stored = kept(world, case, made)
    assert (stored.state, stored.answer, stored.made.because) == ("spoken", "Behövdes inte", "decider")
    assert (stored.made.oral_on, stored.made.assessed_by) == (TODAY - timedelta(days=1), world.ids["maja"])
    assert (stored.made.ended_by, stored.content is not None) == (world.ids["fia"], True)
    assert differing(world) == [world.ids["maja"]]
    with world.session() as session:
        kinds = {one.kind for one in notices.unread(session, world.ids["vilma"])}
        assert kinds == {"disclosure_wrong", "disclosure_in_need"}


def test_what_was_spoken_and_found_right_is_given_with_nothing_left_to_do(world):
    case = world.case()
    made = told(world, case)
    decided(world, made, "fia")
    stored = kept(world, case, made).made
    assert (stored.state, stored.performed_by, stored.approved_by) == (
        "performed",
        world.ids["maja"],
        world.ids["fia"],
    )
    assert differing(world) == []
    with pytest.raises(Conflict), world.acting("maja") as (session, maja):
        disclosures.withdraw(session, maja, case, made.id)


def test_to_take_it_back_undoes_nothing_that_was_said(world):
    case = world.case()
    made = told(world, case)
    with world.acting("maja") as (session, maja):
        disclosures.withdraw(session, maja, case, made.id)
    assert state(world, case, made) == "spoken"
    assert differing(world) == [world.ids["maja"]]


def resting(world: World, case: str, consent: str) -> tuple[list[str], list[list[str]]]:
    """What the page of a consent says rests on it, and what its end would stop, leave, and find told."""
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        line = consent_overview.one(decision, row, consent)
        after = consent_overview.consequence(decision, row, line.consent)
        return [one.id for one in line.rests], [
            [one.id for one in some] for some in (after.stops, after.goes_on, after.told)
        ]


@pytest.mark.parametrize("harm", ["no", "maybe"])
def test_what_was_spoken_on_consent_is_shown_with_it_and_its_owner_told_when_it_ends(world, harm):
    case = world.case()
    consent = consented(world, case)
    want = on_consent(world, case, oral_on=TODAY, until=None, harm=harm, decider=world.ids["fia"])
    made = assessed(world, case, want)
    assert resting(world, case, consent) == ([made.id], [[], [], [made.id]])
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    assert state(world, case, made) == ("performed" if harm == "no" else "assessed")
    assert TELL in to_do(world, case)


def test_what_is_sent_on_paper_on_consent_is_shown_with_it_and_ends_with_it(world):
    case = world.case()
    consent = consented(world, case)
    made = assessed(world, case, on_consent(world, case, recipient="police", outside="Vakthavande", until=None))
    assert made.state == "performed" and made.received is None
    assert resting(world, case, consent) == ([made.id], [[made.id], [], []])
    world.clock.move(minutes=1)
    withdraw(world, case, consent)
    stored = kept(world, case, made)
    assert (stored.state, stored.made.because) == ("closed", "consent") and TELL in to_do(world, case)
