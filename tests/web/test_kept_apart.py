"""An officer of a perpetrator's file learns nothing of the victim's, by any route, count, error, search, link or order.

Each world is made twice from the same seed: once with the victim's family and its links, once without. Whoever is named
in the perpetrator's file is answered with the same bytes in both, on every route; and what is asked for by the family's
ids, numbers and names is answered as what does not exist.
"""

from __future__ import annotations

import difflib
import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from casework.core import access, access_rows, accounts, case_links, case_people, opposite, sides
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.models import Account, Case, CaseCounter, CaseLink, CaseMember
from casework.core.permissions import OPERATOR
from casework.core.registration import Identified
from casework.web.pages.cases import SHOW
from tests.core.linking import CHILD, OFFENDER, VICTIM, file
from tests.databases import Databases
from tests.web import link_desk
from tests.web.case_desk import Desk
from tests.web.conftest import Browser
from tests.web.role_desk import rules
from tests.web.route_roles import PUBLIC
from tests.web.test_twins import NO_IDS, said
from tests.worlds import BARN, KUMLA, VUXEN, World, personal_number

PARTS = 5 if os.environ.get("CASEWORK_PROVE") == "1" else 1
"""Into how many parts the worlds are dealt out, so that none is longer than a proof may be."""
MARK = "Kanariefågel"
"""Stands in the name of everybody in the family."""
OWN_SECRETS = {"own_sign_in.app", "own_sign_in.codes", "own_sign_in.passkey"}
"""Pages of one's own ways to sign in, with a new secret each time."""
NOWHERE = "finns-inte-alls-finns1"
ID = re.compile(
    rb"(?<![\w-])[\w-]{22}(?![\w-])"
    rb"|(?<=name=\"page_marks\" type=\"hidden\" value=\")\w{16}"
    rb"|(?<=[?;&]fore=)[\w.-]+|(?<=[?;&]efter=)[\w.-]+"
)
"""A row's name, the digest that a form makes of those of its case, and where a list goes on, with its signature."""


@dataclass
class Family:
    """What is made of the victim's side: the adult first."""

    ids: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)


