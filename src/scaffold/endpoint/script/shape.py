"""What may be in the file of a script. All else is refused: a typo must not pass for a script.

The fields are those of aimock that have a meaning here; `scaffold` is ours.
"""

from __future__ import annotations

from typing import Any, Literal

from scaffold.endpoint.http.invalid import Invalid, wrong_type
from scaffold.endpoint.http.validation import (
    Check,
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    mapping,
    number,
    one_of,
    optional,
    text,
    whole,
)

# An API as `match.endpoint` names it; empty for one in which a script has no say.
Kind = Literal[
    "",
    "chat",
    "responses",
    "assistants",
    "embedding",
    "search",
    "conversations",
    "files",
    "models",
    "threads",
    "vector_stores",
]
# Where a model answers; "chat" in a file means the first three, as aimock has it.
CONVERSATIONS = ("chat", "responses", "assistants")
ASKED = (*CONVERSATIONS, "embedding", "search")
# Resources that can be made to fail, by name only.
STORED = ("conversations", "files", "models", "threads", "vector_stores")

_LONGEST_TEXT = 64 * 1024 * 1024
_LONGEST_WAIT = 1e9
_milliseconds = number(0, _LONGEST_WAIT)


def _open(check: Check) -> Check:
    """Make a check for an object in which names with a dollar sign, such as `$comment`, are left
    alone.
    """

    def checked(value: Any, path: str, lenient: bool = False) -> Any:
        if isinstance(value, dict):
            value = {name: item for name, item in value.items() if not name.startswith("$")}
        return check(value, path, lenient)

    return checked


def _json_or_text(value: Any, path: str, _: bool = False) -> Any:
    """Check for a text, or an object or array that is said as JSON text."""
    if not isinstance(value, str | dict | list):
        raise wrong_type(path, "a string, an object or an array", value)
    return value


def _above_zero(value: Any, path: str, _: bool = False) -> Any:
    number(0, _LONGEST_WAIT)(value, path)
    if value == 0:
        raise Invalid("invalid_value", path, "expected more than 0")
    return value


_SYSTEM = either(
    "a string or an array of strings",
    string=text(),
    array=items(text(), "strings", fewest=1),
)
_MATCH = fields(
    {},
    {
        "userMessage": text(),
        "systemMessage": _SYSTEM,
        "inputText": text(),
        "toolName": text(),
        "toolCallId": text(),
        "toolResultContains": text(shortest=1),
        "hasToolResult": flag,
        "model": text(),
        "responseFormat": text(),
        "sequenceIndex": whole(0),
        "turnIndex": whole(0),
        "endpoint": one_of(*ASKED, *STORED),
    },
)
_ERROR = fields(
    {"message": text()},
    {"type": text(), "param": optional(text()), "code": optional(text())},
)
_TOOL_CALL = fields({"name": text(), "arguments": _json_or_text}, {"id": text()})
_BLOCK = by_field(
    "type",
    {
        "text": fields({"type": anything, "text": text(shortest=1)}),
        "toolCall": fields(
            {"type": anything, "name": text(shortest=1), "arguments": _json_or_text},
            {"id": text()},
        ),
    },
)
_STATUS = whole(200, 599)
_RESPONSE = fields(
    {},
    {
        "content": _json_or_text,
        "toolCalls": items(_open(_TOOL_CALL), "objects"),
        "blocks": items(_open(_BLOCK), "objects", fewest=1),
        "finishReason": one_of("stop", "length", "tool_calls", "content_filter"),
        "embedding": items(number(-3e38, 3e38), "numbers", fewest=1),
        "error": _open(_ERROR),
        "status": _STATUS,
        "retryAfter": number(0, _LONGEST_WAIT),
    },
)
_PROFILE = fields({}, {"ttft": _milliseconds, "tps": _above_zero, "jitter": number(0, 1)})

_NAME: dict[str, Check] = {"fault": anything}
_ALONE = fields(_NAME)
_LATER = fields(_NAME, {"afterChunks": whole(0)})
_WITH_STATUS = fields(_NAME, {"status": _STATUS})
_FAULT = by_field(
    "fault",
    {
        "drop": _LATER,
        "half-event": _LATER,
        "stall": _LATER,
        "not-json": _LATER,
        "not-an-event": _LATER,
        "error-event": _LATER,
        "no-choices": _LATER,
        "null-content": _LATER,
        "failed": _ALONE,
        "refusal": _ALONE,
        "content-filter": _WITH_STATUS,
        "html": _WITH_STATUS,
        "empty-body": _WITH_STATUS,
        "split-characters": _ALONE,
        "interleaved-calls": _ALONE,
        "repeat": fields({**_NAME, "times": whole(1, _LONGEST_TEXT)}),
    },
)
_ENTRY = fields(
    {"match": _open(_MATCH)},
    {
        "response": _open(_RESPONSE),
        "latency": _milliseconds,
        "chunkSize": whole(1),
        "truncateAfterChunks": whole(1),
        "disconnectAfterMs": _milliseconds,
        "streamingProfile": _open(_PROFILE),
        "scaffold": _open(_FAULT),
        # What aimock's recorder notes about a request; nobody reads it.
        "metadata": anything,
    },
)
_OURS = _open(fields({}, {"deployments": _open(mapping(text()))}))
FILE = _open(fields({"fixtures": items(_open(_ENTRY), "objects")}, {"scaffold": _OURS}))


def check_together(entry: dict[str, Any], path: str) -> None:
    """Check that the parts of an entry go together.

    Raises:
        Invalid: they do not.
    """
    response, fault = entry.get("response"), entry.get("scaffold", {})
    if response is None:
        if not fault:
            raise Invalid("missing_required_parameter", f"{path}.response")
        response = {}
    else:
        _check_one_answer(response, f"{path}.response")
    for name, needed in (("repeat", "content"), ("interleaved-calls", "toolCalls")):
        if fault.get("fault") == name and needed not in response:
            raise Invalid("missing_required_parameter", f"{path}.response.{needed}")
    if fault.get("fault") == "repeat":
        content = response["content"]
        if not isinstance(content, str) or len(content) * fault["times"] > _LONGEST_TEXT:
            detail = f"expected a text that is no longer than {_LONGEST_TEXT} when repeated"
            raise Invalid("invalid_value", f"{path}.response.content", detail)


def _check_one_answer(response: dict[str, Any], path: str) -> None:
    """Check that a response is a message, a vector or a refusal, and nothing of another one."""
    kinds = [
        [name for name in names if name in response]
        for names in (
            ("content", "toolCalls", "blocks", "finishReason"),
            ("embedding",),
            ("error", "status", "retryAfter"),
        )
    ]
    given = [names for names in kinds if names]
    if not given:
        raise Invalid("invalid_value", path, "expected content, toolCalls, embedding or error")
    if len(given) > 1:
        detail = f"cannot go together with {given[0][0]}"
        raise Invalid("invalid_value", f"{path}.{given[1][0]}", detail)
    if given[0][0] in ("finishReason", "status", "retryAfter"):
        missing = "content" if given[0][0] == "finishReason" else "error"
        raise Invalid("missing_required_parameter", f"{path}.{missing}")
