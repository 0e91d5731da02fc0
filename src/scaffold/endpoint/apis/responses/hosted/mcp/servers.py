"""The MCP servers of a response: their tools as they are listed, and a call of one.

Source: https://developers.openai.com/api/docs/guides/tools-connectors-mcp; how a server that can't
be reached is told of, as users report it:
https://github.com/microsoft/agent-framework/issues/1210
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.apis.responses.hosted.mcp.shape import is_allowed, needs_approval
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.mcp.client import McpClient, McpProtocolError
from scaffold.endpoint.http.mcp.post import McpHttpError
from scaffold.endpoint.http.validation import json_schema
from scaffold.endpoint.replies.functions.arguments import Tool
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]


class NotListed(Exception):  # noqa: N818 - it says what became of the tools
    """A server did not tell its tools.

    Args:
        item: the list as an item, with the error.
    """

    def __init__(self, item: JsonObject) -> None:
        super().__init__(item["error"])
        self.item = item
        self.message: str = item["error"]


@dataclass(frozen=True)
class McpServer:
    """A server, and what it offers.

    Attributes:
        tool: the hosted tool as the request has it.
        client: what asks the server.
        listed: the item that lists the tools which may be used.
    """

    tool: JsonObject
    client: McpClient
    listed: JsonObject

    @property
    def label(self) -> str:
        """What the request calls it."""
        return str(self.tool["server_label"])

    @property
    def tools(self) -> list[Tool]:
        """Its tools, as a prompt has them."""
        return [
            Tool(each["name"], each["description"] or "", each["input_schema"])
            for each in self.listed["tools"]
        ]

    def wants_approval(self, name: str) -> bool:
        """Return whether a call of a tool has to be approved first."""
        reads = any(each["name"] == name and _reads(each) for each in self.listed["tools"])
        return needs_approval(self.tool, name, reads)

    async def call(self, item_id: str, name: str, arguments: str) -> JsonObject:
        """Call a tool, and return the call as an item.

        Args:
            item_id: its id.
            name: of the tool.
            arguments: JSON text.
        """
        output, error = None, None
        try:
            result = await self.client.call_tool(name, _parsed(arguments))
        except McpHttpError as problem:
            error = {"type": "http_error", "code": problem.status, "message": problem.reason}
        except McpProtocolError as problem:
            error = {
                "type": "mcp_protocol_error",
                "code": problem.code,
                "message": problem.message,
            }
        else:
            content = result.get("content")
            parts = content if isinstance(content, list) else []
            if result.get("isError") is True:
                error = {"type": "mcp_tool_execution_error", "content": parts}
            else:
                output = "\n".join(_text(part) for part in parts)
        return {
            "id": item_id,
            "type": "mcp_call",
            "status": "completed" if error is None else "failed",
            "approval_request_id": None,
            "arguments": arguments,
            "error": error,
            "name": name,
            "output": output,
            "server_label": self.label,
        }


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        # A script may say anything; the server says what it thinks of it.
        return arguments


def _text(part: Any) -> str:
    """Return a part of what a tool returned: its text, or what else it is, as JSON."""
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return str(part["text"])
    return json.dumps(part)


async def connect(state: State, tool: JsonObject, context: Sequence[JsonObject]) -> McpServer:
    """Return the server of a hosted tool; its tools are listed only if they were not before.

    Args:
        state: what the server knows.
        tool: the hosted tool as the request has it.
        context: what was said before.

    Raises:
        NotListed: it can't be reached, or its answer can't be read.
    """
    headers = {**(tool.get("headers") or {})}
    if tool.get("authorization"):
        headers["authorization"] = f"Bearer {tool['authorization']}"
    client = McpClient(tool.get("server_url") or "", headers)
    label = tool["server_label"]
    for item in reversed(context):
        if item["type"] == "mcp_list_tools" and item["server_label"] == label:
            known = [each for each in item["tools"] if is_allowed(tool, each["name"], _reads(each))]
            return McpServer(tool, client, {**item, "tools": known})
    listed = {"id": state.new_id("mcpl_"), "type": "mcp_list_tools", "server_label": label}
    try:
        told = [_listed(each) for each in await client.list_tools()]
    except (McpHttpError, McpProtocolError, Invalid) as problem:
        failed = problem if isinstance(problem, McpHttpError) else McpHttpError()
        status = f"Http status code: {failed.status} ({failed.reason})"
        message = f"Error retrieving tool list from MCP server: '{label}'. {status}"
        raise NotListed({**listed, "tools": [], "error": message}) from problem
    offered = [each for each in told if is_allowed(tool, each["name"], _reads(each))]
    return McpServer(tool, client, {**listed, "tools": offered, "error": None})


def _listed(tool: JsonObject) -> JsonObject:
    hints = tool.get("annotations")
    reads = isinstance(hints, dict) and hints.get("readOnlyHint") is True
    described = tool.get("description")
    return {
        "name": tool["name"],
        "description": described if isinstance(described, str) else None,
        "input_schema": json_schema(tool.get("inputSchema", {}), tool["name"]),
        "annotations": {"read_only": reads},
    }


def _reads(listed: JsonObject) -> bool:
    return bool((listed.get("annotations") or {}).get("read_only"))
