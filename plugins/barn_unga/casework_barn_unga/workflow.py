"""The states of SSPF; no state may be told to another agency, which sees a case by taking part in it."""

from casework.contract import Guard, Level, SideTrack, State, Transition, Workflow
from casework.contract import gettext as _

DECIDE = "case:decide"

PHASES = (
    ("contact", _("Första kontakt")),
    ("consent", _("Samtycke")),
    ("mapping", _("Kartläggning och möte")),
    ("plan", _("Åtagandeplan")),
    ("ending", _("Uppföljning och avslut")),
)

STATES = (
    State("consultation", _("Avidentifierad konsultation"), phase="contact", anonymous=True),
    State("proposed", _("Föreslagen till SSPF"), phase="contact"),
    State("consent", _("Inväntar samtycke"), phase="consent"),
    State("declined", _("Samtycke nekat"), phase="consent"),
    State("mapping", _("Kartläggning"), phase="mapping"),
    State("meeting", _("Nätverksmöte planerat"), phase="mapping"),
    State("plan", _("Åtagandeplan gäller"), phase="plan"),
    State("review", _("Uppföljning"), phase="plan"),
    State("paused", _("Vilande"), phase="plan"),
    State("withdrawn", _("Samtycke återkallat"), phase="ending"),
    State("escalated", _("Överlämnad till socialtjänsten"), phase="ending"),
    State("transferred", _("Överflyttad"), phase="ending", closed=True),
    State("closed", _("Avslutad"), phase="ending", closed=True),
)

UNANSWERED = ("proposed", "consent")
"""Where everybody's consent is not there yet."""
AT_WORK = ("mapping", "meeting", "plan", "review")
"""Where the work rests on consent."""
WITH_PERSON = tuple(state.name for state in STATES if not state.closed and not state.anonymous)
RESTS = ("proposed", "consent", *AT_WORK)
"""Where a case may rest, or move: after a refusal or a withdrawal it ends, and who it was about is taken away."""

CONCERN_REPORT = SideTrack(
    "concern_report",
    _("Orosanmälan"),
    (State("made", _("Orosanmälan är gjord"), phase="contact", closed=True),),
)

FIRST_STEPS = (
    Transition("open_consultation", _("Ny konsultation"), None, "consultation", fills="consultation"),
    Transition("propose", _("Föreslå ungdom"), None, "proposed", guard="person_identified", fills="proposal"),
    Transition(
        "request_consent",
        _("Informera och begär samtycke"),
        "proposed",
        "consent",
        guard="guardian_contacted",
    ),
    Transition(
        "accept_consent",
        _("Samtycke klart"),
        "consent",
        "mapping",
        guard="everybody_consents",
        button=_("Registrera att samtycket är klart"),
    ),
    Transition(
        "decline",
        _("Samtycke nekat"),
        "consent",
        "declined",
        ends_consents=True,
        says_no=True,
        button=_("Registrera att samtycke är nekat"),
    ),
    Transition(
        "report_concern",
        _("Gör orosanmälan"),
        None,
        "made",
        track="concern_report",
        beside=WITH_PERSON,
        button=_("Anteckna att orosanmälan är gjord"),
    ),
)

WORK_STEPS = (
    Transition("call_meeting", _("Kalla till möte"), "mapping", "meeting", guard="participants_known"),
    Transition("settle_plan", _("Fastställ åtagandeplan"), "meeting", "plan", guard="plan_written"),
    Transition("follow_up", _("Följ upp"), "plan", "review"),
    Transition(
        "continue_plan",
        _("Följ upp: planen gäller"),
        "review",
        "plan",
        guard="commitments_reviewed",
        button=_("Låt planen fortsätta gälla"),
    ),
)

LAST_STEPS = (
    *(
        Transition(
            "escalate",
            _("Överlämna till utredning"),
            source,
            "escalated",
            guard="investigation_open",
            needs_reason=True,
            ends_consents=True,
        )
        for source in WITH_PERSON
        if source != "escalated"
    ),
    *(
        Transition(
            "withdraw",
            _("Återkalla samtycke"),
            source,
            "withdrawn",
            needs_reason=True,
            ends_consents=True,
            says_no=True,
            button=_("Registrera att samtycket är återkallat"),
        )
        for source in ("consent", *AT_WORK, "paused")
    ),
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
            fills="closing",
            ends_consents=True,
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
        for source in RESTS
    ),
    Transition(
        "resume",
        _("Återuppta"),
        "paused",
        "proposed",
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
        for source in (*RESTS, "paused", "escalated")
    ),
    Transition(
        "reopen",
        _("Återaktualisera"),
        "closed",
        "proposed",
        level=Level.FS,
        permission=DECIDE,
        guard="person_identified",
        needs_reason=True,
        button=_("Återaktualisera ärendet"),
        decision=_("att återaktualisera ärendet"),
    ),
)

GUARDS = (
    Guard("person_identified", _("Ange först vem ärendet gäller."), subject=True),
    Guard(
        "guardian_contacted",
        _("Kontakta vårdnadshavarna och anteckna det i förslaget."),
        form="proposal",
        field="guardian_contacted",
        equals="yes",
    ),
    Guard(
        "everybody_consents",
        _(
            "Alla vars samtycke behövs ska ha sagt ja i registret, och det ska gälla i dag: till minst en gemensam "
            "mottagare och ett gemensamt slags uppgifter."
        ),
        consents=True,
    ),
    Guard(
        "participants_known",
        _("Skriv och signera vilka som ska delta. Allas samtycke ska gälla i dag."),
        form="participants",
        consents=True,
    ),
    Guard(
        "plan_written",
        _(
            "Skriv och signera åtagandeplanen, med den ungas egen åsikt och nästa uppföljning. "
            "Allas samtycke ska gälla i dag."
        ),
        form="plan",
        fresh=True,
        consents=True,
    ),
    Guard(
        "commitments_reviewed",
        _("Skriv och signera uppföljningen, och gå igenom varje åtagande. Allas samtycke ska gälla i dag."),
        form="review",
        field="commitments_reviewed",
        equals="yes",
        fresh=True,
        consents=True,
    ),
    Guard(
        "investigation_open",
        _("Anteckna att socialtjänsten har inlett en utredning."),
        form="investigation",
        field="investigation_open",
        equals="yes",
    ),
)

WORKFLOW = Workflow(
    states=STATES,
    transitions=(*FIRST_STEPS, *WORK_STEPS, *LAST_STEPS),
    side_tracks=(CONCERN_REPORT,),
    guards=GUARDS,
    phases=PHASES,
)
