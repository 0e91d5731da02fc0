"""One run at a time in a folder, with nothing left behind by a run that is killed."""

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
def locked(folder: Path, *, patience: float = 0) -> Iterator[Lock]:
    """Keep other runs out of a folder for as long as the context lasts.

    The system lets go of the lock when the process ends, however it ends.

    Args:
        folder: a folder that exists.
        patience: how many seconds to wait for another run that holds it.

    Yields:
        Whether it is held by this run, held by another, or can't be locked.
    """
    if sys.platform == "win32":
        # A folder can't be locked there, but a file can go when whoever opened it goes.
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_TEMPORARY
        handles: list[int] = []
        path = folder / ".scaffold-lock"
        busy = (FileExistsError, PermissionError)
        try:
            yield _take(lambda: handles.append(os.open(path, flags)), busy, patience)
        finally:
            for handle in handles:
                os.close(handle)
    else:
        import fcntl

        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except PermissionError:
            yield "impossible"
            return
        try:
            flags = fcntl.LOCK_EX | fcntl.LOCK_NB
            yield _take(lambda: fcntl.flock(handle, flags), (BlockingIOError,), patience)
        finally:
            os.close(handle)


def _take(take: Callable[[], None], busy: tuple[type[OSError], ...], patience: float) -> Lock:
    deadline = time.monotonic() + patience
    while True:
        try:
            take()
        except busy:
            if time.monotonic() >= deadline:
                return "busy"
            time.sleep(0.02)
        except OSError:
            return "impossible"
        else:
            return "held"
