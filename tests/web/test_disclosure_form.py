"""The form of a disclosure: nothing typed is lost, and what cannot be read is said where it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core.models import Disclosure
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden
from tests.web.disclosure_desk import at, chosen


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def made(desk: Desk) -> Disclosure:
    with desk.world.session() as session:
        return session.scalars(select(Disclosure)).one()


@pytest.mark.parametrize("button", ["spara", "visa"])
@pytest.mark.parametrize(
    ("field", "typed"),
    [("until", "31/31"), ("oral_on", "i förrgår kväll"), ("victim_born", "2o26"), ("secrecy", "26;1")],
)
def test_what_cannot_be_read_is_said_at_its_field_and_kept_as_it_was_typed(desk: Desk, button, field, typed):
    case = desk.world.case()
    maja = desk.as_("maja")
    fields = chosen(desk, once=hidden(maja.get(at(case)), "once"), version="0", **{field: typed})
    page = maja.post(at(case), fields | {button: "1"})
    assert page.status_code == 422
    shown = re.search(rf'<input[^>]*name="{field}"[^>]*>', page.text)
    assert shown is not None and f'value="{typed}"' in shown[0] and "aria-invalid" in shown[0]
    with desk.world.session() as session:
        assert session.scalars(select(Disclosure)).all() == []


def test_a_secrecy_that_was_left_empty_stays_so_in_a_draft(desk: Desk):
    case = desk.world.case()
    maja = desk.as_("maja")
    first = maja.get(at(case))
    assert 'value="26:1"' in first.text
    fields = chosen(desk, once=hidden(first, "once"), version="0", spara="1", secrecy="")
    assert maja.post(at(case), fields).status_code == 303
    assert 'value="26:1"' not in maja.get(f"{at(case)}/{made(desk).id}").text
