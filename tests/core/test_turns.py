"""Heavy work is done by a few at a time, in all processes together; a short queue waits, the rest are turned away."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from casework.core import turns
from casework.core.errors import Busy
from casework.core.turns import Turns


def at_once(makers: list[Turns], people: int, work: float = 0.2) -> tuple[int, int]:
    """How many worked at the same time at most, and how many were turned away."""
    working, most, away, lock = 0, 0, 0, threading.Lock()

    def one(nth: int) -> None:
        nonlocal working, most, away
        try:
            with makers[nth % len(makers)].taken():
                with lock:
                    working += 1
                    most = max(most, working)
                time.sleep(work)
                with lock:
                    working -= 1
        except Busy:
            with lock:
                away += 1

    threads = [threading.Thread(target=one, args=(nth,)) for nth in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most, away


def test_no_more_work_at_once_than_there_are_places():
    assert at_once([Turns(2, 4)], 6) == (2, 0)


def test_whoever_finds_the_queue_full_is_turned_away_at_once():
    most, away = at_once([Turns(2, 4)], 20)
    assert most == 2 and away == 14


def test_whoever_waits_too_long_is_turned_away(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    most, away = at_once([Turns(1, 4)], 3, work=0.5)
    assert most == 1 and away == 2


def test_a_place_is_given_back_when_the_work_fails():
    one = Turns(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), one.taken():
            raise ZeroDivisionError
    assert at_once([one], 1) == (1, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks; there one process serves alone")
def test_processes_share_the_places(tmp_path):
    # Two makers with files of their own behave as two processes do: the locks belong to what opened the file.
    assert at_once([Turns(2, 4, tmp_path), Turns(2, 4, tmp_path)], 6)[0] == 2
    assert all(path.stat().st_size == 0 for path in tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_another_process_holds_its_place_until_it_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    program = (
        "import sys, pathlib; from casework.core.turns import Turns\n"
        "with Turns(1, 4, pathlib.Path(sys.argv[1])).taken():\n"
        "    print('here', flush=True); sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None and other.stdout.readline() == "here\n"
    with pytest.raises(Busy), Turns(1, 4, tmp_path).taken():
        pass
    other.kill()
    other.communicate()
    with Turns(1, 4, tmp_path).taken():
        pass
