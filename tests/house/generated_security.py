"""Two generated pages: the bounds of what is taken in, and the list of everything that is installed on a server."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

import casework.web
from casework.cli import serving
from casework.core import answers, browser_sessions, cases, consent_papers, passwords, proving, search, throttle, turns
from casework.core.registers import files, reading
from casework.web import pace
from tests.house.files import text

MEGABYTE = 1024 * 1024
RULES = """# Bounds and rules for what is taken in

Made by `python3 dev.py docs` from the program's own constants; change those, not this page.

## Rules for a value

Every value that is sent is checked in the program, whatever the browser checked. What each field takes (its kind, its
choices, its bounds, whether it must be answered) is declared once, by its focus area, and published by
`casework areas --json`; `casework/core/answers.py` does it for every field alike. What is not declared is not read.

| kind | taken in |
|---|---|
| text | any signs but NUL, as typed; never interpreted |
| date, time | as people write it; kept as ISO; within a declared bound |
| number | digits with a Swedish comma; from, to and decimals as declared |
| choice | one, or some, of the declared ones |
| yes or no | the two, and where declared "not known" |
| personal number | twelve or ten digits with a right check digit, coordination numbers too; a day that can be |
| user name | lower-case letters, digits, dot, hyphen and underscore |
| id in an address | 22 signs of base64url that the program made; anything else is a page that does not exist |

## Rules for values together

A focus area refuses what does not fit together, in `rules.py`: a consent that ends before it begins, a note before
consent, a closing beside a running protection assessment. Core refuses what no area may allow: an event on a day to
come, a sharing beyond its consent or its longest span, a step that does not lead on from the state, a correction of
what is corrected already, a post beside one that excludes it, an approval by who asked.

## Bounds, for one person and for everybody
"""
UPLOAD = """
## The files that are taken in

A register is brought in by `casework import`, on the server, by an operator. It is read in memory, laid nowhere, kept
nowhere and given to nobody; only its cells are read, no formula, macro, link or picture. It is refused in words unless
it
"""
PAPERS = """
The signed paper of a consent is the one file that a page takes. Its content alone tells what it is; the name it is sent
under is not kept. It stays in memory until it is sealed in the database, is never decoded, and is given only as a file,
to who may open what is sealed in the case and has just shown who they are. The machine's scanner (`CASEWORK_SCANNER`)
looks at it first; where none answers, it is not taken in. It is refused in words unless it
"""


def limits_page() -> str:
    """docs/limits.md, from the constants that the program itself reads."""
    files_ = [UPLOAD, *_rows("a register", "", _register()), PAPERS, *_rows("a paper", "", _paper())]
    return "\n".join([RULES, *_rows("what", "at most", _bounds()), *files_, ""])


def _bounds() -> list[tuple[str, str]]:
    served = serving.SERVED["max_request_body_size"] // MEGABYTE
    whole, fields = casework.web.LARGEST // MEGABYTE, casework.web.MOST_FIELDS
    pages, more, one_search = (f"{figure:.0f}" for figure in (pace.MOST, pace.EACH_SECOND, pace.COSTS["search.find"]))
    account, address = proving.OVER_AN_ACCOUNT, proving.AT_AN_ADDRESS
    alone, shared = throttle.LONGEST.seconds // 60, proving.SHARED_LONGEST.seconds // 60
    return [
        ("a line of text in a form", f"{answers.LONGEST_LINE:,} signs, on one line"),
        ("a long text in a form", f"{answers.LONGEST_TEXT:,} signs"),
        ("a form, or anything else that is sent", f"{whole} MB, {fields:,} fields"),
        ("what the server takes before the program sees it", f"{served} MB, in memory"),
        ("a page of a list", f"{cases.PAGE} rows"),
        ("cases that a search by name goes through", f"the {search.SEARCHED:,} changed last"),
        ("pages of one account", f"{pages} at once, {more} more each second; a search counts as {one_search}"),
        ("wrong guesses before a wait", f"{throttle.FREE}; over an account {account}, at an address {address}"),
        ("the longest wait", f"{alone} minutes; {shared} where others may have guessed"),
        (
            "passwords worked on at once",
            f"one for each core; {turns.WAITING} wait, {turns.PATIENCE:.0f} seconds at most",
        ),
        ("a password", f"no shorter than {passwords.MINIMUM} signs, {passwords.BESIDE_ANOTHER} beside a second factor"),
        ("how old a proof is before what is sealed", f"{browser_sessions.STEPPED_UP.seconds // 60} minutes"),
    ]


def _register() -> list[tuple[str, str]]:
    unpacked = f"{files.LARGEST_UNPACKED // MEGABYTE} MB in {files.MOST_PARTS:,} parts, and no part more than it says"
    return [
        ("ends in", ", ".join(sorted([*files.KINDS, *files.TEXTS]))),
        ("is", "what its name says: a workbook begins as one, a text file does not"),
        ("is at most", f"{files.LARGEST // MEGABYTE} MB"),
        ("unpacks to at most", unpacked),
        ("spans at most", f"{files.MOST_CELLS:,} cells on a sheet"),
        ("holds, as a text file, at most", f"{reading.LONGEST_CELL:,} signs in a cell"),
    ]


def _paper() -> list[tuple[str, str]]:
    return [
        ("is", "a PDF, a JPEG or a PNG by its first and its last bytes"),
        ("is at most", f"{consent_papers.LARGEST / 1_000_000:.1f} MB"),
        ("is one of at most", f"{consent_papers.MOST} of a consent that is no draft"),
    ]


def _rows(one: str, other: str, rows: list[tuple[str, str]]) -> list[str]:
    return [f"| {one} | {other} |", "|---|---|", *(f"| {what} | {bound} |" for what, bound in rows)]


def bill_of_materials() -> str:
    """docs/sbom.cdx.json: what is installed on a server, with PostgreSQL and Vault; the hashes are the lock's."""
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    locks = [text(Path(f"requirements/{lock}.txt")) for lock in ("run", "test")]
    always, whole = (dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock, re.MULTILINE)) for lock in locks)
    extras = [Requirement(one) for extra in project["optional-dependencies"].values() for one in extra]
    named = {name for one in extras for name in (one.name, *(f"{one.name}-{more}" for more in one.extras))}
    installed = always | {name: whole[name] for name in named}
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "casework", "version": project["version"]}},
        "components": [
            {"type": "library", "name": name, "version": which, "purl": f"pkg:pypi/{name}@{which}"}
            for name, which in sorted(installed.items())
        ],
    }
    return json.dumps(bill, indent=1) + "\n"
