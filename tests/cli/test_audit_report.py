"""The yearly report to the board: counts in fives, and nobody in it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casework.core.models import Account, AuditEvent


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_yearly_report_tells_counts_and_names_nobody(casework):
    said = casework("audit", "report", "--municipality", "1881", "--year", "2026").stdout
    for line in (
        "Granskning av loggen i Kumla 2026",
        "Granskade händelser: 0",
        "  Samma efternamn: 0",
        "Nödåtkomster: 0",
    ):
        assert line in said
    told = json.loads(casework("audit", "report", "--municipality", "1881", "--year", "2026", "--json").stdout)
    rules = {"own_case", "same_name", "no_tie", "many", "again", "odd_hours", "told_wrongly"}
    assert set(told["kinds"]) == {*rules, "sample", "other"}
    numbers = [told["reviewed"], told["asked"], told["sample"], *told["outcomes"].values(), *told["kinds"].values()]
    assert all(number % 5 == 0 for number in numbers)
    with casework.installation() as installation:
        with installation.session(None) as session:
            names = session.scalars(select(Account.name)).all()
        with installation.session("1881") as session:
            rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "log:reported")).all()
    assert names and [name for name in names if name in said] == []
    assert [row.detail for row in rows] == ['{"year":2026}'] * 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_report_on_a_municipality_that_does_not_take_part_says_which_do(casework):
    refused = casework("audit", "report", "--municipality", "0180", "--year", "2026", code=1)
    assert "0180" in refused.stderr and "1881 Kumla" in refused.stderr
