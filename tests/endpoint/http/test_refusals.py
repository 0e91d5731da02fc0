"""What the services refuse, in their words."""

from __future__ import annotations

from typing import Any

import pytest

from endpoint.wire import DATED, KEY, MODEL, PREVIEW, ask, chat, function
from scaffold.endpoint import Endpoint

OPENAI = "/v1/chat/completions"
SEARCH = "/indexes('product-guide')/docs/search.post.search?api-version=2026-04-01"
AZURE_404 = {"error": {"code": "404", "message": "Resource not found"}}
NO_DEPLOYMENT = {
    "error": {
        "code": "DeploymentNotFound",
        "message": "The API deployment for this resource does not exist. If you created the"
        " deployment within the last 5 minutes, please wait a moment and try again.",
    }
}


def _refusal(message: str, param: str | None = None, code: str | None = None) -> Any:
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "x"}], ids=str
)
def test_openai_wants_a_key(endpoint: Endpoint, headers: dict[str, str]) -> None:
    heard = ask(endpoint, OPENAI, chat(), headers=headers)

    assert heard.status == 401
    assert heard.error["message"].startswith("You didn't provide an API key.")
    assert heard.error["type"] == "invalid_request_error"


def test_openai_does_not_look_at_azures_header(endpoint: Endpoint) -> None:
    assert ask(endpoint, OPENAI, chat(), headers={"api-key": "any"}).status == 401


@pytest.mark.parametrize("headers", [{}, {"api-key": "  "}], ids=str)
@pytest.mark.parametrize("path", [DATED, "/openai/v1/chat/completions"])
def test_azure_wants_a_key(endpoint: Endpoint, path: str, headers: dict[str, str]) -> None:
    heard = ask(endpoint, path, chat(), headers=headers)

    assert heard.status == 401
    assert heard.error["code"] == "401"
    assert heard.error["message"].startswith("Access denied due to invalid subscription key")


def test_search_wants_a_key(endpoint: Endpoint) -> None:
    heard = ask(endpoint, SEARCH, {"search": "tent"}, headers={})

    assert heard.status == 401
    assert heard.error["code"] == "Unauthorized"


@pytest.mark.parametrize(
    "path",
    [
        f"/openai/deployments/{MODEL}/chat/completions",
        f"/openai/deployments/{MODEL}/chat/completions?api-version=2023-01-01",
        f"/openai/deployments/{MODEL}/extensions/chat/completions?api-version=2024-10-21",
        "/openai/threads",
        "/openai/threads?api-version=2024-10-21",
        "/openai/v1/threads",
        "/openai/nothing",
    ],
)
def test_azure_has_nothing_there(endpoint: Endpoint, path: str) -> None:
    heard = ask(endpoint, path, chat())

    assert (heard.status, heard.json) == (404, AZURE_404)


@pytest.mark.parametrize(
    ("version", "code"),
    [("", "MissingApiVersionParameter"), ("?api-version=1", "InvalidApiVersionParameter")],
)
def test_search_wants_an_api_version(endpoint: Endpoint, version: str, code: str) -> None:
    heard = ask(endpoint, SEARCH.split("?")[0] + version, {})

    assert (heard.status, heard.error["code"]) == (400, code)


def test_openai_has_nothing_there(endpoint: Endpoint) -> None:
    heard = ask(endpoint, "/v1/nothing", {})

    assert (heard.status, heard.json) == (404, _refusal("Invalid URL (POST /v1/nothing)"))


def test_another_method(endpoint: Endpoint) -> None:
    heard = ask(endpoint, "/v1/embeddings")
    assert heard.status == 405
    assert heard.error["code"] == "method_not_supported"
    assert heard.error["message"].startswith("Not allowed to GET on /v1/embeddings.")

    assert ask(endpoint, DATED).status == 405


