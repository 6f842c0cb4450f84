"""The pages of linked files: what belongs together is shown, linked, created and parted by who sees both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import case_people
from casework.core.registration import Identified
from tests.core.linking import CHILD, OFFENDER, VICTIM, assign, file, link, number, seen
from tests.databases import Databases
from tests.web import link_desk
from tests.web.case_desk import Desk, words
from tests.worlds import KUMLA, VUXEN, personal_number


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from link_desk.opened(databases, tmp_path)


def test_two_files_are_linked_by_number_and_shown_on_both_first_pages(desk: Desk):
    adult, child = file(desk.world, VICTIM, "maja"), file(desk.world, CHILD, "maja")
    maja, at = desk.as_("maja"), f"/arenden/{adult}/hor-ihop"
    wrong = maja.post(f"{at}/ny", {"number": "2026-9999"})
    assert "Inget ärende stämmer" in maja.error(wrong) and "2026-9999" in wrong.text
    done = maja.post(f"{at}/ny", {"number": number(desk.world, child)})
    assert (done.status_code, done.headers["Location"]) == (303, at)
    assert "Ärendena hör nu ihop." in words(maja.get(at))
    assert f"Barnets ärende {number(desk.world, child)}" in words(maja.get(f"/arenden/{adult}"))
    assert f"Den våldsutsatta vuxnas ärende {number(desk.world, adult)}" in words(maja.get(f"/arenden/{child}"))


def test_who_does_not_see_both_sees_no_section_and_no_number(desk: Desk):
    adult, offender = file(desk.world, VICTIM, "maja"), file(desk.world, OFFENDER, "sven")
    link(desk.world, adult, offender)
    sven, maja, vilma = (desk.as_(who) for who in ("sven", "maja", "vilma"))
    assert "Hör ihop" not in sven.get(f"/arenden/{offender}").text
    assert number(desk.world, adult) not in sven.get(f"/arenden/{offender}/hor-ihop").text
    assert number(desk.world, offender) not in maja.get(f"/arenden/{adult}/hor-ihop").text
    assert f"/arenden/{adult}/hor-ihop" in vilma.get(f"/arenden/{adult}/team").text
    page = words(vilma.get(f"/arenden/{adult}/hor-ihop"))
    assert f"Våldsutövarens ärende {number(desk.world, offender)}" in page and "Mallström" not in page
    assert sven.get(f"/arenden/{offender}/hor-ihop/ny").status_code == 404


def test_a_childs_file_is_created_with_the_child_that_was_chosen(desk: Desk):
    adult = file(desk.world, VICTIM, "maja")
    with desk.world.acting("maja") as (session, maja):
        who = Identified(personal_number(80).digits, "Liten Mallström", 0)
        child = case_people.add(session, maja, adult, who, "child", may_not_know=False).person_id
    browser, at = desk.as_("maja"), f"/arenden/{adult}/hor-ihop/skapa/{CHILD}"
    page = browser.get(at)
    assert "Liten Mallström" in page.text and "checked" not in page.text
    asked = {"enhet": desk.world.units[KUMLA, VUXEN], "received_date": "2026-11-24"}
    wrong = browser.post(at, asked)
    assert "Välj vem ärendet gäller." in browser.error(wrong)
    assert browser.post(at, asked | {"person": child}).status_code == 303
    assert "Ärendet är registrerat och hör ihop med det här." in words(browser.get(f"/arenden/{adult}/hor-ihop"))
    made = seen(desk.world, "maja", adult)
    with desk.world.session() as session:
        assert [desk.world.get(session, one).subject_id for one in made] == [child]


def test_somebody_else_is_written_in_and_nothing_typed_is_lost(desk: Desk):
    adult = file(desk.world, VICTIM, "maja")
    browser, at = desk.as_("maja"), f"/arenden/{adult}/hor-ihop/skapa/{CHILD}"
    asked = {"enhet": desk.world.units[KUMLA, VUXEN], "received_date": "2026-11-24", "namn": "Ny Ungdomsson"}
    wrong = browser.post(at, asked | {"personnummer": "123", "skydd": "0"})
    assert "Kontrollera personnumret" in browser.error(wrong) and "Ny Ungdomsson" in wrong.text
    assert browser.post(at, asked | {"skydd": "0"}).status_code == 303


def test_the_offenders_file_is_offered_to_who_assigns_and_to_no_officer_of_the_family(desk: Desk):
    adult = file(desk.world, VICTIM, "maja")
    at = f"/arenden/{adult}/hor-ihop/skapa/{OFFENDER}"
    maja, vilma = desk.as_("maja"), desk.as_("vilma")
    assert at not in maja.get(f"/arenden/{adult}/hor-ihop").text and maja.get(at).status_code == 404
    page = vilma.get(at)
    assert "som personen har rätt att läsa" in words(page) and "Mallström" not in page.text
    asked = {"enhet": desk.world.units[KUMLA, VUXEN], "received_date": "2026-11-24"}
    asked |= {"namn": "Ny Påhittsson", "skydd": "0"}
    assert vilma.post(at, asked).status_code == 303
    assert "Det väntar på en egen handläggare." in words(vilma.get(f"/arenden/{adult}/hor-ihop"))
    [made] = seen(desk.world, "vilma", adult)
    assign(desk.world, made, "sven")
    assert desk.as_("sven").get(f"/arenden/{adult}").status_code == 404


def test_a_link_is_ended_after_a_question_and_what_is_not_there_leads_back(desk: Desk):
    adult, child = file(desk.world, VICTIM, "maja"), file(desk.world, CHILD, "maja")
    made = link(desk.world, adult, child, "maja")
    maja, at = desk.as_("maja"), f"/arenden/{adult}/hor-ihop"
    assert "Båda ärendena finns kvar" in words(maja.get(f"{at}/{made}/ta-bort"))
    assert maja.post(f"{at}/{made}/ta-bort", {}).status_code == 303
    assert "Länken är borttagen" in words(maja.get(at))
    again = maja.get(f"{at}/{made}/ta-bort")
    assert (again.status_code, again.headers["Location"]) == (303, at)


def test_a_colleague_from_the_other_side_is_refused_at_the_field_with_what_was_typed_left(desk: Desk):
    file(desk.world, VICTIM, "maja")
    offender = file(desk.world, OFFENDER, "sven")
    vilma, at = desk.as_("vilma"), f"/arenden/{offender}/team/tilldela"
    wrong = vilma.post(at, {"account": desk.world.ids["maja"]})
    assert wrong.status_code == 422
    assert "Kollegan har eller har haft ärenden om våldsutsatta." in vilma.error(wrong)
