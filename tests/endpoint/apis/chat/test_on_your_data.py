"""Azure OpenAI On Your Data in its last shape."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AzureOpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from endpoint.strict import AZURE_CHUNK, AZURE_COMPLETION, check
from endpoint.wire import DATED, MODEL, ask, chat
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD, NOT_FOUND

ANSWER = f"{LEAD} From the product guide: The Fjord 2 weighs 1.9 kg with its poles and pegs [doc1]."


def sources(**more: Any) -> dict[str, Any]:
    """`data_sources`, as the sample sends it."""
    parameters = {
        "endpoint": "https://x.search.windows.net",
        "index_name": "product-guide",
        "authentication": {"type": "api_key", "key": "any"},
        "query_type": "vector_simple_hybrid",
        "embedding_dependency": {
            "type": "deployment_name",
            "deployment_name": "text-embedding-3-small",
        },
        **more,
    }
    return {"data_sources": [{"type": "azure_search", "parameters": parameters}]}


def test_the_answer_cites_what_was_found(azure: AzureOpenAI) -> None:
    reply = azure.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "How heavy is the tent?"}],
        extra_body=sources(top_n_documents=3),
    )

    assert reply.choices[0].message.content == ANSWER
    context: Any = reply.choices[0].message.context  # type: ignore[attr-defined]
    assert len(context["citations"]) == 3
    assert context["citations"][0]["title"] == "Fjord 2 tent"
    assert context["citations"][0]["filepath"] == "fjord-2-tent.md"
    assert context["intent"] == '["How heavy is the tent?"]'


def test_the_citations_come_first_in_a_stream(endpoint: Endpoint) -> None:
    body = chat("How heavy is the tent?", stream=True) | sources()
    _, role, *rest = ask(endpoint, DATED, body).chunks

    assert role["choices"][0]["delta"]["context"]["citations"][0]["title"] == "Fjord 2 tent"
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in rest)
    assert said == ANSWER
    for chunk in (role, *rest):
        check(ChatCompletionChunk, chunk, AZURE_CHUNK)


def test_the_body_is_of_the_sdks_type(endpoint: Endpoint) -> None:
    heard = ask(endpoint, DATED, chat("How heavy is the tent?") | sources())

    check(ChatCompletion, heard.json, AZURE_COMPLETION)


def test_nothing_is_cited_when_nothing_was_found(endpoint: Endpoint) -> None:
    message = ask(endpoint, DATED, chat("Who are you?") | sources()).json["choices"][0]["message"]

    assert message["content"] == f"{LEAD} {NOT_FOUND}"
    assert message["context"]["citations"] == []


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"foo": 1}, "data_sources[0].parameters.foo"),
        ({"query_type": "magic"}, "data_sources[0].parameters.query_type"),
        ({"embedding_dependency": None}, "data_sources[0].parameters.embedding_dependency"),
        ({"index_name": "other"}, "data_sources[0].parameters.index_name"),
        ({"strictness": 9}, "data_sources[0].parameters.strictness"),
        ({"authentication": {"type": "x"}}, "data_sources[0].parameters.authentication.type"),
    ],
    ids=str,
)
def test_sources_that_are_refused(endpoint: Endpoint, change: Any, param: str) -> None:
    heard = ask(endpoint, DATED, chat() | sources(**change))

    assert (heard.status, heard.error["param"]) == (400, param)


def test_vectors_need_a_deployment_that_makes_them(endpoint: Endpoint) -> None:
    body = chat() | sources()
    del body["data_sources"][0]["parameters"]["embedding_dependency"]
    assert ask(endpoint, DATED, body).error["code"] == "missing_required_parameter"

    dependency = {"type": "deployment_name", "deployment_name": "nope"}
    heard = ask(endpoint, DATED, chat() | sources(embedding_dependency=dependency))
    assert heard.status == 400
    assert "deployment for this resource does not exist" in heard.error["message"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/openai/v1/chat/completions"])
def test_only_azures_dated_route_has_it(endpoint: Endpoint, path: str) -> None:
    heard = ask(endpoint, path, chat() | sources())

    assert heard.status == 400
    assert heard.error["message"] == "Unrecognized request argument supplied: data_sources"
