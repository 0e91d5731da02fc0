"""What becomes of each file → what is written, and what is left to the person. Touches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ConflictError
from scaffold.project.paths import check_paths
from scaffold.project.provenance import CopierOrigin, Origin, restate_origin
from scaffold.project.render import File
from scaffold.project.write import Mark, Plan, mark_of
from scaffold.update.changelog import ChangelogLine
from scaffold.update.merge import Formatter, Obstacle, Outcome, merge_projects
from scaffold.update.reading import Project
from scaffold.update.text import Resolution

# Of a sample, or of a template from elsewhere.
AnyOrigin = Origin | CopierOrigin


class Update(NamedTuple):
    """A project's update, before it is written.

    Attributes:
        origin: what the project was made from.
        newest: what it is made from afterwards.
        outcomes: what becomes of each file.
        plan: what is written.
        left: the files in which something is left to resolve once it is written.
        before: by path, what is there before it is written.
    """

    origin: AnyOrigin
    newest: AnyOrigin
    outcomes: tuple[Outcome, ...]
    plan: Plan
    left: tuple[str, ...]
    before: Mapping[str, bytes]

    @property
    def conflicting(self) -> tuple[Outcome, ...]:
        """Return what has conflicts."""
        return tuple(each for each in self.outcomes if each.conflicts)


class Updated(NamedTuple):
    """A project that was updated, or would be.

    Attributes:
        update: what becomes of each file.
        changes: what the changelog says of the sample since the project was made.
        written: whether it was written.
    """

    update: Update
    changes: Sequence[ChangelogLine]
    written: bool


class Newer(NamedTuple):
    """What a project was made from, and what it would be made from today."""

    origin: AnyOrigin
    newest: AnyOrigin

    @property
    def exists(self) -> bool:
        """Say whether there is a newer version."""
        if isinstance(self.origin, Origin) and isinstance(self.newest, Origin):
            return self.newest.revision > self.origin.revision
        return self.newest != self.origin


class _Changes(NamedTuple):
    """What one outcome does: the files that it writes, removes and leaves to resolve."""

    write: tuple[File, ...] = ()
    remove: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def plan_update(
    directory: Path,
    origins: tuple[AnyOrigin, AnyOrigin],
    base: Mapping[str, bytes],
    project: Project,
    newest: Mapping[str, bytes],
    *,
    resolution: Resolution = "fail",
    formatted: Formatter | None = None,
) -> Update:
    """Plan the update of a project.

    Args:
        directory: the project.
        origins: what it was made from, and what it is to be made from.
        base: by path, the files that it was made with.
        project: the files that are there.
        newest: the files that the newest version is made with.
        resolution: what becomes of conflicts.
        formatted: formats a file as the project's settings want it.

    Raises:
        ConflictError: something is in the way that can't be overwritten.
    """
    origin, target = origins
    before = {path: _restated(target, path, each) for path, each in base.items()}
    yours = {
        path: _restated(target, path, each, before) if isinstance(each, bytes) else each
        for path, each in project.files.items()
    }
    after = {path: _restated(target, path, each) for path, each in newest.items()}
    outcomes = tuple(merge_projects(before, yours, after, formatted))
    changes = [_changes(each, project, resolution, target.name) for each in outcomes]
    write = {file.path: file for change in changes for file in change.write}
    # A folder that takes the place of a file, and the other way round, is checked with the rest.
    check_paths(write)
    remove = tuple(path for change in changes for path in change.remove if path not in write)
    marks = _marks(directory, project, [*write, *remove])
    _check_places(directory, project, write, remove, marks)
    plan = Plan(directory, tuple(write.values()), (), (), remove, marks, target.file)
    left = tuple(path for change in changes for path in change.left)
    contents = {path: each for path, each in project.files.items() if isinstance(each, bytes)}
    return Update(origin, target, outcomes, plan, left, contents)


def _restated(
    target: AnyOrigin, path: str, content: bytes, base: Mapping[str, bytes] | None = None
) -> bytes:
    """Leave aside what a file says of what made it: that is no edit of anybody's."""
    if isinstance(target, Origin):
        return restate_origin(path, content, target)
    return (base or {}).get(path, content) if path == target.file else content


def _changes(outcome: Outcome, project: Project, resolution: Resolution, name: str) -> _Changes:
    path, here = outcome.path, outcome.was or outcome.path
    now = project.files.get(here)
    if outcome.kind == "removed":
        return _Changes(remove=(here,))
    if outcome.kind == "added":
        return _Changes(write=(File(path, outcome.newest or b""),))
    if outcome.kind == "beside" and not (resolution == "newest" and isinstance(now, bytes)):
        beside = f"{path}.new"
        if resolution == "mine":
            return _Changes()
        return _Changes(write=(File(beside, outcome.newest or b""),), left=(beside,))
    if not isinstance(now, bytes) or outcome.kind in ("orphaned", "deleted"):
        return _Changes()
    content = _content(outcome, resolution, name)
    moved = (here,) if here != path else ()
    write = (File(path, content),) if moved or content != now else ()
    if not outcome.conflicts or resolution not in ("mark", "rej"):
        return _Changes(write, moved)
    if resolution == "mark" or outcome.merged is None:
        return _Changes(write, moved, (path,))
    rejects = File(f"{path}.rej", outcome.merged.rejects(path))
    return _Changes((*write, rejects), moved, (rejects.path,))


def _content(outcome: Outcome, resolution: Resolution, name: str) -> bytes:
    if outcome.kind in ("same", "yours") and isinstance(outcome.yours, bytes):
        return outcome.yours
    if outcome.merged is not None:
        return outcome.merged.content(resolution, name)
    return outcome.newest or b""


def _marks(directory: Path, project: Project, paths: list[str]) -> dict[str, Mark]:
    marks = {path: project.marks.get(path) or mark_of(directory / path) for path in paths}
    return {path: mark for path, mark in marks.items() if mark}


def _check_places(
    directory: Path,
    project: Project,
    write: Mapping[str, File],
    remove: tuple[str, ...],
    marks: Mapping[str, Mark],
) -> None:
    """Make sure that whatever is written or removed may be."""
    blocked = []
    for path, file in write.items():
        known = isinstance(project.files.get(path), bytes)
        there = directory / path
        same = path in marks and there.read_bytes() == file.content
        folders = list(Path(path).parents)[:-1]
        if any((directory / each).is_symlink() for each in folders) or any(
            (directory / each).exists() and not (directory / each).is_dir() for each in folders
        ):
            blocked.append(f"{path}: it is behind a link or a file")
        elif not known and not same and (there.exists() or there.is_symlink()):
            blocked.append(f"{path}: something else is there")
    blocked += [
        f"{path}: it is read-only"
        for path in [*write, *remove]
        if path in marks and not marks[path][3] & 0o222
    ]
    if blocked:
        raise ConflictError(
            f"something is in the way in '{directory}', nothing was written:", tuple(blocked)
        )


def describe_obstacle(outcome: Outcome) -> str:
    """Say why a file could not be merged."""
    if isinstance(outcome.yours, Obstacle):
        return outcome.yours.what
    return "not text that could be merged"
