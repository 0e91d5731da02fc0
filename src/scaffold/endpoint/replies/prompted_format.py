"""The form of an answer that a prompt describes in words: a JSON Schema in it, or marked fields.

Frameworks ask like that where they don't rely on `response_format`: instructor's JSON modes and
pydantic-ai's `PromptedOutput` write the schema out, DSPy marks each field with `[[ ## name ## ]]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from scaffold.endpoint.replies.prompt import Message
from scaffold.endpoint.replies.schemas.example import example
from scaffold.endpoint.replies.schemas.merge import Contradiction
from scaffold.endpoint.replies.schemas.texts import Words

JsonObject = dict[str, Any]

# How many braces are tried as the beginning of a schema, and in how much of a text.
_MOST_TRIES, _LOOKED_AT = 40, 100_000
_DECODER = json.JSONDecoder()
_RESPOND = re.compile(
    r"Respond with the corresponding output fields, starting with the field (.*?)and then ending"
    r" with the marker for `\[\[ ## completed ## \]\]`",
    re.S,
)
_MARKED = re.compile(r"`\[\[ ## (\w+) ## \]\]`")
_RESPOND_JSON = re.compile(
    r"Respond with a JSON object in the following order of fields: (.*)", re.S
)
_NAMED = re.compile(r"`(\w+)`")
_PYTHON: dict[str, JsonObject] = {
    "float": {"type": "number"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "dict": {"type": "object"},
    "list": {"type": "array"},
}


def schema_in(messages: Sequence[Message]) -> JsonObject | None:
    """Return the JSON Schema of an object that the instructions or the question write out."""
    for message in _spoken(messages):
        found = _RESPOND_JSON.search(message.text)
        if found:
            properties = {name: _schema(rule) for name, rule in _fields(_NAMED, found[1])}
            return {"type": "object", "properties": properties, "required": list(properties)}
        if "json" in message.text.lower():
            schema = _written_out(message.text[:_LOOKED_AT])
            if schema is not None:
                return schema
    return None


def marked_fields(messages: Sequence[Message], text: str) -> str | None:
    """Return an answer with the marked fields that the prompt asks for; None if it asks for none.

    Args:
        messages: the conversation.
        text: what the fields say.
    """
    for message in _spoken(messages):
        found = _RESPOND.search(message.text)
        if found is None:
            continue
        said = []
        for name, rule in _fields(_MARKED, found[1]):
            value = _value(rule, text)
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            said.append(f"[[ ## {name} ## ]]\n{shown}")
        return "\n\n".join([*said, "[[ ## completed ## ]]"])
    return None


def _fields(mark: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Return the names that are marked, each with what is said of it up to the next one."""
    _, *parts = mark.split(text)
    rules = (re.sub(r"\)(?:\.|,? (?:and )?then|\s)*\s*$", "", rule) for rule in parts[1::2])
    return list(zip(parts[::2], rules, strict=True))


def _spoken(messages: Sequence[Message]) -> list[Message]:
    """Return what tells the form: the user's last words first, then the instructions."""
    asked = [message for message in messages if message.role == "user"][-1:]
    return asked + [each for each in messages if each.role in {"system", "developer"}]


def _written_out(text: str) -> JsonObject | None:
    start = -1
    for _ in range(_MOST_TRIES):
        start = text.find("{", start + 1)
        if start < 0:
            return None
        try:
            value, _ = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and (
            "$ref" in value or isinstance(value.get("properties"), dict)
        ):
            return value
    return None


def _schema(rule: str) -> JsonObject:
    """Return the schema of a field, out of what the prompt says that it must be."""
    literal = re.search(r"valid Python Literal\[(.*)\]", rule)
    if literal:
        return {"enum": re.findall(r"'([^']*)'", literal[1]) or [""]}
    python = re.search(r"valid Python (\w+)", rule)
    if python:
        return _PYTHON.get(python[1], {"type": "string"})
    choices = re.search(r"one of: (.+)", rule, re.S)
    if choices:
        return {"enum": [choice.strip() for choice in choices[1].split(";")]}
    schema = re.search(r"JSON schema: (\{.*)", rule, re.S)
    if schema:
        return _written_out(schema[1]) or {"type": "object"}
    return {"type": "string"}


def _value(rule: str, text: str) -> Any:
    try:
        return example(_schema(rule), Words(text))
    except Contradiction:
        return text
