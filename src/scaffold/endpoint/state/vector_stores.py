"""Vector stores, as one server keeps them: their files, cut into passages.

What is put into a store is being processed until somebody looks, never by the clock: a client
that does not wait for it finds out here.

Source: https://developers.openai.com/api/docs/guides/retrieval
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.replies.documents import VECTOR_STORE_ID, Document
from scaffold.endpoint.state import passages
from scaffold.endpoint.state.files import StoredFile, built_in_files

JsonObject = dict[str, Any]

STATUSES = ("in_progress", "completed", "failed", "cancelled")
_DAY = 24 * 60 * 60
_CHUNKING = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}
_NOT_TEXT = "The file type is not supported: scaffold's offline endpoint reads only text files."


@dataclass
class SearchableFile:
    """A file in a vector store: how it is described there, and its passages."""

    resource: JsonObject
    passages: tuple[Document, ...]


@dataclass
class Batch:
    """Files that were put into a vector store at once, by their id."""

    resource: JsonObject
    files: dict[str, SearchableFile]

    def described(self) -> JsonObject:
        """Return the batch as it is shown."""
        return {**self.resource, "file_counts": _counts(self.files.values())}


@dataclass
class VectorStore:
    """A vector store with its files, by their id, and the batches in which they came."""

    resource: JsonObject
    files: dict[str, SearchableFile] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)

    def put(
        self,
        stored: StoredFile,
        now: int,
        attributes: JsonObject | None = None,
        chunking: JsonObject | None = None,
    ) -> SearchableFile:
        """Put a file into the store; it is in progress until the next `settle`.

        Args:
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
            "vector_store_id": self.resource["id"],
            "status": "in_progress",
            "last_error": error,
            "chunking_strategy": {"type": "static", "static": static},
            "attributes": attributes or {},
        }
        self.files[file_id] = SearchableFile(resource, parts)
        return self.files[file_id]

    def settle(self) -> None:
        """Let what is being processed come to its end."""
        for file in self.files.values():
            if file.resource["status"] == "in_progress":
                readable = file.resource["last_error"] is None
                file.resource["status"] = "completed" if readable else "failed"
        for batch in self.batches.values():
            if batch.resource["status"] == "in_progress":
                batch.resource["status"] = "completed"

    def described(self) -> JsonObject:
        """Return the store as it is shown."""
        counts = _counts(self.files.values())
        expiry, active = self.resource["expires_after"], self.resource["last_active_at"]
        # The official document has it, or leaves it out; it is never null.
        shown = {key: self.resource[key] for key in self.resource if key != "expires_after"}
        if expiry:
            shown["expires_after"] = expiry
        return {
            **shown,
            "expires_at": active + expiry["days"] * _DAY if expiry else None,
            "usage_bytes": sum(file.resource["usage_bytes"] for file in self.files.values()),
            "file_counts": counts,
            "status": "in_progress" if counts["in_progress"] else "completed",
        }


def _counts(files: Collection[SearchableFile]) -> dict[str, int]:
    statuses = [file.resource["status"] for file in files]
    return {**{status: statuses.count(status) for status in STATUSES}, "total": len(statuses)}


def new_store(store_id: str, now: int, body: JsonObject) -> VectorStore:
    """Return a vector store without files.

    Args:
        store_id: its id.
        now: the time.
        body: a checked request for it.
    """
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


def built_in_store(now: int, documents: Sequence[Document]) -> VectorStore:
    """Return a store of documents; each is short enough to be one passage."""
    store = new_store(VECTOR_STORE_ID, now, {"name": "Product guide"})
    for file_id, file in built_in_files(now, documents).items():
        passages = tuple(page for page in documents if page.file_id == file_id)
        store.put(file, now).passages = passages
    store.settle()
    return store
