"""A file of fixtures answers here as it does in aimock: the same requests, the same answers.

What is expected stands here, so that these run without aimock. Where `llmock`, its server, is on
the path or named by `SCAFFOLD_AIMOCK`, it is asked as well: `npm install @copilotkit/aimock`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import APIStatusError, OpenAI

from endpoint.wire import KEY, MODEL, ask, chat
from scaffold.endpoint import Endpoint, ScriptError

AIMOCK = os.environ.get("SCAFFOLD_AIMOCK") or shutil.which("llmock")


def _say(content: Any, **match: Any) -> dict[str, Any]:
    return {"match": match, "response": {"content": content}}


PARIS = {"name": "get_weather", "arguments": {"city": "Paris"}, "id": "call_paris"}
FIXTURES = {
    "fixtures": [
        _say("first", userMessage="sequence", sequenceIndex=0),
        _say("second", userMessage="sequence", sequenceIndex=1),
        _say("ever after", userMessage="sequence"),
        _say("at the start", userMessage="turn", turnIndex=0),
        _say("a turn later", userMessage="turn", turnIndex=1),
        _say("It is sunny.", toolCallId="call_paris"),
        _say("Something came back.", hasToolResult=True),
        {"match": {"toolName": "get_weather"}, "response": {"toolCalls": [PARIS]}},
        {
            "match": {"userMessage": "both"},
            "response": {"content": "Let me see.", "toolCalls": [PARIS]},
        },
        _say("Arr!", systemMessage="pirate"),
        _say("Arr, matey!", systemMessage=["parrot", "ship"]),
        _say("I am the other one.", model="gpt-5.6-sol"),
        _say("Hi there.", userMessage="Hello"),
        _say({"sunny": True, "degrees": [1, 2.5]}, userMessage="object"),
        _say("for any conversation", userMessage="which", endpoint="chat"),
        {
            "match": {"userMessage": "fail"},
            "response": {
                "error": {"message": "No.", "type": "teapot", "code": "short"},
                "status": 418,
            },
        },
        {
            "match": {"userMessage": "slower"},
            "response": {"error": {"message": "Slow down."}, "status": 429, "retryAfter": 7},
        },
        {**_say("abcdefghij", userMessage="pieces"), "chunkSize": 3},
    ]
}


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def tools(name: str) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}]


def called(call_id: str) -> list[dict[str, Any]]:
    """A turn in which a function was called and has returned."""
    function = {"name": "f", "arguments": "{}"}
    call = {"id": call_id, "type": "function", "function": function}
    return [
        user("Do it"),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call_id, "content": "done"},
    ]


SYSTEM = {"role": "system", "content": "You are a pirate."}
SAID = {"role": "assistant", "content": "Yes?"}
CALL = [("get_weather", {"city": "Paris"})]
# What is asked, and the text, the calls and the finish reason that come back.
EXCHANGES: list[tuple[str, dict[str, Any], tuple[str, list[Any], str]]] = [
    ("part of the text", {"messages": [user("Oh, Hello you")]}, ("Hi there.", [], "stop")),
    ("first turn", {"messages": [user("my turn")]}, ("at the start", [], "stop")),
    (
        "second turn",
        {"messages": [user("my turn"), SAID, user("your turn")]},
        ("a turn later", [], "stop"),
    ),
    (
        "third turn",
        {"messages": [user("1"), SAID, user("2"), SAID, user("turn")]},
        ("a turn later", [], "stop"),
    ),
    (
        "a function there is",
        {"messages": [user("Well?")], "tools": tools("get_weather")},
        ("", CALL, "tool_calls"),
    ),
    ("this call's result", {"messages": called("call_paris")}, ("It is sunny.", [], "stop")),
    ("another's result", {"messages": called("call_x")}, ("Something came back.", [], "stop")),
    (
        "a result of the turn before",
        {"messages": [*called("call_x"), SAID, user("Hello")]},
        ("Hi there.", [], "stop"),
    ),
    ("text and a call", {"messages": [user("both")]}, ("Let me see.", CALL, "tool_calls")),
    ("the system's text", {"messages": [SYSTEM, user("Well?")]}, ("Arr!", [], "stop")),
    (
        "all of the system's texts",
        {"messages": [{"role": "system", "content": "A ship, a parrot."}, user("Well?")]},
        ("Arr, matey!", [], "stop"),
    ),
    (
        "the model",
        {"messages": [user("Well?")], "model": "gpt-5.6-sol"},
        ("I am the other one.", [], "stop"),
    ),
    (
        "an object",
        {"messages": [user("an object")]},
        ('{"sunny":true,"degrees":[1,2.5]}', [], "stop"),
    ),
    ("the API", {"messages": [user("which")]}, ("for any conversation", [], "stop")),
]


def _aimock(path: Path) -> Iterator[str]:
    """Runs aimock on a free port until it answers, and then for as long as it is needed."""
    if not AIMOCK:
        pytest.skip("NOT RUN beside aimock: there is no `llmock` (SCAFFOLD_AIMOCK names one)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [AIMOCK, "-f", str(path), "-p", str(port), "-h", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                time.sleep(0.1)
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    continue
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()


@pytest.fixture(scope="module", params=["scaffold", "aimock"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenAI]:
    path = tmp_path_factory.mktemp("script") / "fixtures.json"
    path.write_text(json.dumps(FIXTURES))
    if request.param == "aimock":
        for url in _aimock(path):
            with OpenAI(base_url=url, api_key="any", max_retries=0) as made:
                yield made
    else:
        with (
            Endpoint(script=path) as endpoint,
            OpenAI(base_url=f"{endpoint.url}/v1", api_key="any", max_retries=0) as made,
        ):
            yield made


def answer_of(client: OpenAI, body: dict[str, Any], stream: bool) -> tuple[str, list[Any], str]:
    """Gives the text, the calls and the finish reason of a chat completion."""
    create: Any = client.chat.completions.create
    if not stream:
        choice = create(**body).choices[0]
        message = choice.message
        calls = [(each.function.name, each.function.arguments) for each in message.tool_calls or []]
        text = message.content or ""
        reason = choice.finish_reason
    else:
        choices = [chunk.choices[0] for chunk in create(**body, stream=True) if chunk.choices]
        text = "".join(choice.delta.content or "" for choice in choices)
        pieces = [piece for choice in choices for piece in choice.delta.tool_calls or []]
        names = [piece.function.name for piece in pieces if piece.function.name]
        arguments = "".join(piece.function.arguments or "" for piece in pieces)
        calls = [(name, arguments) for name in names]
        reason = choices[-1].finish_reason
    return text, [(name, json.loads(given)) for name, given in calls], reason


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [(body, expected) for _, body, expected in EXCHANGES],
    ids=[name for name, _, _ in EXCHANGES],
)
def test_a_fixture_matches(
    client: OpenAI, body: dict[str, Any], expected: tuple[str, list[Any], str], stream: bool
) -> None:
    assert answer_of(client, {"model": MODEL, **body}, stream) == expected


def test_a_sequence_is_counted(client: OpenAI) -> None:
    body = {"model": MODEL, "messages": [user("sequence")]}
    told = [answer_of(client, body, stream)[0] for stream in (False, True, False, True)]
    assert told == ["first", "second", "ever after", "ever after"]


def test_pieces_have_the_size_that_is_asked_for(client: OpenAI) -> None:
    chunks = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "pieces"}], stream=True
    )
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert [text for text in texts if text] == ["abc", "def", "ghi", "j"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_an_error_is_said_with_its_status(client: OpenAI, stream: bool) -> None:
    with pytest.raises(APIStatusError) as caught:
        answer_of(client, {"model": MODEL, "messages": [user("fail")]}, stream)

    assert caught.value.status_code == 418
    body: Any = caught.value.body
    assert (body["message"], body["type"], body["code"]) == ("No.", "teapot", "short")


def test_retry_after_is_a_header(client: OpenAI) -> None:
    with pytest.raises(APIStatusError) as caught:
        answer_of(client, {"model": MODEL, "messages": [user("slower")]}, stream=False)

    assert caught.value.status_code == 429
    assert caught.value.response.headers["retry-after"] == "7"


# From here on what aimock has no say in.


def test_responses_can_have_their_own() -> None:
    fixtures = [_say("for Responses", endpoint="responses"), _say("for all", endpoint="chat")]
    with Endpoint(script=fixtures) as endpoint:
        url = f"{endpoint.url}/v1"
        with OpenAI(base_url=url, api_key="any") as client:
            told = client.responses.create(model=MODEL, input="Hello")
        completed = ask(endpoint, "/v1/chat/completions", chat())

    assert told.output_text == "for Responses"
    assert completed.json["choices"][0]["message"]["content"] == "for all"


def test_a_part_of_a_second_is_told_in_milliseconds() -> None:
    refusal = {"error": {"message": "Slow down."}, "status": 429, "retryAfter": 0.25}
    with Endpoint(script=[{"match": {}, "response": refusal}]) as endpoint:
        heard = ask(endpoint, "/v1/chat/completions", chat())

    assert heard.headers["retry-after"] == "1"
    assert heard.headers["retry-after-ms"] == "250"


def test_a_response_or_a_run_fails_after_it_has_begun() -> None:
    with Endpoint(script=[{"match": {}, "scaffold": {"fault": "failed"}}]) as endpoint:
        completed = ask(endpoint, "/v1/chat/completions", chat())
        response = ask(endpoint, "/v1/responses", {"model": MODEL, "input": "Hello"}).json
        streamed = ask(endpoint, "/v1/responses", {"model": MODEL, "input": "Hi", "stream": True})
        run = {"assistant_id": "asst_offlineproductguide00001", "stream": True}
        run["thread"] = {"messages": [user("Hello")]}
        ran = ask(
            endpoint, "/v1/threads/runs", run, headers={**KEY, "OpenAI-Beta": "assistants=v2"}
        )

    # A chat completion has no such status.
    assert completed.json["choices"][0]["finish_reason"] == "stop"
    assert (response["status"], response["error"]["code"]) == ("failed", "server_error")
    assert streamed.events[-1][0] == "response.failed"
    name, failed = ran.events[-2]
    assert (name, failed["status"]) == ("thread.run.failed", "failed")
    assert failed["last_error"]["code"] == "server_error"


def test_without_a_match_the_endpoint_answers_by_itself() -> None:
    with Endpoint(script=[_say("Hi there.", userMessage="Hello")]) as endpoint:
        heard = ask(endpoint, "/v1/chat/completions", chat("Else"))

    assert 'You said: "Else".' in heard.json["choices"][0]["message"]["content"]


def test_what_is_embedded_and_searched_can_be_scripted() -> None:
    fixtures = [
        {
            "match": {"inputText": "tent"},
            "response": {"embedding": [0.5, 0.25]},
        },
        {
            "match": {"endpoint": "search", "inputText": "tent"},
            "response": {"error": {"message": "Gone."}, "status": 503},
        },
    ]
    with Endpoint(script=fixtures) as endpoint:
        body = {"model": "text-embedding-3-small", "input": "a tent"}
        embedded = ask(endpoint, "/v1/embeddings", body)
        path = "/indexes/product-guide/docs/search?api-version=2024-07-01"
        found = ask(endpoint, path, {"search": "tent"}, headers={**KEY, "api-key": "any"})

    assert embedded.json["data"][0]["embedding"] == [0.5, 0.25]
    assert (found.status, found.error["message"]) == (503, "Gone.")


def test_a_stream_takes_its_time_and_can_be_cut() -> None:
    fixtures = [
        {**_say("abcdef", userMessage="slow"), "chunkSize": 2, "latency": 50},
        {**_say("abcdef", userMessage="paced"), "streamingProfile": {"ttft": 200, "tps": 1000}},
        {**_say("abcdef", userMessage="cut"), "chunkSize": 1, "truncateAfterChunks": 3},
        {**_say("abcdef", userMessage="late"), "latency": 40, "disconnectAfterMs": 60},
    ]
    took = {}
    with Endpoint(script=fixtures) as endpoint:
        for name in ("slow", "paced"):
            begun = time.monotonic()
            assert ask(endpoint, "/v1/chat/completions", chat(name, stream=True)).status == 200
            took[name] = time.monotonic() - begun
        for name in ("cut", "late"):
            with pytest.raises(OSError, match=r".") as caught:
                _read_all(endpoint, chat(name, stream=True))
            assert "connection" in str(caught.value).lower() or "reset" in str(caught.value).lower()

    assert took["slow"] >= 0.15
    assert took["paced"] >= 0.2


def _read_all(endpoint: Endpoint, body: dict[str, Any]) -> bytes:
    """Reads a stream to its end, which must be one.

    Raises:
        ConnectionError: it broke off.
    """
    import http.client

    try:
        return ask(endpoint, "/v1/chat/completions", body).content
    except http.client.IncompleteRead as error:
        raise ConnectionError("the connection broke off") from error


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "line 1, column 2: not JSON: Expecting value"),
        ("[]", "line 1: the file: expected an object"),
        ("{}", "fixtures is missing"),
        (
            '{"fixtures": [\n{"match": {"userMesage": "x"},\n"response": {"content": "y"}}]}',
            "line 2: fixtures[0].match.userMesage is not supported",
        ),
        (
            '{"fixtures": [\n{"match": {},\n"response": {"content": "y"},\n"latency": "1"}]}',
            "line 4: fixtures[0].latency",
        ),
        (
            '{"fixtures": [{"match": {}, "response": {"content": "a", "embedding": [1]}}]}',
            "fixtures[0].response.embedding: cannot go together with content",
        ),
        ('{"fixtures": [{"match": {}}]}', "fixtures[0].response is missing"),
        (
            '{"fixtures": [{"match": {}, "scaffold": {"fault": "explode"}}]}',
            "fixtures[0].scaffold.fault",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "fixtures.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r".") as caught:
        Endpoint(script=path).__enter__()

    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (404, "invalid_request_error"),
        (429, "rate_limit_error"),
        (500, "server_error"),
        (503, "server_error"),
        (None, "server_error"),
    ],
)
def test_an_error_without_a_type_has_that_of_its_status(status: int | None, kind: str) -> None:
    response = {"error": {"message": "No."}} | ({"status": status} if status else {})

    with Endpoint(script=[{"match": {}, "response": response}]) as endpoint:
        client = OpenAI(base_url=f"{endpoint.url}/v1", api_key="key", max_retries=0)
        with pytest.raises(APIStatusError) as caught:
            client.chat.completions.create(**chat())

    assert caught.value.type == kind


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without an end")
def test_a_file_without_an_end_is_refused() -> None:
    with pytest.raises(ScriptError, match="/dev/zero is too large: 16 MiB is the most"):
        Endpoint(script="/dev/zero")
