"""What the three kinds of file share: how a case comes in, is protected, moves away, closes and comes back."""

from casework.contract import Guard, Level, SideTrack, State, Transition
from casework.contract import gettext as _

DECIDE = "case:decide"

PHASES = (
    ("contact", _("Första kontakt")),
    ("inquiry", _("Utredning")),
    ("support", _("Stöd och skydd")),
    ("ending", _("Uppföljning och avslut")),
)

RECEIVED = State("received", _("Aktualiserad"), phase="contact")
TRANSFERRED = State("transferred", _("Överflyttad"), phase="ending", closed=True)
PAUSED = State("paused", _("Vilande"), phase="support")
CLOSED = State("closed", _("Avslutad"), phase="ending", closed=True)

PROTECTION = SideTrack(
    "protection",
    _("Akut skyddsbedömning"),
    (
        State("started", _("Akut skyddsbedömning pågår"), phase="support"),
        State("assessed", _("Skyddsbehovet är bedömt"), phase="support"),
        State("ended", _("Skyddsbedömningen är avslutad"), phase="support", closed=True),
    ),
)

PERSON_IDENTIFIED = Guard("person_identified", _("Ange först vem ärendet gäller."), subject=True)
ASSESSED_NOW = Guard(
    "assessed_now",
    _("Skriv och signera den akuta skyddsbedömningen."),
    form="acute_assessment",
    fresh=True,
)
PROTECTION_ASSESSED = Guard(
    "protection_assessed",
    _("Gör den akuta skyddsbedömningen först, och signera den."),
    form="acute_assessment",
)

WRITTEN = Guard(
    "investigation_written",
    _("Skriv och signera den sammanfattade utredningen."),
    form="investigation_summary",
)
GRANTED = Guard(
    "decision_granted",
    _("Skriv och signera beslutet att bevilja."),
    form="decision_note",
    field="outcome",
    equals="granted",
    fresh=True,
)
SHELTER_GRANTED = Guard(
    "acute_shelter_granted",
    _("Skriv och signera beslutet om akut skyddat boende."),
    form="shelter.decisions",
    field="shelter.decisions",
    equals="acute",
    fresh=True,
)
SAFETY_REASSESSED = Guard(
    "safety_reassessed",
    _("Skriv och signera uppföljningen, med en ny bedömning av säkerheten."),
    form="followup",
    field="safety_reassessed",
    equals="yes",
    fresh=True,
)

REGISTER = Transition(
    "register",
    _("Aktualisera"),
    None,
    "received",
    guard="person_identified",
    fills="registration",
    button=_("Aktualisera ärendet"),
)
REOPEN = Transition(
    "reopen",
    _("Återaktualisera"),
    "closed",
    "received",
    level=Level.FS,
    permission=DECIDE,
    needs_reason=True,
    button=_("Återaktualisera ärendet"),
    decision=_("att återaktualisera ärendet"),
)


def close(*sources: str) -> tuple[Transition, ...]:
    """Closing from each of these states, by the first social worker."""
    return tuple(
        Transition(
            "close",
            _("Avsluta"),
            source,
            "closed",
            level=Level.FS,
            permission=DECIDE,
            fills="closing",
            button=_("Avsluta ärendet"),
            decision=_("att avsluta ärendet"),
        )
        for source in sources
    )


def protect(*beside: str) -> tuple[Transition, ...]:
    """The assessment of protection, which can be started beside each of these states."""
    return (
        Transition(
            "start_protection",
            _("Skyddsbedömning"),
            None,
            "started",
            track="protection",
            beside=beside,
            button=_("Starta skyddsbedömning"),
        ),
        Transition(
            "assess_protection",
            _("Färdigställ skyddsbedömningen"),
            "started",
            "assessed",
            track="protection",
            guard="assessed_now",
        ),
        Transition("end_protection", _("Avsluta skyddsbedömningen"), "assessed", "ended", track="protection"),
    )


def transfer(*sources: str) -> tuple[Transition, ...]:
    """Moving the case to another municipality from each of these states; which one it is stands in no open field."""
    return tuple(
        Transition(
            "transfer",
            _("Överflytta / ansökan i annan kommun"),
            source,
            "transferred",
            level=Level.EC,
            permission=DECIDE,
            needs_reason=True,
            button=_("Överflytta ärendet"),
            decision=_("att överflytta ärendet"),
        )
        for source in sources
    )


def pause(*sources: str) -> tuple[Transition, ...]:
    """Resting from each of these states, and going on where the case stood; nothing of it is told to anybody else."""
    return (
        *(
            Transition(
                "pause",
                _("Vila"),
                source,
                "paused",
                level=Level.FS,
                permission=DECIDE,
                needs_reason=True,
                button=_("Låt ärendet vila"),
                decision=_("att låta ärendet vila"),
            )
            for source in sources
            if source != "paused"
        ),
        Transition(
            "resume",
            _("Återuppta"),
            "paused",
            "received",
            level=Level.FS,
            permission=DECIDE,
            returns=True,
            button=_("Återuppta ärendet"),
            decision=_("att återuppta ärendet"),
        ),
    )


def grant_acute_shelter(guard: str) -> Transition:
    """Shelter at once, while protection is being assessed; what it takes differs between the files."""
    return Transition(
        "grant_acute_shelter",
        _("Bevilja akut skyddat boende"),
        "received",
        "sheltered",
        level=Level.EC,
        permission=DECIDE,
        guard=guard,
        decision=_("att bevilja akut skyddat boende"),
    )


def follow_up(*sources: str) -> tuple[Transition, ...]:
    """Following up from each of these states."""
    return tuple(Transition("follow_up", _("Följ upp"), source, "followup") for source in sources)
