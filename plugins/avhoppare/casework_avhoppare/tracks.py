"""The steps of what runs beside a defector's case: an urgent protection assessment, a move."""

from casework.contract import Level, Transition
from casework.contract import gettext as _
from casework_avhoppare.states import WITH_PERSON

DECIDE = "case:decide"

TRACK_STEPS = (
    Transition(
        "start_protection", _("Starta skyddsbedömning"), None, "started", track="protection", beside=WITH_PERSON
    ),
    Transition(
        "assess_protection",
        _("Färdigställ skyddsbedömningen"),
        "started",
        "assessed",
        track="protection",
        guard="protection_assessed",
    ),
    Transition("end_protection", _("Avsluta skyddsbedömningen"), "assessed", "ended", track="protection"),
    Transition(
        "start_relocation",
        _("Planera flytt"),
        None,
        "started",
        track="relocation",
        beside=("active",),
        level=Level.EC,
        permission=DECIDE,
        guard="relocation_prepared",
        decision=_("att planera flytt"),
    ),
    Transition(
        "settle_relocation",
        _("Fastställ flyttplanen"),
        "started",
        "planned",
        track="relocation",
        level=Level.EC,
        permission=DECIDE,
        guard="relocation_planned",
        decision=_("att fastställa flyttplanen"),
    ),
    Transition("end_relocation", _("Avsluta flytten"), "planned", "ended", track="relocation"),
    Transition(
        "cancel_relocation",
        _("Avbryt flytten"),
        "started",
        "ended",
        track="relocation",
        level=Level.EC,
        permission=DECIDE,
        needs_reason=True,
        decision=_("att avbryta flytten"),
    ),
)
