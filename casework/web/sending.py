"""What is said on every page that lets something out of a case, before it goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from casework.core import telling
from casework.core.access import Decision
from casework.core.telling import Warned
from casework.web import language

if TYPE_CHECKING:
    from casework.core.models import Case


def warnings(decision: Decision, case: Case, persons: Collection[str] | None = None) -> list[str]:
    """The warnings in words, the worst first."""
    return in_words(telling.warnings_before_sending(decision, case, persons))


def in_words(found: Iterable[Warned]) -> list[str]:
    """The same where a deed of core has found them."""
    return [language.translate(one.words).format(name=one.name) for one in found]
