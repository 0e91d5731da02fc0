"""The Responses API, through the SDK and to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import AsyncOpenAI, NotFoundError, OpenAI
from openai.types.responses import Response, ResponseStreamEvent
from openai.types.responses.response_item import ResponseItem
from pydantic import BaseModel
from waiting import run_async

from endpoint.strict import check
from endpoint.wire import MODEL, Heard, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.code_interpreter import NOTHING
from scaffold.endpoint.replies.documents import VECTOR_STORE_ID
from scaffold.endpoint.replies.reply import LEAD

# The service says it; the SDK's type leaves it out.
# The SDK's types lack them; the official document has them.
ALSO = {"store", "response.store", "name"}
PATHS = {"openai": "/v1/responses", "azure": "/openai/v1/responses"}
HELLO = f'{LEAD} You said: "Hello".'
TENT = "How heavy is the Fjord 2 tent?"
WEIGHS = f"{LEAD} From the product guide: The Fjord 2 weighs 1.9 kg with its poles and pegs."
SEARCH: Any = {"type": "file_search", "vector_store_ids": [VECTOR_STORE_ID]}
CODE: Any = {"type": "code_interpreter", "container": {"type": "auto"}}
NO_PARAMETERS = {"type": "object", "properties": {}, "required": []}
CLOCK: Any = [
    {"type": "function", "name": name, "description": "", "parameters": NO_PARAMETERS}
    for name in ("get_current_date", "get_current_time")
]
EVERYTHING = [
    "file_search_call.results",
    "code_interpreter_call.outputs",
    "message.output_text.logprobs",
]
every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)


@pytest.fixture(params=["openai", "azure_v1"])
def client(request: pytest.FixtureRequest) -> OpenAI:
    """Each client that has this API."""
    made: OpenAI = request.getfixturevalue(request.param)
    return made


def say(said: Any = "Hello", /, **more: Any) -> dict[str, Any]:
    """A request."""
    return {"model": MODEL, "input": said, **more}


def strict_events(heard: Heard) -> list[tuple[str, Any]]:
    """The events of a stream, each of the SDK's type and in its place."""
    found = []
    for number, (name, data) in enumerate(heard.events):
        check(ResponseStreamEvent, data, ALSO)
        assert (name, number) == (data["type"], data["sequence_number"])
        found.append((data["type"], data))
    return found


def test_it_says_who_it_is_and_what_it_heard(client: OpenAI) -> None:
    reply = client.responses.create(model=MODEL, input="Hello")

    assert (reply.status, reply.output_text) == ("completed", HELLO)
    assert reply.usage is not None
    assert reply.usage.total_tokens > reply.usage.output_tokens > 10


def test_a_turn_follows_another_by_its_id(client: OpenAI) -> None:
    first = client.responses.create(model=MODEL, input="Hello", instructions="Be brief.")
    second = client.responses.create(model=MODEL, input="And now?", previous_response_id=first.id)

    assert second.output_text == f'{LEAD} You said: "And now?" I remember 2 earlier messages.'
    assert second.previous_response_id == first.id
    assert second.instructions is None


def test_what_was_said_is_sent_again_as_it_came(openai: OpenAI) -> None:
    first = openai.responses.create(model=MODEL, input="Hello")
    said: Any = [{"role": "user", "content": "Hello"}, *first.output]
    said += [{"role": "user", "content": [{"type": "input_text", "text": "And now?"}]}]
    second = openai.responses.create(model=MODEL, input=said, store=False)

    assert second.output_text == f'{LEAD} You said: "And now?" I remember 2 earlier messages.'
    with pytest.raises(NotFoundError, match=f"Response with id '{second.id}' not found."):
        openai.responses.retrieve(second.id)


def test_a_stored_item_is_referred_to(openai: OpenAI) -> None:
    first = openai.responses.create(model=MODEL, input="Hello")
    refer: Any = [{"type": "item_reference", "id": first.output[0].id}]
    refer += [{"role": "user", "content": "And now?"}]
    second = openai.responses.create(model=MODEL, input=refer)

    assert second.output_text == f'{LEAD} You said: "And now?" I remember 1 earlier message.'


def test_the_helper_for_streams_works(client: OpenAI) -> None:
    with client.responses.stream(model=MODEL, input="Hello") as stream:
        pieces = [event.delta for event in stream if event.type == "response.output_text.delta"]
        final = stream.get_final_response()

    assert "".join(pieces) == final.output_text == HELLO
    assert client.responses.retrieve(final.id).output_text == HELLO


def test_an_async_client_streams(endpoint: Endpoint) -> None:
    async def heard() -> str:
        async with AsyncOpenAI(api_key="any", base_url=f"{endpoint.url}/v1") as client:
            stream = await client.responses.create(model=MODEL, input="Hello", stream=True)
            return "".join(
                [e.delta async for e in stream if e.type == "response.output_text.delta"]
            )

    assert run_async(heard()) == HELLO


