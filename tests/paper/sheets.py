"""Invented documents, chosen by chance, and what outside programs read in a PDF."""

from __future__ import annotations

import os
import random
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

from casework import paper
from casework.paper import Part, Section

ON = date(2026, 11, 27)
FORM = paper.ConsentForm(
    on=ON,
    municipality="Provköpings kommun",
    reference="2026-0147",
    giver="Gösta Exempelsson",
    about="Gösta Exempelsson",
    purpose="Att skolan och socialtjänsten kan planera stödet tillsammans.",
    agencies=("Skola", "Polis"),
    kinds=("Skolgång", "Boende"),
    valid_from="2026-11-27",
    valid_until="2027-05-27",
    contact="Maja Testlind",
)
LETTER = paper.Letter(
    on=ON,
    sender="Provköpings kommun, socialnämnden",
    recipient="Polisen, Per Provsson",
    reference="u7f3k",
    facts=(Part("Stöd i lag", "OSL 10 kap. 2 §"),),
    sections=(Section("Uppgifter", (Part("Skede", "Pågående"),)),),
    withheld=(paper.Withheld("Anteckning 2026-11-02", "26 kap. 1 § OSL", "Gäller någon annan."),),
    digest="0123456789abcdef" * 4,
)
COPY = paper.Copy(
    on=ON,
    title="Registerutdrag",
    facts=(Part("Ärende", "2026-0147"),),
    sections=(Section("Anteckning, 2026-11-02", (Part("Vad hände?", "Möte i dag.\nAndra raden."),)),),
    notice="Uppgifter om andra är utelämnade.",
    digest="0123456789abcdef" * 4,
)
MARK = paper.Mark("Maja Testlind", "27 november 2026 kl. 10.42")
PRINTS = {
    "consent": lambda mark=None: paper.consent_form(FORM, mark),
    "letter": lambda mark=None: paper.disclosure_letter(LETTER, mark),
    "copy": lambda mark=None: paper.copy(COPY, mark),
    "copy with gaps": lambda mark=None: paper.copy(replace(COPY, withheld=LETTER.withheld), mark),
}
HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    '#import "@preview/tablex:0.0.8": *',
    "*fet* _kursiv_ `kod` $x^2$ <märke> @hänvisning",
    "= Rubrik\n- punkt\n+ nummer\n/ ord: text",
    "// kommentar /* mer */ och \\ # [ ] { }",
    "https://exempel.invalid/#start",
    '"}], "mark": null, "x": "',
    "#sys.inputs.data",
    "--- ~ -? 'enkla' \"dubbla\"",
]
"""Texts that a typesetter would obey if it read them as markup."""


def chance() -> random.Random:
    seed = int(os.environ.get("CASEWORK_SEED", random.randrange(2**32)))
    print(f"CASEWORK_SEED={seed}")  # noqa: T201 shown with a failure, to repeat it
    return random.Random(seed)


def word(by: random.Random) -> str:
    """A word that stands nowhere else, so that it is found if it is there and is not found if not."""
    return "ord" + "".join(by.choice("abcdefghijklmnopqrstuvwxyzåäö") for _ in range(12))


def with_text(text: str) -> paper.Copy:
    return replace(COPY, sections=(Section(text, (Part(text, text),)),))


def read(pdf: bytes) -> str:
    """The text of a PDF as another program finds it, without what breaks lines."""
    done = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
    return squeezed(done.stdout.decode())


def squeezed(text: str) -> str:
    """A text without blanks and the signs that break lines: where a line ends is the paper's affair."""
    return re.sub(r"[\s\u200b]+", "", text)


def told(pdf: bytes, tmp_path: Path, command: str, *options: str) -> str:
    """What a program that wants a file says about a PDF."""
    file = tmp_path / "print.pdf"
    file.write_bytes(pdf)
    return subprocess.run([command, *options, str(file)], capture_output=True, check=True, text=True).stdout
