"""What made a project: one line in it, which `scaffold update` reads.

A sample has it in its requirements.txt, a project in its pyproject.toml, under [tool.scaffold]:

    # Made by scaffold: openai-chat-streaming@7 provider=azure
    made-by = "openai-chat-streaming@7 provider=azure shape=project package=my_chat"

The template, its revision, and the answers that are not free text; what was answered as text
stands in the project itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from scaffold.catalogue.records import PROJECT

_SAMPLES, _PROJECTS = "requirements.txt", "pyproject.toml"
FILES = (_SAMPLES, _PROJECTS)  # where the line may stand

_MARK = b"\xef\xbb\xbf"  # with which some editors begin a file
_LINES = {
    _SAMPLES: re.compile(rb"^#[ \t]*Made by scaffold:[ \t]*([^\r\n]*)(?:\r?\n|\Z)", re.MULTILINE),
    _PROJECTS: re.compile(rb'^made-by[ \t]*=[ \t]*"([^"\r\n]*)"[ \t]*(?:\r?\n|\Z)', re.MULTILINE),
}
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
    def file(self) -> str:
        """The file of a project that says it."""
        return _PROJECTS if self.answers.get("shape") == PROJECT else _SAMPLES

    def line(self, file: str) -> str:
        """The line that says it in that file."""
        said = self.full_name.replace(",", " ")
        return f"# Made by scaffold: {said}" if file == _SAMPLES else f'made-by = "{said}"'


class CopierOrigin(NamedTuple):
    """What a project was made from, where Copier's answers file says it.

    Attributes:
        template: the template's address, as it stands there.
        revision: the version: a tag, or a tag and a commit, or a commit.
        file: the answers file, relative to the project.
        answers: none that would tell versions apart.
    """

    template: str
    revision: str
    file: str
    answers: Mapping[str, str] = MappingProxyType({})

    @property
    def name(self) -> str:
        """The template and its version, as an address."""
        return f"{self.template}@{self.revision}"


def parse_origin(text: str) -> Origin | None:
    """Read `NAME@REVISION`, with or without answers after it; None where it is none."""
    match = _ORIGIN.fullmatch(text.strip())
    if match is None:
        return None
    answers = dict(answer.split("=", 1) for answer in re.split(r"[\s,]+", match[3]) if answer)
    return Origin(match[1], int(match[2]), answers)


def find_origin(files: Mapping[str, object]) -> Origin | None:
    """Read what a project's files say made it; None where no line says it.

    Where there are several such lines, as in a file with unresolved conflicts, nothing is said.

    Args:
        files: by path, the content of those that are there.
    """
    for name in FILES:
        content = files.get(name)
        if isinstance(content, bytes):
            found = _LINES[name].findall(content.removeprefix(_MARK))
            if found:
                return (
                    parse_origin(found[0].decode("utf-8", "replace")) if len(found) == 1 else None
                )
    return None


def restate_origin(path: str, content: bytes, origin: Origin | None) -> bytes:
    """Make a file say what made a project, where it said so before, or else where it belongs.

    Args:
        path: the file; one that never says it stays as it is.
        content: what it has.
        origin: what it is to say; None for nothing at all.
    """
    if path not in FILES or (origin is not None and path != origin.file):
        return content
    pattern = _LINES[path]
    end = b"\r\n" if content.count(b"\r\n") * 2 > content.count(b"\n") else b"\n"
    new = origin.line(path).encode() + end if origin is not None else b""
    mark = _MARK if content.startswith(_MARK) else b""
    content = content.removeprefix(mark)
    match = pattern.search(content)
    if match is not None:
        rest = pattern.sub(b"", content[match.end() :])
        return mark + content[: match.start()] + new + rest
    if path == _SAMPLES or not new:
        return mark + new + content
    heading = b"[tool.scaffold]" + end
    if heading in content:
        return mark + content.replace(heading, heading + new, 1)
    gap = b"" if content.endswith(b"\n") or not content else end
    return mark + content + gap + end + heading + new
