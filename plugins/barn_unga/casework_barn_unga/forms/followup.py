"""Follow-up of what was promised, and how the case ends."""

from casework.contract import Choice, Date, Form, LongText, Retention, YesNo
from casework.contract import gettext as _
from casework_barn_unga.forms.classes import END, OPEN, TEAM

OUTCOMES = (("better", _("Bättre")), ("same", _("Som förut")), ("worse", _("Sämre")), ("unknown", _("Vet inte")))

REVIEW = Form(
    "review",
    _("Uppföljning"),
    (
        Date("date", _("När följde ni upp?"), sensitivity=TEAM, required=True, past=True),
        YesNo(
            "commitments_reviewed",
            _("Har ni gått igenom varje åtagande?"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv läget för varje åtagande i formuläret Åtagande."),
        ),
        LongText("text", _("Vad kom ni fram till?"), sensitivity=TEAM),
    ),
    many=True,
    retention=Retention.CHILD,
    section=END,
    new=_("Ny uppföljning"),
    definite=_("uppföljningen"),
)

CLOSING = Form(
    "closing",
    _("Avslut"),
    (
        Choice(
            "close_reason",
            _("Avslutsorsak"),
            sensitivity=OPEN,
            required=True,
            choices=(
                ("mal_uppnatt", _("Målen är uppnådda")),
                ("samtycke_aterkallat", _("Samtycket är nekat eller återkallat")),
                ("annan_insats", _("En annan insats tar vid")),
                ("placerad", _("Den unga är placerad")),
                ("flyttat", _("Den unga har flyttat")),
                ("aldersgrans", _("Åldersgränsen är nådd")),
                ("avbrutet", _("Avbrutet")),
            ),
            help=_("Uppgiften är öppen och räknas i statistiken."),
        ),
        LongText(
            "evaluation",
            _("Utvärdering"),
            sensitivity=TEAM,
            help=_("Lämna tomt om det aldrig fanns något samtycke."),
        ),
        Choice("evaluation.young", _("Hur har det blivit, enligt den unga?"), sensitivity=TEAM, choices=OUTCOMES),
        Choice(
            "evaluation.guardian", _("Hur har det blivit, enligt vårdnadshavarna?"), sensitivity=TEAM, choices=OUTCOMES
        ),
        Choice(
            "evaluation.partners",
            _("Hur har det blivit, enligt samverkansparterna?"),
            sensitivity=TEAM,
            choices=OUTCOMES,
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=END,
    new=_("Nytt avslut"),
    definite=_("avslutet"),
)

FORMS = (REVIEW, CLOSING)
