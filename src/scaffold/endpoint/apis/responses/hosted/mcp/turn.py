"""A turn with MCP servers: what was approved is called, then what the words ask for.

Source: https://developers.openai.com/api/docs/guides/tools-connectors-mcp
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaffold.endpoint.apis.call import ReplyTo
from scaffold.endpoint.apis.responses.answer import Answered, answer
from scaffold.endpoint.apis.responses.hosted.mcp.servers import McpServer, connect
from scaffold.endpoint.apis.responses.tools import allowed
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.replies.prompt import ToolCall
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]

# However often a script asks for more.
_MOST_CALLS = 32


@dataclass(frozen=True)
class Used:
    """What became of a turn: the items of what servers did, and what is answered then."""

    items: list[JsonObject]
    answered: Answered


def is_wanted(body: JsonObject) -> bool:
    """Return whether a request names a server."""
    return any(tool["type"] == "mcp" for tool in body.get("tools") or [])


async def use(
    state: State, body: JsonObject, context: Sequence[JsonObject], reply_to: ReplyTo
) -> Used:
    """Use the servers of a request, until there is an answer or a call that has to be approved.

    Args:
        state: what the server knows.
        body: the checked request.
        context: the conversation.
        reply_to: what the call asks for a reply.

    Raises:
        NotListed: a server does not tell its tools.
        ServiceError: what was approved is a tool of a server that the request does not name.
    """
    wanted = [tool for tool in allowed(body) if tool["type"] == "mcp"]
    servers = [await connect(state, tool, context) for tool in wanted]
    known = {item["id"] for item in context}
    items = [server.listed for server in servers if server.listed["id"] not in known]
    for asked in _approved(context):
        server = _find(servers, asked["server_label"])
        item = await server.call(state.new_id("mcp_"), asked["name"], asked["arguments"])
        items.append({**item, "approval_request_id": asked["id"]})
    offering = {tool.name: server for server in reversed(servers) for tool in server.tools}
    most = body.get("max_tool_calls") or _MOST_CALLS
    while True:
        called = sum(item["type"] == "mcp_call" for item in items)
        tools = [tool for server in servers for tool in server.tools if called < most]
        answered = answer(state, _left(body, called), [*context, *items], reply_to, tools)
        said = answered.said
        calls = [call for call in said.tool_calls if call.name in offering][: most - called]
        others = tuple(call for call in said.tool_calls if call.name not in offering)
        items += [await _use(state, offering[call.name], call) for call in calls]
        waits = any(item["type"] == "mcp_approval_request" for item in items)
        if waits or others or not calls:
            return Used(
                _in_order(items),
                replace(answered, said=replace(said, tool_calls=others, blocks=())),
            )


async def _use(state: State, server: McpServer, call: ToolCall) -> JsonObject:
    """Call a tool, or ask for leave to; return what came of it as an item."""
    if not server.wants_approval(call.name):
        return await server.call(state.new_id("mcp_"), call.name, call.arguments)
    return {
        "id": state.new_id("mcpr_"),
        "type": "mcp_approval_request",
        "arguments": call.arguments,
        "name": call.name,
        "server_label": server.label,
    }


def _approved(context: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the calls that were approved and not made yet."""
    asked = {item["id"]: item for item in context if item["type"] == "mcp_approval_request"}
    made = {item.get("approval_request_id") for item in context if item["type"] == "mcp_call"}
    return [
        asked[item["approval_request_id"]]
        for item in context
        if item["type"] == "mcp_approval_response"
        and item["approve"]
        and item["approval_request_id"] not in made
    ]


def _find(servers: Sequence[McpServer], label: str) -> McpServer:
    for server in servers:
        if server.label == label:
            return server
    message = f"MCP server '{label}' of an approved call not found in 'tools' parameter."
    raise refused(message, param="tools")


def _left(body: JsonObject, called: int) -> JsonObject:
    """Return the request with what is left of its choice of tools: one call is enough for it."""
    choice = body.get("tool_choice")
    if not called or choice is None or choice == "none":
        return body
    if isinstance(choice, dict) and choice["type"] == "allowed_tools":
        return {**body, "tool_choice": {**choice, "mode": "auto"}}
    return {**body, "tool_choice": "auto"}


def _in_order(items: Sequence[JsonObject]) -> list[JsonObject]:
    """Return items with those last that have to be approved."""
    return sorted(items, key=lambda item: item["type"] == "mcp_approval_request")
