"""One request, from when it comes until it is written down."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from scaffold.endpoint.http.service_errors import Family
from scaffold.endpoint.script.turn import ScriptTurn
from scaffold.endpoint.state.journal import Journal, Parts, Record

if TYPE_CHECKING:
    from starlette.types import Scope

_NO_QUERY = QueryParams()
# Of a request that no operation has taken: no script, so nothing is ever noted in it.
_NO_TURN = ScriptTurn()


class Exchange:
    """One request and what became of it.

    Args:
        scope: the request, as ASGI has it.
        family: whose words a refusal is in.
        journal: where it is written down.
    """

    def __init__(self, scope: Scope, family: Family, journal: Journal) -> None:
        self.began = time.perf_counter()
        self.scope = scope
        self.family = family
        self.headers = headers_of(scope)
        query = scope["query_string"]
        self.query = QueryParams(query) if query else _NO_QUERY
        self.turn = _NO_TURN
        self.body = b"null"
        self.status: int | None = None
        self.answer = Parts() if journal.answers else None
        self._journal = journal

    def started(self, status: int) -> None:
        """Note what is sent."""
        self.status = status

    def sent(self, part: str | bytes) -> None:
        """Note a part of the reply, where that is wanted."""
        if self.answer is not None:
            self.answer.add(part)

    def write(self) -> None:
        """Write it down."""
        entry, headers = self.turn.entry, self.headers
        bearer = headers.get("authorization", "").rpartition(" ")[2]
        self._journal.write(
            Record(
                time=time.time(),
                method=self.scope["method"],
                path=self.scope["path"],
                query=self.query.multi_items(),
                body=self.body,
                keys=(headers.get("api-key", ""), bearer),
                entry=None if entry is None else entry.place,
                status=self.status,
                seconds=time.perf_counter() - self.began,
                answer=self.answer,
            )
        )


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request, names in lower case; of one that is there twice the first.

    A dictionary, because each request looks up a dozen.
    """
    pairs = reversed(scope["headers"])
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
