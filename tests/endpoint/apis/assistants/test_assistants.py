"""Assistants with file search, through the SDK and to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openai import AssistantEventHandler, NotFoundError, OpenAI
from openai.types import FileObject
from openai.types.beta import Assistant, AssistantStreamEvent, Thread
from openai.types.beta.threads import Message, Run
from openai.types.beta.threads.runs import RunStep

from endpoint.strict import check
from endpoint.wire import MODEL, PREVIEW, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD

# The SDK marks all of Assistants deprecated; that they still work is what is tested here.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}:DeprecationWarning")
    for message in ("The Assistants API is deprecated", "deprecated$")
]

QUESTION = "How heavy is the tent?"
MARK = "【4:0†source】"
ANSWER = f"{LEAD} From the product guide: The Fjord 2 weighs 1.9 kg with its poles and pegs {MARK}."
TENT = "file-fjord2tent00000000000000"


@pytest.fixture(scope="module", params=["openai", "azure", "azure-plain"])
def client(endpoint: Endpoint, request: pytest.FixtureRequest) -> Iterator[OpenAI]:
    """OpenAI, Azure's own client, and OpenAI's client set up for Azure as the sample does it."""
    if request.param != "azure-plain":
        yield request.getfixturevalue(request.param)
        return
    with OpenAI(
        api_key="any",
        base_url=f"{endpoint.url}/openai",
        default_query={"api-version": "2024-05-01-preview"},
        default_headers={"api-key": "any"},
    ) as made:
        yield made


@pytest.fixture
def assistant(endpoint: Endpoint) -> str:
    return endpoint.variables()["ASSISTANT_ID"]


def new_thread(endpoint: Endpoint, *texts: str) -> str:
    """A thread with messages of the user; returns its path."""
    messages = [{"role": "user", "content": text} for text in texts]
    return "/v1/threads/" + str(ask(endpoint, "/v1/threads", {"messages": messages}).json["id"])


class Heard(AssistantEventHandler):
    """Keeps what the SDK hands on."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.said = ""

    def on_event(self, event: AssistantStreamEvent) -> None:
        self.names.append(event.event)

    def on_text_delta(self, delta: Any, snapshot: Any) -> None:  # noqa: ARG002 - the SDK's name
        self.said += delta.value or ""


def test_an_event_handler_hears_the_answer_and_its_source(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create()
    client.beta.threads.messages.create(thread.id, role="user", content=QUESTION)
    heard = Heard()
    with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant, event_handler=heard
    ) as stream:
        stream.until_done()
        [message] = stream.get_final_messages()

    assert heard.said == ANSWER
    [block] = message.content
    assert block.type == "text"
    [annotation] = block.text.annotations
    assert annotation.type == "file_citation"
    assert annotation.text == MARK
    assert block.text.value[annotation.start_index : annotation.end_index] == MARK
    assert client.files.retrieve(annotation.file_citation.file_id).filename == "fjord-2-tent.md"


def test_events_come_in_the_services_order(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, QUESTION)
    events = ask(endpoint, f"{path}/runs", {"assistant_id": assistant, "stream": True}).events

    names = [name for name, _ in events]
    deltas = names.count("thread.message.delta")
    assert deltas > 10
    assert list(dict.fromkeys(names)) == [
        "thread.run.created",
        "thread.run.queued",
        "thread.run.in_progress",
        "thread.run.step.created",
        "thread.run.step.in_progress",
        "thread.run.step.delta",
        "thread.run.step.completed",
        "thread.message.created",
        "thread.message.in_progress",
        "thread.message.delta",
        "thread.message.completed",
        "thread.run.completed",
        "done",
    ]
    assert names[-4:] == [
        "thread.message.completed",
        "thread.run.step.completed",
        "thread.run.completed",
        "done",
    ]
    assert events[-1] == ("done", "[DONE]")


