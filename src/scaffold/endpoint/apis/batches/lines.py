"""The file of a batch: its lines as requests, and what is wrong with them, in the service's words.

Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch
"""

from __future__ import annotations

import json
from typing import Any

JsonObject = dict[str, Any]

_MOST_LINES = 50_000


def read(content: bytes, endpoint: str) -> tuple[list[JsonObject], list[JsonObject]]:
    """Return the requests of a file, and what is wrong with its lines.

    Args:
        content: the file.
        endpoint: where all of them must go to.
    """
    lines: list[JsonObject] = []
    errors: list[JsonObject] = []
    seen: set[str] = set()
    numbered = enumerate(content.decode("utf-8", "replace").splitlines(), start=1)
    for number, raw in ((number, raw) for number, raw in numbered if raw.strip()):
        line, problem = _line(raw, endpoint, seen)
        if problem is not None:
            errors.append({**problem, "line": number})
        else:
            seen.add(line["custom_id"])
            lines.append(line)
    if not lines and not errors:
        errors.append(_error("empty_file", "The batch file is empty.", None))
    if len(lines) > _MOST_LINES:
        message = f"The batch file has more than {_MOST_LINES} requests."
        errors.append(_error("too_many_tasks", message, None))
    return lines, errors


def _error(code: str, message: str, param: str | None) -> JsonObject:
    return {"code": code, "message": message, "param": param, "line": None}


def _line(raw: str, endpoint: str, seen: set[str]) -> tuple[JsonObject, JsonObject | None]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        return {}, _error("invalid_json_line", "This line is not parseable as valid JSON.", None)
    for name, kind in (("custom_id", str), ("method", str), ("url", str), ("body", dict)):
        if not isinstance(line.get(name), kind):
            message = f"Missing required parameter: '{name}'."
            return {}, _error("missing_required_parameter", message, name)
    if line["method"] != "POST":
        message = f"Invalid method: '{line['method']}'. Expected 'POST'."
        return {}, _error("invalid_method", message, "method")
    if line["url"].removeprefix("/v1") != endpoint.removeprefix("/v1"):
        message = "The URL provided for this request does not match the batch endpoint."
        return {}, _error("mismatched_url", message, "url")
    if line["custom_id"] in seen:
        message = (
            f"The custom_id '{line['custom_id']}' for this request is a duplicate of another"
            " request. The custom_id parameter must be unique for each request in a batch."
        )
        return {}, _error("duplicate_custom_id", message, "custom_id")
    return line, None
