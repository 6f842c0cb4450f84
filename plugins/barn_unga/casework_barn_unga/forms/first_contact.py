"""What may be written before there is consent, and the consent itself."""

from casework.contract import Choice, Choices, Date, Form, LongText, Retention, YesNo
from casework.contract import gettext as _
from casework_barn_unga.forms.classes import AGENCIES, FIRST, TEAM

CONSULTATION = Form(
    "consultation",
    _("Avidentifierad konsultation"),
    (
        Date("date", _("När kom frågan?"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "asked_by",
            _("Vem frågade?"),
            sensitivity=TEAM,
            choices=AGENCIES,
        ),
        Choices(
            "theme",
            _("Vad gällde frågan?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("crime", _("Brott")),
                ("drugs", _("Alkohol och narkotika")),
                ("environment", _("Riskmiljöer")),
                ("friends", _("Kamrater")),
                ("absence", _("Skolfrånvaro")),
                ("behaviour", _("Beteende")),
                ("cooperation", _("Hur vi samverkar")),
                ("other", _("Annat")),
            ),
        ),
        LongText(
            "question",
            _("Frågan"),
            sensitivity=TEAM,
            help=_("Skriv inga namn, nummer, skolor eller annat som visar vem det gäller."),
        ),
        LongText(
            "advice",
            _("Rådet"),
            sensitivity=TEAM,
            help=_("Skriv vilket råd du gav. Skriv inga namn, nummer eller platser."),
        ),
    ),
    many=True,
    anonymous=True,
    section=FIRST,
    help=_("Här sparas inga uppgifter om vem frågan gäller. Ett barn som kan fara illa ska anmälas, utan samtycke."),
    new=_("Ny avidentifierad konsultation"),
    definite=_("konsultationen"),
)

PROPOSAL = Form(
    "proposal",
    _("Förslag till SSPF"),
    (
        Date("date", _("När kom förslaget?"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "initiator",
            _("Vem tog initiativet?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("school", _("Skolan")),
                ("social_services", _("Socialtjänsten")),
                ("police", _("Polisen")),
                ("recreation", _("Fritidsverksamheten")),
                ("guardian", _("En vårdnadshavare")),
            ),
        ),
        Choice(
            "concern_report",
            _("Behövs en orosanmälan?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("made", _("Ja, den är gjord")),
                ("will_be_made", _("Ja, den ska göras genast")),
                ("not_needed", _("Nej")),
            ),
            help=_("Den som misstänker att ett barn far illa ska anmäla det genast. Det krävs inget samtycke."),
        ),
        Date("concern_report_made", _("När gjordes orosanmälan?"), sensitivity=TEAM, past=True),
        Date("guardian_contact_date", _("När kontaktade ni vårdnadshavarna?"), sensitivity=TEAM, past=True),
        YesNo("guardian_contacted", _("Har ni nått alla vårdnadshavare?"), sensitivity=TEAM),
    ),
    retention=Retention.CHILD,
    section=FIRST,
    help=_("Skriv inget om oron förrän samtycket är klart."),
    definite=_("förslaget"),
)

CONSENT_NOTE = Form(
    "consent_note",
    _("Anteckning om samtycke"),
    (
        Choice(
            "given_by",
            _("Vem har lämnat samtycket?"),
            sensitivity=TEAM,
            required=True,
            choices=(("subject", _("Den unga")), ("guardian", _("En vårdnadshavare"))),
            help=_("Skriv ett samtycke för varje person som har lämnat det."),
        ),
        Choices(
            "agencies",
            _("Vilka får uppgifterna lämnas till?"),
            sensitivity=TEAM,
            required=True,
            choices=AGENCIES,
        ),
        Choices(
            "what",
            _("Vilka uppgifter får lämnas?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("school", _("Skolgång")),
                ("crime", _("Brott och misstanke om brott")),
                ("health", _("Hälsa")),
                ("addiction", _("Skadligt bruk eller beroende")),
                ("family", _("Familj")),
                ("leisure", _("Fritid")),
            ),
        ),
        LongText("limits", _("Vad får inte lämnas?"), sensitivity=TEAM, help=_("Skriv med personens egna ord.")),
        Date("valid_from", _("Gäller från"), sensitivity=TEAM, required=True),
        Date("valid_until", _("Gäller till och med"), sensitivity=TEAM, required=True),
        Choice(
            "how_given",
            _("Hur lämnades samtycket?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("written", _("Skriftligt")),
                ("e_signature", _("Med e-underskrift")),
                ("oral", _("Muntligt")),
            ),
        ),
        YesNo("identity_checked", _("Är identiteten kontrollerad?"), sensitivity=TEAM),
    ),
    many=True,
    retention=Retention.CHILD,
    section=FIRST,
    help=_("En anteckning ger ingen rätt att lämna något. Det som räknas är samtyckena i registret, under Delning."),
    new=_("Ny anteckning om samtycke"),
    definite=_("anteckningen"),
)

FORMS = (CONSULTATION, PROPOSAL, CONSENT_NOTE)
