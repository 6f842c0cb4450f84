"""Whether a file that somebody sent is known to do harm: asked of the machine's own scanner (ClamAV), over its socket.

What is not looked at is not taken in. The file goes to the scanner as it lies in memory; nothing is written here.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from casework.contract.language import gettext as _
from casework.core.errors import Refused

Scanner = Callable[[bytes], bool]
"""Tells whether a file is clean; raises OSError where nobody answers."""
SCANNER = "scanner"
"""Where a session keeps the installation's scanner."""
PATIENCE = 20.0
"""Seconds that the scanner may take."""
PIECE, LONGEST_ANSWER = 64 * 1024, 1000
ASK, END, CLEAN, FOUND = b"zINSTREAM\0", b"\0\0\0\0", b": OK", b" FOUND"


def by_socket(path: Path) -> Scanner:
    """The scanner that listens at a socket of this machine."""

    def is_clean(content: bytes) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            line.connect(str(path))
            line.sendall(ASK)
            for begin in range(0, len(content), PIECE):
                piece = content[begin : begin + PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(END)
            answer = _answer(line)
        if answer.endswith(CLEAN):
            return True
        if answer.endswith(FOUND):
            return False
        raise OSError

    return is_clean


def unscanned(_content: bytes) -> bool:
    """Let everything through: for the demonstration and for tests, where all that is sent is invented."""
    return True


def require_clean(scanner: Scanner | None, content: bytes, field: str) -> None:
    """Let a file through; raises Refused for one that does harm, and for every one where none can be looked at."""
    if scanner is None:
        raise Refused.because(_("Inget virusskydd är inställt, så inga filer tas emot. Säg det till driften."), field)
    try:
        clean = scanner(content)
    except OSError:
        raise Refused.because(_("Virusskyddet svarar inte. Inget är sparat. Försök igen om en stund."), field) from None
    if not clean:
        raise Refused.because(_("Virusskyddet stoppade filen. Öppna den inte, och säg det till driften."), field)


def _answer(line: socket.socket) -> bytes:
    """What the scanner answers, up to the sign that ends it."""
    found = b""
    while not found.endswith(b"\0") and len(found) < LONGEST_ANSWER:
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        found += more
    return found.rstrip(b"\0")
