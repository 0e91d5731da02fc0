"""A text that fits a JSON Schema, and says what was said where it may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.replies.schemas.check import fits
from scaffold.endpoint.replies.schemas.merge import Contradiction
from scaffold.endpoint.replies.schemas.pattern import examples

JsonObject = dict[str, Any]

# How long a text, or a list, may have to be.
LONGEST = 100_000
_FORMATS = {
    "date-time": "2026-01-31T09:30:00Z",
    "date": "2026-01-31",
    "time": "09:30:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
}


@dataclass
class Words:
    """What the values of an example say, where the schema leaves them free.

    Attributes:
        text: what texts say.
        names: what they say before that, one each.
        numbers: the numbers, one each.
        by_field: what the texts of certain fields say, whatever else is said.
    """

    text: str
    names: list[str] = field(default_factory=list)
    numbers: Iterator[float] = field(default_factory=lambda: iter(()))
    by_field: Mapping[str, str] = field(default_factory=dict)

    def say(self, name: str) -> str:
        """Return what the text of a field says."""
        if name.lower() in self.by_field:
            return self.by_field[name.lower()]
        return self.names.pop(0) if self.names else self.text


def text_for(schema: JsonObject, words: Words, name: str, turn: int) -> str:
    """Return a text that fits a schema.

    Args:
        schema: the schema, of a text.
        words: what it says where it is free to.
        name: of the field that it is for.
        turn: which of several different texts it is, where they must differ.

    Raises:
        Contradiction: none was found.
    """
    fewest, most = schema.get("minLength", 0), schema.get("maxLength", LONGEST)
    if fewest > LONGEST:
        raise Contradiction
    pattern = schema.get("pattern")
    free = turn == 0 and pattern is None and "format" not in schema
    for text in _texts(schema, words.say(name) if free else words.text, fewest):
        if pattern is None:
            other = f"{turn} {text}" if turn and "format" not in schema else text
            text = other.ljust(fewest, ".")[:most]
        if fits(text, {**schema, "type": "string"}, schema):
            return text
    raise Contradiction


def _texts(schema: JsonObject, said: str, fewest: int) -> Iterator[str]:
    yield said
    if str(schema.get("format")) in _FORMATS:
        yield _FORMATS[str(schema["format"])]
    if "pattern" in schema:
        yield from examples(str(schema["pattern"]), fewest)
