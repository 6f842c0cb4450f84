from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.core import activation, cases, entries, notices
from casework.core.models import Case, Entry, Person
from casework.core.permissions import OPERATOR
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden, words
from tests.web.conftest import Browser
from tests.worlds import BARN, KUMLA, VUXEN, personal_number

REGISTER = "/arenden/nytt?omrade=avhoppare&typ=avhopp&borjan=register"
CONSULT = "/arenden/nytt?omrade=avhoppare&typ=avhopp&borjan=open_consultation"


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def filled(desk: Desk, **changed: str) -> dict[str, str]:
    return {
        "omrade": "avhoppare",
        "typ": "avhopp",
        "borjan": "register",
        "personnummer": personal_number(77).shown,
        "namn": "Kim Påhittdotter",
        "skydd": "0",
        "enhet": desk.world.units[KUMLA, VUXEN],
        "received_date": "2026-11-24",
        "origin": "self",
        "conflict_checked": "yes",
        "child_in_household": "no",
        "matter": "Vill lämna gänget",
    } | changed


def send(who: Browser, fields: dict[str, str]):
    return who.post("/arenden/nytt", fields, page=REGISTER)


def how_many(desk: Desk) -> tuple[int, int]:
    with desk.world.session() as session:
        counted = [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Case, Person)]
    return counted[0], counted[1]


def test_the_first_page_offers_how_a_case_can_begin_in_each_area_that_is_on(desk: Desk):
    page = desk.as_("maja").get("/arenden/nytt").text
    links = [html.unescape(one) for one in re.findall(r'href="(/arenden/nytt\?[^"]+)"', page)]
    assert links == [CONSULT, REGISTER]
    assert "Registrera förfrågan" in page and "Aktualisera" in page
    with desk.world.session() as session:
        activation.disable(session, OPERATOR, "avhoppare")
    page = desk.as_("maja").get("/arenden/nytt").text
    assert "Inga moduler är på i kommunen" in page and "Aktualisera" not in page


def test_what_cannot_begin_leads_to_the_choice(desk: Desk):
    maja = desk.as_("maja")
    for query in ("omrade=x&typ=y&borjan=z", "omrade=avhoppare&typ=avhopp&borjan=close", "kvar=saknas"):
        assert "Välj hur ärendet börjar." in words(maja.get(f"/arenden/nytt?{query}"))


def test_an_officer_registers_a_person_and_comes_to_the_case(desk: Desk):
    maja = desk.as_("maja")
    done = send(maja, filled(desk))
    assert done.status_code == 303
    case_id = done.location.rpartition("/")[2]
    assert "Ärende 2026-0001 är registrerat. Du är handläggare." in words(maja.get(done.location))
    with desk.world.acting("maja") as (session, actor):
        case, decision = cases.open_case(session, actor, case_id, "overview")
        subject = cases.subject(decision, case)
        assert subject is not None and (subject.name, subject.number) == (
            "Kim Påhittdotter",
            personal_number(77).digits,
        )
        assert case.officer_id == actor.id and case.state == "received"
        entry = entries.current(session, case, "registration")[0]
        assert entries.answers_of(decision, entry)["matter"] == "Vill lämna gänget"
    assert maja.get(done.location).status_code == 200


def test_intake_registers_and_comes_to_the_list_with_a_receipt_shown_once(desk: Desk):
    ida = desk.as_("ida")
    done = send(ida, filled(desk))
    assert (done.status_code, done.location) == (303, "/arenden")
    page = ida.get("/arenden")
    assert "Ärendet är registrerat. Det väntar på en handläggare." in words(page)
    assert "Kim Påhittdotter" in page.text and "Ingen handläggare" in words(page)
    assert "Ärendet är registrerat" not in ida.get("/arenden").text


def test_intake_may_register_for_another_unit_and_then_does_not_see_it(desk: Desk):
    ida = desk.as_("ida")
    send(ida, filled(desk, enhet=desk.world.units[KUMLA, BARN]))
    page = ida.get("/arenden").text
    assert "Ärendet är registrerat" in page and "Påhittdotter" not in page
    assert "Påhittdotter" in desk.as_("berta").get("/arenden").text


def test_only_units_of_social_services_can_be_chosen(desk: Desk):
    maja = desk.as_("maja")
    page = maja.get(REGISTER).text
    chosen = re.search(r'<select[^>]*name="enhet".*?</select>', page, re.DOTALL)
    assert chosen is not None and re.findall(r">([^<]+)</option>", chosen[0]) == [BARN, VUXEN]
    assert f'selected value="{desk.world.units[KUMLA, VUXEN]}"' in chosen[0]
    refused = send(maja, filled(desk, enhet=desk.world.units[KUMLA, "Skola"]))
    assert refused.status_code == 422 and how_many(desk) == (0, 0)


def test_everything_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(desk: Desk):
    maja = desk.as_("maja")
    page = send(maja, filled(desk, personnummer="19700101-0000", namn=" ", skydd="", received_date="igårdag"))
    assert page.status_code == 422
    said = maja.error(page)
    assert "Kontrollera personnumret." in said and "Skriv personens namn." in said
    assert "Välj om personen har skyddade personuppgifter." in said and "datum" in said.casefold()
    assert 'value="19700101-0000"' in page.text and "Vill lämna gänget" in page.text and 'value="igårdag"' in page.text
    assert "<title>Fel: " in page.text and how_many(desk) == (0, 0)


