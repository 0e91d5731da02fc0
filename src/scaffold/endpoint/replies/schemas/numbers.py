"""A number within the bounds of a JSON Schema."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from scaffold.endpoint.replies.schemas.check import is_number

JsonObject = dict[str, Any]


def least_number(schema: JsonObject, turn: int) -> Fraction:
    """Return a number within bounds: the one nearest to zero, or one further for each turn."""
    step = Fraction(str(schema["multipleOf"])) if schema.get("multipleOf") else None
    least, most = _bounds(schema, step)
    if step is None:
        step = Fraction(1)
        if least is not None and most is not None and most - least < turn + 1:
            step = (most - least) / (turn + 2)
            return least + step * (turn + 1)
    start = Fraction(0)
    if least is not None and least > 0:
        start = least if schema.get("multipleOf") is None else math.ceil(least / step) * step
    elif most is not None and most < 0:
        start = most if schema.get("multipleOf") is None else math.floor(most / step) * step
        return start - step * turn
    value = start + step * turn
    if most is not None and value > most:
        value = start - step * (turn - math.floor((most - start) / step))
    return value


def _bounds(schema: JsonObject, step: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """Return the lowest and the highest number that may be."""

    def bound(name: str, exclusive: str, inward: int) -> Fraction | None:
        found = [Fraction(str(schema[name]))] if is_number(schema.get(name)) else []
        if is_number(schema.get(exclusive)):
            edge = Fraction(str(schema[exclusive]))
            found.append(edge + inward * (step or Fraction(1, 1000)))
            if step is not None:
                found[-1] = edge + inward * (step if edge % step == 0 else 0)
        if not found:
            return None
        return max(found) if inward > 0 else min(found)

    return bound("minimum", "exclusiveMinimum", 1), bound("maximum", "exclusiveMaximum", -1)
