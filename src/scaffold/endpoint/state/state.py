"""What one server knows: everything that was created on it, for as long as it lives.

Only the server's event loop touches it, one whole call at a time, so it needs no lock.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scaffold.endpoint.models.find import CHAT_MODEL, KnownModels
from scaffold.endpoint.replies.documents import (
    ASSISTANT_ID,
    DOCUMENTS,
    VECTOR_STORE_ID,
    Document,
)
from scaffold.endpoint.state.conversations import Conversation, StoredResponse
from scaffold.endpoint.state.indexes import SearchIndex
from scaffold.endpoint.state.journal import Journal
from scaffold.endpoint.state.storage import Storage
from scaffold.endpoint.state.stored import PendingUpload, StoredBatch, StoredCompletion
from scaffold.endpoint.state.threads import Thread

JsonObject = dict[str, Any]


class State:
    """All that one server keeps.

    Args:
        journal: what it was asked; one in memory when left out.
        clock: tells the time, in seconds since 1970.
        deployments: tells the names that deployments have besides their models' own, each with its
            model.
        documents: what there is to find, in the built-in index and the built-in vector store.
    """

    def __init__(
        self,
        journal: Journal | None = None,
        clock: Callable[[], float] = time.time,
        deployments: Callable[[], Mapping[str, str]] = dict,
        documents: Sequence[Document] = DOCUMENTS,
    ) -> None:
        self.documents = documents
        self._clock = clock
        self.models = KnownModels(clock, deployments)
        self.journal = journal or Journal(None, lambda _: None)
        self._counts: Counter[str] = Counter()
        self.started = self.now()
        self.threads: dict[str, Thread] = {}
        self.indexes: dict[str, SearchIndex] = {}
        self.responses: dict[str, StoredResponse] = {}
        self.conversations: dict[str, Conversation] = {}
        self.batches: dict[str, StoredBatch] = {}
        self.uploads: dict[str, PendingUpload] = {}
        self.completions: dict[str, StoredCompletion] = {}
        self.storage = Storage(self.new_id, self.now, documents)
        self.assistants: dict[str, JsonObject] = {ASSISTANT_ID: self._built_in_assistant()}

    def new_id(self, prefix: str) -> str:
        """Return the next id of a kind, in the services' look; the same for the same calls in
        order.
        """
        self._counts[prefix] += 1
        return f"{prefix}{self._counts[prefix]:024d}"

    def now(self) -> int:
        """Return the time as the services say it, in whole seconds."""
        return int(self._clock())

    def _built_in_assistant(self) -> JsonObject:
        return {
            "id": ASSISTANT_ID,
            "object": "assistant",
            "created_at": self.started,
            "name": "Product guide",
            "description": None,
            "model": CHAT_MODEL,
            "instructions": "Answer questions about our products from the product guide.",
            "tools": [{"type": "file_search"}, {"type": "code_interpreter"}],
            "top_p": 1.0,
            "temperature": 1.0,
            "tool_resources": {"file_search": {"vector_store_ids": [VECTOR_STORE_ID]}},
            "metadata": {},
            "response_format": "auto",
        }
