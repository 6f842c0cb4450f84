"""The review of the log in words: what was done, and in one sentence why it is shown. Never who a case is about."""

from __future__ import annotations

import json
from collections.abc import Mapping

from casework.contract import gettext as _
from casework.core.actions import Action
from casework.core.log_acts import Act
from casework.core.log_deviations import RULES, Deviation
from casework.core.log_review import Line
from casework.web import language
from casework.web.act_words import PAGES, WORDS
from casework.web.counting import in_words

LABELS: Mapping[str, str] = dict(RULES)
WHY: Mapping[str, str] = {
    "own_case": _(
        "{name} öppnade {number}. En person i ärendet heter likadant. Det kan vara någon annan: "
        "de anställdas personnummer finns inte här att jämföra med."
    ),
    "same_name": _("{name} öppnade {number}. Den som ärendet gäller har samma efternamn."),
    "no_tie": _(
        "{name} öppnade {number}, har inte arbetat i ärendet inom 14 dagar före eller efter "
        "och var inte handläggare i det."
    ),
    "many": _("{name} öppnade {count} ärenden {day}. Det brukar vara {usual} om dagen."),
    "many_first": _("{name} öppnade {count} ärenden {day}. Det finns inga tidigare dagar att jämföra med."),
    "again": _("{name} öppnade {number} vid {count} tillfällen {day} utan att arbeta i ärendet den dagen."),
    "odd_hours": _(
        "{name} öppnade {number} klockan {time} {day}. Det är utanför vardagar 6–20, och {name} hade inte jour."
    ),
    "told_wrongly": _("{name} antecknade i {number} att något hade lämnats ut muntligt. Ingen godkände det."),
}
GONE = _("ett gallrat ärende")


def why(line: Line, deviation: Deviation) -> str:
    """One sentence that says why an act was picked out."""
    first = deviation.rule == "many" and not deviation.usual
    said = language.translate(WHY["many_first" if first else deviation.rule])
    return said.format(
        name=line.name,
        number=line.number or language.translate(GONE),
        count=in_words(deviation.count),
        usual=language.translate(_("ett")) if deviation.usual == 1 else in_words(deviation.usual),
        day=language.day(line.act.at),
        time=language.time_of_day(line.act.at),
    )


def what(act: Act) -> str:
    """What was done, without a word of what was seen."""
    words = WORDS.get(act.action, act.action)
    if act.action == Action.CASE_OPENED:
        words = PAGES.get(str(json.loads(act.detail).get("page", "")), words)
    said = language.translate(words)
    return said if act.outcome == "done" else language.translate(_("Nekades: {what}")).format(what=said)
