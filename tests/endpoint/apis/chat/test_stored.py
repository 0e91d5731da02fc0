"""Chat completions that are kept, through the SDK."""

from __future__ import annotations

from typing import Any

import pytest
from openai import NotFoundError, OpenAI
from openai.types.chat import ChatCompletion

from endpoint import strict
from endpoint.wire import MODEL, ask, chat
from scaffold.endpoint import Endpoint


@pytest.fixture
def client() -> Any:
    with (
        Endpoint() as endpoint,
        OpenAI(api_key="any", base_url=f"{endpoint.url}/v1", max_retries=0) as made,
    ):
        yield made


def say(client: OpenAI, text: str, **more: Any) -> Any:
    return client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": text}], store=True, **more
    )


def test_only_what_is_to_be_stored_is_and_can_be_found(client: OpenAI) -> None:
    one = say(client, "One", metadata={"topic": "a"})
    two = say(client, "Two")
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Three"}])
    list(say(client, "Four", stream=True))
    kept = client.chat.completions.list(limit=2)

    assert [each.id for each in kept.data] == [one.id, two.id]
    assert len(list(kept)) == 3
    assert client.chat.completions.retrieve(two.id).choices == two.choices
    marked = client.chat.completions.list(metadata={"topic": "a"})
    assert [each.id for each in marked] == [one.id]
    assert list(client.chat.completions.list(model="gpt-6-luna")) == []
    (asked,) = client.chat.completions.messages.list(one.id)
    assert (asked.id, asked.content) == (f"{one.id}-0", "One")


def test_one_is_changed_and_deleted(client: OpenAI) -> None:
    one = say(client, "One")
    changed: Any = client.chat.completions.update(one.id, metadata={"topic": "b"})
    assert changed.metadata == {"topic": "b"}
    assert client.chat.completions.delete(one.id).deleted
    for ask_for in (client.chat.completions.retrieve, client.chat.completions.delete):
        with pytest.raises(NotFoundError, match="No chat completion found"):
            ask_for(one.id)


def test_what_is_kept_is_of_the_sdks_types(endpoint: Endpoint) -> None:
    made = ask(endpoint, "/v1/chat/completions", chat(store=True)).json
    kept = ask(endpoint, f"/v1/chat/completions/{made['id']}").json
    strict.check(ChatCompletion, kept, {"metadata"})
    assert kept == {**made, "metadata": {}}
