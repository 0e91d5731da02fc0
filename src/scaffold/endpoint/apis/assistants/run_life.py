"""The life of a run: what happens, one event after the other, and what it leaves in the thread.

A life is an iterator. A streamed run is the iterator read to its end while the client listens; a
polled run is the same iterator, read on as far as the next status whenever the client looks. A run
that asks for functions to be called ends one life there, and begins another with their results.

Source: https://platform.openai.com/docs/api-reference/assistants-streaming/events
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffold.endpoint.apis.assistants.run_steps import (
    CUT_OFF,
    Event,
    JsonObject,
    code_step,
    complete,
    function_step,
    message_step,
    search_step,
    usage,
)
from scaffold.endpoint.apis.assistants.threads import text_of
from scaffold.endpoint.apis.call import ReplyTo
from scaffold.endpoint.apis.chat.request import to_choice, to_schema, to_tool
from scaffold.endpoint.replies.code_interpreter import NOTHING, CodeRun, run_for
from scaffold.endpoint.replies.prompt import SORRY, Message, Prompt, Reply, ToolCall, question_of
from scaffold.endpoint.script.turn import Instead
from scaffold.endpoint.state.state import State
from scaffold.endpoint.state.storage import Found
from scaffold.endpoint.state.threads import StoredRun, Thread

_MOST_RESULTS = 20


def file_mark(index: int) -> str:
    """Return the mark of a file in an assistant's reply, by its place in what the search found."""
    return f"【4:{index}†source】"


def advance(run: StoredRun) -> None:
    """Let a polled run live on to its next status."""
    if run.streamed:
        return
    before = run.resource["status"]
    for _ in run.life:
        if run.resource["status"] != before:
            return


def live(state: State, thread: Thread, run: StoredRun, reply_to: ReplyTo) -> Iterator[Event]:
    """Yield all that happens to a new run; the thread and the run change as it is read.

    Args:
        state: what the server knows.
        thread: the run's thread.
        run: the run.
        reply_to: what the call asks for a reply.

    Raises:
        Instead: a script refuses; nothing has happened.
    """
    work = _work(state, thread, run, reply_to)
    begun = ("thread.run.created", run.resource), ("thread.run.queued", run.resource)
    return itertools.chain(begun, work)


def submit(
    state: State, thread: Thread, run: StoredRun, outputs: Sequence[JsonObject], reply_to: ReplyTo
) -> list[Event]:
    """Give a run the results of the functions that it asked for; it lives on with them.

    Args:
        state: what the server knows.
        thread: the run's thread.
        run: the run, which requires action.
        outputs: a checked result for each call.
        reply_to: what the call asks for a reply.

    Returns:
        what has happened by that.

    Raises:
        Instead: a script refuses; the run still waits.
    """
    said = {output["tool_call_id"]: output.get("output") or "" for output in outputs}
    step = run.steps[-1]
    functions = {call["id"]: call["function"] for call in step["step_details"]["tool_calls"]}
    for call_id, function in functions.items():
        function["output"] = said[call_id]
    try:
        work = _work(state, thread, run, reply_to)
    except Instead:
        for function in functions.values():
            function["output"] = None
        raise
    completed = complete(state, step, 0)
    run.resource.update(status="queued", required_action=None)
    run.life = work
    return [completed, ("thread.run.queued", run.resource)]


def cancel(state: State, thread: Thread, run: StoredRun) -> Iterator[Event]:
    """Yield what happens to a run that is cancelled while it is under way.

    Args:
        state: what the server knows.
        thread: the run's thread.
        run: the run.
    """
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
    resource["cancelled_at"] = state.now()
    run.end("cancelled")
    yield "thread.run.cancelled", resource


def _work(state: State, thread: Thread, run: StoredRun, reply_to: ReplyTo) -> Iterator[Event]:
    """Yield what a run does until it ends or waits; what it answers is settled at once."""
    messages = _messages(thread, run)
    found, code = _tools_used(state, thread, run, messages)
    prompt = _prompt(run, messages, found, code)
    reply = reply_to(prompt)
    spent = prompt.tokens
    return _steps(state, thread, run, _Outcome(reply, found, code, spent))


@dataclass(frozen=True)
class _Outcome:
    """What a run comes to: its reply, what its tools found and printed, the tokens it read."""

    reply: Reply
    found: list[Found] | None
    code: CodeRun | None
    spent: int


