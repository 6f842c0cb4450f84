"""What concerns the safety of the adult or the child who is exposed."""

from casework.contract import Choice, Choices, Date, FactKind, Form, LongText, Text, Time
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import FIRST, RISK, SEALED, TEAM, TO_POLICE

SAFE_CONTACT = Form(
    "safe_contact",
    _("Säker kontakt"),
    (
        Text(
            "person.safe_contact", _("Säker kontaktväg"), sensitivity=SEALED, help=_("Till exempel telefon och kodord.")
        ),
        LongText(
            "contact_rules",
            _("Hur får ni höra av er?"),
            sensitivity=SEALED,
            help=_("Skriv kanal, tider, vad ni inte får skriva eller säga, och vilka ni ska säga att ni är."),
        ),
    ),
    section=FIRST,
)

ACUTE_ASSESSMENT = Form(
    "acute_assessment",
    _("Akut skyddsbedömning"),
    (
        Date("acute_assessment.date", _("När gjordes bedömningen?"), sensitivity=TEAM, required=True, past=True),
        Time("acute_assessment.time", _("Klockslag"), sensitivity=TEAM),
        Text("acute_assessment.by", _("Vem gjorde bedömningen?"), sensitivity=TEAM),
        Choice(
            "acute_assessment",
            _("Hur stort är skyddsbehovet?"),
            sensitivity=TEAM,
            required=True,
            choices=(("none", _("Inget")), ("limited", _("Begränsat")), ("extensive", _("Omfattande"))),
        ),
        LongText(
            "acute_assessment.measure",
            _("Vad gör ni nu?"),
            sensitivity=TEAM,
            help=_("Skriv ingen adress eller ort. Ring 112 vid fara för liv, annars 114 14."),
        ),
    ),
    many=True,
    section=RISK,
    new=_("Ny akut skyddsbedömning"),
    definite=_("skyddsbedömningen"),
)

RISK_SIGNALS = Form(
    "risk_signals",
    _("Varningstecken"),
    (
        Choices(
            "risk_signals",
            _("Vilka tecken finns?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("strangling", _("Strypning")),
                ("death_threat", _("Hot om att döda")),
                ("weapon", _("Vapen")),
                ("jealousy", _("Svartsjuka eller kontroll")),
                ("separation", _("Separation")),
                ("stalking", _("Förföljelse")),
                ("pregnancy", _("Graviditet")),
                ("suicide_threat", _("Hot om självmord")),
            ),
            help=_("Flera tecken samtidigt, eller ett nytt, kräver en ny riskbedömning."),
        ),
    ),
    many=True,
    section=RISK,
    new=_("Nya varningstecken"),
    definite=_("varningstecknen"),
)

SAFETY_PLAN = Form(
    "safety_plan",
    _("Säkerhetsplan"),
    (LongText("safety_plan", _("Säkerhetsplan"), sensitivity=SEALED, required=True),),
    many=True,
    section=RISK,
    new=_("Ny säkerhetsplan"),
    definite=_("säkerhetsplanen"),
)

DIGITAL_SAFETY = Form(
    "digital_safety",
    _("Digital säkerhet"),
    (
        LongText(
            "digital_safety",
            _("Vad har ni gått igenom?"),
            sensitivity=SEALED,
            help=_("Spårning, delade konton, bluetoothbrickor, bilen och barnens enheter."),
        ),
    ),
    section=RISK,
)

POLICE = Form(
    "police",
    _("Till polisen"),
    (
        Text("police_status", _("Kontaktväg"), sensitivity=TEAM, shared_with=TO_POLICE),
        Choice(
            "police_status.need",
            _("Skyddsbehov"),
            sensitivity=TEAM,
            shared_with=TO_POLICE,
            choices=(("none", _("Inget")), ("limited", _("Begränsat")), ("extensive", _("Omfattande"))),
        ),
        LongText(
            "police_status.measures", _("Vad är ni överens om att göra?"), sensitivity=TEAM, shared_with=TO_POLICE
        ),
        Date(
            "police_status.next",
            _("Nästa avstämning"),
            sensitivity=TEAM,
            about=(FactKind.STATUS,),
            shared_with=TO_POLICE,
        ),
    ),
    section=RISK,
    help=_("Polisen ser inget av detta förrän det lämnas ut med en grund."),
)

FORMS = (ACUTE_ASSESSMENT, RISK_SIGNALS, SAFETY_PLAN, DIGITAL_SAFETY)
