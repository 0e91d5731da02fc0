"""Responses: one turn of a conversation, asked for, stored and looked at again.

Source: https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.datastructures import QueryParams

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.responses import request as response_request
from scaffold.endpoint.apis.responses import tools as response_tools
from scaffold.endpoint.apis.responses import turn as response_turn
from scaffold.endpoint.apis.responses import wire as response_reply
from scaffold.endpoint.apis.responses.events import events
from scaffold.endpoint.apis.responses.item_shape import id_of
from scaffold.endpoint.apis.responses.items import shown
from scaffold.endpoint.apis.responses.shape import INCLUDE
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import EventStream, HttpResponse
from scaffold.endpoint.http.service_errors import invalid, refused
from scaffold.endpoint.http.surfaces import AZURE_V1, OPENAI
from scaffold.endpoint.models import refusals
from scaffold.endpoint.models.model import Model
from scaffold.endpoint.state.conversations import StoredResponse

JsonObject = dict[str, Any]


def create(call: Call) -> HttpResponse | EventStream:
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
    ending = response_turn.reply(state, turn, begun, call.reply_to, model)
    ended = response_reply.seen(ending.resource, body.get("include") or [])
    finish = partial(response_turn.keep, state, turn, ending)
    if body.get("background"):
        begun["status"] = "queued"
    if body.get("stream"):
        return EventStream(events(begun, ended, ending.pieces, finish))
    if body.get("background"):
        stored = StoredResponse(begun, turn.context)
        stored.life = response_turn.live(stored, finish)
        state.responses[begun["id"]] = stored
        return HttpResponse(begun)
    finish()
    return HttpResponse(ended)


def _model(call: Call, name: str) -> Model:
    known = call.state.models.exists(name) or call.lenient
    if call.family == "openai" and not known:
        message = f"The requested model '{name}' does not exist."
        raise refused(message, param="model", code="model_not_found")
    return call.find_model(name, "responses")


def retrieve(call: Call) -> HttpResponse:
    """Return one response; one in the background is a status further than it was."""
    stored = _find(call)
    if call.query.get("stream") == "true":
        raise refused(
            "This response cannot be streamed because it was not created with background=true.",
            param="stream",
        )
    next(stored.life, None)
    return HttpResponse(response_reply.seen(_find(call).resource, included(call)))


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


WHERE = (OPENAI, AZURE_V1)
_ONE = "/responses/{response}"
OPERATIONS = (
    Operation("POST", "/responses", create, WHERE, kind="responses"),
    Operation("GET", _ONE, retrieve, WHERE),
    Operation("DELETE", _ONE, delete, WHERE),
    Operation("POST", _ONE + "/cancel", cancel, WHERE),
    Operation("GET", _ONE + "/input_items", list_input_items, WHERE),
)
