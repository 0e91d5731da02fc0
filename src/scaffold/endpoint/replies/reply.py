"""What to answer: a conversation, tools and documents in; an answer out. Pure functions.

No model is asked. The answer says so, says back what it heard, calls the functions that the words
ask for, and cites the sources it was given, so that every path of a sample can be walked offline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scaffold.endpoint.replies import citations as sources
from scaffold.endpoint.replies.code_interpreter import CodeRun
from scaffold.endpoint.replies.documents import Document
from scaffold.endpoint.replies.functions import Tool, arguments, wanted_tools
from scaffold.endpoint.replies.schema_example import example
from scaffold.endpoint.replies.words import pieces

FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]

LEAD = "This is scaffold's offline endpoint: no model wrote this."
NOT_FOUND = "The sources do not answer that. Please try another question."
_LONGEST_ECHO = 8_000
_ARGUMENT_PIECE = re.compile(r"\w{1,8}|[^\w]+")


@dataclass(frozen=True)
class ToolCall:
    """A call of a function.

    Attributes:
        name: of the function.
        arguments: JSON text.
        id: of the call; where it is empty, the API that says it gives it one.
        size: how many characters a streamed piece of the arguments has; 0 for about a token.
    """

    name: str
    arguments: str
    id: str = ""
    size: int = 0

    @property
    def pieces(self) -> list[str]:
        """The arguments as they are streamed."""
        if not self.size:
            return _ARGUMENT_PIECE.findall(self.arguments)
        starts = range(0, len(self.arguments), self.size)
        return [self.arguments[start : start + self.size] for start in starts]


@dataclass(frozen=True)
class Message:
    """One message of a conversation, whichever API it came through."""

    role: str
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


@dataclass(frozen=True)
class Citation:
    """A mark in the text of an answer, from `start` to `end`, and the document it stands for."""

    mark: str
    start: int
    end: int
    document: Document


def doc_mark(index: int) -> str:
    """The mark of a document in chat answers: `[doc1]` for the first."""
    return f"[doc{index + 1}]"


@dataclass(frozen=True)
class Prompt:
    """All that an answer depends on.

    Attributes:
        messages: the conversation, oldest first.
        tools: the functions that may be called.
        tool_choice: `auto`, `none`, `required`, or `=` and the name of the one to call.
        parallel: whether several functions may be called at once.
        documents: what was retrieved for this turn by the service, best first; None if it did not
            look.
        mark: how a document of these is cited, by its index.
        code: what the service's code interpreter ran for this turn; None if it ran nothing.
        json_schema: the JSON Schema that the text must fit; `{}` for any object.
        most_tokens: how many pieces of text there may be.
        stop: texts before which the answer ends.
        model: who is to answer, where the request itself does not say so.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    parallel: bool = True
    documents: tuple[Document, ...] | None = None
    mark: Callable[[int], str] = doc_mark
    code: CodeRun | None = None
    json_schema: dict[str, Any] | None = None
    most_tokens: int | None = None
    stop: tuple[str, ...] = ()
    model: str = ""


# What the services say when they fail and don't tell why.
SORRY = "The server had an error while processing your request. Sorry about that!"


@dataclass(frozen=True)
class Answer:
    """What is answered, before any API gives it a shape.

    Attributes:
        pieces: the text, as it is streamed; it comes before the calls.
        tool_calls: the functions to call.
        citations: what the text cites.
        finish_reason: why the answer ends.
        interleaved: whether the arguments of several calls are streamed a piece of each in turn.
        failed: whether the service fails after it has begun; only Responses and runs can say so.
    """

    pieces: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    citations: tuple[Citation, ...] = ()
    finish_reason: FinishReason = "stop"
    interleaved: bool = False
    failed: bool = False

    @property
    def text(self) -> str:
        """The whole text; empty when functions are called and nothing is said."""
        return "".join(self.pieces)


def answer(prompt: Prompt) -> Answer:
    """Answer a prompt: with calls if its words ask for functions not yet called, else with text."""
    calls = _calls(prompt)
    if calls:
        # A call that was demanded by name ends with "stop", as the services do it.
        named = prompt.tool_choice.startswith("=")
        return Answer(tool_calls=calls, finish_reason="stop" if named else "tool_calls")
    text, citations = _say(prompt)
    if prompt.json_schema is not None:
        text, citations = _as_json(text, prompt.json_schema), ()
    return _cut(text, citations, prompt)


def question_of(messages: Sequence[Message]) -> str:
    """What the user asked last."""
    return next((message.text for message in reversed(messages) if message.role == "user"), "")


def _this_turn(prompt: Prompt) -> tuple[Message, ...]:
    """What came after the user's last message."""
    for index in range(len(prompt.messages) - 1, -1, -1):
        if prompt.messages[index].role == "user":
            return prompt.messages[index + 1 :]
    return prompt.messages


def _results(prompt: Prompt) -> list[tuple[str, str]]:
    """The functions called in this turn and what they returned."""
    turn = _this_turn(prompt)
    names = {call.id: call.name for message in turn for call in message.tool_calls}
    return [
        (names.get(message.tool_call_id, "The function"), message.text)
        for message in turn
        if message.role == "tool"
    ]


