"""Reasoning that was asked for is seen, counted, and handed back in the next turn."""

from __future__ import annotations

from typing import Any

import pytest
from openai import BadRequestError, NotFoundError, OpenAI
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseReasoningItem,
)

from endpoint.wire import ask, chat
from scaffold.endpoint import Endpoint

from .test_responses import CLOCK

MODEL = "gpt-6-luna"
ASKED: Any = {"model": MODEL, "reasoning": {"effort": "high", "summary": "auto"}}
TIME = "What is the date and the time?"


@pytest.mark.parametrize("service", ["openai", "azure_v1"])
def test_it_is_an_item_before_the_answer(service: str, request: pytest.FixtureRequest) -> None:
    client: OpenAI = request.getfixturevalue(service)
    reply = client.responses.create(**ASKED, input="Hello")
    thought, said = reply.output
    assert isinstance(thought, ResponseReasoningItem)
    assert isinstance(said, ResponseOutputMessage)
    assert "No model reasons here" in thought.summary[0].text
    assert thought.encrypted_content
    assert reply.usage is not None
    assert reply.usage.output_tokens_details.reasoning_tokens == 256
    assert reply.usage.output_tokens > 256
    assert reply.usage.total_tokens == reply.usage.input_tokens + reply.usage.output_tokens


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({}, False),
        ({"reasoning": {"effort": "none"}}, False),
        ({"reasoning": {"effort": "low"}}, True),
        ({"reasoning": {"summary": "auto"}}, True),
        ({"include": ["reasoning.encrypted_content"]}, True),
        ({"model": "gpt-5.4", "reasoning": {"summary": "auto"}}, False),
        ({"model": "gpt-4o"}, False),
    ],
    ids=str,
)
def test_it_is_seen_where_it_was_asked_for(
    openai: OpenAI, more: dict[str, Any], seen: bool
) -> None:
    asked: Any = {"model": MODEL, "input": "Hello", **more}
    reply = openai.responses.create(**asked)
    kinds = [item.type for item in reply.output]
    assert kinds == ["reasoning", "message"] if seen else ["message"]
    assert reply.usage is not None
    assert bool(reply.usage.output_tokens_details.reasoning_tokens) == seen


def test_it_is_streamed(openai: OpenAI) -> None:
    with openai.responses.stream(**ASKED, input="Hello") as stream:
        names = [event.type for event in stream if "reasoning" in event.type]
        final = stream.get_final_response()
    start, *deltas, done, end = names
    assert start == "response.reasoning_summary_part.added"
    assert set(deltas) == {"response.reasoning_summary_text.delta"}
    assert done == "response.reasoning_summary_text.done"
    assert end == "response.reasoning_summary_part.done"
    assert [item.type for item in final.output] == ["reasoning", "message"]


@pytest.mark.parametrize("store", [True, False])
def test_the_next_turn_takes_all_of_it_back(openai: OpenAI, store: bool) -> None:
    said: list[Any] = [{"role": "user", "content": TIME}]
    first = openai.responses.create(**ASKED, input=said, tools=CLOCK, store=store)
    said += [item.to_dict() for item in first.output]
    calls = [item for item in first.output if isinstance(item, ResponseFunctionToolCall)]
    said += [
        {"type": "function_call_output", "call_id": call.call_id, "output": "now"} for call in calls
    ]
    second = openai.responses.create(**ASKED, input=said, tools=CLOCK, store=store)
    assert len(calls) == 2
    assert "returned now" in second.output_text


def test_it_stays_in_a_conversation(openai: OpenAI) -> None:
    conversation = openai.conversations.create()
    for text in ("Hello", "And now?"):
        openai.responses.create(**ASKED, input=text, conversation=conversation.id)
    kinds = [item.type for item in openai.conversations.items.list(conversation.id)]
    assert kinds.count("reasoning") == 2


def test_what_it_led_to_must_follow(openai: OpenAI) -> None:
    first = openai.responses.create(**ASKED, input="Hello")
    thought = first.output[0].to_dict()
    for more in ([], [{"role": "user", "content": "Well?"}]):
        given: Any = [{"role": "user", "content": "Hello"}, thought, *more]
        with pytest.raises(BadRequestError, match="without its required following item") as caught:
            openai.responses.create(**ASKED, input=given)
        assert f"Item '{thought['id']}' of type 'reasoning'" in str(caught.value)
        assert caught.value.param == "input"


def test_what_it_led_to_does_not_go_without_it(openai: OpenAI) -> None:
    first = openai.responses.create(**ASKED, input=TIME, tools=CLOCK)
    thought, call, other = (item.to_dict() for item in first.output)
    outputs = [
        {"type": "function_call_output", "call_id": each["call_id"], "output": "now"}
        for each in (call, other)
    ]
    given: Any = [{"role": "user", "content": TIME}, call, other, *outputs]
    with pytest.raises(BadRequestError) as caught:
        openai.responses.create(**ASKED, input=given, tools=CLOCK)
    assert (
        f"Item '{call['id']}' of type 'function_call' was provided without its required 'reasoning'"
        f" item: '{thought['id']}'." in str(caught.value)
    )


def test_what_is_not_kept_comes_back_with_its_content(openai: OpenAI) -> None:
    first = openai.responses.create(**ASKED, input="Hello", store=False)
    items: list[Any] = [item.to_dict() for item in first.output]
    items[0]["encrypted_content"] = None
    with pytest.raises(NotFoundError, match="Items are not persisted when `store` is set to false"):
        openai.responses.create(**ASKED, input=items, store=False)
    items[0]["encrypted_content"] = "gAAAAABnot-what-it-was"
    with pytest.raises(BadRequestError, match="could not be verified") as caught:
        openai.responses.create(**ASKED, input=items, store=False)
    assert caught.value.code == "invalid_encrypted_content"


def test_a_model_that_does_not_reason_has_none_to_show(openai: OpenAI) -> None:
    for more, param in (
        ({"include": ["reasoning.encrypted_content"]}, "include"),
        ({"reasoning": {"summary": "auto"}}, "reasoning.summary"),
    ):
        asked: Any = {"model": "gpt-4o", "input": "Hello", **more}
        with pytest.raises(BadRequestError) as caught:
            openai.responses.create(**asked)
        assert caught.value.param == param


@pytest.mark.parametrize(("effort", "tokens"), [("low", 64), ("none", 0), (None, 0)])
def test_chat_completions_count_it(endpoint: Endpoint, effort: str | None, tokens: int) -> None:
    more = {} if effort is None else {"reasoning_effort": effort}
    usage = ask(endpoint, "/v1/chat/completions", chat(**more) | {"model": MODEL}).json["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == tokens
    assert usage["completion_tokens"] > tokens
