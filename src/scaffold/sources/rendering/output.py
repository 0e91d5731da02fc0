"""What Copier rendered, read from its throwaway folder: only what may be in a project gets through.

A template may do its worst, and so may an extension that was let run: the child is over when this
looks, and nothing of the folder is followed, opened or run but plain files.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from scaffold.errors import ScaffoldError, TemplateError
from scaffold.project.paths import check_paths
from scaffold.project.render import File
from scaffold.sources.rendering.limits import RenderLimits, beyond

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_output(folder: Path, limits: RenderLimits) -> tuple[File, ...]:
    """Read a rendered project, sorted by path.

    Args:
        folder: where it is.
        limits: how much there may be of it.

    Raises:
        ScaffoldError: a path, a link or a kind of file is refused, or there is too much of it.
    """
    found: dict[str, os.stat_result] = {}
    _gather(folder, "", found, limits)
    files = {path: facts for path, facts in found.items() if not stat.S_ISDIR(facts.st_mode)}
    check_paths(files)
    refused = tuple(
        f"{path!a}: {reason}"
        for path, facts in files.items()
        if (reason := _reason(folder, path, facts))
    )
    if refused:
        raise TemplateError("the template makes files that are refused:", refused)
    if sum(facts.st_size for facts in files.values()) > limits.size:
        raise beyond(f"makes more than {limits.size // 1_000_000} MB of files")
    return tuple(_read(folder, path, files[path]) for path in sorted(files))


def _gather(
    folder: Path, below: str, found: dict[str, os.stat_result], limits: RenderLimits
) -> None:
    """Find everything, folders too, and follow nothing."""
    pending = [below]
    while pending:
        below = pending.pop()
        with os.scandir(folder / below) as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                found[path] = facts = entry.stat(follow_symlinks=False)
                if len(found) > limits.files:
                    raise beyond(f"makes more than {limits.files:,} files")
                if stat.S_ISDIR(facts.st_mode):
                    pending.append(path)


def _reason(folder: Path, path: str, facts: os.stat_result) -> str:
    """Say why a file may not be in a project; empty when it may."""
    kind = stat.S_IFMT(facts.st_mode)
    if kind in _KINDS:
        return f"it is {_KINDS[kind]}"
    if not stat.S_ISLNK(facts.st_mode):
        return "" if facts.st_nlink == 1 else "it is one and the same file as another"
    return _reason_of_link(folder, path, (folder / path).readlink().as_posix())


def _reason_of_link(folder: Path, path: str, target: str) -> str:
    """Look at a link as it is written: what it leads to on this machine is no matter."""
    if target.startswith("/") or "\\" in target or ":" in target:
        return f"it is a link to {target!a}, which is no place in the project"
    at = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(target).parts:
        if part != "..":
            at.append(part)
        elif at:
            at.pop()
        else:
            return f"it is a link to {target!a}, which leads out of the project"
    try:
        check_paths(["/".join(at)] if at else [])
        inside = (folder / path).resolve().is_relative_to(folder.resolve())
    except (ScaffoldError, OSError, RuntimeError):
        inside = False
    # By way of another link, `..` may lead elsewhere than its words say.
    return "" if inside else f"it is a link to {target!a}, which is refused"


def _read(folder: Path, path: str, facts: os.stat_result) -> File:
    if stat.S_ISLNK(facts.st_mode):
        return File(path, b"", link=(folder / path).readlink().as_posix())
    executable = bool(facts.st_mode & stat.S_IXUSR)
    return File(path, (folder / path).read_bytes(), executable=executable)
