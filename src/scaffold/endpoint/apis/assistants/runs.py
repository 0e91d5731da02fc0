"""Runs: an assistant answers a thread, streamed or polled, and the steps it took.

A polled run goes on one status each time it is looked at (queued, in progress, completed), never
with the clock, so that a client which does not poll finds out here and not in production.

Source: https://platform.openai.com/docs/api-reference/runs and …/run-steps
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffold.endpoint.apis.assistants import threads
from scaffold.endpoint.apis.assistants.assistants import WHERE, resources
from scaffold.endpoint.apis.assistants.assistants import find as find_assistant
from scaffold.endpoint.apis.assistants.run_life import advance, cancel, live, submit
from scaffold.endpoint.apis.assistants.run_steps import without_content
from scaffold.endpoint.apis.assistants.shape import (
    INCLUDABLE,
    RUN,
    RUN_CHANGES,
    RUN_WITH_THREAD,
    TOOL_OUTPUTS,
)
from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import EventStream, HttpResponse, event
from scaffold.endpoint.http.service_errors import not_found, refused
from scaffold.endpoint.state.threads import StoredRun, Thread

JsonObject = dict[str, Any]


def create(call: Call) -> HttpResponse | EventStream:
    """Start a run on a thread.

    Raises:
        ServiceError: the thread or the assistant does not exist, the body is not acceptable, or
            another run is under way.
    """
    thread = threads.find(call)
    body = call.checked(RUN)
    assistant = find_assistant(call, body["assistant_id"])
    _check_model(call, body)
    active = thread.active_run(call.state.now())
    if active is not None:
        thread_id = thread.resource["id"]
        raise refused(f"Thread {thread_id} already has an active run {active}.")
    more = body.get("additional_messages") or []
    threads.check_attachments(call.state, more)
    for message in more:
        threads.add_message(call.state, thread, message)
    return _start(_new_run(call, thread, assistant, body))


def create_with_thread(call: Call) -> HttpResponse | EventStream:
    """Start a thread and a run on it."""
    body = call.checked(RUN_WITH_THREAD)
    assistant = find_assistant(call, body["assistant_id"])
    _check_model(call, body)
    resources(call.state, body.get("tool_resources"))
    thread = threads.new_thread(call.state, body.get("thread", {}))
    run = _new_run(call, thread, assistant, body)
    return _start(run, [("thread.created", thread.resource)])


def _check_model(call: Call, body: JsonObject) -> None:
    if body.get("model"):
        call.find_model(body["model"], "chat")


def _new_run(call: Call, thread: Thread, assistant: JsonObject, body: JsonObject) -> StoredRun:
    """Return a run as it begins: what the assistant says, where the request does not say
    otherwise.
    """

    def setting(name: str, otherwise: Any = None) -> Any:
        return body.get(name) if body.get(name) is not None else assistant.get(name, otherwise)

    said = [setting("instructions") or "", body.get("additional_instructions") or ""]
    created = call.state.now()
    resource = {
        "id": call.state.new_id("run_"),
        "object": "thread.run",
        "created_at": created,
        "assistant_id": assistant["id"],
        "thread_id": thread.resource["id"],
        "status": "queued",
        "started_at": None,
        "expires_at": created + 600,
        "cancelled_at": None,
        "failed_at": None,
        "completed_at": None,
        "required_action": None,
        "last_error": None,
        "model": setting("model"),
        "instructions": " ".join(filter(None, said)),
        "tools": setting("tools"),
        "metadata": body.get("metadata") or {},
        "temperature": setting("temperature"),
        "top_p": setting("top_p"),
        "max_completion_tokens": body.get("max_completion_tokens"),
        "max_prompt_tokens": body.get("max_prompt_tokens"),
        "truncation_strategy": {
            "type": "auto",
            "last_messages": None,
            **(body.get("truncation_strategy") or {}),
        },
        "incomplete_details": None,
        "usage": None,
        "response_format": setting("response_format"),
        "tool_choice": body.get("tool_choice") or "auto",
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
    }
    given = body.get("tool_resources") or assistant["tool_resources"]
    run = StoredRun(resource, given, streamed=bool(body.get("stream")))
    run.life = live(call.state, thread, run, call.reply_to)
    thread.runs.append(run)
    return run


def _start(
    run: StoredRun, first: list[tuple[str, JsonObject]] | None = None
) -> HttpResponse | EventStream:
    if not run.streamed:
        return HttpResponse(run.resource)
    # Nobody listens yet, and nobody will if the connection breaks now: it can be polled until then.
    run.streamed = False
    return EventStream(_events(run, first or []))


def _events(run: StoredRun, first: list[tuple[str, JsonObject]]) -> Iterator[bytes]:
    """Yield a run's life as server-sent events. Cancelling puts another life in its place
    meanwhile.
    """
    run.streamed = True
    try:
        for name, data in first:
            yield event(data, name)
        while (happened := next(run.life, None)) is not None:
            name, data = happened
            yield event(data, name)
        yield b"event: done\ndata: [DONE]\n\n"
    finally:
        # A stream that breaks off leaves a run that lives on, and can be polled.
        run.streamed = False


def list_runs(call: Call) -> HttpResponse:
    """Return a page of a thread's runs."""
    runs = threads.find(call).runs
    for run in runs:
        run.expire(call.state.now())
        advance(run)
    return page(call.query, [run.resource for run in runs], "run")


