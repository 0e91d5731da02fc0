"""Chat completions, through the SDK and to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import AsyncAzureOpenAI, AzureOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from waiting import run_async

from endpoint.strict import AZURE_CHUNK, AZURE_COMPLETION, check
from endpoint.wire import DATED, MODEL, ask, chat, function
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD

PATHS = {"openai": "/v1/chat/completions", "v1": "/openai/v1/chat/completions", "dated": DATED}
HELLO = f'{LEAD} You said: "Hello".'
TOOLS: Any = [
    function("get_current_date", "Get the current date"),
    function("get_current_time", "Get the current time"),
    function("get_current_weather", "Get the current weather", location={"type": "string"}),
]
every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)


def test_it_says_who_it_is_and_what_it_heard(client: OpenAI) -> None:
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hello"}]
    )

    assert reply.choices[0].message.content == HELLO
    assert reply.choices[0].finish_reason == "stop"


def test_it_remembers_the_conversation(openai: OpenAI) -> None:
    reply = openai.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": HELLO},
            {"role": "user", "content": "And now?"},
        ],
    )

    said = f'{LEAD} You said: "And now?" I remember 2 earlier messages.'
    assert reply.choices[0].message.content == said


def test_a_stream_says_the_same_in_pieces(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hello"}], stream=True
    )
    pieces = [choice.delta.content or "" for chunk in stream for choice in chunk.choices]

    assert "".join(pieces) == HELLO
    assert len(pieces) > 10


def test_an_async_client_streams(endpoint: Endpoint) -> None:
    async def heard() -> str:
        async with AsyncAzureOpenAI(
            api_key="any", azure_endpoint=endpoint.url, api_version="2024-10-21"
        ) as client:
            stream = await client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "Hello"}], stream=True
            )
            return "".join([c.delta.content or "" async for chunk in stream for c in chunk.choices])

    assert run_async(heard()) == HELLO


@every_path
@pytest.mark.parametrize("more", [{}, {"n": 2}, {"logprobs": True}, {"tools": TOOLS}], ids=str)
def test_the_body_is_of_the_sdks_type(endpoint: Endpoint, path: str, more: Any) -> None:
    body = ask(endpoint, path, chat("What is the date?", **more)).json

    check(ChatCompletion, body, AZURE_COMPLETION if "openai/" in path else ())
    assert ("prompt_filter_results" in body) == ("openai/" in path)
    assert len(body["choices"]) == more.get("n", 1)


@every_path
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"stream_options": {"include_usage": True}},
        {"logprobs": True},
        {"tools": TOOLS},
        {"n": 2},
    ],
    ids=str,
)
def test_every_event_is_of_the_sdks_type(endpoint: Endpoint, path: str, more: Any) -> None:
    heard = ask(endpoint, path, chat("What is the date?", stream=True, **more))

    assert heard.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert heard.events[-1] == (None, "[DONE]")
    for chunk in heard.chunks:
        check(ChatCompletionChunk, chunk, AZURE_CHUNK if "openai/" in path else ())


def test_openai_streams_the_role_the_pieces_and_an_empty_end(endpoint: Endpoint) -> None:
    chunks = ask(endpoint, PATHS["openai"], chat(stream=True)).chunks
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]

    assert deltas[0] == {"role": "assistant", "content": "", "refusal": None}
    assert all(list(delta) == ["content"] for delta in deltas[1:-1])
    assert deltas[-1] == {}
    reasons = [chunk["choices"][0]["finish_reason"] for chunk in chunks]
    assert reasons == [None] * (len(chunks) - 1) + ["stop"]
    assert "usage" not in chunks[0]
    assert len({chunk["id"] for chunk in chunks}) == 1


def test_azure_streams_its_filter_results_first(endpoint: Endpoint) -> None:
    first, role, piece, *_, last = ask(endpoint, DATED, chat(stream=True)).chunks

    assert first["choices"] == []
    assert first["prompt_filter_results"][0]["prompt_index"] == 0
    assert role["choices"][0]["delta"]["role"] == "assistant"
    assert role["choices"][0]["content_filter_results"] == {}
    safe = {"filtered": False, "severity": "safe"}
    assert piece["choices"][0]["content_filter_results"]["hate"] == safe
    assert last["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
        "content_filter_results": {},
    }


def test_usage_ends_the_stream_when_asked_for(endpoint: Endpoint) -> None:
    body = chat(stream=True, stream_options={"include_usage": True})
    *before, last = ask(endpoint, PATHS["openai"], body).chunks

    assert all(chunk["usage"] is None for chunk in before)
    assert last["choices"] == []
    usage = last["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_only_the_function_that_was_asked_for_is_called(client: OpenAI) -> None:
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "What is the date?"}], tools=TOOLS
    )

    assert reply.choices[0].finish_reason == "tool_calls"
    assert reply.choices[0].message.content is None
    assert _calls(reply) == [("get_current_date", {})]


def test_two_functions_are_called_in_one_turn_and_their_results_said(client: OpenAI) -> None:
    messages: list[Any] = [
        {"role": "user", "content": "What time is it, and what's the weather in Paris?"}
    ]
    first = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    assert _calls(first) == [
        ("get_current_time", {}),
        ("get_current_weather", {"location": "Paris"}),
    ]

    # As everybody does it: the message goes back as it came.
    messages.append(first.choices[0].message)
    for call, result in zip(
        first.choices[0].message.tool_calls or [], ["14:05", "Sunny."], strict=True
    ):
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    second = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)

    assert second.choices[0].message.content == (
        f"{LEAD} get_current_time returned 14:05; "
        'get_current_weather(location="Paris") returned Sunny.'
    )


def test_calls_are_streamed_opening_first_and_arguments_in_pieces(endpoint: Endpoint) -> None:
    question = "What time is it, and what's the weather in Paris?"
    chunks = ask(endpoint, PATHS["openai"], chat(question, tools=TOOLS, stream=True)).chunks
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    calls = [delta["tool_calls"][0] for delta in deltas[1:-1]]

    assert deltas[0] == {"role": "assistant", "content": None, "refusal": None}
    assert calls[0].keys() == {"index", "id", "type", "function"}
    assert calls[0]["function"] == {"name": "get_current_time", "arguments": ""}
    pieces = [call["function"]["arguments"] for call in calls if call["index"] == 1]
    assert pieces[0] == ""
    assert len(pieces) > 3
    assert json.loads("".join(pieces)) == {"location": "Paris"}
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_the_sdk_puts_a_streamed_call_together(azure: AzureOpenAI) -> None:
    with azure.chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": "What's the weather in Oslo?"}],
        tools=TOOLS,
    ) as stream:
        reply = stream.get_final_completion()

    assert _calls(reply) == [("get_current_weather", {"location": "Oslo"})]


def test_one_call_at_a_time_when_calls_may_not_be_parallel(openai: OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "The date and the time, please"}]
    names = []
    while True:
        reply = openai.chat.completions.create(
            model=MODEL, messages=messages, tools=TOOLS, parallel_tool_calls=False
        )
        if not reply.choices[0].message.tool_calls:
            break
        [call] = reply.choices[0].message.tool_calls
        names.append(_calls(reply)[0][0])
        messages.append(reply.choices[0].message)
        messages.append({"role": "tool", "tool_call_id": call.id, "content": "x"})

    assert names == ["get_current_date", "get_current_time"]


@pytest.mark.parametrize(
    ("choice", "called", "reason"),
    [
        ("none", [], "stop"),
        ("auto", [], "stop"),
        ("required", ["get_current_date"], "tool_calls"),
        (
            {"type": "function", "function": {"name": "get_current_time"}},
            ["get_current_time"],
            "stop",
        ),
    ],
    ids=str,
)
def test_tool_choice_decides(openai: OpenAI, choice: Any, called: list[str], reason: str) -> None:
    reply = openai.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        tools=TOOLS,
        tool_choice=choice,
    )

    assert [name for name, _ in _calls(reply)] == called
    assert reply.choices[0].finish_reason == reason


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_a_limit_cuts_the_answer(openai: OpenAI, limit: str) -> None:
    limited: dict[str, Any] = {limit: 3}
    reply = openai.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hello"}], **limited
    )

    assert reply.choices[0].message.content == "This is scaffold"
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 3


def test_a_stop_text_ends_the_answer_before_it(openai: OpenAI) -> None:
    reply = openai.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hello"}], stop=[" offline", "xyz"]
    )

    assert reply.choices[0].message.content == "This is scaffold's"
    assert reply.choices[0].finish_reason == "stop"


def test_json_that_fits_a_schema(openai: OpenAI) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "say": {"type": "string"},
            "mood": {"enum": ["good", "bad"]},
            "scores": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
        },
    }
    reply = openai.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
    )

    said = json.loads(reply.choices[0].message.content or "")
    assert said == {"say": HELLO, "mood": "good", "scores": [0, 0]}


def test_json_without_a_schema(openai: OpenAI) -> None:
    reply = openai.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello, in JSON"}],
        response_format={"type": "json_object"},
    )

    said = f'{LEAD} You said: "Hello, in JSON".'
    assert json.loads(reply.choices[0].message.content or "") == {"answer": said}


def test_the_same_calls_get_the_same_answers_and_ids() -> None:
    bodies = []
    for _ in range(2):
        with Endpoint() as endpoint:
            heard = [ask(endpoint, PATHS["openai"], chat("Hi", tools=TOOLS)).json for _ in range(2)]
            heard.append(ask(endpoint, PATHS["openai"], chat("The date?", tools=TOOLS)).json)
            bodies.append([{**body, "created": 0} for body in heard])

    assert bodies[0] == bodies[1]
    assert bodies[0][0]["id"] != bodies[0][1]["id"]


def test_headers_tell_the_services_apart(endpoint: Endpoint) -> None:
    openai = ask(endpoint, PATHS["openai"], chat()).headers
    azure = ask(endpoint, DATED, chat()).headers

    assert openai["x-request-id"].startswith("req_")
    assert openai["openai-processing-ms"].isdecimal()
    assert "apim-request-id" not in openai
    assert azure["apim-request-id"]
    assert azure["x-ms-region"] == "Offline"


def _calls(reply: ChatCompletion) -> list[tuple[str, Any]]:
    calls = reply.choices[0].message.tool_calls or []
    return [
        (call.function.name, json.loads(call.function.arguments))
        for call in calls
        if call.type == "function"
    ]
