"""Before something is asked for or approved that takes two, one confirms who one is, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.core import activation, administration, approval_kinds, teams
from casework.core.models import Approval, Disclosure
from tests.core import disclosing
from tests.databases import Databases
from tests.web import case_desk, disclosure_desk
from tests.web.case_desk import Desk, hidden
from tests.web.conftest import PASSWORD
from tests.worlds import KUMLA, VUXEN

WHY = "Vikarie i december"


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path)


@pytest.fixture
def case(desk: Desk) -> str:
    return desk.world.case("maja", name="Gösta Exempelsson", protection=2)


def approvals(desk: Desk, state: str = "waiting") -> int:
    with desk.world.session() as session:
        return session.scalar(select(func.count()).select_from(Approval).where(Approval.state == state)) or 0


ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "case:name": ("vilma", "/arenden/{case}/team/namnge", {"account": "sven", "role": "reader", "may_unseal": "no"}),
    "case:assign": ("vilma", "/arenden/{case}/team/tilldela", {"account": "sven"}),
    "case:decide": (
        "maja",
        "/arenden/{case}/steg/do_not_open/beslut",
        {"account": "fia", "forms_shown": "initial_assessment", "what": WHY},
    ),
    "case:export": (
        "maja",
        "/arenden/{case}/kopia",
        {"purpose": "extract", "recipient": "{subject}", "with_sealed": "no", "assessment": "Prövat", "identity": "y"},
    ),
    "person:lower": ("maja", "/arenden/{case}/personer/lagre-skydd", {"protection": "0"}),
    "account:grant": ("lo", "/anvandare/{sven}", {"role": "team_lead", "level": "EC", "unit": "{unit}"}),
    "account:reset": ("lo", "/anvandare/{sven}/aterstall", {}),
    "account:reopen": ("lo", "/anvandare/{sven}/oppna", {}),
    "area:enable": ("lo", "/moduler/avhoppare?kommun=1881", {"sure": "y"}),
    "keys:rotate": ("lo", "/nycklar/byt", {}),
    "keys:reseal": ("lo", "/nycklar/forsegla", {}),
    "keys:rewrap": ("lo", "/nycklar/flytta", {"to": "vault-transit"}),
}
"""Every kind of what takes two: by whom it is asked for, where, and what is typed."""


def test_every_kind_of_what_takes_two_is_asked_for_here():
    assert set(ASKED) == set(approval_kinds.KINDS)


@pytest.mark.parametrize("what", ASKED)
def test_who_asks_confirms_first_and_comes_back_to_what_was_typed(desk: Desk, case: str, what: str):
    who, path, fields = ASKED[what]
    with desk.world.acting("lo") as (session, lo):
        if what == "area:enable":
            activation.disable(session, lo, "avhoppare")
        if what == "account:reopen":
            administration.disable(session, lo, desk.world.ids["sven"])
    if what == "case:decide":
        with desk.world.session() as session:
            desk.world.get(session, case).state = "initial"
        desk.world.sign("maja", case, "initial_assessment")
    with desk.world.session() as session:
        subject = desk.world.get(session, case).subject_id or ""
    names = {"case": case, "sven": desk.world.ids["sven"], "unit": desk.world.units[KUMLA, VUXEN], "subject": subject}
    at, browser = path.format(**names), desk.as_(who)
    filled = {name: desk.world.ids.get(text, text.format(**names)) for name, text in fields.items()}
    page, before = browser.get(at), approvals(desk)
    version = {"version": hidden(page, "version")} if what == "case:assign" else {}
    token = browser.token(at)
    desk.world.clock.move(minutes=6)
    answer = browser.post(at, {**filled, **version, "reason": WHY}, token=token)
    assert (answer.status_code, answer.location) == (303, "/bekrafta")
    assert approvals(desk) == before
    back = browser.post("/bekrafta", {"password": PASSWORD}).location
    assert "kvar=" in back and WHY in browser.get(back).text
    browser.post(at, {**filled, **version, "reason": WHY})
    assert approvals(desk) == before + 1
    with desk.world.session() as session:
        waits = session.scalars(select(Approval.kind).where(Approval.state == "waiting")).all()
    assert what in waits


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_who_decides_confirms_first_and_keeps_the_answer(desk: Desk, case: str, decision: str):
    with desk.world.acting("vilma") as (session, vilma):
        asked = teams.name(session, vilma, case, desk.world.ids["sven"], "reader", may_unseal=False)
    assert asked is not None
    fia, at = desk.as_("fia"), f"/godkannanden/{asked.id}"
    answer = {"decision": decision, "seen": hidden(fia.get(at), "seen"), "answer": "Det är rimligt"}
    token = fia.token(at)
    desk.world.clock.move(minutes=6)
    assert fia.post(at, answer, token=token).location == "/bekrafta"
    assert approvals(desk, "used") == 1 and approvals(desk) == 1  # maja was given the case by two
    back = fia.post("/bekrafta", {"password": PASSWORD}).location
    assert back.startswith(f"{at}?kvar=") and "Det är rimligt" in fia.get(back).text
    fia.post(at, answer)
    assert approvals(desk) == 0


def test_naming_where_nobody_is_protected_asks_nothing(desk: Desk):
    case = desk.world.case("maja")
    vilma, at = desk.as_("vilma"), f"/arenden/{case}/team/namnge"
    token = vilma.token(at)
    desk.world.clock.move(minutes=6)
    chosen = {"account": desk.world.ids["sven"], "role": "reader", "may_unseal": "no"}
    assert vilma.post(at, chosen, token=token).location == f"/arenden/{case}/team"


# What is given outside ---------------------------------------------------------------------------


def given_disclosures(desk: Desk) -> list[str]:
    with desk.world.session() as session:
        return list(session.scalars(select(Disclosure.state)).all())


def test_whoever_gives_something_outside_confirms_first_and_to_look_or_keep_a_draft_asks_nothing(desk: Desk):
    case = desk.world.case("maja")
    maja, at = desk.as_("maja"), disclosure_desk.at(case)
    fields = disclosure_desk.chosen(desk)
    token = maja.token(at)
    desk.world.clock.move(minutes=6)
    once = {"once": "a" * 22, "version": "0"}
    page = maja.post(at, fields | once | {"visa": "1"}, token=token)
    assert page.status_code == 200
    sent = fields | {name: hidden(page, name) for name in ("once", "version", "seen")}
    assert maja.post(at, sent, token=token).location == "/bekrafta" and given_disclosures(desk) == []
    back = maja.post("/bekrafta", {"password": PASSWORD}).location
    assert "kvar=" in back and "Vägt mot den enskildes intresse" in maja.get(back).text
    assert maja.post(at, sent).status_code == 303 and given_disclosures(desk) == ["performed"]
    desk.world.clock.move(minutes=6)
    token = maja.token(at)
    assert maja.post(at, fields | {"once": "b" * 22, "version": "0", "spara": "1"}, token=token).status_code == 303
    assert sorted(given_disclosures(desk)) == ["draft", "performed"]


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_whoever_decides_a_disclosure_confirms_first_and_so_does_who_then_gives_it(desk: Desk, decision: str):
    case = desk.world.case("maja")
    made = disclosing.assessed(
        desk.world, case, disclosing.wish(desk.world, case, harm="maybe", decider=desk.world.ids["fia"])
    )
    fia, at = desk.as_("fia"), f"/utlamnanden/{made.id}"
    answer = {"decision": decision, "seen": hidden(fia.get(at), "seen"), "answer": "Det är rimligt"}
    token = fia.token(at)
    desk.world.clock.move(minutes=6)
    assert fia.post(at, answer, token=token).location == "/bekrafta"
    assert given_disclosures(desk) == ["assessed"]
    back = fia.post("/bekrafta", {"password": PASSWORD}).location
    assert back.startswith(f"{at}?kvar=") and "Det är rimligt" in fia.get(back).text
    assert fia.post(at, answer).status_code == 303
    if decision == "refuse":
        assert given_disclosures(desk) == ["refused"]
        return
    maja, page = desk.as_("maja"), f"/arenden/{case}/delning/utlamnande/{made.id}"
    token = maja.token(page)
    desk.world.clock.move(minutes=6)
    assert maja.post(page, token=token).location == "/bekrafta" and given_disclosures(desk) == ["approved"]
    assert maja.post("/bekrafta", {"password": PASSWORD}).location == page
    assert maja.post(page).status_code == 303 and given_disclosures(desk) == ["performed"]
