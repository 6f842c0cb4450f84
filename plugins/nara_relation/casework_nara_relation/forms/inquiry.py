"""The violence, how dangerous it is, what the police know of it, and what the investigation comes to."""

from casework.contract import Choice, Choices, Date, FactKind, Form, LongText, Text, YesNo
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import INQUIRY, SEALED, TEAM

LEVELS = (("low", _("Låg")), ("medium", _("Medel")), ("high", _("Hög")))

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
    section=INQUIRY,
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
    section=INQUIRY,
)

VIOLENCE = Form(
    "violence.types",
    _("Våldet"),
    (
        Choices(
            "violence.types",
            _("Vilket våld?"),
            sensitivity=TEAM,
            about=(FactKind.CRIME,),
            required=True,
            choices=(
                ("physical", _("Fysiskt")),
                ("psychological", _("Psykiskt")),
                ("sexual", _("Sexuellt")),
                ("material", _("Materiellt")),
                ("economic", _("Ekonomiskt")),
                ("latent", _("Latent")),
                ("digital", _("Digitalt")),
                ("neglect", _("Försummelse")),
                ("honour", _("Hedersrelaterat")),
                ("animals", _("Mot djur")),
            ),
        ),
        LongText("violence.period", _("Hur länge och hur ofta?"), sensitivity=TEAM, about=(FactKind.CRIME,)),
        Date("latest", _("Senaste händelsen"), sensitivity=TEAM, about=(FactKind.CRIME,), past=True),
    ),
    many=True,
    section=INQUIRY,
    new=_("Ny uppgift om våldet"),
    definite=_("uppgiften"),
)

FREDA = Form(
    "freda",
    _("Riskbedömning (FREDA)"),
    (
        Date("freda.date", _("När gjordes bedömningen?"), sensitivity=TEAM, required=True, past=True),
        LongText("freda.beskrivning", _("FREDA-beskrivning, sammanfattning"), sensitivity=TEAM),
        Choice(
            "freda.farlighet",
            _("FREDA-farlighetsbedömning"),
            sensitivity=SEALED,
            required=True,
            choices=LEVELS,
        ),
        LongText("freda.farlighet.text", _("Varför den nivån?"), sensitivity=SEALED),
        Choice(
            "police_assessment_asked",
            _("Har ni bett om polisens bedömning?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("yes", _("Ja, med samtycke")),
                ("no_consent", _("Nej, personen vill inte")),
                ("no", _("Inte än")),
            ),
        ),
    ),
    many=True,
    section=INQUIRY,
    help=_("Får aldrig stå i våldsutövarens ärende."),
    new=_("Ny riskbedömning"),
    definite=_("riskbedömningen"),
)

POLICE_ASSESSMENT = Form(
    "police_assessment",
    _("Polisens riskbedömning"),
    (
        Choice(
            "police_assessment",
            _("Metod"),
            sensitivity=SEALED,
            required=True,
            choices=(
                ("sara", _("SARA")),
                ("sam", _("SAM")),
                ("patriark", _("PATRIARK")),
                ("other", _("Annan")),
                ("not_received", _("Inte mottagen")),
            ),
        ),
        Choice("police_assessment.level", _("Nivå"), sensitivity=SEALED, choices=LEVELS),
        Date("police_assessment.date", _("När gjordes den?"), sensitivity=SEALED, past=True),
    ),
    many=True,
    section=INQUIRY,
    help=_("Ta del av den med den våldsutsattas samtycke."),
    new=_("Ny riskbedömning från polisen"),
    definite=_("riskbedömningen"),
)

POLICE_REPORT = Form(
    "police_report",
    _("Polisanmälan"),
    (
        YesNo("police_report", _("Är våldet anmält?"), sensitivity=TEAM, about=(FactKind.CRIME,), required=True),
        Date("police_report.date", _("När?"), sensitivity=TEAM, about=(FactKind.CRIME,), past=True),
        Text("police_report.number", _("Polisens ärendenummer"), sensitivity=TEAM, about=(FactKind.CRIME,)),
    ),
    many=True,
    section=INQUIRY,
    new=_("Ny polisanmälan"),
    definite=_("polisanmälan"),
)

CONTACT_BAN = Form(
    "contact_ban",
    _("Kontaktförbud"),
    (
        Choice(
            "contact_ban",
            _("Vilket slag?"),
            sensitivity=TEAM,
            about=(FactKind.CRIME,),
            required=True,
            choices=(
                ("ordinary", _("Kontaktförbud")),
                ("extended", _("Utvidgat")),
                ("specially_extended", _("Särskilt utvidgat")),
                ("home", _("Avseende gemensam bostad")),
                ("rejected", _("Avslag")),
            ),
        ),
        Date("contact_ban.until", _("Gäller till och med"), sensitivity=TEAM, about=(FactKind.CRIME,)),
    ),
    many=True,
    section=INQUIRY,
    new=_("Nytt kontaktförbud"),
    definite=_("kontaktförbudet"),
)

SUMMARY = Form(
    "investigation_summary",
    _("Sammanfattad utredning"),
    (
        LongText("need.acute", _("Behov nu"), sensitivity=TEAM, required=True),
        LongText("need.short", _("Behov på kort sikt"), sensitivity=TEAM),
        LongText("need.long", _("Behov på lång sikt"), sensitivity=TEAM),
        LongText("need.network", _("Nätverk"), sensitivity=TEAM),
        LongText("need.parenthood", _("Föräldraskap"), sensitivity=TEAM, about=(FactKind.FAMILY,)),
        LongText("need.economy", _("Ekonomi"), sensitivity=TEAM, about=(FactKind.ECONOMY,)),
        LongText(
            "need.housing",
            _("Boende"),
            sensitivity=TEAM,
            about=(FactKind.HOUSING,),
            help=_("Skriv ingen adress eller ort."),
        ),
        LongText("need.health", _("Hälsa"), sensitivity=TEAM, about=(FactKind.HEALTH,)),
        LongText("need.protection", _("Skydd"), sensitivity=TEAM, required=True),
        LongText("own_view", _("Vad vill personen själv?"), sensitivity=TEAM, required=True),
        LongText("proposal", _("Förslag till beslut"), sensitivity=TEAM),
    ),
    many=True,
    section=INQUIRY,
    new=_("Ny sammanfattad utredning"),
    definite=_("utredningen"),
)

DECISION = Form(
    "decision_note",
    _("Beslut"),
    (
        Date("decided_date", _("När fattades beslutet?"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "outcome",
            _("Vad beslutades?"),
            sensitivity=TEAM,
            required=True,
            choices=(("granted", _("Bifall")), ("partly", _("Bifall i en del")), ("rejected", _("Avslag"))),
        ),
        LongText("motivation", _("Skäl"), sensitivity=TEAM, required=True),
        YesNo("appeal_information", _("Vet personen hur beslutet överklagas?"), sensitivity=TEAM),
    ),
    many=True,
    section=INQUIRY,
    new=_("Nytt beslut"),
    definite=_("beslutet"),
)

ADULT = (
    SCREENING,
    DECLINED_SUPPORT,
    VIOLENCE,
    FREDA,
    POLICE_ASSESSMENT,
    POLICE_REPORT,
    CONTACT_BAN,
    SUMMARY,
    DECISION,
)
CHILD = (VIOLENCE, POLICE_ASSESSMENT, POLICE_REPORT, CONTACT_BAN, SUMMARY, DECISION)
