"""Every field that the SDK can send is known: a new one is noticed here before a user meets it."""

from __future__ import annotations

import typing
from typing import Any

import pytest
from openai.types import (
    completion_create_params,
    embedding_create_params,
    vector_store_create_params,
    vector_store_search_params,
    vector_store_update_params,
)
from openai.types.beta import assistant_create_params, thread_create_params
from openai.types.beta.threads import message_create_params, run_create_params
from openai.types.chat import completion_create_params as chat_params
from openai.types.conversations import conversation_create_params
from openai.types.responses import response_create_params
from openai.types.vector_stores import file_create_params

from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.documents import VECTOR_STORE_ID

_STORE = f"/v1/vector_stores/{VECTOR_STORE_ID}"
REQUESTS = {
    "/v1/chat/completions": chat_params.CompletionCreateParamsStreaming,
    "/v1/responses": response_create_params.ResponseCreateParamsStreaming,
    "/v1/conversations": conversation_create_params.ConversationCreateParams,
    "/v1/embeddings": embedding_create_params.EmbeddingCreateParams,
    "/v1/completions": completion_create_params.CompletionCreateParamsStreaming,
    "/v1/vector_stores": vector_store_create_params.VectorStoreCreateParams,
    _STORE: vector_store_update_params.VectorStoreUpdateParams,
    f"{_STORE}/search": vector_store_search_params.VectorStoreSearchParams,
    f"{_STORE}/files": file_create_params.FileCreateParams,
    "/v1/assistants": assistant_create_params.AssistantCreateParams,
    "/v1/threads": thread_create_params.ThreadCreateParams,
    "/v1/threads/{thread}/messages": message_create_params.MessageCreateParams,
    "/v1/threads/{thread}/runs": run_create_params.RunCreateParamsStreaming,
}
# What the SDK types and no field of the body is.
_ELSEWHERE = {"/v1/threads/{thread}/runs": {"include"}}
# Fields that the service takes as null, of whom frameworks send just that.
_NULLABLE = ("tools", "tool_choice", "response_format", "parallel_tool_calls", "user")


def _fields() -> list[Any]:
    return [
        pytest.param(path, name, id=f"{path}-{name}")
        for path, params in REQUESTS.items()
        for name in typing.get_type_hints(params)
        if name not in _ELSEWHERE.get(path, ())
    ]


@pytest.fixture(scope="module")
def thread(endpoint: Endpoint) -> str:
    return str(ask(endpoint, "/v1/threads", {}).json["id"])


@pytest.mark.parametrize(("path", "name"), _fields())
def test_no_field_of_the_sdk_is_unknown(
    endpoint: Endpoint, thread: str, path: str, name: str
) -> None:
    heard = ask(endpoint, path.format(thread=thread), {name: [[]]})

    message = heard.json.get("error", {}).get("message", "")
    assert not message.startswith(("Unknown parameter", "Unrecognized request argument")), message


@pytest.mark.parametrize("name", _NULLABLE)
def test_null_is_nothing_in_chat_completions(endpoint: Endpoint, name: str) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}], name: None}

    assert ask(endpoint, "/v1/chat/completions", body).status == 200


def test_a_name_is_taken_in_every_message_and_may_be_null(endpoint: Endpoint) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "system", "content": "Be kind.", "name": None},
        {"role": "user", "content": "Hello", "name": None},
        {"role": "assistant", "content": "Hi", "name": None, "tool_calls": None},
        {"role": "assistant", "content": "Hi", "provider_specific_fields": {"refusal": None}},
        {"role": "user", "content": "Call f"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "done", "tool_call_id": "call_1", "name": "f"},
    ]

    heard = ask(endpoint, "/v1/chat/completions", {"model": MODEL, "messages": messages})

    assert heard.status == 200, heard.json
    assert "f returned done" in heard.json["choices"][0]["message"]["content"]
