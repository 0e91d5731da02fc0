"""What passes between the APIs and what is replied: a conversation comes in, a reply goes out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from scaffold.endpoint.replies.code_interpreter import CodeRun
from scaffold.endpoint.replies.documents import Document
from scaffold.endpoint.replies.functions.arguments import Tool
from scaffold.endpoint.replies.tokens import count_messages, count_tokens

FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]

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


class Message(NamedTuple):
    """One message of a conversation, whichever API it came through.

    Attributes:
        role: who says it.
        text: what is said.
        tool_calls: the functions to call.
        tool_call_id: the call that it is the result of.
        pictures: what each picture in it is, in words.
    """

    role: str
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Citation:
    """A mark in the text of a reply, from `start` to `end`, and the document it stands for."""

    mark: str
    start: int
    end: int
    document: Document


def doc_mark(index: int) -> str:
    """Return the mark of a document in chat replies: `[doc1]` for the first."""
    return f"[doc{index + 1}]"


class Prompt(NamedTuple):
    """All that a reply depends on.

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
        stop: texts before which the reply ends.
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

    @property
    def tokens(self) -> int:
        """About how many tokens there are to read, the descriptions of the functions included."""
        count = count_messages([message.text for message in self.messages])
        for tool in self.tools:
            described = tool.name + tool.description + json.dumps(tool.parameters)
            count += 8 + count_tokens(described) // 2
        return count


# What the services say when they fail and don't tell why.
SORRY = "The server had an error while processing your request. Sorry about that!"


@dataclass(frozen=True)
class Reply:
    """What is answered, before any API gives it a shape.

    Attributes:
        pieces: the text, as it is streamed; it comes before the calls.
        tool_calls: the functions to call.
        citations: what the text cites.
        finish_reason: why the reply ends.
        interleaved: whether the arguments of several calls are streamed a piece of each in turn.
        failed: whether the service fails after it has begun; only Responses and runs can say so.
        blocks: texts and calls in the order in which they come, where it is not the usual one; each
            is one text or one call of those above.
        refused: whether the text says why the model does not answer; only Responses tell it so.
    """

    pieces: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    citations: tuple[Citation, ...] = ()
    finish_reason: FinishReason = "stop"
    interleaved: bool = False
    failed: bool = False
    refused: bool = False
    blocks: tuple[Reply, ...] = ()

    @property
    def text(self) -> str:
        """The whole text; empty when functions are called and nothing is said."""
        return "".join(self.pieces)

    @cached_property
    def tokens(self) -> int:
        """About how many tokens it has; where it was cut off for its length, as many as allowed."""
        count = len(self.pieces) if self.finish_reason == "length" else count_tokens(self.text)
        for call in self.tool_calls:
            count += 4 + count_tokens(call.name + call.arguments)
        return count


def question_of(messages: Sequence[Message]) -> str:
    """Return what the user asked last."""
    return next((message.text for message in reversed(messages) if message.role == "user"), "")
