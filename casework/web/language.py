"""The words on the screen: Swedish is the source, catalogues hold the rest; and how days, times and figures read."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import cast

from babel import dates, numbers, support
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_request_context
from markupsafe import Markup, escape

from casework.core import clock

LOCALES = ("sv", "en")
OWN = Path(__file__).parent / "translations"
DOMAIN = "messages"
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\.?")


class Catalogues:
    """The program's own translations and those of its plugins, merged; read from the .po files, once."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self.of = functools.cache(self._of)

    def _of(self, locale: str) -> support.NullTranslations:
        found: support.NullTranslations = support.NullTranslations()
        for folder in self._folders:
            path = folder / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
            if path.exists():
                own = _translations(path, locale)
                found = own if not isinstance(found, support.Translations) else found.merge(own)
        return found


def _translations(path: Path, locale: str) -> support.Translations:
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale))
    compiled.seek(0)
    return support.Translations(compiled)


def current_locale() -> str:
    """The language of the page."""
    return cast(str, g.get("locale", "sv")) if has_request_context() else "sv"


def translate(text: str) -> str:
    """A marked text of core, a plugin or the web in the language of the page."""
    return _catalogue().ugettext(str(text)) if text else ""


def translate_plural(one: str, many: str, count: int) -> str:
    """The singular or the plural of a text, without its number filled in."""
    return _catalogue().ungettext(one, many, count)


def _catalogue() -> support.NullTranslations:
    catalogues = cast(Catalogues, current_app.extensions["catalogues"])
    return catalogues.of(current_locale())


def _format() -> str:
    return {"en": "en_GB"}.get(current_locale(), current_locale())


def _today() -> date:
    return clock.today(current_app.extensions["casework"].clock())


def _local(moment: date | datetime) -> date:
    return clock.local(moment).date() if isinstance(moment, datetime) else moment


def _written(pattern: str, one: date) -> str:
    # CLDR writes "nov." with a stop; the guide writes the months and days without.
    return dates.format_date(one, pattern, locale=_format()).replace(".", "")


def day(moment: date | datetime | None) -> str:
    """``tis 24 november``, with the year if it is not this one."""
    if moment is None:
        return ""
    one = _local(moment)
    return _written("EEE d MMMM" if one.year == _today().year else "EEE d MMMM y", one)


def short_day(moment: date | datetime | None) -> str:
    """``24 nov``, with the year if it is not this one."""
    if moment is None:
        return ""
    one = _local(moment)
    return _written("d MMM" if one.year == _today().year else "d MMM y", one)


def time_of_day(moment: datetime | None) -> str:
    """``15.30``."""
    return "" if moment is None else clock.local(moment).strftime("%H.%M")


def day_and_time(moment: datetime | None) -> str:
    """``24 nov 15.30``."""
    return "" if moment is None else f"{short_day(moment)} {time_of_day(moment)}"


def ago_day(moment: date | datetime | None) -> str:
    """``I dag``, ``I morgon``, ``3 dagar sen`` for what is late, else the short day."""
    if moment is None:
        return ""
    days = (_local(moment) - _today()).days
    if days == 0:
        return translate("I dag")
    if days == 1:
        return translate("I morgon")
    if days < 0:
        return translate_plural("1 dag sen", "%(num)d dagar sen", -days) % {"num": -days}
    return short_day(moment)


def lower_first(text: str) -> str:
    """A label as it stands inside a sentence; one that begins with an abbreviation keeps its letters."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def whole_dates(text: str) -> Markup:
    """A text whose dates, such as 2026-11-20, are never broken between two lines."""
    return Markup(DATE.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))  # noqa: S704 it is escaped


def number(value: float | None) -> str:
    """A figure with Swedish decimals and groups."""
    return "" if value is None else numbers.format_decimal(value, locale=_format())


def speak(app: Flask, plugin_folders: Iterable[Path]) -> None:
    """Give templates ``_``, ``ngettext``, ``trans`` and the filters."""
    app.extensions["catalogues"] = Catalogues([OWN, *plugin_folders])
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters |= {
        "ago_day": ago_day,
        "clock": time_of_day,
        "day": day,
        "lower_first": lower_first,
        "moment": day_and_time,
        "number": number,
        "short_day": short_day,
        "t": translate,
        "whole_dates": whole_dates,
    }
