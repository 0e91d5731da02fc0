"""How a response is streamed: what happens to it and to its items, as server-sent events.

Source: https://developers.openai.com/api/reference/resources/responses/streaming-events
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scaffold.endpoint.apis.responses import reasoning
from scaffold.endpoint.http.response import event
from scaffold.endpoint.http.service_errors import not_listed

JsonObject = dict[str, Any]
Event = tuple[str, JsonObject]


def events(
    begun: JsonObject,
    ended: JsonObject,
    pieces: Mapping[str, Sequence[str]],
    finish: Callable[[], None],
) -> Iterator[bytes]:
    """Yield a response as a stream, numbered.

    Args:
        begun: the response as it begins.
        ended: the response as it ends.
        pieces: the text of each item, cut, by the item's id.
        finish: called before the last event, so that what is heard of is there.
    """
    last = f"response.{ended['status']}"
    for number, (name, data) in enumerate(_events(begun, ended, pieces)):
        if name == last:
            finish()
        yield event({"type": name, "sequence_number": number, **data}, name)


def resumable(
    begun: JsonObject,
    ended: JsonObject,
    pieces: Mapping[str, Sequence[str]],
    finish: Callable[[], None],
) -> Callable[[int], Iterator[bytes]]:
    """Return a stream that can be taken up again, by the number of the last event that was seen.

    Args:
        begun: the response as it begins.
        ended: the response as it ends.
        pieces: the text of each item, cut, by the item's id.
        finish: called before the last event is sent for the first time.
    """
    chunks = list(events(begun, ended, pieces, lambda: None))
    open_ends = [finish]

    def after(number: int) -> Iterator[bytes]:
        for index in range(max(number + 1, 0), len(chunks)):
            if index == len(chunks) - 1 and open_ends:
                open_ends.pop()()
            yield chunks[index]

    return after


def _events(
    begun: JsonObject, ended: JsonObject, pieces: Mapping[str, Sequence[str]]
) -> Iterator[Event]:
    yield "response.created", {"response": begun}
    if begun["status"] == "queued":
        yield "response.queued", {"response": begun}
    yield "response.in_progress", {"response": {**begun, "status": "in_progress"}}
    for index, item in enumerate(ended["output"]):
        at = {"item_id": item["id"], "output_index": index}
        opening, happenings = _life(item, at, pieces[item["id"]])
        begins = {**item, **opening}
        yield "response.output_item.added", {"output_index": index, "item": begins}
        yield from happenings
        yield "response.output_item.done", {"output_index": index, "item": item}
    listing = ended["output"][-1] if ended["output"] else {}
    if listing.get("type") == "mcp_list_tools" and listing["error"] is not None:
        # The document has the fields themselves; what is sent has them in an object, too.
        error = not_listed(listing["error"])
        told = {name: error[name] for name in ("code", "message", "param")}
        yield "error", {**told, "error": error}
    yield f"response.{ended['status']}", {"response": ended}


def _life(
    item: JsonObject, at: JsonObject, pieces: Sequence[str]
) -> tuple[JsonObject, Iterator[Event]]:
    """Return how an item differs when it begins, and what happens until it is done."""
    kind = item["type"]
    if kind == "mcp_list_tools":
        return {"tools": [], "error": None}, _stages(kind, ("in_progress", _outcome(item)), at)
    if kind == "mcp_approval_request":
        return {}, iter(())
    begun = {"status": "in_progress"}
    if kind == "mcp_call":
        return {**begun, "arguments": "", "output": None, "error": None}, _mcp(item, at, pieces)
    if kind == "reasoning":
        return {**begun, "summary": []}, reasoning.happenings(item["summary"], at)
    if kind == "message":
        (part,) = item["content"]
        say = _refusal if part["type"] == "refusal" else _text
        return {**begun, "content": []}, say(part, at, pieces)
    if kind == "function_call":
        return {**begun, "arguments": ""}, _arguments(item, at, pieces)
    if kind == "file_search_call":
        return {**begun, "queries": [], "results": None}, _stages(kind, _SEARCH, at)
    if kind == "web_search_call":
        return {**begun, "action": {"type": "search"}}, _stages(kind, _SEARCH, at)
    if kind == "image_generation_call":
        return {**begun, "result": None}, _stages(kind, _DRAW, at)
    return {**begun, "code": "", "outputs": None}, _code(item["code"], at, pieces)


def _outcome(item: JsonObject) -> str:
    return "completed" if item["error"] is None else "failed"


def _mcp(item: JsonObject, at: JsonObject, pieces: Sequence[str]) -> Iterator[Event]:
    yield "response.mcp_call.in_progress", at
    for piece in pieces:
        yield "response.mcp_call_arguments.delta", {**at, "delta": piece}
    yield "response.mcp_call_arguments.done", {**at, "arguments": item["arguments"]}
    yield f"response.mcp_call.{_outcome(item)}", at


def _text(part: JsonObject, at: JsonObject, pieces: Sequence[str]) -> Iterator[Event]:
    at = {**at, "content_index": 0}
    empty = {**part, "annotations": [], "logprobs": [], "text": ""}
    yield "response.content_part.added", {**at, "part": empty}
    open_notes = list(enumerate(part["annotations"]))
    said = 0
    for number, piece in enumerate(pieces):
        logprobs = [_short(part["logprobs"][number])] if part["logprobs"] else []
        yield "response.output_text.delta", {**at, "delta": piece, "logprobs": logprobs}
        said += len(piece)
        while open_notes and _end_of(open_notes[0][1]) <= said:
            number, note = open_notes.pop(0)
            yield (
                "response.output_text.annotation.added",
                {**at, "annotation_index": number, "annotation": note},
            )
    logprobs = [_short(logprob) for logprob in part["logprobs"]]
    yield "response.output_text.done", {**at, "text": part["text"], "logprobs": logprobs}
    yield "response.content_part.done", {**at, "part": part}


def _refusal(part: JsonObject, at: JsonObject, pieces: Sequence[str]) -> Iterator[Event]:
    at = {**at, "content_index": 0}
    yield "response.content_part.added", {**at, "part": {**part, "refusal": ""}}
    for piece in pieces:
        yield "response.refusal.delta", {**at, "delta": piece}
    yield "response.refusal.done", {**at, "refusal": part["refusal"]}
    yield "response.content_part.done", {**at, "part": part}


def _end_of(note: JsonObject) -> int:
    """Where in the text an annotation is complete."""
    return int(note["end_index"] if note["type"] == "url_citation" else note["index"])


def _short(logprob: JsonObject) -> JsonObject:
    """Return a probability as events have it, without the bytes."""
    short = {name: value for name, value in logprob.items() if name != "bytes"}
    others = logprob.get("top_logprobs", ())
    return {**short, "top_logprobs": [_bare(other) for other in others]}


def _bare(logprob: JsonObject) -> JsonObject:
    return {"token": logprob["token"], "logprob": logprob["logprob"]}


def _arguments(item: JsonObject, at: JsonObject, pieces: Sequence[str]) -> Iterator[Event]:
    for piece in pieces:
        yield "response.function_call_arguments.delta", {**at, "delta": piece}
    done = {**at, "name": item["name"], "arguments": item["arguments"]}
    yield "response.function_call_arguments.done", done


_SEARCH = ("in_progress", "searching", "completed")
_DRAW = ("in_progress", "generating", "completed")


def _stages(kind: str, stages: Sequence[str], at: JsonObject) -> Iterator[Event]:
    """Return what happens to a tool that the service runs, a stage each."""
    for stage in stages:
        yield f"response.{kind}.{stage}", at


def _code(code: str, at: JsonObject, pieces: Sequence[str]) -> Iterator[Event]:
    yield "response.code_interpreter_call.in_progress", at
    for piece in pieces:
        yield "response.code_interpreter_call_code.delta", {**at, "delta": piece}
    yield "response.code_interpreter_call_code.done", {**at, "code": code}
    yield "response.code_interpreter_call.interpreting", at
    yield "response.code_interpreter_call.completed", at
