"""The MCP sample with servers of the test's own: what is shown, approved, cut off and refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Project
from endpoint.mcp_servers import McpHandler, Message, mcp_server
from samples import HIGHEST, Ended, run_sample

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

NOT_THERE = (
    "The sample encountered an error: Error retrieving tool list from MCP server: 'shop'. Http"
    " status code: 424 (Failed Dependency)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Project("openai-responses-streaming-with-mcp", "openai").write(tmp_path / "project")


@pytest.fixture
def own_endpoint() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def talk(folder: Path, endpoint: Endpoint, url: str, typed: str, *arguments: str) -> Ended:
    environ = offline_environ(os.environ, endpoint.variables("openai"))
    environ["MCP_SERVER_URL"] = url
    return run_sample(HIGHEST, folder, environ, typed, *arguments, quickly=True)


def test_a_server_that_is_not_there_ends_it_in_one_line(
    folder: Path, own_endpoint: Endpoint
) -> None:
    ended = talk(folder, own_endpoint, "http://127.0.0.1:1/mcp", "Hello\n")

    assert (ended.returncode, ended.stderr.strip()) == (1, NOT_THERE)


def test_only_what_was_approved_is_called_and_little_of_much_is_shown(
    folder: Path, own_endpoint: Endpoint
) -> None:
    called: list[Message] = []

    def answer(handler: McpHandler, message: Message) -> None:
        if message.get("method") == "tools/call":
            called.append(message["params"])
        text = "\x1b[2J\x07" + "found it " * 600_000
        handler.usual(message, {"content": [{"type": "text", "text": text}]})

    # Whatever is no yes is a no: another word, and the end of the input.
    typed = "Look up 'tent'\nyes\nLook up 'boots'\nmaybe\nLook up 'stove'\n"
    with mcp_server(answer) as url:
        ended = talk(folder, own_endpoint, url, typed)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("\nassistant-tools: look_up\n") == 1
    assert ended.stdout.count("\nMay look_up be called with {}?\ny/n: ") == 3
    assert [each["name"] for each in called] == ["look_up"]
    lines = ended.stdout.splitlines()
    (shown,) = (line for line in lines if line.startswith("assistant-function: "))
    assert shown.startswith("assistant-function: look_up({}) => [2Jfound it found it")
    assert shown.isprintable()
    assert len(shown) < 400
    assert ended.stdout.count("for it was not approved") == 2
    assert len(ended.stdout) < 20_000


def test_a_call_that_fails_is_said_and_the_conversation_goes_on(
    folder: Path, own_endpoint: Endpoint
) -> None:
    def answer(handler: McpHandler, message: Message) -> None:
        if message.get("method") == "tools/call":
            error = {"code": -32603, "message": "out of order"}
            body = {"jsonrpc": "2.0", "id": message["id"], "error": error}
            handler.say(json.dumps(body).encode())
        else:
            handler.usual(message)

    with mcp_server(answer) as url:
        ended = talk(folder, own_endpoint, url, "Look up 'tent'\ny\nThanks\nexit\n")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\nassistant-function: look_up({}) failed: out of order\n" in ended.stdout
    assert 'You said: "Thanks"' in ended.stdout


def test_a_turn_that_fails_after_an_approval_leaves_nothing_behind(
    folder: Path, own_endpoint: Endpoint
) -> None:
    asked = {"userMessage": "Look up", "endpoint": "chat"}
    call = {"name": "look_up", "arguments": "{}"}
    own_endpoint.script(
        [
            {"match": {**asked, "sequenceIndex": 0}, "response": {"toolCalls": [call]}},
            {"match": asked, "response": {"content": "never"}, "scaffold": {"fault": "drop"}},
        ]
    )
    with mcp_server(McpHandler.usual) as url:
        failed = talk(folder, own_endpoint, url, "Look up 'tent'\ny\n")
        assert failed.returncode == 1
        assert failed.stderr.strip().startswith("The sample encountered an error: ")
        again = talk(folder, own_endpoint, url, "exit\n", "conv_000000000000000000000001")

    assert again.stdout == "User: Bye! (conversationId: conv_000000000000000000000001)\n"
