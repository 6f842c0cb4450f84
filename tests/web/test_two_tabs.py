"""Two tabs of one person's browser that send the same form, or forms that contradict each other, at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from casework.core.models import Case, Disclosure, Handover
from casework.core.received import listed
from tests.answers import ANSWERS
from tests.core.at_once import Handicap, at_once
from tests.core.disclosing import assessed, decided, wish
from tests.core.handing import CHILD, GIVEN, Hand
from tests.databases import Databases
from tests.web import case_desk
from tests.web.case_desk import Desk, hidden
from tests.web.conftest import Browser
from tests.web.disclosure_desk import at, chosen, looked
from tests.web.test_handovers import begun
from tests.worlds import KUMLA, VUXEN, World

pytestmark = pytest.mark.prove


@pytest.fixture
def desk(databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from case_desk.opened(databases, tmp_path, kind="postgres")


def tabs(desk: Desk, who: str) -> tuple[Browser, Browser]:
    """Two tabs of somebody who has signed in once."""
    one, other = desk.as_(who), Browser(desk.app.test_client())
    assert one.cookie is not None
    other.client.set_cookie("session", one.cookie)
    return one, other


def filled(tab: Browser, path: str, names: tuple[str, ...], **fields: Any) -> dict[str, Any]:
    """What the form of a page sends from a tab: what lies hidden in it, and what is filled in."""
    page = tab.get(path)
    assert page.status_code == 200, path
    return {name: hidden(page, name) for name in ("csrf_token", *names)} | fields


def sent_at_once(*forms: tuple[Browser, str, dict[str, Any]], late: Sequence[float] = ()) -> list[int]:
    """The answers to forms that are sent at the same moment, or some a little ``late``."""
    pages = at_once(*(partial(tab.client.post, path, data=fields) for tab, path, fields in forms), late=late)
    assert all(isinstance(one, TestResponse) for one in pages), pages
    return [one.status_code for one in pages if isinstance(one, TestResponse)]


def cases(world: World) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_two_tabs_that_send_one_report_send_it_once(desk, size, figures):
    one, other = tabs(desk, "pia")
    for _round in range(rounds := size(10, 200)):
        desk.world.clock.move(seconds=30)
        form = filled(one, "/orosanmalan", ("token", "place"), **GIVEN)
        assert sent_at_once((one, "/orosanmalan", form), (other, "/orosanmalan", form)) == [303, 303]
        with desk.world.session() as session:
            assert len(session.scalars(select(Handover).where(Handover.token == form["token"])).all()) == 1
    figures["rounds"] = rounds


def test_two_tabs_that_do_different_things_with_a_handover_do_one_of_them(desk, size, figures):
    hand, (one, other), came = Hand(desk.world), tabs(desk, "ida"), Counter[str]()
    for nth in range(rounds := size(10, 200)):
        desk.world.clock.move(seconds=30)
        before, sent = cases(desk.world), hand.open(hand.question())
        no = f"/inkorg/{sent}/tacka-nej"
        declines = filled(one, no, ("token", "place"), code="unclear", phone="", account="")
        if nth % 2:
            path = no
            form = filled(other, no, ("token", "place"), code="other_municipality", phone="", account="")
        else:
            path = begun(desk, other, sent)
            form = filled(other, path, ("token", "omrade", "typ", "borjan"), personnummer=GIVEN["child_number"])
            form |= {"namn": CHILD, "skydd": "0", "enhet": desk.world.units[KUMLA, VUXEN]} | ANSWERS["registration"]
        both = [(one, no, declines), (other, path, form)]
        answers = sent_at_once(*(both if nth % 4 < 2 else reversed(both)))
        assert sorted(answers) == [303, 422], answers
        row, first = hand.row(sent), answers[0 if nth % 4 < 2 else 1] == 303
        assert (row.state, row.reason_code) == (
            ("declined", "unclear") if first else ("declined", "other_municipality") if nth % 2 else ("accepted", None)
        )
        assert cases(desk.world) - before == (row.state == "accepted")
        came[row.reason_code or row.state] += 1
    figures |= {"rounds": rounds, "came": dict(came)}


def test_two_tabs_of_one_page_disclose_once_and_what_was_seen_in_the_tab_that_did(desk, size, figures):
    won = 0
    for nth in range(rounds := size(10, 200)):
        desk.world.clock.move(seconds=30)
        one, other = tabs(desk, "maja")  # to give takes a proof of the last minutes
        case = desk.world.case("maja")
        wishes = [chosen(desk, purpose=f"Ändamål {tab} {nth}") for tab in ("ett", "två")]
        first = looked(one, case, wishes[0])
        hides = {name: hidden(first, name) for name in ("csrf_token", "once", "version")}
        second = other.client.post(at(case), data=wishes[1] | hides | {"visa": "1"})
        forms = [
            wishes[0] | hides | {"seen": hidden(first, "seen")},
            wishes[1] | hides | {"seen": hidden(second, "seen")},
        ]
        answers = sent_at_once((one, at(case), forms[0]), (other, at(case), forms[1]))
        assert sorted(answers) == [303, 422], answers
        with desk.world.session() as session:
            made = session.scalars(select(Disclosure).where(Disclosure.case_id == case)).one()
        assert (made.state, made.content_hash) == ("performed", forms[answers.index(303)]["seen"])
        won += answers[0] == 303
    figures |= {"rounds": rounds, "won by the first": won}


def test_two_tabs_of_which_one_gives_what_the_other_takes_back_end_as_they_were_told(desk, size, figures):
    came, handicap = Counter[str](), Handicap()
    for _round in range(rounds := size(10, 200)):
        desk.world.clock.move(seconds=30)
        one, other = tabs(desk, "maja")
        case = desk.world.case("maja")
        made = assessed(desk.world, case, wish(desk.world, case, harm="maybe", decider=desk.world.ids["fia"]))
        decided(desk.world, made, "fia")
        own = f"/arenden/{case}/delning/utlamnande/{made.id}"
        both = [(one, own, filled(one, own, ())), (other, f"{own}/avsluta", filled(other, f"{own}/avsluta", ()))]
        gave, took = sent_at_once(*both, late=handicap.late)
        with desk.world.session() as session:
            row = session.get_one(Disclosure, (KUMLA, made.id))
        with desk.world.acting("erik") as (session, erik):
            reads = made.id in {line.id for line in listed(session, erik)}
        told = {(303, 422): "performed", (422, 303): "refused", (303, 303): "closed"}
        assert row.state == told[gave, took], (gave, took, row.state)
        assert reads is (row.state == "performed") and (row.performed_at is None) is (row.state == "refused")
        came[row.state] += 1
        handicap.won(by_the_second=row.state == "refused")
    figures |= {"rounds": rounds, "came": dict(came)}
    assert size(True, len(came) > 1), "nobody raced"
