"""A project on disk → its files in memory, as far as an update is concerned with them."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ScaffoldError, UsageError
from scaffold.project.owned_folder import ignored
from scaffold.project.provenance import FILES, Origin, find_origin
from scaffold.project.write import Mark, mark_of
from scaffold.update.merge import Obstacle, Yours
from scaffold.update.text import LONGEST

MOST_FILES = 1_000  # of those that may be another under a new name


class Project(NamedTuple):
    """What is in a project's folder.

    Attributes:
        files: by path, what is there.
        marks: by path, what tells whether a file is still the one that was read.
    """

    files: Mapping[str, Yours]
    marks: Mapping[str, Mark]


def read_project(directory: Path, paths: Iterable[str]) -> Project:
    """Read the files of these paths; where some are missing, also those that may be they, renamed.

    Raises:
        UsageError: there is no such folder.
        ScaffoldError: a file can't be read.
    """
    files: dict[str, Yours] = {}
    marks: dict[str, Mark] = {}
    wanted = list(paths)
    with _readable(directory):
        for path in wanted:
            _read(directory, path, files, marks)
        missing = {Path(path).suffix for path in wanted if path not in files}
        for path in _others(directory, missing):
            if path not in files:
                _read(directory, path, files, marks)
    return Project(files, marks)


def read_origin(directory: Path) -> Origin | None:
    """Read what a line in a project says made it; None where no line says it.

    Raises:
        UsageError: there is no such folder.
        ScaffoldError: the file can't be read.
    """
    with _readable(directory):
        there = [name for name in FILES if (directory / name).exists()]
        return find_origin(read_project(directory, there).files)


def read_all(directory: Path, suffixes: set[str]) -> Project:
    """Read every file with one of these suffixes, as far as it may be one of a sample.

    Raises:
        UsageError: there is no such folder.
        ScaffoldError: a file can't be read.
    """
    with _readable(directory):
        return read_project(directory, _others(directory, suffixes))


@contextlib.contextmanager
def _readable(directory: Path) -> Iterator[None]:
    """Make sure that a folder is there, and name what in it can't be read."""
    if not directory.is_dir():
        raise UsageError(f"there is no folder '{directory}': name that of a project")
    try:
        yield
    except OSError as error:
        raise ScaffoldError(f"can't read '{error.filename}': {error.strerror}") from error


def _read(directory: Path, path: str, files: dict[str, Yours], marks: dict[str, Mark]) -> None:
    place = directory / path
    for parent in list(Path(path).parents)[:-1]:
        folder = directory / parent
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            files[path] = Obstacle("behind a link or a file")
            return
    try:
        mode = place.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    mark = mark_of(place)
    if mark is None:
        kind = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no file"
        files[path] = Obstacle(kind)
    elif mark[0] > LONGEST:
        files[path] = Obstacle(f"longer than {LONGEST // 1_000_000} MB")
        marks[path] = mark
    else:
        files[path] = place.read_bytes()
        marks[path] = mark


def _others(directory: Path, suffixes: set[str]) -> Iterator[str]:
    """List the plain files with one of these suffixes, but for what others put there."""
    found = 0
    # Mostly nothing is missing: then there is nothing to look for.
    for folder, names, files in os.walk(directory) if suffixes else ():
        names[:] = sorted(
            name
            for name in names
            if not ignored(name)
            and name != "node_modules"
            and not (Path(folder) / name / "pyvenv.cfg").exists()
        )
        for name in sorted(files):
            path = Path(folder) / name
            mark = mark_of(path) if path.suffix in suffixes and not ignored(name) else None
            if mark and mark[0] <= LONGEST:
                found += 1
                if found > MOST_FILES:
                    return
                yield path.relative_to(directory).as_posix()
