"""What every file has: the note and the consent."""

from casework.contract import Choice, Choices, Date, Form, LongText, Text, Time, YesNo
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import FIRST, TEAM

NOTE = Form(
    "note",
    _("Anteckning"),
    (
        Date("event_date", _("När hände det?"), sensitivity=TEAM, required=True, past=True),
        Time("event_time", _("Klockslag"), sensitivity=TEAM),
        Choice(
            "event_type",
            _("Typ av händelse"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("call", _("Samtal")),
                ("meeting", _("Möte")),
                ("home_visit", _("Hembesök")),
                ("agency_contact", _("Kontakt med annan myndighet")),
                ("document_in", _("Handling in")),
                ("document_out", _("Handling ut")),
                ("other", _("Annat")),
            ),
        ),
        Text(
            "heading",
            _("Rubrik"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv så att en kollega förstår vad anteckningen handlar om. Skriv inga namn eller platser."),
        ),
        LongText(
            "text",
            _("Vad hände och vad sades?"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv det som är av betydelse för ärendet. Det går bra att skriva kort."),
        ),
        LongText(
            "assessment",
            _("Din bedömning"),
            sensitivity=TEAM,
            help=_("Håll isär det du bedömer från det som hände."),
        ),
        Text("source", _("Varifrån kommer uppgiften?"), sensitivity=TEAM),
    ),
    many=True,
    may_seal=True,
    section=_("Journal"),
    new=_("Ny anteckning"),
    definite=_("anteckningen"),
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
