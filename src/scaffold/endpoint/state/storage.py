"""The files and vector stores of one server, and the search of them that every API shares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.http.service_errors import no_file, refused
from scaffold.endpoint.replies.documents import VECTOR_STORE_ID, Document, search
from scaffold.endpoint.state.file_filters import passes
from scaffold.endpoint.state.files import StoredFile, built_in_files, new_file
from scaffold.endpoint.state.vector_stores import VectorStore, built_in_store, new_store

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A passage that was found, its score from 0 to 1, and the attributes of its file."""

    document: Document
    score: float
    attributes: JsonObject


class Storage:
    """Files and vector stores, the built-in ones among them.

    Args:
        new_id: gives the next id of a kind, by its prefix.
        now: tells the time.
        documents: the built-in documents.
    """

    def __init__(
        self,
        new_id: Callable[[str], str],
        now: Callable[[], int],
        documents: Sequence[Document],
    ) -> None:
        self._new_id = new_id
        self._now = now
        started = now()
        self.files: dict[str, StoredFile] = built_in_files(started, documents)
        self.stores: dict[str, VectorStore] = {VECTOR_STORE_ID: built_in_store(started, documents)}

    def add_file(self, name: str, content: bytes, purpose: str, seconds: int | None) -> StoredFile:
        """Keep an uploaded file, and return it.

        Args:
            name: its name, without a folder.
            content: what is in it.
            purpose: what it is uploaded for.
            seconds: how long it is to be kept; None for ever.
        """
        now = self._now()
        expires_at = None if seconds is None else now + seconds
        stored = new_file(self._new_id("file-"), name, content, purpose, now, expires_at)
        self.files[stored.resource["id"]] = stored
        return stored

    def delete_file(self, file_id: str) -> None:
        """Forget a file; no vector store finds anything in it any more."""
        del self.files[file_id]
        for store in self.stores.values():
            store.files.pop(file_id, None)

    def check_files(self, file_ids: Iterable[str]) -> None:
        """Check that files exist.

        Raises:
            ServiceError: one of them does not.
        """
        for file_id in file_ids:
            if file_id not in self.files:
                raise no_file(file_id)

    def find_store(self, store_id: str) -> VectorStore:
        """Return the vector store with an id.

        Raises:
            ServiceError: there is none.
        """
        store = self.stores.get(store_id)
        if store is None:
            raise refused(f"Vector store with id '{store_id}' not found.", status=404)
        return store

    def create_store(self, body: JsonObject) -> VectorStore:
        """Make a vector store with the files that a checked body names, and return it.

        Raises:
            ServiceError: one of them does not exist.
        """
        file_ids = body.get("file_ids") or []
        self.check_files(file_ids)
        now = self._now()
        store = new_store(self._new_id("vs_"), now, body)
        for file_id in file_ids:
            store.put(self.files[file_id], now, chunking=body.get("chunking_strategy"))
        self.stores[store.resource["id"]] = store
        return store

    def search(
        self,
        ids: Collection[str],
        query: str,
        most: int = 10,
        filters: JsonObject | None = None,
        threshold: float = 0.0,
    ) -> list[Found]:
        """Search vector stores, and return what answers best first.

        Args:
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
            store = self.find_store(store_id)
            store.settle()
            store.resource["last_active_at"] = self._now()
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
