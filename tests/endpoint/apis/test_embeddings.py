"""Embeddings: of the SDK's type, the same every time, and near where texts are near."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI
from openai.types import CreateEmbeddingResponse

from endpoint.strict import check
from endpoint.wire import ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.words import embed, similarity

SMALL, LARGE = "text-embedding-3-small", "text-embedding-3-large"


def test_texts_become_vectors(client: OpenAI) -> None:
    reply = client.embeddings.create(model=SMALL, input=["a tent", "a stove"])

    assert [len(item.embedding) for item in reply.data] == [1536, 1536]
    assert [item.index for item in reply.data] == [0, 1]
    assert sum(value**2 for value in reply.data[0].embedding) == pytest.approx(1, abs=1e-5)


def test_both_encodings_say_the_same(openai: OpenAI) -> None:
    packed = openai.embeddings.create(model=SMALL, input="a tent").data[0].embedding
    plain = openai.embeddings.create(model=SMALL, input="a tent", encoding_format="float")

    assert packed == pytest.approx(plain.data[0].embedding, abs=1e-6)
    assert plain.data[0].embedding == pytest.approx(embed("a tent", 1536))


@pytest.mark.parametrize(
    ("model", "dimensions", "length"),
    [(LARGE, None, 3072), (LARGE, 256, 256), (SMALL, 1, 1), ("text-embedding-ada-002", None, 1536)],
)
def test_vectors_have_the_length_that_is_asked_for(
    endpoint: Endpoint, model: str, dimensions: int | None, length: int
) -> None:
    body: dict[str, Any] = {"model": model, "input": "a tent"}
    body |= {} if dimensions is None else {"dimensions": dimensions}
    heard = ask(endpoint, "/v1/embeddings", body).json

    check(CreateEmbeddingResponse, heard)
    assert len(heard["data"][0]["embedding"]) == length


def test_tokens_are_texts_too(openai: OpenAI) -> None:
    one = openai.embeddings.create(model=SMALL, input=[1, 2, 3])
    many = openai.embeddings.create(model=SMALL, input=[[1, 2, 3], [4]])

    assert one.data[0].embedding == many.data[0].embedding
    assert len(many.data) == 2


def test_related_texts_are_near() -> None:
    question = embed("How heavy is the tent?", 1536)
    near = similarity(question, embed("This tent weighs 2 kg.", 1536))
    far = similarity(question, embed("You may return boots within 60 days.", 1536))

    assert near > far + 0.2
