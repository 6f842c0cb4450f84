"""Answers to declared fields: from what was typed to the one way it is kept, and back to words.

Kept as text: ``2026-11-20``, ``15:30``, ``12.5``, ``yes``/``no``/``unknown``, the name of a choice, names with commas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from casework.contract.fields import Choice, Choices, Date, Field, LongText, Number, Text, Time, YesNo
from casework.contract.language import gettext as _
from casework.core.errors import Refused

LONGEST_LINE = 500
LONGEST_TEXT = 50_000
YES_NO = (("yes", _("Ja")), ("no", _("Nej")), ("unknown", _("Vet inte ännu")))
MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december".split()
)  # names of months are data of the record's language
_DAYS = {"i dag": 0, "idag": 0, "i går": -1, "igår": -1, "i förrgår": -2, "i morgon": 1, "imorgon": 1}
_FULL = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/. -](\d{4}))?")
_TIME = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?")


def parse(field: Field, raw: str | Sequence[str], today: date) -> str | None:
    """What was typed, as it is kept, or None for no answer; raises Refused saying what to do."""
    texts = [raw] if isinstance(raw, str) else list(raw)
    typed = [text.strip() for text in texts if text.strip()]
    if not typed:
        if field.required:
            raise _refused(field, missing(field))
        return None
    if isinstance(field, Choices):
        return ",".join(_choice(field, name) for name in dict.fromkeys(typed))
    return _single(field, typed[0], today)


def missing(field: Field) -> str:
    """What to do about a required question without an answer, such as ``Välj typ av händelse``."""
    verb = _("Välj") if isinstance(field, Choice | YesNo) else _("Skriv")
    return _verbed(verb, field.label)


def shown(field: Field, canonical: str) -> str:
    """A kept answer in words; what the field no longer knows is shown as it is kept."""
    if not canonical:
        return ""
    try:
        return _shown(field, canonical)
    except (ValueError, InvalidOperation):
        return canonical


def in_words(one: date) -> str:
    """``24 november 2026``."""
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


def typed(field: Field, canonical: str) -> list[str]:
    """A kept answer as it would be typed: to begin a correction with."""
    if isinstance(field, Choices):
        return canonical.split(",")
    if isinstance(field, Time):
        return [canonical.replace(":", ".")]
    return [canonical.replace(".", ",") if isinstance(field, Number) else canonical]


def day(text: str, today: date) -> date | None:
    """The day that was meant by ``2026-11-20``, ``20/11`` or ``i går``, or None; 20/11 is the one nearest in time."""
    plain = " ".join(text.casefold().split())
    if plain in _DAYS:
        return today + timedelta(days=_DAYS[plain])
    full, short = _FULL.fullmatch(plain), _SHORT.fullmatch(plain)
    try:
        if full:
            return date(int(full[1]), int(full[2]), int(full[3]))
        if short and short[3]:
            return date(int(short[3]), int(short[2]), int(short[1]))
        if short:
            return _nearest(int(short[1]), int(short[2]), today)
    except ValueError:
        return None
    return None


def clock_time(text: str) -> time | None:
    """The time of day that was meant by ``15.30``, ``15:30``, ``1530`` or ``9``, or None."""
    plain = text.strip().casefold()
    if plain.isdigit() and len(plain) in {3, 4}:
        plain = f"{plain[:-2]}.{plain[-2:]}"
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        return None


def _single(field: Field, text: str, today: date) -> str:
    if isinstance(field, Date):
        found = day(text, today)
        if found is None:
            raise _refused(field, _("Skriv datumet så här: 2026-11-20."))
        return found.isoformat()
    if isinstance(field, Time):
        at = clock_time(text)
        if at is None:
            raise _refused(field, _("Skriv tiden så här: 15.30."))
        return at.strftime("%H:%M")
    if isinstance(field, Number):
        return _number(field, text)
    if isinstance(field, YesNo):
        if text not in dict(YES_NO):
            raise _refused(field, _("Välj ja, nej eller vet inte ännu."))
        return text
    if isinstance(field, Choice):
        return _choice(field, text)
    return _text(field, text)


def _text(field: Field, text: str) -> str:
    longest = LONGEST_TEXT if isinstance(field, LongText) else LONGEST_LINE
    if len(text) > longest:
        raise _refused(field, _("Korta texten till högst {count} tecken.").format(count=longest))
    return text.replace("\r\n", "\n") if not isinstance(field, Text) else " ".join(text.split())


def _choice(field: Choice, name: str) -> str:
    if name not in dict(field.choices):
        raise _refused(field, _verbed(_("Välj"), field.label))
    return name


def _number(field: Number, text: str) -> str:
    plain = re.sub(r"\s", "", text).replace(",", ".").replace("−", "-")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", plain):
        raise _refused(field, _("Skriv ett tal, till exempel 12 eller 12,5.") if field.decimals else _whole())
    number = Decimal(plain)
    kept = number.quantize(Decimal(1).scaleb(-field.decimals))
    if kept != number:
        raise _refused(
            field, _("Skriv högst {count} decimaler.").format(count=field.decimals) if field.decimals else _whole()
        )
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise _refused(field, _bounds(low, high))
    return format(number.normalize(), "f")


def _whole() -> str:
    return _("Skriv ett helt tal, till exempel 12.")


def _bounds(low: int | None, high: int | None) -> str:
    if high is None:
        return _("Skriv ett tal som är minst {low}.").format(low=low)
    if low is None:
        return _("Skriv ett tal som är högst {high}.").format(high=high)
    return _("Skriv ett tal från {low} till {high}.").format(low=low, high=high)


def _shown(field: Field, canonical: str) -> str:
    if isinstance(field, Date):
        return in_words(date.fromisoformat(canonical))
    if isinstance(field, Time):
        return canonical.replace(":", ".")
    if isinstance(field, YesNo | Choice):
        labels = dict(YES_NO if isinstance(field, YesNo) else field.choices)
        names = canonical.split(",") if isinstance(field, Choices) else [canonical]
        return ", ".join(labels.get(name, name) for name in names)
    if isinstance(field, Number):
        whole, _point, part = format(Decimal(canonical), "f").partition(".")
        number = f"{int(whole):,}".replace(",", "\N{NO-BREAK SPACE}") + (f",{part}" if part else "")
        return f"{number} {field.unit}".strip()
    return canonical


def _nearest(day_: int, month: int, today: date) -> date:
    years = [year for year in (today.year - 1, today.year, today.year + 1) if _is_day(year, month, day_)]
    return min((date(year, month, day_) for year in years), key=lambda one: abs((one - today).days))


def _is_day(year: int, month: int, day_: int) -> bool:
    try:
        date(year, month, day_)
    except ValueError:
        return False
    return True


def _verbed(verb: str, label: str) -> str:
    plain = label.strip().rstrip(".")
    if plain.endswith("?"):
        return _("Svara på frågan: {label}").format(label=plain)
    lowered = plain if plain[:2].isupper() else plain[:1].lower() + plain[1:]
    return f"{verb} {lowered}."


def _refused(field: Field, reason: str) -> Refused:
    return Refused.because(reason, field.name)
