"""Ask an MCP server for its tools, and call them, by JSON-RPC over streamable HTTP.

A server gets `PATIENCE` seconds, whatever it sends.

Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from itertools import count
from typing import Any, TypeVar

import h11

from scaffold.endpoint.http.mcp.post import McpAnswer, McpHttpError, post

JsonObject = dict[str, Any]
_Result = TypeVar("_Result")

# In seconds, for all that is asked at once.
PATIENCE = 10.0
_VERSION = "2025-11-25"
_CLIENT = {"name": "scaffold-endpoint", "version": "1.0.0"}
_MOST_PAGES = 20
_UNKNOWN_METHOD = -32601


class McpProtocolError(Exception):
    """The server answers with an error of JSON-RPC."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class McpClient:
    """A client of one server, which says hello before the first question.

    Args:
        url: where the server is.
        headers: what goes with every request.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = dict(headers)
        self._ids = count(1)
        self._greeted = False

    async def list_tools(self) -> list[JsonObject]:
        """Return the server's tools, as it describes them.

        Raises:
            McpHttpError: it can't be reached, or its answer can't be read.
            McpProtocolError: it refuses.
        """
        return await self._within(self._list_tools())

    async def call_tool(self, name: str, arguments: Any) -> JsonObject:
        """Return what a tool returns.

        Raises:
            McpHttpError: the server can't be reached, or its answer can't be read.
            McpProtocolError: it refuses.
        """
        return await self._within(self._ask("tools/call", {"name": name, "arguments": arguments}))

    async def _within(self, work: Awaitable[_Result]) -> _Result:
        try:
            return await asyncio.wait_for(work, PATIENCE)
        except (OSError, ValueError, RecursionError, asyncio.TimeoutError) as problem:
            raise McpHttpError from problem
        except (h11.ProtocolError, asyncio.IncompleteReadError) as problem:
            raise McpHttpError from problem

    async def _list_tools(self) -> list[JsonObject]:
        tools: list[JsonObject] = []
        page: JsonObject = {}
        for _ in range(_MOST_PAGES):
            result = await self._ask("tools/list", page)
            if not isinstance(result.get("tools"), list):
                raise McpHttpError
            tools += result["tools"]
            if not isinstance(result.get("nextCursor"), str):
                break
            page = {"cursor": result["nextCursor"]}
        if not all(_is_tool(tool) for tool in tools):
            raise McpHttpError
        return tools

    async def _ask(self, method: str, params: JsonObject) -> JsonObject:
        if not self._greeted:
            hello = {"protocolVersion": _VERSION, "capabilities": {}, "clientInfo": _CLIENT}
            welcome = await self._request("initialize", hello)
            version = str(welcome.get("protocolVersion"))
            self._headers["mcp-protocol-version"] = version if _is_date(version) else _VERSION
            self._greeted = True
            await self._send({"method": "notifications/initialized"})
        return await self._request(method, params)

    async def _request(self, method: str, params: JsonObject) -> JsonObject:
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params}
        answer = await self._post(message)
        async with aclosing(answer.parts):
            return await self._result(answer, number)

    async def _result(self, answer: McpAnswer, number: int) -> JsonObject:
        session = answer.headers.get("mcp-session-id")
        if session is not None:
            self._headers["mcp-session-id"] = session
        kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "text/event-stream":
            said = await self._find(answer.parts, number)
        else:
            body = json.loads(b"".join([part async for part in answer.parts]))
            said = body if isinstance(body, dict) and body.get("id") in (number, None) else {}
        if isinstance(said.get("error"), dict):
            code, message = said["error"].get("code"), said["error"].get("message", "")
            raise McpProtocolError(code if isinstance(code, int) else 0, str(message))
        if not isinstance(said.get("result"), dict):
            raise McpHttpError
        result: JsonObject = said["result"]
        return result

    async def _find(self, parts: AsyncGenerator[bytes, None], number: int) -> JsonObject:
        """Return the answer to a request out of a stream of events.

        A server may ask something in between, such as for a text that our model should write.
        Nobody has allowed that: it is told so.
        """
        async with aclosing(_messages(parts)) as messages:
            async for message in messages:
                if "method" in message and "id" in message:
                    error = {"code": _UNKNOWN_METHOD, "message": "Method not found"}
                    await self._send({"id": message["id"], "error": error})
                elif message.get("id") == number and "method" not in message:
                    return message
        raise McpHttpError

    async def _send(self, message: JsonObject) -> None:
        """Say something that has no answer."""
        answer = await self._post(message)
        async for _ in answer.parts:
            pass

    async def _post(self, message: JsonObject) -> McpAnswer:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        return await post(self._url, self._headers, body)


def _is_tool(tool: Any) -> bool:
    schema = tool.get("inputSchema", {}) if isinstance(tool, dict) else None
    return isinstance(schema, dict) and isinstance(tool.get("name"), str) and bool(tool["name"])


def _is_date(version: str) -> bool:
    return version.isascii() and version.replace("-", "").isdecimal()


async def _messages(parts: AsyncGenerator[bytes, None]) -> AsyncGenerator[JsonObject, None]:
    """Yield the messages in a stream of server-sent events."""
    data: list[bytes] = []
    rest = b""
    async for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        for line in (each.rstrip(b"\r") for each in lines):
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line and data:
                message = json.loads(b"\n".join(data))
                data.clear()
                if isinstance(message, dict):
                    yield message
