"""The hosted tool `mcp` with servers that are not there, say nonsense or want too much."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from openai import APIError, APIStatusError, OpenAI

from endpoint.mcp_servers import TOOL, McpHandler, Message, hosted, mcp_server
from endpoint.wire import MODEL
from scaffold.endpoint.http.mcp import client as mcp_client

LOOK = "Look up a word"


def nonsense(handler: McpHandler, _: Message) -> None:
    handler.say(b"<html>nothing here</html>", "text/html")


def no_http(handler: McpHandler, _: Message) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def not_allowed(handler: McpHandler, _: Message) -> None:
    handler.say(b"{}", status=401)


def broken_list(handler: McpHandler, message: Message) -> None:
    if message.get("method") == "tools/list":
        handler.result(message, {"tools": [{"name": 5}]})
    else:
        handler.usual(message)


def too_much(handler: McpHandler, message: Message) -> None:
    if message.get("method") == "tools/list":
        handler.result(message, {"tools": [{**TOOL, "description": "x" * (17 * 1024 * 1024)}]})
    else:
        handler.usual(message)


@pytest.mark.parametrize(
    ("server", "status"),
    [
        (nonsense, "424 (Failed Dependency)"),
        (no_http, "424 (Failed Dependency)"),
        (not_allowed, "401 (Unauthorized)"),
        (broken_list, "424 (Failed Dependency)"),
        (too_much, "424 (Failed Dependency)"),
    ],
)
def test_a_server_that_does_not_tell_its_tools_fails_the_response(
    openai: OpenAI, server: Any, status: str
) -> None:
    words = f"Error retrieving tool list from MCP server: 'shop'. Http status code: {status}"
    with mcp_server(server) as url, pytest.raises(APIStatusError) as caught:
        openai.responses.create(model=MODEL, input="Hi", tools=hosted(url))

    assert caught.value.status_code == 424
    assert caught.value.body == {
        "message": words,
        "type": "external_connector_error",
        "param": "tools",
        "code": "http_error",
    }


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/mcp", "https://mcp.example.com/mcp", "nowhere"]
)
def test_a_server_that_is_not_there_or_elsewhere_fails_a_stream_too(
    openai: OpenAI, url: str
) -> None:
    names: list[str] = []
    stream = openai.responses.create(model=MODEL, input="Hi", tools=hosted(url), stream=True)
    with pytest.raises(APIError, match="Error retrieving tool list from MCP server: 'shop'"):
        names += (event.type for event in stream)
    assert names[2:] == [
        "response.output_item.added",
        "response.mcp_list_tools.in_progress",
        "response.mcp_list_tools.failed",
        "response.output_item.done",
    ]
    ended = openai.responses.create(model=MODEL, input="Hi", tools=hosted(url), background=True)
    assert ended.status == "queued"
    for _ in range(2):
        ended = openai.responses.retrieve(ended.id)
    assert (ended.status, ended.error and ended.error.code) == ("failed", "server_error")


def test_nobody_waits_for_a_server_that_never_answers(
    openai: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_client, "PATIENCE", 0.2)
    over = threading.Event()

    def waits(handler: McpHandler, _: Message) -> None:
        over.wait(60)
        handler.close_connection = True

    with mcp_server(waits) as url:
        with pytest.raises(APIStatusError, match="424"):
            openai.responses.create(model=MODEL, input="Hi", tools=hosted(url))
        over.set()


def call_with(openai: OpenAI, returned: Any, **more: Any) -> Any:
    def answer(handler: McpHandler, message: Message) -> None:
        handler.usual(message, returned)

    with mcp_server(answer) as url:
        return openai.responses.create(
            model=MODEL, input=LOOK, tools=hosted(url, require_approval="never"), **more
        )


def test_five_megabytes_come_back_whole_and_the_answer_stays_short(openai: OpenAI) -> None:
    text = "word " * 1_000_000
    said = call_with(openai, {"content": [{"type": "text", "text": text}]})

    assert said.output[1].output == text
    assert len(said.output_text) < 10_000


def test_what_goes_wrong_in_a_call_is_an_item_that_failed(openai: OpenAI) -> None:
    content = [{"type": "text", "text": "no such word"}]
    failed = call_with(openai, {"content": content, "isError": True}).output[1]
    assert (failed.status, failed.output) == ("failed", None)
    assert failed.error.to_dict() == {"type": "mcp_tool_execution_error", "content": content}
    image = {"type": "image", "data": "aGk=", "mimeType": "image/png"}
    assert json.loads(call_with(openai, {"content": [image]}).output[1].output) == image

    def ends(handler: McpHandler, message: Message) -> None:
        if message.get("method") == "tools/call":
            error = {"code": -32603, "message": "Session terminated"}
            body = {"jsonrpc": "2.0", "id": message["id"], "error": error}
            handler.say(json.dumps(body).encode())
        else:
            handler.usual(message)

    with mcp_server(ends) as url:
        tools = hosted(url, require_approval="never")
        said: Any = openai.responses.create(model=MODEL, input=LOOK, tools=tools)
        assert said.output[1].error.to_dict() == {
            "type": "mcp_protocol_error",
            "code": -32603,
            "message": "Session terminated",
        }
        assert "an error: Session terminated" in said.output_text
    gone: Any = openai.responses.create(
        model=MODEL, input=LOOK, tools=tools, previous_response_id=said.id
    )
    assert gone.output[0].error.to_dict() == {
        "type": "http_error",
        "code": 424,
        "message": "Failed Dependency",
    }


def test_a_server_that_asks_for_more_than_was_approved_is_told_no(openai: OpenAI) -> None:
    told = []
    answered = threading.Event()

    def asks(handler: McpHandler, message: Message) -> None:
        if "error" in message:
            told.append((message["id"], message["error"]["code"]))
            handler.say(b"", status=202)
            answered.set()
        elif message.get("method") == "tools/call":
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.end_headers()
            wanted = {"jsonrpc": "2.0", "id": "s1", "method": "sampling/createMessage"}
            handler.wfile.write(b"event: message\ndata: " + json.dumps(wanted).encode() + b"\n\n")
            handler.wfile.flush()
            answered.wait(60)
            result = {"content": [{"type": "text", "text": "then without"}]}
            last = {"jsonrpc": "2.0", "id": message["id"], "result": result}
            handler.wfile.write(b"data: " + json.dumps(last).encode() + b"\n\n")
        else:
            handler.usual(message)

    with mcp_server(asks) as url:
        said: Any = openai.responses.create(
            model=MODEL, input=LOOK, tools=hosted(url, require_approval="never")
        )
    assert told == [("s1", -32601)]
    assert said.output[1].output == "then without"


def test_a_server_gets_its_headers_and_its_session(openai: OpenAI) -> None:
    heard: list[dict[str, str]] = []

    def answer(handler: McpHandler, message: Message) -> None:
        heard.append({name.lower(): value for name, value in handler.headers.items()})
        if message.get("method") == "initialize":
            result = {"jsonrpc": "2.0", "id": message["id"], "result": {}}
            handler.send_response(200)
            handler.send_header("Mcp-Session-Id", "s-1")
            handler.send_header("Content-Type", "application/json")
            handler.end_headers()
            handler.wfile.write(json.dumps(result).encode())
        else:
            handler.usual(message)

    with mcp_server(answer) as url:
        tools = hosted(
            url, headers={"X-Shop": "7"}, authorization="token", require_approval="never"
        )
        openai.responses.create(model=MODEL, input=LOOK, tools=tools)
    assert all((each["x-shop"], each["authorization"]) == ("7", "Bearer token") for each in heard)
    assert [each.get("mcp-session-id") for each in heard] == [None, "s-1", "s-1", "s-1"]
