"""What services really send: each fault, how the endpoint is made to show it, and what must follow.

Every sample meets every fault that there is for it, in `test_survival.py`; the README's table is
made from this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from conftest import CATALOGUE

TEXT = "All is well."
BIG = 2_000_000

Outcome = Literal["answers", "one line"]

# In seconds: what a client waits before it tries again, where the waiting is not the point.
_SOON = 0.05

# Any API that answers in words.
_ALL: tuple[str, ...] = ("chat", "assistants", "responses")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        name: in words.
        outcome: `answers`, or `one line` on stderr and exit code 1.
        fixtures: what the endpoint is told.
        said: what must be on stdout, when it answers, or in the line.
        apis: the APIs on which there is such a fault.
        functions: whether it is about function calls, so that other samples don't know it.
        streamed: whether it is about chunks.
    """

    name: str
    outcome: Outcome
    fixtures: tuple[dict[str, Any], ...]
    said: str = TEXT
    apis: tuple[str, ...] = field(default=_ALL)
    functions: bool = False
    streamed: bool = False

    def concerns(self, template: str) -> bool:
        """Says whether a sample can meet it."""
        tags = CATALOGUE.get(template).tags
        return (
            any(api in tags for api in self.apis)
            and ("functions" in tags or not self.functions)
            and ("streaming" in tags or not self.streamed)
        )

    def fixtures_for(self, asked: str) -> list[dict[str, Any]]:
        """Gives the fixtures, as a file of them would, for what somebody asks."""
        match = {"userMessage": asked, "endpoint": "chat"}
        return [
            {**fixture, "match": {**match, **fixture.get("match", {})}} for fixture in self.fixtures
        ]


def _status(status: int, message: str, **more: Any) -> dict[str, Any]:
    return {"response": {"error": {"message": message}, "status": status, **more}}


def _text(content: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"response": {"content": content}, **more}


def _fault(name: str, **more: Any) -> dict[str, Any]:
    return _text(scaffold={"fault": name, **more})


def _first(fixture: dict[str, Any]) -> dict[str, Any]:
    return {**fixture, "match": {"sequenceIndex": 0}}


def _calls(*calls: tuple[str, Any], number: int = 0, **more: Any) -> dict[str, Any]:
    called = [{"name": name, "arguments": arguments} for name, arguments in calls]
    return {"match": {"sequenceIndex": number}, "response": {"toolCalls": called}, **more}


_DATE: tuple[str, Any] = ("get_current_date", {})
_TIME: tuple[str, Any] = ("get_current_time", {})
_PARIS: tuple[str, Any] = ("get_current_weather", {"location": "Paris"})

FAULTS = (
    Fault("401, the key is wrong", "one line", (_status(401, "Bad key."),), "401"),
    Fault(
        "403, filtered",
        "one line",
        (_fault("content-filter", status=403),),
        "403",
    ),
    Fault("404, no such deployment", "one line", (_status(404, "No deployment."),), "404"),
    Fault(
        "429 with retry-after, then an answer",
        "answers",
        (_first(_status(429, "Slower.", retryAfter=0.2)), _text()),
    ),
    Fault("429 for ever", "one line", (_status(429, "Slower.", retryAfter=_SOON),), "429"),
    Fault(
        "500, then an answer",
        "answers",
        (_first(_status(500, "Oh no.", retryAfter=_SOON)), _text()),
    ),
    Fault("502, a page of HTML from a proxy", "one line", (_fault("html"),), "502"),
    Fault("200, a page of HTML from a proxy", "one line", (_fault("html", status=200),), ""),
    Fault("200, an empty body", "one line", (_fault("empty-body"),), ""),
    Fault("dropped before the first byte", "one line", (_fault("drop", afterChunks=0),), ""),
    Fault("dropped in mid-stream", "one line", (_fault("drop", afterChunks=3),), ""),
    Fault("dropped in mid-event", "one line", (_fault("half-event", afterChunks=3),), ""),
    Fault("a stream that stalls", "one line", (_fault("stall", afterChunks=3),), ""),
    Fault(
        "an event that is not JSON",
        "one line",
        (_fault("not-json", afterChunks=2),),
        "the service sent something that is not JSON",
    ),
    Fault(
        "JSON that is no event",
        "one line",
        (_fault("not-an-event", afterChunks=2),),
        "the service sent ",
    ),
    Fault("an error for an event", "one line", (_fault("error-event", afterChunks=2),), ""),
    Fault(
        "a response, or a run, that fails",
        "one line",
        (_fault("failed"),),
        "The server had an error",
        apis=("assistants", "responses"),
    ),
    Fault(
        "a chunk with no choices",
        "answers",
        (_fault("no-choices", afterChunks=2),),
        apis=("chat",),
        streamed=True,
    ),
    Fault(
        "`content: null`", "answers", (_fault("null-content", afterChunks=2),), "", apis=("chat",)
    ),
    Fault(
        "cut off: `length`",
        "answers",
        ({"response": {"content": TEXT, "finishReason": "length"}},),
        f"{TEXT}\nERROR: ",
    ),
    Fault(
        "cut off: `content_filter`",
        "answers",
        ({"response": {"content": TEXT, "finishReason": "content_filter"}},),
        f"{TEXT}\n",
    ),
    Fault(
        "text split inside a character",
        "answers",
        (_text("Grüße, 你好 🎉", scaffold={"fault": "split-characters"}),),
        "Grüße, 你好 🎉",
    ),
    Fault(
        "2 MB of text",
        "answers",
        (_text("word ", chunkSize=10_000, scaffold={"fault": "repeat", "times": BIG // 5}),),
        "word " * 1000,
    ),
    Fault("no text at all", "answers", (_text(""),), "Assistant: \n"),
    Fault(
        "a call in pieces of one character",
        "answers",
        (_calls(_PARIS, chunkSize=1), _text()),
        functions=True,
    ),
    Fault("two calls at once", "answers", (_calls(_DATE, _PARIS), _text()), functions=True),
    Fault(
        "three calls at once", "answers", (_calls(_DATE, _TIME, _PARIS), _text()), functions=True
    ),
    Fault(
        "calls that come in turns",
        "answers",
        (_calls(_DATE, _PARIS, scaffold={"fault": "interleaved-calls"}), _text()),
        apis=("chat",),
        functions=True,
    ),
    Fault(
        "arguments that are not JSON",
        "answers",
        (_calls(("get_current_weather", '{"location": ')), _text()),
        functions=True,
    ),
    Fault("a function there isn't", "answers", (_calls(("launch", {})), _text()), functions=True),
    Fault(
        "a function that raises",
        "answers",
        (_calls(("get_current_weather", {"planet": "Mars"})), _text()),
        functions=True,
    ),
    Fault(
        "ten rounds of calls",
        "answers",
        (*(_calls(_DATE, number=number) for number in range(10)), _text()),
        functions=True,
    ),
    Fault(
        "calls without end",
        "one line",
        ({"response": {"toolCalls": [{"name": "get_current_date", "arguments": {}}]}},),
        "20 times",
        functions=True,
    ),
)


def table() -> str:
    """Lays out the README's table: what each fault comes to, for each kind of sample."""
    kinds = {"Chat": "chat", "Assistants": "assistants", "Responses": "responses"}
    lines = [f"| what happens | {' | '.join(kinds)} |", "| --- | --- | --- | --- |"]
    for fault in FAULTS:
        cells = [fault.outcome if api in fault.apis else "–" for api in kinds.values()]
        lines.append(f"| {fault.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
