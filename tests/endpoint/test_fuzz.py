"""No input whatever makes the endpoint fail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.endpoint import Endpoint
from scaffold.endpoint.apis.operations import OPERATIONS

from .wire import KEY, MODEL, ask, chat

UPLOAD = {"bytes": 3, "filename": "a.md", "mime_type": "text/plain", "purpose": "assistants"}
# Names and values that the APIs know lead deeper than noise alone.
_KNOWN = [*chat(), "tools", "n", "stop", "input", "dimensions", "search", "top", "vectorQueries"]
_KNOWN += ["assistant_id", "thread", "role", "content", "type", "function", "name", "metadata"]
_KNOWN += ["stream", "response_format", "tool_choice", "tool_resources", "data_sources", "select"]
_KNOWN += ["items", "id", "call_id", "output", "arguments", "conversation", "include", "text"]
_KNOWN += ["vector_store_ids", "container", "annotations", "summary", "code", "queries"]
_KNOWN += ["server_label", "server_url", "approval_request_id", "approve", "encrypted_content"]
_WORDS = [
    "mcp",
    "mcp_call",
    "mcp_list_tools",
    "mcp_approval_request",
    "mcp_approval_response",
    "compaction",
    MODEL,
    "text-embedding-3-small",
    "user",
    "text",
    "function",
    "vector",
    "json_schema",
    "auto",
    "message",
    "function_call",
    "function_call_output",
    "item_reference",
    "input_text",
    "code_interpreter",
    "file_search",
]
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(_WORDS)
    | st.text(max_size=10)
)
_names = st.sampled_from(_KNOWN) | st.text(max_size=5)
_anything = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=5),
    max_leaves=12,
)


def _paths() -> list[tuple[str, bool]]:
    """Every address that takes a body, with ids that exist and such that do not.

    Returns:
        Each with whether it belongs to every run: of the addresses of one operation, which are
        the OpenAI ones and those of Azure, one does, another one from operation to operation.
    """
    ids = {
        "deployment": MODEL,
        "index": "product-guide",
        "assistant": "asst_offlineproductguide00001",
        "thread": "thread_" + "1".zfill(24),
        "store": "vs_offlineproductguide00001",
        "conversation": "conv_" + "1".zfill(24),
        "response": "resp_" + "1".zfill(24),
        "completion": "chatcmpl-" + "1".zfill(24),
        "upload": "upload_" + "1".zfill(24),
    }
    found: dict[str, bool] = {}
    for turn, operation in enumerate(each for each in OPERATIONS if each.method == "POST"):
        for number, surface in enumerate(operation.surfaces):
            path = surface.prefix + operation.path
            for name in ("message", "run", "step", "file", "batch", "item", *ids):
                path = path.replace("{" + name + "}", ids.get(name, "x"))
            version = f"?api-version={max(surface.versions)}" if surface.versions else ""
            found.setdefault(path + version, number == turn % len(operation.surfaces))
    return sorted(found.items())


@pytest.fixture(scope="module")
def fuzzed() -> Any:
    with Endpoint() as endpoint:
        ask(endpoint, "/v1/threads", {})
        ask(endpoint, "/v1/conversations", {})
        ask(endpoint, "/v1/responses", {"model": MODEL, "input": "x"})
        ask(endpoint, "/v1/chat/completions", chat(store=True))
        ask(endpoint, "/v1/uploads", UPLOAD)
        yield endpoint


# What a request must have to get anywhere, so that the noise besides it is looked at.
_STARTS: dict[str, dict[str, Any]] = {
    "/uploads": UPLOAD,
    "/mcp": {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "check_stock"}},
    "chat": chat(),
    "/completions": {"model": "offline-instruct"},
    "embeddings": {"model": "text-embedding-3-small", "input": "x"},
    "responses": {"model": MODEL, "input": "x"},
    "items": {"items": [{"role": "user", "content": "x"}]},
    "messages": {"role": "user", "content": "x"},
    "runs": {"assistant_id": "asst_offlineproductguide00001"},
    "assistants": {"model": MODEL},
    "/search": {"query": "tent"},
    "/files": {"file_id": "file-fjord2tent00000000000000"},
}
_quick = settings(
    # As many as the profile says: see conftest.py.
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[] if always else [pytest.mark.nightly])
        for path, always in _paths()
    ],
)
def test_any_body_is_answered(fuzzed: Endpoint, path: str) -> None:
    start = next((body for name, body in _STARTS.items() if name in path), {})

    @_quick
    @given(_anything, st.dictionaries(st.sampled_from(_KNOWN), _anything, max_size=2))
    def answered(noise: Any, change: Any) -> None:
        for body in (noise, start | change):
            heard = ask(fuzzed, path, body)
            assert heard.status < 500, heard.content
            if heard.status >= 400:
                assert heard.error["message"]
                json.dumps(heard.json)

    answered()


@_quick
@given(path=st.text(max_size=30), query=st.text(max_size=20), content=st.binary(max_size=50))
def test_any_address_is_answered(fuzzed: Endpoint, path: str, query: str, content: bytes) -> None:
    from urllib.parse import quote

    for prefix in ("/", "/v1/", "/openai/", "/indexes", "/v1/threads/"):
        address = prefix + quote(path.encode("utf-8", "replace"))
        address += "?limit=" + quote(query.encode("utf-8", "replace"))
        assert ask(fuzzed, address, content, headers=KEY).status < 500
        assert ask(fuzzed, address).status < 500


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "🎉" * 100, "[doc1]", "{}", '"', "【4:0†source】"]
)
@pytest.mark.parametrize("stream", [True, False])
def test_any_text_is_said_back(fuzzed: Endpoint, text: str, stream: bool) -> None:
    for path in ("/v1/responses", "/openai/v1/responses"):
        said = {"model": MODEL, "input": text, "stream": stream}
        assert ask(fuzzed, path, said).status == 200
    for path in ("/v1/chat/completions", "/openai/v1/chat/completions"):
        assert ask(fuzzed, path, chat(text, stream=stream, logprobs=True)).status == 200
    run = {
        "assistant_id": "asst_offlineproductguide00001",
        "thread": {"messages": [{"role": "user", "content": text}]},
        "stream": stream,
    }
    assert ask(fuzzed, "/v1/threads/runs", run).status == 200
    assert (
        ask(fuzzed, "/v1/embeddings", {"model": "text-embedding-3-small", "input": text}).status
        == 200
    )
