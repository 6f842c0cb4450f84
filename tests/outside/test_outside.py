"""A stranger's plugin, installed as a wheel in a clean environment, adds a working focus area without touching core."""

from __future__ import annotations

import json
import re
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from casework.core.registry import Registry
from casework.testing import PluginContract
from tests.house.files import ROOT
from tests.outside.environment import HERE, PLUGIN, Environment, make

MODULE = PLUGIN / "casework_faltarbete.py"
ANSWERS = {"date": "2026-11-20", "place": "square", "text": "KX-team-words", "threat": "KX-sealed-words"}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The environment, with the database made and one municipality set up."""
    made = make(tmp_path_factory.mktemp("outside"))
    for command in (["db", "upgrade"], ["setup", HERE / "agreement.toml"]):
        done = made.casework(*command)
        assert done.returncode == 0, done.stderr
    return made


def loaded() -> ModuleType:
    """The plugin's module, from its file: in the environment of the tests it is not installed."""
    loader = SourceFileLoader("casework_faltarbete", str(MODULE))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


class TestFaltarbete(PluginContract):
    plugin = "faltarbete"

    @pytest.fixture
    def registry(self) -> Registry:
        return Registry({self.plugin: loaded()})


def test_it_takes_less_than_sixty_lines_with_its_packaging():
    lines = [line for path in (MODULE, PLUGIN / "pyproject.toml") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) < 60


def test_it_imports_the_contract_and_nothing_else_of_casework():
    lines = [line for line in MODULE.read_text("utf-8").splitlines() if re.match(r"\s*(from|import) .*casework", line)]
    allowed = r"from casework import contract as \w+|from casework\.contract import .*"
    assert [line for line in lines if not re.fullmatch(allowed, line)] == []


def test_the_clean_environment_knows_no_plugin_but_the_stranger_s(clean):
    done = clean.casework("areas", "--json")
    assert done.returncode == 0, done.stderr
    (area,) = json.loads(done.stdout)["areas"]
    (kind,) = area["case_types"]
    assert (area["name"], area["label"], kind["name"]) == ("faltarbete", "Fältarbete", "outreach")
    assert [(f["name"], f["kind"], f["sensitivity"]) for f in kind["forms"][0]["fields"]] == [
        ("date", "date", "TEAM"),
        ("place", "choice", "OPEN"),
        ("text", "long_text", "TEAM"),
        ("threat", "long_text", "SEALED"),
    ]
    assert [(s["name"], s["phase"], s["closed"], s["shared_with"]) for s in kind["states"]] == [
        ("met", "street", False, []),
        ("followed", "street", False, ["police"]),
        ("ended", "end", True, []),
    ]
    assert [(t["name"], t["source"], t["target"], t["guard"]) for t in kind["transitions"]] == [
        ("meet", None, "met", None),
        ("follow", "met", "followed", "written"),
        ("end", "met", "ended", None),
        ("end", "followed", "ended", None),
    ]


def test_a_case_of_it_is_registered_written_in_and_moved(clean):
    enabled = clean.casework("enable", "faltarbete", "--municipality", "1881")
    assert enabled.returncode == 0, enabled.stderr
    result = clean.python(HERE / "first_case.py", json.dumps(ANSWERS))
    assert result["refused"] == "Skriv och signera en kontakt först."
    assert result["state"] == "followed"
    assert result["read"] == {name: text for name, text in ANSWERS.items() if name != "threat"}
    written = b"".join(path.read_bytes() for path in clean.data.glob("casework.db*"))
    assert result["number"].encode() in written
    assert b"KX-" not in written
    for command in ("audit", "access"):
        verified = clean.casework(command, "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_code_of_a_plugin_that_is_not_allowed_is_never_imported(clean):
    def imported(**environ: str) -> bool:
        done = clean.casework("areas", "--json", PYTHONVERBOSE="1", **environ)
        assert "import 'casework.core.registry'" in done.stderr, "Python did not say what it imported"
        return "import 'casework_faltarbete'" in done.stderr

    assert imported()
    assert imported(CASEWORK_PLUGINS="faltarbete")
    assert not imported(CASEWORK_PLUGINS="another")


def test_a_plugin_that_is_allowed_and_missing_is_named(clean):
    done = clean.casework("areas", CASEWORK_PLUGINS="another")
    assert done.returncode == 1
    assert "another: tillåten men inte installerad" in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["pyproject.toml", MODULE.name])
def test_the_page_about_writing_a_plugin_shows_this_very_code(name):
    page = (ROOT / "docs" / "write-a-plugin.md").read_text("utf-8")
    shown = re.findall(rf"`{re.escape(name)}`.*?```\w+\n(.*?)```", page, re.DOTALL)
    assert shown[:1] == [(PLUGIN / name).read_text("utf-8")]


def test_these_tests_import_the_stranger_s_module_from_its_file_only():
    assert "casework_faltarbete" not in sys.modules
