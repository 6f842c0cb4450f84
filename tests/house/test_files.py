"""Files are short, and named for what they hold."""

from __future__ import annotations

import ast

import pytest

from tests.house.files import Definition, definitions, python, repository, text

LONGEST = 300
FROZEN = "migrations/versions"
"""Lists that are written once and never changed: docs/adr/0003-long-migrations.md."""
SAYING_NOTHING = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}


def test_the_rules_see_the_whole_repository():
    assert {"casework/contract/hooks.py", "dev.py", "pyproject.toml"} <= {path.as_posix() for path in repository()}


@pytest.mark.parametrize("path", [path for path in python() if not path.is_relative_to(FROZEN)], ids=str)
def test_no_python_file_is_longer_than_can_be_read_in_one_sitting(path):
    length = text(path).count("\n")
    assert length <= LONGEST


def test_nothing_has_a_name_that_says_nothing():
    parts = [(path, part) for path in python() for part in (*path.parts[:-1], *path.stem.split("_"))]
    assert [str(path) for path, part in parts if part in SAYING_NOTHING] == []


@pytest.mark.parametrize("path", [*python("casework"), *python("plugins")], ids=str)
def test_everything_public_says_what_it_is(path):
    if "tests" in path.parts:
        return
    module = ast.parse(text(path))
    silent = [name for name, node in definitions(module) if public(name) and not documented(node)]
    assert ast.get_docstring(module), f"{path} does not say what it is"
    assert silent == []


def public(name: str) -> bool:
    return not any(part.startswith("_") for part in name.split("."))


def documented(node: Definition) -> bool:
    """Say it oneself, or repeat what a class above says; the second is marked with @override."""
    inherits = any("override" in ast.unparse(decorator) for decorator in node.decorator_list)
    return inherits or bool(ast.get_docstring(node))
