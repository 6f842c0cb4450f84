"""The inputs for what a ground rests on and only a person can tell, with yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import RadioField

from casework.contract import gettext as _
from casework.core.grounds import catalogue
from casework.core.grounds.conditions import Confirmed
from casework.web import forms
from casework.web.ground_form import NO, YES, GroundQuestions

INPUTS = {one.asks: f"villkor_{nth}" for nth, one in enumerate(catalogue.CONFIRMED)}
"""The name of each input, by the question: it has its own, whichever ground asks it, and so keeps its answer."""
SAID: Mapping[str | None, bool] = {YES: True, NO: False}
WORDS: Mapping[bool | None, str] = {True: YES, False: NO}


class Confirmations(GroundQuestions):
    """The questions of the ground wizard, and every question with yes or no that some ground asks besides."""

    def confirmed(self) -> dict[str, bool]:
        """What was said yes or no to, by the question."""
        said = {asks: SAID.get(self[name].data) for asks, name in INPUTS.items()}
        return {asks: answer for asks, answer in said.items() if answer is not None}

    def confirmations(self, asked: Sequence[Confirmed]) -> list[tuple[Any, bool]]:
        """Every input, and whether it is one of those that are asked now."""
        now = {one.asks for one in asked}
        return [(self[name], asks in now) for asks, name in INPUTS.items()]


for _asks, _name in INPUTS.items():
    _options = forms.choices([(YES, _("Ja")), (NO, _("Nej"))])
    setattr(Confirmations, _name, RadioField(_asks, choices=_options, validate_choice=False))


def defaults(confirmed: Mapping[str, bool]) -> dict[str, str]:
    """What stands at each input for what was said."""
    return {name: WORDS.get(confirmed.get(asks), "") for asks, name in INPUTS.items()}
