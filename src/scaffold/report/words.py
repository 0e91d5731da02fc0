"""How a number, a time, a run and a name are said in every report."""

from __future__ import annotations

import re

from scaffold.catalogue.records import Lifecycle, Run


def describe_run(run: Run | None) -> str:
    """Say when something was last run, and with which packages."""
    if run is None:
        return "never recorded"
    packages = (f"{name} {' … '.join(each)}" for name, each in run.packages.items())
    return f"{run.date}, with {', '.join(packages)}"


def since(lifecycle: Lifecycle) -> str:
    """Say where something stands in time."""
    return f"{lifecycle.state} since {lifecycle.since}" if lifecycle.since else lifecycle.state


def count(number: int, noun: str) -> str:
    """Say how many there are of something."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def visible(text: str, *, lines: bool = False) -> str:
    r"""Show what can't be seen, and what a terminal would obey, as Python writes it: `\x1b`.

    A name may hold escape sequences, marks that turn the reading direction around, characters
    without width, and bytes that are no text.

    Args:
        text: the text.
        lines: whether it is more than one line: ends of lines and tabs then stay as they are.
    """
    return (_UNUSUAL_IN_LINES if lines else _UNUSUAL).sub(_escaped, text)


_UNUSUAL = re.compile(r"[^ -~]")
_UNUSUAL_IN_LINES = re.compile(r"[^ -~\n\t]")
_UNDECODED = range(0xDC80, 0xDD00)  # how Python keeps a byte that is no text


def _escaped(match: re.Match[str]) -> str:
    if match[0].isprintable():
        return match[0]
    number = ord(match[0])
    if number in _UNDECODED:
        number -= 0xDC00
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
