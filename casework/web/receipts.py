"""What was just done, told once on the next page. Only a code is kept in the browser's session, never words."""

from __future__ import annotations

from collections.abc import Mapping

from casework.contract import gettext as _
from casework.web import language, request

KEY = "receipt"
WORDS = {
    "signed": _("Signerat och klart. Texten går inte att ändra, men du kan rätta den."),
    "corrected": _("Rättelsen är signerad. Den tidigare texten går fortfarande att läsa."),
    "objected": _("Invändningen är antecknad. Den går med i varje kopia av ärendet."),
    "draft_kept": _("Utkastet är sparat. Bara du kan se det."),
    "draft_gone": _("Utkastet är slängt."),
    "opened": _("Uppgiften är öppen. Den förseglas igen av sig själv."),
    "sealed_again": _("Uppgifterna är förseglade igen."),
}
OF_THE_CASE = WORDS | {
    "registered": _("Ärende {number} är registrerat. Du är handläggare."),
    "kept": _("Ärende {number} är registrerat, och det som kom in ligger i det."),
    "step_taken": _("Ärendet är nu i skedet {state}."),
    "track_moved": _("{track} nu."),
}
"""For the case's first page, which alone knows the rest of the words; another page leaves these receipts to it."""


def leave(code: str) -> None:
    """Keep the code of what was done for the next page."""
    request.browser()[KEY] = code


def take(words: Mapping[str, str] = WORDS, **now: str) -> str:
    """The words for what was done before this page, once; a page with receipts of its own gives their words.

    ``now`` is what the page itself knows, to be told in them: no words are kept.
    """
    browser = request.browser()
    said = language.translate(words[browser.pop(KEY)]) if browser.get(KEY) in words else ""
    return said.format(**now)
