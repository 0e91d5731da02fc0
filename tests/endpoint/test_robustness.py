"""What a server on a developer's machine must bear: size, slowness, crowds, and nonsense."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from waiting import PATIENCE

from scaffold.endpoint import Endpoint, ScriptError
from scaffold.endpoint.http.bodies import LARGEST_BODY

from .wire import KEY, ask, chat

OPENAI = "/v1/chat/completions"
HEAD = f"POST {OPENAI} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def connect(endpoint: Endpoint) -> socket.socket:
    host, port = endpoint.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def works(endpoint: Endpoint) -> bool:
    return ask(endpoint, OPENAI, chat()).status == 200


def test_a_body_that_says_it_is_too_large(server: Endpoint) -> None:
    with connect(server) as raw:
        raw.sendall(HEAD + f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode())
        assert raw.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert works(server)


def test_a_body_that_turns_out_too_large(server: Endpoint) -> None:
    part = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with connect(server) as raw:
        raw.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with suppress(ConnectionError):
            for _ in range(LARGEST_BODY // 0x100000 + 1):
                raw.sendall(part)
        assert raw.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert works(server)


def test_a_header_of_a_megabyte(server: Endpoint) -> None:
    with connect(server) as raw:
        answer = b""
        with suppress(ConnectionError):
            raw.sendall(b"GET /v1/models HTTP/1.1\r\nX-Long: " + b"x" * 2**20 + b"\r\n\r\n")
            answer = raw.recv(1000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert works(server)


def test_one_that_reads_slowly_holds_nobody_up(server: Endpoint) -> None:
    """It asks for 8 MB, reads a byte now and then, and leaves; the others don't notice."""
    server.script(
        [
            {
                "match": {"userMessage": "much"},
                "response": {"content": "x" * 1000},
                "chunkSize": 100_000,
                "scaffold": {"fault": "repeat", "times": 8000},
            }
        ]
    )
    body = json.dumps(chat("much", stream=True)).encode()
    with connect(server) as slow:
        slow.sendall(HEAD + b"Content-Type: application/json\r\n")
        slow.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        for _ in range(10):
            assert slow.recv(1)
            assert works(server)
    server.script(None)
    assert works(server)


def test_one_that_writes_slowly_holds_nobody_up(server: Endpoint) -> None:
    with connect(server) as slow:
        for byte in HEAD[:20]:
            slow.sendall(bytes([byte]))
            assert works(server)


def test_a_thousand_connections_at_once(server: Endpoint) -> None:
    resource = pytest.importorskip("resource")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2200:
        pytest.skip("too few files may be open")
    request = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n"
    with ExitStack() as stack:
        crowd = [stack.enter_context(closing(connect(server))) for _ in range(1000)]
        for raw in crowd:
            raw.sendall(request)
        assert all(raw.recv(15) == b"HTTP/1.1 200 OK" for raw in crowd)
    assert works(server)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.:1", ""])
@pytest.mark.parametrize("path", ["/v1/models", "/openai/models", "/indexes", "/_scaffold/journal"])
def test_another_host_is_refused(server: Endpoint, host: str, path: str) -> None:
    assert ask(server, path, headers={**KEY, "Host": host}).status == 421


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/v1/../v1/models", "/v1/files/..%2f..%2fetc%2fpasswd/content"]
)
def test_a_path_that_climbs_leads_nowhere(server: Endpoint, path: str) -> None:
    assert ask(server, path).status == 404


def test_requests_after_each_other_and_at_once(server: Endpoint) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: works(server), range(40)))
    address = server.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=PATIENCE)) as kept:
        for _ in range(3):
            kept.request("GET", "/v1/models", headers=KEY)
            response = kept.getresponse()
            assert (response.status, bool(response.read())) == (200, True)


_names = st.sampled_from(
    [
        *("fixtures", "match", "response", "content", "toolCalls", "error", "status", "scaffold"),
        *("fault", "userMessage", "sequenceIndex", "streamingProfile", "chunkSize", "message", "x"),
    ]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=10,
)
_fixture = st.fixed_dictionaries({"match": _values, "response": _values}) | _values
_files = st.builds(lambda entries: {"fixtures": entries}, st.lists(_fixture, max_size=3))


@settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.binary(max_size=60) | (_files | _values).map(lambda value: json.dumps(value).encode()))
def test_whatever_a_script_holds_it_is_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "fixtures.json"
    path.write_bytes(content)
    said = f"{path}: "
    try:
        Endpoint(script=path)
    except ScriptError as error:
        said = str(error)
    assert said.startswith(f"{path}: ")
    assert said.isprintable()
