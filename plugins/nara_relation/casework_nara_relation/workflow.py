"""The first states of the three kinds of file; the police may be told of none of them."""

from casework.contract import Guard, Level, SideTrack, State, Transition, Workflow
from casework.contract import gettext as _

DECIDE = "case:decide"

PHASES = (
    ("contact", _("Första kontakt")),
    ("inquiry", _("Utredning")),
    ("support", _("Stöd och skydd")),
    ("ending", _("Uppföljning och avslut")),
)

RECEIVED = State("received", _("Aktualiserad"), phase="contact")
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


def _close(*sources: str) -> tuple[Transition, ...]:
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


def _protect(*beside: str) -> tuple[Transition, ...]:
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


EXPOSED_ADULT = Workflow(
    states=(
        RECEIVED,
        State("screening", _("FREDA-kortfrågor"), phase="contact"),
        State("investigation", _("Utredning"), phase="inquiry"),
        State("declined", _("Tackar nej"), phase="ending"),
        CLOSED,
    ),
    transitions=(
        REGISTER,
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
        *_protect("received", "screening", "investigation", "declined"),
        *_close("received", "screening", "investigation", "declined"),
        REOPEN,
    ),
    side_tracks=(PROTECTION,),
    guards=(
        PERSON_IDENTIFIED,
        ASSESSED_NOW,
        PROTECTION_ASSESSED,
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
    phases=PHASES,
)

CHILD = Workflow(
    states=(
        RECEIVED,
        State("preliminary", _("Förhandsbedömning"), phase="contact"),
        State("not_opened", _("Utredning inleds inte"), phase="contact", closed=True),
        CLOSED,
    ),
    transitions=(
        REGISTER,
        Transition(
            "begin_preliminary",
            _("Påbörja förhandsbedömning"),
            "received",
            "preliminary",
            guard="protection_assessed",
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
        *_protect("received", "preliminary"),
        *_close("received", "preliminary"),
        REOPEN,
    ),
    side_tracks=(PROTECTION,),
    guards=(PERSON_IDENTIFIED, ASSESSED_NOW, PROTECTION_ASSESSED),
    phases=PHASES,
)

OFFENDER = Workflow(
    states=(
        RECEIVED,
        State("offer", _("Erbjuden insats"), phase="contact"),
        State("declined", _("Tackar nej"), phase="ending"),
        CLOSED,
    ),
    transitions=(
        REGISTER,
        Transition("make_offer", _("Erbjud insats"), "received", "offer", guard="safe_to_contact"),
        Transition("decline", _("Tackar nej"), "offer", "declined", button=_("Registrera att personen tackar nej")),
        *_close("received", "offer", "declined"),
        REOPEN,
    ),
    guards=(
        PERSON_IDENTIFIED,
        Guard(
            "safe_to_contact",
            _("Kontrollera att kontakten kan tas utan risk för andra, och anteckna det."),
            form="safety_check",
            field="safe_to_contact",
            equals="yes",
            fresh=True,
        ),
    ),
    phases=PHASES,
)
