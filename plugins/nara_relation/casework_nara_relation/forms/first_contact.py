"""What is written when a matter comes in, one form for each kind of file."""

from casework.contract import Choice, Date, FactKind, Form, LongText, Retention, YesNo
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import FIRST, SUPPORT, TEAM

_RECEIVED = (
    Date("received_date", _("När kom ärendet in?"), sensitivity=TEAM, required=True, past=True),
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
)

REGISTRATION_ADULT = Form(
    "registration",
    _("Aktualisering"),
    (
        *_RECEIVED,
        YesNo("safe_contact_asked", _("Har ni frågat hur ni kan höra av er säkert?"), sensitivity=TEAM),
        LongText("matter", _("Vad gäller det?"), sensitivity=TEAM),
        YesNo(
            "child_in_household",
            _("Finns det barn i hushållet?"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            help=_("Varje barn får ett eget ärende."),
        ),
    ),
    section=FIRST,
    definite=_("aktualiseringen"),
)

REGISTRATION_CHILD = Form(
    "registration",
    _("Aktualisering"),
    (
        *_RECEIVED,
        Choice(
            "victim.role",
            _("Barnets situation"),
            sensitivity=TEAM,
            choices=(("child_exposed", _("Utsatt för våld")), ("child_witness", _("Har bevittnat våld"))),
        ),
        LongText("matter", _("Vad gäller det?"), sensitivity=TEAM),
    ),
    retention=Retention.CHILD,
    section=FIRST,
    definite=_("aktualiseringen"),
)

REGISTRATION_OFFENDER = Form(
    "registration",
    _("Aktualisering"),
    (*_RECEIVED, LongText("matter", _("Vad gäller det?"), sensitivity=TEAM)),
    section=FIRST,
    help=_("Skriv inget om den våldsutsatta eller om barnens ärenden. Personen har rätt att läsa sin akt."),
    definite=_("aktualiseringen"),
)

SAFETY_CHECK = Form(
    "safety_check",
    _("Kontroll före kontakt"),
    (
        Date("date", _("När gjordes kontrollen?"), sensitivity=TEAM, required=True, past=True),
        YesNo("safe_to_contact", _("Kan ni kontakta personen utan risk för andra?"), sensitivity=TEAM, required=True),
    ),
    many=True,
    section=FIRST,
    help=_("Gör kontrollen före varje kontakt. Skriv inte hur den gjordes eller vem du pratade med."),
    new=_("Ny kontroll före kontakt"),
    definite=_("kontrollen"),
)

OFFER = Form(
    "offer",
    _("Erbjuden insats"),
    (
        Date("perp.offer.date", _("När erbjöds insatsen?"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "perp.offer",
            _("Svar"),
            sensitivity=TEAM,
            choices=(("accepted", _("Ja")), ("declined", _("Nej")), ("waiting", _("Har inte svarat"))),
        ),
        LongText("perp.offer.text", _("Vad erbjöds?"), sensitivity=TEAM),
    ),
    many=True,
    section=SUPPORT,
    new=_("Nytt erbjudande om insats"),
    definite=_("erbjudandet"),
)

ASSESSMENT = Form(
    "assessment",
    _("Bedömning"),
    (
        Date("assessment.date", _("När gjordes bedömningen?"), sensitivity=TEAM, required=True, past=True),
        LongText("assessment", _("Vad behöver personen för att sluta använda våld?"), sensitivity=TEAM, required=True),
        LongText("assessment.own_view", _("Vad säger personen själv?"), sensitivity=TEAM),
    ),
    many=True,
    section=SUPPORT,
    new=_("Ny bedömning"),
    definite=_("bedömningen"),
)
