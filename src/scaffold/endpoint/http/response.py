"""What is sent back over HTTP: a whole body, or server-sent events one after the other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from scaffold.endpoint.http.limits import Limits
from scaffold.endpoint.http.service_errors import Family


class HttpResponse(NamedTuple):
    """A whole response: JSON, or bytes as they are; `headers` are those of its own."""

    body: Any
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = MappingProxyType({})

    def encode(self) -> bytes:
        """Return the bytes of the body. JSON in ASCII, so that nothing a client sent can fail
        here.
        """
        return self.body if isinstance(self.body, bytes) else encode_json(self.body)

    def encoded(self) -> HttpResponse:
        """Return the same response with the bytes of its body, which are made only once."""
        return HttpResponse(self.encode(), self.status, self.media_type, self.headers)


@dataclass(frozen=True)
class EventStream:
    """A response in pieces: each chunk holds one or more server-sent events."""

    chunks: Iterable[bytes]


# Made once: `json.dumps` makes one a call where it is told how.
_compact = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encode_json(value: Any) -> bytes:
    """Return JSON in the services' compact form."""
    return _compact(value).encode()


def event(data: Any, name: str | None = None) -> bytes:
    """Return one server-sent event with JSON data, named where the API names its events."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + encode_json(data) + b"\n\n"


DONE = b"data: [DONE]\n\n"


def service_headers(
    family: Family, number: int, began: float, limits: Limits
) -> list[tuple[bytes, bytes]]:
    """Return what goes with an answer.

    Args:
        family: whose it is.
        number: of the request.
        began: when it came, as `time.perf_counter` has it.
        limits: what is left of what may be asked.
    """
    took = b"%d" % round((time.perf_counter() - began) * 1000)
    if family == "openai":
        return [
            (b"x-request-id", b"req_%024d" % number),
            (b"openai-version", b"2020-10-01"),
            (b"openai-organization", b"offline"),
            (b"openai-processing-ms", took),
            *limits.headers(),
        ]
    # Azure's are GUIDs, and its own clients read them as that.
    guid = b"00000000-0000-4000-8000-%012d" % number
    if family == "search":
        return [(b"request-id", guid), (b"elapsed-time", took), (b"odata-version", b"4.0")]
    if family == "identity":
        return [(b"x-ms-request-id", guid)]
    return [
        (b"x-request-id", guid),
        (b"apim-request-id", guid),
        (b"x-ms-region", b"Offline"),
        (b"openai-processing-ms", took),
        *limits.headers(),
    ]
