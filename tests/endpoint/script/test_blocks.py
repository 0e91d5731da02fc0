"""Texts and calls in an order that a script says, as they come through the SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from openai import OpenAI

from endpoint.wire import MODEL
from scaffold.endpoint import Endpoint, ScriptError

CALL = {"type": "toolCall", "name": "get_weather", "arguments": {"city": "SF"}, "id": "call_1"}
TIME = {"type": "toolCall", "name": "get_time", "arguments": "{}"}
BLOCKS = [CALL, {"type": "text", "text": "Here is the weather, and now"}, TIME]
TOOLS: Any = [
    {"type": "function", "name": name, "parameters": {"type": "object"}, "strict": False}
    for name in ("get_weather", "get_time")
]


@pytest.fixture
def client() -> Iterator[OpenAI]:
    script: Any = {"fixtures": [{"match": {}, "response": {"blocks": BLOCKS}}]}
    with (
        Endpoint(script=script) as endpoint,
        OpenAI(api_key="any", base_url=f"{endpoint.url}/v1", max_retries=0) as made,
    ):
        yield made


def test_chat_completions_stream_them_in_that_order(client: OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "Hi"}]
    kinds, arguments = [], {0: "", 1: ""}
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
        choice: Any = chunk.choices[0]
        if choice.delta.content:
            kinds.append("text")
        for call in choice.delta.tool_calls or []:
            kinds.append(f"call {call.index}")
            arguments[call.index] += call.function.arguments
    assert [kind for kind, _ in groupby(kinds)] == ["call 0", "text", "call 1"]
    assert arguments == {0: '{"city":"SF"}', 1: "{}"}

    choice = client.chat.completions.create(model=MODEL, messages=messages).choices[0]
    whole: Any = choice.message
    assert whole.content == "Here is the weather, and now"
    assert [call.function.name for call in whole.tool_calls] == ["get_weather", "get_time"]
    assert (whole.tool_calls[0].id, choice.finish_reason) == ("call_1", "tool_calls")


def test_responses_have_them_as_items_in_that_order(client: OpenAI) -> None:
    said: Any = client.responses.create(model=MODEL, input="Hi", tools=TOOLS)
    assert [item.type for item in said.output] == ["function_call", "message", "function_call"]
    added = [
        event.item.type
        for event in client.responses.create(model=MODEL, input="Hi", tools=TOOLS, stream=True)
        if event.type == "response.output_item.added"
    ]
    assert added == ["function_call", "message", "function_call"]
    assert said.output_text == "Here is the weather, and now"
    assert json.loads(said.output[0].arguments) == {"city": "SF"}


def test_they_win_over_what_is_said_besides(client: OpenAI) -> None:
    script: Any = {"blocks": [{"type": "text", "text": "this"}], "content": "not this"}
    with Endpoint(script={"fixtures": [{"match": {}, "response": script}]}) as endpoint:
        other = client.with_options(base_url=f"{endpoint.url}/v1")
        assert other.responses.create(model=MODEL, input="Hi").output_text == "this"


@pytest.mark.parametrize(
    ("blocks", "where"),
    [
        ([], "blocks"),
        ([{"type": "text", "text": ""}], r"blocks\[0\].text"),
        ([{"type": "image"}], r"blocks\[0\]"),
        ([{"type": "toolCall", "name": "f"}], r"blocks\[0\].arguments is missing"),
        ([{"type": "text", "text": "a", "more": 1}], r"blocks\[0\].more is not supported"),
    ],
)
def test_what_is_no_block_is_refused(blocks: Any, where: str) -> None:
    with pytest.raises(ScriptError, match=where):
        Endpoint(script={"fixtures": [{"match": {}, "response": {"blocks": blocks}}]})
