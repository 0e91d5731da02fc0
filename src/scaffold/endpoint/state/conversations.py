"""Responses and conversations, as one server keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class StoredResponse:
    """A response, and all that it was made from: what went before and its own input, oldest first.

    A response in the background has a life: the statuses that it still goes through. One that was
    streamed besides can be taken up again after any of its events.
    """

    resource: JsonObject
    context: list[JsonObject] = field(default_factory=list)
    life: Iterator[None] = field(default_factory=lambda: iter(()))
    stream_after: Callable[[int], Iterator[bytes]] | None = None


@dataclass
class Conversation:
    """A conversation with its items, oldest first."""

    resource: JsonObject
    items: list[JsonObject] = field(default_factory=list)
