"""Which functions a user's words ask for, and with which arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.replies.schema_example import example
from scaffold.endpoint.replies.words import keywords, stem, words

_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]|(?<!\w)'([^']+)'(?!\w)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CAPITALISED = re.compile(r"[A-Z][\w'’.-]*(?:[ -][A-Z][\w'’.-]*)*")
# A lookahead, so that "in" in "in for Paris" does not use up the rest.
_AFTER = re.compile(
    r"\b(?:in|at|for|near|to|from|of|about|on|around|with)\s+(?=([^,.;:!?\n]+))", re.I
)
_END_OF_NAME = re.compile(
    r"\b(?:and|or|but|in|at|for|to|from|on|with|is|are|like|today|tomorrow|tonight|now|right|please|"
    r"this|next|using|as|degrees)\b.*",
    re.I,
)
_ARTICLE = re.compile(r"^(?:the|a|an|my|our)\s+", re.I)
# Arguments are looked for in this much of a text.
_LOOKED_AT = 2_000
_WHOLE_TEXT = {"query", "question", "text", "prompt", "message", "input", "expression", "request"}


@dataclass(frozen=True)
class Tool:
    """A function that may be called: its name, what it is for, its parameters as a JSON Schema."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


def wanted_tools(text: str, tools: Sequence[Tool]) -> list[Tool]:
    """The functions that a text asks for, in the order in which it speaks of them.

    A word of a function's name decides; only if no name fits do the descriptions count.
    """
    said = [stem(word) for word in words(text)]
    by_name = [(tool, set(keywords(" ".join(_NAME_PARTS.findall(tool.name))))) for tool in tools]
    by_description = [(tool, set(keywords(tool.description))) for tool in tools]
    for candidates in (by_name, by_description):
        places = [
            (min(map(said.index, own & set(said))), tool)
            for tool, own in candidates
            if own & set(said)
        ]
        if places:
            return [tool for _, tool in sorted(places, key=lambda pair: pair[0])]
    return []


def arguments(text: str, tool: Tool) -> str:
    """The arguments of a call as JSON text.

    Required parameters are filled out of the words; an optional one only when it is an enum one of
    whose values the words name.
    """
    properties = tool.parameters.get("properties")
    if not isinstance(properties, dict):
        return "{}"
    required = tool.parameters.get("required")
    needed = (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )
    text = text[:_LOOKED_AT]
    schemas = {
        name: schema if isinstance(schema, dict) else {} for name, schema in properties.items()
    }
    choices = [str(value) for schema in schemas.values() for value in _choices(schema)]
    names, numbers = _names(text, choices), iter(_NUMBER.findall(text))
    filled: dict[str, Any] = {}
    for name, schema in schemas.items():
        mentioned = [value for value in _choices(schema) if _mentions(text, str(value))]
        if mentioned:
            filled[name] = mentioned[0]
        elif name in needed:
            filled[name] = _value(name, schema, text, names, numbers)
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"))


def _choices(schema: dict[str, Any]) -> list[Any]:
    values = schema.get("enum")
    return values if isinstance(values, list) else []


def _mentions(text: str, value: str) -> bool:
    return bool(value) and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.I) is not None


def _value(
    name: str, schema: dict[str, Any], text: str, names: Iterator[str], numbers: Iterator[str]
) -> Any:
    kind = schema.get("type")
    if _choices(schema):
        return _choices(schema)[0]
    if "default" in schema:
        return schema["default"]
    if kind in {"integer", "number"}:
        number = next(numbers, None)
        if number is None:
            return example(schema, "")
        return float(number) if kind == "number" and "." in number else int(float(number[:15]))
    if kind in {None, "string"}:
        return text if name.lower() in _WHOLE_TEXT else next(names, _subject(text))
    if kind == "array" and schema.get("items", {}) in ({}, {"type": "string"}):
        return list(names) or [_subject(text)]
    return example(schema, text)


def _names(text: str, choices: Collection[str]) -> Iterator[str]:
    """What a text speaks of: quoted words, else names after a preposition, else any name."""
    for choice in choices:
        text = re.sub(rf"(?<!\w){re.escape(choice)}(?!\w)", "", text, flags=re.I)
    quoted = [one or other for one, other in _QUOTED.findall(text)]
    named = [name for part in _AFTER.findall(text) for name in _CAPITALISED.findall(part)]
    spoken = [_ARTICLE.sub("", _END_OF_NAME.sub("", part)).strip() for part in _AFTER.findall(text)]
    inner = [match.group() for match in _CAPITALISED.finditer(text) if match.start() > 0]
    loose = [name for name in inner if name.lower() not in {"i", "i'm", "i'd", "i'll", "i’m"}]
    best = quoted or named or [part for part in spoken if keywords(part)] or loose
    return iter(dict.fromkeys(name.rstrip(".'’-") for name in best))


def _subject(text: str) -> str:
    return " ".join(word for word in words(text) if stem(word) in keywords(text)) or text.strip()
