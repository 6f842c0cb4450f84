"""Vem har öppnat: what was done with the case, by whom and why, in plain words; and who has access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for
from flask import request as http

from casework.contract import gettext as _
from casework.core import access, case_log, clock, reading, shared_status, teams
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.case_log import Line
from casework.core.permissions import Permission, Role
from casework.web import case_frame, cursors, language, request
from casework.web.access import requires
from casework.web.counting import in_words

if TYPE_CHECKING:
    from casework.core.models import Case

pages = Blueprint("case_log", __name__)

WORDS: Mapping[str, str] = {
    Action.ACCESS_VERIFIED: _("Kontrollerade åtkomsten"),
    Action.ACCOUNT_ADDED: _("La till ett konto"),
    Action.ACCOUNT_DISABLED: _("Stängde av ett konto"),
    Action.ACCOUNT_ENROLLED: _("Valde lösenord"),
    Action.ACCOUNT_REOPENED: _("Öppnade ett konto igen"),
    Action.ACCOUNT_RESET: _("Återställde ett konto"),
    Action.ACCOUNTS_LISTED: _("Såg listan över konton"),
    Action.APPROVAL_ASKED: _("Bad om godkännande"),
    Action.APPROVAL_CARRIED_OUT: _("Fick det godkända utfört"),
    Action.APPROVAL_EXPIRED: _("Försökte godkänna något för sent"),
    Action.APPROVAL_GRANTED: _("Godkände det en kollega bad om"),
    Action.APPROVAL_READ: _("Läste vad en kollega bad om"),
    Action.APPROVAL_REFUSED: _("Avslog det en kollega bad om"),
    Action.APPROVAL_VOIDED: _("Kunde inte godkänna, för något hade ändrats"),
    Action.APPROVAL_WITHDRAWN: _("Tog tillbaka det den bad om"),
    Action.APPROVALS_LISTED: _("Såg vad som väntar på godkännande"),
    Action.AREA_DISABLED: _("Stängde av modulen"),
    Action.AREA_ENABLED: _("Slog på modulen"),
    Action.AREAS_LISTED: _("Såg listan över moduler"),
    Action.AUDIT_CHECKPOINTED: _("Skrev kontrollpunkter för loggen"),
    Action.AUDIT_EXPORTED: _("Skrev ut loggen för granskning"),
    Action.AUDIT_VERIFIED: _("Kontrollerade loggen"),
    Action.CASE_ASSIGNED: _("Tilldelade ärendet"),
    Action.CASE_DESTROYED: _("Gallrade ärendet"),
    Action.CASE_LINKED: _("Länkade ärendet till ett annat"),
    Action.CASE_LOG_READ: _("Läste vem som har öppnat"),
    Action.CASE_OPENED: _("Öppnade ärendet"),
    Action.CASE_REGISTERED: _("Registrerade ärendet"),
    Action.CASES_LISTED: _("Såg ärendet i en lista"),
    Action.CASES_SEARCHED: _("Fick ärendet som träff i en sökning"),
    Action.CONFLICT_BLOCKED: _("Spärrade någon på grund av jäv"),
    Action.CONFLICT_LIFTED: _("Hävde en spärr på grund av jäv"),
    Action.DAY_READ: _("Såg ärendet på Min dag"),
    Action.DECIDER_ASKED: _("Bad en kollega om beslut"),
    Action.DECIDER_WITHDRAWN: _("Tog tillbaka en fråga om beslut"),
    Action.DRAFT_DISCARDED: _("Slängde ett utkast"),
    Action.DRAFT_READ: _("Läste sitt utkast"),
    Action.DRAFT_SAVED: _("Sparade ett utkast"),
    Action.EMERGENCIES_LISTED: _("Såg listan över nödåtkomst"),
    Action.EMERGENCY_OPENED: _("Öppnade ärendet med nödåtkomst"),
    Action.EMERGENCY_READ: _("Läste om en nödåtkomst"),
    Action.EMERGENCY_REVIEWED: _("Granskade en nödåtkomst"),
    Action.ENTRY_READ: _("Läste uppgifter"),
    Action.ENTRY_SIGNED: _("Signerade"),
    Action.IMPORT_DONE: _("Läste in ärendet från registret"),
    Action.IMPORT_UNDONE: _("Tog tillbaka en inläsning"),
    Action.INSTALLATION_FOUNDED: _("Gjorde i ordning systemet"),
    Action.JOURNAL_READ: _("Läste journalen"),
    Action.KEYS_DESTROYED: _("Förstörde en gammal nyckel"),
    Action.KEYS_DISABLED: _("Tog en nyckel ur bruk"),
    Action.KEYS_LISTED: _("Såg vilka nycklar som finns"),
    Action.KEYS_ORDERED: _("Begärde ett byte av nycklar"),
    Action.KEYS_REWRAPPED: _("La nycklar under en ny nyckel"),
    Action.KEYS_ROTATED: _("Bytte kommunens huvudnyckel"),
    Action.LOG_ANSWERED: _("Svarade på en fråga om loggen"),
    Action.LOG_ASKED: _("Ställde en fråga om loggen"),
    Action.LOG_LISTED: _("Såg ärendet i loggen vid en granskning"),
    Action.LOG_QUESTION_READ: _("Läste en fråga om loggen"),
    Action.LOG_QUESTIONS_LISTED: _("Såg sina frågor om loggen"),
    Action.LOG_READ: _("Granskade en händelse i loggen"),
    Action.LOG_REPORTED: _("Gjorde årsrapporten om loggen"),
    Action.LOG_REVIEWED: _("Signerade en granskning av loggen"),
    Action.MEMBER_ENDED: _("Avslutade någons åtkomst"),
    Action.MEMBER_NAMED: _("Namngav någon i ärendet"),
    Action.MEMBERSHIP_ENDED: _("Avslutade ett uppdrag"),
    Action.MEMBERSHIP_GRANTED: _("Gav ett uppdrag"),
    Action.MUNICIPALITY_FOUNDED: _("Gjorde i ordning kommunen"),
    Action.NAMES_COMPARED: _("Lät programmet jämföra namn vid en granskning av loggen, utan att se dem"),
    Action.PERSON_ADDED: _("La till en person"),
    Action.PERSON_CHANGED: _("Ändrade skyddet för en person"),
    Action.PERSON_DESTROYED: _("Gallrade en person"),
    Action.PERSON_MATCHED: _("Jämförde personnummer"),
    Action.PLACE_DESTROYED: _("Gallrade uppgifterna om platsen"),
    Action.ROWS_ADOPTED: _("Tog in äldre uppgifter i loggen vid en uppgradering"),
    Action.ROWS_CHANGED: _("Ändrade en inställning"),
    Action.SEALED_CARRIED: _("Tog med förseglade svar till en rättelse"),
    Action.SEALED_AGAIN: _("Förseglade igen"),
    Action.SEALED_OPENED: _("Öppnade en förseglad uppgift"),
    Action.SESSION_ENDED: _("Loggade ut"),
    Action.SESSION_LOCKED: _("Låste skärmen"),
    Action.SESSION_UNLOCKED: _("Låste upp skärmen"),
    Action.SHARED_READ: _("Läste delad status"),
    Action.SIGN_IN_FAILED: _("Försökte logga in"),
    Action.SIGNED_IN: _("Loggade in"),
    Action.STATUS_PERMITTED: _("Delade status"),
    Action.STATUS_REVOKED: _("Återkallade en delning"),
    Action.STEP_TAKEN: _("Tog ett steg i ärendet"),
    Action.TASK_ADDED: _("La till en uppgift att göra"),
    Action.TASK_DONE: _("Markerade en uppgift som klar"),
    Action.TASK_REOPENED: _("Tog tillbaka att en uppgift är klar"),
}
PAGES: Mapping[str, str] = {
    "overview": _("Öppnade översikten"),
    "journal": _("Öppnade journalen"),
    "forms": _("Öppnade uppgifterna"),
    "form": _("Öppnade uppgifterna"),
    "entry": _("Öppnade en anteckning"),
    "write": _("Öppnade ett formulär"),
    "step": _("Öppnade ett steg"),
    "sharing": _("Öppnade delningen"),
    "team": _("Öppnade teamet"),
    "conflicts": _("Öppnade spärrarna för jäv"),
    "people": _("Öppnade personerna"),
    "tasks": _("Öppnade det som ska göras"),
    "log": _("Läste vem som har öppnat"),
}
ROLES: Mapping[str, str] = {
    Role.ADMINISTRATOR: _("administratör"),
    Role.ARCHIVIST: _("arkivarie"),
    Role.CASE_OFFICER: _("handläggare"),
    Role.INTAKE: _("mottagning"),
    Role.LOG_REVIEWER: _("loggranskare"),
    Role.PARTNER: _("samverkanspart"),
    Role.POLICE_LIAISON: _("polis"),
    Role.TEAM_LEAD: _("enhetschef"),
}
MEMBERS = {"officer": _("Handläggare"), "co_officer": _("Medhandläggare"), "reader": _("Läsare")}
SEEN = frozenset(
    {
        Action.CASE_LOG_READ,
        Action.CASE_OPENED,
        Action.CASES_LISTED,
        Action.CASES_SEARCHED,
        Action.DAY_READ,
        Action.ENTRY_READ,
        Action.JOURNAL_READ,
        Action.LOG_LISTED,
        Action.LOG_READ,
        Action.NAMES_COMPARED,
        Action.SHARED_READ,
    }
)
"""What somebody only saw: told once for each person, day and thing seen, with how many times."""
OTHERS = "andra"
LESS = frozenset({Action.CASE_OPENED, Action.ENTRY_READ})
"""What goes without saying where something more was done at the same moment."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything one person did at one moment, in words; what was only seen, for a whole day, the last time first."""

    at: datetime
    name: str
    role: str
    is_me: bool
    what: list[str]
    is_sealed: bool
    reason: str
    is_seen: bool
    times: int = 1


