"""What is written along the way: the note, and the consent that later steps ask for."""

from casework.contract import Choice, Choices, Date, Form, LongText, Text, YesNo, journal
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import TEAM

NOTE = journal.note(
    Choice(
        "kind",
        _("Vad är det för uppgift?"),
        sensitivity=TEAM,
        choices=(
            ("fact", _("Något som har hänt")),
            ("statement", _("Något som någon har sagt")),
            ("assessment", _("En bedömning")),
        ),
    ),
    Text("persons", _("Vilka var med?"), sensitivity=TEAM),
)

CONSENT_NOTE = Form(
    "consent_note",
    _("Samtycke"),
    (
        Choice(
            "given_by",
            _("Vem har lämnat samtycket?"),
            sensitivity=TEAM,
            choices=(("subject", _("Personen själv")), ("guardian", _("En vårdnadshavare"))),
            help=_("Skriv ett samtycke för varje person som har lämnat det."),
        ),
        Choices(
            "agencies",
            _("Vilka får uppgifterna lämnas till?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("police", _("Polisen")),
                ("school", _("Skolan")),
                ("recreation", _("Fritidsverksamheten")),
                ("probation", _("Kriminalvården")),
                ("health", _("Hälso- och sjukvården")),
                ("employment", _("Arbetsförmedlingen")),
                ("provider", _("Den som utför insatsen")),
                ("other", _("Någon annan")),
            ),
        ),
        Choices(
            "what",
            _("Vilka uppgifter får lämnas?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("status", _("Var ärendet står")),
                ("crime", _("Brott och misstanke om brott")),
                ("school", _("Skolgång")),
                ("health", _("Hälsa")),
                ("addiction", _("Skadligt bruk eller beroende")),
                ("family", _("Familj")),
                ("housing", _("Boende")),
                ("economy", _("Ekonomi")),
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
    section=_("Grunduppgifter"),
    help=_("Samtycket häver sekretessen mot dem det gäller. Personen kan ta tillbaka det när som helst."),
    new=_("Nytt samtycke"),
    definite=_("samtycket"),
)

FORMS = (NOTE, CONSENT_NOTE)
