"""Several runs in one project: one goes on, the others wait."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def one_at_a_time(file: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock on a file that is there anyway.

    Nothing is left lying in the project, and the system itself lets go when a process ends.
    """
    with file.open("rb") as opened:
        waiting = False
        while not _try_lock(opened):
            if not waiting:
                progress("Waiting for another run in this folder to finish with .venv…")
            waiting = True
            time.sleep(0.2)
        yield


if sys.platform == "win32":
    import errno
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(1 << 30)  # far beyond the text: others cannot read a byte that is locked
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in (errno.EACCES, errno.EDEADLK)
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks: better to go on than to refuse
        return True
