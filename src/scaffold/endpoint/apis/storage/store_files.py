"""The files in a vector store, and the batches in which they are put there.

Source: https://developers.openai.com/api/reference/resources/vector_stores/subresources/files and
…/file_batches
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.storage.vector_stores import CHUNKING, LATER, WHERE
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import invalid, refused
from scaffold.endpoint.http.validation import fields, items, one_of, optional, text
from scaffold.endpoint.state import file_filters
from scaffold.endpoint.state.vector_stores import STATUSES, Batch, SearchableFile, VectorStore

JsonObject = dict[str, Any]

_MOST_FILES = 2_000
_OPTIONS = {
    "attributes": optional(file_filters.attributes),
    "chunking_strategy": CHUNKING,
}
_FILE = fields({"file_id": text()}, _OPTIONS)
_UPDATE = fields({"attributes": optional(file_filters.attributes)})
_BATCH = fields(
    {},
    {
        **_OPTIONS,
        "file_ids": items(text(), "strings", fewest=1, most=_MOST_FILES),
        "files": items(_FILE, "objects", fewest=1, most=_MOST_FILES),
    },
)


def create(call: Call) -> HttpResponse:
    """Put a file into a vector store.

    Raises:
        ServiceError: there is no such store or file, or the body is not acceptable.
    """
    store = call.state.storage.find_store(call.path["store"])
    [file] = _put(call, store, [call.checked(_FILE)])
    return HttpResponse(file.resource)


def list_files(call: Call) -> HttpResponse:
    """Return a page of the files in a vector store, all or those of one status."""
    return _page(call, _settled(call), None)


def retrieve(call: Call) -> HttpResponse:
    """Return one file as it is in a vector store."""
    return HttpResponse(_file(call).resource)


def update(call: Call) -> HttpResponse:
    """Change what a file carries."""
    file = _file(call)
    file.resource["attributes"] = call.checked(_UPDATE)["attributes"] or {}
    return HttpResponse(file.resource)


def content(call: Call) -> HttpResponse:
    """Return what was read in a file, a passage at a time."""
    rows = [{"type": "text", "text": passage.text} for passage in _file(call).passages]
    return HttpResponse(
        {
            "object": "vector_store.file_content.page",
            "data": rows,
            "has_more": False,
            "next_page": None,
        }
    )


def delete(call: Call) -> HttpResponse:
    """Take a file out of a vector store; the file itself stays."""
    file_id = _file(call).resource["id"]
    del _settled(call).files[file_id]
    return HttpResponse({"id": file_id, "object": "vector_store.file.deleted", "deleted": True})


def create_batch(call: Call) -> HttpResponse:
    """Put several files into a vector store.

    Raises:
        ServiceError: there is no such store or file, or the body is not acceptable.
    """
    store = call.state.storage.find_store(call.path["store"])
    body = call.checked(_BATCH)
    if ("file_ids" in body) == ("files" in body):
        if "files" in body:
            raise refused("'file_ids' and 'files' are mutually exclusive.", param="file_ids")
        raise invalid(Invalid("missing_required_parameter", "file_ids"))
    options = {name: body[name] for name in _OPTIONS if name in body}
    named = [{"file_id": file_id, **options} for file_id in body.get("file_ids", [])]
    files = _put(call, store, body.get("files", named))
    resource = {
        "id": call.state.new_id("vsfb_"),
        "object": "vector_store.files_batch",
        "created_at": call.state.now(),
        "vector_store_id": store.resource["id"],
        "status": "in_progress",
    }
    batch = Batch(resource, {file.resource["id"]: file for file in files})
    store.batches[resource["id"]] = batch
    return HttpResponse(batch.described())


def retrieve_batch(call: Call) -> HttpResponse:
    """Return one batch."""
    return HttpResponse(_batch(call, _settled(call)).described())


def cancel_batch(call: Call) -> HttpResponse:
    """Stop a batch that is under way.

    Raises:
        ServiceError: there is no such batch, or it has ended.
    """
    batch = _batch(call, call.state.storage.find_store(call.path["store"]))
    status = batch.resource["status"]
    if status != "in_progress":
        raise refused(f"Cannot cancel vector store file batch with status '{status}'.")
    batch.resource["status"] = "cancelled"
    for file in batch.files.values():
        if file.resource["status"] == "in_progress":
            file.resource["status"] = "cancelled"
    return HttpResponse(batch.described())


def list_batch(call: Call) -> HttpResponse:
    """Return a page of the files of a batch, all or those of one status."""
    store = _settled(call)
    return _page(call, store, _batch(call, store).files)


def _settled(call: Call) -> VectorStore:
    store = call.state.storage.find_store(call.path["store"])
    store.settle()
    return store


def _put(call: Call, store: VectorStore, wanted: list[JsonObject]) -> list[SearchableFile]:
    files = call.state.storage.files
    call.state.storage.check_files(each["file_id"] for each in wanted)
    now = call.state.now()
    return [
        store.put(
            files[each["file_id"]],
            now,
            each.get("attributes"),
            each.get("chunking_strategy"),
        )
        for each in wanted
    ]


def _page(call: Call, store: VectorStore, among: Collection[str] | None) -> HttpResponse:
    status = call.query.get("filter")
    try:
        optional(one_of(*STATUSES))(status, "filter")
    except Invalid as problem:
        raise invalid(problem) from problem
    rows = [
        file.resource
        for file_id, file in store.files.items()
        if (among is None or file_id in among) and status in {None, file.resource["status"]}
    ]
    return page(call.query, rows, "file")


def _file(call: Call) -> SearchableFile:
    store, file_id = _settled(call), call.path["file"]
    if file_id not in store.files:
        where = f"in vector store '{store.resource['id']}'"
        raise refused(f"No file found with id '{file_id}' {where}.", status=404)
    return store.files[file_id]


def _batch(call: Call, store: VectorStore) -> Batch:
    batch_id = call.path["batch"]
    if batch_id not in store.batches:
        where = f"in vector store '{store.resource['id']}'"
        raise refused(f"No file batch found with id '{batch_id}' {where}.", status=404)
    return store.batches[batch_id]


_FILES = "/vector_stores/{store}/files"
_BATCHES = "/vector_stores/{store}/file_batches"
OPERATIONS = (
    Operation("POST", _FILES, create, WHERE, kind="vector_stores"),
    Operation("GET", _FILES, list_files, WHERE, kind="vector_stores"),
    Operation("GET", _FILES + "/{file}", retrieve, WHERE, kind="vector_stores"),
    Operation("POST", _FILES + "/{file}", update, LATER, kind="vector_stores"),
    Operation("DELETE", _FILES + "/{file}", delete, WHERE, kind="vector_stores"),
    Operation("GET", _FILES + "/{file}/content", content, LATER, kind="vector_stores"),
    Operation("POST", _BATCHES, create_batch, WHERE, kind="vector_stores"),
    Operation("GET", _BATCHES + "/{batch}", retrieve_batch, WHERE, kind="vector_stores"),
    Operation("POST", _BATCHES + "/{batch}/cancel", cancel_batch, WHERE, kind="vector_stores"),
    Operation("GET", _BATCHES + "/{batch}/files", list_batch, WHERE, kind="vector_stores"),
)
