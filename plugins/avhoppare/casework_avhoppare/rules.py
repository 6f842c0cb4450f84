"""What the plugin refuses beyond what forms and guards say."""

from collections.abc import Iterator, Mapping
from datetime import date

from casework.contract import CaseFacts, Form, Refusal, Transition, identifier_in
from casework.contract import gettext as _
from casework_avhoppare.states import AFTER_SUPPORT, CLOSED

# Pairs of dates on the same form: the second may not come before the first.
IN_ORDER = (
    ("valid_from", "valid_until"),
    ("agreement.date", "agreement.valid_until"),
    ("threat_summary.date", "threat_summary.valid_until"),
    ("housing.from", "housing.until"),
    ("decided_date", "notified_date"),
    ("date", "next_date"),
)
BEFORE_THE_PERSON = frozenset({"consultation", "registration"})


def check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse identifiers in a consultation, dates in the wrong order and a closing that leaves something undone."""
    if case.state == "consultation" and form.name not in BEFORE_THE_PERSON:
        yield Refusal(_("Aktualisera ärendet först. I en avidentifierad förfrågan skriver du inget om personen."))
    if form.anonymous:
        yield from _identifiers(values)
    yield from _dates(values)
    if form.name == "decision_note":
        yield from _decision(values)
    if form.name == "registration" and values.get("conflict_checked") not in {None, "yes"}:
        yield Refusal(_("Kontrollera jäv innan ärendet registreras."), "conflict_checked")
    if form.name == "closing" and {case.state, case.resumes_to} & AFTER_SUPPORT:
        yield from _closing(values)


def check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse to close beside a running track, and to go on without what the step rests on."""
    if transition.track is None and transition.target in CLOSED:
        yield from _running_tracks(case, transition)
    if transition.name == "finish_investigation" and "needs" not in case.signed_forms:
        yield Refusal(_("Skriv och signera personens behov innan utredningen blir klar."))
    if transition.name == "start_support" and "safety" not in case.signed_forms:
        yield Refusal(_("Skriv och signera säkerhetsrutinen innan insatserna startar."))


def _identifiers(values: Mapping[str, object]) -> Iterator[Refusal]:
    for name, value in values.items():
        reason = identifier_in(value) if isinstance(value, str) else None
        if reason:
            yield Refusal(reason, name)


def _dates(values: Mapping[str, object]) -> Iterator[Refusal]:
    for first, second in IN_ORDER:
        start, end = _day(values.get(first)), _day(values.get(second))
        if start and end and end < start:
            yield Refusal(_("Välj ett datum som inte ligger före det första."), second)


def _decision(values: Mapping[str, object]) -> Iterator[Refusal]:
    if values.get("outcome") == "rejected" and not _yes(values.get("appeal_information")):
        yield Refusal(_("Berätta för personen hur avslaget överklagas och anteckna det här."), "appeal_information")


def _closing(values: Mapping[str, object]) -> Iterator[Refusal]:
    if not values.get("evaluation"):
        yield Refusal(_("Skriv en avslutande utvärdering av insatserna."), "evaluation")
    if not _yes(values.get("consents_ended")):
        yield Refusal(_("Avsluta samtyckena och anteckna det här."), "consents_ended")
    if values.get("partners_informed") not in ("yes", "no_partners"):
        yield Refusal(_("Berätta för polisen och andra parter att samverkan upphör."), "partners_informed")
    if not _yes(values.get("sealed_reviewed")):
        yield Refusal(_("Gå igenom de förseglade uppgifterna och anteckna det här."), "sealed_reviewed")


def _running_tracks(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    if case.tracks.get("protection", "ended") != "ended":
        yield Refusal(_("Avsluta skyddsbedömningen först."))
    # A move may be the very reason why the case is transferred.
    if transition.target != "transferred" and case.tracks.get("relocation", "ended") != "ended":
        yield Refusal(_("Avsluta flytten först. Uppgifterna om platsen gallras när ärendet har varit avslutat en tid."))


def _yes(value: object) -> bool:
    return value is True or value == "yes"


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
