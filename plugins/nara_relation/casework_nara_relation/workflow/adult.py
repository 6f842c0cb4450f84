"""The file of the adult who is exposed to violence."""

from casework.contract import Guard, Level, State, Transition, Workflow
from casework.contract import gettext as _
from casework_nara_relation.workflow import steps
from casework_nara_relation.workflow.steps import DECIDE

STATES = (
    steps.RECEIVED,
    State("screening", _("FREDA-kortfrågor"), phase="contact"),
    State("investigation", _("Utredning"), phase="inquiry"),
    State("risk", _("Riskbedömning (FREDA-farlighet)"), phase="inquiry"),
    State("decision", _("Inför beslut"), phase="inquiry"),
    State("sheltered", _("I skyddat boende"), phase="support"),
    State("measures", _("Pågående insatser"), phase="support"),
    State("followup", _("Uppföljning"), phase="ending"),
    State("declined", _("Tackar nej"), phase="ending"),
    steps.PAUSED,
    steps.TRANSFERRED,
    steps.CLOSED,
)
OPEN_STATES = tuple(state.name for state in STATES if not state.closed)

EXPOSED_ADULT = Workflow(
    states=STATES,
    transitions=(
        steps.REGISTER,
        steps.grant_acute_shelter("acute_shelter_granted"),
        Transition("screen", _("Ställ FREDA-kortfrågor"), "received", "screening", guard="protection_assessed"),
        Transition(
            "open_investigation",
            _("Inled utredning"),
            "screening",
            "investigation",
            level=Level.FS,
            permission=DECIDE,
            guard="wants_investigation",
            decision=_("att inleda utredning"),
        ),
        Transition(
            "decline",
            _("Avböjer stöd"),
            "received",
            "declined",
            guard="risk_information_given",
            button=_("Registrera att personen avböjer stöd"),
        ),
        Transition(
            "assess_risk", _("Gör riskbedömning"), "investigation", "risk", guard="risk_described", fills="freda"
        ),
        Transition(
            "finish_investigation",
            _("Färdigställ"),
            "risk",
            "decision",
            guard="investigation_written",
            button=_("Färdigställ utredningen"),
        ),
        *(
            Transition(
                name,
                _("Bevilja"),
                "decision",
                target,
                level=Level.EC,
                permission=DECIDE,
                guard="decision_granted",
                button=button,
                decision=decision,
            )
            for name, target, button, decision in (
                ("grant", "measures", _("Bevilja insatserna"), _("att bevilja insatserna")),
                ("grant_shelter", "sheltered", _("Bevilja skyddat boende"), _("att bevilja skyddat boende")),
            )
        ),
        Transition(
            "leave_shelter",
            _("Lämna skyddat boende"),
            "sheltered",
            "measures",
            button=_("Gå över till insatser utan skyddat boende"),
        ),
        *steps.follow_up("sheltered", "measures"),
        Transition(
            "continue_support",
            _("Fortsätt"),
            "followup",
            "measures",
            returns=True,
            guard="safety_reassessed",
            button=_("Fortsätt insatserna"),
        ),
        *steps.protect(*OPEN_STATES),
        *steps.pause(*OPEN_STATES),
        *steps.transfer(*OPEN_STATES),
        *steps.close(*OPEN_STATES),
        steps.REOPEN,
    ),
    side_tracks=(steps.PROTECTION,),
    guards=(
        steps.PERSON_IDENTIFIED,
        steps.ASSESSED_NOW,
        steps.PROTECTION_ASSESSED,
        steps.SHELTER_GRANTED,
        steps.WRITTEN,
        steps.GRANTED,
        steps.SAFETY_REASSESSED,
        Guard("risk_described", _("Ange metod och dag för riskbedömningen.")),
        Guard(
            "wants_investigation",
            _("Anteckna att personen ansöker om stöd eller går med på en utredning."),
            form="screening",
            field="wants_investigation",
            equals="yes",
        ),
        Guard(
            "risk_information_given",
            _("Berätta om riskerna för personen och anteckna det."),
            form="declined_support",
            field="risk_information_given",
            equals="yes",
        ),
    ),
    phases=steps.PHASES,
)
