"""What the plugin refuses beyond what forms and guards say."""

from collections.abc import Iterator, Mapping
from datetime import date

from casework.contract import CaseFacts, Form, Refusal, Transition
from casework.contract import gettext as _

ENDS = frozenset({"closed", "not_opened", "paused", "transferred"})
"""Where nobody goes on assessing how somebody is to be protected."""
SUPPORTED = frozenset({"sheltered", "measures", "followup", "lvu", "lskb_granted", "closed_with_followup"})
"""Where support or shelter has begun, so that closing leaves more to be done."""
IN_ORDER = (("valid_from", "valid_until"), ("followup.date", "followup.next"))


def check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse dates in the wrong order and a closing that leaves something undone."""
    for first, second in IN_ORDER:
        start, end = _day(values.get(first)), _day(values.get(second))
        if start and end and end < start:
            yield Refusal(_("Välj ett datum som inte ligger före det första."), second)
    if form.name == "decision_note" and values.get("outcome") == "rejected" and not _yes(values, "appeal_information"):
        yield Refusal(_("Berätta för personen hur avslaget överklagas och anteckna det här."), "appeal_information")
    if form.name == "closing" and case.case_type != "vinr_utovare" and _is_supported(case):
        if not _yes(values, "way_back"):
            yield Refusal(_("Berätta hur personen hör av sig igen och anteckna det här."), "way_back")
        if not _yes(values, "sealed_reviewed"):
            yield Refusal(_("Gå igenom de förseglade uppgifterna och anteckna det här."), "sealed_reviewed")


def check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse to close beside a running protection assessment, and what goes on without the paper it rests on."""
    running = case.tracks.get("protection", "ended") != "ended"
    if transition.track is None and transition.target in ENDS and running:
        yield Refusal(_("Avsluta skyddsbedömningen först."))
    if transition.name == "grant_acute_shelter" and not running:
        yield Refusal(_("Starta skyddsbedömningen först."))
    leaves_support = transition.name == "close" and case.case_type == "vinr_utsatt" and _is_supported(case)
    if leaves_support and "safety_plan" not in case.signed_forms:
        yield Refusal(_("Skriv och signera säkerhetsplanen innan ärendet avslutas."))

    yield from _missing(case, transition)


def _missing(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """What a step rests on besides its guard."""
    child = case.case_type == "vinr_barn"
    if child and transition.name == "grant_acute_shelter" and "shelter.decisions" not in case.signed_forms:
        yield Refusal(_("Skriv och signera beslutet om akut skyddat boende."))
    if child and transition.name == "grant_shelter" and "decision_note" not in case.signed_forms:
        yield Refusal(_("Skriv och signera beslutet att bevilja."))
    declines = case.case_type == "vinr_utsatt" and transition.name == "decline"
    if declines and "acute_assessment" not in case.signed_forms:
        yield Refusal(_("Gör den akuta skyddsbedömningen först, och signera den."))


def _is_supported(case: CaseFacts) -> bool:
    """Whether support or shelter has begun, also where the case rests since."""
    return bool({case.state, case.resumes_to} & SUPPORTED)


def _yes(values: Mapping[str, object], name: str) -> bool:
    return values.get(name) in (True, "yes")


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
