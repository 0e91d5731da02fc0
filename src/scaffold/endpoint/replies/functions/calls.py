"""Which functions a prompt has called next, and what was returned by those called before."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scaffold.endpoint.replies import citations as sources
from scaffold.endpoint.replies.functions.arguments import Tool, arguments, hands_on
from scaffold.endpoint.replies.functions.choice import Wanted, wanted_calls
from scaffold.endpoint.replies.prompt import Message, Prompt, ToolCall, question_of
from scaffold.endpoint.replies.schemas.merge import Contradiction

_LONGEST = 200
# How an agent such as smolagents' tells what a function has returned: as the user's next words.
_OBSERVED = re.compile(r"\s*Observations?:\s*")
_LONGEST_RESULT = 8_000
# Agents hand a conversation over by calling a function, whose name begins so in every framework.
_HANDOFF = "transfer_to_"
_ASKS_FOR_HANDOFF = re.compile(
    r"\b(?:transfer|connect|switch|hand\w*(?:\s+\w+)?\s+(?:over|off)|put\s+\w+\s+through"
    r"|(?:talk|speak)\w*\s+(?:to|with))\b.*?(?=\b(?:and|then|but)\b|[,;.!?\n]|$)",
    re.I,
)


@dataclass(frozen=True)
class Result:
    """What a call has returned.

    Attributes:
        name: the function's.
        arguments: what it was called with, as JSON text.
        text: what it returned.
    """

    name: str
    arguments: str
    text: str


def next_calls(prompt: Prompt) -> tuple[ToolCall, ...]:
    """Return the calls that the words of a prompt ask for and that were not made yet in this turn.

    Raises:
        Contradiction: no arguments fit the parameters of one.
    """
    if prompt.tool_choice == "none" or not prompt.tools:
        return ()
    results = results_of(prompt)
    done = Counter(result.name for result in results)
    # Sources inside the message are not the user's words: they must not set off a function.
    question, _ = sources.split_sources(question_of(prompt.messages))
    if observed := _OBSERVED.match(question):
        for tool in filter(hands_on, prompt.tools):
            return (_call(Wanted(tool, question), question, question[observed.end() :]),)
    if prompt.tool_choice.startswith("="):
        name = prompt.tool_choice[1:]
        chosen = [Wanted(tool, question) for tool in prompt.tools if tool.name == name]
    elif any(result.name.startswith(_HANDOFF) for result in results):
        chosen = _after_handoff(question, prompt.tools)
    else:
        chosen = _with_one_handoff(wanted_calls(question, prompt.tools))
    chosen = _without_done(chosen, done)
    if prompt.tool_choice == "required" and not chosen:
        left = [Wanted(tool, question) for tool in prompt.tools if tool.name not in done]
        chosen = left[:1]
    if not prompt.parallel:
        chosen = chosen[:1]
    told = in_words(results)
    return tuple(_call(wanted, question, told) for wanted in chosen)


def _with_one_handoff(chosen: Sequence[Wanted]) -> list[Wanted]:
    """Return the calls without any second handoff: a conversation goes to one agent."""
    handoffs = [wanted for wanted in chosen if wanted.tool.name.startswith(_HANDOFF)]
    return [wanted for wanted in chosen if wanted not in handoffs[1:]]


def _after_handoff(question: str, tools: Sequence[Tool]) -> list[Wanted]:
    """Return the calls of an agent that was handed the conversation in this turn.

    The words that asked for it are used up, and it does not hand back what it was handed.
    """
    own = [tool for tool in tools if not tool.name.startswith(_HANDOFF)]
    return wanted_calls(_ASKS_FOR_HANDOFF.sub("", question), own)


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


def in_words(results: Sequence[Result]) -> str:
    """Return what was understood, in words: each function, its arguments, and what it returned."""
    *earlier, last = [_cut_off(each.text) or "nothing" for each in results] or [""]
    texts = [*(text.removesuffix(".") for text in earlier), last]
    calls = (f"{each.name}{_in_brackets(each.arguments)}" for each in results)
    return "; ".join(f"{call} returned {text}" for call, text in zip(calls, texts, strict=False))


def _cut_off(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _LONGEST_RESULT else text[:_LONGEST_RESULT] + "…"


def _in_brackets(arguments: str) -> str:
    """Return the arguments of a call as one writes them in Python, cut off where they are long."""
    try:
        values = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        values = None
    said = arguments
    if isinstance(values, dict):
        pairs = values.items()
        said = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in pairs)
    if len(said) > _LONGEST:
        said = said[:_LONGEST] + "…"
    return f"({said})" if said else ""


def _this_turn(prompt: Prompt) -> tuple[Message, ...]:
    """Return what came after the user's last message."""
    for index in range(len(prompt.messages) - 1, -1, -1):
        if prompt.messages[index].role == "user":
            return prompt.messages[index + 1 :]
    return prompt.messages


def results_of(prompt: Prompt) -> list[Result]:
    """Return what the functions have returned that were called in this turn."""
    turn = _this_turn(prompt)
    calls = {call.id: call for message in turn for call in message.tool_calls}
    unknown = ToolCall("The function", "")
    answered = [
        (calls.get(message.tool_call_id, unknown), message.text)
        for message in turn
        if message.role == "tool"
    ]
    return [Result(call.name, call.arguments, text) for call, text in answered]
