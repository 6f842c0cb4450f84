"""The pages of a question that a case has taken on: answered from the case, and read by who asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.handing import Hand
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.disclosure_desk import at, chosen, given


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def asked(desk: Desk) -> tuple[str, str]:
    """A question of Erik's in a case of Maja's: the question's id and the case's."""
    hand, case_id = Hand(desk.world), desk.world.case("maja")
    sent = hand.pass_on(hand.open(hand.question("erik")), "maja")
    hand.add(sent, case_id)
    return sent, case_id


def test_a_question_is_answered_in_its_case_and_who_asked_reads_it(desk: Desk):
    sent, case_id = asked(desk)
    maja, erik, page = desk.as_("maja"), desk.as_("erik"), f"/arenden/{case_id}/inkommet/{sent}"
    assert "Väntar på svar" in words(erik.get("/skickat")) and "Väntar på svar" in words(erik.get(f"/skickat/{sent}"))
    assert "Svara på frågan" in words(maja.get("/min-dag"))
    assert "Väntar på svar" in words(maja.get(f"/arenden/{case_id}/inkommet"))
    form = {"token": hidden(maja.get(page), "token"), "svar": "1", "code": "call"}
    wrong = maja.post(page, form)
    assert wrong.status_code == 422 and "Skriv numret som avsändaren ska ringa." in words(wrong)
    done = maja.post(page, form | {"phone": "019-00 00 00"})
    assert done.status_code == 303 and "Svaret är lämnat." in words(maja.get(done.location))
    assert "Ring oss, så tar vi det där. 019-00 00 00" in words(erik.get(f"/skickat/{sent}"))
    assert "Ring oss" in words(maja.get(page)) and 'name="code"' not in maja.get(page).text
    assert "Svara på frågan" not in words(maja.get("/min-dag"))


def test_a_disclosure_is_said_to_answer_the_question_and_shows_it(desk: Desk):
    sent, case_id = asked(desk)
    maja = desk.as_("maja")
    choices = re.findall(r'<select[^>]*name="answers".*?</select>', maja.get(at(case_id)).text, re.DOTALL)
    assert f'value="{sent}"' in choices[0] and "Frågan" in choices[0]
    assert given(maja, case_id, chosen(desk, answers=sent)).status_code == 303
    assert "Svaret finns bland det du har fått att läsa." in words(desk.as_("erik").get(f"/skickat/{sent}"))
    shown = maja.get(f"/arenden/{case_id}/inkommet/{sent}")
    assert "Svaret finns bland det du har fått att läsa." in words(shown)
