"""Files → disk: conflicts are found before anything is touched, and files are moved in whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scaffold.errors import ConflictError, ScaffoldError
from scaffold.render import File

OnConflict = Literal["fail", "keep", "overwrite"]


@dataclass(frozen=True)
class Plan:
    """What writing a project would do.

    Attributes:
        target: the project's folder.
        write: the files that are new, or overwrite another.
        unchanged: the files that are there already, byte for byte.
        kept: the files that differ from what is there, and are left as they are.
    """

    target: Path
    write: tuple[File, ...]
    unchanged: tuple[File, ...]
    kept: tuple[File, ...]


def plan_writes(files: Sequence[File], target: Path, on_conflict: OnConflict) -> Plan:
    """Compares files with what is in the target folder. Touches nothing.

    Args:
        files: the files of the project.
        target: its folder, which need not be there.
        on_conflict: what to do about files that are there and differ.

    Raises:
        ConflictError: files are in the way and `on_conflict` is `fail`, or what is in the way is
            no file that could be overwritten; its details are the paths.
        ScaffoldError: the target can't be read.
    """
    with _readable_errors(target):
        if not target.is_dir() and os.path.lexists(target):
            raise ConflictError(f"'{target}' is a file: name another folder with --output-dir")
        states = {file: _state(file, target) for file in files}
    blocked = tuple(file.path for file in files if states[file] == "blocked")
    if blocked:
        raise ConflictError(
            f"something that is no plain file is in the way in '{target}', nothing was written:",
            blocked,
        )
    differing = tuple(file for file in files if states[file] == "differs")
    if differing and on_conflict == "fail":
        raise ConflictError(
            f"files are in the way in '{target}', nothing was written; choose another "
            "--output-dir, or --on-conflict keep or overwrite:",
            tuple(file.path for file in differing),
        )
    return Plan(
        target,
        write=tuple(
            file
            for file in files
            if states[file] == "absent" or (file in differing and on_conflict == "overwrite")
        ),
        unchanged=tuple(file for file in files if states[file] == "same"),
        kept=differing if on_conflict == "keep" else (),
    )


def write_files(plan: Plan) -> None:
    """Carries a plan out: a new folder appears whole, an old one never holds half a file.

    Raises:
        ScaffoldError: the disk is full, the folder can't be written to, or the like. What was
            staged is gone again.
    """
    with _readable_errors(plan.target):
        if plan.target.is_dir():
            _write_into(plan.target, plan.write)
        else:
            _write_new(plan.target, plan.write)


def _write_new(target: Path, files: Sequence[File]) -> None:
    target = target.absolute()
    made = [parent for parent in (target, *target.parents) if not parent.exists()][1:]
    staging = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        staging.mkdir(parents=True)
        for file in files:
            path = staging / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        staging.rename(target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise


def _write_into(target: Path, files: Sequence[File]) -> None:
    staged: dict[Path, Path] = {}
    try:
        # All the room that is needed is taken before the first file changes.
        for file in files:
            path = target / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
            staged[path].write_bytes(file.content)
            if path.exists():
                shutil.copymode(path, staged[path])
        for path, staging in staged.items():
            staging.replace(path)
    finally:
        for staging in staged.values():
            staging.unlink(missing_ok=True)


def _state(file: File, target: Path) -> Literal["absent", "same", "differs", "blocked"]:
    path = target / file.path
    # A link in the project's folder may lead anywhere: it is never followed.
    for parent in list(path.relative_to(target).parents)[:-1]:
        folder = target / parent
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            return "blocked"
    if path.is_symlink() or path.is_dir():
        return "blocked"
    if not path.exists():
        return "absent"
    return "same" if path.read_bytes() == file.content else "differs"


@contextlib.contextmanager
def _readable_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or target
        raise ScaffoldError(f"can't write '{target}': {error.strerror} ('{where}')") from error
