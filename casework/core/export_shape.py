"""What a copy of a case is made of: the items that are tested before it, and what it then says in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as of

FORMAT = "hallpunkt-case/1"
SEALED = "sealed"
"""Why an answer is left out: it is sealed, and the copy was ordered without what is sealed."""


STEP = "step"
"""In the place of a field: why the case took a step."""
TAKEN = "taken"
"""In the place of a field: that the case took a step, and when."""
OBJECTION = "objection"
"""In the place of a field: what somebody holds to be wrong in an entry."""
CASE = "case"
"""In the place of an entry: what a case is, where it stands and since when."""
RECEIVED, GIVEN = "received", "given"
"""How the fields begin of what came in, and of what was given to others."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a copy could tell. ``words`` are None for a sealed answer, which is tested without being read.

    ``law`` is what it begins as kept back by, where that is more than that it names somebody else.
    """

    place: str
    field: str
    heading: str
    on: str
    label: str
    words: str | None = of(repr=False)
    names_others: bool = False
    law: str = ""

    @property
    def is_entry(self) -> bool:
        """Whether it stands in a signed entry."""
        other = {STEP, TAKEN, OBJECTION}
        return self.place != CASE and self.field not in other and self.field.partition(":")[0] not in {RECEIVED, GIVEN}


@dataclass(frozen=True, slots=True)
class Named:
    """A person with their part in the case."""

    part: str
    name: str
    number: str | None
    birth_date: str | None
    protection: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer in words; None with the reason why it is left out."""

    field: str
    label: str
    words: str | None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Objected:
    """What somebody holds to be wrong in an entry: their part, their name if the copy may say it, and the words."""

    part: str
    name: str
    received_on: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """One signed entry. ``corrects`` is the entry it corrects, if that goes along; ``author`` is the archive's alone.

    ``objections`` are those to it, and to what it corrects where that does not go along itself.
    """

    id: str
    form: str
    label: str
    event_on: str
    signed_at: str
    author: str
    corrects: str | None
    answers: Sequence[Answered]
    objections: Sequence[Objected] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step the case took."""

    at: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What the recipient is told of something that was masked or withheld, and nothing of what it was about.

    ``where`` is the entry it stood in, empty where nothing of that was given.
    """

    where: str
    partly: bool
    law: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that came in to a case or was given from it, as far as it is told: what, its day and its parts."""

    label: str
    on: str
    parts: Sequence[Answered]


@dataclass(frozen=True, slots=True)
class Content:
    """A copy of a case, in words. What of the case itself is not told is empty; how much is left out is never said."""

    format: str
    export: str
    purpose: str
    recipient: str
    municipality: str
    made_at: str
    answer_by: str | None
    number: str
    area: str
    case_type: str
    state: str
    opened_on: str
    closed_on: str | None
    persons: Sequence[Named]
    entries: Sequence[Written]
    steps: Sequence[Step]
    shared: Sequence[dict[str, str | None]]
    left_out: int
    withheld: Sequence[KeptBack]
    received: Sequence[Told] = ()
    given: Sequence[Told] = ()

    def as_json(self) -> bytes:
        """The copy as a file of JSON in UTF-8, the same bytes for the same copy."""
        said = asdict(self)
        for later in ("received", "given"):  # copies from before there were any are the same bytes still
            if not said[later]:
                del said[later]
        return json.dumps(said, ensure_ascii=False, indent=1).encode()
