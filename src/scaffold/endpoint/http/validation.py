"""What a request may hold: small checks that are put together into the shape of a body.

A check takes a value, its path (`messages[0].role`), and whether it is lenient. It returns the
value as it is to be used, and raises `Invalid` if the value does not fit. How a refusal is worded
is each service's own: see `service_errors`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Protocol

from scaffold.endpoint.http.invalid import Invalid, listed, wrong_type, wrong_value


class Check(Protocol):
    """A check of a value. One that is lenient drops unknown fields instead of refusing them."""

    def __call__(self, value: Any, path: str, lenient: bool = False, /) -> Any:
        """Return the value as it is to be used, or raise `Invalid`."""


_DEEPEST_SCHEMA = 60


def text(shortest: int = 0, longest: float = math.inf, pattern: str | None = None) -> Check:
    """Make a check for a string, within lengths, all of which matches a pattern.

    Args:
        shortest: the fewest characters.
        longest: the most characters.
        pattern: what all of it must match.
    """

    def check(value: Any, path: str, _: bool = False) -> Any:
        if not isinstance(value, str):
            raise wrong_type(path, "a string", value)
        if not shortest <= len(value) <= longest:
            raise _wrong_size("string", len(value), shortest, longest, path)
        if pattern is not None and not re.fullmatch(pattern, value):
            detail = "string does not match pattern. Expected a string that matches the pattern"
            raise Invalid("wrong_pattern", path, f"{detail} '^{pattern}$'")
        return value

    return check


def whole(lowest: int | None = None, highest: int | None = None) -> Check:
    """Make a check for an integer, within bounds."""

    def check(value: Any, path: str, _: bool = False) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type(path, "an integer", value)
        _bounded("integer", value, lowest, highest, path)
        return value

    return check


def number(lowest: float | None = None, highest: float | None = None) -> Check:
    """Make a check for a number, within bounds."""

    def check(value: Any, path: str, _: bool = False) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type(path, "a decimal", value)
        _bounded("decimal", value, lowest, highest, path)
        return value

    return check


def flag(value: Any, path: str, _: bool = False) -> Any:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise wrong_type(path, "a boolean", value)
    return value


def one_of(*allowed: str) -> Check:
    """Make a check for one of some strings."""

    def check(value: Any, path: str, _: bool = False) -> Any:
        if not isinstance(value, str):
            raise wrong_type(path, f"one of {listed(allowed)}", value)
        if value not in allowed:
            raise wrong_value(path, value, allowed)
        return value

    return check


def items(check_item: Check, of: str, fewest: int = 0, most: float = math.inf) -> Check:
    """Make a check for an array.

    Args:
        check_item: what each element must be.
        of: the name of the elements in an error, such as `objects`.
        fewest: how many there must be at least.
        most: how many there may be.
    """

    def check(value: Any, path: str, lenient: bool = False) -> Any:
        if not isinstance(value, list):
            raise wrong_type(path, f"an array of {of}", value)
        if fewest and not value:
            detail = (
                f"empty array. Expected an array with minimum length {fewest}, but got an empty"
                " array instead"
            )
            raise Invalid("empty_array", path, detail)
        if not fewest <= len(value) <= most:
            raise _wrong_size("array", len(value), fewest, most, path)
        return [check_item(item, f"{path}[{index}]", lenient) for index, item in enumerate(value)]

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Make a check for an object with these fields and no others; one that is lenient drops the
    others.
    """
    known = {**required, **(optional or {})}
    all_names, needed = known.keys(), required.keys()

    def check(value: Any, path: str, lenient: bool = False) -> Any:
        if not isinstance(value, dict):
            raise wrong_type(path, "an object", value)
        prefix = f"{path}." if path else ""
        if not (lenient or value.keys() <= all_names):
            unknown = next(name for name in value if name not in known)
            raise Invalid("unknown_parameter", f"{prefix}{unknown}")
        if not needed <= value.keys():
            missing = next(name for name in required if name not in value)
            raise Invalid("missing_required_parameter", f"{prefix}{missing}")
        return {
            name: known[name](item, prefix + name, lenient)
            for name, item in value.items()
            if name in known
        }

    return check


