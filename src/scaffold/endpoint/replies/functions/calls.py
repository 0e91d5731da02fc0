"""Which functions a prompt has called next, and what was returned by those called before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scaffold.endpoint.replies import citations as sources
from scaffold.endpoint.replies.functions.arguments import arguments
from scaffold.endpoint.replies.functions.choice import Wanted, wanted_calls
from scaffold.endpoint.replies.prompt import Message, Prompt, ToolCall, question_of
from scaffold.endpoint.replies.schemas.merge import Contradiction


def next_calls(prompt: Prompt) -> tuple[ToolCall, ...]:
    """Return the calls that the words of a prompt ask for and that were not made yet in this turn.

    Raises:
        Contradiction: no arguments fit the parameters of one.
    """
    if prompt.tool_choice == "none" or not prompt.tools:
        return ()
    results = results_of(prompt)
    done = Counter(name for name, _ in results)
    # Sources inside the message are not the user's words: they must not set off a function.
    question, _ = sources.split_sources(question_of(prompt.messages))
    if prompt.tool_choice.startswith("="):
        name = prompt.tool_choice[1:]
        chosen = [Wanted(tool, question) for tool in prompt.tools if tool.name == name]
    else:
        chosen = wanted_calls(question, prompt.tools)
    chosen = _without_done(chosen, done)
    if prompt.tool_choice == "required" and not chosen:
        left = [Wanted(tool, question) for tool in prompt.tools if tool.name not in done]
        chosen = left[:1]
    if not prompt.parallel:
        chosen = chosen[:1]
    told = in_words(results)
    return tuple(_call(wanted, question, told) for wanted in chosen)


def _without_done(chosen: Sequence[Wanted], done: Counter[str]) -> list[Wanted]:
    """Return the calls that were not made yet in this turn, of which each function has had so
    many.
    """
    left, had = [], Counter(done)
    for wanted in chosen:
        if had[wanted.tool.name]:
            had[wanted.tool.name] -= 1
        else:
            left.append(wanted)
    return left


def _call(wanted: Wanted, question: str, told: str) -> ToolCall:
    tool = wanted.tool
    try:
        return ToolCall(tool.name, arguments(wanted.text, tool, whole=question, told=told))
    except Contradiction as problem:
        raise Contradiction(f"function '{tool.name}'") from problem


def in_words(results: Sequence[tuple[str, str]]) -> str:
    """Return what functions have returned, in words."""
    return "; ".join(f"{name} returned {result.strip()}" for name, result in results)


def _this_turn(prompt: Prompt) -> tuple[Message, ...]:
    """Return what came after the user's last message."""
    for index in range(len(prompt.messages) - 1, -1, -1):
        if prompt.messages[index].role == "user":
            return prompt.messages[index + 1 :]
    return prompt.messages


def results_of(prompt: Prompt) -> list[tuple[str, str]]:
    """Return the functions called in this turn and what they returned."""
    turn = _this_turn(prompt)
    names = {call.id: call.name for message in turn for call in message.tool_calls}
    return [
        (names.get(message.tool_call_id, "The function"), message.text)
        for message in turn
        if message.role == "tool"
    ]
