"""What an answer obliges to on the day it is signed, as a task of whoever signs it."""

from casework.contract import Duty
from casework.contract import gettext as _

ADULT = (
    Duty(
        "open_childs_case",
        _("Skapa ett eget ärende för barnet."),
        form="children",
        field="children.own_case",
        equals="no",
    ),
    Duty(
        "see_to_the_children",
        _("Gör det som barnens situation kräver, i barnens egna ärenden."),
        form="declined_support",
        field="children_handled",
        equals="no",
    ),
    Duty(
        "ask_the_police",
        _("Be om polisens riskbedömning, om personen samtycker."),
        form="freda",
        field="police_assessment_asked",
        equals="no",
    ),
    Duty(
        "reassess_safety",
        _("Bedöm säkerheten på nytt och skriv en ny uppföljning."),
        form="followup",
        field="safety_reassessed",
        equals="no",
    ),
)
CHILD = (
    Duty(
        "submit_to_court",
        _("Underställ beslutet om omedelbar insats till domstolen. Det ska vara gjort inom en vecka."),
        form="shelter.decisions",
        field="shelter.decisions",
        equals="immediate",
    ),
    ADULT[-1],
)
