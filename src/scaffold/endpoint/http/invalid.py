"""What is wrong with a value of a request, before a service puts it into its own words."""

from __future__ import annotations

from typing import Any


class Invalid(Exception):  # noqa: N818 - it says what the request is
    """A request does not have the shape that the service accepts.

    Args:
        code: what is wrong, in the services' words: `invalid_type`, `unknown_parameter`, …
        path: where.
        detail: the rest of the sentence, without the path.
    """

    def __init__(self, code: str, path: str, detail: str = "") -> None:
        super().__init__(code, path, detail)
        self.code = code
        self.path = path
        self.detail = detail


def name_type(value: Any) -> str:
    """Return the JSON type of a value as the services name it in an error."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {str: "a string", int: "an integer", float: "a decimal", list: "an array"}
    return names.get(type(value), "an object")


def wrong_type(path: str, expected: str, value: Any) -> Invalid:
    """Return the refusal of a value of another type.

    Args:
        path: where it is.
        expected: what should be there.
        value: what is there.
    """
    got = name_type(value)
    return Invalid("invalid_type", path, f"expected {expected}, but got {got} instead")


def wrong_value(path: str, value: Any, allowed: tuple[str, ...]) -> Invalid:
    """Return the refusal of a value that is not among those allowed.

    Args:
        path: where it is.
        value: what is there.
        allowed: what may be there.
    """
    shown = value if isinstance(value, str) else name_type(value)
    return Invalid("invalid_value", path, f"'{shown}'. Supported values are: {listed(allowed)}")


def listed(values: tuple[str, ...]) -> str:
    """Return the values as a sentence names them, each in quotes."""
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
