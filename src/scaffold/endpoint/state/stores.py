"""Files and vector stores as one server keeps them, and the search of them that every API shares.

What is put into a store is being processed until somebody looks, never by the clock: a client
that does not wait for it finds out here.

Source: https://developers.openai.com/api/docs/guides/retrieval
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scaffold.endpoint.http.service_errors import no_file, refused
from scaffold.endpoint.replies.documents import DOCUMENTS, VECTOR_STORE_ID, Document, search
from scaffold.endpoint.state import passages
from scaffold.endpoint.state.file_filters import passes

if TYPE_CHECKING:
    from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]

STATUSES = ("in_progress", "completed", "failed", "cancelled")
_DAY = 24 * 60 * 60
_CHUNKING = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}
_NOT_TEXT = "The file type is not supported: scaffold's offline endpoint reads only text files."


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: how it is described, and what is in it."""

    resource: JsonObject
    content: bytes


@dataclass
class StoreFile:
    """A file in a vector store: how it is described there, and its passages."""

    resource: JsonObject
    passages: tuple[Document, ...]


@dataclass
class Batch:
    """Files that were put into a vector store at once, by their id."""

    resource: JsonObject
    files: dict[str, StoreFile]


@dataclass
class VectorStore:
    """A vector store with its files, by their id, and the batches in which they came."""

    resource: JsonObject
    files: dict[str, StoreFile] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A passage that was found, its score from 0 to 1, and the attributes of its file."""

    document: Document
    score: float
    attributes: JsonObject


def search_vector_stores(
    state: State,
    ids: Collection[str],
    query: str,
    most: int = 10,
    filters: JsonObject | None = None,
    threshold: float = 0.0,
) -> list[Found]:
    """Search vector stores; what answers `query` best comes first.

    Args:
        state: what the server knows.
        ids: of the stores.
        query: the text to look for; nothing is found if no passage has one of its words.
        most: how many passages at most.
        filters: a checked filter on the files' attributes (see `file_filters`).
        threshold: the lowest score.

    Raises:
        ServiceError: there is no store with one of these ids.
    """
    carried: dict[str, JsonObject] = {}
    where: dict[str, Document] = {}
    for store_id in ids:
        store = find_store(state, store_id)
        settle(store)
        store.resource["last_active_at"] = state.now()
        for file_id, file in store.files.items():
            given = file.resource["attributes"]
            if file.resource["status"] == "completed" and passes(filters, given):
                carried[file_id] = given
                where.update({passage.id: passage for passage in file.passages})
    ranking = search(query, most, tuple(where.values()))
    return [
        Found(document, score, carried[document.file_id])
        for document, score in ranking
        if score >= threshold
    ]


def find_store(state: State, store_id: str) -> VectorStore:
    """The vector store with an id.

    Raises:
        ServiceError: there is none.
    """
    store = state.vector_stores.get(store_id)
    if store is None:
        raise refused(f"Vector store with id '{store_id}' not found.", status=404)
    return store


def settle(store: VectorStore) -> None:
    """Let what is being processed come to its end."""
    for file in store.files.values():
        if file.resource["status"] == "in_progress":
            readable = file.resource["last_error"] is None
            file.resource["status"] = "completed" if readable else "failed"
    for batch in store.batches.values():
        if batch.resource["status"] == "in_progress":
            batch.resource["status"] = "completed"


def put(
    store: VectorStore,
    stored: StoredFile,
    now: int,
    attributes: JsonObject | None = None,
    chunking: JsonObject | None = None,
) -> StoreFile:
    """Put a file into a vector store; it is in progress until the next `settle`.

    Args:
        store: the store.
        stored: the file.
        now: the time.
        attributes: what the file carries in this store.
        chunking: a checked `chunking_strategy`; None for the service's own.
    """
    static = (chunking or {}).get("static") or _CHUNKING
    file_id, name = stored.resource["id"], stored.resource["filename"]
    text = passages.read(stored.content)
    longest, overlap = static["max_chunk_size_tokens"], static["chunk_overlap_tokens"]
    parts = passages.cut(file_id, name, text, longest, overlap) if text else ()
    error = None if text else {"code": "unsupported_file", "message": _NOT_TEXT}
    resource = {
        "id": file_id,
        "object": "vector_store.file",
        "usage_bytes": len(stored.content) if text else 0,
        "created_at": now,
        "vector_store_id": store.resource["id"],
        "status": "in_progress",
        "last_error": error,
        "chunking_strategy": {"type": "static", "static": static},
        "attributes": attributes or {},
    }
    store.files[file_id] = StoreFile(resource, parts)
    return store.files[file_id]


def new_file(
    file_id: str, name: str, content: bytes, purpose: str, now: int, expires_at: int | None = None
) -> StoredFile:
    """A file as it is kept."""
    resource = {
        "id": file_id,
        "object": "file",
        "bytes": len(content),
        "created_at": now,
        "expires_at": expires_at,
        "filename": name,
        "purpose": purpose,
        "status": "processed",
        "status_details": None,
    }
    return StoredFile(resource, content)


def new_store(store_id: str, now: int, body: JsonObject) -> VectorStore:
    """A vector store without files, out of a checked body."""
    resource = {
        "id": store_id,
        "object": "vector_store",
        "created_at": now,
        "name": body.get("name") or "",
        "expires_after": body.get("expires_after"),
        "metadata": body.get("metadata") or {},
        "last_active_at": now,
    }
    return VectorStore(resource)


def create_store(state: State, body: JsonObject) -> VectorStore:
    """Make a vector store with the files that a checked body names.

    Raises:
        ServiceError: one of them does not exist.
    """
    file_ids = body.get("file_ids") or []
    for file_id in file_ids:
        if file_id not in state.files:
            raise no_file(file_id)
    now = state.now()
    store = new_store(state.new_id("vs_"), now, body)
    for file_id in file_ids:
        put(store, state.files[file_id], now, chunking=body.get("chunking_strategy"))
    state.vector_stores[store.resource["id"]] = store
    return store


def store_resource(store: VectorStore) -> JsonObject:
    """A vector store as it is said."""
    counts = _counts(store.files.values())
    expiry = store.resource["expires_after"]
    return {
        **store.resource,
        "expires_at": store.resource["last_active_at"] + expiry["days"] * _DAY if expiry else None,
        "usage_bytes": sum(file.resource["usage_bytes"] for file in store.files.values()),
        "file_counts": counts,
        "status": "in_progress" if counts["in_progress"] else "completed",
    }


def batch_resource(batch: Batch) -> JsonObject:
    """A batch as it is said."""
    return {**batch.resource, "file_counts": _counts(batch.files.values())}


def _counts(files: Collection[StoreFile]) -> dict[str, int]:
    statuses = [file.resource["status"] for file in files]
    return {**{status: statuses.count(status) for status in STATUSES}, "total": len(statuses)}


def built_in_files(now: int) -> dict[str, StoredFile]:
    """The built-in documents, as files that were uploaded for assistants."""
    return {
        page.file_id: new_file(page.file_id, page.filename, page.text.encode(), "assistants", now)
        for page in DOCUMENTS
    }


def built_in_store(now: int) -> VectorStore:
    """The built-in documents in a vector store; each is short enough to be one passage."""
    store = new_store(VECTOR_STORE_ID, now, {"name": "Product guide"})
    files = built_in_files(now)
    for page in DOCUMENTS:
        put(store, files[page.file_id], now).passages = (page,)
    settle(store)
    return store
