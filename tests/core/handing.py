"""Short ways to hand something over in a world: a report from the school, opened, taken into a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework.core import (
    accounts,
    handover_assessments,
    handover_intake,
    handover_sending,
    handover_steps,
    handovers,
    notices,
    organisations,
)
from casework.core.db import new_id
from casework.core.handover_intake import Beginning
from casework.core.handover_replies import Contact, Said
from casework.core.models import AgencyUnit, AuditEvent, Handover
from casework.core.permissions import OPERATOR, Role
from casework.core.registration import Identified
from tests.answers import ANSWERS
from tests.worlds import KUMLA, POLIS, REGISTRY, VUXEN, World, numbered

CHILD = "Barnet Testfågel"
WORRY = "Sitter ensam och gråter varje dag."
BORN = date(2012, 8, 17)
GIVEN = {
    "child_name": CHILD,
    "child_number": numbered(BORN, 3).digits,
    "worry": WORRY,
    "danger": "no",
    "guardians_told": "no",
    "contact": "Kurator 019-00 00 00",
}
ASSESSED = "Inget behov av skydd i dag. Laxå har fått anmälan klockan tio."
ASKED = {"subject": "En fråga", "question": "Vem ringer vi?", "contact": "Skolan 019-00 00 00"}


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody's hands in a world."""

    world: World

    def report(self, who: str = "pia", *, wants_feedback: bool = False, **changed: str) -> str:
        """A report that somebody sends; its id."""
        with self.world.acting(who) as (session, actor):
            given = GIVEN | changed
            sent = handover_sending.send(session, actor, "report", given, token=new_id(), wants_feedback=wants_feedback)
        return sent.id

    def question(self, who: str = "pia") -> str:
        """A question that somebody sends; its id."""
        with self.world.acting(who) as (session, actor):
            return handover_sending.send(session, actor, "question", ASKED, token=new_id()).id

    def open(self, handover_id: str, who: str = "ida") -> str:
        """Somebody opens what has come in."""
        with self.world.acting(who) as (session, actor):
            handover_steps.open_one(session, actor, handover_id)
        return handover_id

    def opened(self, who: str = "ida", **changed: str) -> str:
        """A report that intake has opened; its id."""
        return self.open(self.report(wants_feedback=False, **changed), who)

    def text(self, handover_id: str, who: str = "ida") -> str:
        """What its recipient reads."""
        with self.world.acting(who) as (session, actor):
            _cover, content = handovers.read(session, actor, handover_id)
        return content.as_bytes().decode()

    def begin(self, handover_id: str, who: str = "ida", token: str = "", name: str = CHILD) -> str | None:
        """Take it into a new case; the case's id."""
        with self.world.acting(who) as (session, actor):
            begins = Beginning(
                "avhoppare",
                "avhopp",
                "received",
                self.world.units[KUMLA, VUXEN],
                Identified(numbered(BORN, 3).digits, name, 0),
                ANSWERS["registration"],
            )
            case = handover_intake.begin(session, REGISTRY, actor, handover_id, begins, token=token or new_id())
        return None if case is None else case.id

    def add(self, handover_id: str, case_id: str, who: str = "maja", token: str = "") -> str | None:
        """Take it into a case there is."""
        with self.world.acting(who) as (session, actor):
            case = handover_intake.add(session, actor, handover_id, case_id, token=token or new_id())
        return None if case is None else case.id

    def decline(self, handover_id: str, who: str = "ida", code: str = "unclear", said: Said = "") -> None:
        """Decline it."""
        with self.world.acting(who) as (session, actor):
            handover_steps.decline(session, actor, handover_id, code, said, token=new_id())

    def pass_on(self, handover_id: str, to: str, who: str = "ida") -> str:
        """Pass it on to a colleague."""
        with self.world.acting(who) as (session, actor):
            handover_steps.pass_on(session, actor, handover_id, self.world.ids[to])
        return handover_id

    def assess(self, handover_id: str, who: str = "fia", code: str = "elsewhere", token: str = "") -> None:
        """Record the assessment of a report without a case."""
        with self.world.acting(who) as (session, actor):
            handover_assessments.record(session, actor, handover_id, code, ASSESSED, token=token or new_id())

    def tell(self, handover_id: str, who: str = "ida", code: str = "other_municipality", phone: str = "") -> None:
        """Tell who reported that it came wrong."""
        with self.world.acting(who) as (session, actor):
            handover_assessments.tell(session, actor, handover_id, code, Contact(phone))

    def take_back(self, handover_id: str, who: str = "pia", token: str = "") -> None:
        """Take it back."""
        with self.world.acting(who) as (session, actor):
            handover_steps.take_back(session, actor, handover_id, token=token or new_id())

    def row(self, handover_id: str) -> Handover:
        """Its row, past every rule."""
        with self.world.session() as session:
            return session.get_one(Handover, (KUMLA, handover_id))


def told(world: World, who: str) -> set[str]:
    with world.session() as session:
        return {one.kind for one in notices.unread(session, world.ids[who])}


def acts(world: World, handover_id: str) -> list[str]:
    with world.session() as session:
        query = select(AuditEvent.action).where(AuditEvent.object_id == handover_id, AuditEvent.outcome == "done")
        return sorted(session.scalars(query).all())


def second_at_the_police(world: World) -> str:
    """Petra works with the police too, as Erik does; the id of her account."""
    with world.session(None) as session:
        employer = organisations.organisation(session, "Kumla kommun", KUMLA)
        petra = accounts.add(session, OPERATOR, "petra", "Petra Polislund", employer)
        organisations.add_door(petra, KUMLA)
        world.ids["petra"] = petra.id
    with world.session() as session:
        unit = session.get_one(AgencyUnit, (KUMLA, world.units[KUMLA, POLIS]))
        organisations.grant(session, OPERATOR, world.account(session, "petra"), Role.POLICE_LIAISON, unit)
    return world.ids["petra"]
