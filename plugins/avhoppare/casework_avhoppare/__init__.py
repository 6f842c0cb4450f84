"""Avhoppare: support for people who leave organised crime."""

from collections.abc import Iterator, Mapping

from casework.contract import CaseFacts, CaseType, Duty, FocusArea, Form, Refusal, Transition, hookimpl
from casework.contract import gettext as _
from casework_avhoppare import rules
from casework_avhoppare.forms import FORMS, STATISTICS
from casework_avhoppare.workflow import WORKFLOW

DUTIES = (
    Duty(
        "report_concern",
        _("Gör en orosanmälan om barnen, eller anteckna varför den inte behövs."),
        form="children",
        field="children_in_family",
        equals="yes",
        unless="children_in_family.report",
    ),
)

FOCUS = FocusArea(
    "avhoppare",
    _("Avhoppare"),
    _("Stöd och skydd till den som lämnar organiserad brottslighet, extremism eller en hedersrelaterad miljö."),
    _("11 kap. 1 § och 14 kap. 2 § socialtjänstlagen (2025:400)"),
    (CaseType("avhopp", _("Avhopparärende"), FORMS, WORKFLOW, duties=DUTIES, statistics=STATISTICS),),
    colour="avhoppare",
)


@hookimpl
def casework_focus_area() -> FocusArea:
    """Declare the focus area."""
    return FOCUS


@hookimpl
def casework_check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse identifiers in a consultation, dates in the wrong order and a closing that leaves something undone."""
    return rules.check_entry(case, form, values)


@hookimpl
def casework_check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse to close beside a running track, and to go on without what the step rests on."""
    return rules.check_transition(case, transition)
