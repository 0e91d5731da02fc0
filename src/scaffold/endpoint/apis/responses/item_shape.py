"""The shape of the items that a response or a conversation is given.

Source: https://developers.openai.com/api/reference/resources/responses/methods/create
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.http.invalid import Invalid, wrong_type, wrong_value
from scaffold.endpoint.http.validation import (
    Check,
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    json_schema,
    one_of,
    optional,
    text,
)

# Any object, no deeper than can be stored and said again.
_OBJECT = json_schema
_STATUS = optional(one_of("in_progress", "completed", "incomplete"))
_BREAKPOINT: dict[str, Check] = {"prompt_cache_breakpoint": optional(_OBJECT)}
_INPUT_TEXT = fields({"type": anything, "text": text()}, _BREAKPOINT)
_INPUT_IMAGE = fields(
    {"type": anything},
    {
        "detail": optional(one_of("low", "high", "auto", "original")),
        "file_id": optional(text()),
        "image_url": optional(text()),
        **_BREAKPOINT,
    },
)
_INPUT_FILE = fields(
    {"type": anything},
    {
        "detail": optional(one_of("low", "high", "auto")),
        "file_data": optional(text()),
        "file_id": optional(text()),
        "file_url": optional(text()),
        "filename": optional(text()),
        **_BREAKPOINT,
    },
)
_INPUT_PART = by_field(
    "type",
    {"input_text": _INPUT_TEXT, "input_image": _INPUT_IMAGE, "input_file": _INPUT_FILE},
)
_OUTPUT_TEXT = fields(
    {"type": anything, "text": text()},
    {
        "annotations": optional(items(_OBJECT, "objects")),
        "logprobs": optional(items(_OBJECT, "objects")),
    },
)
_OUTPUT_PART = by_field(
    "type",
    {"output_text": _OUTPUT_TEXT, "refusal": fields({"type": anything, "refusal": text()})},
)


def _content(part: Check) -> Check:
    array = items(part, "objects")
    return either("one of a string or array of content parts", string=text(), array=array)


def id_of(prefix: str) -> Check:
    """Make a check for an id of a kind, which shows in how it begins."""

    def check(value: Any, path: str, _: bool = False) -> Any:
        text()(value, path)
        if not value.startswith(prefix):
            detail = f"'{value}'. Expected an ID that begins with '{prefix}'"
            raise Invalid("wrong_pattern", path, detail)
        return value

    return check


_ROLES = ("assistant", "system", "developer", "user")
_MESSAGE_OPTIONS: dict[str, Check] = {
    "type": anything,
    "id": optional(id_of("msg")),
    "status": _STATUS,
}
_INPUT_MESSAGE = fields({"role": anything, "content": _content(_INPUT_PART)}, _MESSAGE_OPTIONS)
_OUTPUT_MESSAGE = fields(
    {"role": anything, "content": _content(_OUTPUT_PART)},
    {**_MESSAGE_OPTIONS, "phase": optional(one_of("commentary", "final_answer"))},
)
_CALL_ID = text(shortest=1, longest=64)
_FUNCTION_CALL = fields(
    {"type": anything, "call_id": _CALL_ID, "name": text(shortest=1), "arguments": text()},
    {
        "id": optional(id_of("fc")),
        "status": _STATUS,
        "async": optional(flag),
        "caller": optional(_OBJECT),
        "namespace": optional(text()),
    },
)
_FUNCTION_CALL_OUTPUT = fields(
    {"type": anything, "call_id": _CALL_ID, "output": _content(_INPUT_PART)},
    {
        "id": optional(id_of("fc")),
        "status": _STATUS,
        "caller": optional(_OBJECT),
        "name": optional(text()),
        "namespace": optional(text()),
    },
)
_FILE_SEARCH_CALL = fields(
    {"type": anything, "id": optional(id_of("fs")), "queries": items(text(), "strings")},
    {"status": optional(text()), "results": optional(items(_OBJECT, "objects"))},
)
_CODE_INTERPRETER_CALL = fields(
    {"type": anything, "id": optional(id_of("ci")), "container_id": text()},
    {
        "code": optional(text()),
        "status": optional(text()),
        "outputs": optional(items(_OBJECT, "objects")),
    },
)
_WEB_SEARCH_CALL = fields(
    {"type": anything, "id": optional(id_of("ws"))},
    {"action": optional(_OBJECT), "status": optional(text())},
)
_IMAGE_GENERATION_CALL = fields(
    {"type": anything, "id": id_of("ig")},
    {
        "result": optional(text()),
        "status": optional(text()),
        "error": optional(_OBJECT),
        "svg_usage": optional(_OBJECT),
        **dict.fromkeys(
            ("action", "background", "output_format", "quality", "revised_prompt", "size"),
            optional(text()),
        ),
    },
)
_REASONING = fields(
    {"type": anything, "id": optional(id_of("rs")), "summary": items(_OBJECT, "objects")},
    {
        "content": optional(items(_OBJECT, "objects")),
        "encrypted_content": optional(text()),
        "status": _STATUS,
    },
)
_MCP_TOOL = fields(
    {"name": text(), "input_schema": _OBJECT},
    {"annotations": optional(_OBJECT), "description": optional(text())},
)
_MCP_LIST_TOOLS = fields(
    {
        "type": anything,
        "id": id_of("mcpl"),
        "server_label": text(),
        "tools": items(_MCP_TOOL, "objects"),
    },
    {"error": optional(text())},
)
_MCP_ASKED: dict[str, Check] = {
    "type": anything,
    **dict.fromkeys(("server_label", "name", "arguments"), text()),
}
_MCP_APPROVAL_REQUEST = fields({**_MCP_ASKED, "id": id_of("mcpr")})
_MCP_APPROVAL_RESPONSE = fields(
    {"type": anything, "approval_request_id": id_of("mcpr"), "approve": flag},
    {"id": optional(text()), "reason": optional(text())},
)
_MCP_CALL = fields(
    {**_MCP_ASKED, "id": id_of("mcp_")},
    {
        "approval_request_id": optional(id_of("mcpr")),
        "error": optional(_OBJECT),
        "output": optional(text()),
        "status": optional(one_of("in_progress", "completed", "incomplete", "calling", "failed")),
    },
)
_COMPACTION = fields(
    {"type": anything, "encrypted_content": text()},
    {"id": optional(id_of("cmp")), "created_by": optional(text())},
)
_REFERENCE = fields({"id": text(shortest=1)}, {"type": anything})
_SHAPES: dict[str, Check] = {
    "function_call": _FUNCTION_CALL,
    "function_call_output": _FUNCTION_CALL_OUTPUT,
    "file_search_call": _FILE_SEARCH_CALL,
    "code_interpreter_call": _CODE_INTERPRETER_CALL,
    "image_generation_call": _IMAGE_GENERATION_CALL,
    "compaction": _COMPACTION,
    "mcp_approval_request": _MCP_APPROVAL_REQUEST,
    "mcp_approval_response": _MCP_APPROVAL_RESPONSE,
    "mcp_call": _MCP_CALL,
    "mcp_list_tools": _MCP_LIST_TOOLS,
    "reasoning": _REASONING,
    "web_search_call": _WEB_SEARCH_CALL,
    "item_reference": _REFERENCE,
}


def item_type(item: dict[str, Any]) -> Any:
    """Return what an item is; a message and a reference need not say so."""
    if item.get("type") is None:
        return "message" if "role" in item or "content" in item else "item_reference"
    return item["type"]


def check_item(value: Any, path: str, lenient: bool = False) -> Any:
    """Check for an item: a message, a call, what it returned, or the name of one that is stored.

    Args:
        value: what came.
        path: where it stands in the request.
        lenient: whether unknown fields are dropped.
    """
    if not isinstance(value, dict):
        raise wrong_type(path, "an input item", value)
    kind = item_type(value)
    if kind == "message":
        role = value.get("role", "")
        if not isinstance(role, str) or role not in _ROLES:
            raise wrong_value(path, role if isinstance(role, str) else "", _ROLES)
        message = _OUTPUT_MESSAGE if role == "assistant" else _INPUT_MESSAGE
        return message(value, path, lenient)
    if isinstance(kind, str) and kind in _SHAPES:
        return _SHAPES[kind](value, path, lenient)
    raise wrong_value(path, kind if isinstance(kind, str) else "", ("message", *_SHAPES))


ITEMS = items(check_item, "input items")
