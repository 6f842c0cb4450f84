"""The repository names no machine and no registry, and its locks hold what pyproject.toml asks for."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import missing
from tests.house.files import ROOT, repository, text

OPENID = Path("tests/openid")
BESIDE = ROOT.parent / "shared" / "data"
LOCKS = [Path("requirements") / name for name in ("run.txt", "test.txt", "lint.txt")]
ATTACK = Path("requirements/attack.txt")

# Written so that this file does not hold what it looks for.
HOSTS = re.compile(
    r"pypi\.(?:org)|python" r"hosted\.|npm" r"js\.(?:org|com)|deb\.(?:debian)\.|proxy\.(?:golang)\.|crates\.(?:io)"
)
MACHINE = re.compile(r"(?<![\w./:-])/(?:work|root|home|Users)/\w")


def readable(path: Path) -> str:
    """A file's text; nothing, if it is no text."""
    content = (ROOT / path).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", "replace")


@pytest.mark.parametrize("pattern", [HOSTS, MACHINE], ids=["registry", "machine"])
def test_no_file_names_a_registry_or_a_place_on_some_machine(pattern):
    found = {str(path): hits for path in repository() if (hits := pattern.findall(readable(path)))}
    assert found == {}


@pytest.mark.parametrize("name", ["municipalities.csv", "asvs-5.0.csv"])
def test_what_is_read_beside_the_project_is_not_copied_into_it(name):
    if not (BESIDE / name).exists():
        missing("what the tests read lies in ../shared/data, beside the project")
    content = (BESIDE / name).read_bytes()
    assert [str(path) for path in repository() if path.name == name or (ROOT / path).read_bytes() == content] == []


@pytest.mark.parametrize("lock", [*LOCKS, ATTACK], ids=str)
def test_a_lock_holds_hashes_and_no_address(lock):
    content = text(lock)
    assert "http" not in re.sub(r"^[\w.-]+(?===)", "", content, flags=re.MULTILINE), "beside the names of packages"
    assert "://" not in content
    assert not re.search(r"^\s*-(?!-hash=)", content, re.MULTILINE), "an option, such as an index"
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", content.strip()))


def test_the_lock_of_the_tests_openid_provider_holds_hashes_and_no_address():
    content = text(OPENID / "package-lock.json")
    packages = json.loads(content)["packages"]
    assert "://" not in content and "resolved" not in content
    assert all(one.get("integrity", "").startswith("sha512-") for name, one in packages.items() if name)
    asked = json.loads(text(OPENID / "package.json"))["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(text(OPENID / ".npmrc").splitlines())


@pytest.mark.parametrize("lock", [*LOCKS, ATTACK], ids=str)
def test_a_lock_holds_what_is_asked_for(lock):
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", text(lock), re.MULTILINE))
    absent = [
        str(wanted)
        for wanted in map(Requirement, asked_for(lock.stem))
        if not wanted.specifier.contains(locked.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert absent == [], "run: python3 dev.py lock"


@pytest.mark.parametrize(("smaller", "larger"), [(LOCKS[0], LOCKS[1]), (LOCKS[1], LOCKS[2])], ids=["test", "lint"])
def test_a_larger_lock_holds_the_smaller_one(smaller, larger):
    entries = [set(re.findall(r"^[\w.-]+==\S+", text(lock), re.MULTILINE)) for lock in (smaller, larger)]
    assert entries[0] <= entries[1]


def asked_for(lock: str) -> list[str]:
    """What pyproject.toml and build.in want to find in a lock; the tools that attack have a list of their own."""
    if lock == ATTACK.stem:
        return listed("attack.in")
    project, build = tomllib.loads(text(Path("pyproject.toml"))), listed("build.in")
    wanted = [*project["project"]["dependencies"], *build]
    if lock != "run":
        wanted += [name for extra in project["project"]["optional-dependencies"].values() for name in extra]
        wanted += project["dependency-groups"]["test"]
    if lock == "lint":
        wanted += project["dependency-groups"]["lint"]
    return wanted


def listed(name: str) -> list[str]:
    lines = text(Path("requirements") / name).splitlines()
    return [line for line in lines if line and not line.startswith("#")]
