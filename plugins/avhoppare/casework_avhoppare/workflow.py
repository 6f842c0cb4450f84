"""The steps between the states, and what each of them takes."""

from casework.contract import Level, Transition, Workflow
from casework.contract import gettext as _
from casework_avhoppare.guards import GUARDS
from casework_avhoppare.states import AFTER_SUPPORT, OPEN_STATES, PHASES, SIDE_TRACKS, STATES, WITH_PERSON
from casework_avhoppare.tracks import DECIDE, TRACK_STEPS

FIRST_STEPS = (
    Transition(
        "open_consultation",
        _("Registrera förfrågan"),
        None,
        "consultation",
        guard="no_identifiers",
        fills="consultation",
    ),
    *(
        Transition(
            "register",
            _("Aktualisera"),
            source,
            "received",
            guard="person_identified",
            fills="registration",
            button=_("Aktualisera ärendet"),
        )
        for source in (None, "consultation")
    ),
    Transition("begin_assessment", _("Påbörja initial bedömning"), "received", "initial"),
    Transition("request_consent", _("Begär samtycke"), "initial", "consent", guard="information_given"),
    Transition(
        "do_not_open",
        _("Inled inte utredning"),
        "initial",
        "not_opened",
        level=Level.FS,
        permission=DECIDE,
        guard="no_investigation_founded",
        needs_reason=True,
        button=_("Besluta att inte inleda utredning"),
        decision=_("att inte inleda utredning"),
    ),
    *(
        Transition(
            "open_investigation",
            _("Inled utredning"),
            source,
            "investigation",
            level=Level.FS,
            permission=DECIDE,
            guard="application_or_child",
            decision=_("att inleda utredning"),
        )
        for source in ("initial", "consent")
    ),
    Transition(
        "accept_consent",
        _("Samtycke lämnat"),
        "consent",
        "investigation",
        guard="consent_live",
        button=_("Registrera att samtycke är lämnat"),
    ),
    Transition(
        "continue_without_exchange",
        _("Fortsätt utan samverkan"),
        "consent",
        "investigation",
        level=Level.FS,
        permission=DECIDE,
        guard="need_remains",
        needs_reason=True,
        decision=_("att fortsätta utan samverkan"),
    ),
)

DECISION_STEPS = (
    Transition(
        "finish_investigation",
        _("Färdigställ utredning"),
        "investigation",
        "decision",
        guard="investigation_written",
        button=_("Färdigställ utredningen"),
    ),
    Transition(
        "grant",
        _("Bevilja"),
        "decision",
        "agreement",
        level=Level.EC,
        permission=DECIDE,
        guard="decision_granted",
        button=_("Bevilja insatserna"),
        decision=_("att bevilja insatserna"),
    ),
    Transition(
        "grant_placement_of_minor",
        _("Bevilja placering av barn"),
        "decision",
        "agreement",
        level=Level.U,
        permission=DECIDE,
        guard="placement_of_minor_granted",
        decision=_("att bevilja placering av barn"),
    ),
    Transition(
        "reject",
        _("Avslå"),
        "decision",
        "closed",
        level=Level.EC,
        permission=DECIDE,
        guard="decision_rejected",
        fills="closing",
        button=_("Avslå ansökan"),
        decision=_("att avslå ansökan"),
    ),
)

SUPPORT_STEPS = (
    Transition("start_support", _("Starta insatser"), "agreement", "active", guard="agreement_in_place"),
    Transition("follow_up", _("Genomför uppföljning"), "active", "followup"),
    Transition(
        "continue_support", _("Fortsätt"), "followup", "active", guard="goals_reviewed", button=_("Fortsätt insatserna")
    ),
    Transition(
        "go_to_aftercare",
        _("Gå till eftervård"),
        "followup",
        "aftercare",
        level=Level.FS,
        permission=DECIDE,
        guard="goals_reviewed",
        decision=_("att gå till eftervård"),
    ),
    Transition(
        "register_deviation",
        _("Registrera avvikelse"),
        "active",
        "breach",
        guard="deviation_described",
        fills="deviation",
    ),
    Transition(
        "continue_after_breach",
        _("Beslut efter avvikelse: fortsätt"),
        "breach",
        "active",
        level=Level.EC,
        permission=DECIDE,
        guard="threat_to_others_checked",
        button=_("Besluta att insatserna fortsätter"),
        decision=_("att insatserna fortsätter"),
    ),
    Transition(
        "close_after_breach",
        _("Beslut efter avvikelse: avsluta"),
        "breach",
        "closed",
        level=Level.EC,
        permission=DECIDE,
        guard="threat_to_others_checked",
        fills="closing",
        button=_("Besluta att avsluta ärendet"),
        decision=_("att avsluta ärendet"),
    ),
    Transition(
        "protect_after_breach",
        _("Beslut efter avvikelse: starta skyddsbedömning"),
        None,
        "started",
        track="protection",
        beside=("breach",),
        also_moves_to="active",
        level=Level.EC,
        permission=DECIDE,
        guard="threat_to_others_checked",
        button=_("Besluta att starta skyddsbedömning"),
        decision=_("att starta skyddsbedömning"),
    ),
)

LAST_STEPS = (
    Transition(
        "close",
        _("Avsluta"),
        "consultation",
        "closed",
        level=Level.FS,
        permission=DECIDE,
        button=_("Avsluta ärendet"),
        decision=_("att avsluta ärendet"),
    ),
    *(
        Transition(
            "close",
            _("Avsluta"),
            source,
            "closed",
            level=Level.FS,
            permission=DECIDE,
            guard="closing_complete" if source in AFTER_SUPPORT | {"paused"} else None,
            fills="closing",
            button=_("Avsluta ärendet"),
            decision=_("att avsluta ärendet"),
        )
        for source in WITH_PERSON
    ),
    *(
        Transition(
            "pause",
            _("Vila"),
            source,
            "paused",
            level=Level.FS,
            permission=DECIDE,
            guard="person_identified",
            needs_reason=True,
            button=_("Låt ärendet vila"),
            decision=_("att låta ärendet vila"),
        )
        for source in OPEN_STATES
        if source != "paused"
    ),
    Transition(
        "resume",
        _("Återuppta"),
        "paused",
        "active",
        level=Level.FS,
        permission=DECIDE,
        returns=True,
        button=_("Återuppta ärendet"),
        decision=_("att återuppta ärendet"),
    ),
    *(
        Transition(
            "transfer",
            _("Överflytta"),
            source,
            "transferred",
            level=Level.EC,
            permission=DECIDE,
            guard="person_identified",
            needs_reason=True,
            button=_("Överflytta ärendet"),
            decision=_("att överflytta ärendet"),
        )
        for source in OPEN_STATES
    ),
    Transition(
        "reopen",
        _("Återaktualisera"),
        "closed",
        "received",
        level=Level.FS,
        permission=DECIDE,
        guard="person_identified",
        needs_reason=True,
        button=_("Återaktualisera ärendet"),
        decision=_("att återaktualisera ärendet"),
    ),
)

WORKFLOW = Workflow(
    states=STATES,
    transitions=(*FIRST_STEPS, *DECISION_STEPS, *SUPPORT_STEPS, *TRACK_STEPS, *LAST_STEPS),
    side_tracks=SIDE_TRACKS,
    guards=GUARDS,
    phases=PHASES,
)
