"""Azure AI Search: documents brought into an index, shown and counted.

Source: https://learn.microsoft.com/rest/api/searchservice/documents
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.search.indexes import find_index
from scaffold.endpoint.apis.search.refusals import bad_request
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import azure_refused
from scaffold.endpoint.http.surfaces import SEARCH
from scaffold.endpoint.replies.documents import INDEX_NAME
from scaffold.endpoint.state.indexes import SearchIndex

JsonObject = dict[str, Any]

_MOST = 1_000
_ACTIONS = ("upload", "merge", "mergeOrUpload", "delete")


def change(call: Call) -> HttpResponse:
    """Upload, merge or delete documents, and tell of each how it went.

    Raises:
        ServiceError: the batch is none, or a document has a field that the index lacks.
    """
    index = find_index(call)
    batch = call.body.get("value") if isinstance(call.body, dict) else None
    if not isinstance(batch, list) or not all(isinstance(each, dict) for each in batch):
        raise bad_request("The request is invalid. Details: actions : No indexing actions found.")
    if len(batch) > _MOST:
        raise bad_request(f"A batch has at most {_MOST} indexing actions.")
    for number, action in enumerate(batch):
        _check(index, number, action)
    results = [_do(index, action) for action in batch]
    return HttpResponse({"value": results}, 200 if all(r["status"] for r in results) else 207)


def _check(index: SearchIndex, number: int, action: JsonObject) -> None:
    kind = action.get("@search.action", "upload")
    if kind not in _ACTIONS:
        raise bad_request(f"Action {number}: '{kind}' is none of {', '.join(_ACTIONS)}.")
    known = {field["name"] for field in index.definition["fields"]}
    for name in action:
        if name not in known and not name.startswith("@search."):
            raise bad_request(
                f"The property '{name}' does not exist on type 'search.documentFields' or is not"
                " present in the API version of the request."
            )
    if not isinstance(action.get(index.key_field), str) or not action[index.key_field]:
        raise bad_request(
            f"Action {number}: Document key cannot be missing or empty; '{index.key_field}' is a"
            " text."
        )


def _do(index: SearchIndex, action: JsonObject) -> JsonObject:
    kind = action.get("@search.action", "upload")
    document = {name: value for name, value in action.items() if not name.startswith("@search.")}
    key = str(document[index.key_field])
    known = index.documents.get(key)
    result = {"key": key, "status": True, "errorMessage": None, "statusCode": 200}
    if kind == "delete":
        index.documents.pop(key, None)
    elif kind == "merge" and known is None:
        return {**result, "status": False, "errorMessage": "Document not found.", "statusCode": 404}
    else:
        empty = {field["name"]: None for field in index.definition["fields"]}
        index.documents[key] = (
            {**(known or empty), **document}
            if kind != "upload"
            else {
                **empty,
                **document,
            }
        )
        result["statusCode"] = 200 if known is not None else 201
    return result


def retrieve(call: Call) -> HttpResponse:
    """Show one document by its key."""
    key = call.path["key"]
    if call.path["index"] == INDEX_NAME:
        found = next((document for document in call.state.documents if document.id == key), None)
        shown = found and {name: getattr(found, name) for name in ("id", "title", "content", "url")}
    else:
        index = find_index(call)
        document = index.documents.get(key)
        shown = document and visible(index, document)
    if not shown:
        raise azure_refused(404, "", f"The document with key '{key}' was not found.")
    wanted = [name for name in call.query.get("$select", "").split(",") if name and name != "*"]
    return HttpResponse({name: shown[name] for name in wanted or shown if name in shown})


def visible(index: SearchIndex, document: JsonObject) -> JsonObject:
    """Return a document without the fields that are not retrievable."""
    hidden = {
        field["name"] for field in index.definition["fields"] if field.get("retrievable") is False
    }
    return {name: value for name, value in document.items() if name not in hidden}


def count(call: Call) -> HttpResponse:
    """Count the documents, as plain text."""
    own = call.path["index"] != INDEX_NAME
    number = len(find_index(call).documents) if own else len(call.state.documents)
    return HttpResponse(b"\xef\xbb\xbf" + str(number).encode(), media_type="text/plain")


OPERATIONS = (
    *(
        Operation("POST", f"/indexes{index}/docs/{name}", change, (SEARCH,), kind="search")
        for index in ("('{index}')", "/{index}")
        for name in ("search.index", "index")
    ),
    *(
        Operation("GET", f"/indexes{index}/docs{key}", retrieve, (SEARCH,))
        for index in ("('{index}')", "/{index}")
        for key in ("('{key}')", "/{key}")
    ),
    *(
        Operation("GET", f"/indexes{index}/docs/$count", count, (SEARCH,))
        for index in ("('{index}')", "/{index}")
    ),
)
