"""The agreement, the plan and what is given: housing, money, tests."""

from casework.contract import Choice, Date, FactKind, Form, LongText, Number, Retention, Text, YesNo
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import POLICE, SEALED, TEAM

SECTION = _("Plan och insatser")

AGREEMENT = Form(
    "agreement",
    _("Överenskommelse"),
    (
        LongText("agreement", _("Vad är ni överens om?"), sensitivity=TEAM),
        YesNo(
            "agreement.in_place",
            _("Är överenskommelsen undertecknad eller godkänd av personen?"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            required=True,
            shared_with=POLICE,
        ),
        Date("agreement.date", _("Undertecknad eller godkänd"), sensitivity=TEAM, about=(FactKind.STATUS,), past=True),
        Date(
            "agreement.valid_until",
            _("Gäller till och med"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            shared_with=POLICE,
        ),
        Text(
            "agreement.contact_persons",
            _("Kontaktpersoner"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv funktion och hur personen når dem."),
        ),
    ),
    section=SECTION,
    help=_("Behovet av stöd upphör inte för att överenskommelsen bryts."),
    definite=_("överenskommelsen"),
)

GOAL = Form(
    "plan.goal",
    _("Mål i handlingsplanen"),
    (
        Text("goal", _("Mål"), sensitivity=TEAM, required=True),
        LongText("how", _("Hur märker personen att målet är nått?"), sensitivity=TEAM),
        Date("target_date", _("Ska vara nått"), sensitivity=TEAM),
        Number(
            "status",
            _("Hur långt har ni kommit?"),
            sensitivity=TEAM,
            minimum=0,
            maximum=4,
            help=_("0 är inte påbörjat, 4 är nått."),
        ),
    ),
    many=True,
    section=SECTION,
    new=_("Nytt mål i handlingsplanen"),
    definite=_("målet"),
)

ACTIVITY = Form(
    "plan.activity",
    _("Aktivitet i handlingsplanen"),
    (
        Text("activity", _("Vad ska göras?"), sensitivity=TEAM, required=True),
        Text("responsible", _("Vem gör det?"), sensitivity=TEAM),
        Date("due", _("Ska vara klart"), sensitivity=TEAM),
        Choice(
            "status",
            _("Läge"),
            sensitivity=TEAM,
            choices=(
                ("planned", _("Planerad")),
                ("ongoing", _("Pågår")),
                ("done", _("Klar")),
                ("stopped", _("Avbruten")),
            ),
        ),
        Text(
            "police_activity",
            _("Det polisen gör"),
            sensitivity=TEAM,
            shared_with=POLICE,
            help=_("Bara det här fältet kan lämnas till polisen. Skriv inget om andras insatser här."),
        ),
    ),
    many=True,
    section=SECTION,
    new=_("Ny aktivitet i handlingsplanen"),
    definite=_("aktiviteten"),
)

HOUSING = Form(
    "housing",
    _("Boende"),
    (
        Choice(
            "placement.type",
            _("Boendeform"),
            sensitivity=TEAM,
            about=(FactKind.HOUSING,),
            choices=(
                ("own", _("Eget boende")),
                ("acute", _("Akut boende")),
                ("supported", _("Stödboende")),
                ("hvb", _("Hem för vård eller boende")),
                ("foster_home", _("Familjehem")),
                ("sheltered", _("Skyddat boende")),
                ("other", _("Annat")),
            ),
        ),
        Date("housing.from", _("Från"), sensitivity=TEAM, about=(FactKind.HOUSING,)),
        Date("housing.until", _("Till och med"), sensitivity=TEAM, about=(FactKind.HOUSING,)),
        Choice(
            "provider.permit",
            _("Har utföraren tillstånd?"),
            sensitivity=TEAM,
            choices=(("yes", _("Ja, kontrollerat")), ("no", _("Nej")), ("not_required", _("Tillstånd krävs inte"))),
            help=_("Inspektionen för vård och omsorg har registret."),
        ),
        Date("provider.followup", _("När följdes utföraren upp?"), sensitivity=TEAM, past=True),
    ),
    many=True,
    section=SECTION,
    help=_("Skriv ingen adress, ort eller utförare här. De hör hemma i formuläret Placeringens plats."),
    new=_("Nytt boende"),
)

PLACEMENT = Form(
    "placement",
    _("Placeringens plats"),
    (
        Text("placement.address", _("Adress"), sensitivity=SEALED, about=(FactKind.HOUSING,)),
        Text("placement.municipality", _("Ort"), sensitivity=SEALED, about=(FactKind.HOUSING,)),
        Text("placement.provider", _("Utförare"), sensitivity=SEALED, about=(FactKind.HOUSING,)),
    ),
    many=True,
    retention=Retention.SEALED_PLACE,
    section=SECTION,
    new=_("Ny plats för placeringen"),
    help=_("Uppgifterna gallras när ärendet har varit avslutat en tid."),
)

RELOCATION_DECISION = Form(
    "relocation_decision",
    _("Inför en flytt"),
    (
        Choice(
            "receiving_basis",
            _("Hur ska ansvaret delas med den andra kommunen?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("keep", _("Kommunen behåller ansvaret")),
                ("application", _("Personen ansöker i den andra kommunen")),
                ("transfer", _("Ärendet flyttas över")),
            ),
            help=_("29 kap. 2, 7 och 10 §§ socialtjänstlagen. Skriv inte vilken kommun det gäller."),
        ),
        YesNo(
            "sealed_team",
            _("Är det bestämt vilka som får veta platsen?"),
            sensitivity=TEAM,
            required=True,
            help=_("Bara de som är namngivna i ärendet och får öppna förseglade uppgifter."),
        ),
    ),
    many=True,
    section=SECTION,
)

RELOCATION = Form(
    "relocation",
    _("Flytt"),
    (
        LongText("relocation.plan", _("Flyttplan"), sensitivity=SEALED, required=True),
        LongText(
            "receiving_municipality",
            _("Mottagande kommun och kontakt"),
            sensitivity=SEALED,
            help=_("Skriv också hur den andra kommunen har svarat."),
        ),
    ),
    many=True,
    retention=Retention.SEALED_PLACE,
    section=SECTION,
    help=_("Uppgifterna gallras när ärendet har varit avslutat en tid."),
    new=_("Ny flytt"),
    definite=_("flyttplanen"),
)

ECONOMY = Form(
    "economy",
    _("Ekonomi"),
    (
        Choice(
            "economy.decision",
            _("Ekonomiskt bistånd"),
            sensitivity=TEAM,
            about=(FactKind.ECONOMY,),
            choices=(
                ("granted", _("Beviljat")),
                ("rejected", _("Avslaget")),
                ("pending", _("Inte avgjort")),
                ("not_applied", _("Inte sökt")),
            ),
            help=_("Kontrollera att utbetalningen inte visar var personen bor."),
        ),
        Number(
            "cost", _("Insatsernas kostnad"), sensitivity=TEAM, about=(FactKind.ECONOMY,), minimum=0, unit=_("kronor")
        ),
    ),
    many=True,
    section=SECTION,
)

DRUG_TEST = Form(
    "drug_test",
    _("Drogtest"),
    (
        Date("date", _("När gjordes testet?"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "result",
            _("Resultat"),
            sensitivity=TEAM,
            about=(FactKind.ADDICTION,),
            required=True,
            choices=(
                ("negative", _("Negativt")),
                ("positive", _("Positivt")),
                ("unclear", _("Oklart")),
                ("not_taken", _("Testet gjordes inte")),
            ),
        ),
        LongText("comment", _("Kommentar"), sensitivity=TEAM),
    ),
    many=True,
    section=SECTION,
    help=_("Polisen får inte veta resultatet utan en särskild grund."),
    new=_("Nytt drogtest"),
)

FORMS = (AGREEMENT, GOAL, ACTIVITY, HOUSING, PLACEMENT, RELOCATION_DECISION, RELOCATION, ECONOMY, DRUG_TEST)
