"""Three versions of a file's bytes → one. Pure.

Line endings and a byte order mark are set aside for comparing and put back as they were in yours.
Nothing is decoded, so that a file in Latin-1 is merged as well as one in UTF-8.
"""

from __future__ import annotations

import codecs
from typing import Literal, NamedTuple

from scaffold.update.diff3 import Part, merge_lines

# What becomes of a conflict: nothing is written; it is marked in the file; the newest lines go to
# FILE.rej; your lines win; the newest lines win.
Resolution = Literal["fail", "mark", "rej", "mine", "newest"]

LONGEST = 1_000_000  # bytes; a longer file is left to its owner, as one that is not text


class Text(NamedTuple):
    """A file's content as lines.

    Attributes:
        lines: the lines, without their ends.
        ends: by line, how it ends; only the last may end with nothing.
        mark: the byte order mark; empty where there is none.
    """

    lines: list[bytes]
    ends: list[bytes]
    mark: bytes = b""

    @property
    def usual_end(self) -> bytes:
        """Return how most lines end."""
        return max((b"\n", b"\r\n"), key=self.ends.count)

    @property
    def is_closed(self) -> bool:
        """Say whether the last line has an end."""
        return not self.ends or self.ends[-1] != b""


class Conflict(NamedTuple):
    """Lines that both sides changed, each in another way.

    Attributes:
        line: the number of the first of them in yours, from 1.
        base: the lines that both come from.
        yours: your lines.
        newest: those of the newest version.
    """

    line: int
    base: tuple[bytes, ...]
    yours: tuple[bytes, ...]
    newest: tuple[bytes, ...]


class Merged(NamedTuple):
    """A merged file, whose conflicts may still be resolved in several ways.

    Attributes:
        parts: its lines.
        yours: your version, whose line ends it keeps.
        closed: whether its last line has an end.
    """

    parts: tuple[Part, ...]
    yours: Text
    closed: bool

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """List what could not be merged, from top to bottom."""
        return tuple(
            Conflict(part.line + 1, *(tuple(s) for s in (part.base, part.yours, part.newest)))
            for part in self.parts
            if part.kind == "conflict"
        )

    def content(self, resolution: Resolution, newest_name: str = "newest") -> bytes:
        """Put the file together.

        Args:
            resolution: what becomes of conflicts; with `fail` and `rej` your lines stay.
            newest_name: what the newest version is called in a mark.
        """
        end = self.yours.usual_end
        lines: list[bytes] = []
        for part in self.parts:
            mine = self._mine(part)
            theirs = [line + end for line in part.newest]
            if part.kind == "newest" or (part.kind == "conflict" and resolution == "newest"):
                lines += theirs
            elif part.kind == "conflict" and resolution == "mark":
                lines += [b"<<<<<<< yours" + end, *mine, b"=======" + end, *theirs]
                lines.append(b">>>>>>> " + newest_name.encode() + end)
            else:
                lines += mine
        if lines and not self.closed:
            lines[-1] = lines[-1].removesuffix(b"\n").removesuffix(b"\r")
        return self.yours.mark + b"".join(lines)

    def rejects(self, path: str) -> bytes:
        """Give the conflicts as the hunks that could not be applied, as `patch` writes them."""
        lines = [f"--- {path}\n+++ {path}\n".encode()]
        for conflict in self.conflicts:
            old, new = len(conflict.base), len(conflict.newest)
            lines.append(f"@@ -{conflict.line},{old} +{conflict.line},{new} @@\n".encode())
            lines += [b"-" + line + b"\n" for line in conflict.base]
            lines += [b"+" + line + b"\n" for line in conflict.newest]
        return b"".join(lines)

    def _mine(self, part: Part) -> list[bytes]:
        usual = self.yours.usual_end
        ends = self.yours.ends[part.line : part.line + len(part.yours)]
        return [line + (end or usual) for line, end in zip(part.yours, ends, strict=True)]


def is_text(content: bytes) -> bool:
    """Say whether content can be merged by lines; as git, it takes a zero byte for a sign."""
    return len(content) <= LONGEST and b"\0" not in content


def read_text(content: bytes) -> Text:
    """Part content into lines."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    *closed, last = content[len(mark) :].split(b"\n")
    lines = [line.removesuffix(b"\r") for line in closed]
    ends = [b"\r\n" if line.endswith(b"\r") else b"\n" for line in closed]
    if last:
        lines.append(last)
        ends.append(b"")
    return Text(lines, ends, mark)


def merge_text(base: bytes, yours: bytes, newest: bytes) -> Merged | None:
    """Merge two versions of a file that come from one.

    Args:
        base: the file as it was made.
        yours: the file as it is now.
        newest: the file as the template makes it today.

    Returns:
        The merged file; None where it can't be merged by lines: one of them is no text, or lines
        that are not ASCII would come into a file that is not UTF-8.
    """
    if not all(is_text(content) for content in (base, yours, newest)):
        return None
    before, mine, theirs = read_text(base), read_text(yours), read_text(newest)
    parts = tuple(merge_lines(before.lines, mine.lines, theirs.lines))
    if not _decodes(yours) and not all(
        line.isascii() for part in parts if part.kind != "both" for line in part.newest
    ):
        return None
    closed = theirs.is_closed if mine.is_closed == before.is_closed else mine.is_closed
    return Merged(parts, mine, closed)


def same_text(one: bytes, other: bytes) -> bool:
    """Say whether two contents differ in nothing but line ends and the byte order mark."""
    if one == other:
        return True
    if not (is_text(one) and is_text(other)):
        return False
    first, second = read_text(one), read_text(other)
    return first.lines == second.lines and first.is_closed == second.is_closed


def _decodes(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
