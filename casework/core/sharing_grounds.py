"""On which grounds a status may be told outside: consents of the register, an adult's note of one, or a row of the law.

A status goes on by itself, so that it rests on nothing that is over in a moment: not on an emergency, a crime that was
committed, or a request. Whatever takes a lawyer or two people is a disclosure, where there is a place for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.contract.facts import Refusal
from casework.contract.fields import Agency
from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import cases, clock, consent_rules, consents, entries, guards
from casework.core.access import Decision
from casework.core.consent_rules import CONSENTS, Coverage
from casework.core.grounds import tightening
from casework.core.grounds.ground import Decider, answer_faults
from casework.core.grounds.situations import Place, Situation, protecting
from casework.core.grounds.tightening import Applied
from casework.core.models import Case, Entry
from casework.core.permissions import Permission

if TYPE_CHECKING:
    from casework.core.sharing import Chosen

REGISTER, NOTE, OTHER = "register", "consent", "other"
"""What a status permission rests on: consents of the register, a signed note of one, or a row of the catalogue."""
UNNAMED = "AVIDENTIFIERAT"
"""The ground on which nobody may be recognised."""
CODES = (UNNAMED, "OSL_26_1_UTAN_MEN", "OSL_10_2", "OSL_10_18A", "OSL_10_18B", "OSL_10_18C")
"""The rows of the catalogue, besides consent, on which something may be told that then goes on."""
DESPITE = _("Varför det lämnas trots ett nej")
ENDS_SOONER = _("Samtycket slutar gälla tidigare. Välj en dag före dess.")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a status of a case may rest on now: live notes, the register's coverage, and the other rows that hold."""

    notes: tuple[Entry, ...] = ()
    register: Coverage | None = None
    others: tuple[Applied, ...] = ()
    consent_taken: bool = False


def offered(decision: Decision, case: Case, agency: Agency) -> Grounds:
    """What may be chosen, and nothing else: what somebody else must decide on is no choice here."""
    found = tuple(one for one in (applied(decision, case, agency, code) for code in CODES) if _holds(one))
    taken = any(_alone(decision, one) for one in on_consent(decision, case, agency))
    notes = _notes(decision, case, agency) if taken else ()
    register = consent_rules.coverage(decision, case, agency, {consent_rules.STATUS}, decision.session.now)
    return Grounds(notes, register, tuple(one for one in found if _alone(decision, one)), taken)


def applied(decision: Decision, case: Case, agency: str, code: str, *, consent: bool | None = None) -> Applied:
    """What a row of the catalogue says today of telling an agency where a case stands, and what is demanded of it."""
    subject = cases.subject(decision, case)
    situation = Situation(
        Place.SOCIAL_SERVICES,
        Place(agency),
        clock.today(decision.session.now),
        born=None if subject is None else subject.birth_date,
        consent=consent,
        committed=False,  # what has been done is told once, and decided on by itself
        secrecies=protecting(None),
    )
    return tightening.applied(decision.session, code, situation)


def holds(decision: Decision, case: Case, agency: str, code: str) -> bool:
    """Whether a row on which a status rests still holds: it is law, switched on, and true of the person today."""
    return code in CODES and _holds(applied(decision, case, agency, code))


def on_consent(decision: Decision, case: Case, agency: str) -> tuple[Applied, ...]:
    """The rows of consent that are there to rest on, once everybody has consented; none where they are switched off."""
    found = (applied(decision, case, agency, code, consent=True) for code in sorted(CONSENTS))
    return tuple(one for one in found if one.explained.available)


def faults(decision: Decision, may: Grounds, chosen: Chosen) -> Iterable[Refusal]:
    """What is wrong with the ground that was chosen, each fault at its field."""
    match chosen.ground:
        case "other":
            yield from _other_faults(may, chosen)
        case "consent" | "register" if not may.consent_taken:
            yield Refusal(
                _("Kommunen har stängt av samtycke som grund, eller så ska någon annan besluta. Gör ett utlämnande."),
                "ground",
            )
        case "consent":
            if chosen.consent_id not in {entry.id for entry in may.notes}:
                yield Refusal(_("Välj ett samtycke som gäller i dag och omfattar polisen."), "consent")
            elif outlives(_last(decision, may, chosen.consent_id), chosen.until):
                yield Refusal(ENDS_SOONER, "until")
        case "register":
            if may.register is None or not may.register.complete:
                yield Refusal(
                    _("Alla som ska samtycka har inte gjort det, eller så har ett samtycke upphört."), "consent"
                )
            elif outlives(may.register.until, chosen.until):
                yield Refusal(ENDS_SOONER, "until")
        case _:
            yield Refusal(_("Välj vilken grund uppgifterna lämnas på."), "ground")


def outlives(last: date | None, until: date | None) -> bool:
    """Whether a chosen end lies after the consent's own."""
    return last is not None and until is not None and last < until


def assessment(chosen: Chosen) -> str:
    """What was answered to what the ground asks, and how it was assessed, as it is kept and read in the case."""
    words = {True: _("Ja"), False: _("Nej")}
    said = [f"{asks} {words[answer]}" for asks, answer in chosen.confirmed.items()]
    said += [f"{question}: {reply.strip()}" for question, reply in chosen.replies.items() if reply.strip()]
    if chosen.despite.strip():
        said.append(f"{DESPITE}: {chosen.despite.strip()}")
    return "\n".join([*said, chosen.ground_note])


def _other_faults(may: Grounds, chosen: Chosen) -> Iterable[Refusal]:
    row = next((one for one in may.others if one.explained.ground.code == chosen.ground_code), None)
    if row is None:
        yield Refusal(
            _("Välj en grund som gäller här i dag och som du får besluta på. Annars: gör ett utlämnande i stället."),
            "ground",
        )
    else:
        yield from answer_faults(row.explained, chosen.confirmed, chosen.replies)
    if not chosen.ground_note.strip():
        yield Refusal(_("Skriv hur du har prövat grunden."), "ground_note")
    if chosen.ground_code == UNNAMED and chosen.recognise != "nothing":
        yield Refusal(_("På den grunden får ingen kännas igen. Välj att polisen inte ser någon person."), "recognise")


def _holds(one: Applied) -> bool:
    return one.explained.available and not one.explained.unanswered


def _alone(decision: Decision, one: Applied) -> bool:
    """Whether the actor may decide on it, with nobody else: neither a higher level nor a lawyer nor a second person."""
    level = decision.actor.level_for(Permission.CASE_SHARE)
    enough = one.demands.level is not Decider.OTHER and level.rank >= Level(one.demands.level.value).rank
    return enough and not one.demands.consult and not one.demands.four_eyes


def _notes(decision: Decision, case: Case, agency: str) -> tuple[Entry, ...]:
    """The signed notes that hold today and let the agency know; none where the register is what counts."""
    if not consent_rules.notes_count(decision, case, decision.session.now):
        return ()
    today, found = clock.today(decision.session.now), []
    for entry in entries.current(decision.session, case, consents.FORM):
        said = entries.answers_of(decision, entry)
        if guards.live_on(said, today) and consents.covers_status(said, agency):
            found.append(entry)
    return tuple(found)


def _last(decision: Decision, may: Grounds, consent_id: str) -> date | None:
    """The last day of a note, where it has one."""
    said = (entries.answers_of(decision, entry).get("valid_until") for entry in may.notes if entry.id == consent_id)
    return next((date.fromisoformat(last) for last in said if last), None)
