"""The young person, school and leisure, and why the case is there."""

from casework.contract import Choice, Choices, Date, Form, LongText, Number, Retention, Text, YesNo
from casework.contract import gettext as _
from casework_barn_unga.forms.classes import FIRST, PARTNERS, TEAM

YOUNG_PERSON = Form(
    "young_person",
    _("Om den unga"),
    (
        Number("age_at_start", _("Ålder när ärendet började"), sensitivity=TEAM, minimum=0, maximum=25, unit=_("år")),
        Choice(
            "gender",
            _("Kön"),
            sensitivity=TEAM,
            choices=(
                ("girl", _("Flicka eller kvinna")),
                ("boy", _("Pojke eller man")),
                ("other", _("Annan könsidentitet")),
                ("unknown", _("Vet inte")),
            ),
        ),
    ),
    retention=Retention.CHILD,
    section=FIRST,
)

REASON = Form(
    "reason",
    _("Anledning"),
    (
        Choices(
            "reason",
            _("Varför föreslås SSPF?"),
            sensitivity=TEAM,
            required=True,
            shared_with=PARTNERS,
            choices=(
                ("crime", _("Misstanke om brottsliga handlingar")),
                ("drugs", _("Bruk eller försäljning av alkohol eller narkotika")),
                ("environment", _("Vistas i riskmiljöer")),
                ("friends", _("Oro kring kamrater")),
                ("absence", _("Hög skolfrånvaro")),
                ("norm_breaking", _("Normbrytande beteende")),
                ("change", _("Förändrat beteende")),
                ("school", _("Svårigheter i skolan")),
            ),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=FIRST,
    new=_("Ny anledning"),
    definite=_("anledningen"),
)

CONCERN = Form(
    "concern",
    _("Oron"),
    (
        LongText(
            "concern_text",
            _("Vad oroar?"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv vad någon har sett eller hört, och vem som har berättat det."),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=FIRST,
    new=_("Ny beskrivning av oron"),
    definite=_("beskrivningen"),
)

INVESTIGATION = Form(
    "investigation",
    _("Utredning hos socialtjänsten"),
    (
        YesNo(
            "investigation_open",
            _("Pågår en utredning?"),
            sensitivity=TEAM,
            required=True,
            help=_("Samverkansparterna får inte veta svaret utan en särskild grund."),
        ),
        Date("investigation_open.date", _("När inleddes den?"), sensitivity=TEAM, past=True),
    ),
    many=True,
    retention=Retention.CHILD,
    section=FIRST,
    new=_("Ny uppgift om utredning"),
    definite=_("uppgiften"),
)

SCHOOL = Form(
    "school",
    _("Skola"),
    (
        Text("school", _("Skola"), sensitivity=TEAM, shared_with=PARTNERS, sealed_if_protected=True),
        Text("class", _("Klass"), sensitivity=TEAM, shared_with=PARTNERS, sealed_if_protected=True),
        Text("mentor", _("Mentor"), sensitivity=TEAM, shared_with=PARTNERS, sealed_if_protected=True),
        LongText(
            "absence",
            _("Frånvaro"),
            sensitivity=TEAM,
            shared_with=PARTNERS,
            help=_("Skriv hur mycket, sedan när, och vad skolan har gjort."),
        ),
    ),
    retention=Retention.CHILD,
    section=FIRST,
)

LEISURE = Form(
    "leisure",
    _("Fritid"),
    (LongText("leisure", _("Fritid och föreningar"), sensitivity=TEAM, shared_with=PARTNERS),),
    retention=Retention.CHILD,
    section=FIRST,
)

FORMS = (YOUNG_PERSON, REASON, CONCERN, INVESTIGATION, SCHOOL, LEISURE)
