"""Follow-up, deviations, and how the case ends."""

from casework.contract import Choice, Choices, Date, FactKind, Form, LongText, Number, YesNo
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import OPEN, POLICE, TEAM

SECTION = _("Uppföljning och avslut")

FOLLOWUP = Form(
    "followup",
    _("Uppföljning"),
    (
        Date("date", _("När följde ni upp?"), sensitivity=TEAM, required=True, past=True),
        Number(
            "goal_status",
            _("Hur långt har personen kommit mot målen?"),
            sensitivity=TEAM,
            minimum=0,
            maximum=4,
            help=_("0 är inte påbörjat, 4 är nått."),
        ),
        Number(
            "self_rating",
            _("Personens egen skattning"),
            sensitivity=TEAM,
            minimum=0,
            maximum=10,
            help=_("Fråga: Hur har du det just nu, från 0 till 10?"),
        ),
        YesNo("goals_reviewed", _("Har ni gått igenom målen?"), sensitivity=TEAM),
        LongText("text", _("Vad kom ni fram till?"), sensitivity=TEAM),
        Date("next_date", _("Nästa uppföljning"), sensitivity=TEAM, about=(FactKind.STATUS,)),
    ),
    many=True,
    section=SECTION,
    new=_("Ny uppföljning"),
    definite=_("uppföljningen"),
)

DEVIATION = Form(
    "deviation",
    _("Avvikelse eller återfall"),
    (
        Date("date", _("När hände det?"), sensitivity=TEAM, required=True, shared_with=POLICE, past=True),
        Choice(
            "type",
            _("Vad gäller det?"),
            sensitivity=TEAM,
            required=True,
            shared_with=POLICE,
            choices=(
                ("new_crime", _("Nytt brott")),
                ("drugs", _("Droger")),
                ("network_contact", _("Kontakt med nätverket")),
                ("address_revealed", _("Röjd adress")),
                ("absence", _("Utebliven")),
            ),
        ),
        LongText("description", _("Vad har hänt?"), sensitivity=TEAM, shared_with=POLICE),
        YesNo(
            "concerns_committed_crime",
            _("Gäller det ett brott som redan har begåtts?"),
            sensitivity=TEAM,
            about=(FactKind.CRIME,),
            shared_with=POLICE,
            help=_("Svaret avgör vilken grund som krävs för att lämna uppgiften till polisen."),
        ),
    ),
    many=True,
    section=SECTION,
    help=_("En avvikelse betyder inte att något är fel. Fråga först. Polisen får bara veta med en särskild grund."),
    new=_("Ny avvikelse eller återfall"),
    definite=_("avvikelsen"),
)

DEVIATION_ASSESSMENT = Form(
    "deviation_assessment",
    _("Prövning av avvikelsen"),
    (
        Date("date", _("När prövades avvikelsen?"), sensitivity=TEAM, required=True, past=True),
        YesNo(
            "threat_to_others_checked",
            _("Är hotet mot andra i boendet kontrollerat?"),
            sensitivity=TEAM,
            required=True,
        ),
        LongText("person_view", _("Vad säger personen själv?"), sensitivity=TEAM),
        LongText(
            "need",
            _("Vilket stöd behöver personen nu?"),
            sensitivity=TEAM,
            help=_("Rätten till stöd prövas efter behovet, inte efter om överenskommelsen har brutits."),
        ),
        LongText("assessment", _("Bedömning"), sensitivity=TEAM),
    ),
    many=True,
    section=SECTION,
    new=_("Ny prövning av avvikelsen"),
    definite=_("prövningen"),
)

CLOSE_REASONS = (
    ("mal_uppnatt", _("Målen är uppnådda")),
    ("egen_begaran", _("På egen begäran")),
    ("flyttat", _("Personen har flyttat")),
    ("overflyttat", _("Ärendet är överflyttat")),
    ("atergatt", _("Personen har återgått till miljön")),
    ("avbrutit_overenskommelse", _("Överenskommelsen är avbruten")),
    ("haktad_domd", _("Häktad eller dömd")),
    ("avliden", _("Personen har avlidit")),
    ("ej_behov", _("Inget behov av insatser")),
    ("personsakerhet_overtagit", _("Polisens personsäkerhet har tagit över")),
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
            choices=CLOSE_REASONS,
            help=_("Uppgiften är öppen och räknas i statistiken."),
        ),
        LongText("close_reason.text", _("Orsaken med egna ord"), sensitivity=TEAM),
        LongText(
            "evaluation",
            _("Avslutande utvärdering"),
            sensitivity=TEAM,
            help=_("Krävs när personen har fått insatser."),
        ),
        YesNo("consents_ended", _("Är samtyckena avslutade?"), sensitivity=TEAM),
        Choice(
            "partners_informed",
            _("Vet polisen och andra parter att samverkan upphör?"),
            sensitivity=TEAM,
            choices=(("yes", _("Ja")), ("no", _("Nej")), ("no_partners", _("Ingen samverkan har funnits"))),
        ),
        YesNo("sealed_reviewed", _("Är de förseglade uppgifterna genomgångna?"), sensitivity=TEAM),
    ),
    many=True,
    section=SECTION,
    new=_("Nytt avslut"),
    definite=_("avslutet"),
)

GRANTS = Form(
    "grants",
    _("Statsbidrag"),
    (
        Choices(
            "grant_flags",
            _("Räknas i uppföljningen av statsbidrag"),
            sensitivity=TEAM,
            choices=(
                ("socialstyrelsen", _("Statsbidrag från Socialstyrelsen")),
                ("bra", _("Statsbidrag från Brottsförebyggande rådet")),
                ("other", _("Annat statsbidrag")),
            ),
        ),
    ),
    section=SECTION,
)

FORMS = (FOLLOWUP, DEVIATION, DEVIATION_ASSESSMENT, CLOSING, GRANTS)
