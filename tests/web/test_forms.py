"""Declared forms: names go there and back, errors stand in field order, drafts ask nothing, controls are labelled."""

from __future__ import annotations

import re

import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict

from casework.contract import Choice, Choices, Date, Form, LongText, Number, Sensitivity, Text, Time, YesNo
from casework.core.errors import Refused
from casework.web import forms

TEAM, SEALED = Sensitivity.TEAM, Sensitivity.SEALED
DECLARED = Form(
    "prov",
    "Prov",
    (
        Date("event_date", "Datum", sensitivity=TEAM, required=True),
        Time("at", "Klockslag", sensitivity=TEAM),
        Choice(
            "kind", "Typ av händelse", sensitivity=TEAM, required=True, choices=(("call", "Samtal"), ("visit", "Besök"))
        ),
        Choice("ground", "Grund", sensitivity=TEAM, choices=tuple((f"g{n}", f"Grund {n}") for n in range(6))),
        Choices("who", "Vilka", sensitivity=TEAM, choices=(("a", "Anna & co"), ("b", "Bo"))),
        YesNo("done", "Är det klart?", sensitivity=TEAM),
        Number("cost", "Kostnad", sensitivity=TEAM, minimum=0, decimals=2, unit="kronor"),
        LongText("needs.boende", "Boende", sensitivity=SEALED, help="Skriv kort."),
        Text("errors", "Fel", sensitivity=TEAM),
    ),
)
FILLED = {
    "event_date": "20/11",
    "at": "1530",
    "kind": "call",
    "ground": "g3",
    "who": ["a", "b"],
    "done": "unknown",
    "cost": "1 200,50",
    "needs-boende": "Rad ett\r\nRad två",
    "errors-svar": "inga",
}


def pairs(fields):
    return MultiDict(
        [(name, text) for name, texts in fields.items() for text in ([texts] if isinstance(texts, str) else texts)]
    )


@pytest.fixture
def make(app):
    def of(fields, *, draft=False):
        form = forms.form_for(DECLARED, draft=draft)(formdata=pairs(fields), meta={"csrf": False})
        form.validate()
        return form

    with app.test_request_context("/"):
        yield of


def shown(form):
    return render_template_string(
        '{% import "macros.html" as m %}{% for f in form %}{{ m.field(f) }}{% endfor %}', form=form
    )


def test_answers_come_back_by_their_declared_names_as_they_are_kept(make):
    assert make(FILLED).answers() == {
        "event_date": "2026-11-20",
        "at": "15:30",
        "kind": "call",
        "ground": "g3",
        "who": "a,b",
        "done": "unknown",
        "cost": "1200.5",
        "needs.boende": "Rad ett\nRad två",
        "errors": "inga",
    }


def test_a_name_with_a_dot_is_a_safe_name_in_the_page(make):
    page = shown(make(FILLED))
    assert 'name="needs-boende"' in page
    assert "needs.boende" not in page


def test_errors_stand_in_the_order_of_the_fields_and_lead_to_a_control(make):
    form = make({"at": "25.99", "cost": "gratis"})
    assert form.summary() == [
        ("event_date", "Skriv datum."),
        ("at", "Skriv tiden så här: 15.30."),
        ("kind-0", "Välj typ av händelse."),
        ("cost", "Skriv ett tal, till exempel 12 eller 12,5."),
    ]
    page = shown(form)
    for anchor, message in form.summary():
        assert f'id="{anchor}"' in page
        assert message in page


def test_what_was_typed_stays_though_it_is_wrong(make):
    assert 'value="25.99"' in shown(make({"at": "25.99"}))


def test_a_wrong_field_says_so_to_a_screen_reader(make):
    page = shown(make({"at": "25.99"}))
    (control,) = re.findall(r"<input[^>]*name=\"at\"[^>]*>", page)
    assert 'aria-invalid="true"' in control
    described = re.findall(r'aria-describedby="([^"]+)"', control)[0].split()
    assert "at-fel" in described
    assert all(f'id="{one}"' in page for one in described)


