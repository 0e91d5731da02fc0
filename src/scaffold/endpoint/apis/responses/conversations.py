"""Conversations: items that the service keeps, turn after turn.

Source: https://developers.openai.com/api/reference/resources/conversations
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.responses.item_shape import check_item, id_of
from scaffold.endpoint.apis.responses.items import from_input, shown
from scaffold.endpoint.apis.responses.routes import included
from scaffold.endpoint.apis.responses.turn import find_conversation
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.http.surfaces import AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import anything, fields, items, metadata, optional
from scaffold.endpoint.state.conversations import Conversation

JsonObject = dict[str, Any]

_ITEMS = items(check_item, "input items", most=20)
_CREATE = fields({}, {"items": optional(_ITEMS), "metadata": optional(metadata)})
_UPDATE = fields({"metadata": optional(metadata)})
_ADD = fields({"items": _ITEMS}, {"include": anything})


def create(call: Call) -> HttpResponse:
    """Start a conversation, with first items or without.

    Raises:
        ServiceError: the body is not acceptable, or refers to what does not exist.
    """
    body = call.checked(_CREATE)
    first = from_input(call.state, body.get("items") or [])
    resource: JsonObject = {
        "id": call.state.new_id("conv_"),
        "object": "conversation",
        "created_at": call.state.now(),
        "metadata": body.get("metadata") or {},
    }
    call.state.conversations[resource["id"]] = Conversation(resource, first)
    return HttpResponse(resource)


def retrieve(call: Call) -> HttpResponse:
    """Return one conversation."""
    return HttpResponse(_find(call).resource)


def update(call: Call) -> HttpResponse:
    """Change what a conversation carries along."""
    conversation = _find(call)
    conversation.resource["metadata"] = call.checked(_UPDATE)["metadata"] or {}
    return HttpResponse(conversation.resource)


def delete(call: Call) -> HttpResponse:
    """Forget a conversation; its responses stay."""
    conversation_id = _find(call).resource["id"]
    del call.state.conversations[conversation_id]
    return HttpResponse({"id": conversation_id, "object": "conversation.deleted", "deleted": True})


def add_items(call: Call) -> HttpResponse:
    """Put items at the end of a conversation.

    Raises:
        ServiceError: there is no such conversation, or the items are not acceptable.
    """
    conversation = _find(call)
    added = from_input(call.state, call.checked(_ADD)["items"])
    conversation.items += added
    include = included(call)
    return HttpResponse(
        {
            "object": "list",
            "data": [shown(item, include) for item in added],
            "first_id": added[0]["id"] if added else None,
            "last_id": added[-1]["id"] if added else None,
            "has_more": False,
        }
    )


def list_items(call: Call) -> HttpResponse:
    """Return a page of a conversation's items."""
    include = included(call)
    return page(call.query, [shown(item, include) for item in _find(call).items], "item")


def retrieve_item(call: Call) -> HttpResponse:
    """Return one item."""
    return HttpResponse(shown(_item(call, _find(call)), included(call)))


def delete_item(call: Call) -> HttpResponse:
    """Take an item out of a conversation."""
    conversation = _find(call)
    conversation.items.remove(_item(call, conversation))
    return HttpResponse(conversation.resource)


def _find(call: Call) -> Conversation:
    conversation_id = call.path["conversation"]
    call.check(id_of("conv"), conversation_id, "conversation_id")
    return find_conversation(call.state, conversation_id)


def _item(call: Call, conversation: Conversation) -> JsonObject:
    item_id = call.path["item"]
    for item in conversation.items:
        if item["id"] == item_id:
            return item
    raise refused(f"Item with id '{item_id}' not found.", status=404)


WHERE = (OPENAI, AZURE_V1)
_ONE = "/conversations/{conversation}"
OPERATIONS = (
    Operation("POST", "/conversations", create, WHERE, kind="conversations"),
    Operation("GET", _ONE, retrieve, WHERE, kind="conversations"),
    Operation("POST", _ONE, update, WHERE, kind="conversations"),
    Operation("DELETE", _ONE, delete, WHERE, kind="conversations"),
    Operation("POST", _ONE + "/items", add_items, WHERE, kind="conversations"),
    Operation("GET", _ONE + "/items", list_items, WHERE, kind="conversations"),
    Operation("GET", _ONE + "/items/{item}", retrieve_item, WHERE, kind="conversations"),
    Operation("DELETE", _ONE + "/items/{item}", delete_item, WHERE, kind="conversations"),
)
