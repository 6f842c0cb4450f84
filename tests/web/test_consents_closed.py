"""Who may not know of a case learns nothing of its consents, and who only reads it changes none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core.models import AuditEvent
from tests.core.consenting import child, consented
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.consent_desk import YES, at, body, states


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def pages_of(case: str, consent: str) -> list[str]:
    return [at(case), at(case, "nytt"), *(at(case, consent, *more) for more in ((), ("svar",), ("aterkalla",)))]


def test_who_does_not_work_in_the_case_is_told_the_same_of_it_as_of_one_that_is_not(desk: Desk):
    case = child(desk.world, 10)
    consent = consented(desk.world, case, "guardian")
    for who in ("sven", "vilma", "lo", "erik", "greta"):
        browser = desk.as_(who)
        missing = body(browser.get("/arenden/finns-inte-alls-finns1"))
        for path in [*pages_of(case, consent), at(case, consent, "fornya"), at(case, consent, "slang")]:
            found = browser.get(path)
            assert (found.status_code, body(found)) == (404, missing), (who, path)


def test_another_cases_consent_is_told_as_one_that_is_not(desk: Desk):
    own, other = desk.world.case("maja"), desk.world.case("maja")
    consent = consented(desk.world, other)
    maja = desk.as_("maja")
    missing = body(maja.get("/arenden/finns-inte-alls-finns1"))
    for path in pages_of(own, consent)[2:]:
        assert body(maja.get(path)) == missing, path
        if not path.endswith(consent):
            assert body(maja.post(path, page=at(own, "nytt"))) == missing, path
    assert states(desk) == ["given"]


def test_a_reader_sees_the_register_and_changes_nothing(desk: Desk):
    case = desk.world.case("maja")
    consent = consented(desk.world, case)
    desk.world.name(case, "sven", role="reader")
    sven = desk.as_("sven")
    assert "Be om samtycke" not in words(sven.get(at(case))) and "Återkalla" not in words(sven.get(at(case, consent)))
    for path in (at(case, "nytt"), *pages_of(case, consent)[3:]):
        assert sven.get(path).status_code == 404, path
        assert sven.post(path, YES, page="/installningar").status_code == 404, path
    assert states(desk) == ["given"]


def test_that_the_register_was_read_is_remembered_without_a_word_of_it(desk: Desk):
    case = desk.world.case("maja")
    consented(desk.world, case, kinds=["addiction"], note="Inte om brodern Kalle")
    desk.as_("maja").get(at(case))
    with desk.world.session() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.case_id == case)).all()
    assert any('"consents"' in row.detail and row.action == "case:opened" for row in rows)
    assert not any("addiction" in row.detail or "Kalle" in row.detail for row in rows)