def _calls(prompt: Prompt) -> tuple[ToolCall, ...]:
    if prompt.tool_choice == "none" or not prompt.tools:
        return ()
    done = {name for name, _ in _results(prompt)}
    open_tools = [tool for tool in prompt.tools if tool.name not in done]
    # Sources inside the message are not the user's words: they must not set off a function.
    question, _ = sources.split_sources(question_of(prompt.messages))
    if prompt.tool_choice.startswith("="):
        chosen = [tool for tool in open_tools if tool.name == prompt.tool_choice[1:]]
    else:
        chosen = wanted_tools(question, prompt.tools)
        chosen = [tool for tool in chosen if tool in open_tools]
    if prompt.tool_choice == "required" and not chosen and not done:
        chosen = open_tools[:1]
    if not prompt.parallel:
        chosen = chosen[:1]
    return tuple(ToolCall(tool.name, arguments(question, tool)) for tool in chosen)


def _say(prompt: Prompt) -> tuple[str, tuple[Citation, ...]]:
    results = _results(prompt)
    if results:
        told = "; ".join(f"{name} returned {result.strip()}" for name, result in results)
        return _sentence(f"{LEAD} {told}"), ()
    if prompt.code is not None:
        return _sentence(f"{LEAD} The code printed: {prompt.code.logs}"), ()
    question, given = _question_and_sources(prompt)
    if prompt.documents is not None:
        return _from_documents(question, prompt.documents, prompt.mark)
    if given:
        findings = sources.ground(question, given)
        told = " ".join(_cited(finding) for finding in findings)
        return f"{LEAD} From your sources: {told}" if told else f"{LEAD} {NOT_FOUND}", ()
    return _echo(question, prompt.messages), ()


def _question_and_sources(prompt: Prompt) -> tuple[str, list[sources.Source]]:
    """The user's last question, and the sources marked in this turn or in the instructions."""
    last = max((i for i, m in enumerate(prompt.messages) if m.role == "assistant"), default=-1)
    question, found = "", {}
    for index, message in enumerate(prompt.messages):
        if message.role == "assistant" or (index < last and message.role == "user"):
            continue
        own, given = sources.split_sources(message.text)
        found.update({source.mark: source for source in given})
        if message.role == "user" and (own.strip() or not given):
            question = own
    return question, list(found.values())


def _from_documents(
    question: str, documents: Sequence[Document], mark: Callable[[int], str]
) -> tuple[str, tuple[Citation, ...]]:
    given = {mark(index): document for index, document in enumerate(documents)}
    findings = sources.ground(
        question,
        [sources.Source(key, f"{page.title}\n{page.content}") for key, page in given.items()],
    )
    if not findings:
        return f"{LEAD} {NOT_FOUND}", ()
    shelf = given[findings[0].source.mark].shelf
    text, citations = f"{LEAD} From {shelf}:", []
    for finding in findings:
        text += " " + _cited(finding)
        start = text.rindex(finding.source.mark)
        end = start + len(finding.source.mark)
        citations.append(Citation(finding.source.mark, start, end, given[finding.source.mark]))
    return text, tuple(citations)


def _cited(finding: sources.Finding) -> str:
    """A sentence with its mark, before the full stop as the services set it."""
    if finding.sentence.endswith("."):
        return f"{finding.sentence[:-1]} {finding.source.mark}."
    return f"{finding.sentence} {finding.source.mark}"


def _echo(question: str, messages: Sequence[Message]) -> str:
    heard = question.strip()
    if len(heard) > _LONGEST_ECHO:
        heard = heard[:_LONGEST_ECHO] + "…"
    text = _sentence(f'{LEAD} You said: "{heard}"')
    earlier = sum(message.role in {"user", "assistant"} for message in messages) - 1
    if earlier > 0:
        text += f" I remember {earlier} earlier message{'s' if earlier > 1 else ''}."
    return text


def _sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.rstrip('"”').endswith((".", "!", "?", "…")) else text + "."


def _as_json(text: str, schema: dict[str, Any]) -> str:
    value = example(schema, text) if schema else {"answer": text}
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, citations: tuple[Citation, ...], prompt: Prompt) -> Answer:
    """Cut a text into pieces, and off where the prompt says so. A document's mark stays whole."""
    ends = [text.index(stop) for stop in prompt.stop if stop and stop in text]
    text = text[: min(ends)] if ends else text
    kept = [citation for citation in citations if citation.end <= len(text)]
    cut: list[str] = []
    start = 0
    for citation in kept:
        cut += [*pieces(text[start : citation.start]), citation.mark]
        start = citation.end
    cut += pieces(text[start:])
    if prompt.most_tokens is None or len(cut) <= prompt.most_tokens:
        return Answer(tuple(cut), (), tuple(kept), "stop")
    cut = cut[: prompt.most_tokens]
    length = sum(map(len, cut))
    kept = [citation for citation in kept if citation.end <= length]
    return Answer(tuple(cut), (), tuple(kept), "length")
