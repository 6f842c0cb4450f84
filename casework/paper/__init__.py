"""What leaves the house on paper: plain words in, a PDF in memory out. It knows no case, no right and no key."""

from casework.paper.documents import MASK, ConsentForm, Copy, Letter, Mark, Part, Section, Withheld
from casework.paper.printing import NotPrinted, consent_form, copy, disclosure_letter
from casework.paper.signs import printable

__all__ = [
    "MASK",
    "ConsentForm",
    "Copy",
    "Letter",
    "Mark",
    "NotPrinted",
    "Part",
    "Section",
    "Withheld",
    "consent_form",
    "copy",
    "disclosure_letter",
    "printable",
]
