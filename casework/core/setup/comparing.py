"""A plan held against the installation: what it names must exist there or be made by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import accounts, organisations
from casework.core.db import TenantSession
from casework.core.installation import Installation
from casework.core.models import Account, Membership, Organisation
from casework.core.permissions import OUTSIDE, Role, apart
from casework.core.setup.plan import Faulty, Plan


@dataclass(slots=True)
class Present:
    """What is there already: names of municipalities by code, owners of organisations, units, employers of accounts."""

    municipalities: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str | None] = field(default_factory=dict)
    agencies: dict[str, str | None] = field(default_factory=dict)
    units: set[tuple[str, str, str]] = field(default_factory=set)
    employers: dict[str, str] = field(default_factory=dict)
    roles: dict[str, set[Role]] = field(default_factory=dict)


def require_possible(installation: Installation, plan: Plan) -> None:
    """Raise Faulty with everything that stands in the way of a plan, before any of it is carried out."""
    present = _present(installation, plan)
    found = [
        *_municipalities(installation, plan, present),
        *_organisations(plan, present),
        *_people(plan, present),
    ]
    if found:
        raise Faulty(found)


def _present(installation: Installation, plan: Plan) -> Present:
    found = Present()
    with installation.session(None) as session:
        found.municipalities = {one.code: one.name for one in organisations.municipalities(session)}
        employers = session.scalars(select(Organisation)).all()
        found.organisations = {one.name: one.municipality_code for one in employers}
        found.agencies = {one.name: one.agency for one in employers}
        names = {one.id: one.name for one in employers}
        known = [(person, accounts.find(session, person.username)) for person in plan.people]
        ids = {account.id: person.username for person, account in known if account is not None}
        found.employers = {
            person.username: names[account.organisation_id] for person, account in known if account is not None
        }
    for code in found.municipalities:
        with installation.session(code) as session:
            _look_around(session, code, ids, found)
    return found


def _look_around(session: TenantSession, code: str, ids: dict[str, str], found: Present) -> None:
    found.units |= {(code, unit.agency, unit.name) for unit in organisations.units(session)}
    query = select(Membership).join(Account, Account.id == Membership.account_id)
    for membership in session.scalars(query.where(Membership.valid_until > session.now)):
        if membership.account_id in ids:
            found.roles.setdefault(ids[membership.account_id], set()).add(Role(membership.role))


def _municipalities(installation: Installation, plan: Plan, present: Present) -> Iterator[str]:
    for place in plan.places:
        where = f"municipality {place.code!r}"
        if present.municipalities.get(place.code, place.name) != place.name:
            yield f"{where}, name: " + _("kommunen finns redan med ett annat namn")
        if any(code != place.code and name == place.name for code, name in present.municipalities.items()):
            yield f"{where}, name: " + _("namnet finns redan med en annan kod")
        for area in place.areas:
            if area not in installation.registry.areas:
                known = ", ".join(installation.registry.areas) or _("ingen")
                yield f"{where}, areas: {area}: " + _("modulen är inte installerad. Installerade: ") + known


def _organisations(plan: Plan, present: Present) -> Iterator[str]:
    codes = {place.code for place in plan.places} | set(present.municipalities)
    for employer in plan.employers:
        where = f"organisation {employer.name!r}, municipality: "
        if employer.municipality is not None and employer.municipality not in codes:
            yield where + _("kommunen finns inte")
        if present.organisations.get(employer.name, employer.municipality) != employer.municipality:
            yield where + _("organisationen finns redan i en annan kommun")
        if employer.agency not in {None, present.agencies.get(employer.name) or employer.agency}:
            yield f"organisation {employer.name!r}, agency: " + _("organisationen hör redan till en annan myndighet")
    known = {employer.name for employer in plan.employers} | set(present.organisations)
    for one in plan.sign_ins:
        if one.organisation not in known:
            yield f"identity_provider {one.organisation!r}, organisation: " + _("organisationen finns inte")


def _people(plan: Plan, present: Present) -> Iterator[str]:
    employers = {employer.name for employer in plan.employers} | set(present.organisations)
    units = {(place.code, str(unit.agency), unit.name) for place in plan.places for unit in place.units}
    units |= present.units
    for person in plan.people:
        if person.organisation not in employers:
            yield f"{person.place}, organisation: " + _("organisationen finns inte")
        if present.employers.get(person.username, person.organisation) != person.organisation:
            yield f"{person.place}, organisation: " + _("kontot finns redan i en annan organisation")
        for post in person.posts:
            if (post.municipality, str(post.agency), post.unit) not in units:
                yield f"{person.place}, membership {post.municipality} {post.role}: " + _("enheten finns inte där")
        allowed = _roles_of(person.organisation, plan, present)
        for post in person.posts:
            if allowed is not None and post.role not in allowed:
                where = f"{person.place}, membership {post.municipality} {post.role}: "
                yield where + _("kontot tillhör en annan myndighet och kan bara ha roller där")
        held = present.roles.get(person.username, set())
        wanted = {post.role for post in person.posts}
        if apart(frozenset(wanted)) and not apart(frozenset(held | wanted)):
            yield (
                f"{person.place}: "
                + _("rollerna får inte innehas av samma person som redan har: ")
                + ", ".join(sorted(held))
            )


def _roles_of(organisation: str, plan: Plan, present: Present) -> frozenset[Role] | None:
    """The roles that accounts of an organisation may hold; None for a municipality's own, which may hold any."""
    planned = next((one for one in plan.employers if one.name == organisation), None)
    municipality = present.organisations.get(organisation) or (None if planned is None else planned.municipality)
    agency = present.agencies.get(organisation) or (None if planned is None else planned.agency)
    return OUTSIDE.get(agency or "", frozenset()) if municipality is None else None
