"""Faults: what an entry makes of a reply's bytes. Pure functions.

A reply that is not streamed counts as one event.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from scaffold.endpoint.http.response import HttpResponse, encode_json
from scaffold.endpoint.http.service_errors import Family, azure_refused, content_filtered, refused
from scaffold.endpoint.replies.prompt import SORRY
from scaffold.endpoint.script.entry import Entry, Fault

# What only a chat completion has, what only a run or a response can say, and what only a response.
CHAT_ONLY = {"no-choices", "null-content", "interleaved-calls"}
STATUS_ONLY = {"failed"}
RESPONSES_ONLY = {"refusal"}

_DATA = b"data: "
_DONE = b"[DONE]"
_NOT_JSON = b'{"id": "chatcmpl-'
_NOT_AN_EVENT = b"[5]"
_ERROR = {
    "error": {
        "message": SORRY,
        "type": "server_error",
        "param": None,
        "code": None,
    }
}
_HTML = b"""<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><h1>502 Bad Gateway</h1><p>The proxy got no answer.</p></body></html>
"""
# Sent with every 429; nobody counts here.
_LIMITS = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-limit-tokens": "150000",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-reset-tokens": "6m0s",
}


def replies_instead(entry: Entry, family: Family) -> HttpResponse | None:
    """Return the response that takes the place of a reply, if an entry has one."""
    fault = entry.fault
    if entry.error is not None:
        return _refusal(entry, entry.error, family)
    if fault is None:
        return None
    if fault.name == "html":
        return HttpResponse(_HTML, fault.status or 502, "text/html; charset=utf-8")
    if fault.name == "empty-body":
        return HttpResponse(b"", fault.status or 200)
    if fault.name == "content-filter":
        return HttpResponse(content_filtered().body, fault.status or 400)
    return None


def _refusal(entry: Entry, error: dict[str, Any], family: Family) -> HttpResponse:
    """Return a scripted error, in the shape of the service."""
    wait = entry.retry_after
    limits = entry.status == 429
    headers = dict(_LIMITS) if limits and family != "search" else {}
    if limits or wait is not None:
        wait = 1 if wait is None else wait
        # Whole seconds (RFC 9110, 10.2.3); Azure and the SDKs know milliseconds besides.
        headers["retry-after"] = str(math.ceil(wait))
        headers["retry-after-ms"] = f"{wait * 1000:g}"
    if family == "search":
        body = azure_refused(entry.status, error["code"] or "", error["message"]).body
    else:
        body = refused(
            error["message"], kind=error["type"], param=error["param"], code=error["code"]
        ).body
    return HttpResponse(body, entry.status, headers=headers)


def whole(response: HttpResponse, fault: Fault) -> HttpResponse:
    """Return a reply that is not streamed, as a fault leaves it."""
    content = response.encode()
    if fault.name == "error-event":
        return HttpResponse(_ERROR, 500)
    if fault.name == "not-json":
        content = content[: len(content) // 2]
    elif fault.name == "not-an-event":
        content = _NOT_AN_EVENT
    elif fault.name == "split-characters":
        content = _readable(content)
    elif fault.name == "no-choices":
        content = encode_json({**json.loads(content), "choices": []})
    elif fault.name == "null-content":
        body = json.loads(content)
        for choice in body["choices"]:
            choice["message"]["content"] = None
        content = encode_json(body)
    return HttpResponse(content, response.status, response.media_type, response.headers)


def events(chunks: Iterable[bytes], fault: Fault) -> Iterator[bytes]:
    """Yield the events of a stream, with what a fault puts in."""
    if fault.name == "split-characters":
        yield from map(_readable, chunks)
        return
    for number, chunk in enumerate(chunks):
        if number == fault.after or (number > fault.after and fault.name == "null-content"):
            yield from _put_in(fault.name, chunk)
            if fault.name == "error-event":
                return
        yield chunk


def _put_in(name: str, chunk: bytes) -> Iterator[bytes]:
    """Yield what comes before an event."""
    if name == "not-json":
        yield _DATA + _NOT_JSON + b"\n\n"
    elif name == "not-an-event":
        yield _DATA + _NOT_AN_EVENT + b"\n\n"
    elif name == "error-event":
        yield _DATA + encode_json(_ERROR) + b"\n\n"
    elif name in {"no-choices", "null-content"} and _DONE not in chunk:
        event = json.loads(chunk[len(_DATA) :])
        if name == "no-choices":
            event["choices"] = []
        for choice in event["choices"]:
            choice.update(delta={"content": None}, finish_reason=None)
        yield _DATA + encode_json(event) + b"\n\n"


def split(chunk: bytes) -> list[bytes]:
    """Return bytes cut in the middle of each character that has more than one."""
    parts, start = [], 0
    for place, byte in enumerate(chunk):
        if byte >= 0xC0:
            parts.append(chunk[start : place + 1])
            start = place + 1
    return [*parts, chunk[start:]]


def _readable(chunk: bytes) -> bytes:
    """Return JSON, or events of it, with characters as they are instead of escapes."""
    lines = chunk.split(b"\n")
    for index, line in enumerate(lines):
        head = _DATA if line.startswith(_DATA) else b""
        content = line[len(head) :]
        if content.startswith(b"{"):
            text = json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":"))
            # Half of a surrogate pair has no bytes; it stays an escape.
            lines[index] = head + text.encode("utf-8", "backslashreplace")
    return b"\n".join(lines)
