"""Responses: one turn of a conversation, asked for, stored and looked at again.

Source: https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterator
from functools import partial
from typing import Any

from starlette.datastructures import QueryParams

from scaffold.endpoint.apis.call import Call, Operation, Sendable
from scaffold.endpoint.apis.responses import request as response_request
from scaffold.endpoint.apis.responses import tools as response_tools
from scaffold.endpoint.apis.responses import turn as response_turn
from scaffold.endpoint.apis.responses import wire as response_reply
from scaffold.endpoint.apis.responses.answer import answer
from scaffold.endpoint.apis.responses.events import events, resumable
from scaffold.endpoint.apis.responses.hosted.mcp import turn as mcp_turn
from scaffold.endpoint.apis.responses.hosted.mcp.servers import NotListed
from scaffold.endpoint.apis.responses.item_shape import id_of
from scaffold.endpoint.apis.responses.items import shown
from scaffold.endpoint.apis.responses.shape import INCLUDE
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import EventStream, HttpResponse
from scaffold.endpoint.http.service_errors import ServiceError, invalid, not_listed, refused
from scaffold.endpoint.http.surfaces import AZURE_RESPONSES, AZURE_V1, OPENAI
from scaffold.endpoint.models import refusals
from scaffold.endpoint.models.model import Model
from scaffold.endpoint.state.conversations import StoredResponse

JsonObject = dict[str, Any]


def create(call: Call) -> Sendable | Awaitable[Sendable]:
    """Answer a turn.

    Raises:
        ServiceError: the body is not acceptable, or names what does not exist.
    """
    state = call.state
    try:
        body = response_request.check(call.body, call.lenient)
    except Invalid as problem:
        raise invalid(problem) from problem
    model = _model(call, body["model"])
    refusals.check_response(model, body)
    response_tools.check_stores(state, body)
    turn = response_turn.refer(state, body)
    begun = {
        "id": state.new_id("resp_"),
        "created_at": state.now(),
        "model": body["model"],
        "conversation": turn.conversation and {"id": turn.conversation.resource["id"]},
        **response_reply.resource(body),
    }
    if mcp_turn.is_wanted(body):
        return _with_mcp(call, turn, begun, model)
    answered = answer(state, body, turn.context, call.reply_to)
    return _send(call, turn, begun, response_turn.end(state, turn, begun, answered, model=model))


async def _with_mcp(
    call: Call, turn: response_turn.Turn, begun: JsonObject, model: Model
) -> Sendable:
    """Answer a turn once the MCP servers have been asked.

    Args:
        call: the request.
        turn: what was said.
        begun: the response as it begins.
        model: who is asked.

    Raises:
        ServiceError: a server does not tell its tools, and nothing was to be streamed.
    """
    state, body = call.state, turn.body
    try:
        used = await mcp_turn.use(state, body, turn.context, call.reply_to)
    except NotListed as problem:
        if not (body.get("stream") or body.get("background")):
            raise ServiceError(424, {"error": not_listed(problem.message)}) from problem
        return _send(call, turn, begun, response_turn.not_listed(begun, problem.item))
    ending = response_turn.end(state, turn, begun, used.answered, model=model, used=used.items)
    return _send(call, turn, begun, ending)


def _send(
    call: Call, turn: response_turn.Turn, begun: JsonObject, ending: response_turn.Ending
) -> Sendable:
    """Send a response: whole, as a stream, or as one in the background."""
    state, body = call.state, turn.body
    ended = response_reply.seen(ending.resource, body.get("include") or [])
    finish = partial(response_turn.keep, state, turn, ending)
    if not body.get("background"):
        if body.get("stream"):
            return EventStream(events(begun, ended, ending.pieces, finish))
        finish()
        return HttpResponse(ended)
    begun["status"] = "queued"
    stored = StoredResponse(begun, turn.context)
    state.responses[begun["id"]] = stored
    if body.get("stream"):
        stored.stream_after = resumable(begun, ended, ending.pieces, finish)
        return EventStream(stored.stream_after(-1))
    stored.life = response_turn.live(stored, finish)
    return HttpResponse(begun)


def _model(call: Call, name: str) -> Model:
    known = call.state.models.exists(name) or call.lenient
    if call.family == "openai" and not known:
        message = f"The requested model '{name}' does not exist."
        raise refused(message, param="model", code="model_not_found")
    return call.find_model(name, "responses")


def retrieve(call: Call) -> HttpResponse | EventStream:
    """Return one response; one in the background is a status further than it was, or streamed on.

    Raises:
        ServiceError: there is no such response, or it can't be streamed.
    """
    stored = _find(call)
    if call.query.get("stream") == "true":
        return EventStream(_take_up(stored, call.query.get("starting_after", "-1")))
    next(stored.life, None)
    return HttpResponse(response_reply.seen(_find(call).resource, included(call)))


def _take_up(stored: StoredResponse, after: str) -> Iterator[bytes]:
    if stored.stream_after is None:
        how = "stream" if stored.resource["background"] else "background"
        raise refused(
            f"This response cannot be streamed because it was not created with {how}=true.",
            param="stream",
        )
    if not re.fullmatch(r"-?\d{1,9}", after):
        raise refused(
            f"Invalid type for 'starting_after': expected an integer, but got '{after}' instead.",
            param="starting_after",
            code="invalid_type",
        )
    return stored.stream_after(int(after))


def delete(call: Call) -> HttpResponse:
    """Forget a response."""
    response_id = _find(call).resource["id"]
    del call.state.responses[response_id]
    return HttpResponse({"id": response_id, "object": "response", "deleted": True})


def cancel(call: Call) -> HttpResponse:
    """Stop a response in the background; one that has ended stays as it is.

    Raises:
        ServiceError: there is no such response, or it is not in the background.
    """
    stored = _find(call)
    if not stored.resource["background"]:
        raise refused("Cannot cancel a synchronous response.")
    if stored.resource["status"] in {"queued", "in_progress"}:
        stored.resource = {**stored.resource, "status": "cancelled"}
        stored.life = iter(())
    return HttpResponse(response_reply.seen(stored.resource, []))


def list_input_items(call: Call) -> HttpResponse:
    """Return a page of the items that a response was made from."""
    include = included(call)
    return page(call.query, [shown(item, include) for item in _find(call).context], "item")


def included(call: Call) -> list[str]:
    """Return what a request without a body wants to see besides, by `include` of the query.

    Raises:
        ServiceError: there is no such thing.
    """
    query = QueryParams(call.query)
    wanted = [*query.getlist("include"), *query.getlist("include[]")]
    call.check(INCLUDE, wanted, "include")
    return wanted


def _find(call: Call) -> StoredResponse:
    response_id = call.check(id_of("resp"), call.path["response"], "response_id")
    stored = call.state.responses.get(response_id)
    if stored is None:
        raise refused(f"Response with id '{response_id}' not found.", status=404)
    return stored


# Azure's previews from 2025-03-01 on have Responses too, but no conversations.
WHERE = (OPENAI, AZURE_V1, AZURE_RESPONSES)
_ONE = "/responses/{response}"
OPERATIONS = (
    Operation("POST", "/responses", create, WHERE, kind="responses"),
    Operation("GET", _ONE, retrieve, WHERE),
    Operation("DELETE", _ONE, delete, WHERE),
    Operation("POST", _ONE + "/cancel", cancel, WHERE),
    Operation("GET", _ONE + "/input_items", list_input_items, WHERE),
)
