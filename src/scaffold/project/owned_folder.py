"""A folder that a command made whole, with an index in it: what is ours, and what was edited since.

The index is how a folder is known as one of ours, and how a file that somebody edited is told from
one that the catalogue has since changed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold.errors import ConflictError
from scaffold.project.render import File
from scaffold.project.write import Plan, mark_of, plan_writes, readable_errors

INDEX_VERSION = 1


def check_ours(target: Path, index: str) -> None:
    """Make sure that a folder is new, empty, or one that has this index.

    Raises:
        ConflictError: it holds other things, or is a file.
    """
    if target.is_file():
        raise ConflictError(f"'{target}' is a file: name a folder that is new or empty")
    if os.path.lexists(target / index) or not target.is_dir():
        return
    with os.scandir(target) as entries:
        if any(not ignored(entry.name) for entry in entries):
            raise ConflictError(
                f"'{target}' holds other things (it has no {index}), nothing was written: "
                "name a folder that is new or empty"
            )


def index_file(name: str, made_by: str, contents: Mapping[str, Any]) -> File:
    """Write the index of a folder.

    Args:
        name: the name of the file.
        made_by: the command.
        contents: what it made.
    """
    document = {"schema_version": INDEX_VERSION, "made_by": made_by, **contents}
    return File(name, (json.dumps(document, indent=2) + "\n").encode())


def plan_made(
    files: Sequence[File],
    index: File,
    target: Path,
    made: Mapping[str, str],
    gone: Iterable[str],
    *,
    force: bool,
) -> Plan:
    """Compare what is to be in the folder with what is. Touches nothing.

    Args:
        files: what is to be there, besides the index.
        index: the index as it is to be.
        target: the folder; it need not be there.
        made: by path, the fingerprints of the files that the index lists now.
        gone: the paths of files that were made and are no longer wanted.
        force: whether files that somebody edited are overwritten and removed too.

    Raises:
        ConflictError: something in the way can't be overwritten, or files were edited.
    """
    with readable_errors(target):
        plan = plan_writes([*files, index], target, "overwrite")
        marks = {path: mark_of(target / path) for path in gone}
        seen = {**plan.seen, **{path: mark for path, mark in marks.items() if mark}}
        edited = tuple(
            path
            for path in seen
            if path != index.path and sha256((target / path).read_bytes()) != made.get(path)
        )
    if edited and not force:
        raise ConflictError(
            f"files in '{target}' were changed since they were made, nothing was written; "
            "delete them, or overwrite them with --force:",
            edited,
        )
    # Until the index comes, the old one tells what is ours.
    remove = tuple(path for path in marks if path in seen)
    return plan._replace(remove=remove, seen=seen, last=index.path)


def ignored(name: str) -> bool:
    """Say whether a name is one that running, linting and testing leave in a folder."""
    return name.startswith(".") or name == "__pycache__" or name.endswith((".pyc", ".egg-info"))


def content_of(target: Path, path: str) -> bytes | None:
    """Read a plain file that is really in the folder; None for a link, or where there is none."""
    parts = Path(path).parents
    if any((target / parent).is_symlink() for parent in list(parts)[:-1]):
        return None
    return (target / path).read_bytes() if mark_of(target / path) else None


def sha256(content: bytes) -> str:
    """Give the fingerprint by which a file is known again."""
    return hashlib.sha256(content).hexdigest()
