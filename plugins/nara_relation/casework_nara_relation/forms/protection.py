"""What concerns the safety of the adult or the child who is exposed."""

from casework.contract import Choice, Date, Form, LongText, Sensitivity, Text, Time, YesNo
from casework.contract import gettext as _

TEAM = Sensitivity.TEAM
SEALED = Sensitivity.SEALED
SECTION = _("Hot och risk")

SAFE_CONTACT = Form(
    "safe_contact",
    _("Säker kontakt"),
    (
        LongText(
            "contact_rules",
            _("Hur får ni höra av er?"),
            sensitivity=SEALED,
            help=_("Skriv kanal, tider, vad ni inte får skriva eller säga, och vilka ni ska säga att ni är."),
        ),
    ),
    section=_("Grunduppgifter"),
)

ACUTE_ASSESSMENT = Form(
    "acute_assessment",
    _("Akut skyddsbedömning"),
    (
        Date("acute_assessment.date", _("När gjordes bedömningen?"), sensitivity=TEAM, required=True, past=True),
        Time("acute_assessment.time", _("Klockslag"), sensitivity=TEAM),
        Text("acute_assessment.by", _("Vem gjorde bedömningen?"), sensitivity=TEAM),
        Choice(
            "acute_assessment",
            _("Hur stort är skyddsbehovet?"),
            sensitivity=TEAM,
            required=True,
            choices=(("none", _("Inget")), ("limited", _("Begränsat")), ("extensive", _("Omfattande"))),
        ),
        LongText(
            "acute_assessment.measure",
            _("Vad gör ni nu?"),
            sensitivity=TEAM,
            help=_("Skriv ingen adress eller ort. Ring 112 vid fara för liv, annars 114 14."),
        ),
    ),
    many=True,
    section=SECTION,
    new=_("Ny akut skyddsbedömning"),
    definite=_("skyddsbedömningen"),
)

SCREENING = Form(
    "screening",
    _("FREDA-kortfrågor"),
    (
        Date("freda.kort.date", _("När ställdes frågorna?"), sensitivity=TEAM, required=True, past=True),
        LongText("freda.kort", _("Sammanfattning av svaren"), sensitivity=TEAM),
        YesNo(
            "wants_investigation",
            _("Ansöker personen om stöd eller går med på en utredning?"),
            sensitivity=TEAM,
        ),
    ),
    many=True,
    section=_("Utredning"),
    new=_("Nya FREDA-kortfrågor"),
)

DECLINED_SUPPORT = Form(
    "declined_support",
    _("Avböjt stöd"),
    (
        YesNo(
            "risk_information_given",
            _("Har personen fått information om riskerna?"),
            sensitivity=TEAM,
            required=True,
        ),
        YesNo("children_handled", _("Är barnens situation omhändertagen?"), sensitivity=TEAM),
        LongText("declined_support.text", _("Vad säger personen själv?"), sensitivity=TEAM),
    ),
    many=True,
    section=_("Utredning"),
)