class Story:
    """One world from a seed. With and without the family it draws the same lots and takes the same moments."""

    def __init__(self, desk: Desk, seed: int, *, whole: bool) -> None:
        self.desk, self.world, self.whole, self.family = desk, desk.world, whole, Family()
        lots = random.Random(seed)
        self.team = lots.sample(["sven", "ulf", "vilma", "berta"], lots.randint(1, 3))
        self.unit = lots.choice([VUXEN, BARN])
        kinds = [VICTIM, *[CHILD] * lots.randint(0, 2)]
        of_family = [(kind, lots.choice([VUXEN, BARN]), lots.choice(["maja", "fia", None])) for kind in kinds]
        making = [("family", one) for one in of_family] + [("offender", None)] + [("other", None)] * lots.randint(1, 3)
        if lots.random() < 0.5:
            making.reverse()
        for what, given in making:
            self.world.clock.move(minutes=lots.randint(3, 900))
            self.make(what, given)
        events = [("name", who) for who in self.team] + [("face", "")] + [("child", n) for n in range(1, len(kinds))]
        events += [("opponent", nth) for nth in range(len(kinds)) if lots.random() < 0.7]
        lots.shuffle(events)
        parted_and_linked_again = [("part", ""), ("face", "")] if lots.random() < 0.5 else []
        for what, who in [*events, *parted_and_linked_again]:
            self.world.clock.move(minutes=lots.randint(3, 900))
            self.happen(what, who)

    def make(self, what: str, given: tuple[str, str, str | None] | None) -> None:
        """A file of the family, the perpetrator's, or one that has nothing to do with either."""
        if what == "other":
            self.world.case(self.team[0] if self.team[0] in {"sven", "ulf"} else "sven")
        elif what == "offender":
            self.offender = file(self.world, OFFENDER, unit=self.unit)
            self.opponent = personal_number(self.world.people).digits
        elif given is not None and self.whole:
            kind, unit, officer = given
            made = file(self.world, kind, officer, unit=unit, name=f"{MARK} {len(self.family.ids)}")
            self.family.ids.append(made)
            self.family.digits.append(personal_number(self.world.people).digits)
            with self.world.session() as session:
                self.family.numbers.append(self.world.get(session, made).number)
        else:  # that some case was registered is told by the numbers of any other, so there is one here too
            self.world.people += 1
            with self.world.session() as session:
                counter = session.query(CaseCounter).one_or_none() or CaseCounter(year=2026, last=0)
                counter.last += 1
                session.add(counter)

    def happen(self, what: str, who: str | int) -> None:
        """Somebody is named in the perpetrator's file, or two files are linked; each past who may do it."""
        with self.world.session() as session:
            if what == "name":
                self.name(str(who))
            elif self.whole and what == "opponent":
                self.enter(session, self.family.ids[int(who)])
            elif self.whole and what == "child":
                self.link(self.family.ids[0], self.family.ids[int(who)], "together")
            elif self.whole and what == "part":
                self.part(session)
            elif self.whole:
                self.link(self.family.ids[0], self.offender, "apart")

    def enter(self, session: TenantSession, case_id: str) -> None:
        """The family's officer enters the perpetrator as who must not know, and somebody new, both by their numbers."""
        officer = self.world.get(session, case_id).officer_id
        if officer is None:
            return
        actor = accounts.actor(session, session.get_one(Account, officer))
        new = personal_number(200 + self.family.ids.index(case_id)).digits
        for digits, name, role in ((self.opponent, "Gerd Mallström", "counterpart"), (new, f"{MARK} ny", "relative")):
            who = Identified(digits, name, 0)
            case_people.add(session, actor, case_id, who, role, may_not_know=role == "counterpart")

    def part(self, session: TenantSession) -> None:
        """The two sides are parted, as ``case_links.unlink`` parts them."""
        link, parted = session.query(CaseLink).filter_by(kind="apart").one(), opposite.family(session, self.offender)
        link.ended_at, link.ended_by = session.now, OPERATOR.id
        session.flush()
        pair = (self.world.get(session, self.family.ids[0]), self.world.get(session, self.offender))
        case_links._remember(session, OPERATOR, Action.CASE_UNLINKED, link, pair, parted)

    def name(self, who: str) -> None:
        with self.world.session() as session:
            case = self.world.get(session, self.offender)
            role = "officer" if who == self.team[0] else "co_officer"
            lasting = {"valid_from": session.now, "named_by": self.world.ids["ida"]}
            session.add(CaseMember(case_id=case.id, account_id=self.world.ids[who], role=role, **lasting))
            case.officer_id = self.world.ids[who] if role == "officer" else case.officer_id
            session.flush()
            access.refresh(session, case.id)
            sides.close_what_is_faced(session, case)

    def link(self, one: str, other: str, kind: str) -> None:
        with self.world.session() as session:
            pair = (self.world.get(session, one), self.world.get(session, other))
            assert kind == ("apart" if pair[1].side == "adverse" else "together")
            case_links._join(session, OPERATOR, *pair)


@contextmanager
def told(databases: Databases, folder: Path, seed: int, *, whole: bool) -> Iterator[Story]:
    for desk in link_desk.opened(databases, folder):
        yield Story(desk, seed, whole=whole)


def plain(answer: tuple[int, str, bytes]) -> tuple[int, str, bytes]:
    """An answer without the names of rows, which are random."""
    status, where, body = answer
    return status, ID.sub(b"ID", where.encode()).decode(), ID.sub(b"ID", body)


def by_line(answer: tuple[int, str, bytes]) -> tuple[int, str, bytes]:
    """An answer with its lines sorted: acts of one moment stand in the order of their digests, which are random."""
    status, where, body = answer
    return status, where, b"\n".join(sorted(body.splitlines()))


