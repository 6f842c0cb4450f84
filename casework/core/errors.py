"""Everything the domain can refuse to do. The web and the command line turn each into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class Remembered(Refused):
    """A refusal that is remembered though nothing was done: as a denial, and with a notice to whoever must act.

    ``tells`` are accounts and kinds of notice.
    """

    def __init__(self, refusal: Refusal, denial: Denial, tells: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__([refusal])
        self.denial = denial
        self.tells = tuple(tells)


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


class Locked(CaseworkError):
    """The root of all keys cannot be used, so nothing is shown; ``provider`` and ``fault`` say in codes what it is."""

    def __init__(self, message: str, fault: str = "", provider: str = "file") -> None:
        super().__init__(message)
        self.fault, self.provider = fault, provider


class KeyMissing(Locked):
    """The installation's root key is not there, though the database holds things sealed under it."""


class KeyWrong(Locked):
    """The root key is there but is not this installation's, others may read it, or it may not be used."""


class KeyUnreachable(Locked):
    """Whoever keeps the root key does not answer."""


class NotMigrated(CaseworkError):
    """The database is not at the version this program needs."""


class Quarantined(CaseworkError):
    """The database was restored, and what was destroyed since the backup may be there again: nothing is served."""


class UnsafeDatabase(CaseworkError):
    """The database does not keep the walls the program stands on; ``holes`` names each kind of hole and its places."""

    def __init__(self, words: str, holes: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(words)
        self.holes = holes or {}


class Broken(CaseworkError):
    """A sealed value or a chained row is not what was written: altered, moved or under another key."""


class Destroyed(Broken):
    """The key that sealed a value was destroyed on purpose: the value is gone for ever, and a tombstone says so."""
