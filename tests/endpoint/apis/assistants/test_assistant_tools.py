"""Assistants that call functions and run code, through the SDK and to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AssistantEventHandler, AzureOpenAI, OpenAI
from openai.types.beta import AssistantStreamEvent
from openai.types.beta.threads import Run
from openai.types.beta.threads.runs import RunStep

from endpoint.strict import check
from endpoint.wire import PREVIEW, Heard, ask, function
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD
from scaffold.endpoint.state.state import State

pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}:DeprecationWarning")
    for message in ("The Assistants API is deprecated", "deprecated$")
]

WEATHER: Any = function("get_current_weather", location={"type": "string"})
TIME: Any = function("get_current_time")
QUESTION = "What is the weather in Paris, and the time?"
SUM = "Calculate 12 * 37 for me"


@pytest.fixture(scope="module", params=["openai", "azure"])
def client(request: pytest.FixtureRequest) -> OpenAI | AzureOpenAI:
    made: OpenAI | AzureOpenAI = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def assistant(endpoint: Endpoint) -> str:
    return endpoint.variables()["ASSISTANT_ID"]


class Listener(AssistantEventHandler):
    """Answers functions as a sample does, and keeps what the SDK hands on."""

    def __init__(self, client: OpenAI) -> None:
        super().__init__()
        self.client = client
        self.text = self.code = self.logs = ""

    def on_event(self, event: AssistantStreamEvent) -> None:
        if event.event == "thread.run.requires_action":
            self.answer(event.data)

    def answer(self, run: Run) -> None:
        assert run.required_action is not None
        calls = run.required_action.submit_tool_outputs.tool_calls
        again = Listener(self.client)
        with self.client.beta.threads.runs.submit_tool_outputs_stream(
            run_id=run.id,
            thread_id=run.thread_id,
            tool_outputs=[{"tool_call_id": c.id, "output": c.function.arguments} for c in calls],
            event_handler=again,
        ) as stream:
            stream.until_done()
        self.text += again.text

    def on_text_delta(self, delta: Any, snapshot: Any) -> None:  # noqa: ARG002 - the SDK's name
        self.text += delta.value or ""

    def on_tool_call_delta(self, delta: Any, snapshot: Any) -> None:  # noqa: ARG002
        if delta.type == "code_interpreter":
            self.code += delta.code_interpreter.input or ""
            for output in delta.code_interpreter.outputs or []:
                self.logs += output.logs


def start(endpoint: Endpoint, text: str, prefix: str = "/v1", **more: Any) -> Heard:
    """A run on a new thread with one message."""
    body = {"assistant_id": endpoint.variables()["ASSISTANT_ID"], **more}
    body["thread"] = {"messages": [{"role": "user", "content": text}]}
    query = f"?{PREVIEW}" if prefix == "/openai" else ""
    return ask(endpoint, f"{prefix}/threads/runs{query}", body)


def waiting(endpoint: Endpoint, **more: Any) -> tuple[str, Any]:
    """The path of a run that requires action, and the run."""
    run = start(endpoint, QUESTION, tools=[WEATHER, TIME], **more).json
    path = f"/v1/threads/{run['thread_id']}/runs/{run['id']}"
    assert ask(endpoint, path).json["status"] == "in_progress"
    return path, ask(endpoint, path).json


def outputs(run: Any, **more: Any) -> dict[str, Any]:
    calls = run["required_action"]["submit_tool_outputs"]["tool_calls"]
    return {"tool_outputs": [{"tool_call_id": c["id"], "output": "fine"} for c in calls], **more}


def test_a_handler_answers_several_functions(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": QUESTION}])
    heard = Listener(client)
    with client.beta.threads.runs.stream(
        thread_id=thread.id,
        assistant_id=assistant,
        tools=[WEATHER, TIME],
        event_handler=heard,
    ) as stream:
        stream.until_done()

    assert heard.text == (
        f'{LEAD} get_current_weather(location="Paris") returned {{"location":"Paris"}};'
        " get_current_time returned {}."
    )


def test_a_run_with_functions_is_polled(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": QUESTION}])
    run = client.beta.threads.runs.create_and_poll(
        thread_id=thread.id,
        assistant_id=assistant,
        tools=[WEATHER, TIME],
    )
    assert run.status == "requires_action"
    assert run.required_action is not None
    calls = run.required_action.submit_tool_outputs.tool_calls
    names = [(call.function.name, call.function.arguments) for call in calls]
    assert names == [("get_current_weather", '{"location":"Paris"}'), ("get_current_time", "{}")]

    run = client.beta.threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id,
        thread_id=thread.id,
        tool_outputs=[{"tool_call_id": call.id, "output": "fine"} for call in calls],
    )
    assert run.status == "completed"
    newest = client.beta.threads.messages.list(thread.id).data[0].content[0]
    assert newest.type == "text"
    said = 'get_current_weather(location="Paris") returned fine; get_current_time returned fine.'
    assert newest.text.value == f"{LEAD} {said}"


@pytest.mark.parametrize("prefix", ["/v1", "/openai"])
def test_the_events_of_functions(endpoint: Endpoint, prefix: str) -> None:
    events = start(endpoint, QUESTION, prefix, tools=[WEATHER, TIME], stream=True).events
    query = f"?{PREVIEW}" if prefix == "/openai" else ""
    run = events[-2][1]
    path = f"{prefix}/threads/{run['thread_id']}/runs/{run['id']}/submit_tool_outputs{query}"
    more = ask(endpoint, path, outputs(run, stream=True)).events

    for name, data in [*events[:-1], *more[:-1]]:
        check(AssistantStreamEvent, {"event": name, "data": data})
    names = list(dict.fromkeys(name for name, _ in events))
    assert names[4:] == [
        "thread.run.step.created",
        "thread.run.step.in_progress",
        "thread.run.step.delta",
        "thread.run.requires_action",
        "done",
    ]
    assert [name for name, _ in more[:4]] == [
        "thread.run.step.completed",
        "thread.run.queued",
        "thread.run.in_progress",
        "thread.run.step.created",
    ]
    assert [call["function"]["output"] for call in more[0][1]["step_details"]["tool_calls"]] == [
        "fine",
        "fine",
    ]
    assert more[-2][0] == "thread.run.completed"


def test_one_function_after_the_other(endpoint: Endpoint) -> None:
    path, run = waiting(endpoint, parallel_tool_calls=False)
    names = []
    while run["status"] == "requires_action":
        check(Run, run)
        [call] = run["required_action"]["submit_tool_outputs"]["tool_calls"]
        names.append(call["function"]["name"])
        run = ask(endpoint, f"{path}/submit_tool_outputs", outputs(run)).json
        assert (run["status"], run["required_action"]) == ("queued", None)
        run = [ask(endpoint, path).json for _ in range(2)][-1]

    assert names == ["get_current_weather", "get_current_time"]
    assert (run["status"], run["expires_at"]) == ("completed", None)
    for step in ask(endpoint, f"{path}/steps").json["data"]:
        check(RunStep, step)


def test_results_that_do_not_fit(endpoint: Endpoint) -> None:
    path, run = waiting(endpoint)
    good = outputs(run)["tool_outputs"]
    ids = [output["tool_call_id"] for output in good]

    for given in ([], good[:1], [*good, good[0]], [{"tool_call_id": "call_x", "output": ""}]):
        heard = ask(endpoint, f"{path}/submit_tool_outputs", {"tool_outputs": given})
        assert heard.status == 400
        got = [each["tool_call_id"] for each in given]
        assert heard.error["message"] == f"Expected tool outputs for call_ids {ids}, got {got}"
    missing = ask(endpoint, f"{path}/submit_tool_outputs", {"tool_outputs": [{"output": "x"}]})
    assert missing.error["param"] == "tool_outputs[0].tool_call_id"

    assert ask(endpoint, f"{path}/cancel", b"").json["required_action"] is None
    assert ask(endpoint, path).json["status"] == "cancelled"
    late = ask(endpoint, f"{path}/submit_tool_outputs", {"tool_outputs": good})
    assert late.error["message"] == 'Runs in status "cancelled" do not accept tool outputs.'


def test_a_thread_waits_with_its_run(endpoint: Endpoint) -> None:
    path, run = waiting(endpoint)
    thread = path.partition("/runs")[0]

    busy = ask(endpoint, f"{thread}/messages", {"role": "user", "content": "x"})
    assert busy.status == 400
    assert run["id"] in busy.error["message"]
    again = ask(endpoint, f"{thread}/runs", {"assistant_id": run["assistant_id"]})
    assert again.error["message"].endswith(f"already has an active run {run['id']}.")


def test_a_run_waits_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint() as endpoint:
        path, run = waiting(endpoint)
        late = run["expires_at"]
        monkeypatch.setattr(State, "now", lambda _: late)
        expired = ask(endpoint, path).json
        [step] = ask(endpoint, f"{path}/steps").json["data"]
        thread = path.partition("/runs")[0]
        assert ask(endpoint, f"{thread}/messages", {"role": "user", "content": "x"}).status == 200

    check(Run, expired)
    assert (expired["status"], expired["required_action"]) == ("expired", None)
    assert step["status"] == "expired"


def test_a_function_is_demanded(endpoint: Endpoint) -> None:
    named = {"type": "function", "function": {"name": "get_current_time"}}
    for choice, expected in ((named, "requires_action"), ("none", "completed")):
        events = start(endpoint, QUESTION, tools=[WEATHER, TIME], tool_choice=choice, stream=True)
        assert events.events[-2][1]["status"] == expected


def test_a_handler_hears_the_code_and_what_it_printed(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": SUM}])
    heard = Listener(client)
    with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant, event_handler=heard
    ) as stream:
        stream.until_done()

    assert heard.code == "print(12 * 37)"
    assert heard.logs == "444"
    assert heard.text == f"{LEAD} The code printed: 444."


@pytest.mark.parametrize("prefix", ["/v1", "/openai"])
def test_the_events_and_steps_of_code(endpoint: Endpoint, prefix: str) -> None:
    events = start(endpoint, SUM, prefix, stream=True).events
    for name, data in events[:-1]:
        check(AssistantStreamEvent, {"event": name, "data": data})
    deltas = [
        data["delta"]["step_details"]["tool_calls"][0]["code_interpreter"]
        for name, data in events
        if name == "thread.run.step.delta"
    ]
    assert deltas[0] == {"input": "", "outputs": []}
    assert deltas[-1] == {"outputs": [{"index": 0, "type": "logs", "logs": "444"}]}
    completed = next(data for name, data in events if name == "thread.run.step.completed")
    [call] = completed["step_details"]["tool_calls"]
    logs = [{"type": "logs", "logs": "444"}]
    assert call["code_interpreter"] == {"input": "print(12 * 37)", "outputs": logs}


@pytest.mark.parametrize(
    ("question", "tool"),
    [
        ("What is 2 + 2?", "code_interpreter"),
        ("How heavy is the tent?", "file_search"),
        ("What is the average weight of a tent?", "file_search"),
        ("Plot a sine curve", "code_interpreter"),
        ("Good morning", None),
    ],
)
def test_the_words_choose_the_tool(endpoint: Endpoint, question: str, tool: str | None) -> None:
    events = start(endpoint, question, stream=True).events
    used = [
        data["step_details"]["tool_calls"][0]["type"]
        for name, data in events
        if name == "thread.run.step.completed" and data["type"] == "tool_calls"
    ]
    assert used == ([tool] if tool else [])
