"""Threads and their messages.

Source: https://platform.openai.com/docs/api-reference/threads and …/messages
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.assistants.assistants import WHERE, resources
from scaffold.endpoint.apis.assistants.shape import MESSAGE, MESSAGE_CHANGES, THREAD, THREAD_CHANGES
from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import not_found, refused
from scaffold.endpoint.state.state import State
from scaffold.endpoint.state.threads import Thread

JsonObject = dict[str, Any]


def find(call: Call) -> Thread:
    """Return the thread that a call's path names.

    Raises:
        ServiceError: there is none.
    """
    thread = call.state.threads.get(call.path["thread"])
    if thread is None:
        raise not_found("thread", call.path["thread"])
    return thread


def new_thread(state: State, body: JsonObject) -> Thread:
    """Store a thread and its first messages, out of a checked body.

    Raises:
        ServiceError: a file or a vector store that it names does not exist.
    """
    check_attachments(state, body.get("messages", []))
    given = resources(state, body.get("tool_resources"))
    resource: JsonObject = {
        "id": state.new_id("thread_"),
        "object": "thread",
        "created_at": state.now(),
        "metadata": body.get("metadata") or {},
        "tool_resources": given,
    }
    thread = Thread(resource)
    state.threads[resource["id"]] = thread
    for message in body.get("messages", []):
        add_message(state, thread, message)
    return thread


def check_attachments(state: State, messages: list[JsonObject]) -> None:
    """Check that the files attached to messages exist.

    Raises:
        ServiceError: one does not.
    """
    for message in messages:
        attachments = message.get("attachments") or []
        state.storage.check_files(attachment["file_id"] for attachment in attachments)


def add_message(state: State, thread: Thread, body: JsonObject) -> JsonObject:
    """Put a user's message, or one in the assistant's name, at the end of a thread.

    Args:
        state: what the server knows.
        thread: the thread.
        body: a checked request for the message.
    """
    content = body["content"]
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    now = state.now()
    message = {
        "id": state.new_id("msg_"),
        "object": "thread.message",
        "created_at": now,
        "assistant_id": None,
        "thread_id": thread.resource["id"],
        "run_id": None,
        "role": body["role"],
        "status": "completed",
        "completed_at": now,
        "incomplete_at": None,
        "incomplete_details": None,
        "content": [_stored(part) for part in parts],
        "attachments": body.get("attachments") or [],
        "metadata": body.get("metadata") or {},
    }
    thread.messages.append(message)
    for attachment in message["attachments"]:
        for tool in attachment.get("tools", []):
            _attach(state, thread, attachment["file_id"], tool["type"])
    return message


def _attach(state: State, thread: Thread, file_id: str, tool: str) -> None:
    """Let a tool have an attached file: in the thread's own vector store, or as it is."""
    given = dict(thread.resource["tool_resources"])
    if tool == "code_interpreter":
        held = given.get(tool, {}).get("file_ids", [])
        given[tool] = {"file_ids": [*held, file_id]}
    elif ids := given.get(tool, {}).get("vector_store_ids"):
        if ids[0] in state.storage.stores:
            store = state.storage.stores[ids[0]]
            store.put(state.storage.files[file_id], state.now())
    else:
        store = state.storage.create_store({"file_ids": [file_id]})
        given[tool] = {"vector_store_ids": [store.resource["id"]]}
    thread.resource["tool_resources"] = given


def text_of(message: JsonObject) -> str:
    """Return the text of a stored message."""
    parts = (part["text"]["value"] for part in message["content"] if part["type"] == "text")
    return "\n".join(parts)


def _stored(part: JsonObject) -> JsonObject:
    if part["type"] == "text":
        return {"type": "text", "text": {"value": part["text"], "annotations": []}}
    return part


def create(call: Call) -> HttpResponse:
    """Start a thread."""
    return HttpResponse(new_thread(call.state, call.checked(THREAD)).resource)


def retrieve(call: Call) -> HttpResponse:
    """Return one thread."""
    return HttpResponse(find(call).resource)


def modify(call: Call) -> HttpResponse:
    """Change what a thread carries along."""
    thread = find(call)
    body = call.checked(THREAD_CHANGES)
    resources(call.state, body.get("tool_resources"))
    thread.resource.update({name: value or {} for name, value in body.items()})
    return HttpResponse(thread.resource)


def delete(call: Call) -> HttpResponse:
    """Forget a thread with all that is in it."""
    thread_id = find(call).resource["id"]
    del call.state.threads[thread_id]
    return HttpResponse({"id": thread_id, "object": "thread.deleted", "deleted": True})


def create_message(call: Call) -> HttpResponse:
    """Add a message to a thread.

    Raises:
        ServiceError: there is no such thread, the body is not acceptable, or a run is under way.
    """
    thread = find(call)
    body = call.checked(MESSAGE)
    check_attachments(call.state, [body])
    active = thread.active_run(call.state.now())
    if active is not None:
        thread_id = thread.resource["id"]
        raise refused(f"Can't add messages to {thread_id} while a run {active} is active.")
    return HttpResponse(add_message(call.state, thread, body))


def list_messages(call: Call) -> HttpResponse:
    """Return a page of a thread's messages, all or those of one run."""
    run_id = call.query.get("run_id")
    messages = [m for m in find(call).messages if not run_id or m["run_id"] == run_id]
    return page(call.query, messages, "message")


def retrieve_message(call: Call) -> HttpResponse:
    """Return one message."""
    return HttpResponse(_message(call, find(call)))


def modify_message(call: Call) -> HttpResponse:
    """Change what a message carries along."""
    message = _message(call, find(call))
    message["metadata"] = call.checked(MESSAGE_CHANGES).get("metadata") or {}
    return HttpResponse(message)


def delete_message(call: Call) -> HttpResponse:
    """Take a message out of a thread."""
    thread = find(call)
    message = _message(call, thread)
    thread.messages.remove(message)
    return HttpResponse({"id": message["id"], "object": "thread.message.deleted", "deleted": True})


def _message(call: Call, thread: Thread) -> JsonObject:
    for message in thread.messages:
        if message["id"] == call.path["message"]:
            return message
    raise not_found("message", call.path["message"])


_MESSAGES_PATH = "/threads/{thread}/messages"
OPERATIONS = (
    Operation("POST", "/threads", create, WHERE, beta=True, kind="threads"),
    Operation("GET", "/threads/{thread}", retrieve, WHERE, beta=True, kind="threads"),
    Operation("POST", "/threads/{thread}", modify, WHERE, beta=True, kind="threads"),
    Operation("DELETE", "/threads/{thread}", delete, WHERE, beta=True, kind="threads"),
    Operation("POST", _MESSAGES_PATH, create_message, WHERE, beta=True, kind="threads"),
    Operation("GET", _MESSAGES_PATH, list_messages, WHERE, beta=True, kind="threads"),
    Operation(
        "GET", _MESSAGES_PATH + "/{message}", retrieve_message, WHERE, beta=True, kind="threads"
    ),
    Operation(
        "POST", _MESSAGES_PATH + "/{message}", modify_message, WHERE, beta=True, kind="threads"
    ),
    Operation(
        "DELETE", _MESSAGES_PATH + "/{message}", delete_message, WHERE, beta=True, kind="threads"
    ),
)
