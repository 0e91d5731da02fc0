"""Threads and their runs, as one server keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class StoredRun:
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
    runs: list[StoredRun] = field(default_factory=list)

    def active_run(self, now: int) -> str | None:
        """Return the id of the run that is under way; a thread has one at most."""
        for run in self.runs:
            run.expire(now)
        return next((run.resource["id"] for run in self.runs if run.active), None)
