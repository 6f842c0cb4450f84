"""What an import tells: counts, and for each row that was refused or doubted where and why. Nothing personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from casework.contract.language import gettext as _
from casework.core.registers.columns import Table
from casework.core.registers.rows import Doubt

REASONS: Mapping[str, str] = {
    "no_number": _("Personnummer saknas."),
    "needs_lead": _("Raden behöver registreras av enhetschefen."),
    "wrong_check": _("Personnumret är fel. Kontrollera siffrorna."),
    "bad_date": _("Startdatum saknas, är inget datum eller ligger i framtiden."),
    "unknown_officer": _("Handläggaren finns inte i kommunen. Ärendet är inte tilldelat."),
    "other_side": _("Handläggaren arbetar på andra sidan i sådana ärenden. Ärendet är inte tilldelat."),
    "other_name": _("Personnumret finns redan med ett annat namn. Det första namnet står kvar."),
    "unclear_protection": _("Skyddet är oklart skrivet och räknas som sekretessmarkering."),
    "no_closing_date": _("Avslutsdatum saknas eller stämmer inte. Ärendet står kvar i uppföljning."),
    "unknown_state": _("Läget är okänt. Ärendet står som aktualiserat."),
    "unknown_reason": _("Avslutsorsaken finns inte i listan och är sparad som text."),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A row that was refused or doubted: as the spreadsheet numbers it, counted below the header, and why."""

    row: int
    row_index: int
    column: str
    code: str
    reason: str


@dataclass(slots=True)
class Report:
    """The outcome of an import. ``import_id`` is None for a trial run, which leaves nothing to take back."""

    import_id: str | None
    imported: int = 0
    already: int = 0
    blank: int = 0
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    skipped_sheets: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The report in its published shape."""
        return asdict(self)


def remark(table: Table, index: int, doubt: Doubt, sheet: int | None = None) -> Remark:
    """A doubt about a row in words; ``sheet`` says which sheet it is in where the file has several."""
    reason = REASONS[doubt.code] if sheet is None else f"{REASONS[doubt.code]} ({_('blad')} {sheet})"
    return Remark(table.row_number(index), index, table.headings.get(doubt.field, ""), doubt.code, reason)
