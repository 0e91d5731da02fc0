"""The plain part of YAML that our own files keep to, read without PyYAML.

Importing PyYAML takes longer than all else that `scaffold list` does. So what is plain is read
here, and the rest is left to PyYAML. What is read here is what PyYAML makes of it: a test holds it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_QUOTED = r"""  "[^"\\]*" | '[^']*'  """
_LINE = re.compile(r"( *)([A-Za-z_][\w.-]{0,99}):(?: (.+))?", re.ASCII)
_ITEM = re.compile(rf"{_QUOTED} | [A-Za-z](?:[\w./@+\ -]*[\w./@+-])?", re.ASCII | re.VERBOSE)
_LIST = re.compile(rf"\[(?:(?:{_ITEM.pattern})(?:,\ |(?=\])))*\]", re.ASCII | re.VERBOSE)
_SCALAR = re.compile(
    rf"{_QUOTED} | \d{{4}}-\d\d-\d\d | \d+\.\d+ | [1-9]\d{{0,8}} | [A-Za-z](?:.*[^:\ ])?",
    re.ASCII | re.VERBOSE,
)
# They look like texts, and are none.
_WORDS = {"true", "false", "yes", "no", "on", "off", "null"}


def read_plain(text: str) -> dict[str, Any] | None:
    """Read mappings, one in the other, of texts, true and false, dates, fractions, and lists.

    Args:
        text: the content of a file.

    Returns:
        What PyYAML makes of it; None where there is more to it than that, or a mistake in it.
    """
    try:
        return _mapping(text.split("\n"))
    except ValueError:
        return None


def _mapping(lines: list[str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    # The mappings that a line is in, the innermost last, each with its indentation.
    inside = [(0, root)]
    opened: dict[str, Any] | None = None
    for line in lines:
        if not line.isprintable():
            raise ValueError("a tab, or a character that can't be seen")
        if not line.strip(" ") or line.lstrip(" ").startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[2].lower() in _WORDS:
            raise ValueError("no line of a plain mapping")
        indentation, name, value = len(match[1]), match[2], match[3]
        if opened is not None:
            if indentation <= inside[-1][0]:
                raise ValueError("a name with nothing under it")
            inside.append((indentation, opened))
        while inside[-1][0] > indentation:
            inside.pop()
        if inside[-1][0] != indentation:
            raise ValueError("indented as nothing above it is")
        opened = {} if value is None else None
        inside[-1][1][name] = opened if value is None else _value(value)
    if opened is not None or not root:
        raise ValueError("nothing there")
    return root


def _value(text: str) -> Any:
    if _LIST.fullmatch(text):
        return [_scalar(item) for item in _ITEM.findall(text)]
    return _scalar(text)


def _scalar(text: str) -> str | bool | int | float | date:
    if not _SCALAR.fullmatch(text) or ": " in text or " #" in text:
        raise ValueError("no plain text")
    if text[0] in "\"'":
        return text[1:-1]
    if text.isdigit():
        return int(text)
    if text[0].isdigit():
        return float(text) if "." in text else date.fromisoformat(text)
    if text in ("true", "false"):
        return text == "true"
    if text.lower() in _WORDS:
        raise ValueError("no text")
    return text
