"""A report of a worry on its pages: never declined, assessed with who decided, put into the right case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.handing import WORRY, Hand
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, words
from tests.web.role_desk import plain
from tests.web.test_handovers import fill, reported


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


def test_a_report_is_not_declined_and_who_sent_it_wrong_reads_what_to_do(desk: Desk):
    pia, sent = reported(desk)
    ida = desk.as_("ida")
    ida.post(f"/inkorg/{sent}/oppna", page=f"/inkorg/{sent}")
    page = ida.get(f"/inkorg/{sent}")
    assert "Ta inte emot det" not in words(page) and "Den som anmälde har bett om återkoppling." in words(page)
    for path in (f"/inkorg/{sent}/tacka-nej", f"/inkorg/{sent}/svara"):
        assert ida.get(path).location == f"/inkorg/{sent}"
    other = f"/inkorg/{sent}/kom-fel"
    late = ida.post(f"/inkorg/{sent}/tacka-nej", fill(ida, other, {"code": "unclear"}), page=other)
    assert late.status_code == 422 and "En orosanmälan ska bedömas." in words(late)
    path = f"/inkorg/{sent}/kom-fel"
    done = ida.post(path, fill(ida, path, {"code": "other_municipality", "phone": "", "account": ""}))
    assert (done.status_code, done.location) == (303, f"/inkorg/{sent}")
    again = words(ida.get(done.location))
    assert "Den ska ändå bedömas här." in again and WORRY in again and "Nytt ärende" in again
    told = pia.get(f"/skickat/{sent}")
    assert "Gör anmälan där också, i dag." in words(told) and 'href="/orosanmalan"' in told.text
    assert "Öppnad" in words(told) and "Inte mottagen" not in words(told)


def test_the_assessment_of_a_report_without_a_case_is_read_with_who_decided(desk: Desk):
    pia, sent = reported(desk)
    ida, fia, hand = desk.as_("ida"), desk.as_("fia"), Hand(desk.world)
    hand.pass_on(hand.open(sent), "fia")
    path = f"/inkorg/{sent}/bedomning"
    said = {"code": "elsewhere", "words": "Inget behov av skydd i dag. Laxå har fått anmälan."}
    refused = ida.post(path, fill(ida, path, said))
    assert refused.status_code == 422 and said["words"] in words(refused)
    assert "Det beslutar en förste socialsekreterare" in words(refused)
    done = fia.post(path, fill(fia, path, said))
    assert (done.status_code, done.location) == (303, f"/inkorg/{sent}")
    for browser in (fia, ida):
        page = words(browser.get(f"/inkorg/{sent}"))
        assert said["words"] in page and "Fia Förstelin, 24 nov 09.00" in page and WORRY in page
    assert "Bedömd" in words(ida.get("/inkorg")) and "Inget väntar" in words(ida.get("/inkorg"))
    assert "Bedömd" not in words(pia.get(f"/skickat/{sent}")) and "Mottagen" in words(pia.get(f"/skickat/{sent}"))


def test_whom_a_case_is_about_is_shown_only_of_cases_of_ones_own(desk: Desk):
    _pia, sent = reported(desk)
    hand, own, others = Hand(desk.world), desk.world.case("maja", protection=2), desk.world.case("sven")
    hand.pass_on(hand.open(sent), "maja")
    maja, path = desk.as_("maja"), f"/inkorg/{sent}/lagg-i-arende"
    missing = maja.get(f"{path}/finns-inte-alls-finns1")
    theirs = maja.get(f"{path}/{others}")
    assert theirs.status_code == missing.status_code == 404 and plain(theirs.data) == plain(missing.data)
    for case_id in (others, "finns-inte-alls-finns1"):
        assert maja.post(f"{path}/{case_id}", fill(maja, path, {}), page=path).status_code == 404
    with desk.world.session() as session:
        number = desk.world.get(session, others).number
    form = fill(maja, path, {})
    refused = [maja.post(path, form | {"number": one}) for one in (number, "2026-9999")]
    shown_for = (plain(one.data).replace(number.encode(), b"2026-9999") for one in refused)
    pages = {re.sub(rb'data-token="[^"]+"', b"", one) for one in shown_for}
    assert {one.status_code for one in refused} == {422} and len(pages) == 1
    shown = words(maja.get(f"{path}/{own}"))
    assert "Person med skyddade personuppgifter" in shown and "Gösta" not in shown
    assert hand.row(sent).state == "opened"
