"""A day on which everything that must stay closed is written somewhere: each word a canary.

What is written in words: every sealed field of every form of every plugin, as a draft and signed; names and numbers;
reasons, tasks, questions, answers, findings; what is searched for, typed into addresses, and typed in vain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from casework.contract import CaseType, Side
from casework.core import (
    activation,
    approvals,
    case_people,
    cases,
    clock,
    communications,
    conflicts,
    consent_papers,
    consent_register,
    disclosure_content,
    disclosure_decisions,
    disclosures,
    drafts,
    emergencies,
    entries,
    log_items,
    log_questions,
    persons,
    reading,
    received,
    search,
    sharing,
    steps,
    tasks,
    teams,
)
from casework.core.communications import Answer, LeftOut
from casework.core.db import new_id
from casework.core.disclosure_wish import Wish
from casework.core.models import ConflictBlock, Disclosure, Emergency, Entry
from casework.core.permissions import OPERATOR
from casework.core.registration import Identified
from casework.core.registry import Registry
from casework.settings import Settings
from casework.web import create_app
from tests.answers import answered
from tests.core import communicating, disclosing
from tests.core.consenting import wanted
from tests.core.papers import PDF
from tests.databases import Database
from tests.sweep.canaries import Canaries
from tests.web import case_desk
from tests.worlds import KUMLA, VUXEN, SetClock, World, open_installation

REGISTRY = Registry.installed()


def founded(database: Database) -> None:
    """The world whose people can sign in, with every focus area that is installed."""
    case_desk.with_passwords(database)
    installation = open_installation(database, SetClock(), REGISTRY)
    with installation.session(KUMLA) as session:
        for area in sorted(REGISTRY.areas.keys() - activation.current(session).keys()):
            activation.enable(session, REGISTRY, OPERATOR, area)
    installation.engine.dispose()


@dataclass
class Day:
    """A served world, what was written there, and a case of Maja's with the ids of what is in it."""

    world: World
    app: Flask
    canaries: Canaries
    ids: dict[str, str] = field(default_factory=dict)

    def said(self, where: str) -> str:
        return self.canaries.text(where)


def opened(database: Database, canaries: Canaries) -> Day:
    world = World(database)
    world.installation.engine.dispose()
    world.installation = open_installation(database, world.clock, REGISTRY)
    settings = Settings(database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True)
    return Day(world, create_app(settings, world.installation), canaries)


def kinds() -> Iterator[tuple[str, CaseType]]:
    """Every case type there is, with its area."""
    for name, area in sorted(REGISTRY.areas.items()):
        for kind in area.case_types:
            yield name, kind


def officer(kind: CaseType) -> str:
    """Whose a case of a kind is: nobody works on both sides of linked files."""
    return "fia" if kind.side is Side.ADVERSE else "maja"


def registered(day: Day, area: str, kind: CaseType, protection: int = 0) -> str:
    """A case about somebody, in its officer's hands; its id."""
    states = {state.name: state for state in kind.workflow.states}
    start = next(name for name in kind.workflow.starts if not states[name].anonymous)
    with day.world.acting("ida") as (session, ida):
        name = f"{day.said(f'first name, {kind.name}')} {day.said(f'surname, {kind.name}')}"
        subject = persons.add(session, ida, name, day.canaries.number(), protection)
        unit = day.world.units[KUMLA, VUXEN]
        made = cases.register(
            session, REGISTRY, ida, area=area, case_type=kind.name, unit_id=unit, state=start, subject=subject
        )
    with day.world.acting("vilma") as (session, vilma):
        reason = day.said(f"reason of an assignment, {kind.name}")
        asked = teams.assign(session, vilma, made.id, day.world.ids[officer(kind)], reason=reason)
    day.world.approve(asked)
    return made.id


