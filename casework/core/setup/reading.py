"""A set-up file in TOML, read into a plan; every fault of it at once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core.permissions import AGENCIES, CARRIES_DUTY, GROUPS, OUTSIDE, Role, apart
from casework.core.setup.plan import Employer, Faulty, Person, Place, Plan, Post, Unit
from casework.core.setup.sign_in import sign_in
from casework.core.setup.values import Values

CODE = re.compile(r"(?:0[13-9]|1[0234789]|2[0-5])(?!00)[0-9]{2}")
"""A municipality's code as SCB gives it: a county, 01 to 25 without those that are no more, and two digits."""
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,78}")
LEVELS: dict[Role, Level] = {Role.TEAM_LEAD: Level.EC}


def read(path: Path) -> Plan:
    """The plan in a file; raises Faulty with everything that is wrong with it."""
    try:
        return parse(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise Faulty([_("Filen är inte sparad som UTF-8.")]) from None


def parse(content: str) -> Plan:
    """The plan in a text; raises Faulty with everything that is wrong with it."""
    faults: list[str] = []
    try:
        root = Values(tomllib.loads(content), "", faults)
    except tomllib.TOMLDecodeError as error:
        raise Faulty([_("Filen är inte TOML: ") + str(error)]) from None
    if not root.holds_anything:
        raise Faulty([_("Filen är tom. Skriv minst en kommun, som i exemplet examples/hallsberg.toml.")])
    places = [_place(values) for values in root.tables("municipality")]
    employers = [_employer(values) for values in root.tables("organisation")]
    for values in root.tables("police_area"):
        places = _with_police(values, places, employers)
    people = [_person(values) for values in root.tables("account")]
    sign_ins = [sign_in(values) for values in root.tables("identity_provider")]
    root.finish()
    plan = Plan(tuple(places), tuple(employers), tuple(people), tuple(sign_ins))
    faults += _twice(plan)
    for person in plan.people:
        faults += _roles(person)
    if faults:
        raise Faulty(faults)
    return plan


def _place(values: Values) -> Place:
    code = values.text("code")
    if code and not CODE.fullmatch(code):
        values.fault("code", _("skriv kommunens kod hos SCB, fyra siffror som börjar med länet, till exempel 1881"))
    units = tuple(_unit(one) for one in values.tables("unit"))
    place = Place(code, values.text("name", longest=80), units, values.texts("areas"))
    values.finish()
    return place


def _unit(values: Values) -> Unit:
    values.needs("agency")
    agency = values.one_of("agency", Agency, Agency.SOCIAL_SERVICES)
    unit = Unit(agency, values.text("name"), values.text("contact", "", longest=200))
    values.finish()
    return unit


def _employer(values: Values) -> Employer:
    name, municipality = values.text("name"), values.text("municipality", "") or None
    agency = values.text("agency", "") or None
    if agency is not None and agency not in OUTSIDE:
        values.fault("agency", _("välj bland: ") + ", ".join(OUTSIDE))
    if agency is not None and municipality is not None:
        values.fault("agency", _("en kommuns organisation har ingen annan myndighet"))
    values.finish()
    return Employer(name, municipality, agency)


def _with_police(values: Values, places: list[Place], employers: list[Employer]) -> list[Place]:
    """A local police area is a unit of the police in every municipality it serves."""
    name, contact = values.text("name"), values.text("contact", "", longest=200)
    organisation = values.text("organisation")
    found = next((employer for employer in employers if employer.name == organisation), None)
    if found is None:
        values.fault("organisation", _("organisationen finns inte i filen"))
    elif found.municipality is None and found.agency in {None, Agency.POLICE}:
        employers[employers.index(found)] = replace(found, agency=Agency.POLICE)
    else:
        values.fault("organisation", _("organisationen är inte polisens"))
    serves = values.texts("serves")
    for code in set(serves) - {place.code for place in places}:
        values.fault("serves", _("kommunen finns inte i filen: ") + code)
    values.finish()
    unit = Unit(Agency.POLICE, name, contact)
    return [
        Place(place.code, place.name, (*place.units, unit), place.areas) if place.code in serves else place
        for place in places
    ]


def _person(values: Values) -> Person:
    username = values.text("username", longest=80).casefold()
    if username and not USERNAME.fullmatch(username):
        values.fault("username", _("använd a–z, siffror, punkt och bindestreck"))
    posts = tuple(post for one in values.tables("membership") for post in _posts(one))
    person = Person(username, values.text("name"), values.text("title", ""), values.text("organisation"), posts)
    values.finish()
    return person


def _posts(values: Values) -> list[Post]:
    values.needs("role")
    role = values.one_of("role", Role, Role.CASE_OFFICER)
    level = values.one_of("level", Level, LEVELS.get(role, Level.H))
    allowed = AGENCIES.get(role, frozenset({Agency.SOCIAL_SERVICES}))
    if len(allowed) > 1:
        values.needs("agency")
    agency = values.one_of("agency", Agency, min(allowed))
    if agency not in allowed:
        values.fault("agency", _("rollen finns inte hos den myndigheten"))
    unit, codes = values.text("unit"), values.texts("municipality")
    if not codes:
        values.fault("municipality", _("skriv kommunens kod, eller en lista med koder"))
    begins, ends = values.day("from"), values.day("until")
    if begins and ends and ends < begins:
        values.fault("until", _("slutet ligger före början"))
    emergency = values.truth("emergency")
    if emergency and role not in CARRIES_DUTY:
        values.fault("emergency", _("rollen arbetar inte i ärenden och kan inte ha nödåtkomst"))
    values.finish()
    return [Post(code, role, level, agency, unit, begins, ends, emergency) for code in codes]


def _roles(person: Person) -> list[str]:
    roles = frozenset(post.role for post in person.posts)
    if apart(roles):
        return []
    named = ", ".join(sorted(roles))
    groups = "; ".join(", ".join(sorted(roles)) for roles in GROUPS.values())
    return [
        f"{person.place}: {named}: " + _("rollerna får inte innehas av samma person. Roller som går ihop: ") + groups
    ]


def _twice(plan: Plan) -> list[str]:
    found = [
        *_repeated("municipality", (place.code for place in plan.places)),
        *_repeated("municipality", (place.name for place in plan.places)),
        *_repeated("organisation", (employer.name for employer in plan.employers)),
        *_repeated("identity_provider", (one.organisation for one in plan.sign_ins)),
        *_repeated("account", (person.username for person in plan.people)),
    ]
    for place in plan.places:
        units = (f"{unit.agency} {unit.name}" for unit in place.units)
        found += _repeated(f"municipality {place.code}, unit", units)
    return found


def _repeated(what: str, names: Iterable[str]) -> list[str]:
    return [f"{what} {name!r}: " + _("står två gånger i filen") for name, n in Counter(names).items() if n > 1 and name]
