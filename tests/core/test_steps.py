"""Steps: every one of the avhoppare workflow can be taken by somebody, and only when it lacks nothing."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from casework.core import access, access_rows, cases, deciders, entries, persons, steps
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import CaseMember, Entry, StateChange
from tests.answers import ANSWERS
from tests.worlds import REGISTRY, World, personal_number

WHO = {"H": "maja", "FS": "fia", "EC": "vilma", "U": "ulf"}


@pytest.fixture
def case(world: World) -> str:
    """A case in which officers of every level are named."""
    made = world.case("maja")
    for who in ("fia", "ulf"):
        world.name(made, who, "co_officer")
    _name_vilma(world, made)
    return made


def _name_vilma(world: World, case: str) -> None:  # no other lead of the unit could do it
    with world.acting("ida") as (session, _ida):
        session.add(
            CaseMember(
                case_id=case, account_id=world.ids["vilma"], role="co_officer", valid_from=session.now, named_by="x"
            )
        )
        session.flush()
        access.refresh(session, case)


WALKS = {
    "to_the_end": """
        begin_assessment +initial_assessment request_consent +consent_note accept_consent +needs
        +investigation_summary finish_investigation +decision_note grant +agreement +safety start_support
        follow_up +followup continue_support follow_up +followup go_to_aftercare close reopen
    """,
    "without_exchange": "begin_assessment +initial_assessment request_consent continue_without_exchange",
    "at_once": "begin_assessment +initial_assessment open_investigation",
    "opened_while_waiting": "begin_assessment +initial_assessment request_consent open_investigation",
    "not_opened": "begin_assessment +initial_assessment do_not_open",
    "placement_of_minor": """
        begin_assessment +initial_assessment open_investigation +needs +investigation_summary finish_investigation
        +decision_note:outcome=granted_placement_of_minor grant_placement_of_minor
    """,
    "rejected": """
        begin_assessment +initial_assessment open_investigation +needs +investigation_summary finish_investigation
        +decision_note:outcome=rejected,appeal_information=yes reject
    """,
    "breach": """
        begin_assessment +initial_assessment open_investigation +needs +investigation_summary finish_investigation
        +decision_note grant +agreement +safety start_support register_deviation +deviation_assessment
        continue_after_breach register_deviation +deviation_assessment protection.protect_after_breach
        +protection_assessment protection.assess_protection protection.end_protection protection.start_protection
        +protection_assessment protection.assess_protection protection.end_protection
        +relocation_decision relocation.start_relocation +relocation relocation.settle_relocation
        relocation.end_relocation relocation.start_relocation relocation.cancel_relocation
        register_deviation +deviation_assessment close_after_breach
    """,
    "paused": "pause resume pause transfer",
}


def walk(world: World, case: str, way: str) -> list[str]:
    """Take the steps of a way, each as somebody of just its level, signing what stands between them."""
    taken = []
    for word in way.split():
        world.clock.move(minutes=1)
        if word.startswith("+"):
            form, _colon, changed = word[1:].partition(":")
            given = dict(one.split("=") for one in changed.split(",")) if changed else {}
            world.sign("maja", case, form, _present(world, case, form), sealed=False, **given)
            continue
        level = max(one.level for one in world.kind.workflow.transitions if steps.key_of(one) == word)
        world.take(WHO[level], case, word, reason="Skälet i ord")
        taken.append(word)
        with world.session() as session:
            assert access_rows.differences(session) == []
    return taken


def _present(world: World, case: str, form: str) -> str | None:
    if world.kind.form(form).many:
        return None
    with world.session() as session:
        found = entries.current(session, world.get(session, case), form)
        return found[0].id if found else None


@pytest.mark.parametrize("way", WALKS)
def test_every_step_of_a_way_can_be_taken_by_somebody_of_its_level(world, case, way):
    taken = walk(world, case, WALKS[way])
    with world.session() as session:
        history = cases.history(session, world.get(session, case))
        assert [one.transition for one in history if one.track or one.transition != "protect_after_breach"][1:] == [
            name.partition(".")[2] or name for name in taken
        ]
        main = [one for one in history if one.track is None]
        assert all(one.target == after.source for one, after in itertools.pairwise(main))


def test_the_ways_take_every_step_there_is(world):
    keys = {steps.key_of(one) for one in world.kind.workflow.transitions}
    walked = {word for way in WALKS.values() for word in way.split() if not word.startswith("+")}
    assert keys - walked == {"open_consultation", "register"}


def sources(name: str) -> list[str]:
    flow = REGISTRY.areas["avhoppare"].case_type("avhopp").workflow
    return [str(one.source) for one in flow.transitions if one.name == name and one.source]


@pytest.mark.parametrize(
    ("name", "source"), [(name, s) for name in ("close", "pause", "transfer") for s in sources(name)]
)
def test_closing_pausing_and_transferring_is_possible_from_wherever_it_is_declared(world, case, name, source):
    with world.session() as session:
        row = world.get(session, case)
        row.state = source
        if source == "consultation":
            row.subject_id = None
    if source == "consultation" and name != "close":
        return  # offered once the person is known
    level = {"close": "FS", "pause": "FS", "transfer": "EC"}[name]
    moved = world.take(WHO[level], case, name, reason="Skälet")
    assert moved.state == {"close": "closed", "pause": "paused", "transfer": "transferred"}[name]


def test_a_consultation_becomes_a_case_when_the_person_is_known(world):
    case = world.case("maja", state="consultation")
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "steps")
        assert {steps.key_of(one.transition) for one in steps.available(decision, REGISTRY, opened)} == {
            "register",
            "close",
        }
    with pytest.raises(Refused, match="vem ärendet gäller"):
        world.take("maja", case, "register")
    with world.acting("maja") as (session, maja):
        person = persons.add(session, maja, "Gösta Exempelsson", personal_number(99))
        version = world.get(session, case).version
        moved = steps.take(
            session,
            REGISTRY,
            maja,
            case,
            "register",
            seen_version=version,
            answers=ANSWERS["registration"],
            subject=person,
        )
        assert (moved.state, moved.subject_id) == ("received", person.id)


@pytest.mark.parametrize(
    ("way", "key", "who", "words"),
    [
        ("begin_assessment", "request_consent", "maja", "Lämna informationsbladet"),
        ("begin_assessment", "open_investigation", "fia", "ansökan eller att det gäller ett barn"),
        ("begin_assessment +initial_assessment request_consent", "accept_consent", "maja", "samtycke som gäller i dag"),
        ("begin_assessment +initial_assessment open_investigation", "finish_investigation", "maja", "utredningen"),
        (
            "begin_assessment +initial_assessment open_investigation +investigation_summary",
            "finish_investigation",
            "maja",
            "personens behov",
        ),
    ],
)
def test_a_guard_refuses_with_its_own_words(world, case, way, key, who, words):
    walk(world, case, way)
    with pytest.raises(Refused, match=words):
        world.take(who, case, key)


def test_a_consent_that_does_not_hold_today_is_no_consent(world, case):
    walk(world, case, "begin_assessment +initial_assessment request_consent")
    world.sign("maja", case, "consent_note", valid_from="2026-10-01", valid_until="2026-11-23")
    world.sign("maja", case, "consent_note", valid_from="2026-11-25", valid_until="2027-11-23")
    with pytest.raises(Refused, match="samtycke"):
        world.take("maja", case, "accept_consent")
    world.clock.move(days=1)
    world.take("maja", case, "accept_consent")


def test_what_was_written_in_an_earlier_round_does_not_let_the_next_through(world, case):
    walk(world, case, WALKS["breach"].partition("register_deviation")[0] + " register_deviation +deviation_assessment")
    walk(world, case, "protection.protect_after_breach +protection_assessment protection.assess_protection")
    walk(world, case, "protection.end_protection +deviation_assessment register_deviation")
    for key in ("continue_after_breach", "protection.protect_after_breach"):
        with pytest.raises(Refused, match="hotet mot andra"):
            world.take("vilma", case, key)


@pytest.mark.parametrize("who", ["maja", "fia"])
def test_a_step_above_ones_level_is_refused(world, case, who):
    walk(world, case, "begin_assessment +initial_assessment open_investigation +needs +investigation_summary")
    walk(world, case, "finish_investigation +decision_note")
    with pytest.raises(Refused, match="högre beslutsnivå"):
        world.take(who, case, "grant")


def test_who_is_asked_for_one_decision_takes_no_other_step(world):
    case = world.case("maja")
    walk(world, case, "begin_assessment +initial_assessment")
    with world.acting("maja") as (session, maja):
        deciders.ask(
            session, REGISTRY, maja, case, "open_investigation", world.ids["fia"], ["initial_assessment"], "Beslut"
        )
    with pytest.raises(Refused):
        world.take("fia", case, "do_not_open", reason="Skälet")
    assert world.take("fia", case, "open_investigation").state == "investigation"


def test_a_reason_is_asked_for_and_kept_sealed(world, case):
    walk(world, case, "begin_assessment +initial_assessment")
    with pytest.raises(Refused) as refused:
        world.take("fia", case, "do_not_open", reason="  ")
    assert refused.value.refusals[0].field == "reason"
    world.take("fia", case, "do_not_open", reason="Bor i annan kommun")
    with world.session() as session:
        change = session.scalars(select(StateChange).where(StateChange.transition == "do_not_open")).one()
        assert b"annan" not in change.reason.blob


def test_a_step_that_fills_a_form_is_not_taken_without_it(world, case):
    seen = world.version(case)
    with pytest.raises(Refused, match="formuläret"), world.acting("fia") as (session, fia):
        steps.take(session, REGISTRY, fia, case, "close", seen_version=seen)
    with world.session() as session:
        assert world.get(session, case).state == "received" and session.scalars(select(Entry)).all() == []


def test_a_refused_step_leaves_nothing_behind(world, case):
    walk(world, case, "begin_assessment protection.start_protection")
    with pytest.raises(Refused, match="skyddsbedömningen"):
        world.take("fia", case, "close")
    with world.session() as session:
        assert session.scalars(select(Entry)).all() == []


def test_a_step_from_a_page_that_is_no_longer_true_is_a_conflict(world, case):
    seen = world.version(case)
    world.sign("fia", case, "note")
    with pytest.raises(Conflict), world.acting("maja") as (session, maja):
        steps.take(session, REGISTRY, maja, case, "begin_assessment", seen_version=seen)


def test_a_step_that_does_not_lead_on_from_here_does_not_exist(world, case):
    seen = world.version(case)
    for key in ("grant", "nothing", "protection.end_protection"):
        with pytest.raises(NotFound), world.acting("maja") as (session, maja):
            steps.take(session, REGISTRY, maja, case, key, seen_version=seen)


def test_a_paused_case_goes_back_to_where_it_was(world, case):
    walk(world, case, "begin_assessment pause")
    moved = world.take("fia", case, "resume")
    assert (moved.state, moved.resumes_to) == ("initial", None)
    with world.session() as session:
        row = world.get(session, case)
        row.state, row.resumes_to = "paused", None
    assert world.take("fia", case, "resume").state == "active"


def test_a_reopened_case_is_a_new_period_of_the_same_case(world, case):
    walk(world, case, "begin_assessment close")
    with world.session() as session:
        closed = world.get(session, case)
        assert (closed.is_open, closed.period, str(closed.closed_on)) == (False, 1, "2026-11-24")
    walk(world, case, "reopen")
    with world.session() as session:
        again = world.get(session, case)
        assert (again.is_open, again.period, again.closed_on, again.state) == (True, 2, None, "received")
        assert [one.period for one in cases.history(session, again)] == [1, 1, 1, 2]


def test_only_what_can_be_taken_from_here_is_offered_with_what_it_lacks(world, case):
    walk(world, case, "begin_assessment")
    with world.acting("maja") as (session, maja):
        opened, decision = cases.open_case(session, maja, case, "steps")
        found = {steps.key_of(one.transition): one for one in steps.available(decision, REGISTRY, opened)}
    assert set(found) == set(
        "request_consent do_not_open open_investigation close pause transfer protection.start_protection".split()
    )
    assert not found["close"].actor_may and found["request_consent"].actor_may
    assert found["request_consent"].lacks and not found["protection.start_protection"].lacks