def write_every_form(day: Day, area: str, kind: CaseType) -> str:
    """Sign every form of a case type and leave a draft of each; the case's id."""
    case_id = registered(day, area, kind)
    if kind.participation is not None:  # before consent no draft of the concern is kept
        with day.world.session() as session:
            day.world.get(session, case_id).state = next(iter(kind.participation.states))
    for form in kind.forms:
        with day.world.acting(officer(kind)) as (session, actor):
            case, _decision = cases.open_case(session, actor, case_id, "journal")
            answers, today = day.canaries.answers(form, f"{kind.name}.{form.name}"), clock.today(session.now)
            entries.write_signed(session, actor, case, form, answers, event_on=today)
        if form.anonymous:
            continue
        with day.world.acting(officer(kind)) as (session, actor):
            typed = {
                name: [text] for name, text in day.canaries.answers(form, f"draft {kind.name}.{form.name}").items()
            }
            drafts.save(session, REGISTRY, actor, case_id, form.name, typed, seen_version=0)
    return case_id


def write_what_is_said(day: Day, case_id: str) -> None:
    """Tasks, reasons, searches, statuses: what is written beside the forms, in a case of Maja's."""
    said, ids = day.said, day.world.ids
    with day.world.acting("maja") as (session, maja):
        day.ids["task_id"] = tasks.add(session, maja, case_id, said("a task"), None, maja.id).id
        who = Identified(name=said("a relative's name"), number=day.canaries.number().digits, protection=0)
        case_people.add(session, maja, case_id, who, "relative", may_not_know=True)
    with day.world.acting("maja") as (session, maja):
        search.find(session, maja, said("a name searched for"))
        search.find(session, maja, day.canaries.number().digits)
        sealed = session.scalars(
            select(Entry.id).where(Entry.case_id == case_id, Entry.form == "threat", Entry.state == "signed")
        ).one()
        reading.unseal(session, maja, case_id, sealed, "threat_summary", "other", said("why a seal was broken"))
    status = sharing.Chosen(
        *(["received", "initial", "closed"], [], "reference", said("an agreed reference"), False, "other"),
        *(said("how a ground was assessed"), "", said("a purpose"), said("a contact"), None, date(2027, 2, 1)),
        ground_code="OSL_10_2",
        confirmed={},
        replies=dict.fromkeys(answered("OSL_10_2")["replies"], said("an answer to what a ground asks")),
        despite=said("why a status is told although somebody said no"),
    )
    day.world.name(case_id, "fia", "co_officer")
    with day.world.acting("fia") as (session, fia):
        day.ids["shared_id"] = sharing.permit(session, REGISTRY, fia, case_id, status).id
    with day.world.acting("maja") as (session, maja):
        case, decision = cases.open_case(session, maja, case_id, "overview")
        step = next(one for one in steps.available(decision, REGISTRY, case) if one.actor_may and not one.lacks)
        steps.take(
            *(session, REGISTRY, maja, case_id, steps.key_of(step.transition)),
            seen_version=case.version,
            reason=said("the reason of a step"),
            answers=None,
        )
    with day.world.acting("maja") as (session, maja):
        subject = day.world.get(session, case_id).subject_id or ""
        asked = consent_register.draft(session, maja, case_id, wanted(subject, note=said("a note on a consent")))
        day.ids["consent_id"] = consent_register.request(session, maja, case_id, asked.id).id
        paper = PDF.replace(b"Catalog", said("a signed paper").encode())
        day.ids["paper_id"] = consent_papers.add(session, maja, case_id, asked.id, paper).id
    give_out(day, case_id)
    communicate(day, case_id)
    with day.world.acting("vilma") as (session, vilma):
        teams.block(session, vilma, case_id, ids["ulf"])
        block = session.scalars(select(ConflictBlock.id).where(ConflictBlock.case_id == case_id)).one()
    with day.world.acting("vilma") as (session, vilma):
        conflicts.lift(session, vilma, case_id, block, said("why a block was lifted"))


