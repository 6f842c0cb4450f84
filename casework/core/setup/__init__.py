"""An agreement's file carried out: municipalities, agencies, units, accounts and the areas that are switched on."""

from pathlib import Path

from casework.core.setup.execution import Outcome, apply, links
from casework.core.setup.plan import Faulty, Plan
from casework.core.setup.reading import read

__all__ = ["Faulty", "Outcome", "Plan", "apply", "links", "read", "usernames"]


def usernames(path: Path) -> tuple[str, ...]:
    """The user names a set-up file asks for."""
    return read(path).usernames
