"""A model that refuses to answer: what the Responses API makes of it."""

from __future__ import annotations

from openai import OpenAI
from openai.types.responses import Response

from endpoint import strict
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint

_SCRIPT = [
    {
        "match": {"userMessage": "Do it"},
        "response": {"content": "I can't help with that."},
        "scaffold": {"fault": "refusal"},
    }
]


def test_a_refusal_is_a_part_of_its_own_and_the_conversation_goes_on() -> None:
    with Endpoint(script=_SCRIPT) as endpoint:
        body = {"model": MODEL, "input": "Do it"}
        said = ask(endpoint, "/v1/responses", body).json
        strict.check(Response, said, {"store"})
        events = [
            data for _, data in ask(endpoint, "/v1/responses", {**body, "stream": True}).events
        ]
        with OpenAI(base_url=f"{endpoint.url}/v1", api_key="any") as openai:
            next_turn = openai.responses.create(
                model=MODEL, input="Hello", previous_response_id=said["id"]
            )

    (message,) = said["output"]
    assert message["content"] == [{"type": "refusal", "refusal": "I can't help with that."}]
    for data in events:
        strict.check_response_event(data)
    deltas = [data["delta"] for data in events if data["type"] == "response.refusal.delta"]
    assert "".join(deltas) == "I can't help with that."
    assert [data["type"] for data in events][-4:] == [
        "response.refusal.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert "I remember 2 earlier messages" in next_turn.output_text
