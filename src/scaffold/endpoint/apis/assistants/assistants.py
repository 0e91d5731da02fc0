"""Assistants: stored instructions, tools and a model.

Gone at OpenAI since 2026-08-26, on Azure only with preview api-versions; kept for samples that
have not moved on. Source: https://platform.openai.com/docs/api-reference/assistants
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.assistants.shape import ASSISTANT, ASSISTANT_CHANGES
from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import not_found, refused
from scaffold.endpoint.http.surfaces import AZURE_ASSISTANTS, OPENAI
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]


def resources(state: State, given: JsonObject | None) -> JsonObject:
    """Return the files and vector stores that tools are given; new stores are made as they are
    described.

    Raises:
        ServiceError: one does not exist, or stores are both named and described.
    """
    kept = dict(given or {})
    state.storage.check_files(kept.get("code_interpreter", {}).get("file_ids", []))
    wanted = dict(kept.get("file_search", {}))
    described = wanted.pop("vector_stores", [])
    for store_id in wanted.get("vector_store_ids", []):
        state.storage.find_store(store_id)
    if described and wanted.get("vector_store_ids"):
        param = "tool_resources.file_search.vector_stores"
        raise refused("'vector_store_ids' and 'vector_stores' are mutually exclusive.", param=param)
    if described:
        stores = [state.storage.create_store(each) for each in described]
        wanted["vector_store_ids"] = [store.resource["id"] for store in stores]
    return kept | {"file_search": wanted} if "file_search" in kept else kept


def find(call: Call, assistant_id: str) -> JsonObject:
    """Return the assistant with an id.

    Raises:
        ServiceError: there is none.
    """
    assistant = call.state.assistants.get(assistant_id)
    if assistant is None:
        raise not_found("assistant", assistant_id)
    return assistant


def create(call: Call) -> HttpResponse:
    """Store an assistant.

    Raises:
        ServiceError: the body is not acceptable, or names what does not exist.
    """
    body = call.checked(ASSISTANT)
    call.find_model(body["model"], "chat")
    body["tool_resources"] = resources(call.state, body.get("tool_resources"))
    assistant = {
        "id": call.state.new_id("asst_"),
        "object": "assistant",
        "created_at": call.state.now(),
        **_settings(body),
    }
    call.state.assistants[assistant["id"]] = assistant
    return HttpResponse(assistant)


def list_assistants(call: Call) -> HttpResponse:
    """Return a page of the assistants."""
    return page(call.query, list(call.state.assistants.values()), "assistant")


def retrieve(call: Call) -> HttpResponse:
    """Return one assistant."""
    return HttpResponse(find(call, call.path["assistant"]))


def modify(call: Call) -> HttpResponse:
    """Change an assistant."""
    assistant = find(call, call.path["assistant"])
    body = call.checked(ASSISTANT_CHANGES)
    if "model" in body:
        call.find_model(body["model"], "chat")
    resources(call.state, body.get("tool_resources"))
    assistant.update({name: value for name, value in _settings(body).items() if name in body})
    return HttpResponse(assistant)


def delete(call: Call) -> HttpResponse:
    """Forget an assistant."""
    assistant = find(call, call.path["assistant"])
    del call.state.assistants[assistant["id"]]
    return HttpResponse({"id": assistant["id"], "object": "assistant.deleted", "deleted": True})


def _settings(body: JsonObject) -> JsonObject:
    """Return all that can be set, with what holds where nothing is."""
    return {
        "name": body.get("name"),
        "description": body.get("description"),
        "model": body.get("model"),
        "instructions": body.get("instructions"),
        "tools": body.get("tools", []),
        "top_p": 1.0 if body.get("top_p") is None else body["top_p"],
        "temperature": 1.0 if body.get("temperature") is None else body["temperature"],
        "tool_resources": body.get("tool_resources") or {},
        "metadata": body.get("metadata") or {},
        "response_format": body.get("response_format") or "auto",
    }


WHERE = (OPENAI, AZURE_ASSISTANTS)
OPERATIONS = (
    Operation("POST", "/assistants", create, WHERE, beta=True),
    Operation("GET", "/assistants", list_assistants, WHERE, beta=True),
    Operation("GET", "/assistants/{assistant}", retrieve, WHERE, beta=True),
    Operation("POST", "/assistants/{assistant}", modify, WHERE, beta=True),
    Operation("DELETE", "/assistants/{assistant}", delete, WHERE, beta=True),
)
