"""Vector stores: made, changed, listed, searched and deleted.

Source: https://developers.openai.com/api/reference/resources/vector_stores
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import AZURE_ASSISTANTS, AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import (
    Check,
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    metadata,
    number,
    one_of,
    optional,
    text,
    whole,
)
from scaffold.endpoint.state import file_filters

JsonObject = dict[str, Any]

_MOST_FILES = 500
_STATIC = fields(
    {"max_chunk_size_tokens": whole(100, 4096), "chunk_overlap_tokens": whole(0, 2048)}
)


def _static(value: Any, path: str, lenient: bool = False) -> Any:
    static = _STATIC(value, path, lenient)
    if static["chunk_overlap_tokens"] > static["max_chunk_size_tokens"] // 2:
        detail = "must be at most half of max_chunk_size_tokens"
        raise Invalid("invalid_chunking", f"{path}.chunk_overlap_tokens", detail)
    return static


CHUNKING: Check = by_field(
    "type",
    {
        "auto": fields({"type": anything}),
        "static": fields({"type": anything, "static": _static}),
    },
)
_EXPIRES = fields({"anchor": one_of("last_active_at"), "days": whole(1, 365)})
_CREATE = fields(
    {},
    {
        "name": optional(text(longest=256)),
        "description": optional(text(longest=512)),
        "file_ids": items(text(), "strings", most=_MOST_FILES),
        "chunking_strategy": CHUNKING,
        "expires_after": optional(_EXPIRES),
        "metadata": optional(metadata),
    },
)
_MODIFY = fields(
    {},
    {
        "name": optional(text(longest=256)),
        "expires_after": optional(_EXPIRES),
        "metadata": optional(metadata),
    },
)
_RANKING = fields(
    {}, {"ranker": one_of("none", "auto", "default-2024-11-15"), "score_threshold": number(0, 1)}
)
_SEARCH = fields(
    {
        "query": either(
            "one of a string or array of strings",
            string=text(shortest=1),
            array=items(text(shortest=1), "strings", fewest=1),
        )
    },
    {
        "filters": optional(file_filters.check),
        "max_num_results": whole(1, 50),
        "ranking_options": _RANKING,
        "rewrite_query": flag,
    },
)


def create(call: Call) -> HttpResponse:
    """Make a vector store, with files if some are named.

    Raises:
        ServiceError: the body is not acceptable, or names files that do not exist.
    """
    store = call.state.storage.create_store(call.checked(_CREATE))
    return HttpResponse(store.described())


def list_stores(call: Call) -> HttpResponse:
    """Return a page of the vector stores."""
    stores = call.state.storage.stores.values()
    for store in stores:
        store.settle()
    return page(call.query, [store.described() for store in stores], "vector store")


def retrieve(call: Call) -> HttpResponse:
    """Return one vector store."""
    store = call.state.storage.find_store(call.path["store"])
    store.settle()
    return HttpResponse(store.described())


def modify(call: Call) -> HttpResponse:
    """Change a vector store's name, expiry or metadata."""
    store = call.state.storage.find_store(call.path["store"])
    body = call.checked(_MODIFY)
    otherwise: JsonObject = {"name": "", "metadata": {}, "expires_after": None}
    for name, value in body.items():
        store.resource[name] = otherwise[name] if value is None else value
    store.settle()
    return HttpResponse(store.described())


def delete(call: Call) -> HttpResponse:
    """Forget a vector store; its files stay."""
    store_id = call.state.storage.find_store(call.path["store"]).resource["id"]
    del call.state.storage.stores[store_id]
    return HttpResponse({"id": store_id, "object": "vector_store.deleted", "deleted": True})


def search(call: Call) -> HttpResponse:
    """Search a vector store."""
    store = call.state.storage.find_store(call.path["store"])
    body = call.checked(_SEARCH)
    queries = [body["query"]] if isinstance(body["query"], str) else body["query"]
    found = call.state.storage.search(
        [store.resource["id"]],
        " ".join(queries),
        body.get("max_num_results", 10),
        body.get("filters"),
        body.get("ranking_options", {}).get("score_threshold", 0.0),
    )
    rows = [
        {
            "file_id": each.document.file_id,
            "filename": each.document.filename,
            "score": each.score,
            "attributes": each.attributes,
            "content": [{"type": "text", "text": each.document.text}],
        }
        for each in found
    ]
    return HttpResponse(
        {
            "object": "vector_store.search_results.page",
            "search_query": queries,
            "data": rows,
            "has_more": False,
            "next_page": None,
        }
    )


WHERE = (OPENAI, AZURE_ASSISTANTS, AZURE_V1)
# Azure's dated versions never got what came after Assistants.
LATER = (OPENAI, AZURE_V1)
_ONE = "/vector_stores/{store}"
OPERATIONS = (
    Operation("POST", "/vector_stores", create, WHERE, kind="vector_stores"),
    Operation("GET", "/vector_stores", list_stores, WHERE, kind="vector_stores"),
    Operation("GET", _ONE, retrieve, WHERE, kind="vector_stores"),
    Operation("POST", _ONE, modify, WHERE, kind="vector_stores"),
    Operation("DELETE", _ONE, delete, WHERE, kind="vector_stores"),
    Operation("POST", _ONE + "/search", search, WHERE, kind="vector_stores"),
)