def _steps(state: State, thread: Thread, run: StoredRun, outcome: _Outcome) -> Iterator[Event]:
    resource, reply = run.resource, outcome.reply
    resource["status"], resource["started_at"] = "in_progress", state.now()
    yield "thread.run.in_progress", resource
    if reply.failed:
        resource["failed_at"] = state.now()
        resource["last_error"] = {"code": "server_error", "message": SORRY}
        run.end("failed")
        yield "thread.run.failed", resource
        return
    if reply.tool_calls:
        if reply.pieces:
            yield from message_step(state, thread, run, reply)
        yield from function_step(state, run, reply)
        # Its stream ends here; what comes next is up to the client.
        run.streamed = False
        resource["status"] = "requires_action"
        resource["required_action"] = _required(run.steps[-1])
        yield "thread.run.requires_action", resource
        return
    if outcome.found is not None:
        yield from search_step(state, run, outcome.found)
    if outcome.code is not None:
        yield from code_step(state, run, outcome.code)
    yield from message_step(state, thread, run, reply)
    resource["usage"] = usage(outcome.spent, reply.tokens)
    if reply.finish_reason in CUT_OFF:
        filtered = reply.finish_reason == "content_filter"
        reason = "content_filter" if filtered else "max_completion_tokens"
        resource["incomplete_details"] = {"reason": reason}
        run.end("incomplete")
    else:
        resource["completed_at"] = state.now()
        run.end("completed")
    yield f"thread.run.{resource['status']}", resource


def _required(step: JsonObject) -> JsonObject:
    """Return what a run asks the client for: each call of a function, without its result."""
    calls = [
        {
            "id": call["id"],
            "type": "function",
            "function": {
                "name": call["function"]["name"],
                "arguments": call["function"]["arguments"],
            },
        }
        for call in step["step_details"]["tool_calls"]
    ]
    return {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}


def _messages(thread: Thread, run: StoredRun) -> tuple[Message, ...]:
    """Return the conversation, and what the run has called so far."""
    messages = [Message(message["role"], text_of(message)) for message in thread.messages]
    for step in run.steps:
        called = [
            (
                ToolCall(each["function"]["name"], each["function"]["arguments"], each["id"]),
                each["function"]["output"],
            )
            for each in step["step_details"].get("tool_calls", [])
            if each["type"] == "function"
        ]
        if called:
            calls = tuple(call for call, _ in called)
            messages.append(Message("assistant", "", calls))
            messages += [Message("tool", output, (), call.id) for call, output in called]
    return tuple(messages)


def _tools_used(
    state: State, thread: Thread, run: StoredRun, messages: tuple[Message, ...]
) -> tuple[list[Found] | None, CodeRun | None]:
    """Return what the service's own tools find and print for the last question; None if they stay
    out.

    Arithmetic goes before files, and files before code that would have nothing to work out.
    """
    choice = run.resource["tool_choice"]
    tools = {tool["type"]: tool for tool in run.resource["tools"]}
    if choice == "none" or (messages[-1:] and messages[-1].role == "tool"):
        return None, None
    forced = choice["type"] if isinstance(choice, dict) else ""
    question = question_of(messages)
    code = None
    if "code_interpreter" in tools and forced in {"", "code_interpreter"}:
        code = run_for(question, forced == "code_interpreter")
    found = None
    if "file_search" in tools and forced in {"", "file_search"}:
        found = _search(state, thread, run, question, tools["file_search"].get("file_search", {}))
    if code is not None and not (found and code.logs == NOTHING):
        return None, code
    looked = forced == "file_search" or (choice == "required" and "function" not in tools)
    return found or ([] if looked and found is not None else None), None


def _search(
    state: State, thread: Thread, run: StoredRun, question: str, options: JsonObject
) -> list[Found] | None:
    """Return what the run's and the thread's vector stores have on a question; None without a
    store.
    """
    holders = (run.resources, thread.resource["tool_resources"])
    named = [
        store_id
        for holder in holders
        for store_id in holder.get("file_search", {}).get("vector_store_ids", [])
    ]
    # A store may have been deleted since it was named.
    ids = [store_id for store_id in named if store_id in state.storage.stores]
    if not ids:
        return None
    threshold = options.get("ranking_options", {}).get("score_threshold", 0.0)
    most = options.get("max_num_results", _MOST_RESULTS)
    return state.storage.search(ids, question, most, threshold=threshold)


def _prompt(
    run: StoredRun,
    messages: tuple[Message, ...],
    found: list[Found] | None,
    code: CodeRun | None,
) -> Prompt:
    resource = run.resource
    choice = resource["tool_choice"]
    if isinstance(choice, dict) and choice["type"] != "function":
        choice = "none"
    elif choice == "required" and (found or code):
        choice = "auto"
    functions = [tool["function"] for tool in resource["tools"] if tool["type"] == "function"]
    return Prompt(
        messages,
        tools=tuple(to_tool(function) for function in functions),
        tool_choice=to_choice(choice),
        parallel=resource["parallel_tool_calls"],
        documents=None if found is None else tuple(each.document for each in found),
        mark=file_mark,
        code=code,
        json_schema=None
        if resource["response_format"] == "auto"
        else to_schema(resource["response_format"]),
        most_tokens=resource["max_completion_tokens"],
    )