@pytest.mark.parametrize("question", [QUESTION, "Hello"])
@pytest.mark.parametrize("limit", [None, 4])
def test_every_event_is_of_the_sdks_type(
    endpoint: Endpoint, assistant: str, question: str, limit: int | None
) -> None:
    body = {"assistant_id": assistant, "stream": True, "max_completion_tokens": limit}
    body["thread"] = {"messages": [{"role": "user", "content": question}]}
    for path in ("/v1/threads/runs", f"/openai/threads/runs?{PREVIEW}"):
        events = ask(endpoint, path, body).events
        assert events[0][0] == "thread.created"
        for name, data in events[:-1]:
            check(AssistantStreamEvent, {"event": name, "data": data})


def test_a_mark_comes_in_one_piece_with_its_annotation(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, QUESTION)
    heard = ask(endpoint, f"{path}/runs", {"assistant_id": assistant, "stream": True})
    texts = [
        data["delta"]["content"][0]["text"]
        for name, data in heard.events
        if name == "thread.message.delta"
    ]

    assert texts[0] == {"value": "This", "annotations": []}
    start = ANSWER.index(MARK)
    assert [text for text in texts[1:] if "annotations" in text] == [
        {
            "value": MARK,
            "annotations": [
                {
                    "index": 0,
                    "type": "file_citation",
                    "text": MARK,
                    "start_index": start,
                    "end_index": start + len(MARK),
                    "file_citation": {"file_id": TENT},
                }
            ],
        }
    ]


def test_a_polled_run_goes_on_each_time_it_is_looked_at(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, QUESTION)
    run = ask(endpoint, f"{path}/runs", {"assistant_id": assistant}).json
    assert run["status"] == "queued"
    check(Run, run)

    statuses = [ask(endpoint, f"{path}/runs/{run['id']}").json["status"] for _ in range(3)]
    assert statuses == ["in_progress", "completed", "completed"]
    newest = ask(endpoint, f"{path}/messages").json["data"][0]
    assert newest["content"][0]["text"]["value"] == ANSWER
    assert newest["run_id"] == run["id"]


