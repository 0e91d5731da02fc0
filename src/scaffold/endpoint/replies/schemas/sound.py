"""A JSON Schema without what is no JSON Schema in it: what is left can be read without a doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaffold.endpoint.replies.schemas.check import is_number


def sound(schema: Any) -> Any:
    """Return a schema, without the keywords whose values are not of the kind that they must be.

    A tuple as it was written up to draft 7 (`items` is an array) becomes `prefixItems`.
    """
    if not isinstance(schema, dict):
        return schema is not False
    found: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "items" and isinstance(value, list):
            found["prefixItems"] = _schemas(value)
            found["items"] = sound(schema.get("additionalItems", True))
        elif name not in _KINDS:
            found[name] = value
        elif (made := _KINDS[name](value)) is not None:
            found[name] = made
    return found


Kind = Callable[[Any], Any]


def _schemas(value: Any) -> Any:
    return [sound(each) for each in value] if isinstance(value, list) else None


def _named_schemas(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    return {name: sound(each) for name, each in value.items()}


def _schema(value: Any) -> Any:
    return sound(value) if isinstance(value, dict | bool) else None


def _names(value: Any) -> Any:
    if not isinstance(value, list):
        return None
    return [name for name in value if isinstance(name, str)]


def _lists_of_names(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    return {name: _names(names) or [] for name, names in value.items()}


def _number(value: Any) -> Any:
    return value if is_number(value) and abs(value) != float("inf") else None


def _count(value: Any) -> Any:
    return int(value) if is_number(value) and value >= 0 and value % 1 == 0 else None


def _step(value: Any) -> Any:
    return value if is_number(value) and 0 < value < float("inf") else None


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _values(value: Any) -> Any:
    return value if isinstance(value, list) and value else None


_TYPES = {"string", "object", "array", "number", "integer", "boolean", "null"}


def _type(value: Any) -> Any:
    kinds = [value] if isinstance(value, str) else _names(value) or []
    known = [kind for kind in kinds if kind in _TYPES]
    return known or None


_KINDS: dict[str, Kind] = {
    "type": _type,
    "enum": _values,
    "examples": _values,
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _schemas),
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions"), _named_schemas),
    **dict.fromkeys(("items", "additionalProperties", "propertyNames", "contains", "not"), _schema),
    "required": _names,
    "dependentRequired": _lists_of_names,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
    "multipleOf": _step,
    **dict.fromkeys(("pattern", "format", "$ref", "$anchor"), _text),
}
