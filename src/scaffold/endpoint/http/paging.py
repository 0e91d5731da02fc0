"""Lists, a page at a time, as every list of the OpenAI API is read.

Source: https://platform.openai.com/docs/api-reference/assistants/listAssistants
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.endpoint.http.invalid import Invalid, wrong_type
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import invalid, not_found
from scaffold.endpoint.http.validation import one_of, whole

JsonObject = dict[str, Any]


def page(
    query: Mapping[str, str],
    stored: Sequence[JsonObject],
    kind: str,
    largest: int = 100,
    usual: int = 20,
) -> HttpResponse:
    """Return one page of stored objects, by `limit`, `order`, `after` and `before` of the query.

    Args:
        query: the parameters after the question mark.
        stored: the objects, oldest first.
        kind: what an unknown cursor is called in the error.
        largest: the largest `limit`.
        usual: the `limit` where the request has none.

    Raises:
        ServiceError: a parameter of the query is not acceptable.
    """
    try:
        limit = _limit(query.get("limit", str(usual)), largest)
        order = query.get("order", "desc")
        one_of("asc", "desc")(order, "order")
    except Invalid as problem:
        raise invalid(problem) from problem
    rows = list(stored) if order == "asc" else list(reversed(stored))
    ids = [row["id"] for row in rows]
    after, before = query.get("after"), query.get("before")
    if after:
        rows = rows[_place(ids, after, kind) + 1 :]
    if before:
        end = _place(ids, before, kind) - (len(ids) - len(rows))
        rows = rows[: max(end, 0)]
    shown = rows[-limit:] if before and not after else rows[:limit]
    return HttpResponse(
        {
            "object": "list",
            "data": shown,
            "first_id": shown[0]["id"] if shown else None,
            "last_id": shown[-1]["id"] if shown else None,
            "has_more": len(rows) > len(shown),
        }
    )


def _limit(value: str, largest: int) -> int:
    # Longer numbers are out of bounds whatever they are.
    if not (value.isascii() and value.removeprefix("-").isdigit() and len(value) < 10):
        raise wrong_type("limit", "an integer", value)
    limit = int(value)
    whole(1, largest)(limit, "limit")
    return limit


def _place(ids: list[str], cursor: str, kind: str) -> int:
    if cursor not in ids:
        raise not_found(kind, cursor)
    return ids.index(cursor)