def test_the_form_knows_what_it_is_when_it_is_sent_again(desk: Desk):
    maja = desk.as_("maja")
    page = send(maja, filled(desk, namn=""))
    again = {name: hidden(page, name) for name in ("omrade", "typ", "borjan")}
    assert again == {"omrade": "avhoppare", "typ": "avhopp", "borjan": "register"}


def test_a_known_person_is_found_and_nobody_is_told(desk: Desk):
    desk.world.case("sven", name="Kim Påhittdotter")
    maja, known, new = desk.as_("maja"), personal_number(1).shown, personal_number(78).shown
    pages = [words(maja.get(send(maja, filled(desk, personnummer=number)).location)) for number in (known, new)]
    assert how_many(desk) == (3, 2)
    for number, nth in ((known, 2), (new, 3)):
        pages = [page.replace(number, "").replace(f"2026-000{nth}", "") for page in pages]
    assert re.sub(r"\d+ år", "", pages[0]) == re.sub(r"\d+ år", "", pages[1])


def test_a_protected_person_is_left_to_the_lead_who_is_told_and_nothing_typed_is_lost(desk: Desk):
    desk.world.case("sven", name="Gömd Fallsson", protection=2)
    maja, before = desk.as_("maja"), how_many(desk)
    page = send(maja, filled(desk, personnummer=personal_number(1).shown))
    assert page.status_code == 422 and how_many(desk) == before
    assert re.search(r'id="personnummer-fel">.*?Registreringen behöver göras av enhetschefen\.', page.text, re.DOTALL)
    assert "Gömd" not in page.text and 'value="Kim Påhittdotter"' in page.text
    with desk.world.session() as session:
        assert "registration_waits" in {one.kind for one in notices.unread(session, desk.world.ids["vilma"])}
    assert send(desk.as_("vilma"), filled(desk, personnummer=personal_number(1).shown)).status_code == 303


def test_without_a_number_a_new_person_is_made(desk: Desk):
    assert send(desk.as_("maja"), filled(desk, personnummer="")).status_code == 303
    with desk.world.session() as session:
        assert session.scalars(select(Person.number)).all() == [None]


def test_of_somebody_with_a_fictitious_identity_no_number_is_kept(desk: Desk):
    assert send(desk.as_("maja"), filled(desk, skydd="3")).status_code == 303
    with desk.world.session() as session:
        person = session.scalars(select(Person)).one()
        assert (person.protection, person.number, person.blind) == (3, None, None)


def test_a_consultation_asks_for_no_person_and_refuses_an_identifier(desk: Desk):
    maja = desk.as_("maja")
    page = maja.get(CONSULT).text
    assert 'name="personnummer"' not in page and 'name="namn"' not in page and "Vem gäller" not in page
    asked = {
        "omrade": "avhoppare",
        "typ": "avhopp",
        "borjan": "open_consultation",
        "enhet": desk.world.units[KUMLA, VUXEN],
        "date": "2026-11-24",
        "contact_type": "call",
        "theme": "leaving",
    }
    named = maja.post("/arenden/nytt", asked | {"question": f"Gäller {personal_number(5).shown}"}, page=CONSULT)
    assert named.status_code == 422 and 'id="question-fel"' in named.text
    assert personal_number(5).shown in named.text and how_many(desk) == (0, 0)
    done = maja.post("/arenden/nytt", asked | {"question": "Hur lämnar man ett gäng?", "namn": "Ändå"}, page=CONSULT)
    assert done.status_code == 303 and how_many(desk) == (1, 0)


def test_an_area_switched_off_meanwhile_is_said_and_the_text_kept(desk: Desk):
    maja = desk.as_("maja")
    maja.get(REGISTER)
    with desk.world.session() as session:
        activation.disable(session, OPERATOR, "avhoppare")
    page = send(maja, filled(desk))
    assert page.status_code == 422 and "Modulen är avstängd i kommunen." in maja.error(page)
    assert "Kim Påhittdotter" in page.text and how_many(desk) == (0, 0)


def test_what_was_typed_survives_the_lock(desk: Desk):
    maja = desk.as_("maja")
    token = maja.token(REGISTER)
    maja.post("/las", page="/min-dag")
    maja.post("/arenden/nytt", filled(desk), token=token)
    back = maja.unlock()
    assert back.location.startswith("/arenden/nytt?kvar=")
    page = maja.get(back.location)
    assert "Det du skrev är kvar." in words(page) and 'value="Kim Påhittdotter"' in page.text
    assert re.search(r'<input checked[^>]*name="skydd"[^>]*value="0"', page.text)
    again = filled(desk) | {"kvar": hidden(page, "kvar")}
    assert send(maja, again).status_code == 303


def test_names_and_numbers_are_in_no_address_and_no_title(desk: Desk):
    maja = desk.as_("maja")
    page = send(maja, filled(desk, received_date=""))
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]+)"', page.text))
    assert "hittdotter" not in addresses and personal_number(77).digits[8:] not in addresses
    assert "Påhittdotter" not in page.text.split("</title>")[0]


def test_registered_answers_are_sealed(desk: Desk):
    send(desk.as_("maja"), filled(desk))
    with desk.world.session() as session:
        assert session.scalars(select(Entry.form)).all() == ["registration"]
    raw = (desk.world.database.data_dir / "casework.db").read_bytes()
    wal = desk.world.database.data_dir / "casework.db-wal"
    stored = raw + (wal.read_bytes() if wal.exists() else b"")
    assert "Kim Påhittdotter".encode() not in stored and b"Vill l" not in stored
