"""Azure AI Search with an index of one's own, through its SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.search.documents import SearchClient
from azure.search.documents.indexes import SearchIndexClient
from azure.search.documents.indexes.models import (
    ComplexField,
    SearchableField,
    SearchField,
    SearchIndex,
    SearchSuggester,
    SimpleField,
)
from azure.search.documents.models import VectorizedQuery

from scaffold.endpoint import Endpoint
from scaffold.endpoint.apis.search.filters import BadFilter, read_filter

from .wire import ask

TEXT = "Edm.String"
HOTELS: list[dict[str, Any]] = [
    {
        "id": "1",
        "name": "Stay-Kay City Hotel",
        "about": "A classic hotel on the main artery of the city, in the heart of New York.",
        "tags": ["view", "concierge"],
        "rating": 3.6,
        "parking": False,
        "address": {"city": "New York"},
        "vector": [1.0, 0.0],
    },
    {
        "id": "2",
        "name": "Old Century Hotel",
        "about": "In a nineteenth century plaza, with a pool.",
        "tags": ["pool", "view"],
        "rating": 4.8,
        "parking": True,
        "address": {"city": "Sarasota"},
        "vector": [0.0, 1.0],
    },
    {
        "id": "3",
        "name": "Sublime Cliff",
        "about": "A quiet house for O'Brien's guests.",
        "tags": [],
        "rating": None,
        "parking": True,
        "address": {"city": "San Antonio"},
        "vector": [0.7, 0.7],
    },
]


@pytest.fixture(scope="module")
def indexes(endpoint: Endpoint) -> Iterator[SearchIndexClient]:
    with SearchIndexClient(endpoint.url, AzureKeyCredential("any")) as client:
        yield client


@pytest.fixture(scope="module")
def hotels(endpoint: Endpoint, indexes: SearchIndexClient) -> Iterator[SearchClient]:
    fields = [
        SimpleField(name="id", type=TEXT, key=True, filterable=True),
        SearchableField(name="name", type=TEXT, sortable=True),
        SearchableField(name="about", type=TEXT),
        SearchableField(name="tags", type=TEXT, collection=True, facetable=True, filterable=True),
        SimpleField(name="rating", type="Edm.Double", filterable=True, sortable=True),
        SimpleField(name="parking", type="Edm.Boolean", filterable=True),
        ComplexField(
            name="address",
            fields=[SearchableField(name="city", type=TEXT, filterable=True, facetable=True)],
        ),
        SearchField(
            name="vector",
            type="Collection(Edm.Single)",
            searchable=True,
            hidden=True,
            vector_search_dimensions=2,
            vector_search_profile_name="p",
        ),
    ]
    suggester = SearchSuggester(name="sg", source_fields=["name", "tags"])
    made = indexes.create_or_update_index(
        SearchIndex(name="hotels", fields=fields, suggesters=[suggester])
    )
    assert made.name == "hotels"
    with SearchClient(endpoint.url, "hotels", AzureKeyCredential("any")) as client:
        results = client.upload_documents(documents=HOTELS)
        assert [result.succeeded for result in results] == [True] * 3
        yield client


def found(hotels: SearchClient, **query: Any) -> list[str]:
    return [str(hit["id"]) for hit in hotels.search(**query)]


def test_documents_are_found_counted_and_shown(hotels: SearchClient) -> None:
    results = hotels.search(search_text="hotel", include_total_count=True, select=["id", "name"])
    assert results.get_count() == 2
    assert {tuple(sorted(k for k in hit if "@" not in k)) for hit in results} == {("id", "name")}
    assert hotels.get_document_count() == 3
    shown = hotels.get_document(key="2")
    assert (shown["name"], shown["address"]) == ("Old Century Hotel", {"city": "Sarasota"})
    assert "vector" not in shown
    with pytest.raises(ResourceNotFoundError):
        hotels.get_document(key="9")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("rating gt 4", ["2"]),
        ("rating ge 3.6 and not parking", ["1"]),
        ("parking", ["2", "3"]),
        ("rating eq null", ["3"]),
        ("address/city eq 'New York' or id eq '3'", ["1", "3"]),
        ("tags/any(t: t eq 'view')", ["1", "2"]),
        ("tags/any(t: search.in(t, 'pool,spa'))", ["2"]),
        ("tags/all(t: t ne 'pool')", ["1", "3"]),
        ("not tags/any()", ["3"]),
        ("search.in(id, '1|3', '|')", ["1", "3"]),
        ("(rating lt 5 and (parking eq true))", ["2"]),
    ],
)
def test_filters(hotels: SearchClient, text: str, ids: list[str]) -> None:
    assert sorted(found(hotels, search_text="*", filter=text)) == ids


@pytest.mark.parametrize(
    "text", ["rating gt", "about eq 'x'", "rating ~ 3", "(rating gt 3", "id eq 'a' id", "(" * 500]
)
def test_a_filter_that_cant_be_read_is_told(hotels: SearchClient, text: str) -> None:
    with pytest.raises(HttpResponseError, match="Invalid expression"):
        found(hotels, search_text="*", filter=text)


def test_a_filter_knows_quotes() -> None:
    assert read_filter("name eq 'O''Brien'", ["name"])({"name": "O'Brien"})
    with pytest.raises(BadFilter):
        read_filter("name eq 'O'Brien'", ["name"])


def test_order_facets_highlights_and_pages(hotels: SearchClient) -> None:
    assert found(hotels, search_text="*", order_by=["rating desc"]) == ["2", "1", "3"]
    assert found(hotels, search_text="*", order_by=["name"], top=1, skip=1) == ["1"]
    results = hotels.search(search_text="*", facets=["tags", "address/city,count:1"])
    list(results)
    facets = results.get_facets()
    assert facets is not None
    assert facets["tags"][0] == {"value": "view", "count": 2}
    assert len(facets["address/city"]) == 1
    (hit,) = hotels.search(search_text="pool", highlight_fields="about")
    assert hit["@search.highlights"]["about"] == [
        "In a nineteenth century plaza, with a <em>pool</em>."
    ]


def test_vectors(hotels: SearchClient) -> None:
    query = VectorizedQuery(vector=[0.9, 0.1], k_nearest_neighbors=2, fields="vector")

    assert found(hotels, search_text=None, vector_queries=[query]) == ["1", "3"]
    assert found(hotels, search_text="plaza", vector_queries=[query])[0] in {"1", "2"}
    longer = VectorizedQuery(vector=[1.0], fields="vector")
    with pytest.raises(HttpResponseError, match="dimensions"):
        found(hotels, search_text=None, vector_queries=[longer])


def test_semantic_queries_have_scores_and_captions(hotels: SearchClient) -> None:
    hits = list(
        hotels.search(
            search_text="pool",
            query_type="semantic",
            semantic_configuration_name="any",
            query_caption="extractive",
        )
    )
    assert hits[0]["@search.reranker_score"] > 1
    assert "pool" in hits[0]["@search.captions"][0].text


def test_what_is_typed_is_finished(hotels: SearchClient) -> None:
    assert [hit["id"] for hit in hotels.suggest(search_text="sta", suggester_name="sg")] == ["1"]
    (word,) = hotels.autocomplete(search_text="cent", suggester_name="sg")
    assert word["text"] == "century"
    with pytest.raises(HttpResponseError, match="suggester"):
        hotels.suggest(search_text="sta", suggester_name="none")


def test_documents_are_merged_and_deleted(endpoint: Endpoint, indexes: SearchIndexClient) -> None:
    fields = [SimpleField(name="id", type=TEXT, key=True), SearchableField(name="a", type=TEXT)]
    indexes.create_index(SearchIndex(name="small", fields=fields))
    with SearchClient(endpoint.url, "small", AzureKeyCredential("any")) as small:
        small.merge_or_upload_documents([{"id": "x", "a": "one"}])
        small.merge_documents([{"id": "x", "a": "two"}])
        assert small.get_document("x") == {"id": "x", "a": "two"}
        assert not small.merge_documents([{"id": "y", "a": "two"}])[0].succeeded
        with pytest.raises(HttpResponseError, match="'b' does not exist"):
            small.upload_documents([{"id": "x", "b": 1}])
        small.delete_documents([{"id": "x"}])
        assert small.get_document_count() == 0
    assert "small" in [index.name for index in indexes.list_indexes()]
    with pytest.raises(HttpResponseError, match="already exists"):
        indexes.create_index(SearchIndex(name="small", fields=fields))
    with pytest.raises(HttpResponseError, match="exactly one key"):
        indexes.create_index(SearchIndex(name="keyless", fields=fields[1:]))
    indexes.delete_index("small")
    with pytest.raises(ResourceNotFoundError):
        indexes.get_index("small")


def test_an_index_is_searched_by_its_address_too(hotels: SearchClient, endpoint: Endpoint) -> None:
    assert hotels
    path = "/indexes/hotels/docs?api-version=2024-07-01&search=pool&$count=true&$select=id"
    heard = ask(endpoint, path).json
    assert (heard["@odata.count"], heard["value"][0]["id"]) == (1, "2")
    guide = ask(endpoint, "/indexes/product-guide/docs?api-version=2024-07-01&search=tent").json
    assert guide["value"][0]["id"] == "fjord-2-tent"
