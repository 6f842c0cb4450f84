"""Follow-up with a new look at the safety, and how the case ends."""

from casework.contract import Choice, Date, FactKind, Form, LongText, YesNo
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import END, OPEN, TEAM
from casework_nara_relation.forms.inquiry import LEVELS

FOLLOWUP = Form(
    "followup",
    _("Uppföljning"),
    (
        Date("followup.date", _("När följde ni upp?"), sensitivity=TEAM, required=True, past=True),
        YesNo("safety_reassessed", _("Är säkerheten bedömd på nytt?"), sensitivity=TEAM, required=True),
        Choice("followup.risk", _("Hur stor är risken nu?"), sensitivity=TEAM, choices=LEVELS),
        LongText("followup.text", _("Vad kom ni fram till?"), sensitivity=TEAM),
        Date("followup.next", _("Nästa uppföljning"), sensitivity=TEAM, about=(FactKind.STATUS,)),
    ),
    many=True,
    section=END,
    new=_("Ny uppföljning"),
    definite=_("uppföljningen"),
)

OFFENDER_FOLLOWUP = Form(
    "followup",
    _("Uppföljning"),
    (
        Date("followup.date", _("När följde ni upp?"), sensitivity=TEAM, required=True, past=True),
        LongText("followup.text", _("Vad kom ni fram till?"), sensitivity=TEAM),
        Date("followup.next", _("Nästa uppföljning"), sensitivity=TEAM, about=(FactKind.STATUS,)),
    ),
    many=True,
    section=END,
    help=_("Skriv inget om den våldsutsatta eller om barnens ärenden. Personen har rätt att läsa sin akt."),
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
                ("egen_begaran", _("På egen begäran")),
                ("tackat_nej", _("Har tackat nej till stöd")),
                ("flyttat", _("Personen har flyttat")),
                ("overflyttat", _("Ärendet är överflyttat")),
                ("avliden", _("Personen har avlidit")),
                ("ej_behov", _("Inget behov av insatser")),
            ),
            help=_("Uppgiften är öppen och räknas i statistiken."),
        ),
        LongText("evaluation", _("Avslutande bedömning"), sensitivity=TEAM),
        YesNo("way_back", _("Vet personen hur man hör av sig igen?"), sensitivity=TEAM),
        YesNo("sealed_reviewed", _("Är de förseglade uppgifterna genomgångna?"), sensitivity=TEAM),
    ),
    many=True,
    section=END,
    new=_("Nytt avslut"),
    definite=_("avslutet"),
)
