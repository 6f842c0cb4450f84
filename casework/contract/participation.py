"""What somebody of another agency may see of a case that they take part in, as its case type declares it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from casework.contract.fields import FactKind


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody who takes part in a case may see of a form, where consent covers every one of ``kinds``.

    A disclosure of these fields on consent asks for the same kinds; they may declare no others of their own.
    """

    form: str
    fields: tuple[str, ...]
    kinds: tuple[FactKind, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """The form that a meeting is signed in, and which of its fields say the day, the place, who came and who did not.

    What others told there is signed in the form for that (``exchange.INCOMING``), which the case type has too.
    """

    form: str
    day: str
    place: str
    present: str
    absent: str

    @property
    def fields(self) -> tuple[str, ...]:
        """What is filled in when a meeting is recorded."""
        return (self.day, self.place, self.present, self.absent)


@dataclass(frozen=True, slots=True)
class Participation:
    """That named persons of other agencies take part in such cases: what they may see, and in which states.

    A field that is in no part is never shown to them, nor is anything in another state. ``meeting`` says how the
    meetings with them are recorded.
    """

    parts: tuple[Part, ...]
    states: tuple[str, ...]
    _: KW_ONLY
    meeting: Meeting | None = None

    @property
    def kinds(self) -> tuple[FactKind, ...]:
        """The kinds of facts that there is something of."""
        return tuple(kind for kind in FactKind if any(kind in part.kinds for part in self.parts))
