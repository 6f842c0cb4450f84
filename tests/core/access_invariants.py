"""What holds in the stateful test of access after each step, said by the model beside the program."""

from __future__ import annotations

from hypothesis.stateful import RuleBasedStateMachine, invariant

from casework.core import access, access_rows, accounts, cases, search, shared_status
from casework.core.actions import Action
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.permissions import Actor, Permission
from tests.core import policy_model
from tests.core.policy_model import ModelCase, Person, Post
from tests.worlds import KUMLA, ON_DUTY, PEOPLE, REGISTRY, UNITS, World

READERS = ("maja", "fia", "ulf", "vilma", "berta", "ida", "jon")
PEOPLE_IN_MODEL = {
    who: Person(who, (Post(PEOPLE[who][1], PEOPLE[who][3], UNITS[PEOPLE[who][3]], duty=who in ON_DUTY),))
    for who in (*READERS, "erik")
}


class Invariants(RuleBasedStateMachine):
    """Compares the world with the model."""

    world: World
    cases: dict[str, ModelCase]

    @property
    def now(self):
        return self.world.clock.now

    def may(self, who: str, permission: str, case: ModelCase) -> bool:
        return policy_model.may(PEOPLE_IN_MODEL[who], permission, case, self.now)

    def seen_by(self, who: str) -> tuple[TenantSession, Actor]:
        session = self.world.installation.open(KUMLA)
        return session, accounts.actor(session, self.world.account(session, who))

    @invariant()
    def the_table_is_what_its_sources_make_it(self):
        with self.world.session() as session:
            assert access_rows.differences(session) == []

    @invariant()
    def everybody_sees_what_the_model_says_and_the_same_in_every_way(self):
        for who in READERS:
            expected = {id_ for id_, case in self.cases.items() if self.may(who, "case:list", case)}
            session, actor = self.seen_by(who)
            with session:
                listed = cases.page(session, actor, cases.Filters(show="all")).cases
                assert {one.id for one in listed} == expected, who
                for id_, case in self.cases.items():
                    hits = {one.id for one in search.find(session, actor, case.number).cases}
                    assert hits == expected & {id_}, who
                    for name in ("case:write", "case:read", "case:open"):
                        assert self.single(session, actor, Permission(name), id_) is self.may(who, name, case), who
                session.rollback()

    @staticmethod
    def single(session: TenantSession, actor: Actor, permission: Permission, case_id: str) -> bool:
        try:
            access.of_case(session, actor, permission, case_id, Action.CASE_OPENED)
        except NotFound:
            return False
        return True

    @invariant()
    def the_police_see_what_is_permitted_now(self):
        session, erik = self.seen_by("erik")
        with session:
            shown = {row.reference for row in shared_status.page(session, REGISTRY, erik).shown}
            session.rollback()
        assert shown == {
            name
            for case in self.cases.values()
            for name, one in case.shared.items()
            if "erik" not in case.blocked and one.holds(self.now, case.closed_on)
        }
