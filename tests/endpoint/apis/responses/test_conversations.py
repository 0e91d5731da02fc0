"""Conversations, through the SDK and to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from openai import BadRequestError, NotFoundError, OpenAI
from openai.types.conversations import Conversation, ConversationItem, ConversationItemList

from endpoint.strict import check
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD

from .test_responses import CLOCK, CODE, SEARCH, TENT, client, say

__all__ = ["client"]

HELLO: Any = {"type": "message", "role": "user", "content": "Hello"}


def test_a_conversation_remembers(client: OpenAI) -> None:
    conversation = client.conversations.create()
    for text in ("Hello", "And now?"):
        with client.responses.stream(
            model=MODEL, input=text, conversation=conversation.id
        ) as stream:
            reply = stream.get_final_response()

    assert reply.output_text == f'{LEAD} You said: "And now?" I remember 2 earlier messages.'
    assert reply.conversation is not None
    assert reply.conversation.id == conversation.id
    items = client.conversations.items.list(conversation.id, order="asc")
    roles = [item.role for item in items if item.type == "message"]
    assert roles == ["user", "assistant", "user", "assistant"]


def test_one_that_failed_leaves_it_as_it_was(openai: OpenAI) -> None:
    conversation = openai.conversations.create(items=[HELLO])
    asked: Any = {"model": MODEL, "conversation": {"id": conversation.id}, "tools": CLOCK}
    [call] = openai.responses.create(**asked, input="What is the time?").output
    assert call.type == "function_call"
    before = openai.conversations.items.list(conversation.id).data

    with pytest.raises(BadRequestError) as refused:
        openai.responses.create(**asked, input="Well?")
    said = f"No tool output found for function call {call.call_id}."
    assert refused.value.body == {
        "message": said,
        "type": "invalid_request_error",
        "param": "input",
        "code": None,
    }
    assert openai.conversations.items.list(conversation.id).data == before

    result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "09:30"}
    reply = openai.responses.create(**asked, input=[result])
    assert reply.output_text == f"{LEAD} get_current_time returned 09:30."


def test_conversations_come_and_go(client: OpenAI) -> None:
    made = client.conversations.create(metadata={"a": "b"}, items=[HELLO])
    assert made.id.startswith("conv_")
    assert client.conversations.update(made.id, metadata={"c": "d"}).metadata == {"c": "d"}
    assert client.conversations.retrieve(made.id).metadata == {"c": "d"}

    assert client.conversations.delete(made.id).deleted
    with pytest.raises(NotFoundError, match=f"Conversation with id '{made.id}' not found."):
        client.conversations.retrieve(made.id)


def test_items_come_and_go(client: OpenAI) -> None:
    conversation = client.conversations.create()
    picture = {"type": "input_image", "image_url": "https://example.com/x.png"}
    said: Any = [HELLO, {"role": "user", "content": [picture]}]
    added = client.conversations.items.create(conversation.id, items=said)
    assert [item.type for item in added.data] == ["message", "message"]

    first, second = (str(item.id) for item in added.data)
    found = client.conversations.items.retrieve(first, conversation_id=conversation.id)
    assert found == added.data[0]
    left = client.conversations.items.delete(first, conversation_id=conversation.id)
    assert left.id == conversation.id
    assert [item.id for item in client.conversations.items.list(conversation.id)] == [second]
    with pytest.raises(NotFoundError, match=f"Item with id '{first}' not found."):
        client.conversations.items.retrieve(first, conversation_id=conversation.id)


def test_items_are_read_page_after_page(client: OpenAI) -> None:
    said: Any = [{"role": "user", "content": f"Message {number}"} for number in range(7)]
    conversation = client.conversations.create(items=said)
    pages = client.conversations.items.list(conversation.id, order="asc", limit=3)
    read = [item.content[0] for item in pages if item.type == "message"]

    assert pages.has_more
    assert [part.text for part in read if part.type == "input_text"] == [
        message["content"] for message in said
    ]


def test_everything_is_of_the_sdks_type(endpoint: Endpoint) -> None:
    made = ask(endpoint, "/v1/conversations", {})
    check(Conversation, made.json)
    path = f"/v1/conversations/{made.json['id']}/items"
    added = ask(endpoint, path, {"items": [HELLO, {"role": "assistant", "content": "Hi"}]})
    check(ConversationItemList, added.json)

    tools = [CODE, SEARCH, *CLOCK]
    for text in (TENT, "What is 2 + 3?", "What is the time?"):
        body = say(text, conversation=made.json["id"], tools=tools, stream=True)
        assert ask(endpoint, "/v1/responses", body).status == 200
    kinds = set()
    for include in ("file_search_call.results", "code_interpreter_call.outputs"):
        listed = ask(endpoint, f"{path}?include={include}").json
        check(ConversationItemList, listed)
        for item in listed["data"]:
            check(ConversationItem, ask(endpoint, f"{path}/{item['id']}").json)
            kinds.add(item["type"])
    assert kinds == {"message", "file_search_call", "code_interpreter_call", "function_call"}


def test_what_was_found_is_for_those_who_ask(endpoint: Endpoint) -> None:
    made = ask(endpoint, "/v1/conversations", {}).json["id"]
    ask(endpoint, "/v1/responses", say(TENT, conversation=made, tools=[SEARCH]))
    path = f"/v1/conversations/{made}/items?order=asc"

    assert ask(endpoint, path).json["data"][1]["results"] is None
    shown = ask(endpoint, f"{path}&include[]=file_search_call.results").json["data"][1]
    assert shown["results"][0]["filename"] == "fjord-2-tent.md"
