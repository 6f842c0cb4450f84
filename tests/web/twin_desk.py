"""Two municipalities with the same people, the same case and the same words, served: they differ by their ids alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from flask import Flask

from casework.core import (
    access,
    case_exports,
    cases,
    consent_papers,
    consent_register,
    deputies,
    disclosures,
    entries,
    handover_intake,
    handover_sending,
    handover_steps,
    persons,
    sharing,
    tasks,
    teams,
    vault,
)
from casework.core.clock import FOREVER
from casework.core.db import TenantSession, new_id
from casework.core.export_rules import Wanted
from casework.core.models import (
    Approval,
    CaseLink,
    CaseMember,
    ConflictBlock,
    Credential,
    Decider,
    Emergency,
    Membership,
    Notice,
)
from casework.settings import Settings
from casework.web import create_app
from tests import lived
from tests.answers import ANSWERS, answered
from tests.core import communicating, consenting, disclosing, handing, papers
from tests.databases import Database, Databases
from tests.participating import with_participants
from tests.web import case_desk
from tests.web.conftest import Browser
from tests.web.twin_places import PEOPLE, PLACES, Place, founded
from tests.worlds import (
    KUMLA,
    MORNING,
    REGISTRY,
    World,
    personal_number,
)

STATUS = sharing.Chosen(
    states=["received", "initial", "closed"],
    fields=[],
    recognise="nothing",
    agreed_reference="",
    show_area=False,
    ground="other",
    ground_note="Prövat, ingen kan kännas igen",
    consent_id="",
    purpose="Planera samverkan",
    contact="Mottagningen 019-00 00 00",
    next_followup=None,
    until=date(2027, 2, 1),
    ground_code="AVIDENTIFIERAT",
    **answered("AVIDENTIFIERAT"),
)


@dataclass
class TwinDesk:
    """The served places, and what can stand in an address or a form: the ids of each."""

    world: World
    app: Flask
    ids: dict[str, dict[str, str]]

    def browser(self, who: str, code: str = KUMLA) -> Browser:
        browser = Browser(self.app.test_client())
        assert browser.sign_in(f"{who}.{PLACES[code].name}").status_code == 303, who
        return browser


def opened(databases: Databases, folder: Path) -> Iterator[TwinDesk]:
    with databases.migrated("sqlite", folder, prepared) as database:
        yield from served(database)


def prepared(database: Database) -> None:
    """Make both municipalities, and what happens in each."""
    founded(database)
    fill(database, PLACES)


def fill(database: Database, places: Mapping[str, Place]) -> None:
    """Give each place its case."""
    world = _world(database)
    lived.leave(world, **{key: filled(world, place) for key, place in places.items()})


def served(database: Database) -> Iterator[TwinDesk]:
    """Serve what was filled."""
    world = _world(database)
    ids = lived.taken_up(world)
    settings = Settings(database.data_dir, database.app_url, database.owner_url, database.data_dir / "k", None, True)
    yield TwinDesk(world, create_app(settings, world.installation), ids)
    world.installation.engine.dispose()


def _world(database: Database) -> World:
    world = World(database)
    world.installation = replace(world.installation, registry=with_participants())
    return world


def filled(world: World, place: Place) -> dict[str, str]:
    """Give a place its case; the ids, by the names they have in addresses and forms."""
    account, code, words = {who: world.ids[f"{who}.{place.name}"] for who in PEOPLE}, place.code, place.words
    case_id = registered(world, place, words("Gösta Exempelsson"))
    with world.acting(f"vilma.{place.name}", code) as (session, vilma):
        teams.assign(session, vilma, case_id, account["maja"])
        teams.name(session, vilma, case_id, account["sven"], "reader", may_unseal=False)
    with world.acting(f"maja.{place.name}", code) as (session, maja):
        note = ANSWERS["note"] | {one: words(ANSWERS["note"][one]) for one in ("heading", "text")}
        dark = ANSWERS["threat"] | {"threat_summary": words(ANSWERS["threat"]["threat_summary"])}
        entry = entries.sign(session, REGISTRY, maja, case_id, "note", note)
        threat = entries.sign(session, REGISTRY, maja, case_id, "threat", dark)
        consent = entries.sign(session, REGISTRY, maja, case_id, "consent_note", ANSWERS["consent_note"])
        status = replace(STATUS, purpose=words(STATUS.purpose), ground_note=words(STATUS.ground_note))
        shared = sharing.permit(session, REGISTRY, maja, case_id, status)
        task = tasks.add(session, maja, case_id, words("Ring tillbaka"), None, maja.id)
        subject_id = world.get(session, case_id).subject_id or ""
        wanted = Wanted("extract", subject_id, assessment=words("Prövat"))
        copy, _asked = case_exports.order(session, REGISTRY, maja, case_id, wanted)
        asks = consenting.wanted(subject_id, note=words("Inte om brodern"))
        asked_for = consent_register.draft(session, maja, case_id, asks)
        consent_register.request(session, maja, case_id, asked_for.id)
        paper = consent_papers.add(session, maja, case_id, asked_for.id, papers.PDF)
        to, asked_of, mark = f"police:{account['erik']}", account["fia"], place.mark
        kept, sent, waits = (
            disclosures.assess(session, REGISTRY, maja, case_id, new_id(), disclosing.plain(session, to, mark, **more))
            for more in ({}, {}, {"harm": "maybe", "decider": asked_of})
        )
        ordered, told = communicating.in_case(session, maja, case_id, subject_id, words("Prövat"))
        part = case_desk.taking_part(session, world, maja, case_id, account["erik"])
        meeting = case_desk.met(session, world, maja, case_id, words("Biblioteket"))
    received, arrived, absence = handed_over(world, place, case_id)
    waiting, block = watched(world, place, account)
    with world.session(None) as session:
        way = session.query(Credential).filter_by(account_id=account["sven"]).one()
    item, question = case_desk.questioned(world, case_id, f"maja.{place.name}", f"greta.{place.name}", code)
    with world.session(code) as session:
        decider = asked(session, case_id, account["fia"], account["maja"])
        opening = opened_in_an_emergency(session, case_id, account["sven"])
        member = session.query(CaseMember).filter_by(case_id=case_id, account_id=account["sven"]).one()
        membership = session.query(Membership).filter_by(account_id=account["sven"]).one()
        notice = session.query(Notice).filter_by(account_id=account["maja"], kind="log_question").one()
        return {
            "case_id": case_id,
            "entry_id": entry.id,
            "threat": threat.id,
            "consent": consent.id,
            "consent_id": asked_for.id,
            "paper_id": paper.id,
            "shared_id": shared.id,
            "received_id": received,
            "handover_id": arrived,
            "deputy_id": absence,
            "approval_id": waiting,
            "block_id": block,
            "link_id": linked(session, case_id, waiting),
            "emergency_id": opening,
            "way_id": way.id,
            "task_id": task.id,
            "decider_id": decider.id,
            "member_id": member.id,
            "membership_id": membership.id,
            "account_id": account["sven"],
            "item_id": item,
            "question_id": question,
            "export_id": copy.id,
            "order_id": ordered,
            "communication_id": told,
            "person_id": subject_id,
            "disclosure_id": kept.id,
            "sent_id": sent.id,
            "waiting_id": waits.id,
            "participation_id": part,
            "meeting_id": meeting,
            "notice_id": notice.id,
            "unit": place.units(world),
        }


def handed_over(world: World, place: Place, case_id: str) -> tuple[str, str, str]:
    """A report that the case has taken on, one that intake has opened, and who stands in for intake in a week."""
    report = handing.GIVEN | {"worry": place.words(handing.WORRY), "child_name": place.words(handing.CHILD)}
    with world.acting(f"pia.{place.name}", place.code) as (session, pia):
        sent = [handover_sending.send(session, pia, "report", report, token=new_id()).id for _n in range(2)]
    with world.acting(f"ida.{place.name}", place.code) as (session, ida):
        for one in sent:
            handover_steps.open_one(session, ida, one)
        handover_steps.pass_on(session, ida, sent[0], world.ids[f"maja.{place.name}"])
        first, last = MORNING.date() + timedelta(days=7), MORNING.date() + timedelta(days=9)
        absence = deputies.name(session, ida, world.ids[f"sven.{place.name}"], first, last)
    with world.acting(f"maja.{place.name}", place.code) as (session, maja):
        handover_intake.add(session, maja, sent[0], case_id, token=new_id())
    return sent[0], sent[1], absence.id


def registered(world: World, place: Place, name: str, nth: int = 0, protection: int = 0) -> str:
    """The id of a new case in a place, in nobody's hands."""
    with world.acting(f"ida.{place.name}", place.code) as (session, ida):
        subject = persons.add(session, ida, name, personal_number(place.first + nth), protection)
        return cases.register(
            *(session, REGISTRY, ida),
            area="avhoppare",
            case_type="avhopp",
            unit_id=place.units(world),
            state="received",
            subject=subject,
        ).id


