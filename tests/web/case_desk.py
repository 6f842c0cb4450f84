"""A world served to browsers without a screen: the cases of ``tests.worlds``, and everybody able to sign in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework.core import (
    access,
    accounts,
    attendance,
    cases,
    consent_register,
    emergencies,
    log_acts,
    log_items,
    meetings,
    participations,
    passwords,
    teams,
)
from casework.core.actions import Action
from casework.core.consent_register import Answer, Wanted
from casework.core.db import TenantSession, new_id
from casework.core.meetings import Came
from casework.core.meetings import Wanted as Meeting
from casework.core.models import AuditEvent, Emergency, LogQuestion
from casework.core.participations import Chosen
from casework.core.permissions import Actor, Permission
from casework.settings import Settings
from casework.web import create_app
from tests.databases import Database, Databases, Kind
from tests.web.conftest import PASSWORD, Browser
from tests.worlds import KUMLA, World, found


@dataclass
class Desk:
    """A world, the program that serves it, and a browser for whoever signs in."""

    world: World
    app: Flask

    def as_(self, who: str) -> Browser:
        browser = Browser(self.app.test_client())
        assert browser.sign_in(who).status_code == 303, who
        return browser


def with_passwords(database: Database) -> None:
    found(database)
    world = World(database)
    with pytest.MonkeyPatch.context() as cheaper, world.session(None) as session:
        cheaper.setattr(passwords, "MEMORY_KIB", 64)
        cheaper.setattr(passwords, "PASSES", 1)
        for who in world.ids:
            account = accounts.find(session, who)
            assert account is not None
            accounts.set_password(session, account, PASSWORD)
    world.installation.engine.dispose()


def opened(
    databases: Databases, folder: Path, ready: Callable[[World], World] = lambda world: world, kind: Kind = "sqlite"
) -> Iterator[Desk]:
    with databases.migrated(kind, folder, with_passwords) as database:
        world = ready(World(database))
        settings = Settings(
            database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True
        )
        yield Desk(world, create_app(settings, world.installation))
        world.installation.engine.dispose()


def opening(world: World) -> str:
    """An opening in an emergency that is over, in a case of its own, and somebody blocked there."""
    case = world.case("sven", name="Fjärde Övningsmark")
    with world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, "2026-0003", "danger", "Larm i natt")
    with world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case, world.ids["ulf"])
    world.clock.move(hours=1)
    with world.session() as session:
        return session.scalars(select(Emergency.id)).one()


def taking_part(session: TenantSession, world: World, actor: Actor, case_id: str, account_id: str) -> str:
    """The id of a participation of somebody of the police, with the consent of the case's person behind it."""
    subject = world.get(session, case_id).subject_id or ""
    today = session.now.date()
    wanted = Wanted(subject, "subject", ["police"], ["status"], today, today + timedelta(days=90))
    asked = consent_register.draft(session, actor, case_id, wanted)
    consent_register.request(session, actor, case_id, asked.id)
    consent_register.answer(session, actor, case_id, asked.id, Answer(given=True, how="oral", identity="known"))
    chosen = Chosen(account_id, "police", ["status"], today + timedelta(days=60))
    return participations.add(session, world.installation.registry, actor, case_id, chosen).id


def met(session: TenantSession, world: World, actor: Actor, case_id: str, words: str) -> str:
    """The id of a meeting of a case, at which its person told something."""
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.CASE_OPENED)
    asked = [Came(one.key, one.part == "subject", words) for one in attendance.candidates(decision, case) if one.tells]
    there = Meeting(session.now.date(), words, [one for one in asked if one.came])
    return meetings.record(session, world.installation.registry, actor, case_id, new_id(), there).id


def questioned(world: World, case: str, who: str = "maja", by: str = "greta", code: str = KUMLA) -> tuple[str, str]:
    """The name of an act that opened a case, and a question about it."""
    with world.acting(who, code) as (session, actor):
        cases.open_case(session, actor, case, "overview")
    with world.session(code) as session:
        whose = AuditEvent.actor_id == world.ids[who]
        item = log_acts.opened(session, whose, session.now, session.now + timedelta(seconds=1))[-1].item
    with world.acting(by, code) as (session, actor):
        log_items.ask(session, actor, item, "Varför öppnade du ärendet?")
    with world.session(code) as session:
        return item, session.scalars(select(LogQuestion.id).where(LogQuestion.item == item)).one()


def words(page: TestResponse | str) -> str:
    """What a page says, without its marks."""
    text = page if isinstance(page, str) else page.get_data(as_text=True)
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0] if main else text))


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden input."""
    found_ = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.get_data(as_text=True))
    return found_[1] if found_ else ""
