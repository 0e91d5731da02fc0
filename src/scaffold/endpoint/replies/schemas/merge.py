"""Several JSON Schemas that one value must fit, as one."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from scaffold.endpoint.replies.schemas.check import same, types

JsonObject = dict[str, Any]

_LEAST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_MOST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")


class Contradiction(ValueError):  # noqa: N818 - it says what the schema is
    """No value fits a schema, or none was found."""


def merged(one: Any, other: Any) -> JsonObject:
    """Return a schema that a value fits if it fits both.

    Raises:
        Contradiction: nothing can.
    """
    if one is False or other is False:
        raise Contradiction
    if not isinstance(one, dict) or not isinstance(other, dict):
        return dict(one) if isinstance(one, dict) else dict(other) if other is not True else {}
    both = {**one, **other}
    for name in one.keys() & other.keys():
        both[name] = _merge(name, one[name], other[name])
    if types(one) is not None and types(other) is not None:
        both["type"] = _common_types(types(one) or [], types(other) or [])
    _keep_out(both, one, other)
    return both


def _merge(name: str, one: Any, other: Any) -> Any:
    if name in _LEAST:
        return min(one, other)
    if name in _MOST:
        return max(one, other)
    if name == "required":
        return list(dict.fromkeys([*one, *other]))
    if name == "properties":
        shared = one.keys() & other.keys()
        return {**one, **other, **{key: _both(one[key], other[key]) for key in shared}}
    if name in {"items", "additionalProperties", "propertyNames", "not"}:
        return _either(one, other) if name == "not" else _both(one, other)
    if name == "enum":
        return [value for value in one if any(same(value, each) for each in other)]
    if name == "const" and not same(one, other):
        raise Contradiction
    if name == "multipleOf":
        return _common_multiple(Fraction(str(one)), Fraction(str(other)))
    if name in {"$defs", "definitions", "patternProperties", "dependentRequired"}:
        return {**one, **other}
    if name == "prefixItems":
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return [_both(*pair) for pair in zip(longer, shorter, strict=False)] + longer[
            len(shorter) :
        ]
    return other


def _both(one: Any, other: Any) -> Any:
    return one if one == other else {"allOf": [one, other]}


def _either(one: Any, other: Any) -> Any:
    return one if one == other else {"anyOf": [one, other]}


def _common_types(one: list[str], other: list[str]) -> list[str]:
    common = [kind for kind in one if kind in other]
    if "integer" in other and "number" in one and "integer" not in common:
        common.append("integer")
    if "integer" in one and "number" in other and "integer" not in common:
        common.append("integer")
    if not common:
        raise Contradiction
    return common


def _common_multiple(one: Fraction, other: Fraction) -> float:
    number = Fraction(
        math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator)
    )
    return int(number) if number.denominator == 1 else float(number)


def _keep_out(both: JsonObject, one: JsonObject, other: JsonObject) -> None:
    """Drop from the optional fields of one schema those that the other does not allow."""
    for closed, opened in ((one, other), (other, one)):
        if closed.get("additionalProperties") is False and "patternProperties" not in closed:
            known = closed.get("properties", {})
            for name in opened.get("properties", {}):
                if name not in known:
                    both["properties"] = {**both["properties"], name: False}
