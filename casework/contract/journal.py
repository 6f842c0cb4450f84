"""The note of a journal, ready for any focus area."""

from __future__ import annotations

from casework.contract.fields import Choice, Date, Field, LongText, Sensitivity, Text, Time
from casework.contract.focus import Form, Retention
from casework.contract.language import gettext as _

TEAM = Sensitivity.TEAM


def note(*more: Field, retention: Retention = Retention.CASE) -> Form:
    """What happened, what was said and what the author makes of it; ``more`` is what an area asks besides."""
    return Form(
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
            *more,
        ),
        many=True,
        may_seal=True,
        retention=retention,
        section=_("Journal"),
        new=_("Ny anteckning"),
        definite=_("anteckningen"),
    )
