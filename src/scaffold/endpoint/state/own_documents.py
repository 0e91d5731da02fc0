"""Somebody's own documents, which stand in the place of the built-in ones."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from scaffold.endpoint.state.passages import Passage, cut, read

_LONGEST = 400  # tokens of a passage; a screenful
_MOST_FILES = 1000
_MOST_BYTES = 32 << 20


class DocumentsError(ValueError):
    """The documents can't be used: one line that says why."""


@dataclass(frozen=True)
class OwnPassage(Passage):
    """A part of one of somebody's own documents."""

    @property
    def url(self) -> str:
        """Where it is: the file's name, as an address has it."""
        return quote(self.of_name)

    @property
    def shelf(self) -> str:
        """Where a reply says that it is from."""
        return "your documents"


def read_documents(source: str | os.PathLike[str]) -> tuple[OwnPassage, ...]:
    """Read a text file, or all text files of a folder and those below it; hidden ones are not.

    Args:
        source: the file, or the folder.

    Raises:
        DocumentsError: there is none, they are too many, or one can't be read or is no text.
    """
    root = Path(source)
    try:
        return tuple(passage for path, name in _files(root) for passage in _passages(path, name))
    except OSError as error:
        where = error.filename or root
        raise DocumentsError(f"cannot read '{where}': {error.strerror or error}") from error


def _files(root: Path) -> list[tuple[Path, str]]:
    """The files, each with its name for people: its path from the folder."""
    if not root.is_dir():
        if root.stat().st_size > _MOST_BYTES or not root.is_file():
            raise DocumentsError(f"'{root}' is no file, or too large: 32 MiB is the most")
        return [(root, root.name)]
    found = sorted(_below(root))
    if not found:
        raise DocumentsError(f"there are no documents in '{root}'")
    if len(found) > _MOST_FILES or sum(path.stat().st_size for path, _ in found) > _MOST_BYTES:
        raise DocumentsError(f"'{root}' has too much in it: {_MOST_FILES} files, 32 MiB at most")
    return found


def _below(root: Path) -> Iterator[tuple[Path, str]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path, path.relative_to(root).as_posix()


def _passages(path: Path, name: str) -> Iterator[OwnPassage]:
    text = read(path.read_bytes())
    if text is None:
        raise DocumentsError(f"'{path}' is no text: save it as .txt or .md, or move it away")
    file_id = "file-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:24]
    for number, part in enumerate(cut(file_id, name, text, _LONGEST, 0)):
        # The file's name is what one wants cited; a key of an index may hold no `#`.
        own = dataclasses.replace(part, id=f"{file_id}-{number}", title=name)
        yield OwnPassage(**vars(own))
