"""Completions, the legacy API: a text goes on, without roles or tools.

All models that the services had for it are gone; `offline-instruct` stands for them, so that old
code can be tried before it moves to chat completions.

Source: https://developers.openai.com/api/reference/resources/completions
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.invalid import Invalid, wrong_type
from scaffold.endpoint.http.response import DONE, EventStream, HttpResponse, event
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.http.surfaces import AZURE_DEPLOYMENT, AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import (
    Check,
    anything,
    either,
    fields,
    flag,
    items,
    mapping,
    number,
    optional,
    text,
    whole,
)
from scaffold.endpoint.replies.prompt import Message, Prompt, Reply
from scaffold.endpoint.replies.tokens import count_tokens

JsonObject = dict[str, Any]

# The service's own default: a paragraph has to be asked for.
_MOST_TOKENS = 16
_MOST_PROMPTS = 20
_CONTEXT_LENGTH = 4_097
_SAFE = {"filtered": False, "severity": "safe"}
_FILTERED = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}
_STOP = either(
    "one of a string or array of strings",
    string=text(),
    array=items(text(), "strings", fewest=1, most=4),
)


def _prompts(value: Any, path: str, _: bool = False) -> Any:
    """Check for a text, several, or tokens of one or of several."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise wrong_type(path, "one of a string or array of strings", value)
    if not value:
        raise Invalid("empty_array", path, "prompt cannot be empty")
    tokens = items(whole(0), "integers", fewest=1)
    if isinstance(value[0], str):
        return items(text(), "strings", most=_MOST_PROMPTS)(value, path)
    if isinstance(value[0], list):
        return items(tokens, "arrays of integers", most=_MOST_PROMPTS)(value, path)
    return tokens(value, path)


_OPTIONS: dict[str, Check] = {
    "best_of": optional(whole(1, 20)),
    "echo": optional(flag),
    "frequency_penalty": optional(number(-2, 2)),
    "logit_bias": optional(mapping(number(-100, 100))),
    "logprobs": optional(whole(0, 5)),
    "max_tokens": optional(whole(0)),
    "n": optional(whole(1, 128)),
    "presence_penalty": optional(number(-2, 2)),
    "prompt": optional(_prompts),
    "seed": optional(whole()),
    "stop": optional(_STOP),
    "stream": optional(flag),
    "stream_options": optional(fields({}, {"include_usage": flag, "include_obfuscation": flag})),
    "suffix": optional(text()),
    "temperature": optional(number(0, 2)),
    "top_p": optional(number(0, 1)),
    "user": text(),
}
_BODY = fields({"model": text()}, _OPTIONS)
# On a route that names the deployment, the body need not name the model.
_DEPLOYMENT_BODY = fields({}, {"model": anything, **_OPTIONS})


@dataclass(frozen=True)
class _Choice:
    """One text that is answered: its number, and the pieces it is said in."""

    index: int
    pieces: tuple[str, ...]
    finish_reason: str

    @property
    def tokens(self) -> int:
        """About how many tokens it has; where it was cut off for its length, as many as allowed."""
        cut = self.finish_reason == "length"
        return len(self.pieces) if cut else count_tokens("".join(self.pieces))


def create(call: Call) -> HttpResponse | EventStream:
    """Let a text go on, or several.

    Raises:
        ServiceError: the body is not acceptable, or the model can't do it.
    """
    deployment = call.path.get("deployment")
    if deployment is not None:
        call.find_model(deployment, "completions")
    body = call.checked(_BODY if deployment is None else _DEPLOYMENT_BODY)
    model = call.find_model(deployment or body["model"], "completions").name
    _check_together(body)
    prompts = _texts(body.get("prompt"))
    for prompt in prompts:
        _check_length(prompt, body)
    count = body.get("n") or 1
    given = [call.reply_to(_asked(prompt, body)) for prompt in prompts]
    choices = [
        _choice(place * count + again, prompt, reply, body)
        for place, (prompt, reply) in enumerate(zip(prompts, given, strict=True))
        for again in range(count)
    ]
    spent = sum(map(count_tokens, prompts))
    said = sum(choice.tokens for choice in choices)
    usage = {"prompt_tokens": spent, "completion_tokens": said, "total_tokens": spent + said}
    envelope = {
        "id": call.state.new_id("cmpl-"),
        "object": "text_completion",
        "created": call.state.now(),
        "model": model,
    }
    if body.get("stream"):
        return EventStream(_events(call, choices, envelope, body, usage))
    said_choices = [
        _said(call, choice.index, choice.pieces, choice.finish_reason, body) for choice in choices
    ]
    return HttpResponse({**envelope, "choices": said_choices, "usage": usage})


