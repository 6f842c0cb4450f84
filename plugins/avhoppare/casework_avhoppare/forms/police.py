"""What concerns the police: their own conditions, and the status they may be told."""

from casework.contract import Choice, Date, FactKind, Form, Text, YesNo
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import POLICE, SEALED, TEAM

SECTION = _("Polisen")

POLICE_CONDITIONS = Form(
    "police",
    _("Polisens förutsättningar"),
    (
        Text(
            "police_contact",
            _("Kontaktperson hos polisen"),
            sensitivity=TEAM,
            help=_("Skriv funktion och telefonnummer."),
        ),
        Date(
            "police_form_signed",
            _("Polisens formulär undertecknat"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            shared_with=POLICE,
            past=True,
        ),
        Choice(
            "police_case_opened",
            _("Polisens avhopparärende"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            shared_with=POLICE,
            choices=(("not_opened", _("Inte inlett")), ("opened", _("Inlett")), ("ended", _("Avslutat"))),
        ),
        YesNo(
            "bevisperson_check",
            _("Har polisen svarat att personen inte är bevisperson?"),
            sensitivity=SEALED,
            help=_("Skriv bara polisens svar, ja eller nej."),
        ),
    ),
    section=SECTION,
)

POLICE_STATUS = Form(
    "police_status",
    _("Status till polisen"),
    (
        Choice(
            "police_status",
            _("Status"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            shared_with=POLICE,
            choices=(("ongoing", _("Pågår")), ("paused", _("Vilande")), ("ended", _("Avslutad"))),
        ),
        Date(
            "police_status.next_meeting",
            _("Nästa avstämning med polisen"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            shared_with=POLICE,
        ),
    ),
    section=SECTION,
    help=_("Polisen ser uppgifterna först när du har lämnat dem."),
)

FORMS = (POLICE_CONDITIONS, POLICE_STATUS)
