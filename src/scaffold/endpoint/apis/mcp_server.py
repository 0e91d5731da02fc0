"""A small MCP server with the tools of the built-in shop, for programs that try out MCP.

It speaks streamable HTTP without sessions, with the handshake of up to 2025-11-25 and without it as
from 2026-07-28 on, and needs no key.

Source: https://modelcontextprotocol.io/specification/2026-07-28/basic
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import MCP
from scaffold.endpoint.replies.shop_tools import SHOP_TOOLS, ShopTool, UnfitArguments
from scaffold.endpoint.replies.shop_tools import call as call_tool

JsonObject = dict[str, Any]

_NAME = {"name": "northlight-outfitters", "version": "1.0.0"}
_META = "io.modelcontextprotocol/"
_WITHOUT_HANDSHAKE = ("2026-07-28",)
_WITH_HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
_CAPABILITIES = {"tools": {"listChanged": False}}
_NOT_A_REQUEST, _NO_METHOD, _BAD_PARAMS, _BAD_VERSION = -32600, -32601, -32602, -32022


class _Refused(Exception):  # noqa: N818 - it says what the request is
    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message} | ({"data": data} if data else {})


def answer(call: Call) -> HttpResponse:
    """Answer one message of JSON-RPC; one that wants no answer is only taken."""
    message = call.body
    number = message.get("id") if isinstance(message, dict) else None
    try:
        method, params, modern = _read(message)
        if number is None:
            return HttpResponse(b"", 202)
        if method not in _METHODS:
            raise _Refused(_NO_METHOD, "Method not found")
        result = _METHODS[method](call, params)
    except _Refused as refused:
        return HttpResponse({"jsonrpc": "2.0", "id": number, "error": refused.error})
    if modern:
        result = {**result, "resultType": "complete", "_meta": {_META + "serverInfo": _NAME}}
        if method != "tools/call":
            result |= {"ttlMs": 0, "cacheScope": "private"}
    return HttpResponse({"jsonrpc": "2.0", "id": number, "result": result})


def _read(message: Any) -> tuple[str, JsonObject, bool]:
    """Return the method and the parameters of a message, and whether it needs no handshake."""
    fields = message if isinstance(message, dict) else {}
    # A message without a method answers a question, and this server asks none.
    method, params = fields.get("method", "response"), fields.get("params", {})
    if fields.get("jsonrpc") != "2.0" or not isinstance(method, str) or not _is_object(params):
        raise _Refused(_NOT_A_REQUEST, "Invalid Request")
    meta = params.get("_meta")
    version = meta.get(_META + "protocolVersion") if isinstance(meta, dict) else None
    if version not in (None, *_WITHOUT_HANDSHAKE):
        supported = {"supported": [*_WITHOUT_HANDSHAKE], "requested": str(version)}
        raise _Refused(_BAD_VERSION, "Unsupported protocol version", supported)
    return method, params, version is not None


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _discover(_: Call, _params: JsonObject) -> JsonObject:
    return {"supportedVersions": [*_WITHOUT_HANDSHAKE], "capabilities": _CAPABILITIES}


def _initialize(_: Call, params: JsonObject) -> JsonObject:
    wanted = params.get("protocolVersion")
    version = wanted if wanted in _WITH_HANDSHAKE else _WITH_HANDSHAKE[-1]
    return {"protocolVersion": version, "capabilities": _CAPABILITIES, "serverInfo": _NAME}


def _ping(_: Call, _params: JsonObject) -> JsonObject:
    return {}


def _list_tools(_: Call, _params: JsonObject) -> JsonObject:
    return {"tools": [_described(tool) for tool in SHOP_TOOLS]}


def _described(tool: ShopTool) -> JsonObject:
    return {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.schema,
        "annotations": {"readOnlyHint": tool.read_only},
    }


def _call(call: Call, params: JsonObject) -> JsonObject:
    tool = next((tool for tool in SHOP_TOOLS if tool.name == params.get("name")), None)
    if tool is None:
        raise _Refused(_BAD_PARAMS, f"Unknown tool: {params.get('name')}")
    failed = False
    try:
        text = call_tool(tool, params.get("arguments", {}), call.state.documents)
    except UnfitArguments as problem:
        text, failed = str(problem), True
    return {"content": [{"type": "text", "text": text}], "isError": failed}


_METHODS: dict[str, Callable[[Call, JsonObject], JsonObject]] = {
    "initialize": _initialize,
    "server/discover": _discover,
    "ping": _ping,
    "tools/list": _list_tools,
    "tools/call": _call,
}
OPERATIONS = (Operation("POST", "", answer, (MCP,)),)
