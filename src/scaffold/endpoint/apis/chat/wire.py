"""How a reply is said by chat completions: as one JSON body, or as server-sent events.

Source: https://platform.openai.com/docs/api-reference/chat and, for what Azure adds,
https://learn.microsoft.com/azure/ai-foundry/openai/reference#chat-completions
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from scaffold.endpoint.http.response import DONE, encode_json
from scaffold.endpoint.replies.logprobs import certain
from scaffold.endpoint.replies.prompt import Reply, ToolCall

JsonObject = dict[str, Any]

_SAFE = {"filtered": False, "severity": "safe"}
_FILTERED = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}
_PROMPT_FILTERED = [
    {
        "prompt_index": 0,
        "content_filter_results": {
            **_FILTERED,
            "jailbreak": {"filtered": False, "detected": False},
        },
    }
]
_HOLE = '"\\u0000"'


class Saying(NamedTuple):
    """All that shapes a reply besides the reply itself.

    Attributes:
        id: of the completion.
        call_ids: for the reply's calls, in order.
        created: when, in seconds.
        model: the model's name.
        azure: whether Azure says it.
        prompt_tokens: how long the prompt was.
        choices: how many times the reply is given (`n`).
        logprobs: whether each piece comes with a probability.
        top_logprobs: how many pieces that might have come in its place are told of.
        usage: whether a stream ends with the count of tokens.
        thought: how many tokens of reasoning came before each choice.
        context: Azure's retrieved citations, if it looked for some.
    """

    id: str
    call_ids: tuple[str, ...]
    created: int
    model: str
    azure: bool = False
    prompt_tokens: int = 0
    choices: int = 1
    logprobs: bool = False
    top_logprobs: int = 0
    usage: bool = False
    thought: int = 0
    context: JsonObject | None = None


def completion(reply: Reply, saying: Saying) -> JsonObject:
    """Return the body of a reply that is not streamed."""
    message: JsonObject = {
        "role": "assistant",
        "content": reply.text or (None if reply.tool_calls else ""),
        "refusal": None,
        "annotations": [],
    }
    if reply.tool_calls:
        message["tool_calls"] = [
            {
                "id": call_id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call_id, call in zip(saying.call_ids, reply.tool_calls, strict=True)
        ]
    if saying.context is not None:
        message["context"] = saying.context
    choice: JsonObject = {
        "message": message,
        "logprobs": _logprobs(reply.pieces, saying.top_logprobs) if saying.logprobs else None,
        "finish_reason": reply.finish_reason,
    }
    if saying.azure:
        choice["content_filter_results"] = {} if reply.tool_calls else _FILTERED
    body = _envelope(saying, "chat.completion")
    body["choices"] = [{"index": index, **choice} for index in range(saying.choices)]
    body["usage"] = _usage(reply, saying)
    if saying.azure:
        body["prompt_filter_results"] = _PROMPT_FILTERED
    return body


def events(reply: Reply, saying: Saying) -> Iterator[bytes]:
    """Yield the events of a streamed reply: the role, the pieces, an empty delta with the reason,
    the
    end. Azure says first what it thinks of the prompt.
    """
    if saying.azure:
        yield _data(
            {
                "choices": [],
                "created": 0,
                "id": "",
                "model": "",
                "object": "chat.completion.chunk",
                "prompt_filter_results": _PROMPT_FILTERED,
            }
        )
    for index in range(saying.choices):
        yield from _choice(index, reply, saying)
    if saying.usage:
        usage = _usage(reply, saying)
        yield _data({**_envelope(saying, "chat.completion.chunk"), "choices": [], "usage": usage})
    yield DONE


def _choice(index: int, reply: Reply, saying: Saying) -> Iterator[bytes]:
    silent = reply.tool_calls and not reply.pieces
    first: JsonObject = {"role": "assistant", "content": None if silent else ""}
    first["refusal"] = None
    if saying.context is not None:
        first["context"] = saying.context
    yield _chunk(index, first, saying)
    if reply.blocks:
        yield from _blocks(index, reply, saying)
        return
    if saying.logprobs:
        for piece in reply.pieces:
            yield _chunk(
                index, {"content": piece}, saying, logprobs=_logprobs([piece], saying.top_logprobs)
            )
    elif reply.pieces:
        # Nearly all of a stream is this, and all of it is the same but for the piece.
        before, after = _chunk(index, {"content": "\0"}, saying).split(_HOLE.encode())
        for piece in reply.pieces:
            yield before + json.dumps(piece).encode() + after
    for delta in _call_deltas(reply, saying):
        yield _chunk(index, {"tool_calls": [delta]}, saying)
    yield _chunk(index, {}, saying, finish_reason=reply.finish_reason)


def _blocks(index: int, reply: Reply, saying: Saying) -> Iterator[bytes]:
    """Yield texts and calls in an order of their own, and the end."""
    calls = itertools.count()
    for block in reply.blocks:
        for piece in block.pieces:
            yield _chunk(index, {"content": piece}, saying)
        for call in block.tool_calls:
            for delta in _pieces_of(next(calls), call, saying):
                yield _chunk(index, {"tool_calls": [delta]}, saying)
    yield _chunk(index, {}, saying, finish_reason=reply.finish_reason)


def _call_deltas(reply: Reply, saying: Saying) -> Iterator[JsonObject]:
    """Yield the calls in pieces, one call after the other, or a piece of each in turn."""
    calls = [list(_pieces_of(number, call, saying)) for number, call in enumerate(reply.tool_calls)]
    if not reply.interleaved:
        yield from itertools.chain.from_iterable(calls)
        return
    for together in itertools.zip_longest(*calls):
        yield from (delta for delta in together if delta is not None)


def _pieces_of(number: int, call: ToolCall, saying: Saying) -> Iterator[JsonObject]:
    function = {"name": call.name, "arguments": ""}
    call_id = saying.call_ids[number]
    yield {"index": number, "id": call_id, "type": "function", "function": function}
    for piece in call.pieces:
        yield {"index": number, "function": {"arguments": piece}}


def _chunk(
    index: int,
    delta: JsonObject,
    saying: Saying,
    finish_reason: str | None = None,
    logprobs: JsonObject | None = None,
) -> bytes:
    choice: JsonObject = {
        "index": index,
        "delta": delta,
        "logprobs": logprobs,
        "finish_reason": finish_reason,
    }
    if saying.azure:
        choice["content_filter_results"] = _FILTERED if delta.get("content") else {}
    chunk = {**_envelope(saying, "chat.completion.chunk"), "choices": [choice]}
    if saying.usage:
        chunk["usage"] = None
    return _data(chunk)


def _envelope(saying: Saying, kind: str) -> JsonObject:
    envelope: JsonObject = {
        "id": saying.id,
        "object": kind,
        "created": saying.created,
        "model": saying.model,
        "system_fingerprint": "fp_offline",
    }
    if not saying.azure:
        envelope["service_tier"] = "default"
    return envelope


def _usage(reply: Reply, saying: Saying) -> JsonObject:
    thought = saying.thought * saying.choices
    said = reply.tokens * saying.choices + thought
    return {
        "prompt_tokens": saying.prompt_tokens,
        "completion_tokens": said,
        "total_tokens": saying.prompt_tokens + said,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": thought,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _logprobs(pieces: Sequence[str], top: int) -> JsonObject:
    return {"content": [certain(piece, top) for piece in pieces], "refusal": None}


def _data(value: JsonObject) -> bytes:
    return b"data: " + encode_json(value) + b"\n\n"
