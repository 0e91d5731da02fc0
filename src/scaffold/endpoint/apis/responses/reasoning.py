"""Reasoning in the Responses API: shown where it was asked for, and handed back in the next turn.

Nothing reasons here; the items, the counts and the refusals are those of the service.

Source: https://developers.openai.com/api/docs/guides/reasoning; what it refuses is as users report
it: https://github.com/continuedev/continue/issues/8933, https://github.com/vercel/ai/issues/7543
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import Any

from scaffold.endpoint.apis.responses.items import find
from scaffold.endpoint.apis.responses.sealed import not_verified
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.models.model import Model
from scaffold.endpoint.models.reasoning import reasons
from scaffold.endpoint.replies.words import pieces
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]

SUMMARY = "**Reading the question**\n\nNo model reasons here; this stands for what one would say."
_ENCRYPTED = "reasoning.encrypted_content"
# As the service's own begin.
_SEAL = "gAAAAAB"


def is_wanted(model: Model, body: JsonObject) -> bool:
    """Return whether a request asks to see reasoning, of a model that would reason about it."""
    wanted = body.get("reasoning") or {}
    asked = any(wanted.get(name) for name in ("effort", "summary", "generate_summary"))
    encrypted = _ENCRYPTED in (body.get("include") or [])
    return (asked or encrypted) and reasons(model.takes, wanted.get("effort"))


def item(item_id: str, body: JsonObject) -> JsonObject:
    """Return the item of what was reasoned, with a summary if one was asked for.

    Its encrypted content is there unasked, too, as the SDK's `ResponseReasoningItem` says.
    """
    wanted = body.get("reasoning") or {}
    told = wanted.get("summary") or wanted.get("generate_summary")
    summary = [{"type": "summary_text", "text": SUMMARY}] if told else []
    sealed = base64.urlsafe_b64encode(item_id.encode()).decode()
    return {
        "id": item_id,
        "type": "reasoning",
        "summary": summary,
        "encrypted_content": _SEAL + sealed,
    }


def happenings(summary: Sequence[JsonObject], at: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield what happens while a summary is streamed."""
    for number, part in enumerate(summary):
        at = {**at, "summary_index": number}
        name = "response.reasoning_summary"
        yield f"{name}_part.added", {**at, "part": {**part, "text": ""}}
        for piece in pieces(part["text"]):
            yield f"{name}_text.delta", {**at, "delta": piece}
        yield f"{name}_text.done", {**at, "text": part["text"]}
        yield f"{name}_part.done", {**at, "part": part}


def check(state: State, given: str | list[JsonObject], context: Sequence[JsonObject]) -> None:
    """Check that reasoning comes back as it went out, and together with what it led to.

    Args:
        state: what the server keeps.
        given: the input as it was sent.
        context: all items of the turn, those that were said before included.

    Raises:
        ServiceError: it was changed or is not kept, or a part of it is left out.
    """
    for sent in given if isinstance(given, list) else []:
        if sent.get("type") == "reasoning":
            _check_content(state, sent)
    _check_followed(context)
    ids = {each["id"] for each in context}
    for sent in given if isinstance(given, list) else []:
        before = _reasoning_before(state, sent.get("id"))
        if before is not None and before not in ids:
            kind = sent.get("type") or "message"
            message = f"Item '{sent['id']}' of type '{kind}' was provided without its required"
            raise refused(f"{message} 'reasoning' item: '{before}'.", param="input")


def _check_content(state: State, sent: JsonObject) -> None:
    content = sent.get("encrypted_content")
    if content is None:
        find(state, sent.get("id") or "rs_")
        return
    try:
        opened = base64.b64decode(content.removeprefix(_SEAL), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        opened = ""
    if not content.startswith(_SEAL) or not opened.startswith("rs_"):
        raise not_verified(content)


def _check_followed(context: Sequence[JsonObject]) -> None:
    """Check that what was reasoned is followed by what came of it."""
    alone = None
    for each in context:
        if each["type"] == "reasoning":
            alone = alone or each
        elif alone is not None and _is_input(each):
            break
        else:
            alone = None
    if alone is not None:
        message = f"Item '{alone['id']}' of type 'reasoning' was provided without its required"
        raise refused(f"{message} following item.", param="input")


def _is_input(each: JsonObject) -> bool:
    if each["type"] == "message":
        return bool(each["role"] != "assistant")
    return str(each["type"]).endswith("_output")


def _reasoning_before(state: State, item_id: Any) -> str | None:
    """Return the id of the reasoning that a stored item came right after; None if it came after
    none.
    """
    if not isinstance(item_id, str):
        return None
    for stored in state.responses.values():
        reasoned = None
        for each in stored.resource["output"]:
            if each["id"] == item_id:
                return reasoned
            reasoned = each["id"] if each["type"] == "reasoning" else reasoned
    return None
