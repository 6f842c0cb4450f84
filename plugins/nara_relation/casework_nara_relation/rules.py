"""What the plugin refuses beyond what forms and guards say."""

from collections.abc import Iterator, Mapping
from datetime import date

from casework.contract import CaseFacts, Refusal, Transition
from casework.contract import gettext as _

ENDS = frozenset({"closed", "not_opened"})


def check_entry(values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse dates in the wrong order."""
    start, end = _day(values.get("valid_from")), _day(values.get("valid_until"))
    if start and end and end < start:
        yield Refusal(_("Välj ett datum som inte ligger före det första."), "valid_until")


def check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse to close beside a running protection assessment."""
    running = case.tracks.get("protection", "ended") != "ended"
    if transition.track is None and transition.target in ENDS and running:
        yield Refusal(_("Avsluta skyddsbedömningen först."))


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
