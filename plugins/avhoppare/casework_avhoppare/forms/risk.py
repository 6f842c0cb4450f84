"""Threat, protection and how to meet safely; nearly all of it sealed."""

from casework.contract import Choice, Date, Form, LongText, Text, Time, YesNo
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import SEALED, TEAM

SECTION = _("Hot och risk")

THREAT = Form(
    "threat",
    _("Hotbild"),
    (
        YesNo("protection_need", _("Finns det ett skyddsbehov?"), sensitivity=TEAM),
        Choice(
            "threat_level",
            _("Polisens hotnivå"),
            sensitivity=SEALED,
            choices=(
                ("low", _("Låg")),
                ("medium", _("Medel")),
                ("high", _("Hög")),
                ("not_received", _("Ej mottagen")),
            ),
        ),
        LongText(
            "threat_summary",
            _("Hotbild i korthet"),
            sensitivity=SEALED,
            help=_("Skriv bara det ni behöver för att skydda personen. Namnen får stå i polisens bedömning."),
        ),
        Text("threat_summary.source", _("Varifrån kommer uppgiften?"), sensitivity=SEALED),
        Date("threat_summary.date", _("Bedömd"), sensitivity=SEALED, past=True),
        Date("threat_summary.valid_until", _("Ny bedömning senast"), sensitivity=SEALED),
        LongText("threat_against_relatives", _("Hot mot anhöriga"), sensitivity=SEALED),
        LongText("no_go_areas", _("Platser och orter att undvika"), sensitivity=SEALED),
    ),
    many=True,
    section=SECTION,
    new=_("Ny hotbild"),
    definite=_("hotbilden"),
)

PROTECTION_ASSESSMENT = Form(
    "protection_assessment",
    _("Akut skyddsbedömning"),
    (
        Date("assessment.date", _("När gjordes bedömningen?"), sensitivity=TEAM, required=True, past=True),
        Time("assessment.time", _("Klockslag"), sensitivity=TEAM),
        Choice(
            "assessment.need",
            _("Hur stort är skyddsbehovet?"),
            sensitivity=TEAM,
            required=True,
            choices=(("none", _("Inget")), ("limited", _("Begränsat")), ("extensive", _("Omfattande"))),
        ),
        LongText("assessment.grounds", _("Vad bygger bedömningen på?"), sensitivity=SEALED),
        LongText("protection_measures", _("Skyddsåtgärder"), sensitivity=SEALED),
        Text(
            "assessment.police_reference",
            _("Polisens referens för samtalet"),
            sensitivity=TEAM,
            help=_("Ring 112 vid fara för liv, annars 114 14."),
        ),
        YesNo("assessment.children_checked", _("Är barnens säkerhet kontrollerad?"), sensitivity=TEAM),
    ),
    many=True,
    section=SECTION,
    new=_("Ny akut skyddsbedömning"),
    definite=_("skyddsbedömningen"),
)

SAFETY = Form(
    "safety",
    _("Säkerhetsrutin"),
    (
        LongText(
            "safety_routine",
            _("Rutin vid kontakt"),
            sensitivity=SEALED,
            required=True,
            help=_("Skriv kodord, mötesplats, resväg och vad ni gör om något händer."),
        ),
        Date("safety.agreed_date", _("När kom ni överens om rutinen?"), sensitivity=TEAM, required=True, past=True),
    ),
    section=SECTION,
    definite=_("säkerhetsrutinen"),
)

FORMS = (THREAT, PROTECTION_ASSESSMENT, SAFETY)
