"""Everything the domain can refuse to do. The web and the command line turn each into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.contract.facts import Refusal

if TYPE_CHECKING:
    from casework.core.denials import Denial


class CaseworkError(Exception):
    """Base of every error raised by the domain on purpose."""


class NotFound(CaseworkError):
    """It does not exist, or the actor may not know that it does; ``denial`` is what the audit remembers."""

    def __init__(self, denial: Denial) -> None:
        super().__init__("not found")
        self.denial = denial


class Refused(CaseworkError):
    """A rule says no; ``refusals`` says why, in words for the officer, each at its field."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(refusal.reason for refusal in refusals))
        self.refusals = tuple(refusals)

    @classmethod
    def because(cls, reason: str, field: str | None = None) -> Refused:
        """A refusal with one reason."""
        return cls([Refusal(reason, field)])


class Conflict(CaseworkError):
    """Somebody else changed the same thing meanwhile; nothing was written."""


class TenantMissing(CaseworkError):
    """A statement touched a municipality's rows without saying which municipality, or another one's."""


class Busy(CaseworkError):
    """Too many want the same heavy work at once; whoever gets this may try again in a few seconds."""


class AuditMissing(CaseworkError):
    """The audit row could not be written, so nothing else was either."""


class PluginBroken(CaseworkError):
    """Plugins cannot be used; ``problems`` names each plugin and every fault of it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class KeyMissing(CaseworkError):
    """The installation's key file is not there, though the database holds things sealed under it."""


class KeyWrong(CaseworkError):
    """The key file is there but is not this installation's, or others may read it."""


class NotMigrated(CaseworkError):
    """The database is not at the version this program needs."""


class UnsafeDatabase(CaseworkError):
    """The database does not keep the walls the program stands on, such as row-level security."""


class Broken(CaseworkError):
    """A sealed value or a chained row is not what was written: altered, moved or under another key."""
