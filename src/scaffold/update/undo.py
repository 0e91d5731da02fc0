"""What an update changed, as it was before: kept outside of the project until the next update.

One file a project, in the user's folder for state: a line of JSON that tells of each file what it
was and what it became, and the bytes that they had.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.errors import ConflictError, ScaffoldError, UsageError
from scaffold.project.owned_folder import content_of, sha256
from scaffold.project.render import File
from scaffold.project.write import Mark, Plan, mark_of, readable_errors


class Before(NamedTuple):
    """A file as it was before an update.

    Attributes:
        path: where it is in the project.
        content: its bytes; None where there was no file.
        after: the fingerprint that it has after the update; None where there is none then.
    """

    path: str
    content: bytes | None
    after: str | None


class Undo(NamedTuple):
    """What undoes an update.

    Attributes:
        plan: what is written.
        before: by path, what is there before it is written.
    """

    plan: Plan
    before: Mapping[str, bytes]


def keep_before(plan: Plan, state: Path) -> None:
    """Keep what a plan is going to change, so that it can be undone.

    Raises:
        ScaffoldError: it can't be kept.
    """
    place = _place(plan.target, state)
    befores = [
        Before(file.path, content_of(plan.target, file.path), sha256(file.content))
        for file in plan.write
    ]
    befores += [Before(path, content_of(plan.target, path), None) for path in plan.remove]
    header = {
        "project": str(plan.target.resolve()),
        "files": [
            {
                "path": before.path,
                "size": None if before.content is None else len(before.content),
                "after": before.after,
            }
            for before in befores
        ],
    }
    line = json.dumps(header).encode() + b"\n"
    try:
        # Nobody else may read what a person has in a project.
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = place.with_suffix(".new")
        try:
            new.write_bytes(line + b"".join(before.content or b"" for before in befores))
            new.replace(place)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ScaffoldError(
            f"can't keep what --undo would need in '{place.parent}' ({error.strerror}), so nothing "
            "was written; XDG_STATE_HOME names another folder for it"
        ) from error


def plan_undo(directory: Path, state: Path) -> Undo:
    """Compare a project with what it was before its last update. Touch nothing.

    Raises:
        UsageError: no update of it is known.
        ConflictError: files were changed since; its details are their paths.
        ScaffoldError: something can't be read.
    """
    place = _place(directory, state)
    try:
        befores = list(_read(place.read_bytes()))
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"no update of '{directory}' is known that could be undone") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScaffoldError(f"what '{place}' keeps of the last update can't be read") from error
    write, remove, changed = [], [], []
    contents: dict[str, bytes] = {}
    seen: dict[str, Mark] = {}
    with readable_errors(directory):
        for before in befores:
            there = content_of(directory, before.path)
            blocked = there is None and os.path.lexists(directory / before.path)
            now = None if there is None else sha256(there)
            if not blocked and there == before.content:
                continue
            if blocked or now != before.after:
                changed.append(before.path)
                continue
            mark = mark_of(directory / before.path)
            if mark and there is not None:
                seen[before.path] = mark
                contents[before.path] = there
            if before.content is None:
                remove.append(before.path)
            else:
                write.append(File(before.path, before.content))
    if changed:
        raise ConflictError(
            f"files in '{directory}' were changed since the update, nothing was undone; put them "
            "elsewhere, undo, and bring back what you need:",
            tuple(changed),
        )
    return Undo(Plan(directory, tuple(write), (), (), tuple(remove), seen), contents)


def forget_before(directory: Path, state: Path) -> None:
    """Drop what was kept of the last update, once it is undone.

    Raises:
        ScaffoldError: it can't be dropped.
    """
    with readable_errors(state):
        _place(directory, state).unlink(missing_ok=True)


def _place(directory: Path, state: Path) -> Path:
    name = hashlib.sha256(str(directory.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return state / "before-update" / name[:32]


def _read(kept: bytes) -> Iterator[Before]:
    line, _, contents = kept.partition(b"\n")
    header: dict[str, Any] = json.loads(line)
    at = 0
    for file in header["files"]:
        size = file["size"]
        content = None if size is None else contents[at : at + size]
        at += size or 0
        yield Before(file["path"], content, file["after"])
    if at != len(contents):
        raise ValueError("a part is missing")
