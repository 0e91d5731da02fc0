"""With which arguments a user's words call a function."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.replies.schemas.check import fits, types
from scaffold.endpoint.replies.schemas.example import example
from scaffold.endpoint.replies.schemas.sound import sound
from scaffold.endpoint.replies.schemas.texts import Words
from scaffold.endpoint.replies.words import keywords, stem, words

_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]|(?<!\w)'([^']+)'(?!\w)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CAPITALISED = re.compile(r"[A-Z][\w'’.-]*(?:[ -][A-Z][\w'’.-]*)*")
# A lookahead, so that "in" in "in for Paris" does not use up the rest.
_AFTER = re.compile(
    r"\b(?:in|at|for|near|to|from|of|about|on|around|with|between)\s+(?=([^,.;:!?\n]+))", re.I
)
_END_OF_NAME = re.compile(
    r"\b(?:and|or|but|in|at|for|to|from|on|with|is|are|like|today|tomorrow|tonight|now|right|please|"
    r"this|next|using|as|degrees)\b.*",
    re.I,
)
# What is said of somebody right after the name.
_SAID_OF = re.compile(r"\s+(?:is|was|has|had|lives|works|likes|wants|says)\b", re.I)
_SENTENCE = re.compile(r"(?:^|[.!?:\n])\s*$")
_BIDDING = re.compile(r"(?:Add|Ask|Call|Create|Extract|Find|Is|Save|Say|Tell|That|Was) (?=[A-Z])")
_NO_NAMES = {"i", "i'm", "i'd", "i'll", "i’m", "json"}
_ARTICLE = re.compile(r"^(?:the|a|an|my|our)\s+", re.I)
# Arguments are looked for in this much of a text.
_LOOKED_AT = 2_000
_WHOLE_TEXT = {"query", "question", "text", "prompt", "message", "input", "expression", "request"}
# Parameters that hand on what other functions have returned.
_TOLD = {"answer", "result", "response", "output", "content", "summary", "final_answer"}


@dataclass(frozen=True)
class Tool:
    """A function that may be called: its name, what it is for, its parameters as a JSON Schema."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


def arguments(text: str, tool: Tool, *, whole: str = "", told: str = "") -> str:
    """Return the arguments of a call as JSON text.

    Required parameters are filled out of the words; an optional one only when it is an enum one of
    whose values the words name.

    Args:
        text: the words that ask for the call.
        tool: the function.
        whole: all that was said; the values of an enum are looked for there too.
        told: what other functions have returned in this turn, for a parameter that hands it on.

    Raises:
        Contradiction: no arguments fit the parameters.
    """
    parameters = sound(tool.parameters)
    schemas: dict[str, Any] = parameters.get("properties", {})
    text = text[:_LOOKED_AT]
    said = f"{text}\n{whole[:_LOOKED_AT]}"
    names = find_names(text, [str(value) for part in schemas.values() for value in _choices(part)])
    numbers = [_number(number) for number in _NUMBER.findall(text)]
    needed = parameters.get("required") or [
        # Where nothing is required, as in what instructor sends, the point is still what is held.
        name
        for name, part in schemas.items()
        if isinstance(part, dict)
        and types(part) in (["array"], ["object"])
        and "default" not in part
    ]
    filled: dict[str, Any] = {}
    for name, part in schemas.items():
        mentioned = [value for value in _choices(part) if _mentions(said, str(value))]
        if mentioned:
            filled[name] = mentioned[0]
        elif name in needed and names and is_list_of_texts(part) and fits(names, part, parameters):
            filled[name] = names
        elif name in needed and _may_be_null(part) and not _is_spoken_of(part, names, numbers):
            filled[name] = None
    made = {name: part for name, part in schemas.items() if name in needed and name not in filled}
    words_for = Words(
        _subject(text),
        list(names),
        iter(numbers),
        {**dict.fromkeys(_WHOLE_TEXT, text), **(dict.fromkeys(_TOLD, told) if told else {})},
    )
    rest = {"type": "object", "properties": made, "required": list(made)}
    found = {**example(rest, words_for, parameters), **filled}
    if not fits(found, parameters, parameters):
        found = example({**parameters, "type": "object"}, words_for, parameters)
    ordered = {name: found[name] for name in schemas if name in found}
    return json.dumps({**ordered, **found}, ensure_ascii=False, separators=(",", ":"))


