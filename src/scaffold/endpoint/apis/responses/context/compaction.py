"""Compaction: a conversation made shorter, so that it goes on where there is no room for all of it.

What users said stays; the rest is one item, whose content only the service can read.

Source: https://developers.openai.com/api/reference/resources/responses/methods/compact
"""

from __future__ import annotations

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.responses import turn
from scaffold.endpoint.apis.responses.items import to_messages
from scaffold.endpoint.apis.responses.sealed import seal
from scaffold.endpoint.apis.responses.shape import COMPACTED
from scaffold.endpoint.apis.responses.wire import usage
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import AZURE_V1, OPENAI
from scaffold.endpoint.replies.prompt import Prompt


def compact(call: Call) -> HttpResponse:
    """Return a conversation with all but the users' words in one item.

    Raises:
        ServiceError: the body is not acceptable, or names what does not exist.
    """
    body = call.checked(COMPACTED)
    call.find_model(body["model"], "responses")
    state = call.state
    context = turn.refer(state, {"input": "", **body}).context
    messages = to_messages(body.get("instructions"), context)
    said = [item for item in context if item["type"] == "message" and item["role"] == "user"]
    rest = [message for message in messages if message.role in {"assistant", "tool"}]
    summary = {
        "id": state.new_id("cmp_"),
        "type": "compaction",
        "encrypted_content": seal([(each.role, each.text) for each in rest]),
    }
    return HttpResponse(
        {
            "id": state.new_id("resp_"),
            "object": "response.compaction",
            "created_at": state.now(),
            "output": [*said, summary],
            "usage": usage(Prompt(messages).tokens, 1 + len(rest)),
        }
    )


OPERATIONS = (
    Operation("POST", "/responses/compact", compact, (OPENAI, AZURE_V1), kind="responses"),
)
