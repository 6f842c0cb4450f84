"""What frames every page of a case: its spine, the band of secrecy, who it is about, and the parts one may open."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from casework.contract import CaseType
from casework.contract import gettext as _
from casework.core import (
    access,
    accounts,
    cases,
    disclosed,
    emergencies,
    entries,
    handovers,
    participations,
    personal_numbers,
    persons,
    sharing,
    sharing_standing,
    teams,
)
from casework.core.access import Decision
from casework.core.permissions import Permission
from casework.core.vault import Identity
from casework.web import case_rows, language, request
from casework.web.counting import in_words

if TYPE_CHECKING:
    from casework.core.models import Case, Entry

SECRECY = (_("Socialtjänstsekretess"), _("26 kap. 1 § OSL"))
OVERVIEW, JOURNAL, FORMS = _("Översikt"), _("Journal"), _("Uppgifter")
RECEIVED = _("Inkommet")
SHARING, PARTICIPANTS, TEAM, PEOPLE, LOG = _("Delning"), _("Deltagare"), _("Team"), _("Personer"), _("Åtkomst")
NOTE = "note"
"""The form that "Ny anteckning" writes, in every case type that has it."""


def frame(case: Case, decision: Decision) -> dict[str, Any]:
    """What ``templates/case.html`` needs, for a case and the leave to open it; it holds no link that leads nowhere."""
    may = {one: _may(decision, one, case) for one in (Permission.CASE_LOG, Permission.CASE_WRITE)}
    focus = request.registry().areas.get(case.area)
    writes = may[Permission.CASE_WRITE] and _has_note(case)
    outside = _outside(decision, case) if decision.forms is None else (0, 0)
    return {
        "colour": "" if focus is None else focus.colour,
        "area": case_rows.area_and_kind(case),
        "kind": case_rows.kind_label(case),
        "number": case.number,
        **_person(cases.subject(decision, case)),
        "officer": _officer(decision, case),
        "band": SECRECY,
        "access": _access_words(decision, case, *outside),
        "access_url": path(case, "atkomst") if may[Permission.CASE_LOG] else "",
        "tabs": _tabs(case, decision, *outside, logs=may[Permission.CASE_LOG]),
        "note_url": path(case, "skriv", NOTE) if writes else "",
        "emergency": _emergency(decision, case),
        "share_url": path(case, "delning", "ny") if may_share(decision, case) else "",
    }


def may_share(decision: Decision, case: Case) -> bool:
    """Whether the actor may share anything of the case: not where there is nothing that may be told."""
    return _may(decision, Permission.CASE_SHARE, case) and sharing.may_be_told(request.registry(), case)


def path(case: Case, *parts: str) -> str:
    """The address of a page of a case."""
    return "/".join(["", "arenden", case.id, *parts])


def kind_of(case: Case) -> CaseType | None:
    """The case type of a case, or None when its plugin is no longer there."""
    return request.registry().case_type(case.area, case.case_type)


def is_repeated(case: Case, entry: Entry) -> bool:
    """Whether an entry is of a form written many times, so that it stands in the journal."""
    kind = kind_of(case)
    declared = () if kind is None else kind.forms
    return next((form.many for form in declared if form.name == entry.form), True)


def _tabs(
    case: Case, decision: Decision, shared: int, taking_part: int, *, logs: bool
) -> list[tuple[str, str, int | str]]:
    reads, opens = decision.forms is None, _may(decision, Permission.CASE_OPEN, case)
    assigns = _may(decision, Permission.CASE_ASSIGN, case)
    received = len(handovers.of_case(decision.session, case)) if reads else 0
    found: list[tuple[bool, tuple[str, str, int | str]]] = [
        (opens, (path(case), OVERVIEW, "")),
        (reads, (path(case, "journal"), JOURNAL, _written(decision, case) or "")),
        (opens, (path(case, "uppgifter"), FORMS, "")),
        (reads and received > 0, (path(case, "inkommet"), RECEIVED, received)),
        (reads, (path(case, "delning"), SHARING, shared or "")),
        (reads and _has_participants(case), (path(case, "deltagare"), PARTICIPANTS, taking_part or "")),
        (reads or assigns, (path(case, "team"), TEAM, "")),
        (reads, (path(case, "personer"), PEOPLE, "")),
        (logs, (path(case, "atkomst"), LOG, "")),
    ]
    return [tab for offered, tab in found if offered]


def _has_participants(case: Case) -> bool:
    kind = kind_of(case)
    return kind is not None and kind.participation is not None


def _written(decision: Decision, case: Case) -> int:
    return sum(1 for entry in entries.current(decision.session, case) if is_repeated(case, entry))


def _may(decision: Decision, permission: Permission, case: Case) -> bool:
    return access.is_reached(decision.session, decision.actor, permission, case.id)


def _has_note(case: Case) -> bool:
    kind = kind_of(case)
    return kind is not None and any(
        form.name == NOTE and form.anonymous == (case.subject_id is None) for form in kind.forms
    )


def _person(identity: Identity | None) -> dict[str, Any]:
    if identity is None:
        return {"name": "", "personal_number": "", "age": "", "protection": 0}
    born = identity.birth_date
    years = None if born is None else persons.age(born, request.today())
    words = "" if years is None else language.translate(_("{count} år")).format(count=years)
    number = "" if identity.number is None else personal_numbers.PersonalNumber(identity.number, born).shown
    return {"name": identity.name, "personal_number": number, "age": words, "protection": identity.protection}


def _officer(decision: Decision, case: Case) -> str:
    if case.officer_id is None:
        return language.translate(_("Ingen handläggare"))
    return accounts.names(decision.session, {case.officer_id}).get(case.officer_id, "")


def _emergency(decision: Decision, case: Case) -> dict[str, Any] | None:
    """Until when the case is open in an emergency, how many minutes are left of it, and how many seconds."""
    until = emergencies.until(decision, case)
    if until is None:
        return None
    left = (until - decision.session.now).total_seconds()
    return {"until": until, "minutes": ceil(left / 60), "seconds": ceil(left)}


def _access_words(decision: Decision, case: Case, shared: int, taking_part: int) -> str:
    """How many have access, and how many sharings there are; nothing for who only decides."""
    if decision.forms is not None:
        return ""
    named = {account.id for _member, account in teams.members(decision.session, case)}
    named |= {account.id for _decider, account in teams.deciders(decision.session, case)}
    alone = _("Bara du har åtkomst") if named == {decision.actor.id} else _("En har åtkomst")
    words = _counted(alone, _("{count} har åtkomst"), len(named))
    words = words if not shared else f"{words}, {_counted(_('en delning pågår'), _('{count} delningar pågår'), shared)}"
    words = words if not taking_part else f"{words}, {_counted(_('en deltar'), _('{count} deltar'), taking_part)}"
    return words[:1].upper() + words[1:]


def read_outside(decision: Decision, case: Case) -> dict[str, Any]:
    """Whether anybody outside social services has something of a case to read now, and how many take part in it."""
    shared, taking_part = _outside(decision, case)
    return {"is_read": shared + taking_part > 0, "taking_part": taking_part, "in_words": in_words}


def _outside(decision: Decision, case: Case) -> tuple[int, int]:
    """How many sharings of a case are read now, and how many take part in it."""
    statuses = len(sharing_standing.going_on(decision, request.registry(), case))
    return statuses + disclosed.live(decision, case), participations.live(decision.session, case)


def _counted(one: str, many: str, count: int) -> str:
    return language.translate(one if count == 1 else many).format(count=in_words(count))