def test_another_host(endpoint: Endpoint) -> None:
    heard = ask(endpoint, OPENAI, chat(), headers={**KEY, "Host": "evil.example:80"})

    assert heard.status == 421
    assert "evil.example" in heard.error["message"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:99"])
def test_the_host_may_be_any_name_of_this_machine(endpoint: Endpoint, host: str) -> None:
    assert ask(endpoint, OPENAI, chat(), headers={**KEY, "Host": host}).status == 200


def test_unknown_and_retired_models(endpoint: Endpoint) -> None:
    unknown = ask(endpoint, OPENAI, chat() | {"model": "gpt-99"})
    message = "The model `gpt-99` does not exist or you do not have access to it."
    assert (unknown.status, unknown.json) == (404, _refusal(message, code="model_not_found"))

    retired = ask(endpoint, OPENAI, chat() | {"model": "gpt-3.5-turbo"})
    assert retired.status == 404
    assert retired.error["code"] == "model_not_found"
    assert "`gpt-3.5-turbo` has been deprecated" in retired.error["message"]


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/openai/deployments/nope/chat/completions?api-version=2024-10-21", MODEL),
        ("/openai/deployments/gpt-4/chat/completions?api-version=2024-10-21", MODEL),
        ("/openai/deployments/nope/embeddings?api-version=2024-10-21", MODEL),
        ("/openai/v1/chat/completions", "nope"),
    ],
)
def test_unknown_deployments(endpoint: Endpoint, path: str, model: str) -> None:
    heard = ask(endpoint, path, chat() | {"model": model})

    assert (heard.status, heard.json) == (404, NO_DEPLOYMENT)


def test_models_that_do_something_else(endpoint: Endpoint) -> None:
    chatting = ask(endpoint, OPENAI, chat() | {"model": "text-embedding-3-small"})
    assert (chatting.status, chatting.error["param"]) == (404, "model")
    assert chatting.error["message"].startswith("This is not a chat model")

    embedding = ask(endpoint, "/v1/embeddings", {"model": MODEL, "input": "x"})
    assert embedding.status == 403

    path = f"/openai/deployments/{MODEL}/embeddings?api-version=2024-10-21"
    azure = ask(endpoint, path, {"input": "x"})
    assert (azure.status, azure.error["code"]) == (400, "OperationNotSupported")


_WEATHER = function("weather", city={"type": "string"})
_CALLED = {
    "role": "assistant",
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    ],
}
_USER = {"role": "user", "content": "Hi"}
_RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "x"}


