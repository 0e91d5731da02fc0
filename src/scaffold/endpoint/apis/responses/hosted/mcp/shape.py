"""What may be asked of the hosted tool `mcp`: which server, which of its tools, and who approves.

Source: https://developers.openai.com/api/docs/guides/tools-connectors-mcp
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from scaffold.endpoint.http.invalid import Invalid, wrong_type
from scaffold.endpoint.http.validation import (
    anything,
    either,
    fields,
    flag,
    items,
    mapping,
    one_of,
    optional,
    text,
)

JsonObject = dict[str, Any]

_LABEL = text(shortest=1, longest=64, pattern="[a-zA-Z][a-zA-Z0-9_-]*")
_NAMES = items(text(), "strings")
_FILTER = fields({}, {"read_only": optional(flag), "tool_names": optional(_NAMES)})
_APPROVAL = either(
    "one of 'always', 'never' or an object",
    string=one_of("always", "never"),
    object=fields({}, {"always": optional(_FILTER), "never": optional(_FILTER)}),
)
_CONNECTORS = tuple(
    f"connector_{name}"
    for name in (
        "dropbox",
        "gmail",
        "googlecalendar",
        "googledrive",
        "microsoftteams",
        "outlookcalendar",
        "outlookemail",
        "sharepoint",
    )
)
_WHERE = ("server_url", "connector_id", "tunnel_id")
_FIELDS = fields(
    {"type": anything, "server_label": _LABEL},
    {
        "allowed_callers": optional(items(one_of("direct", "programmatic"), "strings")),
        "allowed_tools": optional(
            either("one of an array of strings or object", array=_NAMES, object=_FILTER)
        ),
        "authorization": optional(text()),
        "connector_id": optional(one_of(*_CONNECTORS)),
        "defer_loading": optional(flag),
        "headers": optional(mapping(text())),
        "require_approval": optional(_APPROVAL),
        "server_description": optional(text()),
        "server_url": optional(text()),
        "tunnel_id": optional(text()),
    },
)
# How a `tool_choice` names it.
CHOSEN = fields({"type": anything, "server_label": text()}, {"name": optional(text())})


def SHAPE(value: Any, path: str, lenient: bool = False) -> Any:  # noqa: N802 - as the others
    """Check for the tool as a request has it, which says where its server is.

    Args:
        value: what came.
        path: where it stands in the request.
        lenient: whether unknown fields are dropped.
    """
    tool = _FIELDS(value, path, lenient)
    if not isinstance(tool, dict):
        raise wrong_type(path, "an object", value)
    named = [name for name in _WHERE if tool.get(name)]
    if len(named) != 1:
        raise Invalid(
            "invalid_value",
            path,
            "exactly one of 'server_url', 'connector_id' or 'tunnel_id' must be provided",
        )
    return tool


def is_allowed(tool: JsonObject, name: str, read_only: bool) -> bool:
    """Return whether a tool of a server may be used at all.

    Args:
        tool: the hosted tool as the request has it.
        name: of the server's tool.
        read_only: whether the server says that it only reads.
    """
    allowed = tool.get("allowed_tools")
    return allowed is None or _matches(allowed, name, read_only)


def needs_approval(tool: JsonObject, name: str, read_only: bool) -> bool:
    """Return whether a call has to be approved first; where nothing is said of it, it has.

    Args:
        tool: the hosted tool as the request has it.
        name: of the server's tool.
        read_only: whether the server says that it only reads.
    """
    rule = tool.get("require_approval") or "always"
    if isinstance(rule, str):
        return bool(rule == "always")
    if rule.get("always") is not None and _matches(rule["always"], name, read_only):
        return True
    return rule.get("never") is None or not _matches(rule["never"], name, read_only)


def _matches(chosen: Collection[str] | JsonObject, name: str, read_only: bool) -> bool:
    if not isinstance(chosen, dict):
        return name in chosen
    names, reads = chosen.get("tool_names"), chosen.get("read_only")
    return (names is None or name in names) and (reads is None or reads is read_only)
