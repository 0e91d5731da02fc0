"""One request, from when it comes until it is written down."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from scaffold.endpoint.http.service_errors import Family
from scaffold.endpoint.script.turn import ScriptTurn
from scaffold.endpoint.state.journal import Journal, Parts, Record, keys_of

if TYPE_CHECKING:
    from starlette.types import Scope

_NO_QUERY = QueryParams()


@dataclass
class Exchange:
    """One request and what became of it."""

    scope: Scope
    family: Family
    began: float = field(default_factory=time.perf_counter)
    turn: ScriptTurn = field(default_factory=ScriptTurn)
    body: bytes = b"null"
    status: int | None = None
    answer: Parts = field(default_factory=Parts)

    def __post_init__(self) -> None:
        self.headers = headers_of(self.scope)
        self.keys = keys_of(self.headers)
        query = self.scope["query_string"]
        self.query = QueryParams(query) if query else _NO_QUERY

    def started(self, status: int) -> None:
        """Note what is sent."""
        self.status = status

    def sent(self, part: str | bytes) -> None:
        """Note a part of the reply."""
        self.answer.add(part)

    def write(self, journal: Journal) -> None:
        """Write it down."""
        entry = self.turn.entry
        journal.write(
            Record(
                time=time.time(),
                method=self.scope["method"],
                path=self.scope["path"],
                query=self.query.multi_items(),
                body=self.body,
                keys=self.keys,
                entry=None if entry is None else entry.place,
                status=self.status,
                seconds=time.perf_counter() - self.began,
                answer=self.answer if journal.answers else None,
            )
        )


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request, names in lower case; of one that is there twice the first.

    A dictionary, because each request looks up a dozen.
    """
    pairs = reversed(scope["headers"])
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
