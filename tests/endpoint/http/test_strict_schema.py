"""A schema with `strict: true` is checked as the services check it."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI, pydantic_function_tool
from openai.types.responses import ParsedResponse
from pydantic import BaseModel, Field

from endpoint.wire import MODEL, Heard, ask, chat
from scaffold.endpoint import Endpoint

CITY = {"type": "string"}
NO_MORE = "'additionalProperties' is required to be supplied and to be false."
ALL = "'required' is required to be supplied and to be an array including every key in properties."


def an_object(**properties: Any) -> dict[str, Any]:
    """An object that is strict itself."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMAS = [
    (an_object(city=CITY) | {"additionalProperties": True}, f"In context=(), {NO_MORE}"),
    ({"type": "object", "properties": {}, "required": []}, f"In context=(), {NO_MORE}"),
    (an_object(city=CITY) | {"required": []}, f"In context=(), {ALL} Missing 'city'."),
    (
        {"type": "object", "properties": {"city": CITY}, "additionalProperties": False},
        f"In context=(), {ALL} Missing 'city'.",
    ),
    (
        an_object(city=CITY) | {"required": ["city", "unit"]},
        f"In context=(), {ALL} Extra required key 'unit' supplied.",
    ),
    (
        an_object(place={"type": "object", "properties": {"city": CITY}, "required": ["city"]}),
        f"In context=('properties', 'place'), {NO_MORE}",
    ),
    (
        an_object(
            places={"type": "array", "items": {"type": "object", "properties": {"city": CITY}}}
        ),
        f"In context=('properties', 'places', 'items'), {NO_MORE}",
    ),
    (
        an_object(place={"anyOf": [CITY, {"type": "object"}]}),
        f"In context=('properties', 'place', 'anyOf', '1'), {NO_MORE}",
    ),
    (
        an_object(place={"$ref": "#/$defs/P"}) | {"$defs": {"P": {"type": "object"}}},
        f"In context=('$defs', 'P'), {NO_MORE}",
    ),
    (
        an_object(city=CITY) | {"oneOf": [{"required": ["city"]}]},
        "In context=(), 'oneOf' is not permitted.",
    ),
    (
        an_object(tags={"type": "array", "items": CITY, "uniqueItems": True}),
        "In context=('properties', 'tags'), 'uniqueItems' is not permitted.",
    ),
    (
        an_object(tags={"type": "array"}),
        "In context=('properties', 'tags'), array schema missing items.",
    ),
    (
        an_object(city={"description": "Which?"}),
        "In context=('properties', 'city'), schema must have a 'type' key.",
    ),
    (
        {"type": "array", "items": CITY},
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
    ),
]


def send(endpoint: Endpoint, place: str, schema: Any, *, strict: bool | None = True) -> Heard:
    """Sends a schema in one of the four places that it can have."""
    named = {"name": "weather", "strict": strict}
    function = {**named, "parameters": schema}
    shape = {**named, "schema": schema}
    said = {"model": MODEL, "input": "Hello"}
    if place == "chat tool":
        tools = [{"type": "function", "function": function}]
        return ask(endpoint, "/v1/chat/completions", chat(tools=tools))
    if place == "chat format":
        wanted = {"type": "json_schema", "json_schema": shape}
        return ask(endpoint, "/v1/chat/completions", chat(response_format=wanted))
    if place == "responses tool":
        return ask(endpoint, "/v1/responses", said | {"tools": [{"type": "function", **function}]})
    wanted = {"format": {"type": "json_schema", **shape}}
    return ask(endpoint, "/v1/responses", said | {"text": wanted})


PLACES = {
    "chat tool": ("function", "tools[0].function.parameters", "invalid_function_parameters"),
    "chat format": ("response_format", "response_format", None),
    "responses tool": ("function", "tools[0].parameters", "invalid_function_parameters"),
    "responses format": ("response_format", "text.format.schema", "invalid_json_schema"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("schema", "reason"), SCHEMAS, ids=[reason for _, reason in SCHEMAS])
def test_a_strict_schema_is_refused(
    endpoint: Endpoint, place: str, schema: Any, reason: str
) -> None:
    what, param, code = PLACES[place]
    heard = send(endpoint, place, schema)
    assert (heard.status, heard.error) == (
        400,
        {
            "message": f"Invalid schema for {what} 'weather': {reason}",
            "type": "invalid_request_error",
            "param": param,
            "code": code,
        },
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("strict", [False, None])
def test_what_is_not_strict_passes(endpoint: Endpoint, place: str, strict: bool | None) -> None:
    assert send(endpoint, place, SCHEMAS[0][0], strict=strict).status == 200


class Unit(Enum):
    """A choice."""

    CELSIUS = "c"
    KELVIN = "k"


class Place(BaseModel):
    """Something inside."""

    city: str = Field(pattern="[A-Z].*")
    country: str | None


class Weather(BaseModel):
    """What people ask for."""

    places: list[Place]
    unit: Unit
    degrees: float = Field(ge=-90, le=60)


def test_what_the_sdk_makes_passes(openai: OpenAI) -> None:
    parsed: ParsedResponse[Weather] = openai.responses.parse(
        model=MODEL, input="The weather", text_format=Weather
    )
    assert isinstance(parsed.output_parsed, Weather)
    chatted = openai.chat.completions.parse(
        model=MODEL,
        messages=[{"role": "user", "content": "The weather"}],
        response_format=Weather,
        tools=[pydantic_function_tool(Weather)],
    )
    (called,) = chatted.choices[0].message.tool_calls or []
    assert isinstance(called.function.parsed_arguments, Weather)


NAMES = ["type", "properties", "required", "items", "anyOf", "$defs", "additionalProperties"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner | st.sampled_from(["object", "array", "string"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(schema=st.dictionaries(st.sampled_from(["properties", "required", "$defs", "anyOf"]), JSON))
def test_any_schema_gets_an_answer(endpoint: Endpoint, schema: dict[str, Any]) -> None:
    heard = send(endpoint, "chat tool", {"type": "object", **schema})
    assert heard.status in (200, 400)
