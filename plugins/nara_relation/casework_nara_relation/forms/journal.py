"""What every file has: the note and the consent."""

from casework.contract import Choice, Choices, Date, Form, LongText, YesNo, journal
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import FIRST, TEAM

NOTE = journal.note()

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
                ("health", _("Hälso- och sjukvården")),
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
                ("risk", _("Risk och skydd")),
                ("health", _("Hälsa")),
                ("family", _("Familj")),
                ("school", _("Skolgång")),
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
    section=FIRST,
    help=_("Samtycket häver sekretessen mot dem det gäller. Personen kan ta tillbaka det när som helst."),
    new=_("Nytt samtycke"),
    definite=_("samtycket"),
)
