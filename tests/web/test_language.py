"""The words on the screen: Swedish in the source, all of them marked, and days and times as people read them."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from flask import g, render_template_string
from jinja2 import Environment

from casework.web import language
from tests.house.files import ROOT

TEMPLATES = sorted((ROOT / "casework" / "web" / "templates").rglob("*.html"))
SPOKEN = (
    "alt",
    "aria-label",
    "aria-description",
    "placeholder",
    "title",
    "data-saved",
    "data-unsaved",
    "data-elsewhere",
    "data-refused",
)
WORD = re.compile(r"[A-Za-zÅÄÖåäö]{2,}")
KEYS = re.compile(r"<kbd>.*?</kbd>", re.DOTALL)


def untranslated(source: str) -> list[str]:
    """What a template says without asking the catalogue for it."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    text, within, depth = [], False, 0
    for _line, kind, value in environment.lex(source):
        if kind == "block_begin":
            within = True
        elif kind == "name" and within and value in {"trans", "endtrans"}:
            depth += 1 if value == "trans" else -1
            within = False
        elif kind == "block_end":
            within = False
        elif kind == "data" and depth == 0:
            text.append(value)
        elif kind == "variable_begin":
            text.append("\x00")
    plain = KEYS.sub("", re.sub(r"<(?:!--.*?--|!DOCTYPE[^>]*)>", "", "".join(text), flags=re.DOTALL))
    spoken = [value for name in SPOKEN for value in re.findall(rf'\s{name}="([^"]*)"', plain) if WORD.search(value)]
    bare = re.sub(r'\s[a-z-]+="[^"]*"', " ", plain)
    outside = re.sub(r"<[^<>]*>", " ", bare)
    return [*spoken, *WORD.findall(outside)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_says_nothing_untranslated(path: Path):
    assert untranslated(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    ["<p>Hej</p>", '<p title="Hej">{{ _("Hej") }}</p>', "{% if x %}Hej{% endif %}", "{% trans %}Ett{% endtrans %} Två"],
)
def test_the_rule_finds_what_it_looks_for(source):
    assert untranslated(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '<p class="lead">{{ _("Hej") }}</p>',
        "{% trans name %}Hej {{ name }}{% endtrans %}",
        '<p title="{{ _("x") }}"></p>',
    ],
)
def test_the_rule_lets_marked_words_pass(source):
    assert untranslated(source) == []


def test_the_words_can_be_collected():
    folder = ROOT / "casework" / "web"
    methods, options = parse_mapping_cfg(io.StringIO((folder / "babel.cfg").read_text("utf-8")))
    messages = [found[2] for found in extract_from_dir(folder, methods, options)]
    said = {one if isinstance(one, str) else one[0] for one in messages}
    assert {"Skärmen är låst", "Skriv ditt lösenord.", "Rätta en sak", "Hoppa till innehållet"} <= said


def test_another_language_is_read_from_catalogues_of_the_program_and_of_plugins(app, tmp_path):
    for name, text, other in (("own", "Lås upp", "Unlock"), ("plugin", "Typ av händelse", "Kind of event")):
        folder = tmp_path / name / "en" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(f'msgid ""\nmsgstr ""\n\nmsgid "{text}"\nmsgstr "{other}"\n', "utf-8")
    app.extensions["catalogues"] = language.Catalogues([tmp_path / "own", tmp_path / "plugin"])
    with app.test_request_context("/"):
        g.locale = "en"
        shown = render_template_string(
            '{{ _("Lås upp") }} {{ label|t }} {{ _("Översätts inte") }}', label="Typ av händelse"
        )
    assert shown == "Unlock Kind of event Översätts inte"


@pytest.mark.parametrize(
    ("pattern", "moment", "words"),
    [
        ("day", datetime(2026, 11, 24, 14, 30, tzinfo=UTC), "tis 24 november"),
        ("day", date(2027, 1, 2), "lör 2 januari 2027"),
        ("day", datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "ons 25 november"),
        ("short_day", date(2026, 11, 24), "24 nov"),
        ("short_day", date(2025, 11, 24), "24 nov 2025"),
        ("moment", datetime(2026, 11, 24, 14, 30, tzinfo=UTC), "24 nov 15.30"),
        ("clock", datetime(2026, 7, 1, 14, 30, tzinfo=UTC), "16.30"),
        ("ago_day", date(2026, 11, 24), "I dag"),
        ("ago_day", date(2026, 11, 25), "I morgon"),
        ("ago_day", date(2026, 11, 23), "1 dag sen"),
        ("ago_day", date(2026, 11, 21), "3 dagar sen"),
        ("ago_day", date(2026, 11, 30), "30 nov"),
        ("number", 1234.5, "1\u00a0234,5"),
        ("day", None, ""),
    ],
)
def test_days_times_and_figures_read_as_the_guide_says(app, pattern, moment, words):
    with app.test_request_context("/"):
        assert render_template_string(f"{{{{ value|{pattern} }}}}", value=moment) == words


def test_a_sign_of_per_cent_in_a_label_breaks_nothing(app):
    with app.test_request_context("/"):
        assert render_template_string("{{ label|t }}", label="100 % av %(x)s") == "100 % av %(x)s"