@pytest.mark.parametrize(
    ("change", "message", "param", "code"),
    [
        ({"foo": 1}, "Unrecognized request argument supplied: foo", None, None),
        (
            {"dataSources": []},
            "Unrecognized request argument supplied: dataSources",
            None,
            None,
        ),
        (
            {"data_sources": []},
            "Unrecognized request argument supplied: data_sources",
            None,
            None,
        ),
        (
            {"functions": []},
            "Unsupported parameter: 'functions' is not supported with this model. Use 'tools'"
            " instead.",
            "functions",
            "unsupported_parameter",
        ),
        (
            {"function_call": "auto"},
            "Unsupported parameter: 'function_call' is not supported with this model. Use"
            " 'tool_choice' instead, with 'tools'.",
            "function_call",
            "unsupported_parameter",
        ),
        (
            {"messages": []},
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an"
            " empty array instead.",
            "messages",
            "empty_array",
        ),
        (
            {"messages": "Hi"},
            "Invalid type for 'messages': expected an array of objects, but got a string instead.",
            "messages",
            "invalid_type",
        ),
        (
            {"messages": [{"role": "user"}]},
            "Missing required parameter: 'messages[0].content'.",
            "messages[0].content",
            "missing_required_parameter",
        ),
        (
            {"messages": [{**_USER, "foo": 1}]},
            "Unknown parameter: 'messages[0].foo'.",
            "messages[0].foo",
            "unknown_parameter",
        ),
        (
            {"messages": [{"role": "robot", "content": "Hi"}]},
            "Invalid value: 'robot'. Supported values are: 'system', 'developer', 'user',"
            " 'assistant', and 'tool'.",
            "messages[0].role",
            "invalid_value",
        ),
        (
            {"messages": [{"role": "user", "content": None}]},
            "Invalid type for 'messages[0].content': expected one of a string or array of objects,"
            " but got null instead.",
            "messages[0].content",
            "invalid_type",
        ),
        (
            {"temperature": "warm"},
            "Invalid type for 'temperature': expected a decimal, but got a string instead.",
            "temperature",
            "invalid_type",
        ),
        (
            {"temperature": 3},
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3"
            " instead.",
            "temperature",
            "decimal_above_max_value",
        ),
        (
            {"n": 0},
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
            "n",
            "integer_below_min_value",
        ),
        (
            {"max_completion_tokens": True},
            "Invalid type for 'max_completion_tokens': expected an integer, but got a boolean"
            " instead.",
            "max_completion_tokens",
            "invalid_type",
        ),
        (
            {"tools": [{"type": "function"}]},
            "Missing required parameter: 'tools[0].function'.",
            "tools[0].function",
            "missing_required_parameter",
        ),
        (
            {"tool_choice": "auto"},
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are"
            " specified.",
            "tool_choice",
            None,
        ),
        (
            {
                "tools": [_WEATHER],
                "tool_choice": {"type": "function", "function": {"name": "other"}},
            },
            "Tool choice 'function:other' not found in 'tools' parameter.",
            "tool_choice",
            None,
        ),
        (
            {"stream_options": {"include_usage": True}},
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
            None,
        ),
        (
            {"messages": [_USER, _RESULT]},
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding"
            " message with 'tool_calls'.",
            "messages.[1].role",
            None,
        ),
        (
            {"messages": [_USER, _CALLED, _USER]},
            "An assistant message with 'tool_calls' must be followed by tool messages responding to"
            " each 'tool_call_id'. The following tool_call_ids did not have response messages:"
            " call_1",
            "messages.[2].role",
            None,
        ),
        (
            {"messages": [_USER, _CALLED]},
            "An assistant message with 'tool_calls' must be followed by tool messages responding to"
            " each 'tool_call_id'. The following tool_call_ids did not have response messages:"
            " call_1",
            "messages.[2].role",
            None,
        ),
        (
            {"messages": [_USER, _CALLED, _RESULT, _RESULT]},
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding"
            " message with 'tool_calls'.",
            "messages.[3].role",
            None,
        ),
        (
            {"messages": [_USER, {"role": "assistant", "content": None}, _USER]},
            "Invalid value for 'content': expected a string, got null.",
            "messages.[1].content",
            None,
        ),
        (
            {"tools": [function("no.dots")]},
            "Invalid 'tools[0].function.name': string does not match pattern. Expected a string"
            " that matches the pattern '^[a-zA-Z0-9_-]+$'.",
            "tools[0].function.name",
            "invalid_value",
        ),
        (
            {"response_format": {"type": "json_object"}},
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
            " 'json_object'.",
            "messages",
            None,
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bodies_that_chat_refuses(
    endpoint: Endpoint, change: Any, message: str, param: str | None, code: str | None
) -> None:
    heard = ask(endpoint, OPENAI, chat() | change)

    assert (heard.status, heard.json) == (400, _refusal(message, param, code))


def test_a_call_and_its_result_are_accepted(endpoint: Endpoint) -> None:
    assert ask(endpoint, OPENAI, chat() | {"messages": [_USER, _CALLED, _RESULT]}).status == 200


def test_a_conversation_longer_than_any_model_reads(endpoint: Endpoint) -> None:
    heard = ask(endpoint, OPENAI, chat("word " * 1_100_000))

    assert (heard.status, heard.error["code"]) == (400, "context_length_exceeded")


def test_the_model_is_missing(endpoint: Endpoint) -> None:
    body = {"messages": [_USER]}
    assert ask(endpoint, OPENAI, body).error["message"] == "Missing required parameter: 'model'."
    assert ask(endpoint, DATED, body).status == 200


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1", b"\xff", b'{"a": NaN}', b"[" * 100_000, b"1" * 10_000],
    ids=["empty", "open", "list", "bytes", "nan", "deep", "long"],
)
def test_what_is_not_json(endpoint: Endpoint, content: bytes) -> None:
    for path in (OPENAI, DATED, "/v1/embeddings", "/v1/threads/runs", SEARCH):
        heard = ask(endpoint, path, content)
        # Search asks for nothing, so that nothing at all is a request for everything.
        assert heard.status == (200 if path == SEARCH and not content else 400)
        assert "message" in heard.error if heard.status == 400 else True


def test_the_body_is_another_type(endpoint: Endpoint) -> None:
    heard = ask(endpoint, OPENAI, chat(), headers={**KEY, "Content-Type": "text/plain"})

    message = "Invalid Content-Type header (text/plain), expected application/json."
    assert (heard.status, heard.json) == (400, _refusal(message))


@pytest.mark.parametrize("path", [OPENAI, DATED, SEARCH])
def test_a_body_over_fifty_megabytes(endpoint: Endpoint, path: str) -> None:
    heard = ask(endpoint, path, b"", headers={**KEY, "Content-Length": str(50 * 1024 * 1024 + 1)})

    assert heard.status == 413
    assert "52428800" in heard.error["message"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"input": ""}, "Invalid 'input': input cannot be empty."),
        ({"input": []}, "Invalid 'input': input cannot be empty."),
        (
            {"input": 5},
            "Invalid type for 'input': expected one of a string or array of strings, but got an"
            " integer instead.",
        ),
        (
            {"input": ["a", 1]},
            "Invalid type for 'input': expected an array of strings or of tokens, but got an array"
            " instead.",
        ),
        (
            {"dimensions": 9999},
            "Invalid 'dimensions': integer above maximum value. Expected a value <= 1536, but got"
            " 9999 instead.",
        ),
        (
            {"encoding_format": "hex"},
            "Invalid value: 'hex'. Supported values are: 'float' and 'base64'.",
        ),
        ({"foo": 1}, "Unknown parameter: 'foo'."),
    ],
    ids=str,
)
def test_bodies_that_embeddings_refuse(endpoint: Endpoint, change: Any, message: str) -> None:
    body = {"model": "text-embedding-3-small", "input": "x"} | change
    heard = ask(endpoint, "/v1/embeddings", body)

    assert (heard.status, heard.error["message"]) == (400, message)


