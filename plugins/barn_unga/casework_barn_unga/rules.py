"""What the plugin refuses beyond what forms and guards say: above all, nothing of the concern before consent."""

from collections.abc import Iterator, Mapping
from datetime import date

from casework.contract import CaseFacts, Form, Refusal, identifier_in
from casework.contract import gettext as _


def check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse identifiers in a consultation, the concern before consent, and dates in the wrong order."""
    if case.state == "consultation" and not form.anonymous:
        yield Refusal(_("I en avidentifierad konsultation skriver du inget om den unga. Föreslå ungdomen i stället."))
    if form.anonymous:
        for name, value in values.items():
            reason = identifier_in(value) if isinstance(value, str) else None
            if reason:
                yield Refusal(reason, name)
    if case.state == "declined" or "consent_note" not in case.signed_forms:
        yield from _concern(form, values)
    if values.get("concern_report") == "made" and not values.get("concern_report_made"):
        yield Refusal(_("Ange vilken dag orosanmälan gjordes."), "concern_report_made")
    start, end = _day(values.get("valid_from")), _day(values.get("valid_until"))
    if start and end and end < start:
        yield Refusal(_("Välj ett datum som inte ligger före det första."), "valid_until")


def _concern(form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    if form.name == "note":
        yield Refusal(_("Skriv inga anteckningar förrän samtycket är klart och signerat."))
    if form.name == "closing" and values.get("evaluation"):
        yield Refusal(_("Lämna utvärderingen tom. Utan samtycke sparas inget om oron."), "evaluation")


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
