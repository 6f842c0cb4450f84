"""What has happened is held until it is committed, and then told to the plugin that owns the case."""

from __future__ import annotations

import logging

from sqlalchemy import event

from casework.contract.facts import Event
from casework.core.db import TenantSession
from casework.core.registry import Registry

log = logging.getLogger("casework")


def hold(session: TenantSession, registry: Registry, area: str, happened: Event) -> None:
    """Tell the owner of the case once the transaction is committed, and only then."""
    held: list[tuple[Registry, str, Event]] = session.info.setdefault("events", [])
    held.append((registry, area, happened))


@event.listens_for(TenantSession, "after_commit")
def _tell(session: TenantSession) -> None:
    for registry, area, happened in session.info.pop("events", []):
        try:
            registry.tell(area, "casework_event", event=happened)
        except Exception as error:  # noqa: BLE001 a plugin may fail in any way; the deed is done and stays done
            # Without the traceback: it could carry what the plugin had in its hands.
            log.error("plugin_event_failed %s %s %s", area, happened.name, type(error).__name__)  # noqa: TRY400


@event.listens_for(TenantSession, "after_rollback")
def _forget(session: TenantSession) -> None:
    session.info.pop("events", None)
