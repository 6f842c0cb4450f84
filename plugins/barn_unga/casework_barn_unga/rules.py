"""What the plugin refuses beyond what forms and guards say: above all, nothing of the concern before consent."""

from collections.abc import Iterator, Mapping
from datetime import date

from casework.contract import Agency, CaseFacts, Form, Refusal, Transition, identifier_in
from casework.contract import gettext as _
from casework_barn_unga.forms import BEFORE_CONSENT
from casework_barn_unga.forms.classes import PARTNERS
from casework_barn_unga.workflow import AT_WORK, UNANSWERED

LEARNED_OF_WORK = ("evaluation", "evaluation.young", "evaluation.guardian", "evaluation.partners")


def check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse identifiers in a consultation, the concern before consent, and dates in the wrong order."""
    if case.state == "consultation" and not form.anonymous:
        yield Refusal(_("I en avidentifierad konsultation skriver du inget om den unga. Föreslå ungdomen i stället."))
    if form.anonymous:
        for name, value in values.items():
            reason = identifier_in(value) if isinstance(value, str) else None
            if reason:
                yield Refusal(reason, name)
    elif _before_consent(case):
        yield from _concern(form, values)
    elif form.name == "closing" and {case.state, case.resumes_to} & {*AT_WORK} and not values.get("evaluation"):
        yield Refusal(_("Skriv en utvärdering av samverkan."), "evaluation")
    if form.name == "participants" and values.get("participants.agency") in PARTNERS - case.agreed:
        yield Refusal(_("Alla vars samtycke behövs har inte sagt ja till den verksamheten."), "participants.agency")
    if form.name == "police" and values.get("police_status") == "yes" and Agency.POLICE not in case.agreed:
        yield Refusal(_("Alla vars samtycke behövs har inte sagt ja till att polisen deltar."), "police_status")
    if values.get("concern_report") == "made" and not values.get("concern_report_made"):
        yield Refusal(_("Ange vilken dag orosanmälan gjordes."), "concern_report_made")
    start, end = _day(values.get("valid_from")), _day(values.get("valid_until"))
    if start and end and end < start:
        yield Refusal(_("Välj ett datum som inte ligger före det första."), "valid_until")


def check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse a plan in which nobody has promised anything."""
    if transition.name == "settle_plan" and "commitment" not in case.signed_forms:
        yield Refusal(_("Skriv och signera minst ett åtagande: vad, vem och när."))


def _before_consent(case: CaseFacts) -> bool:
    """Whether everybody has not consented yet, by the register; where SSPF works or rests from it, a step has asked."""
    if {case.state, case.resumes_to} & {*AT_WORK}:
        return False
    if case.state in UNANSWERED:
        return not case.agreed
    # Left again: what was written while everybody consented can be put right and evaluated, where anything was.
    return case.state == "declined" or case.signed_forms <= BEFORE_CONSENT


def _concern(form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    if form.name == "closing":
        for name in LEARNED_OF_WORK:
            if values.get(name):
                yield Refusal(_("Lämna utvärderingen tom. Utan samtycke sparas inget om oron."), name)
    elif form.name == "note":
        yield Refusal(_("Skriv inga anteckningar förrän alla som behöver har samtyckt i registret."))
    elif form.name not in BEFORE_CONSENT:
        yield Refusal(_("Skriv inget om oron förrän alla som behöver har samtyckt i registret."))


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
