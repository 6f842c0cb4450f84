"""Before something is asked for or approved that takes two, one confirms who one is, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.core import activation, teams
from casework.core.models import Approval
from tests.databases import Databases
from tests.web import case_desk
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
    "naming": ("vilma", "/arenden/{case}/team/namnge", {"account": "sven", "role": "reader", "may_unseal": "no"}),
    "assigning": ("vilma", "/arenden/{case}/team/tilldela", {"account": "sven"}),
    "lowering": ("maja", "/arenden/{case}/personer/lagre-skydd", {"protection": "0"}),
    "granting": ("lo", "/anvandare/{sven}", {"role": "team_lead", "level": "EC", "unit": "{unit}"}),
    "resetting": ("lo", "/anvandare/{sven}/aterstall", {}),
    "enabling": ("lo", "/moduler/avhoppare?kommun=1881", {"sure": "y"}),
    "rotating": ("lo", "/nycklar/byt", {}),
    "moving": ("lo", "/nycklar/flytta", {"to": "vault-transit"}),
}
"""Every page that asks for what takes two: by whom, where, and what is typed."""


@pytest.mark.parametrize("what", ASKED)
def test_who_asks_confirms_first_and_comes_back_to_what_was_typed(desk: Desk, case: str, what: str):
    who, path, fields = ASKED[what]
    if what == "enabling":
        with desk.world.acting("lo") as (session, lo):
            activation.disable(session, lo, "avhoppare")
    names = {"case": case, "sven": desk.world.ids["sven"], "unit": desk.world.units[KUMLA, VUXEN]}
    at, browser = path.format(**names), desk.as_(who)
    filled = {name: desk.world.ids.get(text, text.format(**names)) for name, text in fields.items()}
    page, before = browser.get(at), approvals(desk)
    version = {"version": hidden(page, "version")} if what == "assigning" else {}
    token = browser.token(at)
    desk.world.clock.move(minutes=6)
    answer = browser.post(at, {**filled, **version, "reason": WHY}, token=token)
    assert (answer.status_code, answer.location) == (303, "/bekrafta")
    assert approvals(desk) == before
    back = browser.post("/bekrafta", {"password": PASSWORD}).location
    assert "kvar=" in back and WHY in browser.get(back).text
    browser.post(at, {**filled, **version, "reason": WHY})
    assert approvals(desk) == before + 1


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
