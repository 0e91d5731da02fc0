"""Items, the parts of a conversation in the Responses API: stored, shown, and read as a prompt.

Source: https://developers.openai.com/api/reference/resources/responses/methods/create
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from scaffold.endpoint.apis.responses.item_shape import item_type
from scaffold.endpoint.apis.responses.sealed import unseal
from scaffold.endpoint.http.service_errors import ServiceError, refused
from scaffold.endpoint.replies.pictures import describe
from scaffold.endpoint.replies.prompt import Message, ToolCall
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]

_PREFIXES = {
    "message": "msg_",
    "function_call": "fc_",
    "function_call_output": "fco_",
    "file_search_call": "fs_",
    "code_interpreter_call": "ci_",
    "image_generation_call": "ig_",
    "compaction": "cmp_",
    "mcp_approval_request": "mcpr_",
    "mcp_approval_response": "mcprr_",
    "mcp_call": "mcp_",
    "mcp_list_tools": "mcpl_",
    "reasoning": "rs_",
    "web_search_call": "ws_",
}
# What an item has besides what is sent, where nothing else is sent.
_DEFAULTS: dict[str, JsonObject] = {
    "message": {"status": "completed"},
    "function_call": {"status": "completed"},
    "function_call_output": {"status": "completed"},
    "file_search_call": {"status": "completed", "results": None},
    "code_interpreter_call": {"status": "completed", "code": None, "outputs": None},
    "image_generation_call": {"status": "completed", "result": None},
    "compaction": {},
    "mcp_approval_request": {},
    "mcp_approval_response": {"reason": None},
    "mcp_call": {
        "status": "completed",
        "approval_request_id": None,
        "error": None,
        "output": None,
    },
    "mcp_list_tools": {"error": None},
    "reasoning": {},
    "web_search_call": {"status": "completed", "action": {"type": "search"}},
}
# What is only for those who ask for it: the item, the field, and the value of `include`.
_ON_REQUEST = {
    "file_search_call": ("results", "file_search_call.results"),
    "code_interpreter_call": ("outputs", "code_interpreter_call.outputs"),
}


def from_input(state: State, given: str | list[JsonObject]) -> list[JsonObject]:
    """Return what a request says, as items with ids.

    Raises:
        ServiceError: an item refers to one that does not exist.
    """
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    return [_from_input(state, item) for item in given]


def _from_input(state: State, given: JsonObject) -> JsonObject:
    kind = item_type(given)
    if kind == "item_reference":
        return find(state, given["id"])
    sent = {name: value for name, value in given.items() if value is not None}
    item_id = sent.get("id") or state.new_id(_PREFIXES[kind])
    item = {"id": item_id, "type": kind, **_DEFAULTS[kind], **sent}
    if kind == "compaction":
        unseal(item["encrypted_content"])
    if kind == "message":
        item["content"] = _content(item["role"], item["content"])
    return item


def _content(role: str, content: str | list[JsonObject]) -> list[JsonObject]:
    if isinstance(content, str):
        kind = "output_text" if role == "assistant" else "input_text"
        content = [{"type": kind, "text": content}]
    return [_part(part) for part in content]


def _part(part: JsonObject) -> JsonObject:
    sent = {name: value for name, value in part.items() if value is not None}
    if part["type"] == "output_text":
        return {"annotations": [], "logprobs": [], **sent}
    return {"detail": "auto", **sent} if part["type"] == "input_image" else sent


def find(state: State, item_id: str) -> JsonObject:
    """Return the stored item with an id, wherever it is.

    Raises:
        ServiceError: there is none.
    """
    for holder in (*state.conversations.values(), *state.responses.values()):
        for item in _held(holder):
            if item["id"] == item_id:
                return item
    raise refused(
        f"Item with id '{item_id}' not found. Items are not persisted when `store` is set to false."
        " Try again with `store` set to true, or remove this item from your input.",
        status=404,
        param="input",
    )


def _held(holder: Any) -> Sequence[JsonObject]:
    if hasattr(holder, "items"):
        items: list[JsonObject] = holder.items
        return items
    return [*holder.context, *holder.resource["output"]]


def check_joined(items: Sequence[JsonObject]) -> None:
    """Check what was said before together with what is said now.

    Raises:
        ServiceError: an item is there twice, a call has no output, or an output no call.
    """
    seen: set[str] = set()
    open_calls: dict[str, None] = {}
    called: set[str] = set()
    asked: dict[str, bool] = {}
    for item in items:
        if item["id"] in seen:
            raise _refused(
                f"Duplicate item found with id {item['id']}. Remove duplicate items from your"
                " input and try again."
            )
        seen.add(item["id"])
        if item["type"] == "function_call":
            called.add(item["call_id"])
            open_calls[item["call_id"]] = None
        elif item["type"] == "function_call_output":
            if item["call_id"] not in called:
                raise _refused(
                    f"No tool call found for function call output with call_id {item['call_id']}."
                )
            open_calls.pop(item["call_id"], None)
        elif item["type"] == "mcp_approval_request":
            asked[item["id"]] = False
        elif item["type"] == "mcp_approval_response":
            _check_approval(item, asked)
    for call_id in open_calls:
        raise _refused(f"No tool output found for function call {call_id}.")


def _check_approval(item: JsonObject, asked: dict[str, bool]) -> None:
    """Check that an approval answers a request, and is the only one that does."""
    request_id = item["approval_request_id"]
    if request_id not in asked:
        raise _refused(f"No approval request found for approval response with id {request_id}.")
    if asked[request_id]:
        raise _refused(f"Approval request {request_id} was already answered.")
    asked[request_id] = True


def _refused(message: str) -> ServiceError:
    return refused(message, param="input")


def to_messages(instructions: str | None, items: Iterable[JsonObject]) -> tuple[Message, ...]:
    """Return a conversation as a prompt has it; calls made at once are one message."""
    messages = [Message("system", instructions)] if instructions else []
    asked: dict[str, JsonObject] = {}
    for item in items:
        if item["type"] == "message":
            said = text_of(item["content"])
            messages.append(Message(item["role"], said, pictures=_pictures_in(item["content"])))
        elif item["type"] == "function_call":
            call = ToolCall(item["name"], item["arguments"], item["call_id"])
            earlier: tuple[ToolCall, ...] = ()
            if messages and messages[-1].tool_calls:
                earlier = messages.pop().tool_calls
            messages.append(Message("assistant", "", (*earlier, call)))
        elif item["type"] == "function_call_output":
            text = text_of(item["output"])
            messages.append(Message("tool", text, tool_call_id=item["call_id"]))
        elif item["type"] == "compaction":
            messages += [Message(*said) for said in unseal(item["encrypted_content"])]
        elif item["type"] == "mcp_approval_request":
            asked[item["id"]] = item
        elif item["type"] == "mcp_call":
            messages += _mcp_call(item, _mcp_result(item))
        elif item["type"] == "mcp_approval_response" and not item["approve"]:
            because = f": {item['reason']}" if item["reason"] else ""
            said = f"nothing, for it was not approved{because}"
            messages += _mcp_call(asked[item["approval_request_id"]], said)
    return tuple(messages)


def _mcp_call(item: JsonObject, returned: str) -> tuple[Message, Message]:
    """Return a call of a tool of an MCP server, and what it returned, as a function's."""
    call = ToolCall(item["name"], item["arguments"], item["id"])
    return Message("assistant", "", (call,)), Message("tool", returned, tool_call_id=item["id"])


def _mcp_result(item: JsonObject) -> str:
    error = item["error"]
    if error is None:
        return item["output"] or ""
    content = error.get("content")
    texts = [part.get("text", "") for part in content or () if isinstance(part, dict)]
    return f"an error: {error.get('message') or ' '.join(texts)}"


def text_of(content: str | list[JsonObject]) -> str:
    """Return the text in a message or in a function's output."""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if "text" in part)


def _pictures_in(content: list[JsonObject]) -> tuple[str, ...]:
    """Return what each picture in a message is, in words."""
    pictures = [part for part in content if part["type"] == "input_image"]
    return tuple(
        describe(part["image_url"]) if "image_url" in part else "a picture that was uploaded"
        for part in pictures
    )


def shown(item: JsonObject, include: Collection[str]) -> JsonObject:
    """Return an item as it is shown to those who asked for this much of it."""
    if item["type"] == "web_search_call" and "web_search_call.action.sources" not in include:
        action = {name: value for name, value in item["action"].items() if name != "sources"}
        return {**item, "action": action}
    name, wanted = _ON_REQUEST.get(item["type"], ("", ""))
    return {**item, name: None} if name and wanted not in include else item
