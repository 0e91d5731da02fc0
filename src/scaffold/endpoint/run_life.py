"""The life of a run: what happens, one event after the other, and what it leaves in the thread.

A life is an iterator. A streamed run is the iterator read to its end while the client listens; a
polled run is the same iterator, read on as far as the next status whenever the client looks.

Source: https://platform.openai.com/docs/api-reference/assistants-streaming/events
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from scaffold.endpoint import answers
from scaffold.endpoint.answers import Answer, Citation, Prompt
from scaffold.endpoint.chat_request import to_schema
from scaffold.endpoint.documents import VECTOR_STORE_ID, find
from scaffold.endpoint.state import Run, State, Thread
from scaffold.endpoint.threads import text_of

JsonObject = dict[str, Any]
Event = tuple[str, JsonObject]


def file_mark(index: int) -> str:
    """The mark of a file in an assistant's answer, by its place in what the search found."""
    return f"【4:{index}†source】"


def advance(run: Run) -> None:
    """Let a polled run live on to its next status."""
    if run.streamed:
        return
    before = run.resource["status"]
    for _ in run.life:
        if run.resource["status"] != before:
            return


def live(state: State, thread: Thread, run: Run) -> Iterator[Event]:
    """All that happens to a new run; the thread and the run change as it is read."""
    resource = run.resource
    yield "thread.run.created", resource
    yield "thread.run.queued", resource
    resource["status"], resource["started_at"] = "in_progress", state.now()
    yield "thread.run.in_progress", resource
    prompt = _prompt(thread, run)
    answer = state.answer(prompt)
    if prompt.documents is not None:
        yield from _search_step(state, run, prompt)
    yield from _message_step(state, thread, run, answer)
    spent = sum(4 + len(message.text) // 4 for message in prompt.messages)
    said = len(answer.pieces)
    resource["usage"] = _usage(spent, said)
    if answer.finish_reason == "length":
        resource["status"] = "incomplete"
        resource["incomplete_details"] = {"reason": "max_completion_tokens"}
        yield "thread.run.incomplete", resource
    else:
        resource["status"], resource["completed_at"] = "completed", state.now()
        yield "thread.run.completed", resource


def cancel(state: State, thread: Thread, run: Run) -> Iterator[Event]:
    """What happens to a run that is cancelled while it is under way."""
    resource = run.resource
    yield "thread.run.cancelling", resource
    for message in thread.messages:
        if message["run_id"] == resource["id"] and message["status"] == "in_progress":
            message["status"], message["incomplete_at"] = "incomplete", state.now()
            message["incomplete_details"] = {"reason": "run_cancelled"}
            yield "thread.message.incomplete", message
    for step in run.steps:
        if step["status"] == "in_progress":
            step["status"], step["cancelled_at"] = "cancelled", state.now()
            yield "thread.run.step.cancelled", step
    resource["status"], resource["cancelled_at"] = "cancelled", state.now()
    yield "thread.run.cancelled", resource


def _prompt(thread: Thread, run: Run) -> Prompt:
    """What a run asks for; the files are searched if they can say something about it."""
    messages = tuple(
        answers.Message(message["role"], text_of(message)) for message in thread.messages
    )
    resource = run.resource
    choice = resource["tool_choice"]
    forced = choice == "required" or (isinstance(choice, dict) and choice["type"] == "file_search")
    documents = None
    if choice != "none" and _has_files(thread, run):
        documents = find(answers.question_of(messages)) or (() if forced else None)
    return Prompt(
        messages,
        documents=documents,
        mark=file_mark,
        json_schema=None
        if resource["response_format"] == "auto"
        else to_schema(resource["response_format"]),
        most_tokens=resource["max_completion_tokens"],
    )


def _has_files(thread: Thread, run: Run) -> bool:
    if not any(tool["type"] == "file_search" for tool in run.resource["tools"]):
        return False
    holders = (thread.resource["tool_resources"], run.resources)
    attached = (attachment for message in thread.messages for attachment in message["attachments"])
    return any(attached) or any(
        VECTOR_STORE_ID in holder.get("file_search", {}).get("vector_store_ids", [])
        for holder in holders
    )


def _search_step(state: State, run: Run, prompt: Prompt) -> Iterator[Event]:
    call_id = state.new_id("call_")
    step = _new_step(state, run, {"type": "tool_calls", "tool_calls": []})
    yield "thread.run.step.created", step
    yield "thread.run.step.in_progress", step
    opening = {"index": 0, "id": call_id, "type": "file_search", "file_search": {}}
    delta = {"step_details": {"type": "tool_calls", "tool_calls": [opening]}}
    yield (
        "thread.run.step.delta",
        {
            "id": step["id"],
            "object": "thread.run.step.delta",
            "delta": delta,
        },
    )
    results = [
        {
            "file_id": document.file_id,
            "file_name": document.filename,
            "score": round(1 / (1 + place), 4),
            "content": [{"type": "text", "text": document.text}],
        }
        for place, document in enumerate(prompt.documents or ())
    ]
    search = {
        "ranking_options": {"ranker": "default_2024_08_21", "score_threshold": 0.0},
        "results": results,
    }
    call = {"id": call_id, "type": "file_search", "file_search": search}
    step["step_details"]["tool_calls"].append(call)
    yield _complete(state, step, 0)


def _message_step(state: State, thread: Thread, run: Run, answer: Answer) -> Iterator[Event]:
    message = _new_message(state, thread, run)
    creation = {"message_id": message["id"]}
    step = _new_step(state, run, {"type": "message_creation", "message_creation": creation})
    yield "thread.run.step.created", step
    yield "thread.run.step.in_progress", step
    thread.messages.append(message)
    yield "thread.message.created", message
    yield "thread.message.in_progress", message
    for part in _deltas(answer):
        yield (
            "thread.message.delta",
            {
                "id": message["id"],
                "object": "thread.message.delta",
                "delta": {"content": [{"index": 0, "type": "text", "text": part}]},
            },
        )
    annotations = [_annotation(citation) for citation in answer.citations]
    block = {"type": "text", "text": {"value": answer.text, "annotations": annotations}}
    message["content"] = [block]
    if answer.finish_reason == "length":
        message["status"], message["incomplete_at"] = "incomplete", state.now()
        message["incomplete_details"] = {"reason": "max_tokens"}
        yield "thread.message.incomplete", message
    else:
        message["status"], message["completed_at"] = "completed", state.now()
        yield "thread.message.completed", message
    yield _complete(state, step, len(answer.pieces))


def _deltas(answer: Answer) -> Iterator[JsonObject]:
    """The pieces of an answer; a citation's mark comes whole, with what it stands for."""
    cited = {citation.start: (index, citation) for index, citation in enumerate(answer.citations)}
    place = 0
    for number, piece in enumerate(answer.pieces):
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


def _new_step(state: State, run: Run, details: JsonObject) -> JsonObject:
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


def _complete(state: State, step: JsonObject, said: int) -> Event:
    step["status"], step["completed_at"] = "completed", state.now()
    step["usage"] = _usage(0, said)
    shown = step
    if step["type"] == "tool_calls":
        # What the files say is only for those who ask for it (`include`).
        shown = without_content(step)
    return "thread.run.step.completed", shown


def without_content(step: JsonObject) -> JsonObject:
    """A step as it is said to those who did not ask for what the files say."""
    shown = copy.deepcopy(step)
    for call in shown["step_details"].get("tool_calls", []):
        for result in call.get("file_search", {}).get("results", []):
            del result["content"]
    return shown


def _new_message(state: State, thread: Thread, run: Run) -> JsonObject:
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


def _usage(spent: int, said: int) -> JsonObject:
    return {"prompt_tokens": spent, "completion_tokens": said, "total_tokens": spent + said}
