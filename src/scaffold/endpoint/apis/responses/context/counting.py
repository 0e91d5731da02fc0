"""How many tokens a response would read, without making one.

Source: https://developers.openai.com/api/reference/resources/responses/subresources/input_tokens
"""

from __future__ import annotations

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.responses import tools, turn
from scaffold.endpoint.apis.responses.items import to_messages
from scaffold.endpoint.apis.responses.shape import COUNTED
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import AZURE_V1, OPENAI


def count(call: Call) -> HttpResponse:
    """Count the tokens of a request, its tools and what was said before included.

    Raises:
        ServiceError: the body is not acceptable, or names what does not exist.
    """
    body = call.checked(COUNTED)
    referred = turn.refer(call.state, {"input": "", **body})
    messages = to_messages(body.get("instructions"), referred.context)
    tokens = tools.to_prompt(body, messages, tools.Ran()).tokens
    return HttpResponse({"object": "response.input_tokens", "input_tokens": tokens})


OPERATIONS = (Operation("POST", "/responses/input_tokens", count, (OPENAI, AZURE_V1)),)
