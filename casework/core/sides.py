"""Separate teams: who is let into files on one side of this sort is not let into those on the other.

To be named, to be asked to decide something and to break the glass all count.

Whether two files are linked is never asked here. A refusal that came from a link would tell whoever meets it, at the
file of somebody who uses violence, that somebody is hidden from them; this one says where a colleague works.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from casework.contract.focus import Side
from casework.contract.language import gettext as _
from casework.core import access, municipality_settings, opposite, organisations
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.models import Case

OTHER = {Side.PROTECTED: Side.ADVERSE, Side.ADVERSE: Side.PROTECTED}
MONTH = timedelta(days=31)
WORDS = {
    Side.PROTECTED: _(
        "Kollegan har eller har haft ärenden om våldsutövare. De som arbetar med dem arbetar inte med våldsutsatta."
    ),
    Side.ADVERSE: _(
        "Kollegan har eller har haft ärenden om våldsutsatta. De som arbetar med dem arbetar inte med våldsutövare."
    ),
}
"""What is said of a colleague who works on the other side of a case."""
REGISTERING = _(
    "Du har eller har haft ärenden om våldsutsatta. De som arbetar med dem registrerar inte ärenden om våldsutövare. "
    "Be en kollega."
)


def works_on_the_other(session: TenantSession, case: Case, account_id: str) -> bool:
    """Whether somebody is let into the other side of a case, or was some months ago: in any file, linked or not.

    Nobody else is let in on either side until the transaction ends.
    """
    if case.side is None:
        return False
    organisations.take_turns(session)
    return bool(on_the_other(session, case, [account_id]))


def on_the_other(session: TenantSession, case: Case, accounts: Collection[str]) -> frozenset[str]:
    """Those of some accounts who are let into the other side of a case, or were some months ago; it holds up nobody.

    Whoever was ever let into a file that an adverse one faces is never let into an adverse file again, this one as
    little as in any other: which files face each other is not told by it.
    """
    return frozenset[str]() if case.side is None else of_other_side(session, Side(case.side), accounts)


def of_other_side(session: TenantSession, side: Side, accounts: Collection[str]) -> frozenset[str]:
    """Those of some accounts who are on the other side of such files, as ``on_the_other`` says, also of a new one."""
    months = municipality_settings.number(session, "apart_months")
    others = select(Case.id).where(Case.side == OTHER[side])
    there = opposite.let_in(session, others, accounts, session.now - MONTH * months)
    ever = opposite.once_faced(session, accounts) if side == Side.ADVERSE else frozenset[str]()
    return ever | {account for _case, account in there}


def require_apart(session: TenantSession, case: Case, account_id: str) -> None:
    """Raise Refused, at the field of the colleague, for somebody who works on the other side of a case."""
    # A file that faces the case closes it to who was ever let into that one, which the same words say.
    if works_on_the_other(session, case, account_id) or access.is_blocked(session, account_id, case.id):
        raise Refused.because(WORDS[Side(case.side or Side.PROTECTED)], "account")


def require_registrable(session: TenantSession, side: Side | None, account_id: str) -> None:
    """Raise Refused for who works with those exposed to violence and would register a file of who uses it.

    Its record begins with their name, and whom it is about may ask for it. The other way round nobody is turned away:
    the file of somebody exposed gets another officer, and their danger does not wait for one.
    """
    if side != Side.ADVERSE:
        return
    organisations.take_turns(session)
    if of_other_side(session, side, [account_id]):
        raise Refused.because(REGISTERING)


def close_what_is_faced(session: TenantSession, case: Case) -> None:
    """Close to whoever is let into an adverse case the files that it faces, of which nothing else changes."""
    for faced in opposite.faced_by(session, case):
        access.refresh(session, faced)
