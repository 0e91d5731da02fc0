"""A Responses request: whether it is one, and what in it goes together.

Source: https://developers.openai.com/api/reference/resources/responses/methods/create
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.responses.shape import BODY, ELSEWHERE
from scaffold.endpoint.http import strict_schema
from scaffold.endpoint.http.service_errors import ServiceError, refused

# What people who come from chat completions send, and its place here.
_MOVED = {
    "messages": "input",
    "response_format": "text.format",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
    "verbosity": "text.verbosity",
}
_REFERENCE = "https://platform.openai.com/docs/api-reference/responses/create"


def check(body: Any, lenient: bool) -> dict[str, Any]:
    """Check a body, and return it as it is to be used.

    Raises:
        Invalid: a field is unknown, missing or of the wrong type or value.
        ServiceError: a field has another name in this API, has ended, or does not go with another.
    """
    if isinstance(body, dict):
        for name, place in _MOVED.items():
            if name in body:
                raise _moved(name, place)
        if body.get("prompt") is not None:
            raise refused(
                "Unsupported parameter: 'prompt'. Reusable prompts end on 2026-11-30. Send the text"
                " of the prompt in 'instructions' or 'input' instead.",
                param="prompt",
                code="unsupported_parameter",
            )
    checked: dict[str, Any] = BODY(body, "", lenient)
    for tool in checked.get("tools") or []:
        if tool["type"] in ELSEWHERE:
            message = f"Hosted tool '{tool['type']}' is not supported with {checked['model']}."
            raise refused(message, param="tools")
    _check_together(checked)
    _check_strict(checked)
    return checked


def _moved(name: str, place: str) -> ServiceError:
    return refused(
        f"Unsupported parameter: '{name}'. In the Responses API, this parameter has moved to"
        f" '{place}'. Try again with the new parameter. See the API documentation for more"
        f" information: {_REFERENCE}.",
        code="unsupported_parameter",
    )


def _check_strict(body: dict[str, Any]) -> None:
    for index, tool in enumerate(body.get("tools") or []):
        if tool["type"] == "function":
            strict_schema.check_function(tool, f"tools[{index}].parameters")
    wanted = (body.get("text") or {}).get("format") or {}
    if wanted.get("type") == "json_schema":
        strict_schema.check_format(wanted, "text.format.schema", "invalid_json_schema")


def _check_together(body: dict[str, Any]) -> None:
    if body.get("previous_response_id") is not None and body.get("conversation") is not None:
        raise refused(
            "Mutually exclusive parameters: ''. Ensure you are only providing one of:"
            " 'pre..._id' or 'conversation'.",
            code="mutually_exclusive_parameters",
        )
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise refused(message, param="stream_options")
    if body.get("background") and body.get("store") is False:
        raise refused("Background mode requires 'store' to be true.", param="store")
    choice = body.get("tool_choice")
    offered = [identity(tool) for tool in body.get("tools") or []]
    for tool in named_tools(choice):
        if identity(tool) not in offered:
            name = f"{tool['type']}:{tool['name']}" if "name" in tool else tool["type"]
            message = f"Tool choice '{name}' not found in 'tools' parameter."
            raise refused(message, param="tool_choice")
    if choice == "required" and not offered:
        message = "Tool choice 'required' must be specified with 'tools' parameter."
        raise refused(message, param="tool_choice")
    servers = [name for kind, name in offered if kind == "mcp"]
    if len(set(servers)) < len(servers):
        message = "Each MCP tool must have a 'server_label' of its own."
        raise refused(message, param="tools")


def named_tools(choice: Any) -> list[dict[str, Any]]:
    """Return the tools that a `tool_choice` names."""
    if not isinstance(choice, dict):
        return []
    tools: list[dict[str, Any]] = choice.get("tools", [choice])
    return tools


def identity(tool: dict[str, Any]) -> tuple[Any, Any]:
    """Return what tells a tool from the others: its kind, and its name or that of its server."""
    return tool["type"], tool.get("server_label", tool.get("name"))
