"""The note."""

from casework.contract import Choice, Date, Form, LongText, Retention, Text, Time
from casework.contract import gettext as _
from casework_barn_unga.forms.classes import TEAM

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
    retention=Retention.CHILD,
    section=_("Journal"),
    new=_("Ny anteckning"),
    definite=_("anteckningen"),
)

FORMS = (NOTE,)
