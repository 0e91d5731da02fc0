"""A chat completions request: whether its fields go together, and what it comes to as a prompt.

Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.chat.shape import BODY, DEPLOYMENT_BODY
from scaffold.endpoint.http import strict_schema
from scaffold.endpoint.http.service_errors import ServiceError, refused, unsupported
from scaffold.endpoint.replies.functions.arguments import Tool
from scaffold.endpoint.replies.pictures import describe
from scaffold.endpoint.replies.prompt import Message, Prompt, ToolCall

# What the models of today refuse, and what they take instead.
_REFUSED = {
    "functions": "Use 'tools' instead.",
    "function_call": "Use 'tool_choice' instead, with 'tools'.",
    "audio": "",
    "web_search_options": "",
}


# What an assistant's message may say: one of them must be there.
_SAYS = ("content", "tool_calls", "function_call", "refusal", "audio")
# What has to go together with others, or has a schema.
_TOGETHER = {
    *("stream_options", "top_logprobs", "tools", "tool_choice"),
    *("parallel_tool_calls", "response_format"),
}
_LIMITS = ("max_completion_tokens", "max_tokens")


def check(body: Any, deployment: bool, lenient: bool) -> dict[str, Any]:
    """Check a body, and return it as it is to be used.

    Args:
        body: the JSON as it came.
        deployment: whether the route names the deployment.
        lenient: whether unknown fields are dropped.

    Raises:
        Invalid: a field is unknown, missing or of the wrong type or value.
        ServiceError: the fields do not go together, or current models refuse them.
    """
    if isinstance(body, dict) and not _REFUSED.keys().isdisjoint(body):
        for name, instead in _REFUSED.items():
            if body.get(name) is not None:
                raise unsupported(name, instead)
    shape = DEPLOYMENT_BODY if deployment else BODY
    checked: dict[str, Any] = shape(body, "", lenient)
    check_order(checked["messages"])
    if not _TOGETHER.isdisjoint(checked):
        _check_together(checked)
        _check_strict(checked)
    return checked


def check_order(messages: list[dict[str, Any]]) -> None:
    """Check that each call of a function is answered, and that nothing else is.

    Raises:
        ServiceError: in the service's words, naming the message and the calls.
    """
    waiting: list[str] = []
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                raise refused(
                    "Invalid parameter: messages with role 'tool' must be a response to a"
                    " preceeding message with 'tool_calls'.",
                    param=f"messages.[{index}].role",
                )
            waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            raise _unanswered(waiting, index)
        if message["role"] == "assistant":
            if all(message.get(name) is None for name in _SAYS):
                raise refused(
                    "Invalid value for 'content': expected a string, got null.",
                    param=f"messages.[{index}].content",
                )
            waiting = [call["id"] for call in message.get("tool_calls") or []]
    if waiting:
        raise _unanswered(waiting, len(messages))


def _unanswered(waiting: list[str], index: int) -> ServiceError:
    return refused(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to"
        " each 'tool_call_id'. The following tool_call_ids did not have response messages:"
        f" {', '.join(waiting)}",
        param=f"messages.[{index}].role",
    )


def _check_together(body: dict[str, Any]) -> None:
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise refused(message, param="stream_options")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        raise refused(
            "Invalid value for 'top_logprobs': when specified, 'logprobs' must be set to true.",
            param="top_logprobs",
        )
    names = {tool["function"]["name"] for tool in body.get("tools") or []}
    for name in ("tool_choice", "parallel_tool_calls"):
        if body.get(name) is not None and not names:
            message = (
                f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified."
            )
            raise refused(message, param=name)
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice["function"]["name"] not in names:
        name = choice["function"]["name"]
        message = f"Tool choice 'function:{name}' not found in 'tools' parameter."
        raise refused(message, param="tool_choice")
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_object" and not any(
        "json" in flatten(message.get("content")).lower() for message in body["messages"]
    ):
        raise refused(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
            " 'json_object'.",
            param="messages",
        )


def _check_strict(body: dict[str, Any]) -> None:
    for index, tool in enumerate(body.get("tools") or []):
        strict_schema.check_function(tool["function"], f"tools[{index}].function.parameters")
    described = (body.get("response_format") or {}).get("json_schema")
    if described is not None:
        strict_schema.check_format(described, "response_format", None)


def to_prompt(body: dict[str, Any]) -> Prompt:
    """Return what a checked body asks for."""
    stop = body.get("stop") or ()
    limits = [body[name] for name in _LIMITS if body.get(name) is not None]
    return Prompt(
        messages=tuple(map(_message, body["messages"])),
        tools=tuple([to_tool(tool["function"]) for tool in body.get("tools") or ()]),
        tool_choice=to_choice(body.get("tool_choice")),
        parallel=body.get("parallel_tool_calls") is not False,
        json_schema=to_schema(body.get("response_format")),
        most_tokens=min(limits, default=None),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
    )


def to_tool(function: dict[str, Any]) -> Tool:
    """Return a function as it is described in `tools`."""
    return Tool(
        function["name"], function.get("description") or "", function.get("parameters") or {}
    )


def to_choice(choice: Any) -> str:
    """Return `tool_choice` as a prompt has it."""
    if isinstance(choice, dict):
        return f"={choice['function']['name']}"
    return str(choice or "auto")


def to_schema(response_format: Any) -> dict[str, Any] | None:
    """Return the JSON Schema of a `response_format`; None where it is plain text."""
    if not isinstance(response_format, dict) or response_format["type"] == "text":
        return None
    described: dict[str, Any] = response_format.get("json_schema", {}).get("schema", {})
    return described


def flatten(content: Any) -> str:
    """Return the text of a message's content, whether a string or parts."""
    if isinstance(content, list):
        return "\n".join(str(part["text"]) for part in content if "text" in part)
    return str(content or "")


def _message(message: dict[str, Any]) -> Message:
    content = message.get("content")
    return Message(
        message["role"],
        flatten(content),
        tuple(map(_call, message.get("tool_calls") or ())),
        message.get("tool_call_id", ""),
        _pictures(content) if isinstance(content, list) else (),
    )


def _call(call: dict[str, Any]) -> ToolCall:
    return ToolCall(call["function"]["name"], call["function"]["arguments"], call["id"])


def _pictures(parts: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(describe(part["image_url"]["url"]) for part in parts if "image_url" in part)
