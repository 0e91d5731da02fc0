"""On which line of a JSON text each of its values stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass
class _Holder:
    """An object or array that is open; `index` is None for an object."""

    path: str
    index: int | None
    name: str | None = None
    names: set[str] = field(default_factory=set)

    def place(self) -> str:
        """Return the path of the value that comes next."""
        if self.index is not None:
            return f"{self.path}[{self.index}]"
        return f"{self.path}.{self.name}" if self.path else str(self.name)


def lines(source: str) -> dict[str, int]:
    """Return the line, from 1, of each value of a valid JSON text, by its path:
    `fixtures[0].match`.

    A member of an object stands where its name does.

    Raises:
        ValueError: a name is twice in one object; the message says where.
    """
    found = {"": 1}
    holders: list[_Holder] = []
    line, end = 1, 0
    for match in _SIGN.finditer(source):
        line += source.count("\n", end, match.start())
        end = match.start()
        sign, holder = match.group(), holders[-1] if holders else None
        if sign in "}]":
            holders.pop()
        elif sign == "," and holder is not None:
            holder.name = None
            holder.index = None if holder.index is None else holder.index + 1
        elif holder is not None and holder.index is None and holder.name is None:
            holder.name = json.loads(sign)
            if holder.name in holder.names:
                raise ValueError(f"line {line}: {holder.place()} is there twice")
            holder.names.add(holder.name)
            found[holder.place()] = line
        elif sign != ":":
            path = holder.place() if holder is not None else ""
            found.setdefault(path, line)
            if sign in "{[":
                holders.append(_Holder(path, None if sign == "{" else 0))
    return found


def parse(source: str) -> Any:
    """Return a JSON value as JavaScript reads it: no NaN, and 1.0 is 1.

    Raises:
        ValueError: it is no JSON.
    """
    return json.loads(source, parse_constant=_refuse, parse_float=_number)


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
