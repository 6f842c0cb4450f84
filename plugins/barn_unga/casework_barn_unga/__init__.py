"""Barn och unga: school, social services, police and recreation around a young person, with consent."""

from collections.abc import Iterator, Mapping

from casework.contract import CaseFacts, CaseType, Duty, FocusArea, Form, Refusal, Transition, hookimpl
from casework.contract import gettext as _
from casework_barn_unga import rules
from casework_barn_unga.forms import FORMS, STATISTICS
from casework_barn_unga.participation import PARTICIPATION
from casework_barn_unga.workflow import WORKFLOW

DUTIES = (
    Duty(
        "report_concern",
        _("Gör orosanmälan genast, och anteckna dagen i förslaget."),
        form="proposal",
        field="concern_report",
        equals="will_be_made",
        unless="concern_report_made",
    ),
)
FOCUS = FocusArea(
    "barn_unga",
    _("Barn och unga (SSPF)"),
    _("Skola, socialtjänst, polis och fritid samverkar runt en ung person, med samtycke."),
    _("10 kap. 1 § och 12 kap. 2 § offentlighets- och sekretesslagen (2009:400)"),
    (
        CaseType(
            "sspf", _("SSPF-ärende"), FORMS, WORKFLOW, duties=DUTIES, statistics=STATISTICS, participation=PARTICIPATION
        ),
    ),
    colour="sspf",
)


@hookimpl
def casework_focus_area() -> FocusArea:
    """Declare the focus area."""
    return FOCUS


@hookimpl
def casework_check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse identifiers in a consultation, the concern before consent, and dates in the wrong order."""
    return rules.check_entry(case, form, values)


@hookimpl
def casework_check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse a plan in which nobody has promised anything."""
    return rules.check_transition(case, transition)
