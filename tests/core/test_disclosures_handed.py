"""A disclosure that asks its recipient to act: it lies in their inbox, and they take it on, decline it or answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import (
    access,
    clock,
    deputies,
    disclosed,
    disclosures,
    handover_steps,
    handovers,
    received,
    teams,
)
from casework.core.actions import Action
from casework.core.db import new_id
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Disclosure, Handover
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, consented, withdraw
from tests.core.disclosing import assessed, decided, inbox, kept, on_consent, performed, read, refused, wish
from tests.core.handing import Hand, acts, second_at_the_police, told
from tests.worlds import World

SPOKEN = {"oral_on": TODAY, "until": None}
SAID = "Vi ringer i morgon."


def handed(world: World, case: str, **changed: object) -> tuple[Disclosure, str]:
    """A disclosure to the police officer that asks for an answer; it, and the id of its handover."""
    made = assessed(world, case, wish(world, case, **({"wants_answer": True} | changed)))
    return made, handover_of(world, made)


def handover_of(world: World, made: Disclosure) -> str:
    with world.session() as session:
        return session.scalars(select(Handover.id).where(Handover.disclosure_id == made.id)).one()


def waits(world: World, who: str = "erik") -> list[str]:
    with world.acting(who) as (session, actor):
        found = handovers.inbox(session, actor)
        assert handovers.waiting(session, actor) == len(found.waiting)
        return [one.id for one in (*found.waiting, *found.held)]


def became(world: World, case: str, made: Disclosure) -> tuple[str, str, str]:
    """What became of it, as the officer reads it: where it stands, and code and words of what was said."""
    shown = kept(world, case, made)
    assert shown.handover is not None
    code, words = ("", "") if shown.reply is None else (shown.reply.code, shown.reply.words)
    return shown.handover.state, code, words


def end(world: World, case: str, made: Disclosure, who: str = "maja") -> None:
    with world.acting(who) as (session, actor):
        disclosures.end(session, actor, case, made.id)


def answer(world: World, handover_id: str, who: str = "erik", token: str = "") -> None:
    with world.acting(who) as (session, actor):
        handover_steps.answer(session, actor, handover_id, "words", SAID, token=token or new_id())


def take_on(world: World, handover_id: str, who: str = "erik", token: str = "") -> None:
    with world.acting(who) as (session, actor):
        handover_steps.take_on(session, actor, handover_id, token=token or new_id())


def test_it_lies_in_the_inbox_with_sender_and_time_and_is_read_nowhere_before_it_is_opened(world):
    made, sent = handed(world, world.case())
    assert (waits(world), inbox(world), read(world, made)) == ([sent], [], None)
    with world.acting("erik") as (session, erik):
        cover = handovers.cover(session, erik, sent)
        assert not received.is_there(session, erik, made.id)
        with pytest.raises(NotFound):
            handovers.read(session, erik, sent)
    assert (cover.sender_agency, cover.sender_unit, cover.is_disclosed) == ("social_services", "", True)
    assert told(world, "erik") == {"handover_waits"}


def test_opening_is_the_receipt_and_shows_exactly_what_was_frozen(world):
    made, sent = handed(world, case := world.case())
    Hand(world).open(sent, "erik")
    shown = kept(world, case, made)
    assert shown.content is not None and Hand(world).text(sent, "erik").encode() == shown.content.as_bytes()
    row = Hand(world).row(sent)
    assert (row.state, row.opened_at, row.digest) == ("opened", shown.made.opened_at, made.content_hash)
    assert (row.body, row.kept) == (None, None)


def test_what_asks_for_no_answer_is_read_as_before(world):
    made = assessed(world, world.case())
    assert (told(world, "erik"), waits(world), inbox(world)) == ({"received_waits"}, [], [made.id])


def test_it_is_taken_on_and_answered_and_the_sender_reads_the_answer_in_the_case(world):
    made, sent = handed(world, case := world.case())
    Hand(world).open(sent, "erik")
    take_on(world, sent)
    assert (became(world, case, made), told(world, "maja")) == (("accepted", "", ""), {"handover_kept"})
    answer(world, sent)
    assert became(world, case, made) == ("answered", "words", SAID)
    content = kept(world, case, made).content
    assert content is not None and Hand(world).text(sent, "erik").encode() == content.as_bytes()
    assert {"handover:sent", "handover:opened", "handover:accepted", "handover:answered"} <= {*acts(world, sent)}


def test_it_is_declined_with_a_reason_that_the_sender_reads_and_is_read_no_more(world):
    made, sent = handed(world, case := world.case())
    Hand(world).open(sent, "erik")
    Hand(world).decline(sent, "erik", "other", SAID)
    assert became(world, case, made) == ("declined", "other", SAID)
    assert (waits(world), inbox(world), read(world, made)) == ([], [], None)
    with pytest.raises(NotFound):
        Hand(world).text(sent, "erik")


def test_each_step_that_is_sent_twice_is_taken_once(world):
    _made, sent = handed(world, world.case())
    for _twice in range(2):
        Hand(world).open(sent, "erik")
    for step in (take_on, answer):
        token = new_id()
        for _twice in range(2):
            step(world, sent, token=token)
        with pytest.raises(Conflict):
            step(world, sent)
    done = acts(world, sent)
    assert [done.count(one) for one in ("handover:opened", "handover:accepted", "handover:answered")] == [1, 1, 1]


def test_it_is_taken_back_until_it_is_opened_and_then_nobody_has_read_it(world):
    made, sent = handed(world, case := world.case())
    end(world, case, made)
    end(world, case, made)
    assert (Hand(world).row(sent).state, Hand(world).row(sent).opened_at, waits(world)) == ("taken_back", None, [])
    with pytest.raises(NotFound):
        Hand(world).open(sent, "erik")
    assert acts(world, sent).count("handover:taken_back") == 1 and kept(world, case, made).state == "closed"


def test_what_was_opened_is_ended_and_not_taken_back(world):
    made, sent = handed(world, case := world.case())
    Hand(world).open(sent, "erik")
    end(world, case, made)
    assert (Hand(world).row(sent).state, waits(world)) == ("opened", [])
    for step in (take_on, answer):
        with pytest.raises(NotFound):
            step(world, sent)
    with pytest.raises(NotFound):
        Hand(world).text(sent, "erik")


@pytest.mark.parametrize("is_opened", [False, True])
def test_a_withdrawn_consent_closes_what_was_handed_over_at_once(world, is_opened):
    consent = consented(world, case := world.case())
    made = assessed(world, case, on_consent(world, case, wants_answer=True))
    sent = handover_of(world, made)
    if is_opened:
        Hand(world).open(sent, "erik")
    withdraw(world, case, consent)
    assert (waits(world), Hand(world).row(sent).state) == ([], "opened" if is_opened else "taken_back")
    for reads in (Hand(world).text, Hand(world).open):
        with pytest.raises(NotFound):
            reads(sent, "erik")


def test_it_is_over_with_its_last_day(world):
    made, sent = handed(world, case := world.case())
    Hand(world).open(sent, "erik")
    world.clock.move(days=15)
    assert (waits(world), kept(world, case, made).state) == ([], "closed")
    with pytest.raises(NotFound):
        take_on(world, sent)


def test_nobody_but_the_one_it_names_reaches_it_nor_who_stands_in_for_them(world):
    petra = second_at_the_police(world)
    with world.acting("erik") as (session, erik):
        today = clock.today(session.now)
        deputies.name(session, erik, petra, today, today)
    _made, sent = handed(world, world.case())
    assert (told(world, "petra"), told(world, "erik")) == (set(), {"handover_waits"})
    Hand(world).open(sent, "erik")
    for who in ("petra", "pia", "ida", "maja", "fia"):
        for reads in (Hand(world).text, Hand(world).open):
            with pytest.raises(NotFound):
                reads(sent, who)
        assert sent not in waits(world, who)


def test_it_is_passed_on_to_nobody(world):
    second_at_the_police(world)
    _made, sent = handed(world, world.case())
    Hand(world).open(sent, "erik")
    with pytest.raises(Refused):
        Hand(world).pass_on(sent, "petra", "erik")


def test_who_sent_it_and_has_left_the_case_learns_nothing_of_the_answer(world):
    made, sent = handed(world, case := world.case())
    with world.acting("maja") as (session, maja):
        assert handovers.sent(session, maja) == []
        for reads in (handovers.read_sent, handovers.read_reply):
            with pytest.raises(NotFound):
                reads(session, maja, sent)
        with pytest.raises(NotFound):
            handover_steps.take_back(session, maja, sent, token=new_id())
    Hand(world).open(sent, "erik")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["maja"])
    answer(world, sent)
    assert "handover_kept" not in told(world, "maja")
    with pytest.raises(NotFound):
        kept(world, case, made)


@pytest.mark.parametrize("changed", [{"recipient": "prosecutor", "outside": "Åklagare i tjänst"}, SPOKEN])
def test_only_somebody_who_reads_it_here_is_asked_to_answer(world, changed):
    assert "wants_answer" in refused(world, world.case(), wants_answer=True, **changed)


def test_it_is_handed_over_when_what_was_decided_is_performed_and_not_before(world):
    case = world.case()
    made = assessed(world, case, wish(world, case, wants_answer=True, harm="maybe", decider=world.ids["ulf"]))
    decided(world, made, "ulf", granted=True)
    assert waits(world) == []
    performed(world, case, made)
    assert waits(world) == [handover_of(world, made)]


def test_a_correction_takes_back_what_nobody_has_opened(world):
    made, sent = handed(world, case := world.case())
    newer, also = handed(world, case, corrects=made.id)
    assert (Hand(world).row(sent).state, waits(world)) == ("taken_back", [also])
    assert kept(world, case, newer).state == "performed"


def test_what_was_declined_is_counted_as_read_by_nobody(world):
    _made, sent = handed(world, case := world.case())

    def live() -> int:
        with world.acting("maja") as (session, actor):
            row, decision = access.of_case(session, actor, Permission.CASE_READ, case, Action.CASE_OPENED)
            return disclosed.live(decision, row)

    Hand(world).open(sent, "erik")
    assert live() == 1
    Hand(world).decline(sent, "erik", "wrong_recipient")
    assert live() == 0
