"""Steps of a story: consents, disclosures, status permissions, participation, conflicts and the cases' own steps."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.core import (
    access,
    disclosure_content,
    disclosure_decisions,
    disclosures,
    sharing,
)
from casework.core.actions import Action
from casework.core.consent_register import Answer
from casework.core.db import new_id
from casework.core.disclosure_rules import look
from casework.core.disclosure_wish import Wish
from casework.core.grounds import catalogue
from casework.core.models import Disclosure, Handover
from casework.core.permissions import Permission
from tests.core import consenting, taking_part
from tests.core.consenting import YES, ask, parts, wanted
from tests.core.disclosing import AGREED, ALONE
from tests.core.moves_seen import AT_WORK, DECIDER, OFFICER
from tests.core.moves_story import OUTSIDE, Story
from tests.core.moves_things import Consent, Given, Handed, Matter, Wanted
from tests.core.taking_part import BOTH, EVERY

NO = Answer(given=False, how="oral", identity="known")
AGENCIES = ("police", "recreation", "school")
GROWN, BY_GUARDIANS = "OSL_12_2", "OSL_12_3"
"""The grounds that rest on consent: of somebody who is of age, and of a child."""
STEPS = ("begin_assessment", "close", "pause", "reopen", "resume")


class Sharing(Story):
    """What social services share, and what ends it."""

    # Consents ---------------------------------------------------------------------------------
    def consent(self) -> None:
        case = self.case()
        if self.chance.random() < 0.6:
            self.everybody_consents(case, self.in_days(4, 15, 40), own=self.chance.random() < 0.5)
        else:
            giver = self.chance.choice(["subject", *case.guardians])
            self.consents(case, giver, self.some(case, giver), self.chance.choice([YES, YES, NO, None]))

    def everybody_consents(self, case: Matter, last: date, *, own: bool) -> None:
        """An adult, or the guardians and perhaps the young person, consent to everything."""
        for giver in (*(["subject"] if own or case.born is None else []), *case.guardians):
            whole = Consent("", case, giver, frozenset(AGENCIES), frozenset(EVERY), self.today, last)
            self.consents(case, giver, whole)

    def some(self, case: Matter, giver: str) -> Consent:
        agencies = frozenset(self.chance.sample(AGENCIES, self.chance.choice([1, 2, 3])))
        kinds = frozenset(self.chance.sample(EVERY, self.chance.choice([1, 3, len(EVERY)])))
        first = self.in_days(0, 0, 2)
        return Consent("", case, giver, agencies, kinds, first, max(first, self.in_days(0, 4, 15, 40)))

    def consents(
        self, case: Matter, giver: str, one: Consent, said: Answer | None = YES, renews: str | None = None
    ) -> None:
        part, _space, nth = giver.partition(" ")
        person = parts(self.world, case.id, part)[int(nth or 0)]
        span = {"valid_from": one.first, "valid_until": one.last}
        want = wanted(person, part, agencies=sorted(one.agencies), kinds=sorted(one.kinds), **span)
        what = "renewed" if renews else "consented" if said is YES else "not consented"
        right = renews is None or self.model.consents[renews].ended is None
        id_ = self.goes(what, right, lambda: ask(self.world, case.id, want, said, renews))
        if id_ is None or said is not YES:
            if id_ is not None and said is not None:  # a refusal after a yes is a withdrawal
                self.takes_back_the_same(case, giver, one, renews)
            return
        one.id = id_
        if renews:
            self.model.replaces(one, self.model.consents[renews], self.now)
        self.model.consents[id_] = one

    def takes_back_the_same(self, case: Matter, giver: str, no: Consent, renews: str | None) -> None:
        for yes in self.model.consents.values():
            same = yes.id == renews or (yes.agencies & no.agencies and yes.kinds & no.kinds)
            if yes.case is case and yes.giver == giver and same and yes.ended is None and yes.last >= self.today:
                self.model.ends(yes, self.now)

    def renew(self) -> None:
        found = self.one(self.model.consents, lambda one: one.ended is None)
        if found is None:
            return
        id_, old = found
        new = self.some(old.case, old.giver)
        if self.chance.random() < 0.6:
            last = max(old.last, self.today)
            new = Consent("", old.case, old.giver, old.agencies, old.kinds, self.today, last)
        self.consents(old.case, old.giver, new, YES, id_)

    def withdraw(self) -> None:
        used = {one for given in self.model.parts.values() for one in given.rests_on}
        used |= {one for given in self.model.disclosures.values() for one in given.rests_on}
        found = self.one(self.model.consents, lambda one: one.ended is None and one.id in used)
        if found is None:
            return
        one = found[1]
        before = self.model.live(AT_WORK, self.now)
        self.goes("withdrawn", one.ended is None, lambda: self.takes_back(one))
        if one.ended is None:
            self.model.ends(one, self.now)
            self.counted["stopped by it"] += len(before - self.model.live(AT_WORK, self.now))

    def takes_back(self, one: Consent) -> Consent:
        consenting.withdraw(self.world, one.case.id, one.id)
        return one

    # Disclosures ------------------------------------------------------------------------------
    def wish(self, who: str, ground: str, **changed: Any) -> Wish:
        mark = self.mark()
        return replace(
            Wish(
                recipient=f"{self.model.readers[who].agency}:{self.world.ids[who]}",
                items=(disclosure_content.NAME,),
                ground=ground,
                replies=dict.fromkeys(catalogue.find(ground, self.today).written, mark),
                purpose=f"Ändamål {mark}",
                despite=f"Trots {mark}",
                harm="no",
                assessment=f"Prövat {mark}",
                confirmed=AGREED,
            ),
            **changed,
        )

    def assess(self, case: Matter, want: Wish) -> tuple[Disclosure, bytes]:
        """Assess what was seen; the bytes of the preview."""
        with self.world.acting("maja") as (session, maja):
            row, decision = access.of_case(session, maja, Permission.CASE_SHARE, case.id, Action.CASE_OPENED)
            want = replace(want, warned=tuple(one.id for one in look(decision, BOTH, row, want).protected))
            content = look(decision, BOTH, row, want).content
            made = disclosures.assess(session, BOTH, maja, case.id, new_id(), want, seen_content=content.digest)
            return made, content.as_bytes()

    def disclose(self) -> None:
        case, who, on_consent = self.case(), self.chance.choice(OUTSIDE), self.chance.random() < 0.6
        kinds, until = sorted({"status", *self.chance.sample(EVERY, 1)}) if on_consent else [], self.in_days(0, 2, 12)
        rests = self.model.covering(case, self.model.readers[who].agency, kinds, self.now) if on_consent else set()
        right = self.may_be_given(case, who) and not case.takes_two
        right = right and rests is not None and (not rests or until <= self.model.last_of(rests))
        on = GROWN if case.born is None else BY_GUARDIANS
        asks = self.chance.random() < 0.5
        want = self.wish(who, on if on_consent else ALONE, kinds=tuple(kinds), until=until, wants_answer=asks)
        done = self.goes("disclosed", right, lambda: self.assess(case, want))
        if done is not None:
            made, told = done
            given = Given(
                made.id, case, who, self.now, until, frozenset(kinds), rests or set(), on_consent, content=told
            )
            given.asks = asks
            self.model.disclosures[made.id] = given
            if asks:
                self.asked(given)

    def asked(self, given: Given) -> None:
        """It lies in the recipient's inbox, and waits for what they do with it."""
        with self.world.session() as session:
            id_ = session.scalars(select(Handover.id).where(Handover.disclosure_id == given.id)).one()
        one = Handed(id_, "disclosure", OFFICER, self.model.readers[given.who].agency, given.content)
        one.person, one.case, one.given = given.who, given.case, given
        self.model.handed[id_] = one

    def may_be_given(self, case: Matter, who: str) -> bool:
        """Whether anything of a case may be given to somebody outside at all."""
        return self.model.posts[who].since is not None and not case.is_closed_to(who)

    def propose(self) -> None:
        case, who, until = self.case(), self.chance.choice(OUTSIDE), self.in_days(2, 12, 40)
        items = (disclosure_content.NAME, disclosure_content.STATE)
        want = self.wish(who, ALONE, harm="maybe", items=items, until=until, decider=self.world.ids[DECIDER])
        done = self.goes("proposed", self.may_be_given(case, who), lambda: self.assess(case, want))
        if done is not None:
            made, told = done
            self.model.waiting[made.id] = Wanted(made.id, case, who, until, told, self.stands(case))

    @staticmethod
    def stands(case: Matter) -> tuple[str, date, bool]:
        """Where a case stands, since which day, and whether there is a warning about its person."""
        return case.history[-1][0], case.history[-1][1], case.level > 0

    def decide(self) -> None:
        found = self.one(self.model.waiting, lambda one: one.state == "assessed")
        if found is None:
            return
        id_, one = found
        granted, saw = self.chance.random() < 0.8, hashlib.sha256(one.content).hexdigest()

        def deed() -> bool:
            with self.world.acting(DECIDER) as (session, ulf):
                disclosure_decisions.decide(session, ulf, id_, saw, granted=granted, answer="Se ovan")
            return True

        if self.goes("decided", one.state == "assessed", deed):
            one.state = "approved" if granted else "refused"

    def perform(self) -> None:
        found = self.one(self.model.waiting, lambda one: one.state == "approved")
        if found is None:
            return
        id_, one = found
        right = one.state == "approved" and self.may_be_given(one.case, one.who) and self.today <= one.until
        right = right and one.saw == self.stands(one.case)

        def deed() -> bool:
            with self.world.acting("maja") as (session, maja):
                disclosures.perform(session, BOTH, maja, one.case.id, id_)
            return True

        if self.goes("performed", right, deed):
            del self.model.waiting[id_]
            given = Given(id_, one.case, one.who, self.now, one.until, content=one.content, by_two=True)
            self.model.disclosures[id_] = given

    def drop(self) -> None:
        found = self.one(self.model.waiting)
        if found is None:
            return
        id_, one = found

        def deed() -> bool:
            with self.world.acting("maja") as (session, maja):
                disclosures.withdraw(session, maja, one.case.id, id_)
            return True

        if self.goes("dropped", one.state in {"assessed", "approved"}, deed):
            one.state = "refused"

    def end_disclosure(self) -> None:
        found = self.one(self.model.disclosures, lambda one: one.holds(self.now))
        if found is not None:
            id_, one = found
            with self.world.acting("maja") as (session, maja):
                disclosures.end(session, maja, one.case.id, id_)
            self.over("disclosure ended", one)

    def over(self, what: str, one: Given) -> None:
        self.counted[what] += 1
        one.ended = self.now if one.ended is None else one.ended

    # Status permissions and participation -----------------------------------------------------
    def permit(self) -> None:
        case, until, on_consent = self.case("avhopp"), self.in_days(0, 3, 12, 40), self.chance.random() < 0.6
        rests = self.model.covering(case, "police", ["status"], self.now) if on_consent else set()
        right = rests is not None and (not rests or until <= self.model.last_of(rests)) and not case.takes_two
        states = self.chance.sample(["closed", "initial", "paused", "received"], self.chance.choice([1, 2, 4]))
        named = self.chance.random() < 0.5 and on_consent  # whoever works alone names nobody on another ground
        chosen = {"states": states, "until": until, "recognise": "name" if named else "nothing"}
        chosen["ground"] = "register" if on_consent else "other"
        made = self.goes("permitted", right, lambda: self.world.permit(case.id, **chosen))
        if made is not None:
            given = Given(made.reference, case, "erik", self.now, until, rests_on=rests or set(), on_consent=on_consent)
            given.name, given.states, given.level = case.person if named else "", frozenset(states), case.level
            self.model.statuses[made.id] = given

    def revoke(self) -> None:
        found = self.one(self.model.statuses, lambda one: one.ended is None)
        if found is not None:
            id_, one = found
            with self.world.acting("maja") as (session, maja):
                sharing.revoke(session, maja, one.case.id, id_)
            self.over("revoked", one)

    def let_in(self) -> None:
        case, who, until = self.case("sspf"), self.chance.choice(OUTSIDE), self.in_days(0, 3, 12, 12)
        kinds, agency = (
            self.chance.sample(EVERY, self.chance.choice([1, 3, len(EVERY)])),
            self.model.readers[who].agency,
        )
        rests = self.model.covering(case, agency, kinds, self.now)
        there = any(one.who == who and one.ends() > self.now for one in self.model.parts.values())
        right = rests is not None and until <= self.model.last_of(rests) and not there
        right = right and self.may_be_given(case, who) and case.state in AT_WORK and not case.takes_two
        chosen = {"agency": agency, "kinds": kinds, "until": until}
        id_ = self.goes("let in", right, lambda: taking_part.add(self.world, case.id, who, **chosen))
        if id_ is not None:
            self.model.parts[id_] = Given(id_, case, who, self.now, until, frozenset(kinds), rests or set())

    def end_part(self) -> None:
        found = self.one(self.model.parts, lambda one: one.ended is None)
        if found is not None:
            taking_part.end(self.world, found[1].case.id, found[0])
            self.over("participation ended", found[1])
