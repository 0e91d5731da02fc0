"""The steps that a run takes, as events and as what is kept of them.

Source: https://platform.openai.com/docs/api-reference/run-steps
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from scaffold.endpoint.replies.code_interpreter import CodeRun
from scaffold.endpoint.replies.prompt import Citation, Reply
from scaffold.endpoint.replies.words import pieces
from scaffold.endpoint.state.state import State
from scaffold.endpoint.state.storage import Found
from scaffold.endpoint.state.threads import StoredRun, Thread

JsonObject = dict[str, Any]
Event = tuple[str, JsonObject]

# Why a message is incomplete, by what a chat completion calls it.
CUT_OFF = {"length": "max_tokens", "content_filter": "content_filter"}
_RANKING = {"ranker": "default_2024_08_21", "score_threshold": 0.0}


def search_step(state: State, run: StoredRun, found: Sequence[Found]) -> Iterator[Event]:
    """Yield what happens in a search of files.

    Args:
        state: what the server knows.
        run: the run.
        found: what was found.
    """
    step = _new_step(state, run, {"type": "tool_calls", "tool_calls": []})
    call_id = state.new_id("call_")
    yield from _begin(step)
    yield _delta(step, 0, {"id": call_id, "type": "file_search", "file_search": {}})
    results = [
        {
            "file_id": each.document.file_id,
            "file_name": each.document.filename,
            "score": each.score,
            "content": [{"type": "text", "text": each.document.text}],
        }
        for each in found
    ]
    search = {"ranking_options": _RANKING, "results": results}
    call = {"id": call_id, "type": "file_search", "file_search": search}
    step["step_details"]["tool_calls"].append(call)
    yield complete(state, step, 0)


def code_step(state: State, run: StoredRun, code: CodeRun) -> Iterator[Event]:
    """Yield what happens while code is written and run.

    Args:
        state: what the server knows.
        run: the run.
        code: what was run.
    """
    step = _new_step(state, run, {"type": "tool_calls", "tool_calls": []})
    call_id = state.new_id("call_")
    yield from _begin(step)
    kind = {"type": "code_interpreter"}
    empty = {"input": "", "outputs": []}
    yield _delta(step, 0, {"id": call_id, **kind, "code_interpreter": empty})
    for piece in pieces(code.code):
        yield _delta(step, 0, {**kind, "code_interpreter": {"input": piece}})
    logs = {"type": "logs", "logs": code.logs}
    yield _delta(step, 0, {**kind, "code_interpreter": {"outputs": [{"index": 0, **logs}]}})
    ran = {"input": code.code, "outputs": [logs]}
    step["step_details"]["tool_calls"].append({"id": call_id, **kind, "code_interpreter": ran})
    yield complete(state, step, len(pieces(code.code)))


def function_step(state: State, run: StoredRun, reply: Reply) -> Iterator[Event]:
    """Yield what happens when functions are called, until the client is asked for their results.

    Args:
        state: what the server knows.
        run: the run.
        reply: what is said; its calls are taken.
    """
    step = _new_step(state, run, {"type": "tool_calls", "tool_calls": []})
    yield from _begin(step)
    for index, call in enumerate(reply.tool_calls):
        call_id = call.id or state.new_id("call_")
        empty = {"name": call.name, "arguments": "", "output": None}
        yield _delta(step, index, {"id": call_id, "type": "function", "function": empty})
        for piece in call.pieces:
            yield _delta(step, index, {"type": "function", "function": {"arguments": piece}})
        function = {"name": call.name, "arguments": call.arguments, "output": None}
        kept = {"id": call_id, "type": "function", "function": function}
        step["step_details"]["tool_calls"].append(kept)


def _begin(step: JsonObject) -> Iterator[Event]:
    yield "thread.run.step.created", step
    yield "thread.run.step.in_progress", step


def _delta(step: JsonObject, index: int, call: JsonObject) -> Event:
    details = {"type": "tool_calls", "tool_calls": [{"index": index, **call}]}
    delta = {"step_details": details}
    return (
        "thread.run.step.delta",
        {"id": step["id"], "object": "thread.run.step.delta", "delta": delta},
    )


def message_step(state: State, thread: Thread, run: StoredRun, reply: Reply) -> Iterator[Event]:
    """Yield what happens while the message that ends a run is written.

    Args:
        state: what the server knows.
        thread: where the message is put.
        run: the run.
        reply: what is said; its text is taken.
    """
    message = _new_message(state, thread, run)
    creation = {"message_id": message["id"]}
    step = _new_step(state, run, {"type": "message_creation", "message_creation": creation})
    yield from _begin(step)
    thread.messages.append(message)
    yield "thread.message.created", message
    yield "thread.message.in_progress", message
    for part in _deltas(reply):
        yield (
            "thread.message.delta",
            {
                "id": message["id"],
                "object": "thread.message.delta",
                "delta": {"content": [{"index": 0, "type": "text", "text": part}]},
            },
        )
    annotations = [_annotation(citation) for citation in reply.citations]
    block = {"type": "text", "text": {"value": reply.text, "annotations": annotations}}
    message["content"] = [block]
    if reply.finish_reason in CUT_OFF:
        message["status"], message["incomplete_at"] = "incomplete", state.now()
        message["incomplete_details"] = {"reason": CUT_OFF[reply.finish_reason]}
        yield "thread.message.incomplete", message
    else:
        message["status"], message["completed_at"] = "completed", state.now()
        yield "thread.message.completed", message
    yield complete(state, step, reply.tokens)


def _deltas(reply: Reply) -> Iterator[JsonObject]:
    """Yield the pieces of a reply; a citation's mark comes whole, with what it stands for."""
    cited = {citation.start: (index, citation) for index, citation in enumerate(reply.citations)}
    place = 0
    for number, piece in enumerate(reply.pieces):
        delta: JsonObject = {"value": piece}
        if place in cited:
            index, citation = cited[place]
            delta["annotations"] = [{"index": index, **_annotation(citation)}]
        elif number == 0:
            delta["annotations"] = []
        yield delta
        place += len(piece)


