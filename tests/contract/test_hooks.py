"""Each hook is called, for the owner of the case and nobody else, when it should be."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from casework.contract import ActorFacts, Agency, Event, Level, Refusal
from casework.core import cases, clock, entries, sharing, steps
from casework.core.errors import PluginBroken, Refused
from casework.core.models import Case
from casework.core.registry import Registry
from casework.core.sharing import Chosen
from casework.testing.trial import Trial, found
from tests.answers import answered
from tests.contract.invented import FLOW, NOTE, Plugin, area
from tests.databases import Database

NO = Refusal("Inte än.", "text")


@dataclass
class House:
    """A trial with two plugins and a case that belongs to the first."""

    trial: Trial
    owner: Plugin
    other: Plugin
    case: Case

    @property
    def registry(self) -> Registry:
        return self.trial.installation.registry

    def note(self, text: str = "Hej") -> None:
        with self.trial.session() as (session, actor):
            entries.sign(session, self.registry, actor, self.case.id, "note", {"text": text})

    def end(self) -> None:
        with self.trial.session() as (session, actor):
            case, _decision = cases.open_case(session, actor, self.case.id, "overview")
            steps.take(session, self.registry, actor, case.id, "end", seen_version=case.version)

    def share(self) -> None:
        with self.trial.session() as (session, actor):
            until = clock.today(session.now) + timedelta(days=30)
            chosen = Chosen(
                ["begun"],
                [],
                "nothing",
                "",
                False,
                "other",
                "Prövat",
                "",
                "Syfte",
                "Maja",
                None,
                until,
                "AVIDENTIFIERAT",
                **answered("AVIDENTIFIERAT"),
            )
            sharing.permit(session, self.registry, actor, self.case.id, chosen)

    def notes(self) -> int:
        with self.trial.session() as (session, actor):
            case, _decision = cases.open_case(session, actor, self.case.id, "journal")
            return len(entries.current(session, case))


@pytest.fixture
def house(migrated: Database) -> Iterator[House]:
    owner, other = Plugin("owner"), Plugin("other")
    registry = Registry({"owner": owner, "other": other})
    trial = found(registry, migrated.data_dir, (migrated.app_url, migrated.owner_url))
    with trial.session() as (session, actor):
        case = trial.case(session, actor, "owner", registry.areas["owner"].case_types[0])
    yield House(trial, owner, other, case)
    trial.installation.engine.dispose()


def test_hook_focus_area():
    registry = Registry({"first": Plugin("owner"), "second": Plugin("other")})
    assert registry.areas == {"owner": area("owner"), "other": area("other")}


def test_hook_focus_area_of_two_plugins_may_not_be_called_the_same():
    with pytest.raises(PluginBroken) as broken:
        Registry({"first": Plugin("same"), "second": Plugin("same")})
    assert broken.value.problems == ("second: the focus area 'same' is already declared by first",)


def test_hook_check_entry(house):
    house.note("Hej")
    assert house.owner.asked == [(house.case.id, NOTE.name, {"text": "Hej"})]
    assert house.other.asked == []


def test_hook_check_entry_refuses_before_anything_is_written(house):
    house.owner.refusals = (NO,)
    with pytest.raises(Refused) as refused:
        house.note()
    assert refused.value.refusals == (NO,)
    assert house.notes() == 0


def test_hook_check_entry_of_another_plugin_has_no_say(house):
    house.other.refusals = (NO,)
    house.note()
    assert house.notes() == 1


def test_hook_check_transition(house):
    house.end()
    officer = ActorFacts(house.trial.account_id, Level.FS)
    assert set(house.owner.asked) == {(house.case.id, FLOW.transitions[1].name, officer)}
    assert house.other.asked == []


def test_hook_check_transition_refuses_the_step(house):
    house.owner.refusals = (NO,)
    with pytest.raises(Refused, match=NO.reason):
        house.end()
    with house.trial.session() as (session, actor):
        assert cases.open_case(session, actor, house.case.id, "overview")[0].state == "begun"


def test_hook_check_handover(house):
    house.share()
    assert house.owner.asked == [(house.case.id, Agency.POLICE)]
    assert house.other.asked == []


def test_hook_check_handover_refuses_to_tell_the_police(house):
    house.owner.refusals = (NO,)
    with pytest.raises(Refused) as refused:
        house.share()
    assert refused.value.refusals == (NO,)
    with house.trial.session() as (session, actor):
        case, _decision = cases.open_case(session, actor, house.case.id, "sharing")
        assert sharing.of_case(session, case) == []


def test_hook_event(house):
    with house.trial.session() as (session, actor):
        entries.sign(session, house.registry, actor, house.case.id, "note", {"text": "Hej"})
        session.flush()
        assert house.owner.told == [], "told before it was committed"
    (event,) = house.owner.told
    assert (event.name, event.case.id, event.case.signed_forms) == ("entry:signed", house.case.id, {"note"})
    house.end()
    assert [event.name for event in house.owner.told] == ["entry:signed", "step:taken"]
    assert house.owner.told[-1].case.state == "ended"
    assert house.other.told == []


def test_hook_event_is_forgotten_when_the_deed_is_undone(house):
    def sign_and_break() -> None:
        with house.trial.session() as (session, actor):
            entries.sign(session, house.registry, actor, house.case.id, "note", {"text": "Hej"})
            raise TimeoutError

    with pytest.raises(TimeoutError):
        sign_and_break()
    house.share()  # commits, and has no event of its own
    assert house.owner.told == []


def test_hook_event_that_fails_is_logged_without_its_words_and_undoes_nothing(house, caplog):
    house.owner.fails = True
    with caplog.at_level(logging.ERROR, "casework"):
        house.note()
    assert house.notes() == 1
    assert caplog.messages == ["plugin_event_failed owner entry:signed LookupError"]
    assert "KX" not in caplog.text


def test_a_plugin_hears_facts_and_never_a_row(house):
    house.note()
    (told,) = house.owner.told
    assert type(told) is Event
    assert isinstance(told.case.signed_forms, frozenset)
    with pytest.raises(AttributeError):
        told.case.state = "ended"  # type: ignore[misc]
