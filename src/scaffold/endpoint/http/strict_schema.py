"""A schema with `strict: true`, of which the services take a part of JSON Schema alone.

Source: https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas. The
texts are those that users report, such as https://github.com/kevinwatt/mysql-mcp/issues/5,
https://github.com/dotnet/extensions/issues/6302 and
https://github.com/lastmile-ai/openai-agents-mcp/issues/2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffold.endpoint.http.service_errors import ServiceError, refused

JsonObject = dict[str, Any]
_Path = tuple[str, ...]

# What strict schemas can't have. What is in neither list of the guide passes.
_UNSUPPORTED = (
    *("allOf", "oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else"),
    *("patternProperties", "propertyNames", "unevaluatedProperties"),
    *("minProperties", "maxProperties", "unevaluatedItems", "contains", "minContains"),
    *("maxContains", "uniqueItems"),
)


def check_function(function: JsonObject, param: str) -> None:
    """Check the parameters of a function that is to be called strictly.

    Args:
        function: with its `name` and, where it has any, its `parameters`.
        param: where these are in the request, as an error says it.

    Raises:
        ServiceError: the service takes no such schema.
    """
    if function.get("strict") is True:
        where = f"function '{function['name']}'"
        _check(
            function.get("parameters") or {}, where, param=param, code="invalid_function_parameters"
        )


def check_format(described: JsonObject, param: str, code: str | None) -> None:
    """Check the schema that a reply is to fit strictly.

    Args:
        described: with its `name`, `schema` and `strict`.
        param: where it is in the request, as an error says it.
        code: of the error.

    Raises:
        ServiceError: the service takes no such schema.
    """
    if described.get("strict") is True:
        where = f"response_format '{described['name']}'"
        _check(described.get("schema") or {}, where, param=param, code=code)


def _check(schema: JsonObject, where: str, *, param: str, code: str | None) -> None:
    def wrong(reason: str) -> ServiceError:
        return refused(f"Invalid schema for {where}: {reason}", param=param, code=code)

    if schema.get("type") != "object":
        got = schema.get("type")
        said = f'"{got}"' if isinstance(got, str) else "None"
        raise wrong(f"schema must be a JSON Schema of 'type: \"object\"', got 'type: {said}'.")
    for path, part in _walk(schema, ()):
        reason = _wrong(part)
        if reason:
            raise wrong(f"In context={path!r}, {reason}")


def _walk(schema: JsonObject, path: _Path) -> Iterator[tuple[_Path, JsonObject]]:
    """Yield a schema and all that are in it, from the outside in, each with the way to it."""
    open_parts = [(path, schema)]
    while open_parts:
        path, part = open_parts.pop(0)
        yield path, part
        inner: list[tuple[_Path, Any]] = []
        for name in ("properties", "$defs", "definitions"):
            held = part.get(name)
            if isinstance(held, dict):
                inner += [((*path, name, key), value) for key, value in held.items()]
        inner.append(((*path, "items"), part.get("items")))
        choices = part.get("anyOf")
        if isinstance(choices, list):
            inner += [((*path, "anyOf", str(at)), each) for at, each in enumerate(choices)]
        open_parts += [(place, each) for place, each in inner if isinstance(each, dict)]


def _wrong(schema: JsonObject) -> str:
    """Return what is wrong with a schema itself, whatever is in it; empty where nothing is."""
    for name in _UNSUPPORTED:
        if name in schema:
            return f"'{name}' is not permitted."
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "object" in kinds:
        return _wrong_object(schema)
    if "array" in kinds and "items" not in schema:
        return "array schema missing items."
    if kinds == [None] and not schema.keys() & {"$ref", "anyOf", "enum", "const"}:
        return "schema must have a 'type' key."
    return ""


def _wrong_object(schema: JsonObject) -> str:
    if schema.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    properties, required = schema.get("properties"), schema.get("required")
    properties = properties if isinstance(properties, dict) else {}
    required = required if isinstance(required, list) else []
    missing = [name for name in properties if name not in required]
    if missing:
        return (
            "'required' is required to be supplied and to be an array including every key in"
            f" properties. Missing '{missing[0]}'."
        )
    extra = [name for name in required if name not in properties]
    if extra:
        return (
            "'required' is required to be supplied and to be an array including every key in"
            f" properties. Extra required key '{extra[0]}' supplied."
        )
    return ""
