"""Whether a JSON value fits a JSON Schema.

It knows what the services take in a schema and what pydantic and zod write; a keyword that it does
not know forbids nothing.

Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from scaffold.endpoint.replies.schemas.pattern import compiled

JsonObject = dict[str, Any]

_DEEPEST = 200
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_HEX = "[0-9a-fA-F]"
_FORMATS = {
    "date-time": rf"{_DAY}[Tt ]{_CLOCK}",
    "date": _DAY,
    "time": _CLOCK,
    "duration": r"P(?=[\dT])(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)",
    "email": r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+",
    "hostname": r"(?!.{254})([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?)+",
    "uuid": rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+",
}


def find_ref(root: Any, reference: str) -> Any:
    """Return what a `$ref` within a document names; `{}`, which anything fits, if there is
    nothing.
    """
    if reference.startswith("#") and not reference.startswith("#/") and reference != "#":
        return _anchored(root, reference[1:])
    target = root
    for step in reference.lstrip("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~").replace("%24", "$").replace("%25", "%")
        if isinstance(target, list) and name.isdecimal() and int(name) < len(target):
            target = target[int(name)]
        else:
            target = target.get(name, {}) if isinstance(target, dict) else {}
    return target


def _anchored(root: Any, anchor: str) -> Any:
    level = [root]
    while level:
        for holder in level:
            if isinstance(holder, dict) and holder.get("$anchor") == anchor:
                return holder
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
    return {}


def fits(value: Any, schema: Any, root: Any, depth: int = 0) -> bool:
    """Return whether a value fits a schema.

    Args:
        value: the value, as JSON has it.
        schema: the schema.
        root: the document in which its `$ref` are looked up.
        depth: how many schemas it is inside of; past a bound, nothing more is looked at.
    """
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return schema is not False

    def within(item: Any, part: Any) -> bool:
        return fits(item, part, root, depth + 1)

    if "$ref" in schema and not within(value, find_ref(root, str(schema["$ref"]))):
        return False
    return (
        _of_type(value, schema)
        and _combined(value, schema, within)
        and all(check(value, schema, within) for check in _CHECKS)
    )


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal in JSON, where true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True) or (
        is_number(one) and is_number(other) and one == other
    )


def is_number(value: Any) -> bool:
    """Return whether it is a number, which a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def type_of(value: Any) -> str:
    """Return the JSON type of a value; 1.0 is an integer."""
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "integer" if float(value).is_integer() else "number"
    return _NAMES.get(type(value), "null")


_NAMES: dict[type, str] = {str: "string", list: "array", dict: "object"}


def types(schema: JsonObject) -> list[str] | None:
    """Return the types that a schema names; None if it leaves them open."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return [kind]
    return [each for each in kind if isinstance(each, str)] if isinstance(kind, list) else None


def _of_type(value: Any, schema: JsonObject) -> bool:
    allowed = types(schema)
    if allowed is None:
        return True
    kind = type_of(value)
    return kind in allowed or (kind == "integer" and "number" in allowed)


Within = Callable[[Any, Any], bool]


def _combined(value: Any, schema: JsonObject, within: Within) -> bool:
    for keyword in ("allOf", "anyOf", "oneOf"):
        options = schema.get(keyword) or [True]
        count = sum(within(value, option) for option in options)
        least, most = (len(options) if keyword == "allOf" else 1), len(options)
        if not least <= count <= (1 if keyword == "oneOf" else most):
            return False
    if "not" in schema and within(value, schema["not"]):
        return False
    if "const" in schema and not same(value, schema["const"]):
        return False
    enum = schema.get("enum")
    return not isinstance(enum, list) or any(same(value, each) for each in enum)


def _number(value: Any, schema: JsonObject, _: Within) -> bool:
    if not is_number(value):
        return True
    step = schema.get("multipleOf")
    return (
        value >= schema.get("minimum", value)
        and value <= schema.get("maximum", value)
        and ("exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"])
        and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"])
        and (not step or _multiple(value, step))
    )


def _multiple(value: float, step: float) -> bool:
    """Return whether a number is a multiple, both as they are written in decimals."""
    return (Fraction(str(value)) / Fraction(str(step))).denominator == 1


def _string(value: Any, schema: JsonObject, _: Within) -> bool:
    if not isinstance(value, str):
        return True
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    pattern = compiled(str(schema["pattern"])) if "pattern" in schema else None
    if pattern is not None and not pattern.search(value):
        return False
    return has_format(value, str(schema.get("format")))


def has_format(value: str, name: str) -> bool:
    """Return whether a text has a format; an unknown one is had by every text."""
    if name in {"ipv4", "ipv6"}:
        try:
            return ipaddress.ip_address(value).version == int(name[-1])
        except ValueError:
            return False
    return name not in _FORMATS or re.fullmatch(_FORMATS[name], value) is not None


def _array(value: Any, schema: JsonObject, within: Within) -> bool:
    if not isinstance(value, list):
        return True
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    first = schema.get("prefixItems", ())
    if not all(map(within, value, first)):
        return False
    if not all(within(item, schema.get("items", True)) for item in value[len(first) :]):
        return False
    if "contains" in schema:
        count = sum(within(item, schema["contains"]) for item in value)
        if not schema.get("minContains", 1) <= count <= schema.get("maxContains", count):
            return False
    return not schema.get("uniqueItems") or not any(
        same(item, other) for index, item in enumerate(value) for other in value[:index]
    )


def _object(value: Any, schema: JsonObject, within: Within) -> bool:
    if not isinstance(value, dict):
        return True
    needed = [*schema.get("required", ())]
    for name, names in schema.get("dependentRequired", {}).items():
        needed += names if name in value else ()
    if any(name not in value for name in needed):
        return False
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        return False
    return all(
        within(name, schema.get("propertyNames", True))
        and all(within(item, part) for part in parts_for(name, schema))
        for name, item in value.items()
    )


def parts_for(name: str, schema: JsonObject) -> list[Any]:
    """Return the schemas that the field of a name must fit."""
    parts = [schema["properties"][name]] if name in schema.get("properties", {}) else []
    for pattern, part in schema.get("patternProperties", {}).items():
        found = compiled(pattern)
        if found is None or found.search(name):
            parts.append(part)
    return parts or [schema.get("additionalProperties", True)]


_CHECKS = (_number, _string, _array, _object)