def give_out(day: Day, case_id: str) -> None:
    """A disclosure to somebody of the police, one that waits, one refused, a draft, and one corrected by another."""
    ids = day.world.ids

    def assess(kind: str, **more: Any) -> Disclosure:
        note = day.world.sign("maja", case_id, "note", text=day.said(f"told to the police, {kind}"))
        with day.world.acting("maja") as (session, maja):
            want = disclosing.plain(session, f"police:{ids['erik']}", day.said(f"a reply, {kind}"))
            want = replace(
                want,
                items=(disclosure_content.STATE, f"{note}:text"),
                purpose=day.said(f"why it is told, {kind}"),
                assessment=day.said(f"how secrecy was assessed, {kind}"),
                harm="maybe",
                decider=ids["fia"],
                **more,
            )
            return disclosures.assess(session, REGISTRY, maja, case_id, new_id(), want)

    def decide(asked: Disclosure, kind: str, *, granted: bool) -> None:
        with day.world.acting("fia") as (session, fia):
            seen, answer = asked.content_hash or "", day.said(f"why it was decided so, {kind}")
            disclosure_decisions.decide(session, fia, asked.id, seen, granted=granted, answer=answer)

    given, refused = assess("given"), assess("refused")
    decide(refused, "refused", granted=False)
    decide(given, "given", granted=True)
    with day.world.acting("maja") as (session, maja):
        disclosures.perform(session, REGISTRY, maja, case_id, given.id)
    with day.world.acting("erik") as (session, erik):
        received.opened(session, erik, given.id)
    corrects = assess("corrects", corrects=given.id)
    decide(corrects, "corrects", granted=True)
    with day.world.acting("maja") as (session, maja):
        disclosures.perform(session, REGISTRY, maja, case_id, corrects.id)
    outside = Wish(recipient="court", outside=day.said("a recipient outside"), consulted=day.said("a lawyer's answer"))
    with day.world.acting("maja") as (session, maja):
        disclosures.draft(session, maja, case_id, new_id(), outside)
    day.ids |= {"disclosure_id": corrects.id, "sent_id": corrects.id, "waiting_id": assess("waits").id}


def communicate(day: Day, case_id: str) -> None:
    """What a party was told before a decision and answered, one that waits, and why somebody was told nothing."""
    with day.world.acting("maja") as (session, maja):
        subject, words = day.world.get(session, case_id).subject_id or "", day.said("how a party's part was assessed")
        waiting, told = communicating.in_case(session, maja, case_id, subject, words, REGISTRY)
        answer = Answer("letter", clock.today(session.now), day.said("what a party answered"))
        communications.answer(session, maja, case_id, told, answer)
        left_out = LeftOut(subject, "urgent", day.said("why a party was told nothing"))
        communications.leave_out(session, maja, case_id, left_out)
    day.ids |= {"order_id": waiting, "communication_id": told}


def watch(day: Day, case_id: str) -> None:
    """A review of the log and of an opening in an emergency, in words; and what two people said to each other."""
    said, ids = day.said, day.world.ids
    item, question = case_desk.questioned(day.world, case_id)
    with day.world.acting("greta") as (session, greta):
        log_items.ask(session, greta, item, said("a reviewer's question"))
    with day.world.acting("maja") as (session, maja):
        log_questions.answer(session, maja, question, said("an answer to a reviewer"))
    with day.world.acting("greta") as (session, greta):
        log_items.sign(session, greta, item, "follow_up", said("a reviewer's finding"))
    with day.world.session() as session:
        number = day.world.get(session, case_id).number
    with day.world.acting("jon") as (session, jon):
        emergencies.enter(session, jon, number, "danger", said("the reason of an emergency"))
    day.world.clock.move(hours=1)
    with day.world.session() as session:
        opening = session.scalars(select(Emergency.id)).one()
    with day.world.acting("vilma") as (session, vilma):
        emergencies.close(session, vilma, opening, "unclear", said("what an emergency came to"))
    area, kind = next(kinds())
    protected = registered(day, area, kind, protection=2)
    with day.world.acting("vilma") as (session, vilma):
        reason = said("why somebody is named")
        asked = teams.name(session, vilma, protected, ids["sven"], "reader", may_unseal=False, reason=reason)
        assert asked is not None
    with day.world.acting("fia") as (session, fia):
        approvals.decide(session, REGISTRY, fia, asked.id, granted=False, answer=said("why it was refused"))
    with day.world.acting("maja") as (session, maja):
        case_people.lower_protection(session, maja, protected, 0, reason=said("why a protection is lowered"))
    day.ids |= {"item_id": item, "question_id": question, "emergency_id": opening, "approval_id": asked.id}
