"""Azure OpenAI On Your Data: the service looks things up for a chat. Retired 2026-10-14.

Its last shape is that of the GA version 2024-10-21:
https://learn.microsoft.com/azure/ai-foundry/openai/references/on-your-data
"""

from __future__ import annotations

import json
from typing import Any

from scaffold.endpoint.apis.call import Call
from scaffold.endpoint.apis.chat.request import to_prompt
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.service_errors import ServiceError, refused
from scaffold.endpoint.http.validation import (
    anything,
    by_field,
    fields,
    flag,
    items,
    one_of,
    text,
    whole,
)
from scaffold.endpoint.replies.documents import INDEX_NAME, Document, find
from scaffold.endpoint.replies.prompt import question_of

_SIGN_IN = by_field(
    "type",
    {
        "api_key": fields({"type": anything, "key": text(shortest=1)}),
        "access_token": fields({"type": anything, "access_token": text(shortest=1)}),
        "system_assigned_managed_identity": fields({"type": anything}),
        "user_assigned_managed_identity": fields(
            {"type": anything, "managed_identity_resource_id": text()}
        ),
    },
)
_EMBEDDING = by_field(
    "type",
    {
        "deployment_name": fields(
            {"type": anything, "deployment_name": text()}, {"dimensions": whole(1)}
        ),
        "endpoint": fields(
            {"type": anything, "endpoint": text(), "authentication": _SIGN_IN},
            {"dimensions": whole(1)},
        ),
    },
)
_QUERY_TYPES = (
    "simple",
    "semantic",
    "vector",
    "vector_simple_hybrid",
    "vector_semantic_hybrid",
)
_MAPPING = fields(
    {},
    {
        "title_field": text(),
        "url_field": text(),
        "filepath_field": text(),
        "content_fields": items(text(), "strings"),
        "content_fields_separator": text(),
        "vector_fields": items(text(), "strings"),
        "image_vector_fields": items(text(), "strings"),
    },
)
_CONTEXTS = items(one_of("citations", "intent", "all_retrieved_documents"), "strings")
_PARAMETERS = fields(
    {"endpoint": text(shortest=1), "index_name": text(shortest=1)},
    {
        "authentication": _SIGN_IN,
        "query_type": one_of(*_QUERY_TYPES),
        "embedding_dependency": _EMBEDDING,
        "fields_mapping": _MAPPING,
        "semantic_configuration": text(),
        "filter": text(),
        "in_scope": flag,
        "strictness": whole(1, 5),
        "top_n_documents": whole(1, 20),
        "max_search_queries": whole(1),
        "allow_partial_result": flag,
        "include_contexts": _CONTEXTS,
    },
)
_SOURCE = by_field("type", {"azure_search": fields({"type": anything, "parameters": _PARAMETERS})})
_SOURCES = items(_SOURCE, "objects", fewest=1, most=1)


def retrieve(call: Call, body: dict[str, Any]) -> tuple[Document, ...]:
    """Return what is found for the question of a call, whose checked chat body has `data_sources`.

    Raises:
        Invalid: the sources do not have the shape that the service takes.
        ServiceError: they name an index or a deployment that does not exist.
    """
    [source] = _SOURCES(body["data_sources"], "data_sources", call.lenient)
    parameters = source["parameters"]
    where = "data_sources[0].parameters"
    if "vector" in parameters.get("query_type", "simple"):
        dependency = parameters.get("embedding_dependency")
        if dependency is None:
            raise Invalid("missing_required_parameter", f"{where}.embedding_dependency")
        if dependency["type"] == "deployment_name":
            _check_deployment(call, dependency["deployment_name"])
    if parameters["index_name"] != INDEX_NAME:
        raise refused(
            "An error occurred when calling Azure Cognitive Search: Azure Search Error: 404,"
            f" message='The index '{parameters['index_name']}' was not found.'",
            param=f"{where}.index_name",
        )
    question = question_of(to_prompt(body).messages)
    return find(question, parameters.get("top_n_documents", 5), call.state.documents)


def context(body: dict[str, Any], documents: tuple[Document, ...]) -> dict[str, Any]:
    """Return what was found, as `message.context` and the first `delta.context` have it."""
    wanted = body["data_sources"][0]["parameters"].get("include_contexts", ["citations", "intent"])
    said: dict[str, Any] = {}
    if "citations" in wanted:
        said["citations"] = [
            {
                "content": document.content,
                "title": document.title,
                "url": document.url,
                "filepath": document.filename,
                "chunk_id": "0",
            }
            for document in documents
        ]
    if "intent" in wanted:
        said["intent"] = json.dumps([question_of(to_prompt(body).messages)])
    return said


def _check_deployment(call: Call, name: str) -> None:
    try:
        call.find_model(name, "embeddings")
    except ServiceError as error:
        reason = error.body["error"]["message"]
        raise refused(f"An error occurred when calling Azure OpenAI: {reason}") from error
