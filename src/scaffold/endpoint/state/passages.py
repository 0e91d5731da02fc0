"""Uploaded files cut into passages, which are searched and cited as the built-in documents are.

Source: https://developers.openai.com/api/docs/guides/retrieval#chunking
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.endpoint.replies.documents import Document

# A sentence or a line, with the space after it: joined again, they are the text.
_UNIT = re.compile(r"[^.!?\n]*(?:\n+|[.!?]+(?=\s|$)\s*|[.!?]+|$)")
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Passage(Document):
    """A part of an uploaded file."""

    of_file: str
    of_name: str

    @property
    def filename(self) -> str:
        """The name of the file that it is from."""
        return self.of_name

    @property
    def file_id(self) -> str:
        """The id of the file that it is from."""
        return self.of_file

    @property
    def text(self) -> str:
        """The passage as it is in the file."""
        return self.content

    @property
    def shelf(self) -> str:
        """Where a reply says that it is from."""
        return "your files"


def read(content: bytes) -> str | None:
    """Return the text of a file; None if it is none, or nothing but space."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding).replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or not text.strip() else text


def cut(file_id: str, filename: str, text: str, longest: int, overlap: int) -> tuple[Passage, ...]:
    """Return a file's text as passages, cut between sentences.

    Args:
        file_id: the id of the file.
        filename: its name; without an ending it is each passage's title.
        text: what is in it.
        longest: how many tokens a passage may have.
        overlap: how many tokens of a passage the next one repeats at most.
    """
    title = re.sub(r"[-_]+", " ", re.sub(r"\.\w+$", "", filename)).strip() or filename
    parts = _parts(text, longest * _CHARACTERS_PER_TOKEN, overlap * _CHARACTERS_PER_TOKEN)
    return tuple(
        Passage(f"{file_id}#{number}", title, part, file_id, filename)
        for number, part in enumerate(parts)
    )


def _parts(text: str, longest: int, overlap: int) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for unit in _units(text, longest):
        if size + len(unit) > longest:
            yield "".join(held)
            # What is repeated must leave room for what is new.
            most = min(overlap, longest - len(unit))
            while size > most:
                size -= len(held.pop(0))
        held.append(unit)
        size += len(unit)
    if held:
        yield "".join(held)


def _units(text: str, longest: int) -> Iterator[str]:
    for unit in _UNIT.findall(text):
        for start in range(0, len(unit), longest):
            yield unit[start : start + longest]
