"""Reading: what is sealed stays so until somebody named opens it with a reason, and only for a while."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import access, cases, deciders, drafts, entries, municipality_settings, reading, vault
from casework.core.actions import Action
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, Unsealing
from casework.core.permissions import Permission
from casework.core.registry import Registry
from tests.worlds import REGISTRY, World


def read(world: World, who: str, case: str, registry: Registry = REGISTRY) -> dict[str, reading.Reading]:
    with world.acting(who) as (session, actor):
        opened, decision = cases.open_case(session, actor, case, "forms")
        return {
            one.entry.form: one for one in reading.read(decision, registry, opened, entries.current(session, opened))
        }


def unseal(world: World, who: str, case: str, entry: str, field: str, reason: str = "contact", words: str = "") -> None:
    with world.acting(who) as (session, actor):
        reading.unseal(session, actor, case, entry, field, reason, words)


def words(world: World, who: str, case: str, form: str, field: str) -> str | None:
    return next(one.words for one in read(world, who, case)[form].answers if one.field == field)


def test_an_entry_is_shown_in_the_words_of_its_form(world):
    case = world.case()
    world.sign("maja", case, "note")
    shown = read(world, "maja", case)["note"]
    assert shown.author == "Maja Testlind"
    assert shown.form is not None and shown.answer("heading") == "Samtal"
    assert all(one.label != one.field for one in shown.answers)
    assert shown.answer("event_date") == "24 november 2026"


def test_a_sealed_answer_is_not_shown_until_it_is_opened_and_only_for_five_minutes(world):
    case = world.case()
    entry = world.sign("maja", case, "threat")
    assert words(world, "maja", case, "threat", "threat_summary") is None
    unseal(world, "maja", case, entry, "threat_summary")
    assert words(world, "maja", case, "threat", "threat_summary") == "Hotad av tidigare vänner"
    assert words(world, "maja", case, "threat", "threat_level") is None
    world.clock.move(minutes=5, microseconds=-1)
    assert words(world, "maja", case, "threat", "threat_summary") == "Hotad av tidigare vänner"
    world.clock.move(microseconds=1)
    assert words(world, "maja", case, "threat", "threat_summary") is None


def test_a_municipality_may_choose_for_how_long_within_bounds(world):
    with world.session() as session:
        municipality_settings.choose(session, "sealed_minutes", 2)
        for minutes in (1, 16):
            with pytest.raises(Refused):
                municipality_settings.choose(session, "sealed_minutes", minutes)
    case = world.case()
    unseal(world, "maja", case, world.sign("maja", case, "threat"), "threat_level")
    world.clock.move(minutes=2)
    assert words(world, "maja", case, "threat", "threat_level") is None


def test_what_one_opened_stays_sealed_for_another(world):
    case = world.case()
    entry = world.sign("maja", case, "threat")
    world.name(case, "fia", "co_officer", may_unseal=True)
    unseal(world, "maja", case, entry, "threat_summary")
    assert words(world, "fia", case, "threat", "threat_summary") is None


def test_what_was_opened_can_be_sealed_again_at_once(world):
    case = world.case()
    unseal(world, "maja", case, world.sign("maja", case, "threat"), "threat_summary")
    with world.acting("maja") as (session, maja):
        reading.seal_again(session, maja, case)
    assert words(world, "maja", case, "threat", "threat_summary") is None


def test_only_who_is_named_for_it_opens_what_is_sealed(world):
    case = world.case()
    entry = world.sign("maja", case, "threat")
    world.name(case, "fia", "co_officer", may_unseal=False)
    with pytest.raises(Refused, match="namngivna"):
        unseal(world, "fia", case, entry, "threat_summary")
    with pytest.raises(NotFound):
        unseal(world, "sven", case, entry, "threat_summary")


@pytest.mark.parametrize(
    ("reason", "said", "field"), [("", "", "reason"), ("fun", "x", "reason"), ("other", " ", "words")]
)
def test_nothing_is_opened_without_a_reason(world, reason, said, field):
    case = world.case()
    entry = world.sign("maja", case, "threat")
    with pytest.raises(Refused) as refused:
        unseal(world, "maja", case, entry, "threat_summary", reason, said)
    assert refused.value.refusals[0].field == field
    assert words(world, "maja", case, "threat", "threat_summary") is None


def test_a_reason_in_words_is_sealed_and_the_record_holds_its_code(world):
    case = world.case()
    entry = world.sign("maja", case, "threat")
    unseal(world, "maja", case, entry, "threat_summary", "other", "Ringer mamman")
    with world.session() as session:
        opened = session.scalars(select(Unsealing)).one()
        assert b"mamman" not in opened.reason.blob
        row = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "sealed:opened", AuditEvent.object_kind == "entry")
        )
        (event,) = row.all()
        assert '"reason":"other"' in event.detail and "mamman" not in event.detail


@pytest.mark.parametrize("what", ["another_case", "missing_entry", "missing_field", "draft"])
def test_what_is_not_a_signed_answer_of_the_case_is_not_opened(world, what):
    case, other = world.case(), world.case()
    entry, field = world.sign("maja", case, "threat"), "threat_summary"
    if what == "another_case":
        entry = world.sign("maja", other, "threat")
    elif what == "missing_entry":
        entry = "A" * 22
    elif what == "missing_field":
        field = "no_go_areas"
    else:
        with world.acting("maja") as (session, maja):
            made = drafts.save(session, REGISTRY, maja, case, "threat", {field: ["x"]}, seen_version=0)
            entry = made.id
    with pytest.raises(NotFound):
        unseal(world, "maja", case, entry, field)


def test_who_decides_reads_the_forms_to_be_decided_only(world):
    case = world.case()
    world.sign("maja", case, "note")
    world.sign("maja", case, "initial_assessment")
    with world.acting("maja") as (session, maja):
        deciders.ask(session, REGISTRY, maja, case, "close", world.ids["fia"], ["initial_assessment"], "Beslut")
    assert set(read(world, "fia", case)) == {"initial_assessment"}
    with world.acting("fia") as (session, fia):
        opened, decision = cases.open_case(session, fia, case, "decide")
        (note,) = entries.current(session, opened, "note")
        assert entries.answers_of(decision, note) == {}


def test_a_decision_about_one_case_opens_nothing_of_another(world):
    case, other = world.case(), world.case()
    note = world.sign("maja", other, "note")
    with world.acting("maja") as (session, maja):
        _opened, decision = cases.open_case(session, maja, case, "overview")
        assert entries.answers_of(decision, world.entry(session, note)) == {}
        with pytest.raises(vault.StillSealed):
            cases.subject(decision, world.get(session, other))
        with pytest.raises(vault.StillSealed):
            vault.open_text(decision, other, "tasks", "x", "what", world.entry(session, note))


def test_a_list_gives_leave_to_show_names_and_nothing_else(world):
    case = world.case()
    note = world.sign("maja", case, "note")
    with world.acting("maja") as (session, maja):
        row = world.get(session, case)
        decision = access.of_listed(session, maja, Permission.CASE_LIST, [row], Action.CASES_LISTED)
        person = cases.subject(decision, row)
        assert person is not None and person.name == "Gösta Exempelsson"
        assert entries.answers_of(decision, world.entry(session, note)) == {}


def test_without_its_plugin_a_case_is_readable_under_the_stored_names(world):
    case = world.case()
    world.sign("maja", case, "note")
    shown = read(world, "maja", case, Registry({}))["note"]
    assert shown.form is None
    assert {one.label: one.words for one in shown.answers}["heading"] == "Samtal"


def test_reading_is_remembered_with_the_forms_that_were_read(world):
    case = world.case()
    world.sign("maja", case, "note")
    read(world, "maja", case)
    with world.session() as session:
        (row,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "entry:read")).all()
    assert (row.case_id, row.detail) == (case, '{"count":1,"forms":["note"]}')
