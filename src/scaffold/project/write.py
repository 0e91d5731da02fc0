"""Files → disk: conflicts are found before anything is touched, and files are moved in whole.

A kill at any moment leaves a new folder as a whole or not at all, and in an old one each file as
it was or as it is to be. What a killed run had staged is removed by the next one there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from scaffold.errors import ConflictError, ScaffoldError
from scaffold.lock import locked
from scaffold.project.paths import STAGING, check_paths
from scaffold.project.render import File
from scaffold.project.staging import put, staging_in

OnConflict = Literal["fail", "keep", "overwrite"]

PATIENCE = 5.0  # seconds to wait for another run, which takes some milliseconds

# What tells whether a file is still the one that was looked at: its size, time, number and mode.
Mark = tuple[int, int, int, int]


class Plan(NamedTuple):
    """What writing a project would do.

    Attributes:
        target: the project's folder.
        write: the files that are new, or overwrite another, in this order.
        unchanged: the files that are there already, byte for byte.
        kept: the files that differ from what is there, and are left as they are.
        remove: the files that are there and go, as paths.
        seen: by path, the mark of what is there and differs or goes.
        last: the file that tells what the others are: it comes when all else is done.
    """

    target: Path
    write: tuple[File, ...]
    unchanged: tuple[File, ...]
    kept: tuple[File, ...]
    remove: tuple[str, ...] = ()
    seen: Mapping[str, Mark] = MappingProxyType({})
    last: str = ""


def plan_writes(files: Sequence[File], target: Path, on_conflict: OnConflict) -> Plan:
    """Compare files with what is in the target folder. Touches nothing.

    Args:
        files: the files of the project.
        target: its folder, which need not be there.
        on_conflict: what to do about files that are there and differ.

    Raises:
        ConflictError: files are in the way and `on_conflict` is `fail`, or what is in the way is
            no file that could be overwritten; its details are the paths.
        ScaffoldError: the target can't be read, or a path is refused.
    """
    check_paths(file.path for file in files)
    with readable_errors(target):
        # In this order: another run may make the folder in between.
        if os.path.lexists(target) and not target.is_dir():
            raise ConflictError(f"'{target}' is a file: name another folder with --output-dir")
        looks = {file: _look(file, target) for file in files}
    blocked = tuple(file.path for file in files if looks[file][0] == "blocked")
    if blocked:
        raise ConflictError(
            f"something that is no plain file is in the way in '{target}', nothing was written:",
            blocked,
        )
    differing = tuple(file for file in files if looks[file][0] == "differs")
    if differing and on_conflict == "fail":
        raise ConflictError(
            f"files are in the way in '{target}', nothing was written; choose another "
            "--output-dir, or --on-conflict keep or overwrite:",
            tuple(file.path for file in differing),
        )
    plan = Plan(
        target,
        write=tuple(file for file in files if looks[file][0] == "absent"),
        unchanged=tuple(file for file in files if looks[file][0] == "same"),
        kept=differing,
        seen={file.path: mark for file, (_, mark) in looks.items() if mark and file in differing},
    )
    return overwriting(plan, differing) if on_conflict == "overwrite" else plan


def overwriting(plan: Plan, files: Sequence[File]) -> Plan:
    """Turn a plan that keeps these files into one that overwrites them.

    Raises:
        ConflictError: some of what is there may not be written to; its details are the paths.
    """
    read_only = tuple(file.path for file in files if not plan.seen[file.path][3] & 0o222)
    if read_only:
        raise ConflictError(
            f"files in '{plan.target}' are read-only and in the way, nothing was written; "
            "make them writable, or --on-conflict keep:",
            read_only,
        )
    chosen = {*plan.write, *files}
    every = (*plan.write, *plan.kept)
    return plan._replace(
        write=tuple(sorted((file for file in every if file in chosen), key=lambda f: f.path)),
        kept=tuple(file for file in plan.kept if file not in chosen),
    )


def write_files(plan: Plan) -> None:
    """Carry a plan out: a new folder appears whole, an old one never holds half a file.

    Raises:
        ConflictError: what is there is no longer what the plan was made for.
        ScaffoldError: the disk is full, the folder can't be written to, or the like. What was
            staged is gone again.
    """
    with readable_errors(plan.target):
        if not plan.target.is_dir():
            _write_new(plan)
        elif plan.write or plan.remove or os.path.lexists(plan.target / STAGING):
            _write_into(plan)


@contextlib.contextmanager
def readable_errors(target: Path) -> Iterator[None]:
    """Turn what the system refuses into an error that names the folder and what was refused."""
    try:
        yield
    except OSError as error:
        where = error.filename or target
        raise ScaffoldError(f"can't write '{target}': {error.strerror} ('{where}')") from error


def mark_of(path: Path) -> Mark | None:
    """Take the mark of a plain file; None where there is none, and never that of a link's end."""
    try:
        facts = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    plain = stat.S_ISREG(facts.st_mode)
    return (facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_mode) if plain else None