@every_path
def test_the_events_of_a_message(endpoint: Endpoint, path: str) -> None:
    events = strict_events(ask(endpoint, path, say(stream=True, include=EVERYTHING)))
    names = [name for name, _ in events]
    deltas = [data["delta"] for name, data in events if name == "response.output_text.delta"]

    assert names[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert names[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert names[4:-4] == ["response.output_text.delta"] * len(deltas)
    assert "".join(deltas) == HELLO
    [message] = events[-1][1]["response"]["output"]
    assert events[-2][1]["item"] == message
    assert [each["token"] for each in message["content"][0]["logprobs"]] == deltas


@every_path
def test_a_body_is_of_the_sdks_type(endpoint: Endpoint, path: str) -> None:
    wanted = {"type": "json_schema", "name": "answer", "schema": NO_PARAMETERS}
    for body in (
        say(),
        say(TENT, tools=[SEARCH], include=EVERYTHING),
        say("What is 2 + 3?", tools=[CODE, SEARCH, *CLOCK], include=EVERYTHING),
        say("What is the time?", tools=CLOCK, metadata={"a": "b"}, reasoning={"effort": "low"}),
        say(text={"format": wanted, "verbosity": "low"}, truncation="auto", temperature=0),
    ):
        heard = ask(endpoint, path, body)
        assert heard.status == 200, heard.content
        check(Response, heard.json, ALSO)
        kept = f"{path}/{heard.json['id']}"
        include = "&".join(f"include[]={each}" for each in body.get("include", []))
        assert ask(endpoint, f"{kept}?{include}").json == heard.json
        for item in ask(endpoint, f"{kept}/input_items").json["data"]:
            check(ResponseItem, item)


def test_functions_are_called_and_their_results_told(client: OpenAI) -> None:
    first = client.responses.create(
        model=MODEL, input="What is the date and the time?", tools=CLOCK
    )
    calls = [item for item in first.output if item.type == "function_call"]
    assert [(call.name, call.arguments) for call in calls] == [
        ("get_current_date", "{}"),
        ("get_current_time", "{}"),
    ]

    results: Any = [
        {"type": "function_call_output", "call_id": call.call_id, "output": said}
        for call, said in zip(calls, ("2026-11-21", "09:30"), strict=True)
    ]
    second = client.responses.create(
        model=MODEL, input=results, tools=CLOCK, previous_response_id=first.id
    )
    said = f"{LEAD} get_current_date returned 2026-11-21; get_current_time returned 09:30."
    assert second.output_text == said


def test_one_function_at_a_time(openai: OpenAI) -> None:
    asked: Any = {"input": "What is the date and the time?", "tools": CLOCK, "model": MODEL}

    assert len(openai.responses.create(**asked, parallel_tool_calls=False).output) == 1
    assert openai.responses.create(**asked, tool_choice="none").output[0].type == "message"
    named = {"type": "function", "name": "get_current_time"}
    choices: Any = [named, {"type": "allowed_tools", "mode": "auto", "tools": [named]}]
    for choice in choices:
        [call] = openai.responses.create(**asked, tool_choice=choice).output
        assert call.type == "function_call"
        assert call.name == "get_current_time"
    asked["input"] = "Hello"
    assert openai.responses.create(**asked).output[0].type == "message"
    assert openai.responses.create(**asked, tool_choice="required").output[0].type != "message"


def test_the_events_of_functions(endpoint: Endpoint) -> None:
    weather = {"location": {"type": "string"}}
    parameters = {"type": "object", "properties": weather, "required": ["location"]}
    tool = {"type": "function", "name": "get_current_weather", "parameters": parameters}
    body = say("What is the weather in Paris?", tools=[tool], stream=True)
    events = strict_events(ask(endpoint, PATHS["openai"], body))
    names = [name for name, _ in events]
    pieces = [data["delta"] for name, data in events if name.endswith("arguments.delta")]

    assert json.loads("".join(pieces)) == {"location": "Paris"}
    assert len(pieces) > 2
    assert events[2][1]["item"]["arguments"] == ""
    assert names[-3:] == [
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]


def test_files_are_searched_and_cited(client: OpenAI) -> None:
    with client.responses.stream(
        model=MODEL, input=TENT, tools=[SEARCH], include=["file_search_call.results"]
    ) as stream:
        text, marked = "", ""
        for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
                marked += event.delta
            elif event.type == "response.output_text.annotation.added":
                assert event.annotation is not None
                assert event.annotation.type == "file_citation"
                assert event.annotation.index == len(text)
                marked += f" [{event.annotation.filename}]"
        search, message = stream.get_final_response().output

    assert text == WEIGHS
    assert marked == WEIGHS.replace(" pegs.", " pegs [fjord-2-tent.md].")
    assert search.type == "file_search_call"
    assert search.queries == [TENT]
    assert search.results is not None
    assert search.results[0].filename == "fjord-2-tent.md"
    assert "1.9 kg" in (search.results[0].text or "")
    assert message.type == "message"


def test_the_events_of_a_search(endpoint: Endpoint) -> None:
    body = say(TENT, tools=[SEARCH], stream=True)
    events = strict_events(ask(endpoint, PATHS["openai"], body))

    assert [name for name, _ in events[2:7]] == [
        "response.output_item.added",
        "response.file_search_call.in_progress",
        "response.file_search_call.searching",
        "response.file_search_call.completed",
        "response.output_item.done",
    ]
    assert events[6][1]["item"]["results"] is None


def test_nothing_is_searched_for_a_greeting(openai: OpenAI) -> None:
    reply = openai.responses.create(model=MODEL, input="Hello", tools=[SEARCH, CODE])
    assert [item.type for item in reply.output] == ["message"]

    for choice in ({"type": "file_search"}, "required"):
        body: Any = {"model": MODEL, "input": "Hello", "tool_choice": choice}
        reply = openai.responses.create(**body, tools=[SEARCH])
        assert [item.type for item in reply.output] == ["file_search_call", "message"]


def test_uploaded_files_are_searched(openai: OpenAI) -> None:
    store = openai.vector_stores.create(name="Notes")
    openai.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("notes.txt", b"The password of the cellar is Trondheim.")
    )
    tool: Any = {"type": "file_search", "vector_store_ids": [store.id]}
    reply = openai.responses.create(
        model=MODEL, input="What is the password of the cellar?", tools=[tool]
    )

    said = f"{LEAD} From your files: The password of the cellar is Trondheim."
    assert reply.output_text == said


def test_code_is_written_and_run(client: OpenAI) -> None:
    reply = client.responses.create(
        model=MODEL,
        input="What is 12 * (3 + 4)?",
        tools=[CODE],
        include=["code_interpreter_call.outputs"],
    )
    ran, message = reply.output

    assert ran.type == "code_interpreter_call"
    assert ran.code == "print(12 * (3 + 4))"
    assert ran.outputs is not None
    assert [output.to_dict() for output in ran.outputs] == [{"type": "logs", "logs": "84"}]
    assert message.type == "message"
    assert reply.output_text == f"{LEAD} The code printed: 84."


def test_the_events_of_code(endpoint: Endpoint) -> None:
    body = say("Plot a sine wave", tools=[CODE], stream=True)
    events = strict_events(ask(endpoint, PATHS["openai"], body))
    names = [name.removeprefix("response.code_interpreter_call") for name, _ in events]
    code = "".join(data["delta"] for name, data in events if name.endswith("code.delta"))

    assert code == f'print("{NOTHING}")'
    assert list(dict.fromkeys(names))[3:8] == [
        ".in_progress",
        "_code.delta",
        "_code.done",
        ".interpreting",
        ".completed",
    ]
    assert events[2][1]["item"]["code"] == ""


def test_a_limit_leaves_a_response_incomplete(endpoint: Endpoint) -> None:
    body = say("Hello " * 20, max_output_tokens=16, stream=True)
    *_, item, (name, data) = strict_events(ask(endpoint, PATHS["openai"], body))

    assert name == "response.incomplete"
    assert data["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    assert item[1]["item"]["status"] == "incomplete"
    assert data["response"]["usage"]["output_tokens"] == 16


def test_json_is_parsed(openai: OpenAI) -> None:
    class Saying(BaseModel):
        text: str
        count: int

    parsed = openai.responses.parse(model=MODEL, input="Hello", text_format=Saying)
    assert parsed.output_parsed == Saying(text=HELLO, count=0)

    reply = openai.responses.create(
        model=MODEL, input="Say it in JSON", text={"format": {"type": "json_object"}}
    )
    assert "Say it in JSON" in json.loads(reply.output_text)["answer"]


def test_what_went_in_is_read_page_after_page(openai: OpenAI) -> None:
    texts = [f"Message {number}" for number in range(5)]
    said: Any = [{"role": "user", "content": text} for text in texts]
    reply = openai.responses.create(model=MODEL, input=said)
    pages = openai.responses.input_items.list(reply.id, order="asc", limit=2)

    assert pages.has_more
    read = [item.content[0] for item in pages if item.type == "message"]
    assert [part.text for part in read if part.type == "input_text"] == texts


def test_a_response_is_forgotten(client: OpenAI) -> None:
    reply = client.responses.create(model=MODEL, input="Hello")
    client.responses.delete(reply.id)

    with pytest.raises(NotFoundError):
        client.responses.retrieve(reply.id)


def test_one_in_the_background_goes_on_when_it_is_looked_at(openai: OpenAI) -> None:
    reply = openai.responses.create(model=MODEL, input="Hello", background=True)
    statuses = [reply.status]
    statuses += [openai.responses.retrieve(reply.id).status for _ in range(3)]
    assert statuses == ["queued", "in_progress", "completed", "completed"]
    assert openai.responses.retrieve(reply.id).output_text == HELLO

    reply = openai.responses.create(model=MODEL, input="Hello", background=True)
    assert openai.responses.cancel(reply.id).status == "cancelled"
    assert openai.responses.retrieve(reply.id).status == "cancelled"
