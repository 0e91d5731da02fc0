"""Search indexes that programs created, as one server keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class SearchIndex:
    """An index: its definition as it was sent, and its documents by their keys."""

    definition: JsonObject
    documents: dict[str, JsonObject] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    @property
    def key_field(self) -> str:
        """The name of the field that tells the documents apart."""
        return next(str(each["name"]) for each in self.definition["fields"] if each.get("key"))

    @property
    def fields(self) -> dict[str, JsonObject]:
        """All fields by their paths, such as `Address/City`."""
        return dict(_flat(self.definition["fields"], ""))

    def having(self, what: str, otherwise: bool) -> list[str]:
        """Return the paths of the fields that are `searchable`, `filterable` and so on.

        Args:
            what: the attribute.
            otherwise: what holds where the definition says nothing.
        """
        return [
            path
            for path, definition in self.fields.items()
            if (otherwise if definition.get(what) is None else definition[what])
        ]


def _flat(fields: list[JsonObject], prefix: str) -> Iterator[tuple[str, JsonObject]]:
    for each in fields:
        path = f"{prefix}{each['name']}"
        if each.get("fields"):
            yield from _flat(each["fields"], f"{path}/")
        else:
            yield path, each


def values_at(document: JsonObject, path: str) -> list[Any]:
    """Return what a document has at a path: several values if a collection is on the way."""
    level: list[Any] = [document]
    for name in path.split("/"):
        found = [holder.get(name) for holder in level if isinstance(holder, dict)]
        level = [
            item for value in found for item in (value if isinstance(value, list) else [value])
        ]
    return [value for value in level if value is not None]
