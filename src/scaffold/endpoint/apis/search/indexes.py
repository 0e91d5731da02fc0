"""Azure AI Search: indexes made, listed, shown and deleted.

Source: https://learn.microsoft.com/rest/api/searchservice/indexes
"""

from __future__ import annotations

import zlib
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.search.refusals import bad_request, no_index
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import azure_refused
from scaffold.endpoint.http.surfaces import SEARCH
from scaffold.endpoint.replies.documents import INDEX_NAME
from scaffold.endpoint.state.indexes import SearchIndex

JsonObject = dict[str, Any]

_TYPES = {
    f"Edm.{name}"
    for name in (
        *("String", "Int32", "Int64", "Double", "Boolean", "DateTimeOffset", "GeographyPoint"),
        *("ComplexType", "Single", "Half", "Int16", "SByte", "Byte"),
    )
}
# The built-in one, as far as a definition can say it.
_BUILT_IN: JsonObject = {
    "name": INDEX_NAME,
    "fields": [
        {"name": "id", "type": "Edm.String", "key": True},
        {"name": "title", "type": "Edm.String", "searchable": True},
        {"name": "content", "type": "Edm.String", "searchable": True},
        {"name": "url", "type": "Edm.String"},
        {"name": "contentVector", "type": "Collection(Edm.Single)", "retrievable": False},
    ],
}


def find_index(call: Call) -> SearchIndex:
    """Return the index that a path names.

    Raises:
        ServiceError: there is none.
    """
    index = call.state.indexes.get(call.path["index"])
    if index is None:
        raise no_index(call.path["index"])
    return index


def create(call: Call) -> HttpResponse:
    """Make an index.

    Raises:
        ServiceError: the definition is none, or there is an index of that name.
    """
    definition = _checked(call.body)
    name = definition["name"]
    if name in call.state.indexes or name == INDEX_NAME:
        message = f"Cannot create index '{name}' because it already exists."
        raise azure_refused(409, "ResourceNameAlreadyInUse", message)
    call.state.indexes[name] = SearchIndex(definition)
    return HttpResponse(_shown(definition), 201)


def put(call: Call) -> HttpResponse:
    """Make an index, or change its definition; its documents stay.

    Raises:
        ServiceError: the definition is none, or is of the built-in index.
    """
    name = call.path["index"]
    definition = _checked({**call.body, "name": name} if isinstance(call.body, dict) else None)
    if name == INDEX_NAME:
        raise bad_request(f"The index '{name}' is built in: choose another name.")
    known = call.state.indexes.get(name)
    if known is None:
        call.state.indexes[name] = SearchIndex(definition)
        return HttpResponse(_shown(definition), 201)
    gone = set(known.fields) - set(SearchIndex(definition).fields)
    if gone:
        raise bad_request(f"Existing field(s) '{', '.join(sorted(gone))}' cannot be deleted.")
    known.definition = definition
    return HttpResponse(_shown(definition))


def list_all(call: Call) -> HttpResponse:
    """List the definitions of all indexes."""
    every = [_BUILT_IN, *(index.definition for index in call.state.indexes.values())]
    wanted = [name for name in call.query.get("$select", "").split(",") if name and name != "*"]
    if wanted:
        every = [{name: each[name] for name in wanted if name in each} for each in every]
    return HttpResponse({"value": [_shown(each) for each in every]})


def retrieve(call: Call) -> HttpResponse:
    """Show the definition of an index."""
    if call.path["index"] == INDEX_NAME:
        return HttpResponse(_shown(_BUILT_IN))
    return HttpResponse(_shown(find_index(call).definition))


def delete(call: Call) -> HttpResponse:
    """Forget an index and its documents; there being none is fine, as in the service."""
    call.state.indexes.pop(call.path["index"], None)
    return HttpResponse(b"", 204)


def statistics(call: Call) -> HttpResponse:
    """Tell how much an index holds."""
    documents = find_index(call).documents
    size = sum(len(str(document)) for document in documents.values())
    return HttpResponse(
        {"documentCount": len(documents), "storageSize": size, "vectorIndexSize": 0}
    )


def _checked(body: Any) -> JsonObject:
    fields = body.get("fields") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        raise bad_request("The request is invalid. Details: index : 'name' is required.")
    if not isinstance(fields, list) or not fields or not all(map(_is_field, fields)):
        raise bad_request(
            "The request is invalid. Details: index : each of 'fields' needs a 'name' and a 'type'"
            " of the Entity Data Model, such as Edm.String."
        )
    keys = [field["name"] for field in fields if field.get("key")]
    if len(keys) != 1:
        raise bad_request(
            "The request is invalid. Details: index : The index must have exactly one key field,"
            f" and has {len(keys)}."
        )
    return body


def _is_field(field: Any) -> bool:
    if not isinstance(field, dict) or not isinstance(field.get("name"), str):
        return False
    kind = str(field.get("type")).removeprefix("Collection(").removesuffix(")")
    inner = field.get("fields") or []
    return kind in _TYPES and isinstance(inner, list) and all(map(_is_field, inner))


def _shown(definition: JsonObject) -> JsonObject:
    tag = f'W/"0x{zlib.crc32(str(definition).encode("utf-8", "surrogatepass")):012X}"'
    return {"@odata.etag": tag, **definition} if "name" in definition else definition


_ONE = ("/indexes('{index}')", "/indexes/{index}")
OPERATIONS = (
    Operation("GET", "/indexes", list_all, (SEARCH,)),
    Operation("POST", "/indexes", create, (SEARCH,)),
    *(
        Operation(method, path, handler, (SEARCH,))
        for path in _ONE
        for method, handler in (("GET", retrieve), ("PUT", put), ("DELETE", delete))
    ),
    *(Operation("GET", f"{path}/search.stats", statistics, (SEARCH,)) for path in _ONE),
    *(Operation("GET", f"{path}/stats", statistics, (SEARCH,)) for path in _ONE),
)
