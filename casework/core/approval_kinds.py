"""What takes two people: of each kind who approves it, what it says in words, and what it is bound to.

The deed itself stands with its noun, marked ``@approvals.carries_out(…)``. Words are pairs of a text and what fills it:
names, numbers and days as they are, and codes (``role member level protection was``) that the page has words for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core.clock import FOREVER, today
from casework.core.db import TenantSession
from casework.core.models import (
    Account,
    Activation,
    AgencyUnit,
    Approval,
    Case,
    CaseAccess,
    CaseMember,
    Municipality,
    Organisation,
    Person,
    RoleHolding,
)
from casework.core.permissions import Permission, Role
from casework.core.registry import Registry

Code = str | int | bool
Words = Sequence[tuple[str, Mapping[str, Code | date]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for: the kind of deed, its object, and how it is to be done."""

    kind: str
    object_kind: str
    object_id: str
    case_id: str | None
    parameters: Mapping[str, Code]

    @classmethod
    def of(cls, row: Approval) -> Asked:
        """What a stored approval asks for."""
        return cls(row.kind, row.object_kind, row.object_id, row.case_id, json.loads(row.parameters))

    def text(self, name: str) -> str:
        """A parameter that is a code or an id."""
        return str(self.parameters[name])


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that takes two people. ``grant`` and ``refuse`` are the words of the two buttons.

    ``versions`` says what the objects concerned are like at this moment, holding them until the transaction ends:
    once it says something else, an approval asked for before is void.
    """

    decided_by: Permission
    grant: str
    refuse: str
    words: Callable[[TenantSession, Registry, Asked], Words]
    versions: Callable[[TenantSession, Asked], Mapping[str, Code]]


def _case(session: TenantSession, asked: Asked) -> Case:
    return session.get_one(Case, (session.municipality, asked.case_id), with_for_update=True, populate_existing=True)


def _team(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """Who is in a case and who is kept out of it, whose it is, and how its person is protected. Never what it says."""
    case = _case(session, asked)
    members = session.execute(
        select(CaseMember.account_id, CaseMember.role, CaseMember.may_unseal, CaseMember.valid_until).where(
            CaseMember.case_id == case.id, CaseMember.valid_until > session.now
        )
    ).all()
    blocked = session.scalars(
        select(CaseAccess.principal).where(
            CaseAccess.case_id == case.id, CaseAccess.permission == "block", CaseAccess.valid_until > session.now
        )
    ).all()
    named = sorted(f"{one.account_id}/{one.role}/{one.may_unseal}/{one.valid_until.isoformat()}" for one in members)
    return {
        "open": case.is_open,
        "officer": case.officer_id or "",
        "team": _digest([*named, "blocked", *sorted(blocked)]),
        "unit": case.unit_id,
        **_protection(session, asked),
    }


def _protection(session: TenantSession, asked: Asked) -> dict[str, Code]:
    case = _case(session, asked)
    person = (
        None
        if case.subject_id is None
        else session.get(Person, (case.municipality, case.subject_id), with_for_update=True, populate_existing=True)
    )
    if person is None:
        return {"person": ""}
    return {"person": person.id, "protection": person.protection}


def _account(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """Whether an account is open, and every role it holds anywhere."""
    account = session.get_one(
        Account, asked.text("account"), with_for_update={"key_share": True}, populate_existing=True
    )
    held = session.execute(
        select(RoleHolding.membership_id, RoleHolding.valid_until).where(
            RoleHolding.account_id == account.id, RoleHolding.valid_until > session.now
        )
    ).all()
    closed = "" if account.disabled_at is None else account.disabled_at.isoformat()
    holds = sorted(f"{one.membership_id}/{one.valid_until.isoformat()}" for one in held)
    return {"closed": closed, "employer": account.organisation_id, "holds": _digest(holds)}


def _area(session: TenantSession, asked: Asked) -> dict[str, Code]:
    """When an area was last switched on and off; switching takes turns."""
    session.get_one(Municipality, session.municipality, with_for_update={"key_share": True}, populate_existing=True)
    latest = select(Activation).where(Activation.area == asked.object_id).order_by(Activation.enabled_at.desc())
    row = session.scalars(latest.limit(1)).one_or_none()
    if row is None:
        return {"activation": "", "ended": ""}
    return {"activation": row.id, "ended": "" if row.disabled_at is None else row.disabled_at.isoformat()}


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


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


CASE, ADMINISTER = Permission.APPROVAL_CASE, Permission.APPROVAL_ADMINISTER
KINDS: dict[str, Kind] = {
    "account:grant": Kind(ADMINISTER, _("Godkänn uppdraget"), _("Avslå uppdraget"), _granting, _account),
    "account:reopen": Kind(
        ADMINISTER, _("Godkänn att kontot öppnas"), _("Avslå att kontot öppnas"), _reopening, _account
    ),
    "account:reset": Kind(ADMINISTER, _("Godkänn återställningen"), _("Avslå återställningen"), _resetting, _account),
    "area:enable": Kind(ADMINISTER, _("Godkänn att modulen slås på"), _("Avslå att modulen slås på"), _enabling, _area),
    "case:assign": Kind(CASE, _("Godkänn tilldelningen"), _("Avslå tilldelningen"), _assigning, _team),
    "case:name": Kind(CASE, _("Godkänn namngivningen"), _("Avslå namngivningen"), _naming, _team),
    "person:lower": Kind(CASE, _("Godkänn det lägre skyddet"), _("Avslå det lägre skyddet"), _lowering, _protection),
}
"""Every kind, in alphabetical order."""
