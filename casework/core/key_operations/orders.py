"""The one place where a key operation is let through: whoever begins one is asked here, and nowhere else.

Whoever runs the command holds the root key. Where a municipality has two administrators, its keys are changed or moved
only once one of them has ordered it and another has approved; a municipality without two leaves it to the operator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import or_, select

from casework.contract.language import gettext as _
from casework.core import access, approvals, audit, grants, roots
from casework.core.actions import Action
from casework.core.asked import Asked, Code
from casework.core.audit import Detail
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.keys import MAIN
from casework.core.models import Account, Approval, Membership
from casework.core.permissions import OPERATOR, Actor, Permission, Role
from casework.core.registry import Registry
from casework.core.roots import FILE

RESEAL, REWRAP, ROTATE = "keys:reseal", "keys:rewrap", "keys:rotate"
ROOT, UNDER_MAIN = "root", "cases"
"""What is ordered to be moved, and to be sealed anew, as an approval names it; a rotation names the main key."""
PLACES = ((MAIN, ROTATE), (UNDER_MAIN, RESEAL), (ROOT, REWRAP))
"""At which objects orders wait, and of which kind."""
NO_ORDER = _("Två av kommunens administratörer ska först beställa det på sidan Nycklar. Det gäller i 24 timmar.")
TWO = 2
LATELY = timedelta(days=30)
"""So long it goes on taking two after there were two administrators."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What is to be done: its kind, what it is done to, and the rest in codes."""

    kind: str
    object_kind: str
    object_id: str
    detail: Detail = field(default_factory=dict)


def order_rotation(session: TenantSession, actor: Actor, *, reason: str = "") -> Approval:
    """Ask for a new main key of the municipality; the operator's command makes it once another one approves."""
    access.require(actor, Permission.KEYS_ORDER, Action.APPROVAL_ASKED, "municipality_key")
    return approvals.ask(session, actor, ROTATE, "municipality_key", MAIN, {}, reason=reason)


def order_resealing(session: TenantSession, actor: Actor, *, reason: str = "") -> Approval:
    """Ask for new keys of every case and person; the operator's command makes them once another one approves."""
    access.require(actor, Permission.KEYS_ORDER, Action.APPROVAL_ASKED, "municipality_key")
    return approvals.ask(session, actor, RESEAL, "municipality_key", UNDER_MAIN, {}, reason=reason)


def order_move(session: TenantSession, actor: Actor, to: str, *, renew: bool = False, reason: str = "") -> Approval:
    """Ask for the municipality's keys to be moved under another root; done by the operator once another one approves.

    ``to`` is a provider's name, ``renew`` a new key in the key file; raises Refused for a provider that is not here.
    """
    access.require(actor, Permission.KEYS_ORDER, Action.APPROVAL_ASKED, "municipality_key")
    if to not in roots.names() or (renew and to != FILE):
        raise Refused.because(_("Välj vart nycklarna ska flyttas. En ny rotnyckel görs bara i nyckelfilen."), "to")
    chosen: dict[str, Code] = {"to": to, "renew": renew}
    return approvals.ask(session, actor, REWRAP, "municipality_key", ROOT, chosen, reason=reason)


def providers() -> list[str]:
    """The names of the providers that keys can be moved to here."""
    return roots.names()


@approvals.carries_out(RESEAL)
@approvals.carries_out(ROTATE)
@approvals.carries_out(REWRAP)
def _approve(_session: TenantSession, _registry: Registry, actor: Actor, _asked: Asked) -> None:
    """Nothing is changed yet: the approval itself is the order, and ``require_covered`` finds it."""
    access.require(actor, Permission.KEYS_ORDER, Action.KEYS_ORDERED, "municipality_key")


def is_covered(session: TenantSession, operation: Operation) -> bool:
    """Whether two of the municipality's administrators have ordered this, or there are not two of them."""
    return not takes_two(session) or _order(session, operation) is not None


def require_covered(session: TenantSession, operation: Operation) -> None:
    """Let a key operation begin, in the transaction that begins it, and remember on whose order.

    Raises Refused where it takes two and no live order of theirs covers exactly this. An order covers the keys as they
    were: once they are changed, it covers nothing more.
    """
    detail = {"operation": operation.kind, **operation.detail}
    if session.tenant is not None and takes_two(session):
        order = _order(session, operation)
        if order is None:
            raise Refused.because(NO_ORDER)
        detail |= {"approval": order.id, "digest": order.digest}
    audit.record(session, OPERATOR, Action.KEYS_ORDERED, operation.object_kind, operation.object_id, detail=detail)


def takes_two(session: TenantSession) -> bool:
    """Whether the municipality has two administrators who could order something together, or had a month ago.

    One who ends the other's post, or closes their account, is not free to order alone the moment after.
    """
    lately = session.now - LATELY
    rows = session.execute(
        select(Membership, Account.id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.role == Role.ADMINISTRATOR,
            Membership.valid_from <= session.now,
            Membership.valid_until > lately,
            or_(Account.disabled_at.is_(None), Account.disabled_at > lately),
        )
    ).all()
    return len({account for post, account in rows if grants.is_genuine(session, post)}) >= TWO


def as_code(name: str) -> str:
    """The name of a provider or of a root as the audit writes it."""
    return name.replace("+", "-")


def _order(session: TenantSession, operation: Operation) -> Approval | None:
    """The live order that covers an operation."""
    places = {kind: place for place, kind in PLACES}
    order = approvals.granted(session, operation.kind, places[operation.kind])
    if order is None or operation.kind != REWRAP:
        return order
    asked = Asked.of(order)
    wanted = (as_code(asked.text("to")), asked.parameters["renew"])
    return order if wanted == (operation.detail.get("to"), operation.detail.get("renew")) else None
