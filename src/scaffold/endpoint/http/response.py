"""What is sent back over HTTP: a whole body, or server-sent events one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class HttpResponse:
    """A whole answer: JSON, or bytes as they are; `headers` are those of its own."""

    body: Any
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The bytes of the body. JSON in ASCII, so that nothing a client sent can fail here."""
        return self.body if isinstance(self.body, bytes) else encode_json(self.body)


@dataclass(frozen=True)
class EventStream:
    """An answer in pieces: each chunk holds one or more server-sent events."""

    chunks: Iterable[bytes]


def encode_json(value: Any) -> bytes:
    """JSON in the services' compact form."""
    return json.dumps(value, separators=(",", ":")).encode()


def event(data: Any, name: str | None = None) -> bytes:
    """One server-sent event with JSON data, named where the API names its events."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + encode_json(data) + b"\n\n"


DONE = b"data: [DONE]\n\n"
