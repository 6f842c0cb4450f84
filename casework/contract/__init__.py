"""The door between casework and its plugins. A plugin imports from here and from nowhere else in casework."""

from casework.contract import exchange, journal, people
from casework.contract.facts import ActorFacts, CaseFacts, Event, Refusal
from casework.contract.fields import (
    Agency,
    Choice,
    Choices,
    Date,
    FactKind,
    Field,
    LongText,
    Number,
    Sensitivity,
    Text,
    Time,
    YesNo,
)
from casework.contract.focus import (
    API,
    CaseType,
    ConsentNeed,
    Deadline,
    DocumentKind,
    Duty,
    FocusArea,
    Form,
    PlanKind,
    Related,
    Retention,
    Side,
    Statistic,
)
from casework.contract.hooks import hookimpl
from casework.contract.identifiers import identifier_in
from casework.contract.language import gettext
from casework.contract.participation import Part, Participation
from casework.contract.workflow import Guard, Level, SideTrack, State, Transition, Workflow

__all__ = [
    "API",
    "ActorFacts",
    "Agency",
    "CaseFacts",
    "CaseType",
    "Choice",
    "Choices",
    "ConsentNeed",
    "Date",
    "Deadline",
    "DocumentKind",
    "Duty",
    "Event",
    "FactKind",
    "Field",
    "FocusArea",
    "Form",
    "Guard",
    "Level",
    "LongText",
    "Number",
    "Part",
    "Participation",
    "PlanKind",
    "Refusal",
    "Related",
    "Retention",
    "Sensitivity",
    "Side",
    "SideTrack",
    "State",
    "Statistic",
    "Text",
    "Time",
    "Transition",
    "Workflow",
    "YesNo",
    "exchange",
    "gettext",
    "hookimpl",
    "identifier_in",
    "journal",
    "people",
]
