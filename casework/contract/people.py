"""Forms about the person and the people around them, for any focus area; who they are to the case is kept by core.

What is not asked in an area is left out of its forms; a child's file replaces their retention.
"""

from __future__ import annotations

from casework.contract.fields import Choice, Date, FactKind, LongText, Sensitivity, Text, YesNo
from casework.contract.focus import Form, Retention
from casework.contract.language import gettext as _

TEAM = Sensitivity.TEAM
SEALED = Sensitivity.SEALED

SECTION = _("Grunduppgifter")
WHO = _("Skriv som i listan över personer i ärendet.")

LANGUAGES = (
    ("swedish", _("Svenska")),
    ("english", _("Engelska")),
    ("albanian", _("Albanska")),
    ("arabic", _("Arabiska")),
    ("bcs", _("Bosniska, kroatiska eller serbiska")),
    ("dari", _("Dari")),
    ("finnish", _("Finska")),
    ("kurmanji", _("Kurmanji")),
    ("persian", _("Persiska")),
    ("polish", _("Polska")),
    ("romani", _("Romani")),
    ("russian", _("Ryska")),
    ("somali", _("Somaliska")),
    ("sorani", _("Sorani")),
    ("spanish", _("Spanska")),
    ("tigrinya", _("Tigrinja")),
    ("turkish", _("Turkiska")),
    ("ukrainian", _("Ukrainska")),
    ("sign_language", _("Teckenspråk")),
    ("other", _("Annat språk")),
)

PERSON = Form(
    "person",
    _("Om personen"),
    (
        Choice(
            "person.identity_level",
            _("Är identiteten styrkt?"),
            sensitivity=TEAM,
            choices=(("proven", _("Styrkt")), ("likely", _("Sannolik")), ("uncertain", _("Osäker"))),
        ),
        Text("person.alias", _("Kallas"), sensitivity=TEAM, help=_("Det namn ni använder när ni talas vid.")),
        Choice("person.language", _("Språk"), sensitivity=TEAM, choices=LANGUAGES),
        Choice(
            "interpreter",
            _("Tolk"),
            sensitivity=TEAM,
            choices=(("not_needed", _("Behövs inte")), ("needed", _("Behövs"))),
            help=_("Välj en tolk som inte bor på orten och inte hör till kretsen runt personen."),
        ),
        Text("case.ext_number", _("Nummer i verksamhetssystemet"), sensitivity=TEAM),
    ),
    section=SECTION,
)


def contact(sensitivity: Sensitivity) -> Form:
    """The form for how one may get in touch: SEALED where somebody may come to harm by it, else TEAM.

    Of somebody with protected personal data it is sealed in any area.
    """
    return Form(
        "contact",
        _("Säker kontakt"),
        (
            LongText(
                "person.safe_contact",
                _("Säker kontaktväg"),
                sensitivity=sensitivity,
                sealed_if_protected=sensitivity is TEAM,
                help=_("Skriv hur och när ni får höra av er, kodord, och hur ni inte får göra."),
            ),
        ),
        section=SECTION,
    )


ADDRESS = Form(
    "address",
    _("Vistelse och post"),
    (
        Text(
            "person.address_real",
            _("Faktisk vistelseadress"),
            sensitivity=SEALED,
            help=_("Skriv helst vem som har adressen i stället för adressen själv."),
        ),
        Text(
            "person.address_post",
            _("Postadress"),
            sensitivity=TEAM,
            sealed_if_protected=True,
            help=_("Har personen skyddade uppgifter går posten genom Skatteverket."),
        ),
        Text("person.reg_municipality", _("Folkbokföringskommun"), sensitivity=TEAM, sealed_if_protected=True),
    ),
    retention=Retention.SEALED_PLACE,
    section=SECTION,
    help=_("Uppgifterna gallras när ärendet har varit avslutat en tid."),
)

GUARDIAN = Form(
    "guardian",
    _("Vårdnadshavare"),
    (
        Text("who", _("Vem gäller det?"), sensitivity=TEAM, required=True, help=WHO),
        Choice(
            "custody",
            _("Vårdnad"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            choices=(("sole", _("Ensam")), ("joint", _("Gemensam")), ("unclear", _("Oklart"))),
        ),
        Date("evidence_date", _("När är uppgiften kontrollerad?"), sensitivity=TEAM, past=True),
        YesNo("party", _("Är vårdnadshavaren part i ärendet?"), sensitivity=TEAM),
    ),
    many=True,
    retention=Retention.CHILD,
    section=SECTION,
    new=_("Ny vårdnadshavare"),
    about_others=True,
)

RELATION = Form(
    "relation",
    _("Relation"),
    (
        Text("who", _("Vem gäller det?"), sensitivity=TEAM, required=True, help=WHO),
        Choice(
            "type",
            _("Relation till personen"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("child", _("Barn")),
                ("partner", _("Partner")),
                ("former_partner", _("Tidigare partner")),
                ("parent", _("Förälder")),
                ("sibling", _("Syskon")),
                ("opponent", _("Motpart")),
                ("other", _("Annan")),
            ),
        ),
        YesNo("may_not_know", _("Ska ärendet hållas hemligt för den här personen?"), sensitivity=TEAM),
        LongText("detail", _("Mer om relationen"), sensitivity=SEALED),
    ),
    many=True,
    section=SECTION,
    new=_("Ny relation"),
    definite=_("relationen"),
    about_others=True,
)

MOTPART = Form(
    "motpart",
    _("Person som inte får information"),
    (
        Text("who", _("Vem gäller det?"), sensitivity=TEAM, required=True, help=WHO),
        Text(
            "warning",
            _("Vad ska kollegor se upp med?"),
            sensitivity=TEAM,
            help=_("Till exempel att personen brukar ringa och utge sig för att vara någon annan."),
        ),
        LongText("detail", _("Varför får personen inte veta något?"), sensitivity=SEALED),
    ),
    many=True,
    section=SECTION,
    new=_("Ny person som inte får information"),
    about_others=True,
)
