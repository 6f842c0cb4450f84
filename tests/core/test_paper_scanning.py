"""A paper is shown to the machine's scanner before it is kept; one that speaks ClamAV's words stands in for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.core import paper_scanning
from casework.core.errors import Refused
from casework.core.models import ConsentPaper
from casework.core.paper_scanning import Scanner
from casework.settings import Settings
from tests.core.consenting import consented
from tests.core.papers import PDF, keep
from tests.worlds import World

HARM = b"X5O!P%@AP - invented harm"


@dataclass
class Clamd:
    """Listens at a socket, reads what it is sent piece by piece, and says whether the harm is in it."""

    path: Path
    says: bytes | None = None
    seen: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                line, _from = listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as told:
                assert told.read(len(paper_scanning.ASK)) == b"zINSTREAM\0"
                whole = b""
                while size := int.from_bytes(told.read(4), "big"):
                    whole += told.read(size)
                self.seen.append(whole)
                found = b"stream: Invented-Harm FOUND\0" if HARM in whole else b"stream: OK\0"
                line.sendall(found if self.says is None else self.says)


@pytest.fixture
def clamd(tmp_path_factory) -> Iterator[Clamd]:
    made = Clamd(tmp_path_factory.mktemp("c") / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(made.path))
        listening.listen()
        thread = threading.Thread(target=made.serve, args=(listening,))
        thread.start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def scanned_by(world: World, scanner: Scanner | None) -> World:
    world.installation = replace(world.installation, scanner=scanner)
    return world


def papers(world: World) -> int:
    with world.session() as session:
        return len(session.scalars(select(ConsentPaper.id)).all())


def test_what_the_scanner_finds_is_refused_and_what_it_passes_is_kept(world, clamd):
    scanned_by(world, paper_scanning.by_socket(clamd.path))
    case = world.case()
    consent = consented(world, case)
    large = PDF[:9] + b"%" * 300_000 + PDF[9:]
    keep(world, case, consent, large)
    with pytest.raises(Refused) as found:
        keep(world, case, consent, PDF[:9] + HARM + PDF[9:])
    assert "stoppade filen" in str(found.value) and found.value.refusals[0].field == "paper"
    assert papers(world) == 1 and clamd.seen[0] == large


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK FOUNDER\0"])
def test_an_answer_that_is_neither_yes_nor_no_lets_nothing_through(world, clamd, says):
    clamd.says = says
    scanned_by(world, paper_scanning.by_socket(clamd.path))
    case = world.case()
    with pytest.raises(Refused) as found:
        keep(world, case, consented(world, case))
    assert "svarar inte" in str(found.value) and papers(world) == 0


def test_where_no_scanner_answers_or_is_named_no_paper_is_taken_in(world, tmp_path):
    case = world.case()
    consent = consented(world, case)
    nobody = paper_scanning.by_socket(tmp_path / "ingen")
    for scanner, words in ((nobody, "Virusskyddet svarar inte"), (None, "Inget virusskydd är inställt")):
        scanned_by(world, scanner)
        with pytest.raises(Refused) as found:
            keep(world, case, consent)
        assert words in str(found.value)
    assert papers(world) == 0


def test_a_scanner_that_is_slow_is_waited_for_and_then_given_up(clamd, monkeypatch):
    monkeypatch.setattr(paper_scanning, "PATIENCE", 0.05)
    silent = clamd.path.parent / "tyst"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(silent))
        listening.listen()
        with pytest.raises(OSError, match="timed out"):
            paper_scanning.by_socket(silent)(PDF)


def test_only_the_demonstration_takes_papers_in_unscanned(tmp_path, clamd):
    assert Settings.read(tmp_path, {}).scanner() is None
    demo = Settings.read(tmp_path, {}, demo=True).scanner()
    assert demo is not None and demo(HARM)
    named = Settings.read(tmp_path, {"CASEWORK_SCANNER": str(clamd.path)}, demo=True).scanner()
    assert named is not None and not named(HARM) and named(PDF)
