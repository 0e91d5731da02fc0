"""An entry of a script: when it is said, what is said, at which pace, and with which fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scaffold.endpoint.replies.prompt import Reply

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    Attributes:
        name: which fault.
        after: after how many events of a stream.
        status: the HTTP status that it comes with, if it is one of those that have one.
    """

    name: str
    after: int = 0
    status: int | None = None


@dataclass(frozen=True)
class Pace:
    """When a reply is sent: milliseconds, tokens a second, and a share of 1 for the jitter."""

    latency: float = 0.0
    first: float | None = None
    rate: float | None = None
    jitter: float = 0.0


# Two entries that say the same are still two: each is counted on its own.
@dataclass(frozen=True, eq=False)
class Entry:
    """One scripted reply.

    Attributes:
        index: its place in the file.
        line: where it begins there; None if there is no file.
        match: when it answers, as the file has it.
        reply: what is said; None if that is left to the endpoint.
        embedding: the vector that is given for every text.
        error: the body of a refusal.
        status: the HTTP status of a refusal.
        retry_after: the seconds in a refusal's `Retry-After` header.
        pace: when it is sent.
        truncate: after how many events the connection is closed.
        disconnect: after how many milliseconds it is.
        fault: what goes wrong besides.
    """

    index: int
    line: int | None
    match: JsonObject = field(default_factory=dict)
    reply: Reply | None = None
    embedding: tuple[float, ...] | None = None
    error: JsonObject | None = None
    status: int = 500
    retry_after: float | None = None
    pace: Pace = Pace()
    truncate: int | None = None
    disconnect: float | None = None
    fault: Fault | None = None

    @property
    def is_plain(self) -> bool:
        """Whether its reply is sent as the endpoint's own are: at their pace, and whole."""
        stops = (self.truncate, self.disconnect, self.fault)
        return self.pace == Pace() and all(stop is None for stop in stops)

    @cached_property
    def place(self) -> JsonObject:
        """Where it stands in its script."""
        return {"index": self.index, "path": f"fixtures[{self.index}]", "line": self.line}
