"""A turn of a conversation in the Responses API: what it refers to, what is answered, what is kept.

Source: https://developers.openai.com/api/docs/guides/conversation-state
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.apis.responses import reasoning
from scaffold.endpoint.apis.responses import tools as response_tools
from scaffold.endpoint.apis.responses import wire as response_reply
from scaffold.endpoint.apis.responses.answer import Answered
from scaffold.endpoint.apis.responses.hosted import image_generation, web_search
from scaffold.endpoint.apis.responses.items import check_joined, from_input, text_of
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.models.model import Model
from scaffold.endpoint.models.reasoning import reasoning_tokens
from scaffold.endpoint.replies.logprobs import certain
from scaffold.endpoint.replies.prompt import SORRY, Reply
from scaffold.endpoint.state.conversations import Conversation, StoredResponse
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]

_CUT_OFF = {"length": "max_output_tokens", "content_filter": "content_filter"}


@dataclass(frozen=True)
class Turn:
    """A checked request and all that it refers to: what was said before, and what is said now."""

    body: JsonObject
    conversation: Conversation | None
    history: list[JsonObject]
    given: list[JsonObject]

    @property
    def context(self) -> list[JsonObject]:
        return [*self.history, *self.given]


def refer(state: State, body: JsonObject) -> Turn:
    """Return what a request refers to.

    Raises:
        ServiceError: it does not exist, or does not go together with what is said now.
    """
    conversation, history = None, []
    named = body.get("conversation")
    previous = body.get("previous_response_id")
    if named is not None:
        conversation = find_conversation(state, named["id"] if isinstance(named, dict) else named)
        history = list(conversation.items)
    elif previous is not None:
        stored = state.responses.get(previous)
        if stored is None:
            raise refused(
                f"Previous response with id '{previous}' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            )
        history = [*stored.context, *stored.resource["output"]]
    elif not body["input"]:
        raise refused(
            "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be"
            " provided.",
            code="missing_required_parameter",
        )
    given = from_input(state, body["input"]) if body["input"] else []
    turn = Turn(body, conversation, history, given)
    check_joined(turn.context)
    reasoning.check(state, body["input"], turn.context)
    _check_json(turn)
    return turn


def _check_json(turn: Turn) -> None:
    wanted = (turn.body.get("text") or {}).get("format") or {}
    messages = (item for item in turn.context if item["type"] == "message")
    said = " ".join(text_of(item["content"]) for item in messages).lower()
    if wanted.get("type") == "json_object" and "json" not in said:
        raise refused(
            "Response input messages must contain the word 'json' in some form to use"
            " 'text.format' of type 'json_object'.",
            param="input",
        )


def find_conversation(state: State, conversation_id: str) -> Conversation:
    """Return the conversation with an id.

    Raises:
        ServiceError: there is none.
    """
    conversation = state.conversations.get(conversation_id)
    if conversation is None:
        raise refused(f"Conversation with id '{conversation_id}' not found.", status=404)
    return conversation


@dataclass(frozen=True)
class Ending:
    """A response as it ends, and how the texts of its items are cut when it is streamed, by id."""

    resource: JsonObject
    pieces: dict[str, Sequence[str]]


def end(
    state: State,
    turn: Turn,
    begun: JsonObject,
    answered: Answered,
    *,
    model: Model,
    used: Sequence[JsonObject] = (),
) -> Ending:
    """Return a response as it ends.

    Args:
        state: what the server knows.
        turn: what was said.
        begun: the response as it begins.
        answered: what is answered.
        model: who is asked.
        used: the items of what MCP servers did before.
    """
    said = answered.said
    output: list[JsonObject] = [*used]
    pieces: dict[str, Sequence[str]] = {
        item["id"]: response_reply.cut(item.get("arguments", "")) for item in used
    }
    thought = 0
    if reasoning.is_wanted(model, turn.body):
        output.append(reasoning.item(state.new_id("rs_"), turn.body))
        pieces[output[-1]["id"]] = ()
        effort = (turn.body.get("reasoning") or {}).get("effort")
        thought = reasoning_tokens(model.takes, effort)
    waits = bool(used) and used[-1]["type"] == "mcp_approval_request"
    for item, cut in _output(state, turn, answered.ran, said, waits):
        output.append(item)
        pieces[item["id"]] = cut
    usage = response_reply.usage(answered.prompt.tokens, said.tokens, thought)
    return Ending({**begun, **_end(state, said), "output": output, "usage": usage}, pieces)


def not_listed(begun: JsonObject, item: JsonObject) -> Ending:
    """Return a response that fails for a list of tools which could not be had."""
    error = {"code": "server_error", "message": item["error"]}
    resource = {**begun, "status": "failed", "error": error, "output": [item]}
    return Ending(resource, {item["id"]: ()})


def _output(
    state: State, turn: Turn, ran: response_tools.Ran, said: Reply, waits: bool
) -> Iterator[tuple[JsonObject, Sequence[str]]]:
    """Yield the items of a reply in the order in which they come, each with its text in
    pieces. Nothing is said while somebody has to approve a call first.
    """
    if ran.code is not None:
        ids = state.new_id("ci_"), state.new_id("cntr_")
        item = response_reply.code_interpreter_call(*ids, ran.code)
        yield item, response_reply.cut(ran.code.code)
    if ran.found is not None:
        yield response_reply.file_search_call(state.new_id("fs_"), ran.query, ran.found), ()
    if ran.pages is not None:
        yield web_search.item(state.new_id("ws_"), ran.query, ran.pages), ()
    if ran.image is not None:
        yield image_generation.item(state.new_id("ig_"), ran.image, ran.query), ()
    for part in said.blocks or (said,):
        if part.pieces or not (part.tool_calls or waits):
            yield _message(state, turn, part, said)
        for called in part.tool_calls:
            call_id = called.id or state.new_id("call_")
            item = response_reply.function_call(state.new_id("fc_"), call_id, called)
            yield item, called.pieces


def _message(
    state: State, turn: Turn, part: Reply, said: Reply
) -> tuple[JsonObject, Sequence[str]]:
    """Return the item of a text, which may be a part of what is said, and its pieces."""
    pieces, notes = response_reply.unmark(part)
    item = response_reply.message(
        state.new_id("msg_"),
        pieces,
        notes,
        logprobs=_logprobs(turn.body, pieces),
        status="incomplete" if said.failed or said.finish_reason in _CUT_OFF else "completed",
        refused=said.refused,
    )
    return item, pieces


def _logprobs(body: JsonObject, pieces: Sequence[str]) -> list[JsonObject]:
    if "message.output_text.logprobs" not in (body.get("include") or []):
        return []
    return [certain(piece, body.get("top_logprobs") or 0) for piece in pieces]


def _end(state: State, said: Reply) -> JsonObject:
    if said.failed:
        return {"status": "failed", "error": {"code": "server_error", "message": SORRY}}
    if said.finish_reason in _CUT_OFF:
        reason = _CUT_OFF[said.finish_reason]
        return {"status": "incomplete", "incomplete_details": {"reason": reason}}
    return {"status": "completed", "completed_at": state.now()}


def keep(state: State, turn: Turn, ending: Ending) -> None:
    """Store a response that has ended, and add its turn to its conversation.

    Args:
        state: what the server knows.
        turn: what was said.
        ending: the response as it ends.
    """
    ended = ending.resource
    if ended["store"]:
        earlier = state.responses.get(ended["id"])
        stored = StoredResponse(ended, turn.context)
        stored.stream_after = earlier.stream_after if earlier is not None else None
        state.responses[ended["id"]] = stored
    # "After this response completes", says the reference of `conversation`.
    if turn.conversation is not None and ended["status"] != "failed":
        turn.conversation.items += [*turn.given, *ended["output"]]


def live(stored: StoredResponse, finish: Callable[[], None]) -> Iterator[None]:
    """Yield what happens to a response in the background, a status each time that it is looked
    at.
    """
    stored.resource = {**stored.resource, "status": "in_progress"}
    yield
    finish()
    yield
