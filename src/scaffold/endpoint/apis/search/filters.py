"""The filters of Azure AI Search, in OData: read, and held against a document.

Source: https://learn.microsoft.com/azure/search/search-query-odata-filter
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scaffold.endpoint.state.indexes import values_at

JsonObject = dict[str, Any]
Holds = Callable[[JsonObject], bool]

_SIGN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][\w.]*(?:/[A-Za-z_]\w*)*)|(?P<sign>[(),:]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
_DEEPEST = 100


class BadFilter(ValueError):  # noqa: N818 - it says what the expression is
    """An expression that can't be read, or names what can't be filtered: one sentence."""


def read_filter(text: str, filterable: list[str]) -> Holds:
    """Return what tells whether a document passes.

    Args:
        text: the expression.
        filterable: the paths of the fields that it may name.

    Raises:
        BadFilter: it can't be read.
    """
    reader = _Reader(_signs(text), filterable)
    holds = reader.either({})
    if reader.rest:
        raise BadFilter(f"Syntax error at '{reader.rest[0][1]}' in '{text}'.")
    return holds


def _signs(text: str) -> list[tuple[str, str]]:
    signs, end = [], 0
    text = text.rstrip()
    while end < len(text):
        match = _SIGN.match(text, end)
        if match is None:
            raise BadFilter(f"Syntax error at position {end} in '{text}'.")
        signs.append((str(match.lastgroup), match[str(match.lastgroup)]))
        end = match.end()
    return signs


class _Reader:
    """Reads signs from left to right, each rule of the grammar a method."""

    def __init__(self, signs: list[tuple[str, str]], filterable: list[str]) -> None:
        self.rest = signs
        self._filterable = filterable
        self._depth = 0

    def either(self, names: dict[str, str]) -> Holds:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadFilter("The filter is nested too deeply.")
        parts = [self._both(names)]
        while self._takes("or"):
            parts.append(self._both(names))
        self._depth -= 1
        return lambda document: any(part(document) for part in parts)

    def _both(self, names: dict[str, str]) -> Holds:
        parts = [self._one(names)]
        while self._takes("and"):
            parts.append(self._one(names))
        return lambda document: all(part(document) for part in parts)

    def _one(self, names: dict[str, str]) -> Holds:
        if self._takes("not"):
            inner = self._one(names)
            return lambda document: not inner(document)
        if self._takes("("):
            inner = self.either(names)
            self._must(")")
            return inner
        kind, word = self._next()
        if kind != "name":
            raise BadFilter(f"A field was expected at '{word}'.")
        if word == "search.in":
            return self._among(names)
        if word.endswith(("/any", "/all")):
            return self._over(word, names)
        path = self._path(word, names)
        if self.rest and self.rest[0][1] in _COMPARE:
            return self._comparison(path, self._next()[1])
        return lambda document: values_at(document, path) == [True]

    def _comparison(self, path: str, name: str) -> Holds:
        compare, value = _COMPARE[name], self._literal()

        def holds(document: JsonObject) -> bool:
            found = values_at(document, path) or [None]
            try:
                return any(compare(each, value) for each in found)
            except TypeError:
                return False

        return holds

    def _among(self, names: dict[str, str]) -> Holds:
        """`search.in(field, 'a,b', ',')`."""
        self._must("(")
        path = self._path(self._next()[1], names)
        self._must(",")
        values, separators = str(self._literal()), ", "
        if self._takes(","):
            separators = str(self._literal()) or ", "
        self._must(")")
        wanted = set(re.split(f"[{re.escape(separators)}]+", values))
        return lambda document: any(str(each) in wanted for each in values_at(document, path))

    def _over(self, word: str, names: dict[str, str]) -> Holds:
        """`field/any(each: …)`: the condition is read with the collection's own path."""
        path, _, how = word.rpartition("/")
        path = self._path(path, names)
        self._must("(")
        if self._takes(")"):
            return lambda document: bool(values_at(document, path))
        name = self._next()[1]
        self._must(":")
        inner = self.either({**names, name: path})
        self._must(")")
        if how == "any":
            return inner

        def holds(document: JsonObject) -> bool:
            return all(inner(_with(path, each)) for each in values_at(document, path))

        return holds

    def _path(self, word: str, names: dict[str, str]) -> str:
        first, slash, rest = word.partition("/")
        path = names.get(first, first) + slash + rest
        known = any(path == each or each.startswith(f"{path}/") for each in self._filterable)
        if not known:
            raise BadFilter(f"'{path}' is not a filterable field.")
        return path

    def _literal(self) -> Any:
        kind, word = self._next()
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return float(word) if re.search(r"[.eE]", word) else int(word)
        if kind == "time" or word in {"true", "false", "null"}:
            return {"true": True, "false": False, "null": None}.get(word, word)
        raise BadFilter(f"A value was expected at '{word}'.")

    def _takes(self, word: str) -> bool:
        if self.rest and self.rest[0][1] == word:
            self.rest.pop(0)
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._takes(word):
            raise BadFilter(f"'{word}' was expected.")

    def _next(self) -> tuple[str, str]:
        if not self.rest:
            raise BadFilter("The expression ends too early.")
        return self.rest.pop(0)


def _with(path: str, value: Any) -> JsonObject:
    """Return a document that has nothing but this value at this path."""
    for name in reversed(path.split("/")):
        value = {name: value}
    found: JsonObject = value
    return found
