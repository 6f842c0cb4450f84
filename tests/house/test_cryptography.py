"""What is done with cryptography stands in docs/cryptography.md: each module, each key, and no weak algorithm."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from casework.core import installation_keys, keys
from tests.house.files import python, text

PAGE = Path("docs/cryptography.md")
CRYPTOGRAPHY = {"authlib", "cryptography", "hashlib", "hmac", "itsdangerous", "joserfc", "secrets", "ssl", "webauthn"}
UNKEYED_SHA1 = {"core/breached_passwords", "core/one_time_codes"}
WEAK = re.compile(r"\b(md4|md5|sha1|ecb|cbc|ctr|des|tripledes|arc4|blowfish|pkcs1v15|dsa)\b", re.IGNORECASE)
GUESSABLE = {"random", "uuid"}


def module(path: Path) -> str:
    """A module as the page writes it."""
    return path.relative_to("casework").with_suffix("").as_posix().removesuffix("/__init__")


def imported(path: Path) -> set[str]:
    """The first part of everything a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
    return found


def code(path: Path) -> str:
    """A module's names and strings, without its comments and docstrings."""
    tree = ast.parse(text(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return ast.unparse(tree)


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text(PAGE), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_every_module_that_uses_cryptography_stands_on_the_page_and_no_other():
    listed = set(re.findall(r"^\| `([\w/]+)` \|", section("Modules"), re.MULTILINE))
    using = {module(path) for path in python("casework") if imported(path) & CRYPTOGRAPHY}
    assert using == listed


def test_every_key_stands_on_the_page_and_no_other():
    table = section("Keys")
    assert set(re.findall(r"^\| installation: `(\w+)`", table, re.MULTILINE)) == set(installation_keys.PURPOSES)
    of_municipalities = {*keys.MUNICIPALITY_PURPOSES, keys.MAIN}
    assert set(re.findall(r"^\| municipality: `(\w+)`", table, re.MULTILINE)) == of_municipalities


def test_no_weak_algorithm_is_named_anywhere():
    weak = {module(path) for path in python("casework") if WEAK.search(code(path))}
    assert weak == UNKEYED_SHA1


def test_nothing_random_comes_from_a_generator_that_can_be_guessed():
    guessable = {module(path) for path in python("casework") if imported(path) & GUESSABLE}
    assert {name for name in guessable if not name.startswith("demo/")} == set()


def test_no_mac_is_compared_sign_by_sign():
    found = []
    for path in python("casework"):
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                sides = " ".join(map(ast.unparse, (node.left, *node.comparators)))
                if re.search(r"\.mac\b|\bmac\(|commitment", sides):
                    found.append(f"{path}:{node.lineno}: {sides}")
    assert found == []