def by_field(field: str, shapes: Mapping[str, Check], missing: str | None = None) -> Check:
    """Make a check for an object whose shape depends on one of its fields, such as `type` or
    `role`.

    Args:
        field: the field that decides.
        shapes: the shape for each value of it.
        missing: the value that it has when it is absent; None if it must be there.
    """

    def check(value: Any, path: str, lenient: bool = False) -> Any:
        if not isinstance(value, dict):
            raise wrong_type(path, "an object", value)
        kind = value.get(field, missing)
        if isinstance(kind, str) and kind in shapes:
            return shapes[kind](value, path, lenient)
        where = f"{path}.{field}" if path else field
        if field not in value and missing is None:
            raise Invalid("missing_required_parameter", where)
        if not isinstance(kind, str):
            raise wrong_type(where, f"one of {listed(tuple(shapes))}", kind)
        raise wrong_value(where, kind, tuple(shapes))

    return check


def either(expected: str, **shapes: Check) -> Check:
    """Make a check for a value of one of several JSON types.

    Args:
        expected: how an error names what may be there.
        **shapes: the check for each of `string`, `array`, `object`.
    """
    types = {"string": str, "array": list, "object": dict}
    typed = [(types[name], shape) for name, shape in shapes.items()]

    def check(value: Any, path: str, lenient: bool = False) -> Any:
        for kind, shape in typed:
            if isinstance(value, kind):
                return shape(value, path, lenient)
        raise wrong_type(path, expected, value)

    return check


def optional(check_value: Check) -> Check:
    """Make a check for the value, or null."""

    def check(value: Any, path: str, lenient: bool = False) -> Any:
        return None if value is None else check_value(value, path, lenient)

    return check


def anything(value: Any, _path: str, _: bool = False) -> Any:
    """Take any JSON at all; what is done with it does not depend on what is in it."""
    return value


def mapping(check_value: Check) -> Check:
    """Make a check for an object with any keys."""

    def check(value: Any, path: str, lenient: bool = False) -> Any:
        if not isinstance(value, dict):
            raise wrong_type(path, "an object", value)
        return {key: check_value(item, f"{path}.{key}", lenient) for key, item in value.items()}

    return check


def metadata(value: Any, path: str, _: bool = False) -> Any:
    """Check for at most 16 strings with short keys, which every stored object may carry."""
    mapping(text(longest=512))(value, path)
    if len(value) > 16:
        raise Invalid(
            "object_above_max_properties", path, "too many properties. Expected at most 16"
        )
    for key in value:
        text(longest=64)(key, path)
    return value


def json_schema(value: Any, path: str, _lenient: bool = False) -> Any:
    """Check for a JSON Schema object, nested no deeper than can be stored and said again."""
    if not isinstance(value, dict):
        raise wrong_type(path, "an object", value)
    level: list[Any] = [value]
    for _ in range(_DEEPEST_SCHEMA):
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return value
    raise Invalid("invalid_value", path, f"nested deeper than {_DEEPEST_SCHEMA} levels")


def _bounded(
    kind: str, value: float, lowest: float | None, highest: float | None, path: str
) -> None:
    if highest is not None and value > highest:
        detail = (
            f"{kind} above maximum value. Expected a value <= {highest}, but got {value} instead"
        )
        raise Invalid(f"{kind}_above_max_value", path, detail)
    if lowest is not None and value < lowest:
        detail = (
            f"{kind} below minimum value. Expected a value >= {lowest}, but got {value} instead"
        )
        raise Invalid(f"{kind}_below_min_value", path, detail)


def _wrong_size(kind: str, size: int, fewest: int, most: float, path: str) -> Invalid:
    if size > most:
        wrong, bound, code = "too long", f"maximum length {most}", "above_max_length"
    else:
        wrong, bound, code = "too short", f"minimum length {fewest}", "below_min_length"
    a_kind = _a(kind)
    detail = f"Expected {a_kind} with {bound}, but got {a_kind} with length {size} instead"
    return Invalid(f"{kind}_{code}", path, f"{kind} {wrong}. {detail}")


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "array" else f"a {kind}"
