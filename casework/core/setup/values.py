"""One table of a set-up file, asked for its values; what is wrong is remembered with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from casework.contract.language import gettext as _

E = TypeVar("E", bound=StrEnum)


class Values:
    """A table and where it stands. ``faults`` is shared by the whole file."""

    def __init__(self, table: Mapping[str, Any], place: str, faults: list[str]) -> None:
        self._table = table
        self._asked: set[str] = set()
        self.place = place
        self.faults = faults

    @property
    def holds_anything(self) -> bool:
        """Whether anything at all is written in the table."""
        return bool(self._table)

    def fault(self, key: str, what: str) -> None:
        """Remember that something is wrong at a key."""
        self.faults.append(f"{self.place}, {key}: {what}" if key else f"{self.place}: {what}")

    def text(self, key: str, default: str | None = None, longest: int = 120) -> str:
        """A text; without a default it must be there."""
        value = self._value(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.fault(key, _("skriv en text här"))
            return ""
        if len(value.strip()) > longest:
            self.fault(key, _("texten är för lång"))
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text; none when the key is left out."""
        value = self._value(key)
        listed = [value] if isinstance(value, str) else [] if value is None else value
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            self.fault(key, _("skriv en lista med texter här"))
            return ()
        return tuple(listed)

    def one_of(self, key: str, kind: type[E], default: E) -> E:
        """One of a few names; ``default`` stands in where it is left out."""
        value = self._value(key)
        if value is None:
            return default
        try:
            return kind(value)
        except ValueError:
            self.fault(key, _("skriv något av: ") + ", ".join(kind))
            return default

    def needs(self, key: str) -> None:
        """Remember a fault where a key is left out."""
        if self._value(key) is None:
            self.fault(key, _("saknas"))

    def day(self, key: str) -> date | None:
        """A date written as in TOML, or None where it is left out."""
        value = self._value(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.fault(key, _("skriv ett datum som 2026-01-31, utan citattecken"))
        return None

    def truth(self, key: str) -> bool:
        """Whether something is so; no, where it is left out."""
        value = self._value(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(key, _("skriv true eller false, utan citattecken"))
        return False

    def tables(self, key: str) -> list[Values]:
        """The tables of a list, each with its place."""
        value = self._value(key)
        if value is None:
            return []
        if not isinstance(value, Sequence) or not all(isinstance(one, Mapping) for one in value):
            self.fault(key, _("skriv [[{key}]] här").format(key=key))
            return []
        within = f"{self.place}, " if self.place else ""
        return [Values(one, f"{within}{key} {self._called(one, n)}", self.faults) for n, one in enumerate(value, 1)]

    def finish(self) -> None:
        """Remember every key that nobody asked for: a misspelt one would be lost without a word."""
        for key in self._table:
            if key not in self._asked:
                self.fault(key, _("okänt ord i filen"))

    @staticmethod
    def _called(table: Mapping[str, Any], number: int) -> str:
        name = next(
            (
                table[key]
                for key in ("username", "code", "name", "role", "organisation")
                if isinstance(table.get(key), str)
            ),
            None,
        )
        return f"{number}" if name is None else f"{number} ({name})"

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        return self._table.get(key)
