"""Chat completions that are kept (`store: true`): listed, read, changed, deleted.

Source: https://developers.openai.com/api/reference/resources/chat/subresources/completions
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import not_found
from scaffold.endpoint.http.surfaces import AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import fields, metadata, optional
from scaffold.endpoint.state.state import State
from scaffold.endpoint.state.stored import StoredCompletion

JsonObject = dict[str, Any]

_CHANGE = fields({"metadata": optional(metadata)})
_BY_METADATA = re.compile(r"metadata\[(.*)\]")


def keep(state: State, body: JsonObject, completion: JsonObject) -> None:
    """Keep a completion.

    Args:
        state: what the server knows.
        body: the checked request.
        completion: the answer, as it would come in one piece.
    """
    resource = {**completion, "metadata": body.get("metadata") or {}}
    messages = [
        _message(f"{completion['id']}-{number}", message)
        for number, message in enumerate(body["messages"])
    ]
    state.completions[completion["id"]] = StoredCompletion(resource, messages)


def _message(message_id: str, sent: JsonObject) -> JsonObject:
    content, parts = sent.get("content"), None
    if isinstance(content, list):
        content, parts = None, content
    shown = {name: value for name, value in sent.items() if value is not None}
    return {**shown, "id": message_id, "content": content, "content_parts": parts}


def list_completions(call: Call) -> HttpResponse:
    """Return a page of the completions, the oldest first; all, or those of a model or a mark."""
    kept = [each.resource for each in call.state.completions.values()]
    wanted = [each for each in kept if _is_wanted(each, call.query)]
    return page({"order": "asc", **call.query}, wanted, "chat completion")


def _is_wanted(resource: JsonObject, query: Mapping[str, str]) -> bool:
    found = ((_BY_METADATA.match(name), value) for name, value in query.items())
    marks = {match[1]: value for match, value in found if match}
    return query.get("model") in {None, resource["model"]} and all(
        resource["metadata"].get(name) == value for name, value in marks.items()
    )


def retrieve(call: Call) -> HttpResponse:
    """Return one completion."""
    return HttpResponse(_find(call).resource)


def update(call: Call) -> HttpResponse:
    """Change what a completion carries along."""
    stored = _find(call)
    stored.resource["metadata"] = call.checked(_CHANGE)["metadata"] or {}
    return HttpResponse(stored.resource)


def delete(call: Call) -> HttpResponse:
    """Forget a completion."""
    completion_id = _find(call).resource["id"]
    del call.state.completions[completion_id]
    return HttpResponse({"object": "chat.completion.deleted", "id": completion_id, "deleted": True})


def list_messages(call: Call) -> HttpResponse:
    """Return a page of the messages that a completion answered, the oldest first."""
    return page({"order": "asc", **call.query}, _find(call).messages, "message")


def _find(call: Call) -> StoredCompletion:
    completion_id = call.path["completion"]
    if completion_id not in call.state.completions:
        raise not_found("chat completion", completion_id)
    return call.state.completions[completion_id]


WHERE = (OPENAI, AZURE_V1)
_ONE = "/chat/completions/{completion}"
OPERATIONS = (
    Operation("GET", "/chat/completions", list_completions, WHERE),
    Operation("GET", _ONE, retrieve, WHERE),
    Operation("POST", _ONE, update, WHERE),
    Operation("DELETE", _ONE, delete, WHERE),
    Operation("GET", _ONE + "/messages", list_messages, WHERE),
)
