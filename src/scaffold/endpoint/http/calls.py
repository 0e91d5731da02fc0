"""What passes between the HTTP side and the APIs: a call comes in, a reply goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scaffold.endpoint.http.service_errors import Family, invalid
from scaffold.endpoint.http.validation import Check, Invalid

if TYPE_CHECKING:
    from scaffold.endpoint.state.state import State

_DATED = """
    2023-05-15 2024-02-01 2024-06-01 2024-10-21
    2024-02-15-preview 2024-03-01-preview 2024-04-01-preview 2024-05-01-preview 2024-07-01-preview
    2024-08-01-preview 2024-09-01-preview 2024-10-01-preview 2024-12-01-preview 2025-01-01-preview
    2025-02-01-preview 2025-03-01-preview 2025-04-01-preview
"""
_SEARCH = """
    2023-11-01 2024-07-01 2025-09-01 2026-04-01
    2024-05-01-preview 2024-09-01-preview 2024-11-01-preview 2025-03-01-preview 2025-05-01-preview
    2025-08-01-preview 2025-11-01-preview
"""
DATED_VERSIONS = frozenset(_DATED.split())
ASSISTANTS_VERSIONS = frozenset(
    version for version in DATED_VERSIONS if version.endswith("preview") and version > "2024-05"
)
SEARCH_VERSIONS = frozenset(_SEARCH.split())
IDENTITY_VERSIONS = frozenset({"2019-08-01"})


@dataclass(frozen=True)
class Surface:
    """One way to reach an API: the start of its paths, whose rules it follows, and the
    api-versions that it accepts (none: it has no such parameter).
    """

    prefix: str
    family: Family
    versions: frozenset[str] = frozenset()


OPENAI = Surface("/v1", "openai")
AZURE_V1 = Surface("/openai/v1", "azure")
AZURE_DEPLOYMENT = Surface("/openai/deployments/{deployment}", "azure", DATED_VERSIONS)
AZURE_FILES = Surface("/openai", "azure", DATED_VERSIONS)
AZURE_ASSISTANTS = Surface("/openai", "azure", ASSISTANTS_VERSIONS)
SEARCH = Surface("", "search", SEARCH_VERSIONS)
IDENTITY = Surface("/msi", "identity", IDENTITY_VERSIONS)
# The endpoint's own, which no service has.
CONTROL = Surface("/_scaffold", "openai")


@dataclass(frozen=True)
class Call:
    """One request, its key, api-version and JSON already checked.

    Attributes:
        surface: where it came in.
        state: what the server knows.
        path: the parameters in its path.
        query: the parameters after the question mark.
        headers: its headers, names in lower case.
        body: its JSON or its form; None for a method without a body.
    """

    surface: Surface
    state: State
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def family(self) -> Family:
        """Whose rules it follows."""
        return self.surface.family

    def checked(self, shape: Check) -> dict[str, Any]:
        """The body, if it is an object of this shape.

        Raises:
            ServiceError: it is not.
        """
        try:
            shape(self.body, "")
        except Invalid as problem:
            raise invalid(problem) from problem
        body: dict[str, Any] = self.body
        return body


@dataclass(frozen=True)
class Reply:
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


Handler = Callable[[Call], Reply | EventStream]


@dataclass(frozen=True)
class Operation:
    """One thing an API does.

    Attributes:
        method: the HTTP method.
        path: the path after a surface's prefix.
        handler: what does it.
        surfaces: where it is offered.
        beta: whether OpenAI wants its `OpenAI-Beta: assistants=v2` header.
        form: whether the body is a form (see `forms`), not JSON.
    """

    method: str
    path: str
    handler: Handler
    surfaces: tuple[Surface, ...]
    beta: bool = False
    form: bool = False


def encode_json(value: Any) -> bytes:
    """JSON in the services' compact form."""
    return json.dumps(value, separators=(",", ":")).encode()


def event(data: Any, name: str | None = None) -> bytes:
    """One server-sent event with JSON data, named where the API names its events."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + encode_json(data) + b"\n\n"


DONE = b"data: [DONE]\n\n"
