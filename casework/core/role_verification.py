"""Whether the groups of roles by which the database keeps roles apart are those that the memberships make."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from casework.core.models import Membership, RoleHolding
from casework.core.permissions import Role, group_of
from casework.core.row_verification import RowFault, Sessions

TABLE = RoleHolding.__tablename__
Held = tuple[str, str, datetime, datetime]


def faults(sessions: Sessions, codes: Iterable[str]) -> list[RowFault]:
    """Every row that no membership of any municipality makes, or makes otherwise, and every one that is missing.

    The database writes these rows itself, so the record of changes does not know them: they are recomputed.
    """
    made = {id_: held for code in codes for id_, held in _made(sessions, code).items()}
    with sessions(None) as session:
        rows = session.scalars(select(RoleHolding)).all()
        there = {one.membership_id: (one.account_id, one.role_group, one.valid_from, one.valid_until) for one in rows}
    return [
        RowFault(TABLE, key, _how(made.get(key), there.get(key)), None, None)
        for key in sorted(made.keys() | there.keys())
        if made.get(key) != there.get(key)
    ]


def _made(sessions: Sessions, code: str) -> dict[str, Held]:
    with sessions(code) as session:
        return {
            one.id: (one.account_id, group, one.valid_from, one.valid_until)
            for one in session.scalars(select(Membership))
            if one.valid_from < one.valid_until and (group := group_of(Role(one.role))) is not None
        }


def _how(made: Held | None, there: Held | None) -> str:
    if there is None:
        return "row_gone"
    return "row_put_in" if made is None else "row_changed"
