from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core import case_people, organisations
from casework.core.models import AgencyUnit
from casework.core.permissions import OPERATOR, Role
from casework.core.registration import Identified
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.worlds import KUMLA, VUXEN, personal_number


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_the_team_says_who_is_named_as_what_and_what_they_may_open(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven", "reader")
    said = words(desk.as_("maja").get(f"/arenden/{case}/team"))
    assert "Maja Testlind" in said and "Får öppna, med skäl" in said
    assert "Sven Provsson" in said and "Läsare" in said and "Ser inte" in said
    assert "Tilldela" not in said and "Namnge en kollega" not in said


def test_whoever_only_assigns_a_case_sees_what_the_list_says_and_no_other_part_of_it(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    desk.world.sign("maja", case, "note", heading="Hemligt samtal")
    vilma = desk.as_("vilma")
    page = vilma.get(f"/arenden/{case}/team")
    assert page.status_code == 200
    assert "2026-0001" in page.text and "Aktualiserad" in page.text and "Maja Testlind" in page.text
    for word in ("Personnummer", "Hemligt", "Journal", f"/arenden/{case}/delning"):
        assert word not in page.text
    assert words(page).count("Gösta Exempelsson") == 1  # as the list says it, and nothing more of the person
    assert vilma.get(f"/arenden/{case}").status_code == 404


def test_a_case_is_given_an_officer_and_the_one_before_leaves(desk: Desk):
    case = desk.world.case("maja")
    vilma, at = desk.as_("vilma"), f"/arenden/{case}/team/tilldela"
    page = vilma.get(at)
    assert "Vilma Dummy" not in case_desk.words(page)  # nobody gives a case to themselves
    answer = vilma.post(at, {"account": desk.world.ids["sven"], "version": hidden(page, "version")})
    assert answer.status_code == 303
    assert "Ärendet är tilldelat." in words(vilma.get(answer.location))
    assert desk.as_("maja").get(f"/arenden/{case}").status_code == 404
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 200


def test_a_case_that_changed_meanwhile_is_not_assigned_on_an_old_page(desk: Desk):
    case = desk.world.case("maja")
    vilma, at = desk.as_("vilma"), f"/arenden/{case}/team/tilldela"
    seen = hidden(vilma.get(at), "version")
    desk.world.sign("maja", case, "note")
    answer = vilma.post(at, {"account": desk.world.ids["sven"], "version": seen})
    assert answer.status_code == 422 and "Någon annan ändrade det här" in words(answer)
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 404


def test_a_colleague_is_named_until_a_day_with_every_choice_made(desk: Desk):
    case = desk.world.case("maja")
    vilma, at = desk.as_("vilma"), f"/arenden/{case}/team/namnge"
    empty = vilma.post(at, {"until": "nästa vecka"})
    for fault in ("Välj en kollega i listan.", "Välj vad personen ska kunna göra.", "Skriv datumet så här"):
        assert fault in vilma.error(empty)
    assert "nästa vecka" in empty.text
    chosen = {"account": desk.world.ids["sven"], "role": "reader", "may_unseal": "no", "until": "2026-12-31"}
    assert vilma.post(at, chosen).status_code == 303
    said = words(vilma.get(f"/arenden/{case}/team"))
    assert "Sven Provsson" in said and "31 dec" in said
    desk.world.clock.move(days=37, hours=12)
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 200
    desk.world.clock.move(days=1)
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 404


def test_ending_and_blocking_are_confirmed_first(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven")
    vilma = desk.as_("vilma")
    page = vilma.get(f"/arenden/{case}/team").text
    ends = [link.split('"')[0] for link in page.split('href="') if link.split('"')[0].endswith("/avsluta")]
    assert "Avsluta åtkomsten för" in vilma.get(ends[0]).text
    assert all(vilma.post(end).status_code == 303 for end in ends)
    assert desk.as_("sven").get(f"/arenden/{case}").status_code == 404
    at = f"/arenden/{case}/team/sparra"
    unsure = vilma.post(at, {"account": desk.world.ids["sven"]})
    assert "Kryssa i att det är rätt person." in vilma.error(unsure)
    assert vilma.post(at, {"account": desk.world.ids["sven"], "sure": "y"}).status_code == 303
    assert "Sven Provsson" in words(vilma.get(f"/arenden/{case}/team"))
    assert "Sven Provsson" not in words(vilma.get(f"/arenden/{case}/team/tilldela"))


def test_who_may_not_assign_gets_the_page_for_what_is_missing(desk: Desk):
    case = desk.world.case("maja")
    for part in ("tilldela", "namnge", "sparra", "vem-som-helst/avsluta"):
        assert desk.as_("maja").get(f"/arenden/{case}/team/{part}").status_code == 404
        assert desk.as_("berta").get(f"/arenden/{case}/team/{part}").status_code == 404  # another unit's lead


def test_whoever_assigns_it_sees_which_colleague_may_be_who_must_not_know(desk: Desk):
    case = desk.world.case("maja")
    desk.world.name(case, "sven", "co_officer")
    with desk.world.acting("sven") as (session, sven):
        one = Identified(personal_number(78).digits, "Maja Testlind", 0)
        case_people.add(session, sven, case, one, "counterpart", may_not_know=True)
    said = {who: words(desk.as_(who).get(f"/arenden/{case}/team")) for who in ("vilma", "maja", "sven")}
    assert [said[who].count("Pröva jäv") for who in ("vilma", "maja", "sven")] == [1, 0, 0]


def named_in(desk: Desk, *names: str) -> str:
    """A case in which people bear names that must not know of it."""
    case = desk.world.case("maja")
    desk.world.name(case, "sven", "co_officer")
    for nth, name in enumerate(names):
        with desk.world.acting("sven") as (session, sven):
            one = Identified(personal_number(78 + nth).digits, name, 0)
            case_people.add(session, sven, case, one, "counterpart", may_not_know=True)
    return case


def test_a_lead_who_may_be_meant_is_not_shown_whom_else_it_may_be(desk: Desk):
    case = named_in(desk, "Vilma Dummy", "Maja Testlind")
    page = desk.as_("vilma").get(f"/arenden/{case}/team")
    assert page.status_code == 200 and "Maja Testlind" in words(page) and "Pröva jäv" not in words(page)


def test_a_lead_sees_which_other_lead_of_the_unit_may_be_meant(desk: Desk):
    with desk.world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, desk.world.units[KUMLA, VUXEN]))
        organisations.grant(session, OPERATOR, desk.world.account(session, "berta"), Role.TEAM_LEAD, unit)
    case = named_in(desk, "Vilma Dummy")
    said = words(desk.as_("berta").get(f"/arenden/{case}/team"))
    assert "Pröva jäv Vilma Dummy kommer åt ärendet genom sin roll" in said
