"""Steps of a story: handovers in every direction, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from casework.core import (
    deputies,
    handover_assessments,
    handover_sending,
    handover_steps,
    handovers,
    partaking,
    received,
    shared_status,
)
from casework.core.db import new_id
from casework.core.frozen import Frozen, Part
from casework.core.handover_replies import Contact
from casework.core.handover_sending import Address
from tests.core.handing import ASKED, GIVEN, Hand
from tests.core.moves_seen import DECIDER, INTAKE, OFFICER
from tests.core.moves_story import OUTSIDE, Story
from tests.core.moves_things import Absence, Handed, Matter, after
from tests.core.taking_part import BOTH

PAIRS = (("pia", "pelle"), ("pelle", "pia"), ("ida", "sven"), ("maja", "sven"), ("ida", "maja"))
"""Who is away, and who stands in."""


class Handing(Story):
    """What is handed over, and what becomes of it."""

    def done(self, who: str, deed: Callable[..., Any], *given: Any, **named: Any) -> Callable[[], Any]:
        """A deed of somebody's, in a transaction of its own."""

        def do() -> Any:
            with self.world.acting(who) as (session, actor):
                return deed(session, actor, *given, **named) or True

        return do

    def anybody(self, one: Handed) -> str:
        """Somebody, most often one whom it has come to."""
        reach = [who for who in self.model.readers if self.model.reaches(who, one, self.now)]
        return self.chance.choice(reach if reach and self.chance.random() < 0.8 else list(self.model.readers))

    def report(self) -> None:
        who, kind, mark = self.chance.choice(OUTSIDE), self.chance.choice(["report", "question"]), self.mark()
        given = GIVEN | {"worry": mark} if kind == "report" else ASKED | {"question": mark}
        there = self.model.posts[who].since is not None
        made = self.goes("sent", there, self.done(who, handover_sending.send, kind, given, token=new_id()))
        if made is None:
            return
        with self.world.acting(who) as (session, actor):
            content = handovers.read_sent(session, actor, made.id)[1].as_bytes()
        assert mark.encode() in content
        self.model.handed[made.id] = Handed(made.id, kind, who, "social_services", content, at=self.now)

    def hand_over(self) -> None:
        case, who = self.case(), self.chance.choice(OUTSIDE)
        reader, content = self.model.readers[who], Frozen((Part("Ärendet", "Uppgift", self.mark()),))
        unit, person = self.chance.choice([(None, None), (self.units[who], None), (None, who)])
        to = Address(reader.agency, unit, self.world.ids[who] if person else None)
        sender = Address("social_services", self.units[OFFICER])
        given = {"sender": sender, "to": to, "token": new_id(), "case_id": case.id}
        deed = self.done(OFFICER, handover_sending.dispatch, "disclosure", content, **given)
        made = self.goes("handed over", not case.takes_two, deed)
        if made is None:
            return
        one = Handed(made.id, "disclosure", OFFICER, reader.agency, content.as_bytes(), person=person, case=case)
        one.unit, one.at = (reader.unit if unit else None), self.now
        self.model.handed[made.id] = one

    def open(self) -> None:
        found = self.one(self.model.handed, lambda one: one.state == "sent")
        if found is not None:
            id_, one = found
            who = self.anybody(one)
            right = self.model.reaches(who, one, self.now) and one.state != "taken_back"
            if self.goes("opened", right, self.done(who, handover_steps.open_one, id_)) and one.state == "sent":
                one.state = "opened"

    def opened(self) -> tuple[str, Handed, str, bool] | None:
        """One that is open most often, somebody, and whether it has come to them and is open."""
        found = self.one(self.model.handed, lambda one: one.state == "opened")
        if found is None:
            return None
        id_, one = found
        who = self.anybody(one)
        return id_, one, who, self.model.reaches(who, one, self.now) and one.state == "opened"

    def pass_on(self) -> None:
        if (found := self.opened()) is not None:
            id_, one, who, right = found
            others = [other for other in self.model.readers.values() if other.name != who]
            same = [other for other in others if other.agency == one.agency]
            to = self.chance.choice(same if self.chance.random() < 0.7 and same else others).name
            right = right and self.model.readers[to].agency == one.agency and one.given is None
            right = right and self.model.posts[to].since is not None
            if self.goes("passed on", right, self.done(who, handover_steps.pass_on, id_, self.world.ids[to])):
                one.passed_to = to

    def take_on(self) -> None:
        if (found := self.opened()) is not None:
            id_, one, who, right = found
            if one.agency != "social_services":
                if self.goes("accepted", right, self.done(who, handover_steps.take_on, id_, token=new_id())):
                    one.state = "accepted"
            elif self.chance.random() < 0.5:
                self.begin(id_, one)
            else:
                self.put_into_a_case(id_, one)

    def begin(self, id_: str, one: Handed) -> None:
        right = one.state == "opened" and self.model.reaches(INTAKE, one, self.now)
        case = self.goes("accepted", right, lambda: Hand(self.world).begin(id_, INTAKE))
        if case is not None:
            one.state, one.kept, one.case = "accepted", True, Matter(case, "avhopp", "", None, (), "received")

    def put_into_a_case(self, id_: str, one: Handed) -> None:
        case = self.case("avhopp")
        right = one.state == "opened" and self.model.reaches(OFFICER, one, self.now) and case.closed_on is None
        if self.goes("accepted", right, lambda: Hand(self.world).add(id_, case.id)):
            one.state, one.kept, one.case = "accepted", True, case

    def decline(self) -> None:
        if (found := self.opened()) is not None:
            id_, one, who, right = found
            if one.kind == "report":
                self.assess_report(id_, one, who, right=right)
                return
            own = one.agency == "social_services"
            code, said, words = ("unclear", self.contact(), self.phone()) if own else ("other", w := self.mark(), w)
            if self.goes("declined", right, self.done(who, handover_steps.decline, id_, code, said, token=new_id())):
                one.state, one.reply = "declined", (code, words)

    def assess_report(self, id_: str, one: Handed, who: str, *, right: bool) -> None:
        """Somebody records that no case takes a report on, or tells its sender that it came wrong."""
        if self.chance.random() < 0.5:
            told = right and one.told_by in {"", who}  # said again by the same it is said once
            deed = self.done(who, handover_assessments.tell, id_, "unclear", self.contact())
            if self.goes("told", told, deed) and not one.told_by:
                one.reply, one.told_by = ("unclear", self.phone()), who
            return
        deed = self.done(who, handover_assessments.record, id_, "elsewhere", self.mark(), token=new_id())
        if self.goes("assessed", right and who == DECIDER, deed):
            one.state = "assessed"

    def phone(self) -> str:
        """The number that was said last."""
        return f"019-{self.marks:06}"

    def contact(self) -> Contact:
        """A number that nobody has said before."""
        self.mark()
        return Contact(self.phone())

    def answer(self) -> None:
        found = self.one(self.model.handed, lambda one: one.state in {"opened", "accepted"} and one.kind != "report")
        if found is None:
            return
        id_, one = found
        who, own = self.anybody(one), one.agency == "social_services"
        right = self.model.reaches(who, one, self.now) and one.state in {"opened", "accepted"} and one.kind != "report"
        code, said, words = ("call", self.contact(), self.phone()) if own else ("words", w := self.mark(), w)
        if self.goes("answered", right, self.done(who, handover_steps.answer, id_, code, said, token=new_id())):
            one.state, one.reply = "answered", (code, words)

    def take_back(self) -> None:
        found = self.one(self.model.handed, lambda one: one.state == "sent")
        if found is not None:
            id_, one = found
            who = one.sender if self.chance.random() < 0.8 else self.chance.choice(list(self.model.readers))
            right = one.state == "sent" and self.model.sent(who, one, self.now)
            if self.goes("taken back", right, self.done(who, handover_steps.take_back, id_, token=new_id())):
                one.state = "taken_back"

    # Deputies, and reading for good -----------------------------------------------------------
    def stand_in(self) -> None:
        absent, deputy = self.chance.choice(PAIRS)
        last = self.today + timedelta(days=self.chance.choice([0, 2, 10]))
        there = all(self.model.posts[who].since is not None for who in (absent, deputy))
        deed = self.done(absent, deputies.name, self.world.ids[deputy], self.today, last)
        made = self.goes("stood in", there, deed)
        if made is not None:
            self.model.absences.append(Absence(made.id, absent, deputy, after(last), self.now))

    def come_back(self) -> None:
        going = [one for one in self.model.absences if one.until > self.now]
        if going:
            one = self.chance.choice(going)
            there = self.model.posts[one.absent].since is not None
            if self.goes("came back", there, self.done(one.absent, deputies.end, one.id)):
                one.until = self.now

    def read(self) -> None:
        """Somebody reads all that is theirs, and the record keeps it."""
        there = [who for who in OUTSIDE if self.model.posts[who].since is not None]
        if not there:
            return
        with self.world.acting(self.chance.choice(there)) as (session, actor):
            for line in received.listed(session, actor):
                received.opened(session, actor, line.id)
            shared_status.page(session, BOTH, actor)
            for part in partaking.listed(session, BOTH, actor):
                partaking.read(session, BOTH, actor, part.id)
            inbox = handovers.inbox(session, actor)
            for cover in (*inbox.waiting, *inbox.held):
                if cover.is_read:
                    handovers.read(session, actor, cover.id)
        self.counted["read"] += 1
