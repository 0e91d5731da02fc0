"""Filters of a search: which files count, by the attributes that they carry.

Source: https://developers.openai.com/api/docs/guides/retrieval#attribute-filtering
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from scaffold.endpoint.http.invalid import Invalid, wrong_type
from scaffold.endpoint.http.validation import Check, anything, by_field, fields, items, text

JsonObject = dict[str, Any]

_DEEPEST = 10
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def _plain(value: Any, path: str, _: bool = False) -> Any:
    if not isinstance(value, str | int | float):
        raise wrong_type(path, "one of a string, number or boolean", value)
    return value


def _number(value: Any, path: str, _: bool = False) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(path, "a number", value)
    return value


def _several(value: Any, path: str, lenient: bool = False) -> Any:
    return items(_plain, "strings or numbers", fewest=1)(value, path, lenient)


def attributes(value: Any, path: str, _: bool = False) -> Any:
    """Check for at most 16 texts, numbers and booleans with short keys."""
    fields({}, dict.fromkeys(value, _plain) if isinstance(value, dict) else {})(value, path)
    if len(value) > 16:
        detail = "too many properties. Expected at most 16"
        raise Invalid("object_above_max_properties", path, detail)
    for key, item in value.items():
        text(longest=64)(key, path)
        if isinstance(item, str):
            text(longest=512)(item, f"{path}.{key}")
    return value


def check(value: Any, path: str, lenient: bool = False) -> Any:
    """Check for a filter: a comparison, or several joined by `and` or `or`, nested to some
    depth.

    Args:
        value: what came.
        path: where it stands in the request.
        lenient: whether unknown fields are dropped.
    """
    return _check(value, path, lenient, 0)


def _check(value: Any, path: str, lenient: bool, depth: int) -> Any:
    if depth > _DEEPEST:
        raise Invalid("invalid_value", path, f"nested deeper than {_DEEPEST} levels")

    def inner(value: Any, path: str, lenient: bool = False) -> Any:
        return _check(value, path, lenient, depth + 1)

    joined = fields({"type": anything, "filters": items(inner, "objects", fewest=1)})
    shape = by_field("type", {**_COMPARISONS, "and": joined, "or": joined})
    return shape(value, path, lenient)


def _comparison(value: Check) -> Check:
    return fields({"type": anything, "key": text(), "value": value})


_COMPARISONS = {
    **dict.fromkeys(("eq", "ne"), _comparison(_plain)),
    **dict.fromkeys(_ORDERED, _comparison(_number)),
    **dict.fromkeys(("in", "nin"), _comparison(_several)),
}


def passes(wanted: JsonObject | None, carried: Mapping[str, Any]) -> bool:
    """Return whether a file that carries these attributes passes a checked filter."""
    if not wanted:
        return True
    kind = wanted["type"]
    if kind in {"and", "or"}:
        results = (passes(each, carried) for each in wanted["filters"])
        return all(results) if kind == "and" else any(results)
    value, other = carried.get(wanted["key"]), wanted["value"]
    if kind in _ORDERED:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return numeric and _ORDERED[kind](value, other)
    among = _same(value, other) if kind in {"eq", "ne"} else any(_same(value, o) for o in other)
    return among == (kind in {"eq", "in"})


def _same(one: Any, other: Any) -> bool:
    # In JSON, true is not 1.
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
