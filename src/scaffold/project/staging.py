"""Where files wait until all of them are there, beside the project that they are for."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from scaffold.lock import Lock
from scaffold.project.paths import STAGING
from scaffold.project.render import File


@contextlib.contextmanager
def staging_in(folder: Path, lock: Lock) -> Iterator[Path]:
    """Make a folder to stage in, on the same disk as the target, and remove it in the end."""
    staging = folder / STAGING
    if lock == "held":
        # Whoever runs holds the lock, so this is of a run that was killed.
        shutil.rmtree(staging, ignore_errors=True)
    if lock != "held" or os.path.lexists(staging):
        staging = folder / f"{STAGING}-{os.urandom(4).hex()}"
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def put(file: File, folder: Path, mode: int | None = None) -> None:
    """Write a file into a folder, with the folders that it needs.

    Args:
        file: the file.
        folder: the folder that its path is relative to.
        mode: the permissions of the file that it takes the place of; None for a new one.
    """
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.link:
        path.symlink_to(file.link)
        return
    path.write_bytes(file.content)
    if mode is None and not file.executable:
        return
    mode = stat.S_IMODE(path.stat().st_mode) if mode is None else mode
    # Whoever may read it may run it.
    path.chmod(mode | (mode & 0o444) >> 2 if file.executable else mode)
