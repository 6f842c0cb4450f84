"""The canary sweep (security.md 2.3): after a day nothing that must stay closed lies readable anywhere.

Every word is a canary: each sealed field of each form of each plugin, names, numbers, reasons, tasks, searches, what
was typed in vain and what was at hand when a page broke. They are looked for in every place that keeps something, in
every encoding of ``tests.cli.leaks``; and a leak is planted in each of them and found.
"""

from __future__ import annotations

import logging
import re
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from casework.core.db import Base, SealedValue, tenant_tables
from tests.sweep import day as days
from tests.sweep.canaries import distinct, text_fields
from tests.sweep.conftest import EVERY, Lived
from tests.sweep.places import PLACES
from tests.twins import looking, pull_down
from tests.web.role_desk import rules

INCIDENT = re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}")
UNWRITTEN = {"temp"}
"""A place where nothing is kept: a file there would be looked into."""
EMPTY = {
    "departures.mac": "who left to sign in at a provider's: no words of anybody",
    "enrolments.mac": "one-time links that were not used: no words of anybody",
    "identity_providers.mac": "no organisation here has one",
    "installation_events.cases": "what is done to the installation touches no case",
    "installation_events.content": "the same",
}
"""Sealed columns in which the day leaves nothing, each with its reason."""
HEX = {"dump", "session table"}


@pytest.mark.prove
def test_nothing_that_must_stay_closed_is_found_anywhere(lived: Lived, figures) -> None:
    figures |= {"seed": lived.canaries.seed, "canaries": len(lived.canaries.all())}
    places = lived.traces.collected()
    assert set(places) == set(PLACES)
    found = {place: hits for place, files in places.items() if (hits := lived.canaries.found_in(files))}
    size = {place: sum(one.stat().st_size for one in files) for place, files in places.items()}
    figures |= {f"{place} KiB": round(size[place] / 1024) for place in PLACES} | {"hits": len(found)}
    assert found == {}, lived.canaries.seed
    assert {place for place in PLACES if size[place] == 0} <= UNWRITTEN
    assert size["database"] + size["wal"] > 1_000_000 and size["dump"] > 300_000 and size["backup"] > 100_000


def test_every_sealed_field_in_words_of_every_plugin_held_a_canary(lived: Lived) -> None:
    where, forms = set(lived.canaries.made.values()), 0
    for _area, kind in days.kinds():
        for form in kind.forms:
            said = where & {f"{kind.name}.{form.name}.{field.name}" for field in form.fields}
            assert len(said) == text_fields(form), (kind.name, form.name)
            forms += 1
    assert forms > 50 and len(lived.canaries.numbers) > 6


def test_every_sealed_column_of_every_table_holds_something_after_the_day(lived: Lived) -> None:
    empty = set()
    with looking(lived.traces.database) as connection:
        for name, table in Base.metadata.tables.items():
            for column in table.columns:
                if isinstance(column.type, SealedValue | LargeBinary):
                    held = connection.execute(select(table.c[column.name]).where(column.is_not(None)).limit(1))
                    empty |= set() if held.first() else {f"{name}.{column.name}"}
    assert empty == set(EMPTY)


@pytest.mark.prove
def test_an_error_in_any_route_is_a_code_and_nothing_of_what_was_at_hand(lived: Lived) -> None:
    log = (lived.traces.folder / "log" / "program.log").read_text("utf-8")
    for fault, answers in lived.answers.items():
        assert len(answers) >= sum(len(rules(lived.day.app, method)) for method in ("GET", "POST")) // EVERY
        broken = 0
        for page, answer in answers:
            assert lived.canaries.stem not in answer.text + str(answer.headers), page
            if answer.status_code == 500:
                code = INCIDENT.search(answer.text)
                assert code, page
                assert f"incident {code[0]} {fault} {page.split()[1]}" in log
                broken += 1
        assert broken > len(answers) * 0.9 or fault == "BadRequest"
    assert "Traceback" not in log


def test_a_leak_planted_anywhere_in_any_encoding_is_found(lived: Lived) -> None:
    text, number = lived.canaries.text("a planted leak"), lived.canaries.numbers[0].digits[2:]
    written = [*distinct(text), *distinct(number)]
    lived.traces.collected()
    plant_in_database(lived, written)
    for nth, form in enumerate(written):
        logging.getLogger("casework").warning("%s", form.decode("latin-1"))
        for place in ("responses", "mail"):
            (lived.traces.folder / place / f"planted{nth}").write_bytes(b"<" + form + b">")
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"\0before" + form + b"after")
    for planted in (lived.traces.folder / "copies" / "planted.data", lived.traces.folder / "export.jsonl"):
        with planted.open("ab") as file:
            file.write(b"\n".join(written))
    hits = hits_in(lived, set(PLACES) - {"database"})
    lived.release()
    lived.day.world.installation.forget_pages()
    hits |= hits_in(lived, {"database"})
    for place in PLACES:
        # Where bytes that are no text are written as hex, they are found as that.
        wanted = {name for form, name in distinct(lived.canaries.stem).items() if place not in HEX or b"\0" not in form}
        assert {name for name in wanted if f"{name}: " not in hits[place]} == set(), place
        assert "a planted leak" in hits[place] and "a number" in hits[place], place


def hits_in(lived: Lived, places: set[str]) -> dict[str, str]:
    """What is found in places, in one text for each."""
    files = lived.traces.collected()
    found = {place: lived.canaries.found_in(files[place]) for place in places}
    return {place: "\n".join(hit for hits in some.values() for hit in hits) for place, some in found.items()}


def plant_in_database(lived: Lived, written: list[bytes]) -> None:
    """A table nobody made, and what a browser left: as text where it is text, else as bytes."""
    with looking(lived.traces.database) as connection:
        pull_down(connection)
        binary = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
        connection.exec_driver_sql(f"CREATE TABLE planted (words TEXT, raw {binary})")
        sign = "?" if connection.dialect.name == "sqlite" else "%s"
        for form in written:
            value = (None, form) if b"\0" in form else (form.decode(), None)
            connection.exec_driver_sql(f"INSERT INTO planted VALUES ({sign}, {sign})", value)
        plain = "\n".join(form.decode() for form in written if b"\0" not in form)
        connection.exec_driver_sql(f"UPDATE sessions SET data = {sign}", (plain,))
        connection.commit()
    assert "planted" not in tenant_tables()


def test_a_number_is_found_in_every_encoding(lived: Lived, tmp_path: Path) -> None:
    file = tmp_path / "number"
    short = lived.canaries.numbers[0].digits[2:]
    for text in (short, f"{short[:6]}-{short[6:]}"):
        for form, name in distinct(text).items():
            file.write_bytes(b"<" + form + b">")
            assert lived.canaries.found_in([file]) != {}, name
    file.write_bytes(short[:8].encode() + b"xx")
    assert lived.canaries.found_in([file]) == {}


def test_a_file_is_looked_into_across_the_borders_of_its_parts(lived: Lived, tmp_path: Path, monkeypatch) -> None:
    text = lived.canaries.text("across a border")
    monkeypatch.setattr("tests.sweep.canaries.BLOCK", 64)
    file = tmp_path / "parts"
    for before in range(40, 64):
        file.write_bytes(b"." * before + text.encode() + b"." * 100)
        assert "utf-8: across a border" in lived.canaries.found_in([file])["parts"]
    file.write_bytes(b"." * 300)
    assert lived.canaries.found_in([file]) == {}
