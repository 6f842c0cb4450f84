"""Shelter, the children, the one who uses violence as seen from the exposed, and the support that is given."""

from casework.contract import Choice, Choices, Date, FactKind, Form, LongText, Retention, Text, YesNo
from casework.contract import gettext as _
from casework_nara_relation.forms.classes import FIRST, SEALED, SUPPORT, TEAM

CHILDREN = Form(
    "children",
    _("Barn"),
    (
        Text("children", _("Vilket barn gäller det?"), sensitivity=TEAM, about=(FactKind.FAMILY,), required=True),
        YesNo(
            "children.own_case",
            _("Har barnet ett eget ärende?"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            required=True,
        ),
    ),
    many=True,
    section=FIRST,
    help=_("Varje barn får ett eget ärende. Skriv om barnet där."),
    new=_("Nytt barn"),
    about_others=True,
)

CUSTODY = Form(
    "custody",
    _("Vårdnad och umgänge"),
    (
        LongText("custody_status", _("Vårdnad, umgänge och pågående mål"), sensitivity=TEAM, about=(FactKind.FAMILY,)),
        Choice(
            "consent_other_guardian",
            _("Samtycker den andra vårdnadshavaren till skyddat boende?"),
            sensitivity=TEAM,
            choices=(
                ("given", _("Ja, eller det finns ingen annan vårdnadshavare")),
                ("refused", _("Nej")),
                ("not_asked", _("Inte tillfrågad")),
            ),
            help=_("Vid nej prövas skyddat boende för barnet enligt LSkB."),
        ),
    ),
    many=True,
    section=FIRST,
    new=_("Ny uppgift om vårdnad"),
    definite=_("uppgiften"),
)

PERPETRATOR = Form(
    "perpetrator",
    _("Våldsutövaren"),
    (
        Text("perpetrator", _("Vem är det?"), sensitivity=TEAM, required=True),
        Text("perpetrator.relation", _("Relation"), sensitivity=TEAM),
        Choice(
            "perpetrator.knows",
            _("Känner våldsutövaren till kontakten med er?"),
            sensitivity=TEAM,
            required=True,
            choices=(("yes", _("Ja")), ("no", _("Nej")), ("unknown", _("Vet inte"))),
        ),
    ),
    many=True,
    section=FIRST,
    new=_("Ny uppgift om våldsutövaren"),
    definite=_("uppgiften"),
    about_others=True,
)

SHELTER = Form(
    "shelter",
    _("Skyddat boende, plats"),
    (
        Text("shelter.address", _("Adress"), sensitivity=SEALED, about=(FactKind.HOUSING,)),
        Text("shelter.municipality", _("Ort"), sensitivity=SEALED, about=(FactKind.HOUSING,)),
        Text("shelter.provider", _("Utförare"), sensitivity=SEALED, about=(FactKind.HOUSING,)),
    ),
    many=True,
    retention=Retention.SEALED_PLACE,
    section=SUPPORT,
    help=_("Uppgifterna gallras när ärendet har varit avslutat en tid."),
    new=_("Ny plats för skyddat boende"),
)

SHELTER_DECISIONS = Form(
    "shelter.decisions",
    _("Skyddat boende, beslut och domar"),
    (
        Date("shelter.decisions.date", _("Dag"), sensitivity=TEAM, required=True, past=True),
        Choice(
            "shelter.decisions",
            _("Vad gäller det?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("acute", _("Akut skyddat boende beviljas, med den vuxnas samtycke")),
                ("granted", _("Skyddat boende beviljas")),
                ("immediate", _("Omedelbar insats enligt LSkB")),
                ("submission", _("Underställning till domstol")),
                ("application", _("Ansökan till domstol")),
                ("judgment_granted", _("Dom: bifall")),
                ("judgment_refused", _("Dom: avslag")),
                ("ended", _("Skyddat boende upphör")),
            ),
        ),
        LongText("shelter.decisions.text", _("Mer om beslutet"), sensitivity=TEAM, help=_("Skriv ingen plats.")),
    ),
    many=True,
    section=SUPPORT,
    new=_("Nytt beslut eller ny dom"),
    definite=_("beslutet"),
)

WHEREABOUTS = Form(
    "whereabouts",
    _("Hemlig vistelseort"),
    (
        YesNo("whereabouts_secret", _("Är vistelseorten hemlig?"), sensitivity=TEAM, required=True),
        Date("whereabouts_secret.date", _("När beslutades det?"), sensitivity=TEAM, past=True),
        Date("whereabouts_secret.review", _("Övervägs senast"), sensitivity=TEAM),
    ),
    many=True,
    section=SUPPORT,
    new=_("Nytt beslut om vistelseort"),
    definite=_("beslutet"),
)

PARTNER_CONTACT = Form(
    "partnerkontakt",
    _("Partnerkontakt"),
    (
        Date("partnerkontakt.date", _("När?"), sensitivity=TEAM, required=True, past=True),
        LongText("partnerkontakt", _("Vad kom fram?"), sensitivity=TEAM),
    ),
    many=True,
    section=SUPPORT,
    help=_("Får aldrig stå i våldsutövarens ärende."),
    new=_("Ny partnerkontakt"),
    definite=_("partnerkontakten"),
    about_others=True,
)

MEASURES = Form(
    "measures",
    _("Insatser"),
    (
        Choices(
            "measures",
            _("Vilka insatser?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("talks", _("Samtalsstöd")),
                ("housing", _("Boende")),
                ("economy", _("Ekonomi")),
                ("legal", _("Juridiskt stöd")),
                ("child_talks", _("Barnsamtal")),
                ("contact_person", _("Kontaktperson")),
            ),
        ),
        Date("measures.from", _("Från"), sensitivity=TEAM),
        LongText("measures.text", _("Mer om insatserna"), sensitivity=TEAM, help=_("Skriv ingen adress eller ort.")),
    ),
    many=True,
    section=SUPPORT,
    new=_("Nya insatser"),
    definite=_("insatserna"),
)

CHILD_FORMS = (CUSTODY, PERPETRATOR, SHELTER, SHELTER_DECISIONS, WHEREABOUTS, MEASURES)
ADULT_FORMS = (CHILDREN, *CHILD_FORMS, PARTNER_CONTACT)
