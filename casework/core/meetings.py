"""Meetings with those who take part in a case: recorded with who came, and with what each of them told.

What somebody from outside told is signed as an entry of its own, which nobody who takes part is shown. What social
services told is a disclosure to each who heard it, made as any other, on the day of the meeting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from dataclasses import field as of
from datetime import date

from casework.contract import exchange
from casework.contract.facts import Event, Refusal
from casework.contract.focus import Form
from casework.contract.language import gettext as _
from casework.contract.participation import Meeting as Declared
from casework.core import (
    access,
    attendance,
    audit,
    cases,
    clock,
    consent_rules,
    duties,
    entries,
    entry_rows,
    events,
    shared_parts,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.attendance import FAMILY, OWN, PARTS, SUBJECT, Attended, Attender
from casework.core.db import TenantSession
from casework.core.entries import Answered
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.models import Case, Entry, Meeting
from casework.core.permissions import Actor, Permission
from casework.core.registry import Registry

ONCE = re.compile(r"[A-Za-z0-9_-]{22}")
"""How a page names the meeting that it makes: once, however often it is sent."""
LONGEST, SHORT = 5000, 300
"""Letters of what somebody told, and of a line."""
OF_THEMSELVES = _("Ingen. Personen berättade själv.")
"""What is written as the ground on which somebody told of themselves or of their child."""
Filled = list[tuple[str, dict[str, str]]]
"""Forms with their answers."""


@dataclass(frozen=True, slots=True)
class Came:
    """What is said of one who was asked to come: whether they came, what they told, and on which ground."""

    key: str
    came: bool
    told: str = of(default="", repr=False)
    ground: str = of(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting as it is to be recorded; ``others`` are whoever else was there, in words."""

    day: date | None
    place: str = of(repr=False)
    asked: Sequence[Came]
    _: KW_ONLY
    others: str = of(default="", repr=False)


def declared(registry: Registry, case: Case) -> Declared | None:
    """How a meeting is recorded in a case of this type; None where there are none."""
    how = shared_parts.declared(registry, case)
    return None if how is None else how.meeting


def record(
    session: TenantSession, registry: Registry, actor: Actor, case_id: str, once: str, wanted: Wanted
) -> Meeting:
    """Record a meeting with what was told there; ``once`` names the page, so that sent twice it is one.

    Raises Refused with every fault at its field (of one who was asked: ``came:``, ``told:`` or ``ground:`` and their
    key), and NotFound in a case that has no meetings.
    """
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, Action.MEETING_RECORDED)
    cases.hold(session, case)
    how = declared(registry, case)
    if how is None:
        raise NotFound(access.denial(actor, Action.MEETING_RECORDED, "case", case.id, "form"))
    among = {one.key: one for one in attendance.candidates(decision, case)}
    if refusals := _faults(decision, case, wanted, among):
        raise Refused(refusals)
    filled = _filled(how, wanted, among)
    if not ONCE.fullmatch(once):
        raise Conflict
    if (made := session.get(Meeting, (case.municipality, once))) is not None:
        _require_same(decision, case, made, filled)
        return made
    written = _sign(decision, registry, case, filled, wanted)
    made = Meeting(id=once, case_id=case.id, entry_id=written[0].id, made_by=actor.id, made_at=session.now)
    told = iter(written[1:])
    attendance.seal(decision, made, [_attended(among[one.key], one, told) for one in wanted.asked])
    _remember(session, actor, made)
    cases.touch(session, case)
    return made


def _require_same(decision: Decision, case: Case, made: Meeting, filled: Filled) -> None:
    """Raise Conflict where that page has recorded something else, so that nobody takes the later words for kept."""
    if made.case_id != case.id:
        raise Conflict
    ids = (made.entry_id, *(one.told for one in attendance.read(decision, made) if one.told))
    found = [decision.session.get_one(Entry, (case.municipality, id_)) for id_ in ids]
    if [(one.form, entries.answers_of(decision, one)) for one in found] != filled:
        raise Conflict


def _remember(session: TenantSession, actor: Actor, made: Meeting) -> None:
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor,
        Action.MEETING_RECORDED,
        "meeting",
        made.id,
        case_id=made.case_id,
        detail={"entry": made.entry_id},
        content=[made.attendance],
    )


def _filled(how: Declared, wanted: Wanted, among: Mapping[str, Attender]) -> Filled:
    """What is to be signed: the form of the meeting, then that of each who told something, as they stand."""
    told = [one for one in wanted.asked if one.told.strip()]
    found = [(how.form, _of_meeting(how, wanted, among))]
    return found + [(exchange.INCOMING.name, _of_told(wanted, one, among[one.key])) for one in told]


def _sign(decision: Decision, registry: Registry, case: Case, filled: Filled, wanted: Wanted) -> list[Entry]:
    session, kind = decision.session, registry.case_type(case.area, case.case_type)
    answered = [_checked(decision, registry, case, name, answers, wanted) for name, answers in filled]
    written = entries.write_all(session, decision.actor, case, answered)
    for signed in answered:
        if kind is not None:
            duties.follow(decision, kind, case, signed.form, signed.answers)
        events.hold(session, registry, case.area, Event("entry:signed", cases.facts(session, case)))
    return written


