"""What takes two people: of each kind who approves it, what it says in words, and what it is bound to.

The deed itself stands with its noun, marked ``@approvals.carries_out(…)``. Words are pairs of a text and what fills it:
names, numbers and days as they are, and codes (``role member level protection was``) that the page has words for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from casework.contract.language import gettext as _
from casework.core import approval_versions as versions
from casework.core.asked import Asked, Code, Kind, Words
from casework.core.clock import FOREVER, today
from casework.core.db import TenantSession
from casework.core.models import Account, AgencyUnit, Case, Municipality, Organisation
from casework.core.permissions import Permission, Role
from casework.core.registry import Registry

# Words ----------------------------------------------------------------------------------------


def _named(session: TenantSession, asked: Asked) -> dict[str, Code | date]:
    account = session.get_one(Account, asked.text("account"))
    return {"name": account.name}


def _numbered(session: TenantSession, asked: Asked) -> dict[str, Code | date]:
    case = session.get_one(Case, (session.municipality, asked.case_id))
    return {"number": case.number}


PROTECTED = _("I ärendet finns en person med skyddade personuppgifter.")


def _assigning(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    return [
        (_("Tilldela ärende {number} till {name}"), _numbered(session, asked) | _named(session, asked)),
        (PROTECTED, {}),
        (_("{name} får läsa, skriva och öppna förseglade uppgifter."), _named(session, asked)),
        (_("Den som är handläggare nu lämnar ärendet."), {}),
    ]


def _naming(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    member = {"member": asked.text("role")}
    until = datetime.fromisoformat(asked.text("until"))
    day = {"day": today(until - timedelta(seconds=1))}
    unseals = asked.parameters["unseal"]
    return [
        (
            _("Namnge {name} som {member} i ärende {number}"),
            _numbered(session, asked) | _named(session, asked) | member,
        ),
        (PROTECTED, {}),
        (
            (_("{name} får öppna förseglade uppgifter.") if unseals else _("{name} ser inte förseglade uppgifter.")),
            _named(session, asked),
        ),
        (_("Gäller tills vidare."), {}) if until == FOREVER else (_("Gäller till och med {day}."), day),
    ]


def _asking(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    shown = sum(1 for name in asked.parameters if name.startswith("form:"))
    return [
        (_("Be {name} besluta om ett steg i ärende {number}"), _numbered(session, asked) | _named(session, asked)),
        (PROTECTED, {}),
        (_("{name} ser vem ärendet gäller tills beslutet är fattat."), _named(session, asked)),
        (_("Så många formulär visas: {count}."), {"count": shown}),
    ]


def _lowering(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    level, was = int(asked.parameters["level"]), int(asked.parameters["was"])
    title = _("Sänk skyddet för personen i ärende {number} till {protection}")
    words: list[tuple[str, Mapping[str, Code | date]]] = [
        (title, {**_numbered(session, asked), "protection": level}),
        (_("Skyddet är nu {was}. Det ändras i alla personens ärenden i kommunen."), {"was": was}),
    ]
    if level < 2 <= was:  # noqa: PLR2004 from level 2 a person has no index (persons.UNINDEXED)
        words.append((_("Personnumret hittas igen som andra när någon registrerar ett ärende."), {}))
        words.append((_("Polisen får se namnet igen där det är lämnat."), {}))
    if level == 0:
        words.append((_("Svar som förseglades på grund av skyddet kan läsas av dem som är namngivna igen."), {}))
    return words


def _granting(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    account = session.get_one(Account, asked.text("account"))
    employer = session.get_one(Organisation, account.organisation_id)
    unit = session.get_one(AgencyUnit, (session.municipality, asked.text("unit")))
    facts: dict[str, Code | date] = {"name": account.name, "role": asked.text("role"), "unit": unit.name}
    about: dict[str, Code | date] = {
        "username": account.username,
        "employer": employer.name,
        "day": today(account.created_at),
    }
    words: list[tuple[str, Mapping[str, Code | date]]] = [
        (_("Ge {name} uppdraget {role} på {unit}"), facts),
        (_("Kontot {username} tillhör {employer} och lades till {day}."), about),
    ]
    if asked.text("role") in {Role.CASE_OFFICER, Role.TEAM_LEAD}:
        words.append((_("Beslutsnivå: {level}."), {"level": asked.text("level")}))
    if asked.parameters["emergency"]:
        words.append((_("{name} får nödåtkomst: kan öppna vilket ärende som helst i 60 minuter."), facts))
    return words


LINK = _("Du får en engångslänk. Lämna den direkt till {name}, aldrig till den som bad om den.")


def _resetting(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    named = _named(session, asked)
    return [
        (_("Återställ kontot för {name}"), named),
        (_("{name} loggas ut överallt och kan inte logga in på det gamla sättet."), named),
        (_("{name} och enhetschefen får veta det."), named),
        (LINK, named),
    ]


def _reopening(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    named = _named(session, asked)
    return [
        (_("Öppna kontot för {name} igen"), named),
        (_("De uppdrag som inte är avslutade gäller igen."), {}),
        (LINK, named),
    ]


def _enabling(session: TenantSession, registry: Registry, asked: Asked) -> Words:
    focus = registry.areas.get(asked.object_id)
    area = asked.object_id if focus is None else focus.label
    where = session.get_one(Municipality, session.municipality).name
    return [
        (_("Slå på {area} i {where}"), {"area": area, "where": where}),
        (_("Nya ärenden kan startas i modulen. Ingen får åtkomst automatiskt."), {}),
    ]


def _exporting(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    title = _("Lämna ut en kopia av ärende {number}: {purpose}")
    words: list[tuple[str, Mapping[str, Code | date]]] = [
        (title, _numbered(session, asked) | {"purpose": asked.text("purpose")}),
        (_("Mottagare: {part}."), {"part": asked.text("part")}),
        (_("Så många anteckningar och formulär går med: {count}."), {"count": int(asked.parameters["count"])}),
    ]
    if asked.parameters.get("answer_by"):
        day = date.fromisoformat(asked.text("answer_by"))
        words.append((_("Före beslut. Parten får svara till och med {day}."), {"day": day}))
    if asked.parameters.get("masked") or asked.parameters.get("withheld"):
        counts = {name: int(asked.parameters[name]) for name in ("masked", "withheld")}
        words.append((_("Prövat uppgift för uppgift: {masked} maskeras och {withheld} lämnas inte ut."), counts))
    sealed = _("Förseglade uppgifter går med.") if asked.parameters["sealed"] else _("Inget förseglat går med.")
    words.append((sealed, {}))
    if versions.is_protected(session, asked):
        words.append((_("Någon i ärendet har skyddade personuppgifter."), {}))
    return words


def _rotating(session: TenantSession, _registry: Registry, _asked: Asked) -> Words:
    where = session.get_one(Municipality, session.municipality).name
    return [
        (_("Byt huvudnyckeln i {where}"), {"where": where}),
        (_("Alla arbetar som vanligt medan det sker. Den gamla nyckeln förstörs efteråt."), {}),
    ]


def _resealing(session: TenantSession, _registry: Registry, _asked: Asked) -> Words:
    where = session.get_one(Municipality, session.municipality).name
    return [
        (_("Försegla allt på nytt i {where}"), {"where": where}),
        (_("Varje ärende och person får en ny nyckel. Alla arbetar som vanligt medan det sker."), {}),
    ]


def _moving(session: TenantSession, _registry: Registry, asked: Asked) -> Words:
    where = session.get_one(Municipality, session.municipality).name
    words: list[tuple[str, Mapping[str, Code | date]]] = [
        (_("Flytta nycklarna i {where} till {root}"), {"where": where, "root": asked.text("to")}),
        (_("Den som har hand om {root} kan sedan öppna kommunens nycklar."), {"root": asked.text("to")}),
    ]
    if asked.parameters["renew"]:
        words.append((_("En ny rotnyckel görs i nyckelfilen först."), {}))
    return words


FETCH = _("Den som bad om kopian kan hämta den i 24 timmar.")
RUN = _("Driften kan göra det i 24 timmar.")
CASE, ADMINISTER = Permission.APPROVAL_CASE, Permission.APPROVAL_ADMINISTER
KINDS: dict[str, Kind] = {
    "account:grant": Kind(ADMINISTER, _("Godkänn uppdraget"), _("Avslå uppdraget"), _granting, versions.account),
    "account:reopen": Kind(
        ADMINISTER, _("Godkänn att kontot öppnas"), _("Avslå att kontot öppnas"), _reopening, versions.account
    ),
    "account:reset": Kind(
        ADMINISTER, _("Godkänn återställningen"), _("Avslå återställningen"), _resetting, versions.account
    ),
    "area:enable": Kind(
        ADMINISTER, _("Godkänn att modulen slås på"), _("Avslå att modulen slås på"), _enabling, versions.area
    ),
    "case:assign": Kind(CASE, _("Godkänn tilldelningen"), _("Avslå tilldelningen"), _assigning, versions.team),
    "case:decide": Kind(CASE, _("Godkänn frågan"), _("Avslå frågan"), _asking, versions.team),
    "case:export": Kind(
        CASE, _("Godkänn att kopian lämnas ut"), _("Avslå att kopian lämnas ut"), _exporting, versions.people, FETCH
    ),
    "case:name": Kind(CASE, _("Godkänn namngivningen"), _("Avslå namngivningen"), _naming, versions.team),
    "keys:reseal": Kind(
        ADMINISTER, _("Godkänn förseglingen"), _("Avslå förseglingen"), _resealing, versions.owners_keys, RUN
    ),
    "keys:rewrap": Kind(ADMINISTER, _("Godkänn flytten"), _("Avslå flytten"), _moving, versions.root_keys, RUN),
    "keys:rotate": Kind(
        ADMINISTER, _("Godkänn nyckelbytet"), _("Avslå nyckelbytet"), _rotating, versions.main_key, RUN
    ),
    "person:lower": Kind(
        CASE, _("Godkänn det lägre skyddet"), _("Avslå det lägre skyddet"), _lowering, versions.protection
    ),
}
"""Every kind, in alphabetical order."""
