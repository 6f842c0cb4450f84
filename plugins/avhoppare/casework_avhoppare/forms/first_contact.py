"""What is written when a question or a person first comes: the anonymous consultation and the registration."""

from casework.contract import Choice, Choices, Date, FactKind, Form, LongText, Text, YesNo
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import OPEN, TEAM

SECTION = _("Grunduppgifter")

CONSULTATION = Form(
    "consultation",
    _("Avidentifierad förfrågan"),
    (
        Date("date", _("När kom frågan?"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "contact_type",
            _("Hur kom frågan?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("call", _("Telefon")),
                ("meeting", _("Möte")),
                ("visit", _("Besök")),
                ("message", _("Meddelande")),
            ),
        ),
        Choice(
            "asked_by",
            _("Vem frågade?"),
            sensitivity=TEAM,
            choices=(
                ("police", _("Polisen")),
                ("probation", _("Kriminalvården")),
                ("school", _("Skola")),
                ("health", _("Hälso- och sjukvården")),
                ("civil_society", _("En förening eller annan organisation")),
                ("relative", _("En närstående")),
                ("other", _("Någon annan")),
            ),
        ),
        Choices(
            "theme",
            _("Vad gällde frågan?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("leaving", _("Att lämna en miljö")),
                ("threat", _("Hot")),
                ("housing", _("Boende")),
                ("livelihood", _("Försörjning")),
                ("relatives", _("Närstående")),
                ("cooperation", _("Hur vi samverkar")),
                ("other", _("Annat")),
            ),
        ),
        LongText(
            "question",
            _("Frågan"),
            sensitivity=TEAM,
            help=_("Skriv inga namn, nummer, platser eller annat som visar vem det gäller."),
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
    section=SECTION,
    help=_("Här sparas inga uppgifter om vem frågan gäller. Aktualisera ett ärende om personen ska få stöd."),
    new=_("Ny avidentifierad förfrågan"),
    definite=_("förfrågan"),
)

REGISTRATION = Form(
    "registration",
    _("Aktualisering"),
    (
        Date(
            "received_date",
            _("När kom ärendet in?"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            required=True,
            past=True,
        ),
        Choice(
            "received_as",
            _("Hur kom det in?"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            choices=(
                ("application", _("Ansökan")),
                ("report", _("Anmälan")),
                ("contact", _("Annan kontakt")),
            ),
        ),
        Choice(
            "origin",
            _("Ingång"),
            sensitivity=OPEN,
            about=(FactKind.STATUS,),
            required=True,
            choices=(
                ("self", _("Personen själv")),
                ("police", _("Polisen")),
                ("probation", _("Frivården")),
                ("school", _("Skolan")),
                ("civil_society", _("Civilsamhället")),
                ("other", _("Annan")),
            ),
            help=_("Vem som tog den första kontakten. Uppgiften är öppen och räknas i statistiken."),
        ),
        Text(
            "reporter",
            _("Vem kontaktade oss?"),
            sensitivity=TEAM,
            help=_("Skriv funktion och verksamhet, till exempel områdespolis."),
        ),
        LongText("matter", _("Vad gäller det?"), sensitivity=TEAM, help=_("Det går bra att skriva kort.")),
        YesNo(
            "conflict_checked",
            _("Är jäv kontrollerat?"),
            sensitivity=TEAM,
            required=True,
            help=_("Kontrollera att ingen som ska arbeta i ärendet känner personen."),
        ),
        YesNo(
            "child_in_household",
            _("Finns det barn i hushållet?"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            required=True,
            help=_("Gör en orosanmälan om ett barn kan fara illa. Det krävs inget samtycke."),
        ),
    ),
    section=SECTION,
    definite=_("aktualiseringen"),
)

FORMS = (CONSULTATION, REGISTRATION)
