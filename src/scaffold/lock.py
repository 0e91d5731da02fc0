"""One run at a time in a folder or with a file, and nothing left behind by a run that is killed."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

# Some network file systems have no locks, and some folders can be written to but not read.
Lock = Literal["held", "busy", "impossible"]


@contextlib.contextmanager
def locked(
    path: Path, *, patience: float = 0, say_waiting: Callable[[], None] = lambda: None
) -> Iterator[Lock]:
    """Keep other runs out of a folder, or from a file, for as long as the context lasts.

    The system lets go of the lock when the process ends, however it ends.

    Args:
        path: a folder or a file that exists.
        patience: how many seconds to wait for another run that holds it.
        say_waiting: is called once when there is another.

    Yields:
        Whether it is held by this run, held by another, or can't be locked.

    Raises:
        OSError: it does not exist.
    """
    handles: list[int] = []
    try:
        try:
            take = _taking(path, handles)
        except PermissionError:
            yield "impossible"
        else:
            yield _take(take, patience, say_waiting)
    finally:
        for handle in handles:
            os.close(handle)


def _take(take: Callable[[], None], patience: float, say_waiting: Callable[[], None]) -> Lock:
    deadline = time.monotonic() + patience
    said = False
    while True:
        try:
            take()
        except _BUSY:
            if time.monotonic() >= deadline:
                return "busy"
            if not said:
                say_waiting()
            said = True
            time.sleep(0.02)
        except OSError:
            return "impossible"
        else:
            return "held"


if sys.platform == "win32":
    import msvcrt

    _BUSY = (FileExistsError, PermissionError)

    def _taking(path: Path, handles: list[int]) -> Callable[[], None]:
        if path.is_dir():
            # A folder can't be locked there, but a file can go when whoever opened it goes.
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_TEMPORARY
            return lambda: handles.append(os.open(path / ".scaffold-lock", flags))
        handle = os.open(path, os.O_RDONLY)
        handles.append(handle)
        os.lseek(handle, 1 << 30, os.SEEK_SET)  # beyond the text: who else reads it must be able to
        return lambda: msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    _BUSY = (BlockingIOError,)

    def _taking(path: Path, handles: list[int]) -> Callable[[], None]:
        handle = os.open(path, os.O_RDONLY)
        handles.append(handle)
        return lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