def _write_new(plan: Plan) -> None:
    target = plan.target.absolute()
    made = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.parent) as lock, staging_in(target.parent, lock) as staging:
            if os.path.lexists(target):
                raise _changed(plan, ())
            for file in plan.write:
                put(file, staging)
            # Who moves in first wins: a folder that holds something is never replaced.
            try:
                staging.rename(target)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    raise _changed(plan, ()) from error
                raise
    except BaseException:
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise


def _write_into(plan: Plan) -> None:
    target = plan.target
    with locked(target, patience=PATIENCE) as lock, staging_in(target, lock) as staging:
        if lock == "busy":
            raise ConflictError(
                f"another run is writing in '{target}' at this moment; this run wrote nothing: "
                "wait until it is done"
            )
        # All the room that is needed is taken before the first file changes.
        for file in plan.write:
            seen = plan.seen.get(file.path)
            put(file, staging, mode=stat.S_IMODE(seen[3]) if seen else None)
        _check_still(plan)
        # What is moved to another name has to be there before it goes here.
        early = [path for path in plan.remove if _is_in_the_way(path, plan.write)]
        _remove(target, early)
        for file in plan.write:
            if file.path != plan.last:
                _move_in(staging, target, file.path)
        _remove(target, [path for path in plan.remove if path not in early])
        if any(file.path == plan.last for file in plan.write):
            _move_in(staging, target, plan.last)


def _check_still(plan: Plan) -> None:
    """Look again, since another run or an editor may have been there since the plan was made."""
    paths = [*(file.path for file in plan.write), *plan.remove]
    changed = tuple(
        path
        for path in paths
        if _behind_link(path, plan.target)
        or mark_of(plan.target / path) != plan.seen.get(path)
        or (path not in plan.seen and os.path.lexists(plan.target / path))
    )
    if changed:
        raise _changed(plan, changed)


def _changed(plan: Plan, paths: tuple[str, ...]) -> ConflictError:
    return ConflictError(
        f"another run, or an editor, wrote in '{plan.target}' at the same moment; "
        "this run wrote nothing" + (":" if paths else ""),
        paths,
    )


def _move_in(staging: Path, target: Path, path: str) -> None:
    (target / path).parent.mkdir(parents=True, exist_ok=True)
    (staging / path).replace(target / path)


def _remove(target: Path, paths: Sequence[str]) -> None:
    for path in paths:
        (target / path).unlink()
        _drop_empty_folders(target, path)


def _is_in_the_way(path: str, files: Sequence[File]) -> bool:
    """Says whether a file has to go before others come: as a folder of them, or as their folder."""
    gone = path.casefold()
    for file in files:
        new = file.path.casefold()
        if gone == new or gone.startswith(f"{new}/") or new.startswith(f"{gone}/"):
            return True
    return False


def _drop_empty_folders(target: Path, path: str) -> None:
    for parent in list(Path(path).parents)[:-1]:
        with contextlib.suppress(OSError):
            (target / parent).rmdir()


State = Literal["absent", "same", "differs", "blocked"]


def _look(file: File, target: Path) -> tuple[State, Mark | None]:
    path = target / file.path
    if _behind_link(file.path, target):
        return "blocked", None
    if not os.path.lexists(path):
        return "absent", None
    if file.link and path.is_symlink() and path.readlink().as_posix() == file.link:
        return "same", None
    mark = mark_of(path)
    if mark is None or file.link:  # a link, a folder, a pipe; or a link is to come
        return "blocked", None
    # What is in the way may be huge: it is read only where it can be equal.
    same = mark[0] == len(file.content) and path.read_bytes() == file.content
    return ("same" if same else "differs"), mark


def _behind_link(path: str, target: Path) -> bool:
    # A link in the project's folder may lead anywhere: it is never followed.
    for parent in list(Path(path).parents)[:-1]:
        folder = target / parent
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            return True
    return False
