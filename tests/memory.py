"""Where the databases of the tests lie: in memory where there is room, so that no test waits for a disk."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
DISK = Path(tempfile.gettempdir())
"""Asked once, for a test may lead temporary files elsewhere."""
PREFIX = "casework-tests-"
LOCK = "lock"


@functools.cache
def folder() -> Path:
    """A folder of this process, which goes with it; what earlier ones left that were killed goes now."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    place = MEMORY if roomy else DISK
    with contextlib.suppress(ImportError):
        _clear(place)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    made.chmod(0o711)  # a database server of another account goes through it, and lists nothing
    with contextlib.suppress(ImportError):
        _take(made)
    atexit.register(_leave, made, os.getpid())
    return made


@contextlib.contextmanager
def lent() -> Iterator[Path]:
    """A new folder, for as long as it is needed."""
    made = Path(tempfile.mkdtemp(dir=folder()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _leave(made: Path, owner: int) -> None:
    if os.getpid() == owner:  # not what was forked from it
        shutil.rmtree(made, ignore_errors=True)


def _take(made: Path) -> bool:
    """Hold a folder for as long as this process lives, if nobody else does."""
    import fcntl  # not at the top, because Windows has none

    held = os.open(made / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return False
    return True


def _clear(place: Path) -> None:
    """Take away the folders of processes that live no more; one without a lock is just being made."""
    for left in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if (left / LOCK).exists() and _take(left):
                shutil.rmtree(left, ignore_errors=True)