def retrieve(call: Call) -> HttpResponse:
    """Return one run, a status further than it was."""
    run = _run(call, threads.find(call))
    advance(run)
    run.expire(call.state.now())
    return HttpResponse(run.resource, headers=_POLL_SOON)


def modify(call: Call) -> HttpResponse:
    """Change what a run carries along."""
    run = _run(call, threads.find(call))
    run.resource["metadata"] = call.checked(RUN_CHANGES).get("metadata") or {}
    return HttpResponse(run.resource)


def cancel_run(call: Call) -> HttpResponse:
    """Stop a run that is under way.

    Raises:
        ServiceError: there is no such run, or it has ended.
    """
    thread = threads.find(call)
    run = _run(call, thread)
    status = run.resource["status"]
    if status not in {"queued", "in_progress", "requires_action"}:
        raise refused(f"Cannot cancel run with status '{status}'.")
    run.resource.update(status="cancelling", required_action=None)
    run.life = cancel(call.state, thread, run)
    return HttpResponse(run.resource)


def submit_tool_outputs(call: Call) -> HttpResponse | EventStream:
    """Take the results of the functions that a run asked for, and let it go on.

    Raises:
        ServiceError: the run does not wait for results, or not for these.
    """
    thread = threads.find(call)
    run = _run(call, thread)
    body = call.checked(TOOL_OUTPUTS)
    run.expire(call.state.now())
    if run.resource["status"] != "requires_action":
        status = run.resource["status"]
        raise refused(f'Runs in status "{status}" do not accept tool outputs.')
    action = run.resource["required_action"]["submit_tool_outputs"]
    expected = [each["id"] for each in action["tool_calls"]]
    given = [each["tool_call_id"] for each in body["tool_outputs"]]
    if sorted(given) != sorted(expected):
        raise refused(f"Expected tool outputs for call_ids {expected}, got {given}")
    run.streamed = bool(body.get("stream"))
    happened = submit(call.state, thread, run, body["tool_outputs"], call.reply_to)
    return _start(run, happened)


def list_steps(call: Call) -> HttpResponse:
    """Return a page of the steps that a run took."""
    run = _run(call, threads.find(call))
    return page(call.query, [_shown(call, step) for step in run.steps], "run step")


def retrieve_step(call: Call) -> HttpResponse:
    """Return one step.

    Raises:
        ServiceError: the run took no such step.
    """
    for step in _run(call, threads.find(call)).steps:
        if step["id"] == call.path["step"]:
            return HttpResponse(_shown(call, step))
    raise not_found("run step", call.path["step"])


def _shown(call: Call, step: JsonObject) -> JsonObject:
    asked = call.query.get("include") or call.query.get("include[]")
    return step if asked == INCLUDABLE else without_content(step)


def _run(call: Call, thread: Thread) -> StoredRun:
    for run in thread.runs:
        if run.resource["id"] == call.path["run"]:
            return run
    raise not_found("run", call.path["run"])


# The SDK polls once a second unless the service says otherwise.
_POLL_SOON = {"openai-poll-after-ms": "50"}
_RUNS = "/threads/{thread}/runs"
_ONE = _RUNS + "/{run}"
OPERATIONS = (
    Operation("POST", "/threads/runs", create_with_thread, WHERE, beta=True, kind="assistants"),
    Operation("POST", _RUNS, create, WHERE, beta=True, kind="assistants"),
    Operation("GET", _RUNS, list_runs, WHERE, beta=True, kind="assistants"),
    Operation("GET", _ONE, retrieve, WHERE, beta=True, kind="assistants"),
    Operation("POST", _ONE, modify, WHERE, beta=True, kind="assistants"),
    Operation("POST", _ONE + "/cancel", cancel_run, WHERE, beta=True, kind="assistants"),
    Operation(
        "POST",
        _ONE + "/submit_tool_outputs",
        submit_tool_outputs,
        WHERE,
        beta=True,
        kind="assistants",
    ),
    Operation("GET", _ONE + "/steps", list_steps, WHERE, beta=True, kind="assistants"),
    Operation("GET", _ONE + "/steps/{step}", retrieve_step, WHERE, beta=True, kind="assistants"),
)
