"""A text of the user's in a file: it stands as a literal, in whose place there can be a mark."""

from __future__ import annotations

from collections.abc import Mapping


def literal(value: str) -> bytes:
    """Write a text as Python source, as the templates and ruff do: in double quotes if it can."""
    text = repr("'" + value)  # the quote has it choose double ones
    return (text[0] + (text[2:] if text[0] == '"' else text[3:])).encode()


def mark_of(name: str) -> bytes:
    """Return what stands in the place of a question's text; no literal can have it in it."""
    return b"\0" + name.encode() + b"\0"


def fill(content: bytes, texts: Mapping[str, str]) -> bytes:
    """Put texts in the places of their marks.

    Args:
        content: a file with marks.
        texts: the answers, by question.
    """
    for name, text in texts.items():
        content = content.replace(mark_of(name), literal(text))
    return content