def _events(
    call: Call, choices: list[_Choice], envelope: JsonObject, body: JsonObject, usage: JsonObject
) -> Iterator[bytes]:
    """Yield piece after piece, then the reason, for one choice after the other."""
    counted = bool((body.get("stream_options") or {}).get("include_usage"))
    more = {"usage": None} if counted else {}
    for choice in choices:
        for piece in choice.pieces:
            row = _said(call, choice.index, (piece,), None, body)
            yield event({**envelope, "choices": [row], **more})
        row = _said(call, choice.index, (), choice.finish_reason, body)
        yield event({**envelope, "choices": [row], **more})
    if counted:
        yield event({**envelope, "choices": [], "usage": usage})
    yield DONE


def _said(
    call: Call, index: int, pieces: tuple[str, ...], reason: str | None, body: JsonObject
) -> JsonObject:
    said: JsonObject = {
        "text": "".join(pieces),
        "index": index,
        "logprobs": None if body.get("logprobs") is None else _logprobs(pieces),
        "finish_reason": reason,
    }
    if call.family == "azure":
        said["content_filter_results"] = _FILTERED if pieces else {}
    return said


def _logprobs(pieces: tuple[str, ...]) -> JsonObject:
    """Return probabilities of one: nothing else could have been said."""
    offsets = [sum(map(len, pieces[:place])) for place in range(len(pieces))]
    return {
        "tokens": list(pieces),
        "token_logprobs": [0.0] * len(pieces),
        "top_logprobs": [{piece: 0.0} for piece in pieces],
        "text_offset": offsets,
    }


def _check_together(body: JsonObject) -> None:
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise refused(message, param="stream_options")
    best, count = body.get("best_of"), body.get("n") or 1
    if best is not None and best < count:
        message = f"You requested that the server return more choices ({count}) than it will"
        raise refused(f"{message} generate (best_of = {best}).", param="best_of")


def _check_length(prompt: str, body: JsonObject) -> None:
    read, write = count_tokens(prompt), _most_tokens(body)
    if read + write > _CONTEXT_LENGTH:
        raise refused(
            f"This model's maximum context length is {_CONTEXT_LENGTH} tokens, however you"
            f" requested {read + write} tokens ({read} in your prompt; {write} for the completion)."
            " Please reduce your prompt; or completion length.",
        )


def _most_tokens(body: JsonObject) -> int:
    return _MOST_TOKENS if body.get("max_tokens") is None else int(body["max_tokens"])


def _texts(prompt: Any) -> list[str]:
    """Return the prompts as texts. Tokens are said as their numbers: nobody here can read them."""
    if not isinstance(prompt, list):
        return [prompt or ""]
    if isinstance(prompt[0], str):
        return prompt
    several = prompt if isinstance(prompt[0], list) else [prompt]
    return [" ".join(map(str, tokens)) for tokens in several]


def _asked(prompt: str, body: JsonObject) -> Prompt:
    stop = body.get("stop") or ()
    return Prompt(
        (Message("user", prompt),),
        most_tokens=_most_tokens(body),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
    )


def _choice(index: int, prompt: str, reply: Reply, body: JsonObject) -> _Choice:
    reason = reply.finish_reason if reply.finish_reason != "tool_calls" else "stop"
    return _Choice(index, (prompt,) * bool(body.get("echo")) + reply.pieces, reason)


OPERATIONS = (Operation("POST", "/completions", create, (OPENAI, AZURE_DEPLOYMENT, AZURE_V1)),)
