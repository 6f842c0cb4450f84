"""Who reviews whose acts, the sample nobody can choose, questions and answers, and a review that stays as signed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casework.core import (
    access,
    accounts,
    clock,
    emergencies,
    log_acts,
    log_items,
    log_review,
    log_sample,
    municipality_settings,
    organisations,
)
from casework.core.actions import Action
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, CaseMember, ConflictBlock, LogReview
from casework.core.permissions import OPERATOR, Role
from tests.core.log_looks import acts_of, look, reads
from tests.worlds import VUXEN, World


def listed(world: World, who: str, **chosen: object) -> list[str]:
    """The names of whose acts somebody's pages of the log hold, page after page."""
    names, after = [], None
    with world.acting(who) as (session, actor):
        while True:
            page = log_review.page(session, actor, log_review.Filters(**chosen), after)  # type: ignore[arg-type]
            names += [line.name for line in page.lines]
            after = page.following
            if after is None:
                return names


def another_reviewer(world: World, who: str) -> None:
    with world.session() as session:
        unit = next(one for one in organisations.units(session) if one.name == VUXEN)
        organisations.grant(session, OPERATOR, world.account(session, who), Role.LOG_REVIEWER, unit)


def newcomer(world: World, who: str) -> None:
    """A second log reviewer, with an account of their own."""
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun", "1881")
        account = accounts.add(session, OPERATOR, who, "Rut Revisdotter", employer)
        organisations.add_door(account, "1881")
        world.ids[who] = account.id
    another_reviewer(world, who)


def test_a_lead_reviews_the_units_staff_and_the_log_reviewer_everybody_and_nobody_themselves(world: World) -> None:
    own = world.case("maja")
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0001", "danger", "Larm")
    by_maja, by_jon = look(world, "maja", own), look(world, "jon", own)
    lead_named(world, own)
    by_lead = look(world, "vilma", own)
    assert [reads(world, who, by_maja) for who in ("vilma", "berta", "greta", "maja", "lo", "ida")] == [
        *(True, False, True, False, False, False)
    ]
    assert [reads(world, who, by_jon) for who in ("vilma", "berta", "greta")] == [False, True, True]
    assert [reads(world, who, by_lead) for who in ("vilma", "berta", "greta")] == [False, False, True]
    (mine,) = acts_of(world, "greta", Action.LOG_READ)[:1]
    assert not reads(world, "greta", mine)
    assert set(listed(world, "vilma")) <= {"Maja Testlind", "Sven Provsson", "Ida Intagslund"}
    assert "Vilma Dummy" in listed(world, "greta") and "Greta Granskare" not in listed(world, "greta")
    assert "Driften" not in listed(world, "greta")


def lead_named(world: World, case: str) -> None:
    """Name the lead in a case of the unit, past every rule."""
    with world.session() as session:
        member = CaseMember(case_id=case, account_id=world.ids["vilma"], role="reader", named_by="x")
        member.valid_from = session.now
        session.add(member)
        session.flush()
        access.refresh(session, case)


def test_two_reviewers_review_each_other_and_one_of_them_signs_first(world: World) -> None:
    newcomer(world, "rut")
    item = look(world, "maja", world.case("maja"))
    assert reads(world, "rut", item)
    (by_rut,) = acts_of(world, "rut", Action.LOG_READ)
    assert reads(world, "greta", by_rut) and not reads(world, "rut", by_rut)
    with world.acting("greta") as (session, greta):
        log_items.sign(session, greta, item, "in_order", "")
    with pytest.raises(Refused, match="redan signerad"), world.acting("rut") as (session, rut):
        log_items.sign(session, rut, item, "reported", "Nej")
    with world.acting("rut") as (session, rut):
        shown = log_items.read(session, rut, item)
    assert shown.review is not None and (shown.review.outcome, shown.reviewer) == ("in_order", "Greta Granskare")


def test_a_lead_who_was_staff_is_reviewed_by_the_posts_of_that_day(world: World) -> None:
    item = look(world, "sven", world.case("sven"))
    assert reads(world, "vilma", item)
    world.clock.move(days=1)
    with world.session() as session:
        unit = next(one for one in organisations.units(session) if one.name == VUXEN)
        organisations.grant(session, OPERATOR, world.account(session, "sven"), Role.TEAM_LEAD, unit)
    later = look(world, "sven", world.case("sven"))
    assert reads(world, "vilma", item) and not reads(world, "vilma", later)


def test_a_case_that_is_closed_to_the_reviewer_is_in_nothing_they_see(world: World) -> None:
    case, open_ = world.case("maja"), world.case("maja")
    item, other = look(world, "maja", case), look(world, "maja", open_)
    with world.session() as session:
        session.add(ConflictBlock(case_id=case, account_id=world.ids["greta"], made_at=session.now, made_by="x"))
        session.flush()
        access.refresh(session, case)
    assert not reads(world, "greta", item) and reads(world, "greta", other)
    with world.acting("greta") as (session, greta):
        page = log_review.page(session, greta, log_review.Filters(kind="opened"), None)
    assert "2026-0001" not in {line.number for line in page.lines}


