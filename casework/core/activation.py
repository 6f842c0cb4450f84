"""Focus areas switched on and off for a municipality. Nothing is deleted when one is switched off."""

from __future__ import annotations

from sqlalchemy import func, select

from casework.contract.language import gettext as _
from casework.core import access, approvals, audit
from casework.core.actions import Action
from casework.core.asked import Asked
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.models import Activation, Approval, Case
from casework.core.permissions import OPERATOR, Actor, Permission
from casework.core.registry import Registry


def current(session: TenantSession) -> dict[str, Activation]:
    """The latest activation of each focus area in the session's municipality, ended ones too."""
    rows = session.scalars(select(Activation).order_by(Activation.enabled_at)).all()
    return {row.area: row for row in rows}


def is_enabled(session: TenantSession, area: str) -> bool:
    """Whether new cases may be opened in a focus area."""
    found = current(session).get(area)
    return found is not None and found.disabled_at is None


def enabled(session: TenantSession, registry: Registry) -> list[str]:
    """The focus areas that are installed here and switched on in the municipality, in the registry's order."""
    on = current(session)
    return [name for name in registry.areas if name in on and on[name].disabled_at is None]


def enable(session: TenantSession, registry: Registry, actor: Actor, area: str, *, reason: str = "") -> Approval | None:
    """Switch a focus area on, as the operator; an administrator asks, and it is on once another one approves.

    Raises Refused for an area that is not installed. On twice is on once.
    """
    _require(actor, Action.AREA_ENABLED if actor is OPERATOR else Action.APPROVAL_ASKED, area)
    if area not in registry.areas:
        raise Refused.because(_("Modulen är inte installerad."), "area")
    if is_enabled(session, area):
        return None
    if actor is not OPERATOR:
        return approvals.ask(session, actor, "area:enable", "area", area, {}, reason=reason)
    _switch_on(session, registry, actor, area)
    return None


@approvals.carries_out("area:enable")
def _enable_as_approved(session: TenantSession, registry: Registry, actor: Actor, asked: Asked) -> None:
    _require(actor, Action.AREA_ENABLED, asked.object_id)
    if asked.object_id not in registry.areas:
        raise Refused.because(_("Modulen är inte installerad."), "area")
    _switch_on(session, registry, actor, asked.object_id)


def _switch_on(session: TenantSession, registry: Registry, actor: Actor, area: str) -> None:
    focus = registry.areas[area]
    session.add(Activation(area=area, api=focus.api, enabled_at=session.now, enabled_by=actor.id))
    audit.record(session, actor, Action.AREA_ENABLED, "area", area)


def disable(session: TenantSession, actor: Actor, area: str) -> None:
    """Switch a focus area off: no new cases; those there stay readable and can be closed."""
    _require(actor, Action.AREA_DISABLED, area)
    found = current(session).get(area)
    if found is None or found.disabled_at is not None:
        return
    found.disabled_at, found.disabled_by = session.now, actor.id
    audit.record(session, actor, Action.AREA_DISABLED, "area", area)


def areas_with_cases(session: TenantSession) -> dict[str, int]:
    """How many cases each focus area holds; for the operator's check, never for a page."""
    rows = session.execute(select(Case.area, func.count().label("held")).group_by(Case.area)).all()
    return {row.area: row.held for row in rows}


def _require(actor: Actor, action: Action, area: str) -> None:
    if actor is not OPERATOR:
        access.require(actor, Permission.AREA_ENABLE, action, "area", area)
