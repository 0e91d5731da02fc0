"""What else one server keeps: batches, uploads in parts, and chat completions that are stored."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class StoredBatch:
    """A batch, and the statuses that it still goes through, one each time it is looked at."""

    resource: JsonObject
    life: Iterator[Awaitable[None] | None] = field(default_factory=lambda: iter(()))


@dataclass
class PendingUpload:
    """A file that comes in parts, each with its id."""

    resource: JsonObject
    parts: dict[str, bytes] = field(default_factory=dict)


@dataclass
class StoredCompletion:
    """A chat completion, and the messages that it answered."""

    resource: JsonObject
    messages: list[JsonObject]
