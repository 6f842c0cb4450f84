"""The register of consents in the browser: asked, answered, renewed and withdrawn, by who works in the case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core.models import CasePerson, Consent
from tests.core.consenting import TODAY, ask, child, consented, parts, wanted
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.consent_desk import YES, all_of, at, only, question, states


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_somebody_is_asked_answers_and_withdraws_and_each_step_is_told(desk: Desk):
    case = desk.world.case("maja", name="Gösta Exempelsson")
    maja, giver = desk.as_("maja"), parts(desk.world, case, "subject")[0]
    assert "Ingen är tillfrågad" in words(maja.get(at(case)))
    assert maja.post(at(case, "nytt"), question(f"subject:{giver}", note="Inte om brodern")).location == at(case)
    page = words(maja.get(at(case)))
    assert "Det står nu att samtycket är efterfrågat." in page and "Gösta Exempelsson" in page
    assert "Tillfrågad" in page and "Alla samtycker till Inget än Inget än" in page
    one = at(case, only(desk).id)
    shown = words(maja.get(one))
    assert "Inte om brodern" in shown and "Registrera svaret" in shown and "Återkalla" not in shown
    assert maja.post(f"{one}/svar", YES).location == one
    shown = words(maja.get(one))
    assert "Samtycket är registrerat." in shown and "Skriftligt" in shown and "Legitimation" in shown
    assert "Maja Testlind" in shown
    page = words(maja.get(at(case)))
    assert "Alla samtycker till Hur det går i ärendet, skolgång Hur det går i ärendet, skolgång" in page
    assert maja.post(f"{one}/aterkalla").location == one
    assert "Samtycket är återkallat." in words(maja.get(one))
    assert states(desk) == ["withdrawn"]
    page = words(maja.get(at(case)))
    assert "Återkallat" in page and "Alla samtycker till Inget än Inget än" in page


def test_several_are_asked_at_once_and_each_has_a_consent_of_their_own(desk: Desk):
    case = child(desk.world, 16)
    guardians, (own,) = parts(desk.world, case, "guardian"), parts(desk.world, case, "subject")
    chosen = [f"subject:{own}", *(f"guardian:{one}" for one in guardians)]
    assert desk.as_("maja").post(at(case, "nytt"), question(*chosen)).status_code == 303
    with desk.world.session() as session:
        made = session.scalars(select(Consent)).all()
        assert {(one.giver_id, one.part) for one in made} == {
            (own, "subject"),
            *((one, "guardian") for one in guardians),
        }
    assert states(desk) == ["requested"] * 3


def test_a_draft_is_asked_for_later_or_thrown_away(desk: Desk):
    case = desk.world.case("maja")
    maja, giver = desk.as_("maja"), parts(desk.world, case, "subject")[0]
    for _nth in range(2):
        maja.post(at(case, "nytt"), question(f"subject:{giver}") | {"knapp": "draft"})
    assert states(desk) == ["draft", "draft"] and "Ingen är tillfrågad än." in words(maja.get(at(case)))
    one = at(case, only(desk).id)
    assert "Vill du slänga utkastet?" in words(maja.get(f"{one}/slang"))
    assert maja.post(f"{one}/slang").location == at(case)
    assert maja.get(one).status_code == 404
    one = at(case, only(desk).id)
    assert maja.post(f"{one}/fraga", page=one).location == one
    assert states(desk) == ["requested"]
    assert "Det är inget utkast längre." in words(maja.get(f"{one}/slang"))
    again = maja.post(f"{one}/fraga", page=f"{one}/svar")
    assert again.status_code == 422 and "Någon annan ändrade det här" in words(again)


@pytest.mark.parametrize(
    ("changed", "field", "fault"),
    [
        ({"givers": []}, "givers-0", "Välj vem som ska tillfrågas."),
        ({"givers": ["subject:finns-inte-alls-finns1"]}, "givers-0", "Välj vem som ska tillfrågas."),
        ({"givers": ["kyrkan"]}, "givers-0", "Välj vem som ska tillfrågas."),
        ({"agencies": []}, "agencies-0", "Välj minst en mottagare."),
        ({"agencies": ["church"]}, "agencies-0", "Välj minst en mottagare."),
        ({"kinds": []}, "kinds-0", "Välj minst ett slags uppgifter."),
        ({"valid_from": ""}, "valid_from", "Skriv från vilken dag samtycket ska gälla."),
        ({"valid_from": "en tisdag"}, "valid_from", "Skriv datumet så här"),
        ({"valid_until": ""}, "valid_until", "Skriv en sista dag som inte ligger före den första."),
        ({"valid_until": "2026-11-23"}, "valid_until", "Skriv en sista dag som inte ligger före den första."),
        ({"valid_until": "2027-06-30"}, "valid_until", "Ett samtycke får gälla högst 6 månader."),
        ({"note": "x" * 2001}, "note", "Korta texten till högst 2 000 tecken."),
    ],
    ids=str,
)
def test_what_cannot_be_asked_for_is_said_at_its_field_and_nothing_typed_is_lost(desk, changed, field, fault):
    case = desk.world.case("maja")
    maja, giver = desk.as_("maja"), parts(desk.world, case, "subject")[0]
    page = maja.post(at(case, "nytt"), question(f"subject:{giver}", note="Inte om brodern") | changed)
    assert page.status_code == 422 and states(desk) == []
    assert maja.error(page).count(fault) == 1 and f'href="#{field}"' in page.text
    assert f'id="{field.removesuffix("-0")}-fel"' in page.text
    if field != "note":
        assert "Inte om brodern" in page.text
    assert (f'value="subject:{giver}" checked' in page.text) is (field != "givers-0")


def test_all_that_is_wrong_is_said_at_once(desk: Desk):
    case = desk.world.case("maja")
    page = desk.as_("maja").post(at(case, "nytt"), {"valid_from": "fel", "valid_until": ""})
    assert "Rätta fem saker" in words(page)


def test_a_guardian_beside_others_is_not_asked_beyond_the_eighteenth_birthday(desk: Desk):
    case = child(desk.world, 18, days=10)
    guardian, own = parts(desk.world, case, "guardian")[0], parts(desk.world, case, "subject")[0]
    page = desk.as_("maja").post(at(case, "nytt"), question(f"subject:{own}", f"guardian:{guardian}"))
    assert "längst till dagen före 18-årsdagen" in page.text and states(desk) == []


def test_an_answer_that_is_not_whole_is_said_at_its_fields(desk: Desk):
    case = desk.world.case("maja")
    maja = desk.as_("maja")
    one = at(case, ask(desk.world, case, wanted(parts(desk.world, case, "subject")[0]), None))
    page = maja.post(f"{one}/svar", {"how": "oral"})
    assert page.status_code == 422 and states(desk) == ["requested"]
    said = maja.error(page)
    assert "Välj vad svaret blev." in said and "Välj hur du vet vem som svarade." in said
    assert re.search(r'<input[^>]*checked[^>]*value="oral"', page.text)


def test_a_yes_after_the_last_day_is_refused_and_a_no_is_not(desk: Desk):
    case = desk.world.case("maja")
    giver = parts(desk.world, case, "subject")[0]
    one = at(case, ask(desk.world, case, wanted(giver, valid_until=TODAY), None))
    desk.world.clock.move(days=1)
    maja = desk.as_("maja")
    assert "Den sista dagen har redan varit." in maja.error(maja.post(f"{one}/svar", YES))
    assert maja.post(f"{one}/svar", YES | {"given": "no"}).location == one
    assert states(desk) == ["refused"] and "svaret blev nej" in words(maja.get(one))


def test_an_answer_is_written_down_once(desk: Desk):
    case = desk.world.case("maja")
    one = at(case, ask(desk.world, case, wanted(parts(desk.world, case, "subject")[0]), None))
    maja, other = desk.as_("maja"), desk.as_("maja")
    token = other.token(f"{one}/svar")
    assert maja.post(f"{one}/svar", YES | {"given": "no"}).status_code == 303
    late = other.post(f"{one}/svar", YES, token=token)
    assert late.status_code == 422 and "Någon annan ändrade det här" in words(late)
    assert states(desk) == ["refused"]
    assert "Det finns ingen fråga som väntar på svar här." in words(maja.get(f"{one}/svar"))


def test_before_a_consent_is_withdrawn_the_page_says_what_stops_and_what_goes_on(desk: Desk):
    case = child(desk.world, 10)
    consents = [consented(desk.world, case, "guardian", nth) for nth in range(2)]
    resting = desk.world.permit(case, ground="register", until=TODAY + timedelta(days=60))
    other = desk.world.permit(case)
    desk.world.clock.move(minutes=1)
    maja, one = desk.as_("maja"), at(case, consents[0])
    page = maja.get(f"{one}/aterkalla").text
    listed = dict(re.findall(r'data-after="(\w+)">(.*?)</ul>', page, re.DOTALL))
    assert resting.reference in listed["stops"] and other.reference not in listed["stops"]
    assert other.reference in listed["goes_on"] and "Grund: Avidentifierade uppgifter" in listed["goes_on"]
    assert resting.reference in maja.get(one).text and other.reference not in maja.get(one).text
    maja.post(f"{one}/aterkalla")
    desk.world.clock.move(seconds=1)
    live = maja.get(f"/arenden/{case}/delning").text.split("Avslutade delningar")[0]
    assert other.reference in live and resting.reference not in live
    assert "det finns inget att återkalla" in words(maja.get(f"{one}/aterkalla")).replace("så ", "")
    assert maja.post(f"{one}/aterkalla", page=at(case, "nytt")).status_code == 422


@pytest.mark.parametrize(("kinds", "stops"), [(["status", "school"], False), (["school"], True)])
def test_before_a_renewal_is_answered_the_page_says_what_a_narrower_one_stops(desk: Desk, kinds, stops):
    case = desk.world.case("maja")
    maja, held = desk.as_("maja"), consented(desk.world, case)
    shared = desk.world.permit(case, ground="register", until=TODAY + timedelta(days=60))
    desk.world.clock.move(minutes=1)
    form = maja.get(at(case, held, "fornya")).text
    assert form.count("checked") == 4 and "Vem ska tillfrågas?" not in form
    sent = question(kinds=kinds, valid_until="2027-04-30")
    del sent["givers"]
    assert maja.post(at(case, held, "fornya"), sent).location == at(case)
    assert states(desk) == ["given", "requested"]
    new = at(case, next(one.id for one in all_of(desk) if one.state == "requested"))
    asked, denied = maja.get(f"{new}/svar").text.split('data-after="denied"')
    assert shared.reference in denied  # a no to the renewal stops it whatever a yes does
    assert ("Det nya täcker inte allt" in asked) is stops and (shared.reference in asked) is stops
    assert maja.post(f"{new}/svar", YES).status_code == 303
    assert states(desk) == ["given", "replaced"]
    desk.world.clock.move(seconds=1)
    live = maja.get(f"/arenden/{case}/delning").text.split("Avslutade delningar")[0]
    assert (shared.reference in live) is not stops
    assert "kan inte förnyas" in words(maja.get(at(case, held, "fornya")))


def test_whoever_must_not_know_of_the_case_cannot_be_chosen_and_is_told_of_as_lacking(desk: Desk):
    case = child(desk.world, 10)
    first, second = parts(desk.world, case, "guardian")
    with desk.world.session() as session:
        session.scalars(select(CasePerson).where(CasePerson.person_id == first)).one().may_not_know = True
    maja = desk.as_("maja")
    page = maja.get(at(case, "nytt"))
    assert f"guardian:{first}" not in page.text and f"guardian:{second}" in page.text
    assert re.search(r"Får inte veta om ärendet och kan inte tillfrågas: Förälder \d ?\.", words(page))
    assert maja.post(at(case, "nytt"), question(f"guardian:{first}")).status_code == 422
    maja.post(at(case, "nytt"), question(f"guardian:{second}"))
    assert "Får inte tillfrågas" in words(maja.get(at(case)))


def test_of_a_child_without_guardians_the_page_says_that_consent_is_not_enough(desk: Desk):
    case = child(desk.world, 16, guardians=0)
    consented(desk.world, case)
    page = words(desk.as_("maja").get(at(case)))
    assert "ingen vårdnadshavare står i ärendet" in page and "Alla samtycker till Inget än" in page


def test_in_a_case_without_a_person_nobody_can_be_asked(desk: Desk):
    case = desk.world.case("maja", state="consultation")
    maja = desk.as_("maja")
    assert "det finns ingen att fråga" in words(maja.get(at(case))).replace("så ", "")
    assert f'href="{at(case, "nytt")}"' not in maja.get(at(case)).text
    assert "Välj vem som ska tillfrågas." in maja.error(maja.post(at(case, "nytt"), question()))


def test_the_page_of_sharings_leads_to_the_register(desk: Desk):
    case = desk.world.case("maja")
    assert f'href="{at(case)}"' in desk.as_("maja").get(f"/arenden/{case}/delning").text


def test_what_a_no_takes_back_is_said_before_and_after_and_is_what_happens(desk: Desk):
    case = desk.world.case("maja")
    maja, giver = desk.as_("maja"), parts(desk.world, case, "subject")[0]
    consented(desk.world, case, agencies=["police"])
    shared = desk.world.permit(case, ground="register", until=TODAY + timedelta(days=60))
    desk.world.clock.move(minutes=1)
    no = {"given": "no", "how": "oral", "identity": "known"}
    other = at(case, ask(desk.world, case, wanted(giver, agencies=["school"]), None))
    assert "data-after" not in maja.get(f"{other}/svar").text
    assert maja.post(f"{other}/svar", no).status_code == 303
    assert "Det ni frågade om får inte lämnas med stöd av samtycke." in words(maja.get(other))
    assert states(desk) == ["given", "refused"]
    same = at(case, ask(desk.world, case, wanted(giver, agencies=["police"]), None))
    assert shared.reference in maja.get(f"{same}/svar").text.split('data-after="denied"')[1]
    assert maja.post(f"{same}/svar", no).status_code == 303
    assert "Personens tidigare samtycke till samma sak har upphört" in words(maja.get(same))
    assert states(desk) == ["refused", "refused", "withdrawn"]
    desk.world.clock.move(seconds=1)
    live = maja.get(f"/arenden/{case}/delning").text.split("Avslutade delningar")[0]
    assert shared.reference not in live
