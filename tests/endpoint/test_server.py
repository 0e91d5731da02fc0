"""The endpoint as an object: started, found, closed."""

from __future__ import annotations

import http.client
import logging
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from waiting import PATIENCE

from scaffold.endpoint import Endpoint, EndpointError
from scaffold.endpoint.apis.call import Call

from .wire import KEY, ask, chat

OPENAI = "/v1/chat/completions"


def test_it_listens_on_loopback_while_it_is_open() -> None:
    with Endpoint() as endpoint:
        assert endpoint.url.startswith("http://127.0.0.1:")
        assert ask(endpoint, OPENAI, chat()).status == 200
    with pytest.raises(ConnectionError):
        ask(endpoint, OPENAI, chat())


def test_start_and_close_may_be_called() -> None:
    endpoint = Endpoint().start()
    try:
        assert ask(endpoint, OPENAI, chat()).status == 200
    finally:
        endpoint.close()
        endpoint.close()


@pytest.mark.nightly  # for it waits
def test_a_connection_may_wait_longer_than_clients_keep_theirs() -> None:
    with Endpoint() as endpoint:
        host, port = endpoint.url.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        for pause in (0, 6):  # httpx keeps an idle one for 5 s
            time.sleep(pause)
            connection.request("GET", "/v1/models", headers=KEY)
            assert connection.getresponse().read()
        connection.close()


def test_a_port_is_taken_and_free_again() -> None:
    with Endpoint() as endpoint:
        port = int(endpoint.url.rsplit(":", 1)[1])
        with pytest.raises(EndpointError, match=f"^cannot listen on port {port} of 127.0.0.1: "):
            Endpoint(port=port).start()
    with Endpoint(port=port) as again:
        assert again.url == endpoint.url


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_does_not_exist(port: int) -> None:
    with pytest.raises(EndpointError, match=f"cannot listen on port {port}"):
        Endpoint(port=port).start()


def test_ten_at_once_share_nothing() -> None:
    with ExitStack() as stack:
        endpoints = [stack.enter_context(Endpoint()) for _ in range(10)]
        with ThreadPoolExecutor(10) as pool:
            heard = list(pool.map(lambda each: ask(each, "/v1/threads", {}).json["id"], endpoints))
        assert set(heard) == {"thread_" + "1".zfill(24)}
        assert len({endpoint.url for endpoint in endpoints}) == 10


def test_every_variable_leads_here() -> None:
    with Endpoint() as endpoint:
        azure, openai = endpoint.variables("azure"), endpoint.variables("openai")
        keyless = endpoint.variables("azure-entra")
        assert endpoint.variables() == azure | keyless | openai
        assert keyless.keys() - azure.keys() == {"IDENTITY_ENDPOINT", "IDENTITY_HEADER"}
        keys = {"AZURE_OPENAI_API_KEY", "AZURE_AI_SPEECH_KEY"}
        assert azure.keys() - keyless.keys() == keys
        shared = {
            "AZURE_AI_SEARCH_ENDPOINT",
            "AZURE_AI_SEARCH_KEY",
            "AZURE_AI_SEARCH_INDEX_NAME",
            "ASSISTANT_ID",
            "OPENAI_VECTOR_STORE_ID",
            "MCP_SERVER_URL",
            "MCP_SERVER_LABEL",
        }
        assert azure.keys() & openai.keys() == shared
        assert azure["AZURE_OPENAI_ENDPOINT"] == azure["AZURE_AI_SEARCH_ENDPOINT"] == endpoint.url
        assert azure["AZURE_OPENAI_API_VERSION"] == "2025-04-01-preview"
        assert openai["OPENAI_BASE_URL"] == f"{endpoint.url}/v1"
        found = ask(endpoint, f"/v1/assistants/{openai['ASSISTANT_ID']}").json
        assert found["tools"] == [{"type": "file_search"}, {"type": "code_interpreter"}]


def test_closing_does_not_wait_for_open_streams() -> None:
    endpoint = Endpoint(pace=30).start()
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"), timeout=PATIENCE)
    body = b'{"model":"gpt-6-luna","stream":true,"messages":[{"role":"user","content":"Hi"}]}'
    connection.request("POST", OPENAI, body, {**KEY, "Content-Type": "application/json"})
    response = connection.getresponse()
    response.readline()

    began = time.monotonic()
    endpoint.close()
    assert time.monotonic() - began < 15  # half of what the next piece would take
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()
    connection.close()


def test_closing_takes_next_to_no_time() -> None:
    took = []
    for _ in range(20):
        endpoint = Endpoint().start()
        assert ask(endpoint, "/v1/models").status == 200
        began = time.monotonic()
        endpoint.close()
        took.append(time.monotonic() - began)

    # The shortest: on a busy machine, a few wait for something else.
    assert min(took) < 0.05


def test_a_stream_is_paced() -> None:
    with Endpoint(pace=0.01) as endpoint:
        began = time.monotonic()
        chunks = ask(endpoint, OPENAI, chat(stream=True)).chunks
        assert time.monotonic() - began >= 0.01 * len(chunks)


def test_a_client_that_leaves_does_no_harm(endpoint: Endpoint) -> None:
    host, port = endpoint.url.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n")
            raw.sendall(b"Authorization: Bearer x\r\nContent-Length: 999\r\n\r\n{")
    assert ask(endpoint, OPENAI, chat()).status == 200


def test_what_breaks_inside_is_the_services_own_500(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    with Endpoint() as endpoint, caplog.at_level(logging.ERROR, "scaffold.endpoint"):
        monkeypatch.setattr(Call, "reply_to", broken)
        heard = ask(endpoint, OPENAI, chat())

    assert heard.status == 500
    assert heard.error["type"] == "server_error"
    assert "out of order" not in heard.content.decode()
    assert "out of order" in caplog.text


def test_the_terminal_stays_quiet() -> None:
    code = """
import socket
from scaffold.endpoint import Endpoint
from scaffold.endpoint.apis.call import Call
Call.reply_to = None
with Endpoint() as endpoint:
    host, port = endpoint.url.removeprefix("http://").split(":")
    body = b'{"model":"gpt-6-luna","messages":[{"role":"user","content":"Hi"}]}'
    head = b"POST /v1/chat/completions HTTP/1.1\\r\\nHost: localhost\\r\\n"
    head += b"Authorization: Bearer x\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body)
    for request in (b"nonsense\\r\\n\\r\\n", head + body):
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(request)
            raw.recv(1000)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")


def test_importing_it_starts_nothing_and_loads_little() -> None:
    code = "import sys, scaffold.endpoint; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"uvicorn", "starlette", "asyncio"} & set(done.stdout.split())


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:8000"])
def test_a_page_of_this_machine_may_ask(endpoint: Endpoint, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization,content-type"
    before = ask(endpoint, OPENAI, method="OPTIONS", headers=asked)
    heard = ask(endpoint, OPENAI, chat(), headers={**KEY, "Origin": origin})

    assert (before.status, heard.status) == (204, 200)
    assert before.headers["access-control-allow-headers"] == "authorization,content-type"
    for each in (before, heard):
        assert each.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example"]
)
def test_a_page_from_elsewhere_may_not(endpoint: Endpoint, origin: str) -> None:
    heard = ask(endpoint, OPENAI, chat(), headers={**KEY, "Origin": origin})
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    before = ask(endpoint, OPENAI, method="OPTIONS", headers=asked)

    assert (heard.status, before.status) == (403, 403)
    assert "access-control-allow-origin" not in heard.headers
