"""The mapping: what is known in each part of life, by which method, and what the police have told."""

from casework.contract import Choice, Date, FactKind, Form, LongText, Retention, Text, YesNo
from casework.contract import gettext as _
from casework_barn_unga.forms.classes import MAPPING, PARTNERS, TEAM

_PARTS = (
    ("school", _("Skola")),
    ("home", _("Hem")),
    ("friends", _("Kamrater")),
    ("leisure", _("Fritid")),
    ("health", _("Hälsa")),
    ("drugs", _("Droger")),
    ("crime", _("Brott")),
)

MAPPING_FORM = Form(
    "mapping",
    _("Kartläggning"),
    (
        *(LongText(f"mapping.{name}", label, sensitivity=TEAM, shared_with=PARTNERS) for name, label in _PARTS),
        LongText(
            "mapping.strengths",
            _("Styrkor"),
            sensitivity=TEAM,
            required=True,
            shared_with=PARTNERS,
            help=_("Skriv vad som skyddar: vuxna, intressen, det som går bra."),
        ),
    ),
    retention=Retention.CHILD,
    section=MAPPING,
    help=_("Samverkansparterna ser bara de delar som samtycket täcker."),
    definite=_("kartläggningen"),
)

INSTRUMENT = Form(
    "instrument",
    _("Bedömningsmetod"),
    (
        Choice(
            "instrument",
            _("Metod"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("ester", _("ESTER")),
                ("savry", _("SAVRY")),
                ("earl", _("EARL-20B eller EARL-21G")),
                ("adad", _("ADAD")),
                ("other", _("Annan")),
            ),
        ),
        Date("instrument.date", _("När gjordes bedömningen?"), sensitivity=TEAM, required=True, past=True),
        Text("instrument.by", _("Vem gjorde den?"), sensitivity=TEAM),
        Choice(
            "instrument.level",
            _("Nivå"),
            sensitivity=TEAM,
            choices=(("low", _("Låg")), ("medium", _("Medel")), ("high", _("Hög"))),
            help=_("Skriv bara den sammanvägda nivån, inga svar på enskilda frågor."),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=MAPPING,
    new=_("Ny bedömning"),
    definite=_("bedömningen"),
)

POLICE_SAY_YES = ("crime_info.may_be_told", "yes")
"""Only the police decide whether what they told may be told on, and that they told anything."""
CRIME_INFO = Form(
    "crime_info",
    _("Uppgifter från polisen"),
    (
        Date(
            "crime_info.date",
            _("När lämnade polisen uppgiften?"),
            sensitivity=TEAM,
            required=True,
            past=True,
            about=(FactKind.CRIME,),
            told_if=POLICE_SAY_YES,
        ),
        LongText(
            "crime_info",
            _("Vad sade polisen?"),
            sensitivity=TEAM,
            required=True,
            shared_with=PARTNERS,
            told_if=POLICE_SAY_YES,
        ),
        YesNo(
            "crime_info.may_be_told",
            _("Har polisen beslutat att de andra får veta?"),
            sensitivity=TEAM,
            required=True,
            about=(FactKind.CRIME,),
            told_if=POLICE_SAY_YES,
            help=_("Bara polisen avgör om uppgiften får lämnas vidare."),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=MAPPING,
    new=_("Ny uppgift från polisen"),
    definite=_("uppgiften"),
)

FORMS = (MAPPING_FORM, INSTRUMENT, CRIME_INFO)