def watched(world: World, place: Place, account: dict[str, str]) -> tuple[str, str]:
    """A protected person's case that waits for two people to assign it, and a colleague blocked from it."""
    case_id = registered(world, place, place.words("Gömd Fallsson"), 1, 2)
    with world.acting(f"vilma.{place.name}", place.code) as (session, vilma):
        waiting = teams.assign(session, vilma, case_id, account["maja"], reason=place.words("Hon känner läget"))
        assert waiting is not None
        teams.block(session, vilma, case_id, account["sven"])
        return waiting.id, session.query(ConflictBlock).filter_by(case_id=case_id).one().id


def linked(session: TenantSession, case_id: str, approval_id: str) -> str:
    """A link between the place's two cases, past every rule."""
    other = session.get_one(Approval, (session.municipality, approval_id)).case_id or ""
    link = CaseLink(id=new_id(), case_id=case_id, other_id=other, kind="together", made_at=MORNING, made_by="somebody")
    session.add(link)
    session.flush()
    return link.id


def opened_in_an_emergency(session: TenantSession, case_id: str, account_id: str) -> str:
    """An opening that is over, past every rule."""
    opening = Emergency(
        id=new_id(), case_id=case_id, account_id=account_id, category="danger", opened_at=MORNING, until=MORNING
    )
    opening.reason = vault.seal_review(session, "emergencies", opening.id, "reason", "Larm i natt")
    session.add(opening)
    session.flush()
    access.refresh(session, case_id)
    return opening.id


def asked(session: TenantSession, case_id: str, account_id: str, by: str) -> Decider:
    """A question to a colleague, past every rule."""
    limits = {"valid_from": MORNING, "valid_until": FOREVER}
    decider = Decider(case_id=case_id, account_id=account_id, transition="none", forms="note", asked_by=by, **limits)
    session.add(decider)
    session.flush()
    return decider
