"""What one server knows: everything that was created on it, for as long as it lives.

Only the server's event loop touches it, one whole call at a time, so it needs no lock.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.http.models import CHAT_MODEL
from scaffold.endpoint.replies.documents import ASSISTANT_ID, VECTOR_STORE_ID
from scaffold.endpoint.state.journal import Journal
from scaffold.endpoint.state.stores import StoredFile, VectorStore, built_in_files, built_in_store

JsonObject = dict[str, Any]


@dataclass
class Run:
    """A run, the resources of its tools, its steps, and what is still to come of its life.

    A streamed run lives on with its stream, another one when it is looked at.
    """

    resource: JsonObject
    resources: JsonObject = field(default_factory=dict)
    streamed: bool = False
    steps: list[JsonObject] = field(default_factory=list)
    life: Iterator[tuple[str, JsonObject]] = field(default_factory=lambda: iter(()))

    @property
    def active(self) -> bool:
        """Whether it has not ended yet."""
        return self.resource["status"] in {"queued", "in_progress", "requires_action", "cancelling"}

    def end(self, status: str) -> None:
        """Give it its last status; it waits for nothing any more."""
        self.resource.update(status=status, required_action=None, expires_at=None)

    def expire(self, now: int) -> None:
        """End it if it has waited too long for the results of functions."""
        if self.resource["status"] == "requires_action" and now >= self.resource["expires_at"]:
            for step in self.steps:
                if step["status"] == "in_progress":
                    step["status"], step["expired_at"] = "expired", now
            self.end("expired")


@dataclass
class Thread:
    """A thread with its messages and runs, oldest first."""

    resource: JsonObject
    messages: list[JsonObject] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def active_run(self, now: int) -> str | None:
        """The id of the run that is under way; a thread has one at most."""
        for run in self.runs:
            run.expire(now)
        return next((run.resource["id"] for run in self.runs if run.active), None)


@dataclass
class StoredResponse:
    """A response, and all that it was made from: what went before and its own input, oldest first.

    A response in the background has a life: the statuses that it still goes through.
    """

    resource: JsonObject
    context: list[JsonObject] = field(default_factory=list)
    life: Iterator[None] = field(default_factory=lambda: iter(()))


@dataclass
class Conversation:
    """A conversation with its items, oldest first."""

    resource: JsonObject
    items: list[JsonObject] = field(default_factory=list)


class State:
    """All that one server keeps.

    Args:
        journal: what it was asked; one in memory when left out.
        clock: tells the time, in seconds since 1970.
    """

    def __init__(
        self, journal: Journal | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self.journal = journal or Journal(None, lambda _: None)
        self._counts: Counter[str] = Counter()
        self.started = self.now()
        self.threads: dict[str, Thread] = {}
        self.responses: dict[str, StoredResponse] = {}
        self.conversations: dict[str, Conversation] = {}
        self.files: dict[str, StoredFile] = built_in_files(self.started)
        self.vector_stores: dict[str, VectorStore] = {VECTOR_STORE_ID: built_in_store(self.started)}
        self.assistants: dict[str, JsonObject] = {ASSISTANT_ID: self._built_in_assistant()}

    def new_id(self, prefix: str) -> str:
        """The next id of a kind, in the services' look; the same for the same calls in order."""
        self._counts[prefix] += 1
        return f"{prefix}{self._counts[prefix]:024d}"

    def now(self) -> int:
        """The time as the services say it, in whole seconds."""
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
