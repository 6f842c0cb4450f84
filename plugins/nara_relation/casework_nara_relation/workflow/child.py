"""The file of each child: one who is exposed to violence or has witnessed it."""

from casework.contract import Guard, Level, State, Transition, Workflow
from casework.contract import gettext as _
from casework_nara_relation.workflow import steps
from casework_nara_relation.workflow.steps import DECIDE

STATES = (
    steps.RECEIVED,
    State("preliminary", _("Förhandsbedömning"), phase="contact"),
    State("not_opened", _("Utredning inleds inte"), phase="contact", closed=True),
    State("investigation", _("Utredning"), phase="inquiry"),
    State("decision", _("Inför beslut"), phase="inquiry"),
    State("measures", _("Pågående insatser"), phase="support"),
    State("sheltered", _("I skyddat boende"), phase="support"),
    State("lskb_immediate", _("Omedelbar insats"), phase="support"),
    State("lskb_application", _("Ansökan om skyddat boende"), phase="support"),
    State("lskb_granted", _("Skyddat boende beviljat av domstol"), phase="support"),
    State("lvu", _("Vård enligt LVU"), phase="support"),
    State("closed_with_followup", _("Avslutad med uppföljning"), phase="ending"),
    steps.PAUSED,
    steps.TRANSFERRED,
    steps.CLOSED,
)
OPEN_STATES = tuple(state.name for state in STATES if not state.closed)
URGENT = ("received", "preliminary", "investigation", "decision")
"""Where a child may have to be sheltered at once although one guardian does not consent."""

FIRST_STEPS = (
    steps.REGISTER,
    steps.grant_acute_shelter("both_guardians_consent"),
    Transition(
        "begin_preliminary",
        _("Påbörja förhandsbedömning"),
        "received",
        "preliminary",
        guard="protection_assessed",
    ),
    Transition(
        "open_investigation",
        _("Inled utredning"),
        "preliminary",
        "investigation",
        level=Level.FS,
        permission=DECIDE,
        decision=_("att inleda utredning"),
    ),
    Transition(
        "do_not_open",
        _("Inled inte utredning"),
        "preliminary",
        "not_opened",
        level=Level.FS,
        permission=DECIDE,
        needs_reason=True,
        button=_("Besluta att inte inleda utredning"),
        decision=_("att inte inleda utredning"),
    ),
    Transition(
        "finish_investigation",
        _("Färdigställ utredning"),
        "investigation",
        "decision",
        guard="investigation_written",
        button=_("Färdigställ utredningen"),
    ),
)

DECISIONS = (
    Transition(
        "grant",
        _("Bevilja"),
        "decision",
        "measures",
        level=Level.EC,
        permission=DECIDE,
        guard="decision_granted",
        button=_("Bevilja insatserna"),
        decision=_("att bevilja insatserna"),
    ),
    Transition(
        "grant_shelter",
        _("Bevilja skyddat boende"),
        "decision",
        "sheltered",
        level=Level.EC,
        permission=DECIDE,
        guard="both_guardians_consent",
        decision=_("att bevilja skyddat boende"),
    ),
    Transition(
        "take_into_care",
        _("Vård enligt LVU"),
        "decision",
        "lvu",
        level=Level.U,
        permission=DECIDE,
        needs_reason=True,
        button=_("Registrera vård enligt LVU"),
        decision=_("att ansöka om vård enligt LVU"),
    ),
    *(
        Transition(
            "close_with_followup",
            _("Avsluta med uppföljning"),
            source,
            "closed_with_followup",
            level=Level.FS,
            permission=DECIDE,
            needs_reason=True,
            decision=_("att avsluta med uppföljning"),
        )
        for source in ("decision", "measures", "sheltered", "lvu", "lskb_granted")
    ),
)

SHELTER_STEPS = (
    *(
        Transition(
            "shelter_at_once",
            _("Besluta om omedelbar insats"),
            source,
            "lskb_immediate",
            level=Level.U,
            permission=DECIDE,
            guard="immediate_decided",
            decision=_("om omedelbar insats enligt LSkB"),
        )
        for source in URGENT
    ),
    *(
        Transition(
            "apply_for_shelter",
            _("Ansök om skyddat boende"),
            source,
            "lskb_application",
            level=Level.U,
            permission=DECIDE,
            guard="application_made",
            decision=_("att ansöka om skyddat boende enligt LSkB"),
        )
        for source in ("decision", "lskb_immediate")
    ),
    Transition(
        "shelter_granted",
        _("Domstolen beviljar"),
        "lskb_application",
        "lskb_granted",
        guard="judgment_granted",
        button=_("Registrera att domstolen beviljar"),
    ),
    *(
        Transition(
            "shelter_refused",
            _("Domstolen avslår"),
            source,
            "decision",
            guard="judgment_refused",
            button=_("Registrera att domstolen avslår"),
        )
        for source in ("lskb_immediate", "lskb_application")
    ),
    Transition("start_placement", _("Starta placeringen"), "lskb_granted", "sheltered"),
    Transition(
        "leave_shelter",
        _("Lämna skyddat boende"),
        "sheltered",
        "measures",
        button=_("Gå över till insatser utan skyddat boende"),
    ),
)


def _judged(name: str, refusal: str, equals: str) -> Guard:
    return Guard(name, refusal, form="shelter.decisions", field="shelter.decisions", equals=equals, fresh=True)


CHILD = Workflow(
    states=STATES,
    transitions=(
        *FIRST_STEPS,
        *DECISIONS,
        *SHELTER_STEPS,
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
        steps.WRITTEN,
        steps.GRANTED,
        Guard(
            "both_guardians_consent",
            _("Anteckna att båda vårdnadshavarna samtycker. Annars prövas skyddat boende enligt LSkB."),
            form="custody",
            field="consent_other_guardian",
            equals="given",
        ),
        _judged("immediate_decided", _("Skriv och signera beslutet om omedelbar insats."), "immediate"),
        _judged("application_made", _("Skriv och signera ansökan till domstolen."), "application"),
        _judged("judgment_granted", _("Skriv och signera domen."), "judgment_granted"),
        _judged("judgment_refused", _("Skriv och signera domen."), "judgment_refused"),
    ),
    phases=steps.PHASES,
)
