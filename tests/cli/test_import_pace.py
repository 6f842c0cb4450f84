"""An import does not slow down as the register grows, and what makes it fast changes nothing of what it finds."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from casework.core import access_rows, audit_verification, crypto
from casework.core.models import AuditEvent, Case, Person
from casework.demo.people import check_digit
from tests.cli.conftest import IMPORT

HEADER = "Personnr;Namn;Start;Skydd;Anteckningar"


def number(nth: int) -> str:
    born = date(1960, 1, 1) + timedelta(days=nth * 31)
    nine = f"{born:%y%m%d}{980 + nth % 10}"
    return f"{born:%Y%m%d}{nine[6:]}{check_digit(nine)}"


def bring_in(casework, tmp_path, lines):
    file, out = tmp_path / "lista.csv", tmp_path / "out.json"
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    casework("import", file, *IMPORT, "--report", out)
    return json.loads(out.read_text("utf-8"))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_work_for_a_row_does_not_grow_with_the_rows_before_it(casework, tmp_path, monkeypatch):
    statements, opened = [], []
    unseal = crypto.unseal

    def counted(*given):
        opened.append(1)
        return unseal(*given)

    def count(*_):
        statements.append(1)

    monkeypatch.setattr(crypto, "unseal", counted)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        pace = []
        for first in (0, 60, 120):
            statements.clear()
            opened.clear()
            lines = [f"{number(nth)};A B;2025-01-06;skyddad folkb.;2025-01-07 Möte" for nth in range(first, first + 60)]
            assert bring_in(casework, tmp_path, lines)["imported"] == 60
            pace.append((len(statements) / 60, len(opened)))
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    (first_statements, _), *_, (last_statements, last_opened) = pace
    assert last_statements < first_statements * 1.1
    assert last_opened < 2 * (120 + 60)  # each protected person once, those from before and the new ones


def test_a_person_is_found_again_in_the_rows_that_follow_whatever_their_protection(casework, tmp_path):
    rows = [
        (0, "nej"),
        (0, "skyddad folkb."),
        (0, "nej"),
        (1, "skyddad folkb."),
        (1, "nej"),
        (2, "sekretess"),
        (2, ""),
        (1, "skyddad folkb."),
    ]
    lines = [f"{number(who)};A B;2025-01-{day:02d};{how};" for day, (who, how) in enumerate(rows, 1)]
    assert bring_in(casework, tmp_path, lines)["imported"] == len(rows)
    again = bring_in(casework, tmp_path, lines)
    assert (again["imported"], again["already"]) == (0, len(rows))
    with casework.installation() as installation, installation.session("1881") as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 3
        assert sorted(session.scalars(select(Person.protection))) == [1, 2, 2]
        assert session.scalar(select(func.count()).select_from(Case)) == len(rows)
        matched = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "person:matched")).all()
        assert len(matched) >= 2 * len(rows)
        assert access_rows.differences(session) == []
        assert audit_verification.faults(session) == []
