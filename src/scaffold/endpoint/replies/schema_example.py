"""JSON that fits a JSON Schema, for `response_format` and for arguments nobody spoke of."""

from __future__ import annotations

from typing import Any

# A schema may refer to itself; past this depth only the plainest value is made.
_DEEPEST = 12


def example(schema: Any, text: str, root: Any = None, depth: int = 0) -> Any:
    """A value that fits a schema.

    Args:
        schema: a JSON Schema; what it says in ways unknown here is not heeded.
        text: what the strings in it say, where the schema leaves them free.
        root: where `$ref` starts from; the schema itself unless given.
        depth: how many schemas this one is inside of.
    """
    root = schema if root is None else root
    schema = _resolve(schema, root)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return text if depth <= _DEEPEST else None
    for fixed in ("const", "default"):
        if fixed in schema:
            return schema[fixed]
    for choice in ("enum", "examples"):
        if isinstance(schema.get(choice), list) and schema[choice]:
            return schema[choice][0]
    for union in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(union), list) and schema[union]:
            return example(schema[union][0], text, root, depth + 1)
    return _by_type(schema, text, root, depth)


def _by_type(schema: dict[str, Any], text: str, root: Any, depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    if kind == "object" or (kind is None and isinstance(schema.get("properties"), dict)):
        properties = schema.get("properties")
        fields = properties.items() if isinstance(properties, dict) else ()
        return {name: example(field, text, root, depth + 1) for name, field in fields}
    if kind == "array":
        fewest = schema.get("minItems")
        count = min(fewest, 20) if isinstance(fewest, int) and fewest > 0 else 1
        return [example(schema.get("items"), text, root, depth + 1) for _ in range(count)]
    if kind in {"integer", "number"}:
        least = schema.get("minimum")
        return least if isinstance(least, int | float) else 0
    return {"boolean": True, "null": None}.get(kind, text) if isinstance(kind, str) else text


def _resolve(schema: Any, root: Any) -> Any:
    """Follow a `$ref` within the document, a few steps at most."""
    for _ in range(_DEEPEST):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
            return schema
        target = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            target = target.get(step) if isinstance(target, dict) and step else target
        schema = target
    return {}
