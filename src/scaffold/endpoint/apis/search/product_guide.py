"""Azure AI Search: searching the built-in index, the product guide.

Source: https://learn.microsoft.com/rest/api/searchservice/documents/search-post
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from scaffold.endpoint.apis.call import Call
from scaffold.endpoint.apis.search.refusals import bad_request
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.replies.documents import (
    Document,
    Ranking,
    fuse,
    rank_by_vector,
    rank_by_words,
)

FIELDS = ("id", "title", "content", "url")
VECTOR_FIELD = "contentVector"
_SEARCHABLE = ("title", "content")
_WHOLE_PAGE = 50

# What an index can do that this one was not made for, and how the service says so.
_NOT_OFFERED = {
    "filter": "Invalid expression: no field of this index is filterable. Only filterable fields can"
    " be used in filter expressions.\r\nParameter name: $filter",
    "orderby": "Invalid expression: no field of this index is sortable. Only sortable fields can be"
    " used in $orderby expressions.\r\nParameter name: $orderby",
    "facets": "No field of this index is facetable. Only facetable fields can be used in facets."
    "\r\nParameter name: facet",
    "highlight": "Highlighting is not offered by this index.\r\nParameter name: highlight",
    "scoringProfile": "This index has no scoring profiles.\r\nParameter name: scoringProfile",
}


def search(call: Call, body: dict[str, Any]) -> HttpResponse:
    """Search the index by words, by vectors, or by both at once.

    Raises:
        ServiceError: the request is not acceptable.
        Instead: the script refuses.
    """
    index = call.path["index"]
    _check_offered(body)
    selected = _selected(body.get("select"))
    call.script.choose(text=body.get("search") or "")
    ranking = _rank(body, call.state.documents)
    first = body.get("skip") or 0
    size = _WHOLE_PAGE if body.get("top") is None else body["top"]
    page = [_row(document, score, selected) for document, score in ranking[first : first + size]]
    said: dict[str, Any] = {"value": page}
    if body.get("count"):
        said = {"@odata.count": len(ranking), **said}
    if "odata.metadata=none" not in call.headers.get("accept", ""):
        context = f"http://{call.headers['host']}/indexes('{index}')/$metadata#docs(*)"
        said = {"@odata.context": context, **said}
    return HttpResponse(said)


def _check_offered(body: dict[str, Any]) -> None:
    for name, message in _NOT_OFFERED.items():
        if body.get(name):
            raise bad_request(message, "FeatureNotSupported")
    if body.get("queryType") == "semantic":
        message = "Semantic search is not enabled for this service.\r\nParameter name: queryType"
        raise bad_request(message, "SemanticQueriesNotAvailable")


def _rank(body: dict[str, Any], documents: Sequence[Document]) -> Ranking:
    said = (body.get("search") or "*").strip()
    rankings = [_by_vector(query, documents) for query in body.get("vectorQueries") or []]
    if said not in {"*", ""}:
        where = _names(body.get("searchFields")) or list(_SEARCHABLE)
        for name in where:
            if name not in _SEARCHABLE:
                message = f"The field '{name}' in the search field list is not searchable."
                raise bad_request(
                    message + "\r\nParameter name: searchFields", "FieldNotSearchable"
                )
        every = body.get("searchMode") == "all"
        rankings.append(rank_by_words(said, where, every=every, documents=documents))
    if not rankings:
        return [(document, 1.0) for document in documents]
    return rankings[0] if len(rankings) == 1 else fuse(rankings)


def _by_vector(query: dict[str, Any], documents: Sequence[Document]) -> Ranking:
    for name in _names(query.get("fields")):
        if name in FIELDS:
            message = f"The field '{name}' in the vector field list is not a vector field."
            raise bad_request(message, "FieldNotVector")
        if name != VECTOR_FIELD:
            raise bad_request(f"Unknown field '{name}' in vector field list.", "UnknownField")
    if query["kind"] == "text":
        message = f"The field '{VECTOR_FIELD}' has no vectorizer. Send a query of kind 'vector'."
        raise bad_request(message, "VectorizerNotFound")
    vector = tuple(_finite(value) for value in query["vector"])
    return rank_by_vector(vector, query.get("k") or _WHOLE_PAGE, documents)


def _finite(value: float) -> float:
    """Return a component as the index stores it: a 32-bit float, or zero where it is none."""
    bounded = max(-3.4e38, min(3.4e38, value))
    return float(bounded) if math.isfinite(bounded) else 0.0


def _selected(value: Any) -> list[str]:
    names = _names(value)
    for name in names:
        if name == VECTOR_FIELD:
            message = f"Invalid expression: '{name}' is not a retrievable field."
            raise bad_request(f"{message}\r\nParameter name: $select", "InvalidExpression")
        if name not in FIELDS and name != "*":
            message = (
                f"Invalid expression: Could not find a property named '{name}' on type"
                " 'search.document'.\r\nParameter name: $select"
            )
            raise bad_request(message, "InvalidExpression")
    return list(FIELDS) if not names or "*" in names else names


def _names(value: Any) -> list[str]:
    """Return a list of names, which may come as one text with commas."""
    parts = value.split(",") if isinstance(value, str) else value or []
    return [part.strip() for part in parts if part.strip()]


def _row(document: Document, score: float, selected: list[str]) -> dict[str, Any]:
    return {"@search.score": score} | {name: getattr(document, name) for name in selected}