def asked(story: Story, browser: Browser) -> dict[str, tuple[int, str, bytes]]:
    """What somebody is answered: every page without an id, every page of the perpetrator's file, lists and searches."""
    given, app, found = NO_IDS | {"case_id": story.offender, "kind": CHILD}, story.desk.app, {}
    paths = {
        f"/arenden?vem={whose}&visa={show}&omrade={area}"
        for whose in ("mina", "alla", "ingen")
        for show in SHOW
        for area in ("", "nara_relation")
    }
    with app.test_request_context():
        url = app.url_map.bind("localhost")
        for rule in rules(app, "GET"):
            if rule.endpoint not in PUBLIC | OWN_SECRETS and rule.arguments <= given.keys():
                paths.add(url.build(rule.endpoint, {name: given[name] for name in rule.arguments}))
    for path in sorted(paths, key=lambda one: one.replace(story.offender, "")):
        story.world.clock.move(seconds=1)  # so that it is not left to chance which acts a page of the log begins with
        answer = plain(said(browser.get(path)))
        found[path.replace(story.offender, "X")] = by_line(answer) if path.startswith("/granska-loggen") else answer
    for nth in range(1, 12):
        term = personal_number(nth).digits
        found[f"number {nth}"] = plain(said(browser.post("/sok", {"q": term}), [term]))
    for term in (MARK, f"{MARK} 0", "2026-0001", "2026-0002", "2026-0003", "2026-0004"):
        found[f"term {term}"] = plain(said(browser.post("/sok", {"q": term}), [term]))
    return found


def nothing_there(story: Story, browser: Browser) -> int:
    """Ask for the family by its ids and numbers: the answers are those of what does not exist. How many there were."""
    tried, app = 0, story.desk.app
    csrf = browser.token("/installningar")
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if rule.endpoint in PUBLIC or "case_id" not in rule.arguments:
                continue
            for id_ in story.family.ids:
                given = dict.fromkeys(rule.arguments, NOWHERE) | NO_IDS | {"kind": CHILD}
                answers = []
                for one in (id_, NOWHERE):
                    values = {name: one if name == "case_id" else given[name] for name in rule.arguments}
                    path = app.url_map.bind("localhost").build(rule.endpoint, values)
                    data = {"csrf_token": csrf} if method == "POST" else None
                    answers.append(said(browser.client.open(path, method=method, data=data), [one]))
                assert answers[0] == answers[1], (method, rule.rule)
                tried += 1
    return tried


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_whoever_works_with_the_perpetrator_is_answered_as_if_there_were_no_victim(
    databases, tmp_path, size, figures, part
):
    pages = refused = 0
    for seed in range(size(2, 25))[part::PARTS]:
        with (
            told(databases, tmp_path / f"{seed}-with", seed, whole=True) as whole,
            told(databases, tmp_path / f"{seed}-without", seed, whole=False) as bare,
        ):
            for who in whole.team:
                browsers = [one.desk.as_(who) for one in (whole, bare)]
                answers = [asked(one, browser) for one, browser in zip((whole, bare), browsers, strict=True)]
                assert answers[0].keys() == answers[1].keys()
                for path in answers[0]:
                    assert differences(answers[0][path], answers[1][path]) == "", (seed, who, path)
                    assert MARK.encode() not in answers[0][path][2], (seed, who, path)
                assert answers[0]["/arenden/X"][0] == 200  # they do work there
                pages += len(answers[0])
            # Last, for whoever reviews what colleagues have done finds these attempts.
            refused += sum(nothing_there(whole, whole.desk.as_(who)) for who in whole.team)
            assert in_step(whole.world) and in_step(bare.world)
    figures |= {"pages compared byte by byte": pages, "asked for by the family's ids": refused}
    assert pages > 100 and refused > 100


def differences(one: tuple[int, str, bytes], other: tuple[int, str, bytes]) -> str:
    """The lines in which two answers are not the same; none if every byte is."""
    first, second = ([f"{one[0]} {one[1]}", *one[2].decode().splitlines()] for one in (one, other))
    return "" if one == other else "\n".join(difflib.unified_diff(first, second, n=0, lineterm=""))


def in_step(world: World) -> bool:
    with world.session() as session:
        return access_rows.differences(session) == []


def test_without_the_link_the_same_pages_do_differ(databases, tmp_path):
    """The counterpart: a lead who works with the perpetrator sees the victim's row until the link is there."""
    for desk in link_desk.opened(databases, tmp_path):
        adult, offender = file(desk.world, VICTIM, "maja", name=f"{MARK} 0"), file(desk.world, OFFENDER)
        story = Story.__new__(Story)
        story.desk, story.world, story.offender, story.team, story.whole = desk, desk.world, offender, ["vilma"], True
        story.name("vilma")
        vilma = desk.as_("vilma")
        assert MARK in vilma.get("/arenden").text
        story.link(adult, offender, "apart")
        assert MARK not in vilma.get("/arenden").text
        with desk.world.session(KUMLA) as session:
            assert session.query(Case).count() == 2