def test_the_sample_is_the_same_for_everybody_as_large_as_was_chosen_and_of_the_month_that_is_over(
    world: World,
) -> None:
    held = [world.case("maja") for _ in range(3)]
    for _day in range(6):
        for case in held:
            look(world, "maja", case)
        world.clock.move(days=1)
    with world.session() as session:
        municipality_settings.choose(session, "sample_size", 5)
    drawn = sample(world)
    assert len(drawn) == 5 and drawn == sample(world)
    world.clock.move(days=30)
    for case in held:  # a later month leaves it as it is
        look(world, "maja", case)
    assert sample(world) == drawn
    shown = {}
    for who in ("greta", "vilma"):
        with world.acting(who) as (session, actor):
            world.clock.now = world.clock.now.replace(year=2026, month=12, day=15)
            shown[who] = log_review.overview(session, actor)
    assert [line.act.item for line in shown["greta"].sample] == [line.act.item for line in shown["vilma"].sample]
    assert shown["greta"].month == date(2026, 11, 1)


def test_what_was_left_of_a_sample_waits_before_the_next_until_it_is_signed(world: World) -> None:
    case = world.case("maja")
    for _day in range(3):
        look(world, "maja", case)
        world.clock.move(days=1)
    left = sample(world)
    world.clock.now = world.clock.now.replace(year=2027, month=1, day=15)
    with world.acting("greta") as (session, greta):
        assert [line.act.item for line in log_review.overview(session, greta).sample] == left
    with world.acting("greta") as (session, greta):
        log_items.sign(session, greta, left[0], "in_order", "")
    with world.acting("greta") as (session, greta):
        assert [line.act.item for line in log_review.overview(session, greta).sample] == left[1:]


def sample(world: World) -> list[str]:
    with world.session() as session:
        return [act.item for act in log_sample.of_month(session, date(2026, 11, 1))]


def test_what_is_drawn_hangs_on_a_key_and_a_month_and_no_act_knows_before(world: World) -> None:
    case = world.case("maja")
    for _day in range(20):  # of so many five in a row are drawn once in eight thousand times
        look(world, "maja", case)
        world.clock.move(minutes=5)
    with world.session() as session:
        municipality_settings.choose(session, "sample_size", 5)
        every = [act.item for act in log_acts.opened(session, AuditEvent.seq > 0, *november())]
    drawn = sample(world)
    assert set(drawn) < set(every) and drawn not in (every[:5], every[-5:])


def november():
    return clock.start_of(date(2026, 11, 1)), clock.start_of(date(2026, 12, 1))


def test_a_review_needs_an_outcome_and_words_and_stays_as_it_was_signed(world: World) -> None:
    item = look(world, "maja", world.case("maja"))
    for outcome, words in (("", ""), ("nej", "x"), ("follow_up", " "), ("reported", "")):
        with pytest.raises(Refused), world.acting("greta") as (session, greta):
            log_items.sign(session, greta, item, outcome, words)
    with world.acting("greta") as (session, greta):
        log_items.sign(session, greta, item, "reported", "Anmält till förvaltningschefen")
    with pytest.raises(Refused, match="redan signerad"), world.acting("vilma") as (session, vilma):
        log_items.ask(session, vilma, item, "Varför?")
    for statement in ("UPDATE log_reviews SET outcome = 'in_order'", "DELETE FROM log_reviews"):
        with pytest.raises(DBAPIError), world.session() as session:
            session.connection().execute(text(statement))
    with world.acting("greta") as (session, greta):
        shown = log_items.read(session, greta, item)
    assert shown.review is not None and shown.review.outcome == "reported"
    assert shown.finding == "Anmält till förvaltningschefen"


def test_the_database_too_refuses_a_review_of_ones_own_act(world: World) -> None:
    me, now = world.ids["greta"], world.clock.now
    review = {"item": "x", "lane": 0, "seq": 1, "act_at": now, "colleague_id": me, "kinds": "other"}
    with pytest.raises(DBAPIError), world.session() as session:
        session.add(LogReview(**review, outcome="in_order", signed_by=me, signed_at=now))


def test_nobody_without_the_right_sees_any_of_it(world: World) -> None:
    item = look(world, "maja", world.case("maja"))
    for who in ("maja", "ida", "lo", "erik", "pia"):
        for deed in (log_review.overview, lambda s, a: log_items.sign(s, a, item, "in_order", "")):
            with pytest.raises(NotFound), world.acting(who) as (session, actor):
                deed(session, actor)


def test_the_list_goes_on_page_after_page_and_filters_by_person_day_and_act(world: World) -> None:
    case = world.case("maja")
    for _ in range(log_review.PAGE + 5):
        look(world, "maja", case)
    assert listed(world, "greta", kind="opened") == ["Maja Testlind"] * (log_review.PAGE + 5)
    assert listed(world, "greta", person=world.ids["sven"]) == []
    assert listed(world, "greta", first=date(2026, 11, 25)) == []
    assert len(listed(world, "greta", last=date(2026, 11, 24), kind="opened")) == log_review.PAGE + 5
    assert "Maja Testlind" not in listed(world, "greta", kind="changed")


def test_a_name_of_an_act_that_is_none_is_answered_as_missing(world: World) -> None:
    for item in ("", "x", "finns-inte-alls-finns1", "å" * 22, "A" * 22):
        assert not reads(world, "greta", item)
