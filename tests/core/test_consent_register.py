"""The register of consents: whose leave is needed, what it covers, and that it only goes forward."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.core import access, consent_endings, consent_register, consent_rules, tasks
from casework.core.actions import Action
from casework.core.consent_register import Answer
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import AuditEvent, CasePerson, Consent, StatusPermission
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, YES, ask, child, consented, covered, lacking, parts, wanted, withdraw
from tests.worlds import KUMLA


@pytest.mark.parametrize(
    ("age", "days", "who"),
    [
        (10, 0, ["guardian", "guardian"]),
        (15, 1, ["guardian", "guardian"]),
        (15, 0, ["subject", "guardian", "guardian"]),
        (18, 1, ["subject", "guardian", "guardian"]),
        (18, 0, ["subject"]),
        (40, 0, ["subject"]),
    ],
)
def test_whose_consent_is_needed_changes_on_the_fifteenth_and_eighteenth_birthday(world, age, days, who):
    case = child(world, age, days=days)
    assert lacking(world, case) == who and not covered(world, case).complete


def test_everybody_needed_must_have_given_theirs(world):
    case = child(world, 16)
    consented(world, case, "guardian", 0)
    consented(world, case)
    assert lacking(world, case) == ["guardian"] and not covered(world, case).complete
    consented(world, case, "guardian", 1)
    found = covered(world, case)
    assert found.complete and len(found.consents) == 3 and found.until == TODAY + timedelta(days=90)


@pytest.mark.parametrize("age", [10, 16])
def test_a_child_without_a_registered_guardian_is_never_covered(world, age):
    case = child(world, age, guardians=0)
    consented(world, case)
    assert not covered(world, case).complete


def test_a_consent_covers_the_agencies_and_kinds_it_names_and_no_other(world):
    case = world.case()
    consented(world, case, agencies=["police"], kinds=["status", "school"])
    assert covered(world, case, "police", "status", "school").complete
    assert not covered(world, case, "school", "status").complete
    assert not covered(world, case, "police", "status", "health").complete
    consented(world, case, agencies=["police"], kinds=["health"])
    found = covered(world, case, "police", "status", "health")
    assert found.complete and len(found.consents) == 2
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        assert not consent_rules.coverage(decision, row, "police", (), session.now).complete


def test_a_consent_holds_from_its_first_day_through_its_last(world):
    case = world.case()
    consented(world, case, valid_from=TODAY + timedelta(days=1), valid_until=TODAY + timedelta(days=2))
    told = []
    for _day in range(4):
        told.append(covered(world, case).complete)
        world.clock.move(days=1)
    assert told == [False, True, True, False]


@pytest.mark.parametrize("said", [None, Answer(given=False, how="oral", identity="known")])
def test_what_is_only_asked_for_or_refused_covers_nothing(world, said):
    case = world.case()
    ask(world, case, wanted(parts(world, case, "subject")[0]), said)
    assert not covered(world, case).complete


def test_what_was_covered_at_a_moment_can_be_told_after_it_was_withdrawn(world):
    case = world.case()
    consent = consented(world, case)
    given = world.clock.now
    world.clock.move(hours=1)
    withdraw(world, case, consent)
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        at = [given - timedelta(seconds=1), given, world.clock.now - timedelta(seconds=1), world.clock.now]
        told = [consent_rules.coverage(decision, row, "police", ("status",), moment).complete for moment in at]
    assert told == [False, True, True, False]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agencies": ()}, "agencies"),
        ({"agencies": ("church",)}, "agencies"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("everything",)}, "kinds"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_until": None}, "valid_until"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
        ({"valid_until": TODAY + timedelta(days=6 * 31 + 1)}, "valid_until"),
        ({"part": "relative"}, "giver"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_at_its_field(world, changed, field):
    case = world.case()
    with pytest.raises(Refused) as found:
        ask(world, case, wanted(parts(world, case, "subject")[0], **changed))
    assert {one.field for one in found.value.refusals} == {field}


def test_a_guardians_consent_ends_before_the_eighteenth_birthday(world):
    case = child(world, 18, days=10)
    guardian = parts(world, case, "guardian")[0]
    with pytest.raises(Refused):
        ask(world, case, wanted(guardian, "guardian", valid_until=TODAY + timedelta(days=10)))
    ask(world, case, wanted(guardian, "guardian", valid_until=TODAY + timedelta(days=9)))


def test_whoever_must_not_know_of_the_case_is_not_asked_and_still_needed(world):
    case = child(world, 10)
    guardian = parts(world, case, "guardian")[0]
    with world.acting("maja") as (session, maja):
        made = consent_register.draft(session, maja, case, wanted(guardian, "guardian"))
    with world.session() as session:
        session.scalars(select(CasePerson).where(CasePerson.person_id == guardian)).one().may_not_know = True
    with pytest.raises(Refused), world.acting("maja") as (session, maja):
        consent_register.request(session, maja, case, made.id)
    with pytest.raises(Refused):
        ask(world, case, wanted(guardian, "guardian"))
    consented(world, case, "guardian", 1)
    assert lacking(world, case) == ["guardian"]


def test_a_consent_only_goes_forward(world):
    case = world.case()
    consent = consented(world, case)
    with world.acting("maja") as (session, maja):
        for again in (consent_register.request, consent_register.discard):
            with pytest.raises(Conflict):
                again(session, maja, case, consent)
        with pytest.raises(Conflict):
            consent_register.answer(session, maja, case, consent, YES)
    withdraw(world, case, consent)
    with pytest.raises(Conflict):
        withdraw(world, case, consent)


def test_a_draft_can_be_thrown_away(world):
    case = world.case()
    subject = parts(world, case, "subject")[0]
    with world.acting("maja") as (session, maja):
        made = consent_register.draft(session, maja, case, wanted(subject))
        consent_register.discard(session, maja, case, made.id)
        assert consent_register.of_case(session, world.get(session, case)) == []


def test_who_may_not_know_the_case_and_who_takes_another_cases_consent_are_told_the_same(world):
    case, other = world.case(), world.case()
    consent = consented(world, case)
    told = []
    for who, where in (("sven", case), ("erik", case), ("maja", other)):
        with pytest.raises(NotFound) as found, world.acting(who) as (session, actor):
            consent_register.withdraw(session, actor, where, consent)
        told.append(str(found.value.args[:0]))
    assert len(set(told)) == 1 and covered(world, case).complete


BACKWARDS = [
    "state = 'draft'",
    "state = 'requested'",
    "state = 'refused'",
    "how = 'oral'",
    "valid_until = '2030-01-01'",
    "agencies = 'police,recreation,school'",
    "giver_id = case_id",
]


@pytest.mark.parametrize("change", BACKWARDS)
def test_the_database_itself_lets_no_consent_be_widened_or_taken_back(world, change):
    case = world.case()
    consented(world, case)
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(f"UPDATE consents SET {change} WHERE municipality = '1881'"))


def test_the_database_itself_brings_no_withdrawn_consent_back(world):
    case = world.case()
    withdraw(world, case, consented(world, case))
    for change in ("state = 'given', ended_at = NULL", "ended_by = NULL"):
        with pytest.raises(DBAPIError), world.session() as session:
            session.connection().execute(text(f"UPDATE consents SET {change} WHERE municipality = '1881'"))


def test_what_is_kept_names_no_kind_and_no_word_in_the_clear_and_the_record_says_no_content(world):
    case = world.case()
    consented(world, case, kinds=["addiction"], note="Inte om brodern Kalle")
    with world.session() as session:
        (row,) = session.scalars(select(Consent)).all()
        assert b"addiction" not in row.kinds.blob and row.note is not None and b"Kalle" not in row.note.blob
        detail = " ".join(session.scalars(select(AuditEvent.detail).where(AuditEvent.action.like("consent:%"))))
    assert '"state"' in detail and "addiction" not in detail and "Kalle" not in detail


def said_no(world, case, want, renews=None):
    return ask(world, case, want, Answer(given=False, how="oral", identity="known"), renews)


def to_do(world, case):
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        return [one.what for one in tasks.of_case(decision, row) if one.task.done_at is None]


def test_a_no_after_a_yes_to_the_same_takes_the_yes_back_and_stops_what_rests_on_it(world):
    case = world.case()
    giver = parts(world, case, "subject")[0]
    consented(world, case, agencies=["police"])
    shared = world.permit(case, ground="register", until=TODAY + timedelta(days=60))
    said_no(world, case, wanted(giver, agencies=["police", "school"], kinds=["status", "health"]))
    assert not covered(world, case, "police", "status").complete
    with world.session() as session:
        assert session.get_one(StatusPermission, (KUMLA, shared.id)).ended_at is not None
    assert set(to_do(world, case)) == {consent_endings.TELL, consent_endings.LACKS}


@pytest.mark.parametrize(
    ("agencies", "kinds"), [(["school"], ["status", "school"]), (["police"], ["health", "addiction"])]
)
def test_a_no_to_others_or_of_other_kinds_takes_nothing_back(world, agencies, kinds):
    case = world.case()
    consented(world, case, agencies=["police"])
    said_no(world, case, wanted(parts(world, case, "subject")[0], agencies=agencies, kinds=kinds))
    assert covered(world, case, "police", "status", "school").complete
    assert to_do(world, case) == [consent_endings.LACKS]


def test_somebody_elses_no_takes_nobodys_yes_back_and_a_no_to_a_renewal_takes_back_what_it_would_renew(world):
    case = child(world, 10)
    mother, father = parts(world, case, "guardian")
    held = consented(world, case, "guardian", 0, agencies=["police"])
    said_no(world, case, wanted(father, "guardian", agencies=["police"]))
    assert lacking(world, case) == ["guardian"] and len(covered(world, case).consents) == 1
    said_no(world, case, wanted(mother, "guardian", agencies=["school"], kinds=["leisure"]), renews=held)
    assert covered(world, case).consents == ()


def test_where_nothing_rested_on_what_is_withdrawn_the_officer_still_has_it_to_decide_about(world):
    case = world.case()
    withdraw(world, case, consented(world, case))
    assert to_do(world, case) == [consent_endings.LACKS]
