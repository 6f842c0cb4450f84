"""A command for one municipality changes nothing of another: every row of the others is as it was, byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click
import pytest

from casework.cli import main
from casework.core.key_operations import orders
from tests.cli.conftest import DATA, IMPORT, Casework
from tests.cli.ordered import ordered
from tests.twins import Rows, of, rows

KUMLA, HALLSBERG, LAXA, ASKERSUND = "1881", "1861", "1860", "1882"
EVERY = {KUMLA, HALLSBERG, LAXA, ASKERSUND}
REGISTER = DATA / "avhoppare-register.csv"
LIKEWISE = ("--municipality", HALLSBERG, "--area", "avhoppare", "--as", "tove.mallstrom")


def undo(casework: Casework, *place: str) -> None:
    report = casework.database.data_dir.parent / "report.json"
    casework("import", REGISTER, *IMPORT, "--report", report)
    casework("import", "--undo", report, *place, "--area", "avhoppare", "--as", "maja.testlind")


def export(casework: Casework) -> object:
    casework("import", REGISTER, *IMPORT)
    made = casework.database.data_dir.parent / "copy.zip"
    return casework("export", "case", ordered(casework, KUMLA), "--municipality", KUMLA, "--to", made, "--unsealed")


def rotate(casework: Casework) -> object:
    casework.order_keys(orders.order_rotation, KUMLA)
    return casework("keys", "rotate", "--municipality", KUMLA)


def reseal(casework: Casework) -> object:
    casework("import", REGISTER, *IMPORT)
    casework.order_keys(orders.order_resealing, KUMLA)
    return casework("keys", "reseal", "--municipality", KUMLA)


TRIED: dict[str, tuple[str, Callable[[Casework], object]]] = {
    "account add": (
        KUMLA,
        lambda casework: casework(
            *("account", "add", "ny.dummy", "--name", "Ny Dummy", "--organisation", "Kumla kommun"),
            *("--role", "case_officer", "--municipality", KUMLA, "--unit", "Vuxenenheten"),
        ),
    ),
    "audit report": (
        KUMLA,
        lambda casework: casework("audit", "report", "--municipality", KUMLA, "--year", "2026"),
    ),
    "enable": (LAXA, lambda casework: casework("enable", "avhoppare", "--municipality", LAXA)),
    "export case": (KUMLA, export),
    "grounds explain": (
        KUMLA,
        lambda casework: casework("grounds", "explain", "--from", "school", "--to", "police", "--municipality", KUMLA),
    ),
    "import": (KUMLA, lambda casework: casework("import", REGISTER, *IMPORT)),
    "keys reseal": (KUMLA, reseal),
    "keys rotate": (KUMLA, rotate),
}
"""Every command that takes --municipality, done in one."""
ALSO: dict[str, tuple[str, Callable[[Casework], object]]] = {
    "import --dry-run": (KUMLA, lambda casework: casework("import", REGISTER, *IMPORT, "--dry-run")),
    "import --undo": (KUMLA, lambda casework: undo(casework, "--municipality", KUMLA)),
    "import --undo, of a municipality found by the report": (KUMLA, undo),
}

ONLY_READS = {"grounds explain", "import --dry-run"}


def for_a_municipality(group: click.Group, name: str = "") -> Iterator[str]:
    """The commands that take --municipality, by what is written to call them."""
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from for_a_municipality(command, f"{name}{word} ")
        elif any(parameter.name == "municipality" for parameter in command.params):
            yield f"{name}{word}"


def test_every_command_for_a_municipality_is_tried_here():
    assert set(for_a_municipality(main)) == set(TRIED)


@pytest.mark.parametrize("command", [*TRIED, *ALSO])
def test_a_command_for_one_municipality_leaves_the_others_as_they_were(casework, command):
    casework("import", REGISTER, *LIKEWISE)  # so that Hallsberg has the very same people
    place, do = (TRIED | ALSO)[command]
    before = rows(casework.database)
    do(casework)
    after = rows(casework.database)
    for code in EVERY - {place}:
        assert changed(of(code, before), of(code, after)) == set(), code
    assert before != after or command in ONLY_READS
    assert of(HALLSBERG, before)[HALLSBERG, "persons"]


def changed(before: Rows, after: Rows) -> set[tuple[str | None, str]]:
    """The tables in which something is no longer as it was."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_what_only_looks_leaves_nothing_but_the_record_that_it_looked(casework):
    casework("import", REGISTER, *IMPORT)
    before = rows(casework.database)
    for command in (("check",), ("access", "verify"), ("audit", "verify"), ("areas",)):
        casework(*command)
    after = rows(casework.database)
    assert {table for code, table in changed(before, after) if code is not None} <= {"audit_events", "audit_heads"}
