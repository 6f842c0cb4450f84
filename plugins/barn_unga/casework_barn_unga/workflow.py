"""The first states of SSPF; no state may be told to another agency, which sees a case by taking part in it."""

from casework.contract import Guard, Level, State, Transition, Workflow
from casework.contract import gettext as _

DECIDE = "case:decide"
BEFORE_CONSENT = ("proposed", "consent", "declined")

WORKFLOW = Workflow(
    states=(
        State("consultation", _("Avidentifierad konsultation"), phase="contact", anonymous=True),
        State("proposed", _("Föreslagen till SSPF"), phase="contact"),
        State("consent", _("Inväntar samtycke"), phase="consent"),
        State("declined", _("Samtycke nekat"), phase="consent"),
        State("closed", _("Avslutad"), phase="ending", closed=True),
    ),
    transitions=(
        Transition("open_consultation", _("Ny konsultation"), None, "consultation", fills="consultation"),
        Transition("propose", _("Föreslå ungdom"), None, "proposed", guard="person_identified", fills="proposal"),
        Transition(
            "request_consent",
            _("Informera och begär samtycke"),
            "proposed",
            "consent",
            guard="guardian_contacted",
        ),
        Transition("decline", _("Samtycke nekat"), "consent", "declined", button=_("Registrera att samtycke är nekat")),
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
                button=_("Avsluta ärendet"),
                decision=_("att avsluta ärendet"),
            )
            for source in BEFORE_CONSENT
        ),
    ),
    guards=(
        Guard("person_identified", _("Ange först vem ärendet gäller."), subject=True),
        Guard(
            "guardian_contacted",
            _("Kontakta vårdnadshavarna och anteckna det i förslaget."),
            form="proposal",
            field="guardian_contacted",
            equals="yes",
        ),
    ),
    phases=(
        ("contact", _("Första kontakt")),
        ("consent", _("Samtycke")),
        ("ending", _("Uppföljning och avslut")),
    ),
)
