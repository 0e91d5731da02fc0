"""Legacy completions, through the SDK and to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from openai import NotFoundError, OpenAI
from openai.types import Completion

from endpoint.strict import check
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD

LEGACY = "offline-instruct"
PATHS = [
    "/v1/completions",
    "/openai/v1/completions",
    f"/openai/deployments/{LEGACY}/completions?api-version=2024-10-21",
]
AZURE = {"choices[].content_filter_results"}
SAID = f'{LEAD} You said: "Hello".'


def test_a_text_goes_on(client: OpenAI) -> None:
    said = client.completions.create(model=LEGACY, prompt="Hello", max_tokens=100)
    assert (said.choices[0].text, said.choices[0].finish_reason) == (SAID, "stop")

    pieces = client.completions.create(model=LEGACY, prompt="Hello", max_tokens=100, stream=True)
    assert "".join(piece.choices[0].text for piece in pieces) == SAID


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "more", [{}, {"logprobs": 2, "echo": True}, {"n": 2, "prompt": ["a", "b"]}], ids=str
)
def test_a_completion_is_of_the_sdks_type(endpoint: Endpoint, path: str, more: Any) -> None:
    body = {"model": LEGACY, "prompt": "Hello", **more}
    whole = ask(endpoint, path, body).json
    check(Completion, whole, AZURE)
    streamed = ask(endpoint, path, {**body, "stream": True}).events
    assert streamed[-1] == (None, "[DONE]")
    texts = [""] * len(whole["choices"])
    for _, chunk in streamed[:-1]:
        [choice] = chunk["choices"]
        # The type does not know that only the last piece has a reason.
        choice["finish_reason"] = choice["finish_reason"] or "stop"
        check(Completion, chunk, AZURE)
        texts[choice["index"]] += choice["text"]
    assert texts == [choice["text"] for choice in whole["choices"]]


def test_sixteen_tokens_unless_more_are_asked_for(openai: OpenAI) -> None:
    said = openai.completions.create(model=LEGACY, prompt="Hello")
    assert said.choices[0].finish_reason == "length"
    assert said.usage is not None
    assert said.usage.completion_tokens == 16
    echoed = openai.completions.create(model=LEGACY, prompt="Hello", echo=True, max_tokens=0)
    assert echoed.choices[0].text == "Hello"


def test_several_prompts_and_choices(openai: OpenAI) -> None:
    said = openai.completions.create(model=LEGACY, prompt=["a", "b"], n=2, max_tokens=50)
    assert [choice.index for choice in said.choices] == [0, 1, 2, 3]
    assert ['"b"' in choice.text for choice in said.choices] == [False, False, True, True]
    tokens = openai.completions.create(model=LEGACY, prompt=[[1, 2], [3]], max_tokens=50)
    assert '"1 2"' in tokens.choices[0].text


def test_usage_at_the_end_of_a_stream(openai: OpenAI) -> None:
    *_, last = openai.completions.create(
        model=LEGACY, prompt="x", stream=True, stream_options={"include_usage": True}
    )
    assert last.choices == []
    assert last.usage is not None


def test_models_that_cannot(endpoint: Endpoint, openai: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="This is a chat model and not supported in the v1/com"):
        openai.completions.create(model=MODEL, prompt="x")
    with pytest.raises(NotFoundError, match=r"`gpt-3\.5-turbo-instruct` has been"):
        openai.completions.create(model="gpt-3.5-turbo-instruct", prompt="x")
    with pytest.raises(NotFoundError, match="This is not a chat model"):
        openai.chat.completions.create(model=LEGACY, messages=[{"role": "user", "content": "x"}])
    path = f"/openai/deployments/{MODEL}/completions?api-version=2024-10-21"
    assert ask(endpoint, path, {"prompt": "x"}).error["code"] == "OperationNotSupported"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"foo": 1}, "Unknown parameter: 'foo'."),
        ({"prompt": []}, "Invalid 'prompt': prompt cannot be empty."),
        ({"prompt": {}}, "Invalid type for 'prompt': expected one of a string or array of strings"),
        ({"prompt": ["a", 1]}, "Invalid type for 'prompt[1]': expected a string"),
        ({"prompt": [1, "a"]}, "Invalid type for 'prompt[1]': expected an integer"),
        ({"logprobs": True}, "Invalid type for 'logprobs': expected an integer"),
        ({"best_of": 1, "n": 2}, "You requested that the server return more choices (2) than"),
        ({"stream_options": {}}, "The 'stream_options' parameter is only allowed when"),
        (
            {"max_tokens": 4097},
            "This model's maximum context length is 4097 tokens, however you requested 4098 tokens"
            " (1 in your prompt; 4097 for the completion).",
        ),
    ],
    ids=str,
)
def test_bodies_that_are_refused(endpoint: Endpoint, change: Any, message: str) -> None:
    heard = ask(endpoint, PATHS[0], {"model": LEGACY, "prompt": "Hello", **change})

    assert heard.status == 400
    assert heard.error["message"].startswith(message)
