"""``check --deploy`` and the start: what must not surround the program, each with its remedy; the rest is ready."""

from __future__ import annotations

import os
import shutil

import pytest

from casework.cli import surroundings
from casework.settings import Settings
from tests.cli.ready import KEY

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgres"])


def test_a_ready_installation_passes_and_is_served(ready, served):
    said = ready.check()
    assert "FEL" not in said
    for words in (
        "Felsökningsläge är av.",
        "Sidorna visas för hallpunkt.example.se och för inga andra värdnamn",
        "Programmet litar på 1 proxy",
        "Tillåtna moduler: avhoppare, barn_unga, nara_relation.",
        "Alla loggar in med två faktorer",
        "Nyckelfilen ligger skild från databasen.",
        "Bara tjänstens användare kommer åt",
        "E-post kan skickas.",
        "(security.txt)",
        "Databasen är ingen övningsmiljö.",
        "Klockan går rätt mot loggen.",
        "Loggen fortsätter från den senaste kontrollpunkten.",
        "Den senaste säkerhetskopian är från",
        "Inget konto öppnas av övningsmiljöns lösenord.",
        "Databasen är på rätt version.",
        "håller kommunerna åtskilda",
    ):
        assert words in said
    ready.start(code=0)
    assert [one["clear_untrusted_proxy_headers"] for one in served] == [False]


UNSAFE = [
    ("debugging", {"FLASK_DEBUG": "1"}, "Ta bort FLASK_DEBUG"),
    ("development", {"PYTHONDEVMODE": "1"}, "Ta bort PYTHONDEVMODE"),
    ("no address", {"CASEWORK_ORIGIN": None}, "Sätt CASEWORK_ORIGIN"),
    ("an address in the clear", {"CASEWORK_ORIGIN": "http://hallpunkt.example.se"}, "Sätt CASEWORK_ORIGIN"),
    ("an address with a path", {"CASEWORK_ORIGIN": "https://example.se/hp"}, "Sätt CASEWORK_ORIGIN"),
    ("no proxies", {"CASEWORK_PROXIES": None}, "sätt CASEWORK_PROXIES"),
    ("proxies without a number", {"CASEWORK_PROXIES": "alla"}, "sätt CASEWORK_PROXIES"),
    ("more proxies than anybody has", {"CASEWORK_PROXIES": "99"}, "sätt CASEWORK_PROXIES"),
    ("every module", {"CASEWORK_PLUGINS": None}, "i CASEWORK_PLUGINS"),
    ("one factor", {"CASEWORK_SECOND_FACTOR": "optional"}, "Ta bort CASEWORK_SECOND_FACTOR=optional"),
]


@ON_SQLITE
@pytest.mark.parametrize(("changed", "words"), [row[1:] for row in UNSAFE], ids=[row[0] for row in UNSAFE])
def test_unsafe_surroundings_are_named_with_their_remedy_and_nothing_is_served(ready, served, changed, words):
    said = ready.check(code=1, **changed)
    assert words in said and said.count("FEL  ") == 1
    assert words in ready.start(**changed)
    assert served == []


LACKING = [
    ("no mail", {"CASEWORK_SMTP": None}, "Ingen e-postserver är vald. Sätt CASEWORK_SMTP"),
    ("mail that cannot be sent", {"CASEWORK_MAIL_FROM": None}, "CASEWORK_MAIL_FROM saknas"),
    ("no contact", {"CASEWORK_SECURITY_CONTACT": None}, "Sätt CASEWORK_SECURITY_CONTACT"),
    ("a contact that is no address", {"CASEWORK_SECURITY_CONTACT": "ring oss"}, "Sätt CASEWORK_SECURITY_CONTACT"),
]


@ON_SQLITE
@pytest.mark.parametrize(("changed", "words"), [row[1:] for row in LACKING], ids=[row[0] for row in LACKING])
def test_what_is_lacking_is_named_and_hinders_no_start(ready, served, changed, words):
    assert words in ready.check(code=1, **changed)
    assert words in ready.start(code=0, **changed)
    assert len(served) == 1


@ON_SQLITE
def test_letters_may_be_waived_and_that_is_said(ready):
    said = ready.check(CASEWORK_SMTP="none")
    assert "OBS  Ingen får e-post" in said


@ON_SQLITE
def test_a_key_that_lies_with_the_database_is_refused(ready, served):
    inside = ready.casework.database.data_dir / KEY
    shutil.copy2(ready.folder / KEY, inside)
    said = ready.check(code=1, CASEWORK_KEY_FILE=str(inside))
    assert "Flytta den, och sätt CASEWORK_KEY_FILE" in said
    assert "Flytta den" in ready.start(CASEWORK_KEY_FILE=None) and served == []


@ON_SQLITE
def test_a_key_in_a_plain_file_is_told_as_what_it_is(ready):
    assert "OBS  Rotnyckeln ligger oskyddad i en fil." in ready.check()


@ON_SQLITE
@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
@pytest.mark.parametrize(("name", "mode", "remedy"), [("", 0o750, "chmod 700"), ("casework.db", 0o644, "chmod 600")])
def test_what_others_on_the_machine_can_reach_is_refused(ready, served, name, mode, remedy):
    path = ready.casework.database.data_dir / name
    path.chmod(mode)
    assert f"Kör {remedy} {path}" in ready.check(code=1)
    assert remedy in ready.start() and served == []


@ON_POSTGRESQL
def test_the_owners_password_is_not_for_the_service(ready, served):
    owner = ready.casework.database.owner_url
    assert "Sätt CASEWORK_OWNER_URL bara när" in ready.check(code=1, CASEWORK_OWNER_URL=owner)
    assert "CASEWORK_OWNER_URL" in ready.start(CASEWORK_OWNER_URL=owner) and served == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("", False),
        ("?sslmode=require", False),
        ("?sslmode=verify-full", True),
        ("?host=/run/postgresql", True),
        ("?host=127.0.0.1", True),
        ("?host=10.0.0.5", False),
    ],
)
def test_a_database_over_the_network_is_reached_encrypted_and_proven(ready, query, right):
    host = "" if "host=" in query else "db.example.se"
    environ = {"CASEWORK_DATABASE_URL": f"postgresql+psycopg://app@{host}/casework{query}"}
    said = [one for one in surroundings.findings(Settings.read(None, environ), {}) if "nås" in one.words]
    assert [(one.right, one.stops) for one in said] == [(right, not right)]
    assert right or "sslmode=verify-full" in said[0].words