def test_optional_is_marked_and_required_is_not(make):
    page = re.sub(r"<[^>]+>", "", shown(make({})))
    assert re.search(r"Klockslag\s+\(valfritt\)", page)
    assert not re.search(r"Datum\s+\(valfritt\)", page)


def test_a_sealed_question_says_that_its_answer_is_sealed(make):
    assert shown(make({})).count("Svaret förseglas.") == 1


def test_few_required_choices_are_radio_buttons_and_many_a_list(make):
    page = shown(make({}))
    assert len(re.findall(r'type="radio"[^>]*name="kind"|name="kind"[^>]*type="radio"', page)) == 2
    assert re.search(r'<select[^>]*name="ground"', page)
    assert len(re.findall(r'type="checkbox"\s+name="who"', page)) == 2


def test_a_yes_or_no_may_be_not_known_yet(make):
    assert re.search(r'name="done"[^>]*value="unknown"|value="unknown"[^>]*name="done"', shown(make({})))


def test_a_label_cannot_bring_tags_into_the_page(make):
    assert "Anna &amp; co" in shown(make({}))


def test_a_draft_asks_nothing(make):
    form = make({"at": "snart"}, draft=True)
    assert form.summary() == []


def test_a_draft_keeps_what_was_typed_by_declared_name(app):
    with app.test_request_context("/", method="POST", data=pairs({**FILLED, "at": "snart", "errors-svar": " "})):
        typed = forms.form_for(DECLARED, draft=True)(meta={"csrf": False}).typed()
    assert typed["at"] == ["snart"]
    assert typed["who"] == ["a", "b"]
    assert typed["needs.boende"] == ["Rad ett\r\nRad två"]
    assert "errors" not in typed


def test_a_draft_fills_the_form_again(app):
    with app.test_request_context("/"):
        typed = {"at": ["snart"], "who": ["b"], "needs.boende": ["Rad ett"], "borttagen": ["x"]}
        form = forms.bind(forms.form_for(DECLARED, draft=False), typed=typed)
        page = shown(form)
    assert 'value="snart"' in page
    assert "Rad ett" in page
    assert re.search(r'value="b"\s+checked', page)


def test_kept_answers_fill_a_correction_as_they_would_be_typed(app):
    kept = {"event_date": "2026-11-20", "at": "15:30", "who": "a,b", "cost": "12.5", "needs.boende": "x", "borta": "y"}
    assert forms.typed_of(DECLARED, kept) == {
        "event_date": ["2026-11-20"],
        "at": ["15.30"],
        "who": ["a", "b"],
        "cost": ["12,5"],
        "needs.boende": ["x"],
    }


def test_a_refusal_of_the_domain_stands_at_its_field_or_at_the_top(make):
    form = make(FILLED)
    form.refuse(Refused.because("Skriv var.", "needs.boende"))
    form.refuse(Refused.because("Vänta till i morgon."))
    assert form.summary() == [(None, "Vänta till i morgon."), ("needs-boende", "Skriv var.")]


def test_case_text_is_not_offered_to_the_browser(make):
    page = shown(make({}))
    for control in re.findall(r"<(?:textarea|input[^>]*type=\"text\")[^>]*>", page):
        assert 'autocomplete="off"' in control
        assert 'writingsuggestions="false"' in control


def test_a_page_with_errors_says_so_in_its_title(maja):
    page = maja.post("/prov/anteckning", {"heading": ""})
    assert page.status_code == 422
    assert "<title>Fel: " in page.text
    assert "Skriv en rubrik." in maja.error(page)


def test_a_conflict_keeps_the_text_and_says_what_to_do(maja):
    page = maja.post("/prov/anteckning", {"heading": "krock", "text": "min text"})
    assert "Någon annan ändrade det här medan du skrev" in page.text
    assert "min text" in page.text