def _annotation(citation: Citation) -> JsonObject:
    return {
        "type": "file_citation",
        "text": citation.mark,
        "start_index": citation.start,
        "end_index": citation.end,
        "file_citation": {"file_id": citation.document.file_id},
    }


def _new_step(state: State, run: StoredRun, details: JsonObject) -> JsonObject:
    step = {
        "id": state.new_id("step_"),
        "object": "thread.run.step",
        "created_at": state.now(),
        "run_id": run.resource["id"],
        "assistant_id": run.resource["assistant_id"],
        "thread_id": run.resource["thread_id"],
        "type": details["type"],
        "status": "in_progress",
        "cancelled_at": None,
        "completed_at": None,
        "expired_at": None,
        "failed_at": None,
        "last_error": None,
        "metadata": None,
        "step_details": details,
        "usage": None,
    }
    run.steps.append(step)
    return step


def complete(state: State, step: JsonObject, said: int) -> Event:
    """End a step.

    Args:
        state: what the server knows.
        step: the step.
        said: how many tokens it wrote.
    """
    step["status"], step["completed_at"] = "completed", state.now()
    step["usage"] = usage(0, said)
    shown = step
    if step["type"] == "tool_calls":
        # What the files say is only for those who ask for it (`include`).
        shown = without_content(step)
    return "thread.run.step.completed", shown


def without_content(step: JsonObject) -> JsonObject:
    """Return a step as it is said to those who did not ask for what the files say."""
    shown = copy.deepcopy(step)
    for call in shown["step_details"].get("tool_calls", []):
        for result in call.get("file_search", {}).get("results", []):
            del result["content"]
    return shown


def _new_message(state: State, thread: Thread, run: StoredRun) -> JsonObject:
    return {
        "id": state.new_id("msg_"),
        "object": "thread.message",
        "created_at": state.now(),
        "assistant_id": run.resource["assistant_id"],
        "thread_id": thread.resource["id"],
        "run_id": run.resource["id"],
        "role": "assistant",
        "status": "in_progress",
        "completed_at": None,
        "incomplete_at": None,
        "incomplete_details": None,
        "content": [],
        "attachments": [],
        "metadata": {},
    }


def usage(spent: int, said: int) -> JsonObject:
    """Return what something took, in tokens."""
    return {"prompt_tokens": spent, "completion_tokens": said, "total_tokens": spent + said}
