"""A diff, as it may be shown to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from scaffold.report.words import visible
from scaffold.terminal.screen import is_terminal, may_colour


def coloured(diff: str) -> str:
    """Colour a diff as git does: what goes is red, what comes is green."""
    colours = {"---": "1", "+++": "1", "@": "36", "-": "31", "+": "32"}
    lines = []
    for line in diff.splitlines(keepends=True):
        code = next((code for start, code in colours.items() if line.startswith(start)), None)
        text = line.removesuffix("\n")
        lines.append(f"\x1b[{code}m{text}\x1b[0m\n" if code else line)
    return "".join(lines)


def for_people(diff: str, stream: TextIO, environ: Mapping[str, str]) -> str:
    """Make a diff fit for where it is shown: harmless on a terminal, and coloured if wanted.

    Args:
        diff: the diff.
        stream: where it is shown.
        environ: the environment, which may say that there are to be no colours.
    """
    if is_terminal(stream):
        diff = visible(diff.replace("\r\n", "\n"), lines=True)  # a file may hold anything
    return coloured(diff) if may_colour(environ, stream) else diff
