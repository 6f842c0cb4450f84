"""Which browser somebody uses, in plain words: reduced to a make and a system before anything is stored."""

from __future__ import annotations

from casework.contract import gettext as _
from casework.web import language

MAKES = (("Edg/", "edge"), ("Firefox/", "firefox"), ("OPR/", "opera"), ("Chrome/", "chrome"), ("Safari/", "safari"))
SYSTEMS = (
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("Macintosh", "mac"),
    ("CrOS", "chromeos"),
    ("Linux", "linux"),
)
"""What a browser's name for itself holds, the most telling first."""
NAMES = {
    "edge": "Edge",
    "firefox": "Firefox",
    "opera": "Opera",
    "chrome": "Chrome",
    "safari": "Safari",
    "iphone": "iPhone",
    "ipad": "iPad",
    "android": "Android",
    "windows": "Windows",
    "mac": "Mac",
    "chromeos": "ChromeOS",
    "linux": "Linux",
}


def code(user_agent: str) -> str:
    """The make and the system of a browser, as they are stored."""
    return f"{_first(MAKES, user_agent)}.{_first(SYSTEMS, user_agent)}"


def words(stored: str) -> str:
    """``Firefox på Windows``, or what of it is known."""
    make, _dot, system = stored.partition(".")
    if make in NAMES and system in NAMES:
        return language.translate(_("{make} på {system}")).format(make=NAMES[make], system=NAMES[system])
    return NAMES.get(make) or NAMES.get(system) or language.translate(_("Okänd webbläsare"))


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in marks if mark in user_agent), "other")
