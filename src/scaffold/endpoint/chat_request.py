"""A chat completions request: what may be in it, and what it comes to as a prompt.

Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.answers import Message, Prompt, ToolCall
from scaffold.endpoint.functions import Tool
from scaffold.endpoint.service_errors import refused, unsupported
from scaffold.endpoint.validation import (
    Check,
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    json_schema,
    mapping,
    metadata,
    number,
    one_of,
    optional,
    text,
    whole,
)

_NAME = text(shortest=1, longest=64)
_TEXT_PART = fields({"type": anything, "text": text()}, {"prompt_cache_breakpoint": anything})
_IMAGE = fields({"url": text()}, {"detail": one_of("auto", "low", "high", "original")})
_AUDIO = fields({"data": text(), "format": one_of("wav", "mp3")})
_FILE = fields({}, {"file_data": text(), "file_id": text(), "filename": text()})
_USER_PARTS = by_field(
    "type",
    {
        "text": _TEXT_PART,
        "image_url": fields({"type": anything, "image_url": _IMAGE}),
        "input_audio": fields({"type": anything, "input_audio": _AUDIO}),
        "file": fields({"type": anything, "file": _FILE}),
    },
)
_ASSISTANT_PARTS = by_field(
    "type",
    {"text": _TEXT_PART, "refusal": fields({"type": anything, "refusal": text()})},
)


def _content(part: Check) -> Check:
    parts = items(part, "objects", fewest=1)
    return either("one of a string or array of objects", string=text(), array=parts)


_TEXT_CONTENT = _content(by_field("type", {"text": _TEXT_PART}))
_CALLED = fields({"name": text(), "arguments": text()})
_TOOL_CALL = by_field(
    "type", {"function": fields({"id": text(), "type": anything, "function": _CALLED})}
)
_INSTRUCTION = fields({"role": anything, "content": _TEXT_CONTENT}, {"name": text()})
_MESSAGE = by_field(
    "role",
    {
        "system": _INSTRUCTION,
        "developer": _INSTRUCTION,
        "user": fields({"role": anything, "content": _content(_USER_PARTS)}, {"name": text()}),
        "assistant": fields(
            {"role": anything},
            {
                "content": optional(_content(_ASSISTANT_PARTS)),
                "tool_calls": items(_TOOL_CALL, "objects", fewest=1, most=128),
                "name": text(),
                "refusal": optional(text()),
                "audio": optional(fields({"id": text()})),
                "function_call": optional(_CALLED),
                # The service sends these; people send the message back as it came.
                "annotations": optional(items(anything, "objects")),
                "context": anything,
            },
        ),
        "tool": fields({"role": anything, "content": _TEXT_CONTENT, "tool_call_id": text()}),
    },
)
FUNCTION = fields(
    {"name": _NAME},
    {"description": text(), "parameters": json_schema, "strict": optional(flag)},
)
_TOOL = by_field("type", {"function": fields({"type": anything, "function": FUNCTION})})
_NAMED = fields({"type": one_of("function"), "function": fields({"name": text()})})
_TOOL_CHOICE = either(
    "one of 'none', 'auto', 'required' or an object",
    string=one_of("none", "auto", "required"),
    object=_NAMED,
)
_SCHEMA = fields(
    {"name": _NAME},
    {"description": text(), "schema": json_schema, "strict": optional(flag)},
)
RESPONSE_FORMAT = by_field(
    "type",
    {
        "text": fields({"type": anything}),
        "json_object": fields({"type": anything}),
        "json_schema": fields({"type": anything, "json_schema": _SCHEMA}),
    },
)
_STOP = either(
    "one of a string or array of strings",
    string=text(),
    array=items(text(), "strings", fewest=1, most=4),
)
OPTIONS: dict[str, Check] = {
    "audio": anything,
    "data_sources": anything,
    "frequency_penalty": optional(number(-2, 2)),
    "function_call": anything,
    "functions": anything,
    "logit_bias": optional(mapping(number(-100, 100))),
    "logprobs": optional(flag),
    "max_completion_tokens": optional(whole(1)),
    "max_tokens": optional(whole(1)),
    "metadata": optional(metadata),
    "modalities": optional(items(one_of("text"), "strings")),
    "n": optional(whole(1, 128)),
    "parallel_tool_calls": flag,
    "prediction": optional(fields({"type": one_of("content"), "content": anything})),
    "presence_penalty": optional(number(-2, 2)),
    "prompt_cache_key": optional(text()),
    "prompt_cache_options": fields({}, {"mode": text(), "ttl": text()}),
    "prompt_cache_retention": optional(one_of("in_memory", "24h")),
    "reasoning_effort": optional(
        one_of("none", "minimal", "low", "medium", "high", "xhigh", "max")
    ),
    "response_format": RESPONSE_FORMAT,
    "safety_identifier": optional(text(longest=128)),
    "seed": optional(whole()),
    "service_tier": optional(one_of("auto", "default", "flex", "scale", "priority", "fast")),
    "stop": optional(_STOP),
    "store": optional(flag),
    "stream": optional(flag),
    "stream_options": optional(fields({}, {"include_usage": flag, "include_obfuscation": flag})),
    "temperature": optional(number(0, 2)),
    "tool_choice": _TOOL_CHOICE,
    "tools": items(_TOOL, "objects", most=128),
    "top_logprobs": optional(whole(0, 20)),
    "top_p": optional(number(0, 1)),
    "user": text(),
    "verbosity": optional(one_of("low", "medium", "high")),
    "web_search_options": anything,
}
_MESSAGES = items(_MESSAGE, "objects", fewest=1)
BODY = fields({"model": text(), "messages": _MESSAGES}, OPTIONS)
# On a route that names the deployment, the body need not name the model.
DEPLOYMENT_BODY = fields({"messages": _MESSAGES}, {"model": text(), **OPTIONS})


# What the models of today refuse, and what they take instead.
_REFUSED = {
    "functions": "Use 'tools' instead.",
    "function_call": "Use 'tool_choice' instead, with 'tools'.",
    "audio": "",
    "web_search_options": "",
}


def check(body: Any, deployment: bool) -> None:
    """Check a body.

    Args:
        body: the JSON as it came.
        deployment: whether the route names the deployment.

    Raises:
        Invalid: a field is unknown, missing or of the wrong type or value.
        ServiceError: the fields do not go together, or current models refuse them.
    """
    if isinstance(body, dict):
        for name, instead in _REFUSED.items():
            if body.get(name) is not None:
                raise unsupported(name, instead)
    (DEPLOYMENT_BODY if deployment else BODY)(body, "")
    check_order(body["messages"])
    _check_together(body)


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
        _check_answered(waiting, index)
        waiting = [call["id"] for call in message.get("tool_calls", [])]
    _check_answered(waiting, len(messages))


def _check_answered(waiting: list[str], index: int) -> None:
    if waiting:
        raise refused(
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
    names = {tool["function"]["name"] for tool in body.get("tools", [])}
    for name in ("tool_choice", "parallel_tool_calls"):
        if name in body and not names:
            message = (
                f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified."
            )
            raise refused(message, param=name)
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice["function"]["name"] not in names:
        name = choice["function"]["name"]
        message = f"Tool choice 'function:{name}' not found in 'tools' parameter."
        raise refused(message, param="tool_choice")
    wanted = body.get("response_format", {})
    said = " ".join(flatten(message.get("content")) for message in body["messages"]).lower()
    if wanted.get("type") == "json_object" and "json" not in said:
        raise refused(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
            " 'json_object'.",
            param="messages",
        )


def to_prompt(body: dict[str, Any]) -> Prompt:
    """What a checked body asks for."""
    stop = body.get("stop") or ()
    limits = [body.get("max_completion_tokens"), body.get("max_tokens")]
    return Prompt(
        messages=tuple(_message(message) for message in body["messages"]),
        tools=tuple(to_tool(tool["function"]) for tool in body.get("tools", [])),
        tool_choice=to_choice(body.get("tool_choice")),
        parallel=body.get("parallel_tool_calls", True),
        json_schema=to_schema(body.get("response_format")),
        most_tokens=min((limit for limit in limits if limit is not None), default=None),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
    )


def to_tool(function: dict[str, Any]) -> Tool:
    """A function as it is described in `tools`."""
    return Tool(
        function["name"], function.get("description") or "", function.get("parameters") or {}
    )


def to_choice(choice: Any) -> str:
    """`tool_choice` as a prompt has it."""
    if isinstance(choice, dict):
        return f"={choice['function']['name']}"
    return str(choice or "auto")


def to_schema(response_format: Any) -> dict[str, Any] | None:
    """The JSON Schema of a `response_format`; None where it is plain text."""
    if not isinstance(response_format, dict) or response_format["type"] == "text":
        return None
    described: dict[str, Any] = response_format.get("json_schema", {}).get("schema", {})
    return described


def flatten(content: Any) -> str:
    """The text of a message's content, whether a string or parts."""
    if isinstance(content, list):
        return "\n".join(str(part["text"]) for part in content if "text" in part)
    return str(content or "")


def _message(message: dict[str, Any]) -> Message:
    calls = (
        ToolCall(call["function"]["name"], call["function"]["arguments"], call["id"])
        for call in message.get("tool_calls", [])
    )
    text_of = flatten(message.get("content"))
    return Message(message["role"], text_of, tuple(calls), message.get("tool_call_id", ""))