@pages.get("/arenden/<case_id>/atkomst")
@requires(Permission.CASE_LOG)
def show(case_id: str) -> str:
    """A page of the case's log, and who has access to it."""
    session, actor = request.session(), request.actor()
    place, others = cursors.read(http.args.get("fore", "")), http.args.get("visa") == OTHERS
    log = case_log.read(session, actor, case_id, None if place is None else place[0], others_only=others)
    case, decision = access.of_case(session, actor, Permission.CASE_LOG, case_id, Action.CASE_LOG_READ)
    return render_template(
        "case_log/show.html",
        frame=case_frame.frame(case, decision),
        case=case,
        lines=once_a_day(told(log.lines, case)),
        others=others,
        in_words=in_words,
        **_addresses(case_id, log, place is not None, OTHERS if others else None),
        **_reach(case, decision),
    )


def _addresses(case_id: str, log: case_log.Log, later: bool, shown: str | None) -> dict[str, str]:
    """Where the pages before and after are, and where the log is shown the other way."""
    following = "" if log.following is None else cursors.write((log.following, ""))
    return {
        "older": url_for(".show", case_id=case_id, fore=following, visa=shown) if following else "",
        "newest": url_for(".show", case_id=case_id, visa=shown) if later else "",
        "everybody_url": url_for(".show", case_id=case_id),
        "others_url": url_for(".show", case_id=case_id, visa=OTHERS),
    }


