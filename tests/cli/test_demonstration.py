"""The demonstration is made by the program itself, so a rule that its invented cases break stops it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

import casework.web
from casework.core import accounts, case_links, disclosure_decisions, handovers, organisations, partaking, received
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Case, CaseLink, Consent, GroundRule, Handover, StatusPermission
from casework.core.permissions import Actor
from casework.demo.__main__ import make
from casework.settings import Settings


def test_the_demonstration_is_made_with_cases_of_every_area_and_something_for_the_police(tmp_path):
    settings = Settings.read(tmp_path / "demo", demo=True)
    make(settings)
    installation = casework.web.install(settings)
    try:
        with installation.session(None) as session:
            codes = [one.code for one in organisations.municipalities(session)]
        areas: Counter[str] = Counter()
        told = 0
        consents: Counter[str] = Counter()
        for code in codes:
            with installation.session(code) as session:
                areas.update(session.scalars(select(Case.area)))
                consents.update(session.scalars(select(Consent.state)))
                told += len(session.scalars(select(StatusPermission.id)).all())
        everybody_sees_their_part(installation)
    finally:
        installation.engine.dispose()
    assert set(areas) == set(installation.registry.areas)
    assert told > 0
    assert set(consents) == {"given", "refused", "requested"} and consents["requested"] >= 3


def everybody_sees_their_part(installation: Installation) -> None:
    """What was handed over, disclosed, shared and linked in Kumla, as each of those who are shown it sees it."""
    with installation.session("1881") as session:
        erik, tora, sixten = (actor(session, who) for who in ("erik.demosson", "tora.provander", "sixten.dummy"))
        maja, vilma, hedda = (actor(session, who) for who in ("maja.testlind", "vilma.dummy", "hedda.mallstrom"))
        assert len(received.listed(session, erik)) == 1
        assert len(disclosure_decisions.waiting(session, vilma)) == 1
        for somebody, seen in ((erik, {"Uppgifter från polisen"}), (tora, {"Skola"}), (sixten, {"Fritid"})):
            (line,) = partaking.listed(session, installation.registry, somebody)
            forms = {one.form for one in partaking.read(session, installation.registry, somebody, line.id).parts}
            assert forms >= {"Åtagandeplan", "Möte"} and not forms & ({"Skola", "Fritid"} - seen)
        assert {one.state for one in session.scalars(select(Handover))} == {"sent", "opened"}
        assert len(handovers.sent(session, tora)) == 2
        (kept_apart,) = session.scalars(select(CaseLink).where(CaseLink.kind == "apart"))
        exposed, other = (session.get_one(Case, ("1881", id_)) for id_ in (kept_apart.case_id, kept_apart.other_id))
        assert [one.case.case_type for one in case_links.of_case(session, maja, exposed)] == ["vinr_barn"]
        assert len(case_links.of_case(session, vilma, exposed)) == 2
        assert case_links.of_case(session, hedda, other) == []
        assert session.scalars(select(GroundRule.code)).all() == ["OSL_10_18A"]


def actor(session: TenantSession, username: str) -> Actor:
    account = accounts.find(session, username)
    assert account is not None
    return accounts.actor(session, account)
