"""What made a project: one comment line in its requirements.txt, which `scaffold update` reads.

    # Made by scaffold: openai-chat-streaming@7 provider=azure

The template, its revision, and the answers that are not free text; what was answered as text
stands in the project itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

FILE = "requirements.txt"  # where the line stands

_MADE_BY = "# Made by scaffold: "
_MARK = b"\xef\xbb\xbf"  # with which some editors begin a file
_LINE = re.compile(rb"^#[ \t]*Made by scaffold:[ \t]*([^\r\n]*)(?:\r?\n|\Z)", re.MULTILINE)
_ORIGIN = re.compile(r"([\w.-]+)@(\d{1,9})((?:[\s,]+[\w-]+=[\w.-]+)*)", re.ASCII)


class Origin(NamedTuple):
    """What a project was made from.

    Attributes:
        template: the template's name.
        revision: the template's revision.
        answers: the answers that are not free text, `provider` among them, by question.
    """

    template: str
    revision: int
    answers: Mapping[str, str]

    @property
    def name(self) -> str:
        """The template and its revision, as `--from` takes it."""
        return f"{self.template}@{self.revision}"

    @property
    def full_name(self) -> str:
        """The same with the answers, which makes it exact."""
        return ",".join([self.name, *(f"{key}={value}" for key, value in self.answers.items())])

    @property
    def line(self) -> str:
        """The line that says it in a project."""
        return _MADE_BY + self.full_name.replace(",", " ")


def parse_origin(text: str) -> Origin | None:
    """Read `NAME@REVISION`, with or without answers after it; None where it is none."""
    match = _ORIGIN.fullmatch(text.strip())
    if match is None:
        return None
    answers = dict(answer.split("=", 1) for answer in re.split(r"[\s,]+", match[3]) if answer)
    return Origin(match[1], int(match[2]), answers)


def find_origin(content: bytes) -> Origin | None:
    """Read what a requirements.txt says made it; None where no line says it.

    Where there are several such lines, as in a file with unresolved conflicts, nothing is said.
    """
    found = _LINE.findall(content.removeprefix(_MARK))
    return parse_origin(found[0].decode("utf-8", "replace")) if len(found) == 1 else None


def restate_origin(content: bytes, line: bytes) -> bytes:
    """Make a requirements.txt say what made it, where it said so before, or else at its top.

    Args:
        content: the file.
        line: the line to be there, without an end; empty for none at all.
    """
    end = b"\r\n" if content.count(b"\r\n") * 2 > content.count(b"\n") else b"\n"
    new = line + end if line else b""
    mark = _MARK if content.startswith(_MARK) else b""
    content = content.removeprefix(mark)
    match = _LINE.search(content)
    if match is None:
        return mark + new + content
    rest = _LINE.sub(b"", content[match.end() :])
    return mark + content[: match.start()] + new + rest
