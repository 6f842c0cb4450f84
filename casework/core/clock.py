"""Time as an argument. Stored in UTC, shown and counted in Europe/Stockholm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of what has no end, so that every limit can be compared."""


Clock = Callable[[], datetime]
"""Something that tells the time in UTC."""


def system() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a Swedish clock."""
    return moment.astimezone(STOCKHOLM)


def today(moment: datetime) -> date:
    """The Swedish calendar day of a moment."""
    return local(moment).date()


def last_day(until: datetime) -> date | None:
    """The last Swedish calendar day of what holds until a moment; None for what has no end."""
    return None if until == FOREVER else today(until - timedelta(microseconds=1))


def start_of(day: date) -> datetime:
    """The first moment of a Swedish calendar day, in UTC."""
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)