def test_assistants_want_their_header(endpoint: Endpoint) -> None:
    heard = ask(endpoint, "/v1/threads", {}, headers={"Authorization": "Bearer any"})
    message = (
        "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again"
        " by setting the header 'OpenAI-Beta: assistants=v2'."
    )
    assert (heard.status, heard.json) == (400, _refusal(message, code="invalid_beta"))

    # On Azure the api-version says it.
    azure = ask(endpoint, f"/openai/threads?{PREVIEW}", {}, headers={"api-key": "any"})
    assert azure.status == 200


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/threads/thread_x", None, "No thread found with id 'thread_x'."),
        (
            "/threads/thread_x/messages",
            {"role": "user", "content": "x"},
            "No thread found with id 'thread_x'.",
        ),
        ("/assistants/asst_x", None, "No assistant found with id 'asst_x'."),
        ("/threads/runs", {"assistant_id": "asst_x"}, "No assistant found with id 'asst_x'."),
        ("/files/file-x", None, "No such File object: file-x"),
    ],
)
def test_nothing_is_stored_under_this_id(
    endpoint: Endpoint, path: str, body: Any, message: str
) -> None:
    for full in (f"/v1{path}", f"/openai{path}?{PREVIEW}"):
        heard = ask(endpoint, full, body)
        assert (heard.status, heard.error["message"]) == (404, message)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "Invalid 'limit': integer below minimum value. Expected a value >= 1, "),
        ("limit=101", "Invalid 'limit': integer above maximum value. Expected a value <= 100, "),
        ("limit=x", "Invalid type for 'limit': expected an integer, but got a string instead."),
        ("order=up", "Invalid value: 'up'. Supported values are: 'asc' and 'desc'."),
    ],
)
def test_pages_that_cannot_be_read(endpoint: Endpoint, query: str, message: str) -> None:
    heard = ask(endpoint, f"/v1/assistants?{query}")

    assert heard.status == 400
    assert heard.error["message"].startswith(message)


def test_unknown_fields_of_assistants(endpoint: Endpoint) -> None:
    heard = ask(endpoint, "/v1/threads", {"foo": 1})

    expected = _refusal("Unknown parameter: 'foo'.", "foo", "unknown_parameter")
    assert (heard.status, heard.json) == (400, expected)
