"""What is asked of somebody who reports a worry about a child, or asks something: declared fields, frozen when sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework.contract.facts import Refusal
from casework.contract.fields import Choice, Date, Field, LongText, Sensitivity, Text, YesNo
from casework.contract.focus import Form
from casework.contract.language import gettext as _
from casework.core import answers, personal_numbers, persons
from casework.core.frozen import Frozen, Part
from casework.core.handover_named import DONE, SENDER

TEAM = Sensitivity.TEAM
ADULT = 18
REPORT, QUESTION, DISCLOSURE = "report", "question", "disclosure"
TOLD = (("yes", _("Ja")), ("no", _("Nej")), ("unsafe", _("Nej, det kan vara farligt för barnet")))
"""Whether the guardians know of the report."""

_CHILD = (
    Text("child_name", _("Barnets namn"), sensitivity=TEAM, required=True),
    Text(
        "child_number",
        _("Barnets personnummer eller födelsedag"),
        sensitivity=TEAM,
        help=_("Till exempel 20120817-9894 eller 2012-08-17. Lämna tomt om du inte vet."),
    ),
    Text(
        "child_where",
        _("Var finns barnet nu, och hur nås det?"),
        sensitivity=TEAM,
        help=_("Till exempel skolan och klassen. Skriv ingen adress om barnet har skyddade personuppgifter."),
    ),
    YesNo("child_protected", _("Har barnet eller någon i familjen skyddade personuppgifter?"), sensitivity=TEAM),
    Text("guardians", _("Vårdnadshavare"), sensitivity=TEAM, help=_("Namn, och hur de nås om du vet.")),
    Text("siblings", _("Andra barn i familjen"), sensitivity=TEAM),
    Text("interpreter", _("Behövs tolk? Skriv språket"), sensitivity=TEAM),
)
_WORRY = (
    LongText(
        "worry",
        _("Vad har hänt, och vad är oron?"),
        sensitivity=TEAM,
        required=True,
        help=_("Skriv vad som har hänt och vem som har sagt vad. Skilj det du har sett från det du tror."),
    ),
    Date("since", _("Sedan när?"), sensitivity=TEAM, past=True),
    YesNo("danger", _("Är det akut fara för barnet?"), sensitivity=TEAM, required=True),
    LongText("done", DONE, sensitivity=TEAM),
    LongText("child_says", _("Vad säger barnet självt?"), sensitivity=TEAM),
    Choice("guardians_told", _("Vet vårdnadshavarna om anmälan?"), sensitivity=TEAM, required=True, choices=TOLD),
)
_REPORTER = (
    Text(
        "contact",
        _("Kontakt"),
        sensitivity=TEAM,
        required=True,
        help=_("Din funktion och telefon, så att socialtjänsten når dig."),
    ),
)
_QUESTION = (
    Text("subject", _("Vad gäller frågan?"), sensitivity=TEAM, required=True, help=_("En rad.")),
    LongText("question", _("Frågan i sin helhet"), sensitivity=TEAM, required=True),
)
SECTIONS: dict[str, tuple[tuple[str, tuple[Field, ...]], ...]] = {
    REPORT: (
        (_("Barnet"), _CHILD),
        (_("Oron"), _WORRY),
        (SENDER, _REPORTER),
    ),
    QUESTION: ((_("Frågan"), _QUESTION), (SENDER, _REPORTER)),
}
"""What is asked, under its headings, in the order in which it is shown."""
FORMS = {
    kind: Form(kind, label, tuple(field for _heading, fields in SECTIONS[kind] for field in fields))
    for kind, label in ((REPORT, _("Orosanmälan")), (QUESTION, _("Fråga")))
}


def frozen(kind: str, given: Mapping[str, str], sender: str) -> Frozen:
    """The answers as they are sent, each in words under its heading, and nothing for what was left out; by whom."""
    answered = (
        Part(heading, field.label, answers.shown(field, given[field.name]))
        for heading, fields in SECTIONS[kind]
        for field in fields
        if given.get(field.name)
    )
    return Frozen((*answered, Part(SENDER, _("Namn"), sender)))


def problems(kind: str, given: Mapping[str, str], today: date) -> list[Refusal]:
    """What is missing or cannot be so, each at its field: also what no browser has checked."""
    form = FORMS[kind]
    found = [
        Refusal(answers.missing(one), one.name)
        for one in form.fields
        if one.required and not given.get(one.name, "").strip()
    ]
    born = _born(given.get("child_number", ""), today)
    if kind == REPORT and born is not None and persons.age(born, today) >= ADULT:
        words = _("Personen har fyllt 18 år. En orosanmälan gäller barn. Ställ en fråga i stället.")
        found.append(Refusal(words, "child_number"))
    return found


def is_acute(kind: str, given: Mapping[str, str]) -> bool:
    """Whether who reports says that the child is in danger now."""
    return kind == REPORT and given.get("danger") == "yes"


def child(content: Frozen, today: date) -> tuple[str, str]:
    """The name and the personal number of a report's child, for who registers the case; a number only if it is one."""
    said = {part.label: part.text for part in content.parts}
    name, number = (said.get(field.label, "") for field in _CHILD[:2])
    return name, "" if isinstance(personal_numbers.parse(number, today), personal_numbers.Fault) else number


def _born(text: str, today: date) -> date | None:
    """The day somebody was born, by a day or a personal number; None for what says neither."""
    day = answers.day(text, today)
    if day is not None or not text.strip():
        return day
    number = personal_numbers.parse(text, today)
    return None if isinstance(number, personal_numbers.Fault) else number.birth_date