def takes_one_name(tool: Tool) -> bool:
    """Return whether a call of a function is about one thing that has a name, such as a city."""
    parameters = sound(tool.parameters)
    properties = parameters.get("properties", {})
    named = [
        name
        for name in parameters.get("required", ())
        if "string" in (types(properties.get(name) or {}) or ())
        and not {"enum", "const", "default", "format", "pattern"} & properties[name].keys()
        and name.lower() not in _WHOLE_TEXT | _TOLD
    ]
    return len(named) == 1


def is_list_of_texts(schema: Any) -> bool:
    """Return whether a schema is that of a list of texts."""
    items = schema.get("items", {}) if isinstance(schema, dict) else {}
    return types(schema) == ["array"] and isinstance(items, dict) and types(items) == ["string"]


def _may_be_null(schema: Any) -> bool:
    """Return whether null fits, and nothing else is said of what the value is when nothing is
    said.
    """
    if not isinstance(schema, dict) or "default" in schema or "enum" in schema:
        return False
    options = [schema, *schema.get("anyOf", ())]
    return any("null" in (types(option) or ()) for option in options if isinstance(option, dict))


def _is_spoken_of(schema: Any, names: list[str], numbers: list[float]) -> bool:
    options = [schema, *schema.get("anyOf", ())]
    kinds = {kind for option in options for kind in (types(option) or ())}
    return bool(("string" in kinds and names) or (kinds & {"integer", "number"} and numbers))


def _number(text: str) -> float:
    return float(text) if "." in text else int(text[:15])


def _choices(schema: Any) -> list[Any]:
    return schema.get("enum", []) if isinstance(schema, dict) else []


def _mentions(text: str, value: str) -> bool:
    return bool(value) and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.I) is not None


def find_names(text: str, choices: Collection[str]) -> list[str]:
    """Return the names in a text: quoted words, else names after a preposition, else any name.

    Args:
        text: the text.
        choices: words that are no names.
    """
    for choice in choices:
        text = re.sub(rf"(?<!\w){re.escape(choice)}(?!\w)", "", text, flags=re.I)
    quoted = [one or other for one, other in _QUOTED.findall(text)]
    named = [name for part in _AFTER.findall(text) for name in _CAPITALISED.findall(part)]
    spoken = [_ARTICLE.sub("", _END_OF_NAME.sub("", part)).strip() for part in _AFTER.findall(text)]
    best = quoted or named or [part for part in spoken if keywords(part)] or _loose_names(text)
    return list(dict.fromkeys(name.rstrip(".'’-") for name in best))


def _loose_names(text: str) -> list[str]:
    """Return what is capitalised; at the start of a sentence only where something is said of it."""
    sure, rest = [], []
    for match in _CAPITALISED.finditer(text):
        name = _BIDDING.sub("", match.group())
        if name.rstrip(".'’-").lower() in _NO_NAMES:
            continue
        begins = _SENTENCE.search(text[: match.end() - len(name)])
        spoken_of = _SAID_OF.match(text[match.end() :]) and keywords(name)
        if spoken_of or not begins:
            sure.append(name)
        elif match.start() > 0:
            rest.append(name)
    return sure or rest


def takes_a_question(tool: Tool) -> bool:
    """Return whether a call of a function hands on a question as it is, such as to a search."""
    return len(needed := _required(tool)) == 1 and needed <= _WHOLE_TEXT


def hands_on(tool: Tool) -> bool:
    """Return whether a call of a function hands on what others have returned: a final answer."""
    return len(needed := _required(tool)) == 1 and needed <= _TOLD


def _required(tool: Tool) -> set[str]:
    return {name.lower() for name in sound(tool.parameters).get("required", ())}


def _subject(text: str) -> str:
    return " ".join(word for word in words(text) if stem(word) in keywords(text)) or text.strip()
