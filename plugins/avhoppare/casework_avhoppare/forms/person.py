"""Children whom the case concerns, and the rest that is asked about the person."""

from casework.contract import Choice, Date, FactKind, Form, LongText, Retention, YesNo, people
from casework.contract import gettext as _
from casework_avhoppare.forms.classes import SEALED, TEAM

CHILDREN = Form(
    "children",
    _("Barn som berörs"),
    (
        YesNo(
            "children_in_family",
            _("Finns det barn som berörs?"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            help=_("Vid ja utan svar om orosanmälan nedan får du en uppgift på Min dag."),
        ),
        LongText(
            "children_in_family.detail", _("Barnen och deras situation"), sensitivity=TEAM, about=(FactKind.FAMILY,)
        ),
        Choice(
            "children_in_family.report",
            _("Är en orosanmälan gjord?"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            choices=(
                ("made", _("Ja")),
                ("not_needed", _("Nej, det behövs inte")),
                ("open_case", _("Barnet har redan ett ärende")),
            ),
        ),
        Date(
            "children_in_family.report_date",
            _("När gjordes orosanmälan?"),
            sensitivity=TEAM,
            about=(FactKind.FAMILY,),
            past=True,
        ),
    ),
    retention=Retention.CHILD,
    section=people.SECTION,
    about_others=True,
)

FORMS = (
    people.PERSON,
    people.contact(SEALED),
    people.ADDRESS,
    people.GUARDIAN,
    people.RELATION,
    people.MOTPART,
    CHILDREN,
)
