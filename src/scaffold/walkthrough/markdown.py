"""The parts of a page, in the Markdown of Python-Markdown's PyMdown extensions.

What only those know (a note, a tip that unfolds, tabs) is written so that elsewhere it is still
readable: the text of a note in one paragraph, the rest as indented blocks.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence

# An underscore inside a word means nothing.
_SPECIAL = re.compile(r"[\\*\[\]#]|(?<!\w)_|_(?!\w)")


def fence(content: str, language: str) -> str:
    """Put text into a code block."""
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{content.rstrip(chr(10))}\n{ticks}"


def note(kind: str, title: str, paragraph: str) -> str:
    """Make a box of one paragraph.

    Args:
        kind: the kind of box, such as `note`.
        title: what stands above it.
        paragraph: what is in it.
    """
    return f'!!! {kind} "{title}"\n{_inside(paragraph)}'


def unfolding(kind: str, title: str, blocks: Iterable[str]) -> str:
    """Make a box that shows what is in it when it is clicked.

    Args:
        kind: the kind of box, such as `note`.
        title: what stands above it.
        blocks: what is in it.
    """
    return f'??? {kind} "{title}"\n\n{_inside(join(blocks))}'


def tabs(contents: Mapping[str, str]) -> str:
    """Put each content on a tab, by the tab's name."""
    return join(f'=== "{name}"\n\n{_inside(content)}' for name, content in contents.items())


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay cells out in columns."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in lines
    )


def code(text: str) -> str:
    """Marks a few words as code."""
    return f"`{text}`" if text else ""


def prose(text: str) -> str:
    """Keep what stands in plain words from being taken for Markdown; `code` stays code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        part if index % 2 else _SPECIAL.sub(r"\\\g<0>", part).replace("<", "&lt;")
        for index, part in enumerate(parts)
    )


def join(blocks: Iterable[str]) -> str:
    """Put blocks one under the other."""
    return "\n\n".join(block for block in blocks if block)


def _inside(text: str) -> str:
    return textwrap.indent(text, "    ")
