"""Two who do something with one handover at the same moment: one of them has done it, and it is done once."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select

from casework.core import handover_answers, handover_sending
from casework.core.db import new_id
from casework.core.disclosure_wish import Wish
from casework.core.errors import Conflict, NotFound
from casework.core.handover_replies import Contact
from casework.core.models import Case, Handover
from tests.core.at_once import Handicap, at_once
from tests.core.disclosing import assessed, kept, wish
from tests.core.handing import GIVEN, Hand, acts
from tests.core.test_disclosures_handed import end, handed, take_on, waits
from tests.worlds import World

pytestmark = [pytest.mark.prove, pytest.mark.parametrize("database_kind", ["postgres"])]  # SQLite has one writer


def cases(world: World) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def accept(hand: Hand, handover_id: str, who: str) -> str:
    """Open and take into a new case, as two clicks are."""
    hand.open(handover_id, who)
    assert hand.begin(handover_id, who) is not None
    return "accepted"


def take_back(hand: Hand, handover_id: str) -> str:
    hand.take_back(handover_id)
    return "taken_back"


def test_accepted_and_taken_back_at_once_is_one_of_them(world, size, figures):
    """Defect 1 of other systems: a recipient who works on what the sender believes to be taken back."""
    hand, seen, handicap = Hand(world), [], Handicap()
    for _round in range(rounds := size(10, 200)):
        before, sent = cases(world), hand.report()
        results = at_once(partial(accept, hand, sent, "ida"), partial(take_back, hand, sent), late=handicap.late)
        done = [one for one in results if isinstance(one, str)]
        assert len(done) == 1 and sum(isinstance(one, Conflict) for one in results) == 1, results
        row = hand.row(sent)
        assert row.state == done[0]
        assert (row.case_id is not None, cases(world) - before) == (
            (True, 1) if row.state == "accepted" else (False, 0)
        )
        if row.state == "taken_back":
            assert row.opened_at is None
            with pytest.raises(NotFound):
                hand.text(sent)
        seen.append(row.state)
        handicap.won(by_the_second=row.state == "taken_back")
    figures.update({"rounds": rounds, "taken back": seen.count("taken_back")})
    assert size(True, len(set(seen)) > 1), "nobody raced"


def test_two_who_accept_at_once_make_one_case(world, size, figures):
    hand, first = Hand(world), []
    for nth in range(rounds := size(10, 200)):
        before, sent = cases(world), hand.opened()
        people = ["ida", "jon"] if nth % 2 else ["jon", "ida"]
        results = at_once(*(partial(hand.begin, sent, who) for who in people))
        ids = [one for one in results if isinstance(one, str)]
        assert len(ids) == 1 and sum(isinstance(one, Conflict) for one in results) == 1, results
        assert (hand.row(sent).case_id, cases(world) - before) == (ids[0], 1)
        first.append(results[0] in ids)
    figures.update({"rounds": rounds, "won by the first": first.count(True)})


def test_accepted_and_assessed_without_a_case_at_once_is_one_of_them(world, size, figures):
    hand, seen = Hand(world), []
    for nth in range(rounds := size(10, 200)):
        before, sent = cases(world), hand.pass_on(hand.opened(), "fia")
        deeds = [partial(hand.begin, sent, "ida"), partial(hand.assess, sent)]
        results = at_once(*(deeds if nth % 2 else reversed(deeds)))
        assert sum(isinstance(one, Conflict) for one in results) == 1, results
        state = hand.row(sent).state
        assert cases(world) - before == (1 if state == "accepted" else 0)
        seen.append(state)
    figures.update({"rounds": rounds, "assessed": seen.count("assessed")})


def test_one_form_sent_twice_at_once_sends_one_report(world, size, figures):
    for _round in range(rounds := size(10, 200)):
        token = new_id()

        def send(token: str = token) -> str:
            with world.acting("pia") as (session, pia):
                return handover_sending.send(session, pia, "report", GIVEN, token=token).id

        results = at_once(send, send)
        with world.session() as session:
            found = session.scalars(select(Handover.id).where(Handover.token == token)).all()
        assert results == [*found, *found], results
    figures["rounds"] = rounds


def test_a_disclosure_accepted_and_taken_back_at_once_is_one_of_them(world, size, figures):
    """Either nobody has read it, or it was opened and accepted: and in both cases nobody reads it once it has ended."""
    hand, case, seen = Hand(world), world.case(), []
    handicaps = {"taken_back": Handicap(), "accepted": Handicap()}

    def accept_it(handover_id: str) -> str:
        hand.open(handover_id, "erik")
        take_on(world, handover_id)
        return "accepted"

    for nth in range(rounds := size(10, 200)):
        made, sent = handed(world, case)
        between = ("taken_back", "accepted")[nth % 2]  # which of two moments is raced about
        late = handicaps[between].late
        results = at_once(partial(accept_it, sent), partial(end, world, case, made), late=late)
        assert all(one is None or one == "accepted" or isinstance(one, (Conflict, NotFound)) for one in results), (
            results
        )
        end(world, case, made)  # who pressed at the same moment and was told so presses again
        row, told = hand.row(sent), kept(world, case, made)
        assert row.state in {"taken_back", "opened", "accepted"} and (row.state == "accepted") == (
            "accepted" in results
        )
        assert (row.opened_at, told.made.opened_at) == (None, None) or row.opened_at == told.made.opened_at
        assert (row.state == "taken_back") == (row.opened_at is None) and told.state == "closed"
        assert waits(world) == []
        with pytest.raises(NotFound):
            hand.text(sent, "erik")
        seen.append(row.state)
        handicaps[between].won(by_the_second=row.state != "accepted" if nth % 2 else row.state == "taken_back")
    states = {state.replace("_", " "): seen.count(state) for state in ("taken_back", "opened", "accepted")}
    figures.update({"rounds": rounds, **states})
    assert size(True, all(states.values())), "nobody raced"


def test_a_disclosure_accepted_twice_at_once_is_accepted_once(world, size, figures):
    hand, case = Hand(world), world.case()
    for _round in range(rounds := size(10, 200)):
        _made, sent = handed(world, case)
        hand.open(sent, "erik")
        results = at_once(partial(take_on, world, sent), partial(take_on, world, sent))
        assert [one for one in results if one is None] == [None] and acts(world, sent).count("handover:accepted") == 1
        assert sum(isinstance(one, Conflict) for one in results) == 1, results
    figures["rounds"] = rounds


def test_a_question_answered_twice_at_once_from_its_case_is_answered_once(world, size, figures):
    hand, case, seen = Hand(world), world.case(), []

    def answer(sent: str, code: str) -> str:
        with world.acting("maja") as (session, maja):
            said = Contact("019-00 00 00") if code == "call" else Contact()
            return handover_answers.answer(session, maja, case, sent, code, said, token=new_id()).answer_code or ""

    def disclose(want: Wish) -> str:
        assessed(world, case, want)
        return "disclosed"

    for nth in range(rounds := size(10, 200)):
        sent = hand.pass_on(hand.open(hand.question("erik")), "maja")
        hand.add(sent, case)
        other = partial(disclose, wish(world, case, answers=sent)) if nth % 3 == 0 else partial(answer, sent, "nothing")
        deeds = [partial(answer, sent, "call"), other]
        results = at_once(*(deeds if nth % 2 else reversed(deeds)))
        assert all(isinstance(one, (str, Conflict)) for one in results), results
        row = hand.row(sent)
        assert row.answer_code in results and acts(world, sent).count("handover:answered") == 1
        seen.append(row.answer_code)
    figures.update({"rounds": rounds, "by a call": seen.count("call"), "by a disclosure": seen.count("disclosed")})
