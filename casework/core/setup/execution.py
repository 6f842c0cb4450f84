"""A plan carried out: what is not there is made, what is there is left as it is; providers become what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from casework.core import accounts, activation, clock, identity_providers, leaving, organisations
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Account, AgencyUnit, Credential, Membership, MunicipalityKey
from casework.core.permissions import OPERATOR
from casework.core.setup import comparing
from casework.core.setup.plan import Person, Place, Plan, Post


@dataclass(slots=True)
class Outcome:
    """What was new: municipalities, units, accounts, memberships, areas; providers set; and areas left switched off."""

    municipalities: list[str] = field(default_factory=list)
    units: int = 0
    accounts: list[str] = field(default_factory=list)
    memberships: int = 0
    areas: list[tuple[str, str]] = field(default_factory=list)
    left_off: list[tuple[str, str]] = field(default_factory=list)
    providers: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether anything was new."""
        made = (self.municipalities, self.units, self.accounts, self.memberships, self.areas, self.providers)
        return any(map(bool, made))


def apply(installation: Installation, plan: Plan) -> Outcome:
    """Carry out a plan; raises Faulty with everything that stands in its way before anything is done."""
    comparing.require_possible(installation, plan)
    outcome = Outcome()
    with installation.session(None) as session:
        organisations.found_installation(session)
        ids = _in_installation(session, plan, outcome)
    for code in dict.fromkeys([*(place.code for place in plan.places), *_codes(plan.people)]):
        place = next((one for one in plan.places if one.code == code), None)
        with installation.session(code) as session:
            if place is not None:
                _in_municipality(installation, session, place, outcome)
            for person in plan.people:
                account = session.get_one(Account, ids[person.username])
                outcome.memberships += sum(
                    _grant(session, account, post) for post in person.posts if post.municipality == code
                )
    return outcome


def links(installation: Installation, usernames: Iterable[str]) -> dict[str, str]:
    """A one-time link's token for each account that has never chosen a password; earlier unused links end."""
    found = {}
    with installation.session(None) as session:
        for username in usernames:
            account = accounts.find(session, username)
            if account is None or account.disabled_at is not None:
                continue
            enrolled = select(func.count()).select_from(Credential).where(Credential.account_id == account.id)
            if not session.scalar(enrolled):
                found[username] = accounts.invite(session, OPERATOR, account)
    return found


def _codes(people: Iterable[Person]) -> list[str]:
    return [post.municipality for person in people for post in person.posts]


def _in_installation(session: TenantSession, plan: Plan, outcome: Outcome) -> dict[str, str]:
    for place in plan.places:
        if organisations.municipality(session, place.code) is None:
            organisations.register_municipality(session, place.code, place.name)
            outcome.municipalities.append(place.name)
    for employer in plan.employers:
        organisations.organisation(session, employer.name, employer.municipality, employer.agency)
    for one in plan.sign_ins:
        if identity_providers.keep(
            session, OPERATOR, organisations.organisation(session, one.organisation), one.provider
        ):
            outcome.providers.append(one.organisation)
    ids = {}
    for person in plan.people:
        account = accounts.find(session, person.username)
        if account is None:
            employer_ = organisations.organisation(session, person.organisation)
            account = accounts.add(session, OPERATOR, person.username, person.name, employer_, person.title)
            outcome.accounts.append(person.username)
        for code in _codes([person]):
            if code not in accounts.open_doors(account):
                organisations.add_door(account, code)
        ids[person.username] = account.id
    return ids


def _in_municipality(installation: Installation, session: TenantSession, place: Place, outcome: Outcome) -> None:
    if not session.scalar(select(func.count()).select_from(MunicipalityKey)):
        organisations.found_municipality(session)
    for unit in place.units:
        before = _unit(session, unit.agency, unit.name)
        outcome.units += before is None
        if before is None or (unit.contact and before.contact != unit.contact):
            organisations.unit(session, unit.agency, unit.name, unit.contact)
    known = activation.current(session)
    for area in place.areas:
        if area not in known:
            activation.enable(session, installation.registry, OPERATOR, area)
            outcome.areas.append((place.name, area))
        elif known[area].disabled_at is not None:  # what an administrator switched off stays off
            outcome.left_off.append((place.name, area))


def _grant(session: TenantSession, account: Account, post: Post) -> bool:
    """Give a post that the account has never had; one that was ended by somebody is not given again."""
    unit = _unit(session, post.agency, post.unit)
    if unit is None:
        return False
    had = select(Membership.id).where(
        Membership.account_id == account.id,
        Membership.role == post.role,
        Membership.level == post.level,
        Membership.unit_id == unit.id,
        Membership.emergency.is_(post.emergency),
    )
    if session.scalar(had.limit(1)) is not None:
        return False
    leaving.end_places(session, OPERATOR, account.id)
    organisations.grant(
        session,
        OPERATOR,
        account,
        post.role,
        unit,
        post.level,
        None if post.begins is None else clock.start_of(post.begins),
        clock.FOREVER if post.ends is None else clock.start_of(post.ends + timedelta(days=1)),
        emergency=post.emergency,
    )
    return True


def _unit(session: TenantSession, agency: str, name: str) -> AgencyUnit | None:
    return session.scalar(select(AgencyUnit).where(AgencyUnit.agency == agency, AgencyUnit.name == name))