def once_a_day(lines: Iterable[Told]) -> list[Told]:
    """What one person saw on one day is one line, at the last time; what was done stands line by line."""
    found: dict[object, Told] = {}
    for nth, line in enumerate(lines):
        key = (clock.today(line.at), line.name, line.is_me, tuple(line.what)) if line.is_seen else nth
        first = found.get(key)
        found[key] = line if first is None else replace(first, times=first.times + 1)
    return list(found.values())


def told(lines: Iterable[Line], case: Case) -> Iterator[Told]:
    """The log in words: what somebody did at one moment is one row."""
    me = request.actor().id
    for (at, actor_id), acts in groupby(lines, key=lambda line: (line.at, line.actor_id)):
        found = list(acts)
        opened = [line for line in found if line.action == Action.CASE_OPENED]
        more = [line for line in found if line.action not in LESS] or opened or found
        what = list(dict.fromkeys(_what(line, case) for line in more if not _is_echo(line, more)))
        yield Told(
            at,
            found[0].name,
            ROLES.get(found[0].role, ""),
            actor_id == me,
            what,
            any(line.action == Action.SEALED_OPENED for line in found),
            next((words for line in found if (words := _reason(line))), ""),
            all(line.action in SEEN for line in found),
        )


def _is_echo(line: Line, others: list[Line]) -> bool:
    """Whether the leave to do something is told beside the deed itself."""
    return not line.detail and any(other.action == line.action and other.detail for other in others)


def _what(line: Line, case: Case) -> str:
    kind, detail = case_frame.kind_of(case), line.detail
    words = language.translate(WORDS.get(line.action, line.action))
    if line.action == Action.CASE_OPENED:
        return language.translate(PAGES.get(str(detail.get("page", "")), WORDS[Action.CASE_OPENED]))
    forms = {} if kind is None else {form.name: form.label for form in kind.forms}
    fields = {} if kind is None else {field.name: field.label for form in kind.forms for field in form.fields}
    steps = {} if kind is None else {step.name: step.label for step in kind.workflow.transitions}
    step = str(detail.get("step", "")).rpartition(".")[2]
    about = steps.get(step) or fields.get(str(detail.get("field", ""))) or forms.get(str(detail.get("form", "")))
    return words if about is None else f"{words}: {language.lower_first(language.translate(about))}"


def _reason(line: Line) -> str:
    """The officer's own words where they wrote some, else the reason they chose."""
    return line.reason or language.translate(dict(reading.REASONS).get(line.reason_code, ""))


def _reach(case: Case, decision: Decision) -> dict[str, Any]:
    """Who has access and why."""
    session = request.session()
    given = [one for one in shared_status.given(decision, request.registry(), case) if one.ended_at is None]
    return {
        "members": [(account.name, MEMBERS[member.role]) for member, account in teams.members(session, case)],
        "deciders": [account.name for _decider, account in teams.deciders(session, case)],
        "shared": given,
        "unassigned": case.officer_id is None and case.is_open,
    }
