"""The demonstration is made by the program itself, so a rule that its invented cases break stops it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

import casework.web
from casework.core import organisations
from casework.core.models import Case, Consent, StatusPermission
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
    finally:
        installation.engine.dispose()
    assert set(areas) == set(installation.registry.areas)
    assert told > 0
    assert set(consents) == {"given", "refused", "requested"} and consents["requested"] >= 3
