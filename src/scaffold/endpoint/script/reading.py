"""Scripted replies: what an entry says, and the file that it is written in.

The file has the shape that aimock gave it (https://github.com/CopilotKit/aimock, its skill
`write-fixtures`), so that one file serves both. What is ours alone is under one key, `scaffold`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.replies.prompt import Reply, ToolCall
from scaffold.endpoint.script import json_places
from scaffold.endpoint.script.entry import Entry, Fault, Pace
from scaffold.endpoint.script.shape import FILE, check_together

JsonObject = dict[str, Any]
# A file; or what a file has inside; or only the array that is in there.
ScriptSource = str | os.PathLike[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]]

# Of a file: longer answers are better said with `times`.
LARGEST = 16 << 20

_PIECE = 20
_AFTER = {"drop": 0}


class ScriptError(ValueError):
    """The script can't be used: one line that says where and why."""


class Contents(NamedTuple):
    """What a script has: its entries, and the deployments that it adds, each with its model."""

    entries: tuple[Entry, ...] = ()
    deployments: Mapping[str, str] = MappingProxyType({})


def load(source: ScriptSource) -> Contents:
    """Read a file, or what stands for one.

    Raises:
        ScriptError: there is no such file, it is no JSON, or it has what is not supported.
    """
    if isinstance(source, str | os.PathLike):
        return _read(Path(source))
    value = dict(source) if isinstance(source, Mapping) else {"fixtures": list(source)}
    try:
        # There and back: what is no JSON is found, and nobody changes it later.
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ScriptError(f"the fixtures are no JSON: {error}") from error
    return _checked(text, "", {})


def _read(path: Path) -> Contents:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ScriptError(f"{path} is too large: {LARGEST >> 20} MiB is the most")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path}: byte {error.start + 1} is not UTF-8") from error
    try:
        json_places.parse(text)
        places = json_places.lines(text)
    except json.JSONDecodeError as error:
        reason = f"{path}: line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        raise ScriptError(reason) from error
    except (ValueError, RecursionError) as error:
        raise ScriptError(f"{path}: {error}") from error
    return _checked(text, f"{path}: ", places)


def _checked(text: str, name: str, places: Mapping[str, int]) -> Contents:
    try:
        value = FILE(json_places.parse(text), "")
        for index, entry in enumerate(value["fixtures"]):
            check_together(entry, f"fixtures[{index}]")
    except Invalid as problem:
        raise ScriptError(name + _told(problem, places)) from problem
    except (ValueError, RecursionError) as error:
        raise ScriptError(f"{name}{error}") from error
    entries = tuple(
        _entry(index, places.get(f"fixtures[{index}]"), entry)
        for index, entry in enumerate(value["fixtures"])
    )
    return Contents(entries, value.get("scaffold", {}).get("deployments", {}))


def _told(problem: Invalid, places: Mapping[str, int]) -> str:
    """Return a problem in one line: where, and what."""
    path = problem.path or "the file"
    line = places.get(problem.path)
    if line is None:
        # What is missing has no line of its own: that of the object it is missing in.
        line = places.get(problem.path.rpartition(".")[0])
    where = f"line {line}: {path}" if line and places else path
    if problem.code == "unknown_parameter":
        said = f"{where} is not supported"
    elif problem.code == "missing_required_parameter":
        said = f"{where} is missing"
    else:
        said = f"{where}: {problem.detail}"
    # Names from the file may hold anything; a message is one line.
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in said)


def _entry(index: int, line: int | None, said: JsonObject) -> Entry:
    response: JsonObject = said.get("response", {})
    profile: JsonObject = said.get("streamingProfile", {})
    fault: JsonObject = said.get("scaffold", {})
    error = response.get("error")
    if error is not None:
        empty = {"type": _kind_of(response.get("status", 500)), "param": None, "code": None}
        error = {"message": error["message"], **empty, **error}
    embedding = response.get("embedding")
    return Entry(
        index=index,
        line=line,
        match=said["match"],
        reply=_reply(response, said.get("chunkSize", _PIECE), fault),
        embedding=None if embedding is None else tuple(map(float, embedding)),
        error=error,
        status=response.get("status", 500),
        retry_after=response.get("retryAfter"),
        pace=Pace(
            said.get("latency", 0),
            profile.get("ttft"),
            profile.get("tps"),
            profile.get("jitter", 0),
        ),
        truncate=said.get("truncateAfterChunks"),
        disconnect=said.get("disconnectAfterMs"),
        fault=_fault(fault) if fault else None,
    )


def _kind_of(status: int) -> str:
    """Return the type of an error that names none, as the service would say it with that status."""
    if status == 429:
        return "rate_limit_error"
    return "invalid_request_error" if status < 500 else "server_error"


def _fault(said: JsonObject) -> Fault:
    name = said["fault"]
    return Fault(name, said.get("afterChunks", _AFTER.get(name, 2)), said.get("status"))


def _reply(response: JsonObject, size: int, fault: JsonObject) -> Reply | None:
    if "blocks" in response:
        return _in_order(response, size)
    if "content" not in response and "toolCalls" not in response:
        return None
    text = _text(response.get("content", "")) * fault.get("times", 1)
    calls = tuple(
        ToolCall(call["name"], _text(call["arguments"]), call.get("id", ""), size)
        for call in response.get("toolCalls", ())
    )
    otherwise = "tool_calls" if "toolCalls" in response else "stop"
    return Reply(
        tuple(text[start : start + size] for start in range(0, len(text), size)),
        calls,
        finish_reason=response.get("finishReason", otherwise),
        interleaved=fault.get("fault") == "interleaved-calls",
    )


def _in_order(response: JsonObject, size: int) -> Reply:
    """Return a reply whose texts and calls have an order; it wins over what is said besides."""
    parts = []
    for block in response["blocks"]:
        alone = {"content": block["text"]} if block["type"] == "text" else {"toolCalls": [block]}
        parts.append(_reply(alone, size, {}) or Reply())
    pieces = tuple(piece for part in parts for piece in part.pieces)
    calls = tuple(call for part in parts for call in part.tool_calls)
    otherwise = "tool_calls" if calls else "stop"
    return Reply(
        pieces,
        calls,
        finish_reason=response.get("finishReason", otherwise),
        blocks=tuple(parts),
    )


def _text(value: Any) -> str:
    """Return a text as it is; all else as the JSON that JavaScript makes of it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
