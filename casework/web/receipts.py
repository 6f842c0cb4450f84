"""What was just done, told once on the next page. Only a code is kept in the browser's session, never words."""

from __future__ import annotations

from collections.abc import Mapping

from casework.contract import gettext as _
from casework.web import language, request

KEY = "receipt"
WORDS = {
    "signed": _("Signerat och klart. Texten går inte att ändra, men du kan rätta den."),
    "corrected": _("Rättelsen är signerad. Den tidigare texten går fortfarande att läsa."),
    "draft_kept": _("Utkastet är sparat. Bara du kan se det."),
    "draft_gone": _("Utkastet är slängt."),
    "opened": _("Uppgiften är öppen. Den förseglas igen av sig själv."),
    "step_taken": _("Steget är taget."),
    "sealed_again": _("Uppgifterna är förseglade igen."),
}


def leave(code: str) -> None:
    """Keep the code of what was done for the next page."""
    request.browser()[KEY] = code


def take(words: Mapping[str, str] = WORDS) -> str:
    """The words for what was done before this page, once; a page with receipts of its own gives their words."""
    browser = request.browser()
    return language.translate(words[browser.pop(KEY)]) if browser.get(KEY) in words else ""
