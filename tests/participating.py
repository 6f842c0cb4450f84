"""An area in which others take part: the one for leavers, declared as if it had participants and meetings."""

from __future__ import annotations

from dataclasses import replace

import casework_avhoppare
import casework_barn_unga.participation
from casework.contract import FactKind, Part, Participation, hookimpl
from casework.core.registry import Registry

TAKES_PART = Participation(
    (Part("police_status", ("police_status",), (FactKind.STATUS,)),),
    ("received",),
    meeting=casework_barn_unga.participation.MEETING,
)
MEETING = casework_barn_unga.FOCUS.case_type("sspf").form("meeting")


def with_participants() -> Registry:
    """The same area as if others took part in its cases, so that every page about that has a case here."""
    focus = casework_avhoppare.FOCUS
    own_kind = focus.case_type("avhopp")
    kind = replace(own_kind, forms=(*own_kind.forms, MEETING), participation=TAKES_PART)
    own = {name: getattr(casework_avhoppare, name) for name in dir(casework_avhoppare) if name.startswith("casework_")}
    changed = hookimpl(lambda: replace(focus, case_types=(kind,)), specname="casework_focus_area")
    hooks = {name: staticmethod(one) for name, one in (own | {"casework_focus_area": changed}).items()}
    return Registry({"avhoppare": type("WithParticipants", (), hooks)()})
