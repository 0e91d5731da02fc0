"""Responses over a web socket, through the SDK and by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openai import OpenAI
from openai.types.responses import FunctionToolParam, ResponseCompletedEvent, ResponseInputParam
from waiting import PATIENCE, wait_for
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from scaffold.endpoint import Endpoint

if TYPE_CHECKING:
    from openai.resources.responses.responses import ResponsesConnection

# It is the SDK that does.
pytestmark = pytest.mark.filterwarnings("ignore:connect.. must be used as a context manager")

WEATHER: FunctionToolParam = {
    "type": "function",
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


def turn(
    connection: ResponsesConnection, said: str | ResponseInputParam, after: str | None = None
) -> ResponseCompletedEvent:
    """Ask for a response, and give what completes it."""
    connection.response.create(
        model="gpt-5.4", input=said, tools=[WEATHER], previous_response_id=after
    )
    for event in connection:
        if isinstance(event, ResponseCompletedEvent):
            return event
        assert event.type != "error", event
    raise AssertionError("it ended before it was complete")


def test_a_conversation_with_a_function(endpoint: Endpoint, openai: OpenAI) -> None:
    with openai.responses.connect() as connection:
        called = turn(connection, "What is the weather in Oslo?").response
        [call] = called.output
        assert call.type == "function_call"
        assert json.loads(call.arguments) == {"city": "Oslo"}
        returned: ResponseInputParam = [
            {"type": "function_call_output", "call_id": call.call_id, "output": "It rains."}
        ]
        answered = turn(connection, returned, after=called.id).response

    assert answered.output_text.endswith('get_weather(city="Oslo") returned It rains.')
    assert openai.responses.retrieve(answered.id).previous_response_id == called.id
    wait_for(lambda: endpoint.journal[-1]["path"].startswith("/v1/responses"))


def test_what_is_refused_is_an_event_and_the_next_turn_goes_on(endpoint: Endpoint) -> None:
    url = endpoint.url.replace("http", "ws") + "/v1/responses"
    with connect(url, additional_headers={"Authorization": "Bearer any"}) as raw:

        def heard(message: Any) -> Any:
            raw.send(message if isinstance(message, str) else json.dumps(message))
            return json.loads(raw.recv(PATIENCE))

        asked = {"type": "response.create", "model": "gpt-5.4", "input": "Hello"}
        gone = heard({**asked, "previous_response_id": "resp_none"})
        assert (gone["type"], gone["status"]) == ("error", 400)
        assert gone["error"]["code"] == "previous_response_not_found"
        assert heard("no JSON")["status"] == heard("[1]")["status"] == 400
        assert heard({**asked, "type": "response.cancel"})["error"]["param"] == "type"
        assert heard({**asked, "typo": 1})["error"]["message"] == "Unknown parameter: 'typo'."
        assert heard(asked)["type"] == "response.created"
        # What is not read holds up the end.
        while json.loads(raw.recv(PATIENCE))["type"] != "response.completed":
            pass


def test_it_wants_a_key_as_any_request_does(endpoint: Endpoint) -> None:
    with pytest.raises(InvalidStatus, match="401"):
        connect(endpoint.url.replace("http", "ws") + "/v1/responses")


def test_a_script_answers_there_too_and_may_hang_up() -> None:
    dropped = {"match": {"userMessage": "bye"}, "scaffold": {"fault": "drop", "afterChunks": 2}}
    said = {"match": {"userMessage": "hi"}, "response": {"content": "Ahoy!"}}
    with (
        Endpoint(script={"fixtures": [dropped, said]}) as endpoint,
        OpenAI(base_url=f"{endpoint.url}/v1", api_key="any") as client,
        client.responses.connect() as connection,
    ):
        assert turn(connection, "hi").response.output_text == "Ahoy!"
        connection.response.create(model="gpt-5.4", input="bye")
        assert connection.recv().type == "response.created"
        assert connection.recv().type == "response.in_progress"
        with pytest.raises(ConnectionClosedError):
            connection.recv()
        assert endpoint.journal[-1]["fixture"]["index"] == 0
