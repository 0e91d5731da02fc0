"""Every schema that the services accept gets a value that fits it; `jsonschema` is the judge."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from endpoint.wire import MODEL, ask, chat
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.schemas.check import fits
from scaffold.endpoint.replies.schemas.example import example
from scaffold.endpoint.replies.schemas.merge import Contradiction
from scaffold.endpoint.replies.schemas.texts import Words

JsonObject = dict[str, Any]

_NAMES = st.sampled_from(["a", "b", "name", "next", "$odd", "é"])
_PATTERNS = [
    r"^\d{3}-\d{4}$",
    r"^[A-Z]{2}[0-9]+$",
    r"^(GET|POST) /\w*$",
    r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$",
    r"^(?=.*[A-Z])(?=.*\d).{8,}$",
    r"(\w)\1",
    "^$",
    r"[\u00e0-\u00ff]",
]
_KEYWORDS = """
    type enum const anyOf oneOf allOf not $ref $defs properties required additionalProperties items
    prefixItems minItems maxItems uniqueItems contains minimum maximum exclusiveMinimum multipleOf
    minLength maxLength pattern format patternProperties propertyNames dependentRequired default
    examples minProperties maxProperties minContains maxContains definitions $anchor a
""".split()
_FORMATS = "date-time date time duration email hostname ipv4 ipv6 uuid".split()


def _exact(value: Any) -> Any:
    """JSON with its numbers as they are written, so that 0.3 is a multiple of 0.1."""
    return json.loads(json.dumps(value), parse_float=Decimal)


def is_valid(value: Any, schema: Any) -> bool:
    from jsonschema import Draft202012Validator

    judge = Draft202012Validator(_exact(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return judge.is_valid(_exact(value))


@st.composite
def _numbers(draw: st.DrawFn) -> JsonObject:
    kind = draw(st.sampled_from(["integer", "number"]))
    steps = st.integers(1, 50) if kind == "integer" else st.sampled_from([0.01, 0.1, 0.25, 2, 3])
    schema: JsonObject = {"type": kind}
    step = draw(st.none() | steps)
    if step is not None:
        schema["multipleOf"] = step
    if draw(st.booleans()):
        least = draw(st.integers(-1000, 1000))
        schema[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = least
        if draw(st.booleans()):
            # Far enough for a multiple of the step to be in between.
            most = least + 2 * int(step or 1) + 2 + draw(st.integers(0, 1000))
            schema[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = most
    elif draw(st.booleans()):
        schema["maximum"] = draw(st.integers(-1000, 1000))
    return schema


@st.composite
def _texts(draw: st.DrawFn) -> JsonObject:
    schema: JsonObject = {"type": "string"}
    how = draw(st.sampled_from(["free", "length", "pattern", "format"]))
    if how == "length":
        schema["minLength"] = draw(st.integers(0, 40))
        schema["maxLength"] = schema["minLength"] + draw(st.integers(0, 5))
    elif how == "pattern":
        schema["pattern"] = draw(st.sampled_from(_PATTERNS))
    elif how == "format":
        schema["format"] = draw(st.sampled_from(_FORMATS))
    return schema


_PLAIN: list[JsonObject] = [
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "null"]},
    {"type": ["integer", "string"]},
    {"enum": ["red", 1, None, {"a": [1]}]},
    {"const": {"kind": "x"}},
    {"type": "string", "enum": ["celsius", "fahrenheit"]},
    {},
]
# They come again to where they began, where a value may stop.
_REFERENCES: list[JsonObject] = [
    {"$ref": "#/$defs/Leaf"},
    {"$ref": "#/$defs/Leaf", "description": "With words beside it."},
    {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
    {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
    {"$ref": "#/$defs/Tree"},
]
_DEFS: JsonObject = {
    "Leaf": {
        "type": "object",
        "properties": {"size": {"type": "integer", "minimum": 1}},
        "required": ["size"],
        "additionalProperties": False,
    },
    "Tree": {
        "type": "object",
        "properties": {
            "value": {"type": "string", "minLength": 1},
            "left": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
            "rest": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
        },
        "required": ["value", "left", "rest"],
        "additionalProperties": False,
    },
}


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[JsonObject]) -> JsonObject:
    properties = draw(st.dictionaries(_NAMES, inner, max_size=4))
    schema: JsonObject = {
        "type": "object",
        "properties": properties,
        "required": draw(st.lists(st.sampled_from([*properties, "more"]), unique=True)),
        "additionalProperties": draw(st.sampled_from([True, {"type": "integer"}])),
    }
    if "more" not in schema["required"] and draw(st.booleans()):
        schema["additionalProperties"] = False
    return schema


@st.composite
def _arrays(draw: st.DrawFn, inner: st.SearchStrategy[JsonObject]) -> JsonObject:
    fewest = draw(st.integers(0, 3))
    schema: JsonObject = {"type": "array", "items": draw(inner), "minItems": fewest}
    if draw(st.booleans()):
        schema["maxItems"] = fewest + draw(st.integers(0, 2))
    if draw(st.booleans()):
        schema["items"] = {"type": draw(st.sampled_from(["string", "integer", "number"]))}
        schema["uniqueItems"] = True
    if draw(st.booleans()):
        schema["prefixItems"] = draw(st.lists(inner, min_size=1, max_size=2))
        schema.pop("uniqueItems", None)
    return schema


def _with_more(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    some = st.lists(inner, min_size=1, max_size=3)
    beside = st.fixed_dictionaries({"allOf": inner.map(lambda one: [one])})
    return _objects(inner) | _arrays(inner) | some.map(lambda of: {"anyOf": of}) | beside


SCHEMAS = st.recursive(
    _numbers() | _texts() | st.sampled_from(_PLAIN) | st.sampled_from(_REFERENCES),
    _with_more,
    max_leaves=8,
).map(lambda schema: {"$defs": _DEFS, **schema})


def test_the_judge_knows_every_format() -> None:
    """It passes over a format whose package isn't installed."""
    from jsonschema import Draft202012Validator

    assert {*_FORMATS} <= Draft202012Validator.FORMAT_CHECKER.checkers.keys()


