"""Våld i nära relation: separate files for the adult, each child and the one who uses violence."""

from collections.abc import Iterator, Mapping

from casework.contract import CaseFacts, CaseType, FocusArea, Form, Refusal, Related, Side, Transition, hookimpl
from casework.contract import gettext as _
from casework_nara_relation import duties, forms, rules, workflow

CHILDS = Related("vinr_barn", _("Barnets ärende"), _("Skapa ett barns ärende"), ("child",))
SIBLINGS = Related("vinr_barn", _("Syskonets ärende"), _("Skapa ett syskons ärende"), ("child",))
ADULTS = Related("vinr_utsatt", _("Den våldsutsatta vuxnas ärende"), _("Skapa den vuxnas ärende"), ("guardian",))
OFFENDERS = Related("vinr_utovare", _("Våldsutövarens ärende"), _("Registrera våldsutövarens ärende"))

FOCUS = FocusArea(
    "nara_relation",
    _("Våld i nära relation"),
    _("Stöd och skydd till våldsutsatta vuxna och barn, och insatser för våldsutövare, i skilda ärenden."),
    _("11 kap. 1 § socialtjänstlagen (2025:400)"),
    (
        CaseType(
            "vinr_utsatt",
            _("Våldsutsatt vuxen"),
            forms.EXPOSED_ADULT,
            workflow.EXPOSED_ADULT,
            duties=duties.ADULT,
            statistics=forms.STATISTICS,
            side=Side.PROTECTED,
            related=(CHILDS, OFFENDERS),
        ),
        CaseType(
            "vinr_barn",
            _("Barn"),
            forms.CHILD,
            workflow.CHILD,
            duties=duties.CHILD,
            statistics=forms.STATISTICS,
            side=Side.PROTECTED,
            related=(ADULTS, SIBLINGS, OFFENDERS),
        ),
        CaseType(
            "vinr_utovare",
            _("Våldsutövare"),
            forms.OFFENDER,
            workflow.OFFENDER,
            statistics=forms.OFFENDER_STATISTICS,
            side=Side.ADVERSE,
        ),
    ),
    colour="vinr",
)


@hookimpl
def casework_focus_area() -> FocusArea:
    """Declare the focus area."""
    return FOCUS


@hookimpl
def casework_check_entry(case: CaseFacts, form: Form, values: Mapping[str, object]) -> Iterator[Refusal]:
    """Refuse dates in the wrong order and a closing that leaves something undone."""
    return rules.check_entry(case, form, values)


@hookimpl
def casework_check_transition(case: CaseFacts, transition: Transition) -> Iterator[Refusal]:
    """Refuse to close beside a running protection assessment, and shelter at once without one."""
    return rules.check_transition(case, transition)
