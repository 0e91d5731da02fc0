"""JSON checked against the SDK's own types: nothing unknown, missing or of another type.

The SDK itself accepts whatever it gets, so that its answers alone prove little.
"""

from __future__ import annotations

import re
import types
from collections.abc import Collection
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from openai.types.responses import ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

# What Azure OpenAI adds to the types, and where.
AZURE_COMPLETION = {
    "prompt_filter_results",
    "choices[].content_filter_results",
    "choices[].message.context",
}
AZURE_CHUNK = {
    "prompt_filter_results",
    "choices[].content_filter_results",
    "choices[].delta.context",
}
_PLAIN: dict[type, tuple[type, ...]] = {
    bool: (bool,),
    int: (int,),
    float: (int, float),
    str: (str,),
}


def check(kind: Any, value: Any, also: Collection[str] = ()) -> None:
    """Fail unless a JSON value is exactly of the SDK's type.

    Args:
        kind: a type of the SDK.
        value: the JSON, parsed.
        also: the fields that may be there besides, as `choices[].name`.
    """
    found = [
        problem
        for problem in problems(kind, value, "")
        if not (problem.endswith(": unknown") and _place(problem) in also)
    ]
    assert not found, found


def check_response_event(event: Any) -> None:
    """Fail unless an event of a streamed response is exactly of its type in the SDK."""
    check(type(_response_events().validate_python(event)), event, {"response.store"})


@cache
def _response_events() -> TypeAdapter[ResponseStreamEvent]:
    return TypeAdapter(ResponseStreamEvent)


def problems(kind: Any, value: Any, path: str) -> list[str]:
    """All in which a value differs from a type, each as `path: what`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (Any, object):
        return []
    if origin is Annotated:
        return problems(arguments[0], value, path)
    if origin is Literal:
        return [] if value in arguments else [f"{path}: {value!r} is not in {arguments}"]
    if origin in (Union, types.UnionType):
        return min((problems(each, value, path) for each in arguments), key=len)
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: no list"]
        return [
            p for i, item in enumerate(value) for p in problems(arguments[0], item, f"{path}[{i}]")
        ]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        return [
            p for key, item in value.items() for p in problems(arguments[1], item, f"{path}.{key}")
        ]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model_problems(kind, value, path)
    if kind in (None, type(None)):
        return [] if value is None else [f"{path}: not null"]
    expected = _PLAIN[kind]
    fits = isinstance(value, expected) and (bool in expected or not isinstance(value, bool))
    return [] if fits else [f"{path}: {value!r} is no {kind.__name__}"]


def _model_problems(kind: type[BaseModel], value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: no object"]
    prefix = f"{path}." if path else ""
    fields = {field.alias or name: field for name, field in kind.model_fields.items()}
    found = [f"{prefix}{name}: unknown" for name in value if name not in fields]
    for name, field in fields.items():
        if name in value:
            found += problems(field.annotation, value[name], f"{prefix}{name}")
        elif field.is_required():
            found.append(f"{prefix}{name}: missing")
    return found


def _place(problem: str) -> str:
    return re.sub(r"\[\d+\]", "[]", problem.removesuffix(": unknown"))