def _checked(
    decision: Decision, registry: Registry, case: Case, name: str, answers: Mapping[str, str], wanted: Wanted
) -> Answered:
    form: Form = entry_rows.writable(registry, decision.actor, case, name)
    entry_rows.require_kept(decision.session, case, form)
    entries.check(decision, registry, case, form, answers)
    assert wanted.day is not None  # noqa: S101 _faults has refused none
    return Answered(form, answers, wanted.day)


def _of_meeting(how: Declared, wanted: Wanted, among: Mapping[str, Attender]) -> dict[str, str]:
    lines = {came: [_named(among[one.key]) for one in wanted.asked if one.came is came] for came in (True, False)}
    present = [*lines[True], *([wanted.others.strip()] if wanted.others.strip() else [])]
    said = (str(wanted.day), wanted.place.strip(), "\n".join(present), "\n".join(lines[False]))
    return {name: words for name, words in zip(how.fields, said, strict=True) if words}


def _of_told(wanted: Wanted, one: Came, by: Attender) -> dict[str, str]:
    sender = {SUBJECT: "subject"}.get(by.part, "party") if by.part in FAMILY else by.part
    return {
        "received_on": str(wanted.day),
        "received_how": "visit",
        "sender": sender,
        "sender_name": by.name,
        "stated_ground": str(OF_THEMSELVES) if by.part in FAMILY else one.ground.strip(),
        "received_facts": one.told.strip(),
    }


def _named(one: Attender) -> str:
    return f"{one.name}, {str(PARTS[one.part]).lower()}"


def _attended(who: Attender, one: Came, told: Iterator[Entry]) -> Attended:
    entry = next(told).id if one.told.strip() else ""
    return Attended(who.part, who.id, who.name, one.came, entry)


def _faults(decision: Decision, case: Case, wanted: Wanted, among: Mapping[str, Attender]) -> list[Refusal]:
    found = []
    if wanted.day is None:
        found.append(Refusal(_("Skriv vilken dag mötet var."), "day"))
    elif wanted.day > clock.today(decision.session.now):
        found.append(Refusal(entries.NOT_YET, "day"))
    if not wanted.place.strip():
        found.append(Refusal(_("Skriv var mötet var."), "place"))
    for name, text in (("place", wanted.place), ("others", wanted.others)):
        if len(text.strip()) > SHORT:
            found.append(Refusal(_("Korta texten till högst 300 tecken."), name))
    keys = [one.key for one in wanted.asked]
    if not set(keys) <= set(among) or len(keys) != len(set(keys)):
        return [*found, Refusal(_("Välj bland dem som visas."))]
    if not any(one.came for one in wanted.asked):
        first = next(iter(among), "")
        found.append(Refusal(_("Välj minst en som var med."), f"came:{first}"))
    for one in wanted.asked:
        found += _faults_of(one, among[one.key], wanted.day)
    return [*found, *_unagreed(decision, case, wanted, among)]


def _unagreed(decision: Decision, case: Case, wanted: Wanted, among: Mapping[str, Attender]) -> Iterator[Refusal]:
    """Refuse who came from an agency that not everybody whose consent is needed had agreed to tell anything."""
    partners = [one for one in wanted.asked if one.came and among[one.key].part not in {OWN, *FAMILY}]
    agreed = consent_rules.agreed_on(decision, case, wanted.day) if partners and wanted.day else frozenset()
    for one in partners:
        if among[one.key].part not in agreed and wanted.day is not None:
            text = _("Alla vars samtycke behövs hade inte sagt ja till att {part} får uppgifter den dagen.")
            yield Refusal(text.format(part=str(PARTS[among[one.key].part]).lower()), f"came:{one.key}")


def _faults_of(one: Came, who: Attender, day: date | None) -> list[Refusal]:
    found, told = [], one.told.strip()
    if day is not None and not who.could_come(day):
        text = _("{name} hade inte med ärendet att göra den dagen. Skriv i så fall namnet under andra som var med.")
        found.append(Refusal(text.format(name=who.name), f"came:{one.key}"))
    if told and not one.came:
        found.append(Refusal(_("Den som inte var med kan inte ha berättat något där."), f"told:{one.key}"))
    if told and not who.tells:
        found.append(Refusal(_("Det ni själva lämnade antecknas som ett utlämnande."), f"told:{one.key}"))
    if len(told) > LONGEST:
        found.append(Refusal(_("Korta texten till högst 5 000 tecken."), f"told:{one.key}"))
    if told and who.tells and who.part not in FAMILY and not one.ground.strip():
        text = _("Skriv vilken grund som angavs för uppgifterna, eller Ingen.")
        found.append(Refusal(text, f"ground:{one.key}"))
    if len(one.ground.strip()) > SHORT:
        found.append(Refusal(_("Korta texten till högst 300 tecken."), f"ground:{one.key}"))
    return found
