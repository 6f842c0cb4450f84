"""The monthly sample of the log: the same for everybody who asks, and nobody can choose what is in it."""

from __future__ import annotations

import heapq
from datetime import date, timedelta

from casework.core import clock, crypto, keys, log_acts, municipality_settings
from casework.core.db import TenantSession
from casework.core.log_acts import Act

SIZE = "sample_size"


def last_month(today: date) -> date:
    """The first day of the latest month that is over: while a month goes on, its sample is not settled."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def months_before(month: date, many: int) -> list[date]:
    """The first days of the months before one, the earliest first."""
    counted = month.year * 12 + month.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(counted - many, counted)]


def following(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def of_month(session: TenantSession, month: date) -> list[Act]:
    """A month's sample, the earliest act first: the acts with the smallest keyed digests of those that opened a case.

    The key is the record's own, which nobody sees and rotation leaves; the same acts always give the same sample.
    """
    first, end = clock.start_of(month), clock.start_of(following(month))
    secret = keys.of(session).municipality(session, "audit").secret

    def lot(place: tuple[int, int]) -> bytes:
        return crypto.mac(secret, "log-sample/v1", session.municipality, f"{month:%Y-%m}", *place)

    size = municipality_settings.number(session, SIZE)
    # A lot is drawn for each of some ten thousand acts, of which a handful is read.
    return log_acts.at_places(session, heapq.nsmallest(size, log_acts.places(session, first, end), key=lot))
