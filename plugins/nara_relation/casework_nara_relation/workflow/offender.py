"""The file of the one who uses violence. Nothing in it tells of the others: its subject may read it."""

from casework.contract import Guard, State, Transition, Workflow
from casework.contract import gettext as _
from casework_nara_relation.workflow import steps

STATES = (
    steps.RECEIVED,
    State("offer", _("Erbjuden insats"), phase="contact"),
    State("declined", _("Tackar nej"), phase="ending"),
    State("assessment", _("Bedömning"), phase="inquiry"),
    State("treatment", _("Behandling"), phase="support"),
    State("followup", _("Uppföljning"), phase="ending"),
    steps.PAUSED,
    steps.TRANSFERRED,
    steps.CLOSED,
)
OPEN_STATES = tuple(state.name for state in STATES if not state.closed)

OFFENDER = Workflow(
    states=STATES,
    transitions=(
        steps.REGISTER,
        Transition("make_offer", _("Erbjud insats"), "received", "offer", guard="safe_to_contact"),
        Transition("decline", _("Tackar nej"), "offer", "declined", button=_("Registrera att personen tackar nej")),
        Transition(
            "assess",
            _("Påbörja bedömning"),
            "offer",
            "assessment",
            guard="safe_to_contact",
            button=_("Påbörja bedömningen"),
        ),
        Transition(
            "start_treatment",
            _("Starta behandling"),
            "assessment",
            "treatment",
            guard="safe_to_contact",
            button=_("Starta behandlingen"),
        ),
        Transition("follow_up", _("Följ upp"), "treatment", "followup", guard="safe_to_contact"),
        Transition(
            "continue_treatment",
            _("Fortsätt"),
            "followup",
            "treatment",
            guard="safe_to_contact",
            button=_("Fortsätt behandlingen"),
        ),
        *steps.pause(*OPEN_STATES),
        *steps.transfer(*OPEN_STATES),
        *steps.close(*OPEN_STATES),
        steps.REOPEN,
    ),
    guards=(
        steps.PERSON_IDENTIFIED,
        Guard(
            "safe_to_contact",
            _("Kontrollera att kontakten kan tas utan risk för andra, och anteckna det."),
            form="safety_check",
            field="safe_to_contact",
            equals="yes",
            fresh=True,
        ),
    ),
    phases=steps.PHASES,
)
