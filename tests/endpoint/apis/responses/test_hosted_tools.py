"""The tools that the service runs itself: the web and images; and streams taken up again."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, OpenAI
from openai.types.responses import Response

from endpoint import strict
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint

WEB: Any = [{"type": "web_search", "user_location": {"type": "approximate", "city": "New York"}}]


def say(text: str, **more: Any) -> dict[str, Any]:
    return {"model": MODEL, "input": text, **more}


@pytest.mark.parametrize("kind", ["web_search", "web_search_preview"])
def test_the_web_is_searched_and_cited(openai: OpenAI, kind: Any) -> None:
    said = openai.responses.create(
        model=MODEL, input="What was a positive news story from today?", tools=[{"type": kind}]
    )

    search, message = said.output
    assert (search.type, message.type) == ("web_search_call", "message")
    note: Any
    (note,) = message.content[0].annotations  # type: ignore[union-attr,index]
    assert note.type == "url_citation"
    assert note.url in said.output_text[note.start_index : note.end_index]
    assert "made up" in said.output_text


def test_what_the_web_search_says_is_of_the_sdks_types(endpoint: Endpoint) -> None:
    body = say("search the web for 'local sports news'", tools=WEB)
    heard = ask(endpoint, "/v1/responses", body).json
    strict.check(Response, heard, {"store"})
    assert "sources" not in heard["output"][0]["action"]
    more = {**body, "include": ["web_search_call.action.sources"]}
    action = ask(endpoint, "/v1/responses", more).json["output"][0]["action"]
    assert action["sources"][0]["type"] == "url"

    names = []
    for _, data in ask(endpoint, "/v1/responses", {**body, "stream": True}).events:
        strict.check_response_event(data)
        names.append(data["type"])
    assert "response.web_search_call.searching" in names
    assert "response.output_text.annotation.added" in names


def test_a_search_is_kept_to_its_domains_and_a_greeting_is_not_searched(openai: OpenAI) -> None:
    tools: Any = [{"type": "web_search", "filters": {"allowed_domains": ["pubmed.gov"]}}]
    said = openai.responses.create(model=MODEL, input="How heavy is the tent?", tools=tools)

    assert "https://pubmed.gov/" in said.output_text
    assert "northlight" not in said.output_text
    for greeting in ("How are you?", "Hello again.", "Thanks, bye!"):
        hello = openai.responses.create(model=MODEL, input=greeting, tools=WEB)
        assert [item.type for item in hello.output] == ["message"]


def test_a_conversation_goes_on_after_a_search(openai: OpenAI) -> None:
    first = openai.responses.create(model=MODEL, input="Search for the latest news", tools=WEB)
    by_id = openai.responses.create(model=MODEL, input="Hi", previous_response_id=first.id)
    items: Any = [{"role": "user", "content": "Search for news"}, *first.output]
    by_items = openai.responses.create(
        model=MODEL, input=[*items, {"role": "user", "content": "Hi"}]
    )

    assert "I remember 2 earlier messages" in by_id.output_text
    assert "I remember 2 earlier messages" in by_items.output_text


def test_an_image_is_painted(openai: OpenAI, endpoint: Endpoint) -> None:
    tools: Any = [{"type": "image_generation", "size": "256x128"}]
    said = openai.responses.create(model=MODEL, input="Draw a cat", tools=tools)

    image = next(item for item in said.output if item.type == "image_generation_call")
    content = base64.b64decode(image.result or "")
    assert content.startswith(b"\x89PNG")
    assert content[16:24] == bytes([0, 0, 1, 0, 0, 0, 0, 128])
    body = say("Draw a cat", tools=tools, stream=True)
    for _, data in ask(endpoint, "/v1/responses", body).events:
        strict.check_response_event(data)


def test_a_stream_in_the_background_is_taken_up_again(openai: OpenAI) -> None:
    seen: list[int] = []
    texts: dict[int, Any] = {}
    with openai.responses.create(
        model=MODEL, input="Hello", background=True, stream=True
    ) as stream:
        for event in stream:
            texts[event.sequence_number] = event.type
            if event.type == "response.created":
                response_id = event.response.id
    for event in openai.responses.retrieve(response_id, stream=True, starting_after=3):
        seen.append(event.sequence_number)
        assert texts[event.sequence_number] == event.type

    assert seen == list(range(4, len(texts)))
    assert openai.responses.retrieve(response_id).status == "completed"


def test_a_stream_that_broke_off_is_finished_when_it_is_taken_up() -> None:
    said = {"content": "There was a tent."}
    script = [{"match": {"userMessage": "Once"}, "response": said, "truncateAfterChunks": 4}]
    with Endpoint(script=script) as broken:
        body = say("Once upon a time", background=True, stream=True)
        with pytest.raises(Exception, match=r"IncompleteRead|Connection|closed"):
            ask(broken, "/v1/responses", body)
        path = "/v1/responses/resp_000000000000000000000001"
        assert ask(broken, path).json["status"] == "queued"
        rest = ask(broken, f"{path}?stream=true&starting_after=3").events
        assert rest[0][1]["sequence_number"] == 4
        assert rest[-1][0] == "response.completed"
        assert ask(broken, path).json["status"] == "completed"


@pytest.mark.parametrize(
    ("more", "words"),
    [({"background": True}, "created with stream=true"), ({}, "created with background=true")],
)
def test_what_was_not_streamed_in_the_background_cannot_be(
    openai: OpenAI, more: Any, words: str
) -> None:
    said = openai.responses.create(model=MODEL, input="Hello", **more)

    with pytest.raises(BadRequestError, match=words):
        openai.responses.retrieve(said.id, stream=True)


def test_responses_are_on_azures_dated_route(azure: AzureOpenAI, endpoint: Endpoint) -> None:
    said = azure.responses.create(model=MODEL, input="Hello")

    assert azure.responses.retrieve(said.id).output_text == said.output_text
    body = say("Hello")
    assert ask(endpoint, "/openai/responses?api-version=2024-10-21", body).status == 404


def test_the_calls_name_is_in_the_event_of_its_arguments(endpoint: Endpoint) -> None:
    tool = {"type": "function", "name": "get_time", "parameters": {"type": "object"}}
    body = say("What time is it?", tools=[tool], stream=True)

    (done,) = (
        data
        for name, data in ask(endpoint, "/v1/responses", body).events
        if name == "response.function_call_arguments.done"
    )
    assert done["name"] == "get_time"
