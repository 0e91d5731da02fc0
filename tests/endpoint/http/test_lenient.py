"""A lenient endpoint takes what the services would refuse; a key it wants all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from endpoint.wire import KEY, MODEL, ask, chat
from scaffold.endpoint import Endpoint

OLD = "/openai/deployments/my-gpt-35"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", chat(made_up=1)),
        ("/v1/chat/completions", {**chat(), "model": "gpt-3.5-turbo"}),
        ("/v1/chat/completions", chat(data_sources=[])),
        (
            "/v1/chat/completions",
            {**chat(), "messages": [{"role": "user", "content": "x", "a": 1}]},
        ),
        ("/openai/v1/chat/completions", {**chat(), "model": "mine"}),
        (f"{OLD}/chat/completions", {"messages": [{"role": "user", "content": "x"}]}),
        (f"{OLD}/chat/completions?api-version=1999-01-01", chat()),
        (f"{OLD}/embeddings", {"input": "x", "made_up": 1}),
        ("/v1/embeddings", {"input": "x", "model": MODEL}),
        ("/v1/completions", {"prompt": "x", "model": "davinci"}),
        ("/v1/responses", {"model": "mine", "input": "x", "made_up": {}}),
        ("/v1/assistants", {"model": "mine", "made_up": {}}),
        ("/openai/threads", {"made_up": 1}),
        ("/indexes/product-guide/docs/search.post.search", {"search": "tent", "made_up": 1}),
    ],
)
def test_what_the_services_refuse_is_taken(path: str, body: object) -> None:
    with Endpoint() as strict, Endpoint(lenient=True) as lenient:
        assert ask(strict, path, body).status in {400, 403, 404}
        heard = ask(lenient, path, body)
        assert heard.status == 200, heard.content
        if isinstance(body, dict) and "mine" in body.values():
            assert heard.json["model"] == "mine"


def test_what_is_missing_or_ill_typed_is_still_refused() -> None:
    with Endpoint(lenient=True) as endpoint:
        assert ask(endpoint, "/v1/chat/completions", {"model": MODEL}).status == 400
        assert ask(endpoint, "/v1/chat/completions", chat(n="x")).status == 400
        assert ask(endpoint, "/v1/chat/completions", chat(functions=[])).status == 400
        assert ask(endpoint, "/v1/nowhere", {}).status == 404


def test_a_key_is_still_needed() -> None:
    with Endpoint(lenient=True) as endpoint:
        assert ask(endpoint, "/v1/chat/completions", chat(), headers={}).status == 401
        assert ask(endpoint, f"{OLD}/chat/completions", chat(), headers={}).status == 401


def test_the_journal_has_what_was_dropped() -> None:
    with Endpoint(lenient=True) as endpoint:
        ask(endpoint, "/v1/chat/completions", chat(made_up=1), headers=KEY)
        assert endpoint.journal[0]["body"] == chat(made_up=1)


def test_a_file_of_fixtures_is_read_as_strictly_as_ever(tmp_path: Path) -> None:
    path, said = tmp_path / "fixtures.json", list[str]()
    path.write_text('{"fixtures": [{"match": {}, "response": {"content": "One"}}]}')
    with Endpoint(lenient=True, script=path, say=said.append) as endpoint:
        path.write_text('{"fixtures": [{"match": {}, "response": {"content": "Two"}, "typo": 1}]}')
        heard = ask(endpoint, "/v1/chat/completions", chat()).json
    assert heard["choices"][0]["message"]["content"] == "One"
    assert len(said) == 1
    assert "fixtures[0].typo is not supported" in said[0]
