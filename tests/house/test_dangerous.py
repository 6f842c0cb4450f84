"""What the program does not do: run what somebody wrote, load what somebody packed, reach out, trust a text."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest

import casework
from casework.core import answers
from tests.house.files import python, repository, text

INVENTORY = Path("docs/inventory.md")
PRODUCT = [
    path
    for folder in ("casework", "plugins")
    for path in python(folder)
    if "tests" not in path.parts and not path.is_relative_to("casework/testing")
]
RUNS = {"compile", "eval", "exec", "execfile", "__import__", "breakpoint"}
LOADS = set(
    "code ctypes dill imp jsonpickle ldap ldap3 lxml marshal memcache multiprocessing pickle pty shelve subprocess "
    "telnetlib webbrowser xml yaml".split()
)
"""Modules that run commands, load what can run, or speak to something that can be told to."""
WRITES_XML = Path("casework/core/export_files.py")
"""It makes a tree and writes it out, and reads none."""
REACHES = {"aiohttp", "asyncio", "authlib", "ftplib", "httpx", "hvac", "imaplib", "poplib", "requests", "smtplib",
           "socket", "socketserver", "ssl", "urllib3", "waitress"}  # fmt: skip
REACHES_BY = {"http.client", "http.server", "logging.handlers", "urllib.request"}
OF_THE_SYSTEM = {"system", "popen", "spawnl", "spawnv", "execv", "execl", "execvp", "fork", "posix_spawn"}


def imported(path: Path) -> set[str]:
    """The full names of what a file imports."""
    found = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {node.module or "", *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def test_the_rules_see_the_product():
    assert len(PRODUCT) > 200


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_no_code_is_made_of_text_and_no_command_is_run(path):
    calls = [node for node in ast.walk(ast.parse(text(path))) if isinstance(node, ast.Call)]
    names = {ast.unparse(call.func) for call in calls}
    assert not names & RUNS
    assert not {name for name in names if name.startswith("os.") and name.removeprefix("os.") in OF_THE_SYSTEM}
    allowed = {"xml"} if path == WRITES_XML else set()
    assert not ({name.partition(".")[0] for name in imported(path)} - allowed) & LOADS


def test_what_writes_xml_reads_none():
    assert not re.search(r"ElementTree\.(?:parse|iterparse|fromstring|XML)|XMLParser", text(WRITES_XML))


def test_whatever_reaches_another_machine_stands_in_the_inventory():
    found = {
        path.as_posix()
        for path in PRODUCT
        if {name.partition(".")[0] for name in imported(path)} & REACHES or imported(path) & REACHES_BY
    }
    section = text(INVENTORY).partition("## Whom the program talks to")[2].partition("\n## ")[0]
    named = set(re.findall(r"`((?:casework|plugins)/[\w/]+\.py)`", section))
    assert found == named


# --------------------------------------------------------------------------------------------------------------- pages
TEMPLATES = [path for path in repository() if path.suffix == ".html" and path.is_relative_to("casework/web/templates")]
SCRIPTS = [path for path in repository() if path.suffix == ".js" and path.is_relative_to("casework")]
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape|\bMarkup\b|\|\s*tojson|<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=")
FROM_ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:|//|data:|javascript:)""", re.IGNORECASE)
IN_SCRIPT = re.compile(
    r"\beval\b|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|"
    r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|addEventListener\('message'|postMessage\([^)]*,|"
    r"__proto__|\.prototype\b|Object\.assign|JSON\.parse|importScripts|import\(|XMLHttpRequest|WebSocket|RTCPeer|"
    r"https?://|(?:window|globalThis|document)\.\w+\s*=[^=]|setAttribute\('(?:on|src|href)|<script"
)


def test_the_rules_see_the_pages():
    assert len(TEMPLATES) > 50 and {path.name for path in SCRIPTS} >= {"app.js", "passkey.js"}


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_escapes_everything_and_takes_nothing_from_elsewhere(path):
    assert UNESCAPED.findall(text(path)) == []
    assert FROM_ELSEWHERE.findall(text(path)) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_a_script_writes_text_keeps_nothing_and_adds_no_name_to_the_page(path):
    words = text(path)
    assert IN_SCRIPT.findall(words) == []
    assert words.startswith("'use strict';") and words.rstrip().endswith("})();")


@pytest.mark.parametrize(
    "planted",
    ["el.innerHTML = x", "localStorage.setItem('a', b)", "eval(x)", "window.casework = {}", "o.__proto__ = x",
     "document.cookie = x", "addEventListener('message', f)", "parent.postMessage(x, '*')"],
)  # fmt: skip
def test_the_rule_for_scripts_finds_what_it_looks_for(planted):
    assert IN_SCRIPT.search(planted)


def test_templates_are_files_and_nothing_is_declared_safe_but_dates():
    made = [path for path in PRODUCT if re.search(r"render_template_string|from_string\(|Template\(", text(path))]
    assert made == []
    safe = [path.as_posix() for path in PRODUCT if re.search(r"\bMarkup\(", text(path))]
    assert safe == ["casework/web/language.py"]  # it escapes first, and has a test


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_a_request_is_asked_for_each_value_where_it_stands(path):
    assert not re.search(r"\b(?:http|request)\.values\b", text(path))


def test_nothing_that_is_served_imports_the_demonstration_or_the_fixtures():
    served = [path for path in PRODUCT if not path.is_relative_to("casework/demo")]
    found = [
        path.as_posix()
        for path in served
        if any(name.startswith(("casework.demo", "casework.testing", "pytest")) for name in imported(path))
    ]
    assert found == []


# --------------------------------------------------------------------------------------------------------- expressions
UNITS = ["a", "1", " ", "1 ", "1-", "a@", "a.", "(", "Aa ", "12.34.", "070-", '" ', "0", "\u2010"]
WORST = [unit * (answers.LONGEST_TEXT // len(unit)) + end for unit in UNITS for end in ("!", "\n")]
"""As long as anything that is taken in."""
AT_THE_BEGINNING = {
    "casework.core.embedded.WRITING",
    "casework.core.registers.reading._LEADING_NUMBER",
    "casework.core.written_names.OF_ANOTHER",
}
"""Expressions that are matched at one place of a text only, and never searched for in it."""
MOST_SECONDS = 2.0


def patterns() -> dict[str, re.Pattern[str]]:
    """Every expression that a module of the program keeps."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(casework.__path__, "casework."):
        if module.name.startswith(("casework.testing", "casework.demo.__main__")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{module.name}.{name}"] = value
    return found


def test_no_text_keeps_an_expression_busy():
    assert len(patterns()) > 25
    slow = []
    for name, pattern in patterns().items():
        for worst in WORST:
            begun = time.perf_counter()
            (pattern.match if name in AT_THE_BEGINNING else pattern.search)(worst)
            pattern.fullmatch(worst)
            if time.perf_counter() - begun > MOST_SECONDS:
                slow.append((name, worst[:6]))
    assert slow == []


OF_LITERALS = {
    "casework/core/blackening.py": [
        "re.compile(patterns)",
        "re.compile(as_it_stands)",
        "re.compile(NOT_IN_NUMBER.format(f'(?:{_as_number(wanted, digits)})'))",
    ]
}
"""Expressions made of names, numbers and passages, each letter escaped, so that nothing in them is but itself."""
EXPRESSIONS = {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}


def constant(node: ast.expr) -> bool:
    """A literal, a name of the module's own, or a literal with such names in it."""
    if isinstance(node, ast.JoinedStr):
        return all(
            not isinstance(part, ast.FormattedValue) or (isinstance(part.value, ast.Name) and part.value.id.isupper())
            for part in node.values
        )
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_no_expression_is_made_of_what_was_sent(path):
    functions = [node for node in ast.walk(ast.parse(text(path))) if isinstance(node, ast.FunctionDef)]
    calls = [node for one in functions for node in ast.walk(one) if isinstance(node, ast.Call)]
    made = [
        ast.unparse(call)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "re"
        and call.func.attr in EXPRESSIONS
        and not constant(call.args[0])
    ]
    assert made == OF_LITERALS.get(path.as_posix(), [])


def test_what_is_matched_at_the_beginning_is_not_searched_for():
    for full in AT_THE_BEGINNING:
        module, _dot, name = full.rpartition(".")
        words = text(Path(f"{module.replace('.', '/')}.py"))
        assert f"{name}.match(" in words and f"{name}.search(" not in words
