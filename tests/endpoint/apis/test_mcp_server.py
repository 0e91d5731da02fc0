"""The small MCP server, asked by the official SDK's client, and by hand where that can't be had."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from endpoint.wire import ask
from scaffold.endpoint import Endpoint

HELLO = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}


# Without a handshake, as from 2026-07-28 on, and with one as before.
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_sdks_client_lists_its_tools_and_calls_them(endpoint: Endpoint, mode: Any) -> None:
    # It takes two seconds to import, of every process that collects the tests.
    from mcp import Client, MCPError

    async def talk() -> list[Any]:
        async with Client(f"{endpoint.url}/mcp", mode=mode) as client:
            listed = (await client.list_tools()).tools
            said = [
                await client.call_tool("search_guide", {"query": "How heavy is the Fjord 2?"}),
                await client.call_tool("check_stock", {"product": "Ember"}),
                await client.call_tool("place_order", {"product": "Ember", "quantity": 2}),
                await client.call_tool("check_stock", {"product": "no such thing"}),
            ]
            with pytest.raises(MCPError, match="Unknown tool: nope"):
                await client.call_tool("nope", {})
            return [listed, *said]

    listed, *said = asyncio.run(talk())
    assert [tool.name for tool in listed] == ["search_guide", "check_stock", "place_order"]
    assert [tool.annotations.read_only_hint for tool in listed] == [True, True, False]
    texts = [result.content[0].text for result in said]
    assert "weighs 1.9 kg" in texts[0]
    assert texts[1:3] == [
        "Ember: 18 in stock.",
        "Order 70964: 2 x Ember for 98 euros. Nothing was bought: this shop does not exist.",
    ]
    assert [bool(result.is_error) for result in said] == [False, False, False, True]


@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18"])
def test_it_speaks_the_version_that_is_asked_for(endpoint: Endpoint, version: str) -> None:
    said = ask(endpoint, "/mcp", {**HELLO, "params": {"protocolVersion": version}}, headers={})

    assert said.json["result"]["protocolVersion"] == version
    newer = ask(endpoint, "/mcp", {**HELLO, "params": {"protocolVersion": "2099-01-01"}})
    assert newer.json["result"]["protocolVersion"] == "2025-11-25"


def test_what_is_no_request_is_refused_and_a_notification_is_only_taken(
    endpoint: Endpoint,
) -> None:
    def code(message: Any) -> int:
        heard = ask(endpoint, "/mcp", message)
        assert heard.status == 200
        return int(heard.json["error"]["code"])

    assert code([HELLO]) == code({"id": 1, "method": "ping"}) == -32600
    assert code({**HELLO, "params": []}) == -32600
    assert code({**HELLO, "method": "resources/list"}) == -32601
    assert code({**HELLO, "method": "tools/call"}) == -32602
    modern = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2099-01-01"}}
    assert code({**HELLO, "method": "server/discover", "params": modern}) == -32022
    told = ask(endpoint, "/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (told.status, told.content) == (202, b"")
    assert ask(endpoint, "/mcp", {**HELLO, "method": "ping"}).json["result"] == {}
    assert ask(endpoint, "/mcp", method="GET").status == 405
