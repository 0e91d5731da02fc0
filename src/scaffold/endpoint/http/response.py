"""What is sent back over HTTP: a whole body, or server-sent events one after the other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.http.service_errors import Family


@dataclass(frozen=True)
class HttpResponse:
    """A whole response: JSON, or bytes as they are; `headers` are those of its own."""

    body: Any
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Return the bytes of the body. JSON in ASCII, so that nothing a client sent can fail
        here.
        """
        return self.body if isinstance(self.body, bytes) else encode_json(self.body)


@dataclass(frozen=True)
class EventStream:
    """A response in pieces: each chunk holds one or more server-sent events."""

    chunks: Iterable[bytes]


def encode_json(value: Any) -> bytes:
    """Return JSON in the services' compact form."""
    return json.dumps(value, separators=(",", ":")).encode()


def event(data: Any, name: str | None = None) -> bytes:
    """Return one server-sent event with JSON data, named where the API names its events."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + encode_json(data) + b"\n\n"


DONE = b"data: [DONE]\n\n"


def service_headers(family: Family, request_id: str, began: float) -> list[tuple[bytes, bytes]]:
    """Return the headers that a service sends with everything.

    Args:
        family: the service.
        request_id: the id that it gave the request.
        began: when the request came, by `time.perf_counter`.
    """
    named = request_id.encode()
    took = str(round((time.perf_counter() - began) * 1000)).encode()
    if family == "search":
        return [(b"request-id", named), (b"elapsed-time", took), (b"odata-version", b"4.0")]
    if family == "identity":
        return [(b"x-ms-request-id", named)]
    headers = [(b"x-request-id", named), (b"openai-processing-ms", took)]
    if family == "azure":
        return [*headers, (b"apim-request-id", named), (b"x-ms-region", b"Offline")]
    return [*headers, (b"openai-version", b"2020-10-01"), (b"openai-organization", b"offline")]
