"""From the first assessment to the decision."""

from casework.contract import Choice, Date, FactKind, Form, LongText, Text, YesNo
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import SEALED, TEAM

SECTION = _("Utredning")

NEEDS = (
    ("needs.boende", _("Boende")),
    ("needs.forsorjning", _("Försörjning")),
    ("needs.sysselsattning", _("Sysselsättning")),
    ("needs.skulder", _("Skulder")),
    ("needs.natverk", _("Nätverk")),
    ("needs.barn", _("Barn")),
    ("needs.praktiskt", _("Praktiskt")),
)
HEALTH_NEEDS = (
    ("needs.beroende", _("Skadligt bruk eller beroende")),
    ("needs.halsa", _("Fysisk och psykisk hälsa")),
)

BACKGROUND = Form(
    "background",
    _("Bakgrund"),
    (
        Choice(
            "environment_type",
            _("Miljö"),
            sensitivity=TEAM,
            choices=(
                ("gang", _("Gäng")),
                ("extremism", _("Extremism")),
                ("honour", _("Hedersrelaterad")),
                ("mc", _("MC")),
                ("other", _("Annan")),
            ),
        ),
        LongText(
            "environment_detail",
            _("Nätverk eller grupp, och personens roll"),
            sensitivity=SEALED,
            help=_("Skriv så lite som möjligt. Uppgiften kommer ofta från polisen."),
        ),
        Text(
            "frivard.contact", _("Kontakt inom frivården eller på anstalten"), sensitivity=TEAM, about=(FactKind.CRIME,)
        ),
        Date("frivard.release_date", _("Datum för frigivning"), sensitivity=TEAM, about=(FactKind.CRIME,)),
    ),
    section=_("Grunduppgifter"),
)

INITIAL_ASSESSMENT = Form(
    "initial_assessment",
    _("Initial bedömning"),
    (
        YesNo(
            "definition_met",
            _("Uppfyller situationen definitionen av avhopp?"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            help=_("Personen har valt att lämna organiserad brottslighet och behöver stöd och skydd för det."),
        ),
        Choice(
            "motivation",
            _("Motivation"),
            sensitivity=TEAM,
            choices=(("low", _("Låg")), ("medium", _("Medel")), ("high", _("Hög"))),
        ),
        LongText("motivation.text", _("Motivation med personens egna ord"), sensitivity=TEAM),
        Date("motivation.date", _("När pratade ni om motivationen?"), sensitivity=TEAM, past=True),
        LongText("acute_needs", _("Vad behövs genast?"), sensitivity=TEAM),
        YesNo(
            "jurisdiction_checked",
            _("Är det klart att kommunen ansvarar?"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            help=_("Den som bor i kommunen hör hit, även under tiden på anstalt."),
        ),
        YesNo(
            "information_given",
            _("Har personen fått informationsbladet?"),
            sensitivity=TEAM,
            help=_("Bladet berättar om stödet, om samtycke och om rätten att ta tillbaka det."),
        ),
        YesNo(
            "application_or_child",
            _("Finns det en ansökan, eller gäller det ett barn?"),
            sensitivity=TEAM,
            help=_("En av delarna räcker för att inleda en utredning. Samtycke krävs inte."),
        ),
        YesNo(
            "need_without_exchange",
            _("Behöver personen stöd även utan samverkan?"),
            sensitivity=TEAM,
            help=_("Utan samtycke kan utredningen fortsätta. Polisen får då inte veta något."),
        ),
        YesNo(
            "no_investigation",
            _("Finns det skäl att inte inleda en utredning?"),
            sensitivity=TEAM,
            help=_("Den vuxna tackar nej, inget behov finns, eller förhandsbedömningen av barnet visar det."),
        ),
    ),
    section=SECTION,
    definite=_("bedömningen"),
)

NEEDS_FORM = Form(
    "needs",
    _("Behov"),
    tuple(LongText(name, label, sensitivity=TEAM) for name, label in NEEDS),
    section=SECTION,
    help=_("Fyll i de områden där personen behöver stöd och lämna de andra tomma. Skriv Inget behov om inget finns."),
)

NEEDS_HEALTH = Form(
    "needs_health",
    _("Behov som rör hälsa och beroende"),
    tuple(LongText(name, label, sensitivity=TEAM) for name, label in HEALTH_NEEDS),
    may_seal=True,
    section=SECTION,
    help=_("Försegla uppgifterna om bara några i teamet behöver dem."),
)

INVESTIGATION_SUMMARY = Form(
    "investigation_summary",
    _("Sammanfattad utredning"),
    (
        LongText("person_view", _("Vad vill personen själv?"), sensitivity=TEAM, required=True),
        Choice(
            "threat_information",
            _("Har polisen lämnat uppgifter om hot?"),
            sensitivity=TEAM,
            required=True,
            choices=(("received", _("Ja")), ("not_received", _("Nej, ej mottagna"))),
        ),
        LongText("assessment", _("Bedömning"), sensitivity=TEAM, required=True),
        LongText("proposal", _("Förslag till beslut"), sensitivity=TEAM, required=True),
        Date("communicated_date", _("När fick personen ta del av underlaget?"), sensitivity=TEAM, past=True),
    ),
    section=SECTION,
    definite=_("utredningen"),
)

DECISION_NOTE = Form(
    "decision_note",
    _("Beslut om insatser"),
    (
        Choice(
            "outcome",
            _("Beslut"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("granted", _("Bevilja, helt eller delvis")),
                ("granted_placement_of_minor", _("Bevilja placering av ett barn")),
                ("rejected", _("Avslå")),
            ),
            help=_("Placering av ett barn beslutas av utskottet."),
        ),
        Date("decided_date", _("Datum för beslutet"), sensitivity=TEAM, required=True, past=True),
        Text("decided_by", _("Vem har beslutat?"), sensitivity=TEAM, help=_("Skriv funktionen.")),
        LongText("reasons", _("Motivering"), sensitivity=TEAM, required=True),
        Text("legal_reference", _("Lagrum"), sensitivity=TEAM),
        YesNo(
            "appeal_information",
            _("Har personen fått veta hur beslutet överklagas?"),
            sensitivity=TEAM,
            help=_("Krävs vid avslag. Tiden för att överklaga är tre veckor."),
        ),
        Date("notified_date", _("När fick personen beslutet?"), sensitivity=TEAM, past=True),
    ),
    many=True,
    section=SECTION,
    new=_("Nytt beslut om insatser"),
    definite=_("beslutet"),
)

FORMS = (BACKGROUND, INITIAL_ASSESSMENT, NEEDS_FORM, NEEDS_HEALTH, INVESTIGATION_SUMMARY, DECISION_NOTE)
