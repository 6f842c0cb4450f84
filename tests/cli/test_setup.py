"""An agreement's file: carried out once, refused whole, and changing nothing the second time."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sqlalchemy import select

from casework.core import accounts, activation, organisations
from casework.core.models import InstallationEvent, Membership
from casework.core.permissions import OPERATOR, Role
from tests.cli import stored
from tests.cli.conftest import EXAMPLE

FOUR = {"1860": "Laxå", "1861": "Hallsberg", "1881": "Kumla", "1882": "Askersund"}


def roles(installation, code):
    with installation.session(code) as session:
        return Counter(session.scalars(select(Membership.role)).all())


def test_the_example_is_the_agreement(casework):
    with casework.installation() as installation:
        with installation.session(None) as session:
            assert {one.code: one.name for one in organisations.municipalities(session)} == FOUR
            police = accounts.find(session, "erik.demosson")
            assert police is not None
            assert set(accounts.open_doors(police)) == set(FOUR)
        for code in FOUR:
            held = roles(installation, code)
            assert held["administrator"] == 2
            assert held["police_liaison"] == held["log_reviewer"] == 1
            assert held["intake"] == (2 if code == "1881" else 1)  # with the socialjour of Kumla
            assert held["case_officer"] >= 2
            with installation.session(code) as session:
                wanted = {"barn_unga", "nara_relation"} | ({"avhoppare"} if code != "1860" else set())
                assert set(activation.enabled(session, installation.registry)) == wanted
                [unit] = organisations.units(session, "police")
                assert unit.name == "Lokalpolisområde Hallsberg"
                assert all(one.contact for one in organisations.units(session))
        assert roles(installation, "1881")["partner"] == 2


@pytest.mark.parametrize(
    ("username", "code", "role", "level"),
    [
        ("maja.testlind", "1881", Role.CASE_OFFICER, "H"),
        ("vilma.dummy", "1881", Role.TEAM_LEAD, "EC"),
        ("erik.demosson", "1860", Role.POLICE_LIAISON, "H"),
        ("lo.provander", "1860", Role.ADMINISTRATOR, "H"),
    ],
)
def test_the_named_ones_are_what_they_are_called(casework, username, code, role, level):
    with casework.installation() as installation, installation.session(code) as session:
        account = accounts.find(session, username)
        assert account is not None
        post = accounts.actor(session, account).posts[0]
        assert (post.role, post.level) == (role, level)


def test_a_second_run_changes_nothing(casework):
    with casework.installation() as installation:
        before = stored.rows(installation)
    assert "Allt fanns redan." in casework("setup", EXAMPLE).stdout
    with casework.installation() as installation:
        assert stored.rows(installation) == before


def test_what_was_ended_in_the_program_is_not_given_back(casework):
    with casework.installation() as installation, installation.session("1881") as session:
        account = accounts.find(session, "maja.testlind")
        assert account is not None
        for membership in organisations.memberships_of(session, account):
            organisations.end_membership(session, OPERATOR, membership)
    casework("setup", EXAMPLE)
    with casework.installation() as installation, installation.session("1881") as session:
        account = accounts.find(session, "maja.testlind")
        assert account is not None
        assert accounts.actor(session, account).posts == ()


def test_setup_is_done_by_the_operator(casework):
    with casework.installation() as installation, installation.session(None) as session:
        done = session.execute(select(InstallationEvent.actor_id, InstallationEvent.action)).all()
    assert {actor for actor, _ in done} == {"operator"}
    assert Counter(action for _, action in done)["account:added"] >= 30


def test_links_are_for_those_without_a_password(casework):
    output = casework("setup", EXAMPLE, "--links").stdout
    links = dict(re.findall(r"^(\S+): /valkommen/(\S+)$", output, re.MULTILINE))
    assert {"maja.testlind", "vilma.dummy", "erik.demosson", "lo.provander"} <= set(links)
    with casework.installation() as installation, installation.session(None) as session:
        found = accounts.invited(session, links["maja.testlind"])
        assert found is not None and found.username == "maja.testlind"
        accounts.set_password(session, found, "vinter-lykta-kanot-9")
    assert "maja.testlind" not in casework("setup", EXAMPLE, "--links").stdout


GOOD = """
[[municipality]]
code = "1881"
name = "Kumla"
areas = ["avhoppare"]
[[municipality.unit]]
agency = "social_services"
name = "Vuxenenheten"
[[organisation]]
name = "Kumla kommun"
municipality = "1881"
[[account]]
username = "a.dummy"
name = "A Dummy"
organisation = "Kumla kommun"
[[account.membership]]
municipality = "1881"
role = "case_officer"
unit = "Vuxenenheten"
"""


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace('"1881"\nname', '"Kumla"\nname'), "municipality 1 (Kumla), code: "),
        *(
            (GOOD.replace("1881", code), "municipality 1 (")
            for code in ("0000", "9901", "1100", "1800", "18810", "١٨٨١")
        ),
        ("", "Filen är tom"),
        ("# bara en kommentar\n", "Filen är tom"),
        (GOOD.replace('"avhoppare"', '"brunkol"'), "areas: brunkol: modulen är inte installerad"),
        (GOOD.replace("case_officer", "boss"), "account 1 (a.dummy), membership 1 (boss), role: skriv något av"),
        (GOOD.replace('unit = "V', 'unit = "X'), "account 'a.dummy', membership 1881 case_officer: enheten finns inte"),
        (GOOD.replace("organisation = ", "organization = "), "account 1 (a.dummy), organization: okänt ord"),
        (
            GOOD + '[[account.membership]]\nmunicipality = "1881"\nrole = "administrator"\nunit = "Vuxenenheten"\n',
            "får inte",
        ),
        (GOOD + 'from = "igår"\n', "from: skriv ett datum"),
        (GOOD + "from = 2026-02-01\nuntil = 2026-01-01\n", "until: slutet ligger före början"),
        (GOOD + "[[account", "Filen är inte TOML"),
        (GOOD.replace("social_services", "fire_brigade"), "unit 1 (Vuxenenheten), agency: skriv något av"),
        (GOOD + GOOD, "'1881': står två gånger i filen"),
    ],
)
def test_a_wrong_file_is_refused_whole_and_says_where(empty, tmp_path, wrong, said):
    empty("db", "upgrade")
    file = tmp_path / "avtal.toml"
    file.write_text(wrong, "utf-8")
    result = empty("setup", file, code=1)
    assert said in result.stderr
    with empty.installation() as installation, installation.session(None) as session:
        assert organisations.municipalities(session) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_all_faults_are_told_at_once(empty, tmp_path):
    empty("db", "upgrade")
    file = tmp_path / "avtal.toml"
    file.write_text(GOOD.replace("1881", "x").replace("case_officer", "boss").replace('"A Dummy"', "7"), "utf-8")
    assert empty("setup", file, code=1).stderr.count("\n  - ") >= 3


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_roles_are_kept_apart_also_from_those_held_already(empty, tmp_path):
    empty("db", "upgrade")
    file = tmp_path / "avtal.toml"
    file.write_text(GOOD, "utf-8")
    empty("setup", file)
    file.write_text(GOOD.replace("case_officer", "log_reviewer"), "utf-8")
    assert "rollerna får inte innehas av samma person" in empty("setup", file, code=1).stderr


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_account_of_another_organisation_is_not_taken_over(casework, tmp_path):
    file = tmp_path / "avtal.toml"
    file.write_text('[[account]]\nusername="maja.testlind"\nname="X"\norganisation="Laxå kommun"\n', "utf-8")
    assert "kontot finns redan i en annan organisation" in casework("setup", file, code=1).stderr


@pytest.mark.parametrize(
    ("organisation", "said"),
    [
        ('name = "A kommun"\nagency = "police"', "kan bara ha roller där"),
        ('name = "A kommun"', "kan bara ha roller där"),
        ('name = "A kommun"\nmunicipality = "1881"\nagency = "police"', "ingen annan myndighet"),
        ('name = "A kommun"\nagency = "bank"', "välj bland: police, school, recreation"),
    ],
)
def test_an_account_of_an_outside_agency_gets_that_agencys_roles_only(empty, tmp_path, organisation, said):
    text = re.sub(r'(\[\[organisation\]\]\n)name = "[^"]+"\nmunicipality = "1881"', rf"\1{organisation}", GOOD)
    text = re.sub(r'organisation = "[^"]+"', 'organisation = "A kommun"', text)
    file = tmp_path / "plan.toml"
    file.write_text(text, "utf-8")
    empty("db", "upgrade")
    assert said in empty("setup", file, code=1).stderr