def test_the_sdk_polls_a_run_to_its_end(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello"}])
    run = client.beta.threads.runs.create_and_poll(
        thread_id=thread.id, assistant_id=assistant, poll_interval_ms=1
    )

    assert run.status == "completed"
    assert run.usage is not None
    assert run.usage.total_tokens > 0
    newest = client.beta.threads.messages.list(thread.id).data[0]
    assert newest.content[0].type == "text"
    assert newest.content[0].text.value == f'{LEAD} You said: "Hello".'


def test_a_thread_remembers(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create()
    for text in ("Hello", "And now?"):
        client.beta.threads.messages.create(thread.id, role="user", content=text)
        client.beta.threads.runs.create_and_poll(
            thread_id=thread.id, assistant_id=assistant, poll_interval_ms=1
        )

    said = f'{LEAD} You said: "And now?" I remember 2 earlier messages.'
    last = list(client.beta.threads.messages.list(thread.id, order="asc"))[-1]
    assert last.content[0].type == "text"
    assert last.content[0].text.value == said


def test_messages_are_read_page_after_page(client: OpenAI) -> None:
    texts = [f"Message {number}" for number in range(7)]
    thread = client.beta.threads.create(
        messages=[{"role": "user", "content": text} for text in texts]
    )
    pages = client.beta.threads.messages.list(thread.id, order="asc", limit=3)

    assert pages.has_more
    said = [message.content[0].text.value for message in pages if message.content[0].type == "text"]
    assert said == texts
    newest = client.beta.threads.messages.list(thread.id).data[0]
    assert newest.content[0].type == "text"
    assert newest.content[0].text.value == texts[-1]


def test_cursors_open_either_way(endpoint: Endpoint) -> None:
    path = new_thread(endpoint, *"abcde") + "/messages?order=asc&limit=2"
    first = ask(endpoint, path).json
    second = ask(endpoint, f"{path}&after={first['last_id']}").json
    back = ask(endpoint, f"{path}&before={second['first_id']}").json

    assert first.keys() == {"object", "data", "first_id", "last_id", "has_more"}
    assert [_text(message) for message in second["data"]] == ["c", "d"]
    assert second["has_more"] is True
    assert back["data"] == first["data"]
    assert back["has_more"] is False
    between = ask(endpoint, f"{path}&after={first['first_id']}&before={second['last_id']}").json
    assert [_text(message) for message in between["data"]] == ["b", "c"]
    assert ask(endpoint, f"{path}&after=msg_x").status == 404


def test_an_empty_page(endpoint: Endpoint) -> None:
    heard = ask(endpoint, new_thread(endpoint) + "/messages").json

    assert heard == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


def test_every_stored_object_is_of_the_sdks_type(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, QUESTION)
    ask(endpoint, f"{path}/runs", {"assistant_id": assistant, "stream": True})
    run = ask(endpoint, f"{path}/runs").json["data"][0]
    steps = f"{path}/runs/{run['id']}/steps"

    check(Thread, ask(endpoint, path).json)
    check(Run, run)
    for kind, listed in (
        (Message, f"{path}/messages"),
        (RunStep, steps),
        (Assistant, "/v1/assistants"),
        (FileObject, "/v1/files"),
    ):
        rows = ask(endpoint, listed).json["data"]
        assert rows
        for row in rows:
            check(kind, row)
            one = f"{listed}/{row['id']}"
            check(kind, ask(endpoint, one).json)


def test_the_steps_of_a_run(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, QUESTION)
    ask(endpoint, f"{path}/runs", {"assistant_id": assistant, "stream": True})
    run = ask(endpoint, f"{path}/runs").json["data"][0]["id"]
    steps = f"{path}/runs/{run}/steps?order=asc"

    search, message = ask(endpoint, steps).json["data"]
    assert (search["type"], message["type"]) == ("tool_calls", "message_creation")
    [call] = search["step_details"]["tool_calls"]
    assert call["file_search"]["results"][0]["file_name"] == "fjord-2-tent.md"
    assert "content" not in call["file_search"]["results"][0]

    include = "include[]=step_details.tool_calls[*].file_search.results[*].content"
    [call] = ask(endpoint, f"{steps}&{include}").json["data"][0]["step_details"]["tool_calls"]
    assert "1.9 kg" in call["file_search"]["results"][0]["content"][0]["text"]


def test_nothing_is_searched_for_a_greeting(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, "Hello")
    body: dict[str, Any] = {"assistant_id": assistant, "stream": True}
    names = [name for name, _ in ask(endpoint, f"{path}/runs", body).events]
    assert "thread.run.step.delta" not in names

    body["tool_choice"] = {"type": "file_search"}
    names = [name for name, _ in ask(endpoint, f"{path}/runs", body).events]
    assert "thread.run.step.delta" in names


def test_a_run_is_cancelled(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, QUESTION)
    run = ask(endpoint, f"{path}/runs", {"assistant_id": assistant}).json["id"]

    busy = ask(endpoint, f"{path}/messages", {"role": "user", "content": "x"})
    thread = path.rsplit("/", 1)[1]
    assert busy.status == 400
    assert busy.error["message"] == f"Can't add messages to {thread} while a run {run} is active."
    again = ask(endpoint, f"{path}/runs", {"assistant_id": assistant})
    assert again.error["message"] == f"Thread {thread} already has an active run {run}."

    assert ask(endpoint, f"{path}/runs/{run}/cancel", b"").json["status"] == "cancelling"
    assert ask(endpoint, f"{path}/runs/{run}").json["status"] == "cancelled"
    assert len(ask(endpoint, f"{path}/messages").json["data"]) == 1
    late = ask(endpoint, f"{path}/runs/{run}/cancel", b"")
    assert late.error["message"] == "Cannot cancel run with status 'cancelled'."


def test_a_streamed_run_is_cancelled_while_it_streams(assistant: str) -> None:
    with (
        Endpoint(pace=0.03) as endpoint,
        OpenAI(api_key="any", base_url=f"{endpoint.url}/v1") as client,
    ):
        thread = client.beta.threads.create(messages=[{"role": "user", "content": QUESTION}])
        names: list[str] = []
        for event in client.beta.threads.runs.create(
            thread.id, assistant_id=assistant, stream=True
        ):
            names.append(event.event)
            check(AssistantStreamEvent, event.to_dict(exclude_unset=True))
            if event.event == "thread.message.delta" and "cancel" not in names:
                names.append("cancel")
                run = client.beta.threads.runs.list(thread.id).data[0]
                client.beta.threads.runs.cancel(run.id, thread_id=thread.id)
        [message] = client.beta.threads.messages.list(thread.id, limit=1).data

    assert names[-4:] == [
        "thread.run.cancelling",
        "thread.message.incomplete",
        "thread.run.step.cancelled",
        "thread.run.cancelled",
    ]
    assert message.status == "incomplete"
    assert message.incomplete_details is not None
    assert message.incomplete_details.reason == "run_cancelled"


def test_a_limit_leaves_a_run_incomplete(endpoint: Endpoint, assistant: str) -> None:
    path = new_thread(endpoint, "Hello")
    body = {"assistant_id": assistant, "stream": True, "max_completion_tokens": 3}
    *_, incomplete, _, run, _ = ask(endpoint, f"{path}/runs", body).events

    assert incomplete[0] == "thread.message.incomplete"
    assert _text(incomplete[1]) == "This is scaffold"
    assert run[0] == "thread.run.incomplete"
    assert run[1]["incomplete_details"] == {"reason": "max_completion_tokens"}


def test_assistants_come_and_go(client: OpenAI) -> None:
    made = client.beta.assistants.create(
        model=MODEL, name="Tutor", instructions="Be kind.", tools=[{"type": "code_interpreter"}]
    )
    assert made.id.startswith("asst_")
    assert len(made.id) == len("asst_") + 24

    changed = client.beta.assistants.update(made.id, name="Coach", metadata={"a": "b"})
    assert (changed.name, changed.instructions) == ("Coach", "Be kind.")
    assert client.beta.assistants.retrieve(made.id).metadata == {"a": "b"}
    assert made.id in {each.id for each in client.beta.assistants.list()}

    assert client.beta.assistants.delete(made.id).deleted
    with pytest.raises(NotFoundError, match=f"No assistant found with id '{made.id}'."):
        client.beta.assistants.retrieve(made.id)


def test_threads_and_messages_come_and_go(client: OpenAI) -> None:
    thread = client.beta.threads.create(metadata={"a": "b"})
    assert client.beta.threads.update(thread.id, metadata={"c": "d"}).metadata == {"c": "d"}
    assert client.beta.threads.retrieve(thread.id).metadata == {"c": "d"}

    message = client.beta.threads.messages.create(
        thread.id,
        role="user",
        content=[
            {"type": "text", "text": "Look"},
            {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}},
        ],
        attachments=[{"file_id": TENT, "tools": [{"type": "file_search"}]}],
    )
    changed = client.beta.threads.messages.update(
        message.id, thread_id=thread.id, metadata={"e": "f"}
    )
    found = client.beta.threads.messages.retrieve(message.id, thread_id=thread.id)
    assert found == changed
    assert [part.type for part in found.content] == ["text", "image_url"]
    assert client.beta.threads.messages.delete(message.id, thread_id=thread.id).deleted
    assert client.beta.threads.messages.list(thread.id).data == []

    assert client.beta.threads.delete(thread.id).deleted
    with pytest.raises(NotFoundError, match=f"No thread found with id '{thread.id}'."):
        client.beta.threads.retrieve(thread.id)


def test_what_does_not_exist_cannot_be_attached(endpoint: Endpoint) -> None:
    body: dict[str, Any] = {
        "role": "user",
        "content": "x",
        "attachments": [{"file_id": "file-x"}],
    }
    assert ask(endpoint, new_thread(endpoint) + "/messages", body).status == 404

    store = {"file_search": {"vector_store_ids": ["vs_x"]}}
    heard = ask(endpoint, "/v1/threads", {"tool_resources": store})
    assert (heard.status, heard.error["message"]) == (404, "Vector store with id 'vs_x' not found.")


def _text(message: Any) -> str:
    return str(message["content"][0]["text"]["value"])