@settings(max_examples=1_000, deadline=None)
@given(SCHEMAS, st.text(max_size=20), st.lists(st.floats(-1e6, 1e6) | st.integers()))
def test_a_value_is_made_that_fits(schema: JsonObject, text: str, numbers: list[float]) -> None:
    value = example(schema, Words(text, [text[:3], "Ann", "Rome"], iter(numbers)))

    assert is_valid(value, schema), value


@settings(max_examples=500, deadline=None)
@given(
    SCHEMAS,
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    ),
)
def test_what_fits_is_what_the_judge_says(schema: JsonObject, value: Any) -> None:
    assert fits(value, schema, schema) == is_valid(value, schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "integer", "minimum": 5, "maximum": 6, "multipleOf": 7},
        {"type": "string", "enum": [1, 2]},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "array", "items": {"enum": [1]}, "uniqueItems": True, "minItems": 2},
        {"type": "string", "minLength": 4, "maxLength": 3},
        {"type": "string", "pattern": "^a$", "minLength": 2},
        {"type": "object", "required": ["a"], "additionalProperties": False},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"const": 1, "not": {"type": "integer"}},
        {"not": {}},
        {"$ref": "#"},
        False,
    ],
)
def test_a_schema_that_contradicts_itself_is_told(schema: Any) -> None:
    with pytest.raises(Contradiction):
        example(schema, Words("Hello"))


def test_a_schema_of_many_that_name_each_other_is_made_in_no_time() -> None:
    names = [f"N{number}" for number in range(30)]
    everything = {name: {"$ref": f"#/$defs/{name}"} for name in names}
    whole = {"type": "object", "properties": everything}
    schema = {"$defs": dict.fromkeys(names, whole), **whole}

    assert is_valid(example(schema, Words("Hello")), schema)


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text("#/a$"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*_KEYWORDS]), inner, max_size=4)
    ),
)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from([*_KEYWORDS]), _JUNK, max_size=5))
def test_what_is_no_schema_does_no_harm(schema: JsonObject) -> None:
    with contextlib.suppress(Contradiction):
        example(schema, Words("Hello"))


def _asking(path: str, schema: JsonObject, how: str) -> JsonObject:
    """A request to which the schema is that of the answer, or of a function that must be called."""
    named = {"name": "it", "strict": False}
    if path == "/v1/responses":
        body: JsonObject = {"model": MODEL, "input": "Hello"}
        if how == "format":
            wanted = {"type": "json_schema", "schema": schema, **named}
            return {**body, "text": {"format": wanted}}
        tool = {"type": "function", "parameters": schema, **named}
        return {**body, "tools": [tool], "tool_choice": "required"}
    if how == "format":
        wanted = {"type": "json_schema", "json_schema": {"schema": schema, **named}}
        return chat(response_format=wanted)
    tool = {"type": "function", "function": {"parameters": schema, **named}}
    return chat(tools=[tool], tool_choice="required", reasoning_effort="none")


@pytest.mark.parametrize("how", ["format", "function"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_a_contradiction_is_refused_in_one_line(endpoint: Endpoint, path: str, how: str) -> None:
    one = {"type": "integer", "minimum": 3, "maximum": 2}
    schema = {"type": "object", "properties": {"n": one}, "required": ["n"]}

    heard = ask(endpoint, path, _asking(path, schema, how))

    assert heard.status == 400
    assert heard.error["message"].endswith("the schema contradicts itself, no value fits it.")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_a_parameter_of_two_types_gets_an_argument(endpoint: Endpoint, path: str) -> None:
    both = {"type": ["string", "null"]}
    schema = {"type": "object", "properties": {"a": both}, "required": ["a"]}

    heard = ask(endpoint, path, _asking(path, schema, "function"))

    assert heard.status == 200, heard.json
    assert r"{\"a\":null}" in heard.content.decode()
