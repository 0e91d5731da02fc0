"""A short text that matches a regular expression, for the `pattern` of a JSON Schema."""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator
from typing import Any

try:
    from re import _constants as kinds  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_constants as kinds
    import sre_parse as parser

# JavaScript's classes of Unicode, which Python doesn't know, as near as it has them.
_UNICODE = {r"\p{L}": r"[^\W\d_]", r"\p{N}": r"\d", r"\p{Lu}": "[A-Z]", r"\p{Ll}": "[a-z]"}
_CHARACTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits + " -_.,:;@/!#%&*+"
# What a lookahead such as "at least one digit" is content with: tried where the walk fails.
_USUAL = ("Aa1!Aa1!", "Aa1!Aa1!Aa1!Aa1!", "abc123", "a", "1", "2026-01-31", "me@example.com")


def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern of JSON Schema as Python has it; None if Python can't."""
    for theirs, ours in _UNICODE.items():
        pattern = pattern.replace(theirs, ours)
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def examples(pattern: str, fewest: int = 0) -> Iterator[str]:
    """Yield texts that match a pattern, shortest first; none where none is found.

    Args:
        pattern: the regular expression.
        fewest: how many characters a text has at least.
    """
    wanted = compiled(pattern)
    if wanted is None:
        return
    for more in (0, 1, 2, 3, fewest, fewest + 1):
        for shift in (0, 26, 52):
            try:
                made = _Walk(more, shift).text(parser.parse(wanted.pattern))
            except (LookupError, RecursionError, MemoryError):
                continue
            if len(made) >= fewest and wanted.search(made):
                yield made
    yield from (text for text in _USUAL if len(text) >= fewest and wanted.search(text))


class _Walk:
    """One way through a pattern: each repetition `more` times than it must, the first branch.

    Args:
        more: how often something is repeated beyond the least.
        shift: where to begin among the characters that may stand for a class.
    """

    def __init__(self, more: int, shift: int) -> None:
        self._more = more
        self._characters = _CHARACTERS[shift:] + _CHARACTERS[:shift]
        self._groups: dict[int, str] = {}

    def text(self, parsed: Any) -> str:
        return "".join(self._one(kind, value) for kind, value in parsed)

    def _one(self, kind: Any, value: Any) -> str:
        if kind is kinds.LITERAL:
            return chr(value)
        if kind in {kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT}:
            return ""
        if kind is kinds.BRANCH:
            return self.text(value[1][0])
        if kind is kinds.SUBPATTERN:
            self._groups[value[0]] = self.text(value[-1])
            return str(self._groups[value[0]])
        if kind is kinds.GROUPREF:
            return str(self._groups[value])
        if kind in {kinds.MAX_REPEAT, kinds.MIN_REPEAT}:
            fewest, most, repeated = value
            return self.text(repeated) * int(min(fewest + self._more, most))
        return self._character(kind, value)

    def _character(self, kind: Any, value: Any) -> str:
        """Return the first character that a class takes; others where none of the usual ones
        does.
        """
        for character in itertools.chain(self._characters, map(chr, range(160, 0x3000))):
            if _takes(kind, value, character):
                return character
        raise LookupError(value)


def _takes(kind: Any, value: Any, character: str) -> bool:
    if kind is kinds.IN:
        negated = value[0][0] is kinds.NEGATE
        classes = [part for part in value if part[0] is not kinds.NEGATE]
        found = any(_takes(part[0], part[1], character) for part in classes)
        return found is not negated
    code = ord(character)
    if kind is kinds.RANGE:
        return bool(value[0] <= code <= value[1])
    if kind is kinds.NOT_LITERAL:
        return bool(code != value)
    if kind is kinds.LITERAL:
        return bool(code == value)
    if kind is kinds.ANY:
        return character != "\n"
    return re.match(_CATEGORIES[str(value)], character) is not None


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
