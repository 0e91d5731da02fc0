"""Azure AI Search through its SDK, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.search.documents import SearchClient
from azure.search.documents.models import VectorizedQuery

from endpoint.wire import ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.documents import DOCUMENTS
from scaffold.endpoint.replies.words import embed

PATH = "/indexes('product-guide')/docs/search.post.search?api-version=2026-04-01"


@pytest.fixture(scope="module")
def search(endpoint: Endpoint) -> Iterator[SearchClient]:
    settings = endpoint.variables()
    key = AzureKeyCredential(settings["AZURE_AI_SEARCH_KEY"])
    index = settings["AZURE_AI_SEARCH_INDEX_NAME"]
    with SearchClient(settings["AZURE_AI_SEARCH_ENDPOINT"], index, key) as client:
        yield client


def _vector(text: str, dimensions: int = 1536, nearest: int = 5) -> VectorizedQuery:
    return VectorizedQuery(
        vector=list(embed(text, dimensions)), k_nearest_neighbors=nearest, fields="contentVector"
    )


def test_words_find_documents(search: SearchClient) -> None:
    found = [dict(row) for row in search.search("waterproof boots", top=2)]

    assert [row["id"] for row in found] == ["scree-boots", "fjord-2-tent"]
    assert found[0]["title"] == "Scree hiking boots"
    assert found[0]["url"].endswith("/scree-boots")
    assert found[0]["@search.score"] > found[1]["@search.score"] > 0


@pytest.mark.parametrize("dimensions", [64, 1536, 3072])
def test_vectors_of_any_length_find_documents(search: SearchClient, dimensions: int) -> None:
    query = _vector("How fast does the stove boil water?", dimensions, nearest=3)
    found = [row["id"] for row in search.search(vector_queries=[query])]

    assert found[0] == "ember-stove"
    assert len(found) == 3


def test_both_are_fused_by_rank(search: SearchClient) -> None:
    question = "How heavy is the tent?"
    found = list(search.search(question, vector_queries=[_vector(question)], top=5))

    assert found[0]["id"] == "fjord-2-tent"
    assert found[0]["@search.score"] == pytest.approx(2 / 61)


def test_everything_is_found_a_page_at_a_time(search: SearchClient) -> None:
    everything = search.search("*", include_total_count=True)
    assert everything.get_count() == len(DOCUMENTS)
    assert [row["id"] for row in everything] == [document.id for document in DOCUMENTS]

    part = [row["id"] for row in search.search("*", skip=2, top=3)]
    assert part == [document.id for document in DOCUMENTS[2:5]]


def test_only_what_is_selected_comes(search: SearchClient) -> None:
    [row] = search.search("tent", select=["title"], top=1)

    named = {name for name in row if not name.startswith("@search.")}
    assert named == {"title"}


def test_all_words_or_any(search: SearchClient) -> None:
    some = list(search.search("tent viruses", search_mode="any"))
    every = list(search.search("tent viruses", search_mode="all"))
    both = list(search.search("water viruses", search_mode="all", search_fields=["content"]))

    assert len(some) > 1
    assert every == []
    assert [row["id"] for row in both] == ["brook-water-filter"]


@pytest.mark.parametrize(
    "path",
    [
        "/indexes('product-guide')/docs/search.post.search",
        "/indexes('product-guide')/docs/search",
        "/indexes/product-guide/docs/search",
    ],
)
def test_every_form_of_the_address(endpoint: Endpoint, path: str) -> None:
    heard = ask(endpoint, f"{path}?api-version=2024-07-01", {"search": "tent", "top": 1}).json

    assert heard["@odata.context"].endswith("/indexes('product-guide')/$metadata#docs(*)")
    assert list(heard["value"][0]) == ["@search.score", "id", "title", "content", "url"]


def test_another_index(endpoint: Endpoint) -> None:
    key = AzureKeyCredential("any")
    with (
        SearchClient(endpoint.url, "other", key) as client,
        pytest.raises(ResourceNotFoundError, match="The index 'other' was not found"),
    ):
        list(client.search("x"))


def test_an_unknown_field_is_named(search: SearchClient) -> None:
    missing = "Could not find a property named 'colour' on type 'search.document'"
    with pytest.raises(HttpResponseError, match=missing) as selected:
        list(search.search("tent", select=["colour"]))
    assert selected.value.status_code == 400

    vector = VectorizedQuery(vector=[1.0], fields="embedding")
    with pytest.raises(HttpResponseError, match="Unknown field 'embedding' in vector field list"):
        list(search.search(vector_queries=[vector]))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"foo": 1}, "The property 'foo' does not exist"),
        ({"top": "5"}, "Cannot read 'top': expected an integer, but got a string instead"),
        ({"vectorQueries": [{"vector": [1]}]}, "'vectorQueries[0].kind' is required"),
        ({"vectorQueries": [{"kind": "vector"}]}, "'vectorQueries[0].vector' is required"),
        ({"filter": "id eq '1'"}, "no field of this index is filterable"),
        ({"orderby": "title"}, "no field of this index is sortable"),
        ({"queryType": "semantic"}, "Semantic search is not enabled for this service"),
        ({"select": "contentVector"}, "'contentVector' is not a retrievable field"),
        (
            {"search": "x", "searchFields": "url"},
            "'url' in the search field list is not searchable",
        ),
        ([], "Cannot read 'body': expected an object"),
    ],
    ids=str,
)
def test_what_search_refuses(endpoint: Endpoint, body: Any, message: str) -> None:
    heard = ask(endpoint, PATH, body)

    assert (heard.status, heard.error["code"]) == (400, "InvalidRequestParameter")
    assert message in heard.error["message"]
