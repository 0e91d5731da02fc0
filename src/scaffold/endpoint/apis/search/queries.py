"""Azure AI Search: what of an index a query finds, in which order, and what is told of it.

Source: https://learn.microsoft.com/azure/search/search-query-overview
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from scaffold.endpoint.apis.search.filters import BadFilter, read_filter
from scaffold.endpoint.apis.search.refusals import bad_request
from scaffold.endpoint.replies.documents import Document, Ranking, fuse, rank_by_words
from scaffold.endpoint.replies.words import embed, similarity, stem, words
from scaffold.endpoint.state.indexes import SearchIndex, values_at

JsonObject = dict[str, Any]
Scored = list[tuple[JsonObject, float]]

_MOST = 1_000
_FACET_VALUES = 10


def names_of(value: Any) -> list[str]:
    """Return a list of names, which may come as one text with commas."""
    parts = value.split(",") if isinstance(value, str) else value or []
    return [part.strip() for part in parts if part.strip()]


def find(index: SearchIndex, body: JsonObject) -> Scored:
    """Return the documents that a query finds, best first, each with its score.

    Raises:
        ServiceError: it names what the index does not offer.
    """
    documents = _filtered(index, body.get("filter"))
    rankings = [_by_vector(index, query, documents) for query in body.get("vectorQueries") or []]
    said = (body.get("search") or "*").strip()
    if said not in {"*", ""}:
        rankings.append(_by_words(index, body, said, documents))
    if not rankings:
        found = [(document, 1.0) for document in documents.values()]
    else:
        best = rankings[0] if len(rankings) == 1 else fuse(rankings)
        found = [(documents[each.id], score) for each, score in best]
    return _ordered(index, found, names_of(body.get("orderby")))


def _filtered(index: SearchIndex, text: str | None) -> dict[str, JsonObject]:
    if not text:
        return dict(index.documents)
    try:
        holds = read_filter(text, index.having("filterable", otherwise=True))
    except BadFilter as problem:
        message = f"Invalid expression: {problem}\r\nParameter name: $filter"
        raise bad_request(message, "InvalidExpression") from problem
    return {key: document for key, document in index.documents.items() if holds(document)}


def _by_words(
    index: SearchIndex, body: JsonObject, said: str, documents: dict[str, JsonObject]
) -> Ranking:
    searchable = index.having("searchable", otherwise=False)
    where = names_of(body.get("searchFields")) or searchable
    for name in where:
        if name not in searchable:
            message = f"The field '{name}' in the search field list is not searchable."
            raise bad_request(f"{message}\r\nParameter name: searchFields", "FieldNotSearchable")
    read = [
        Document(key, "", " ".join(str(v) for path in where for v in values_at(document, path)))
        for key, document in documents.items()
    ]
    return rank_by_words(said, ("content",), body.get("searchMode") == "all", read)


def _by_vector(index: SearchIndex, query: JsonObject, documents: dict[str, JsonObject]) -> Ranking:
    fields = index.fields
    names = names_of(query.get("fields"))
    for name in names:
        if name not in fields or not fields[name]["type"].startswith("Collection(Edm."):
            raise bad_request(f"Unknown field '{name}' in vector field list.", "UnknownField")
    scores: Ranking = []
    for key, document in documents.items():
        close = [_closeness(query, document.get(name)) for name in names]
        if any(each is not None for each in close):
            best = max(each for each in close if each is not None)
            scores.append((Document(key, "", ""), 1 / (2 - best)))
    scores.sort(key=lambda pair: -pair[1])
    return scores[: query.get("k") or 50]


def _closeness(query: JsonObject, vector: Any) -> float | None:
    """Return the cosine of a query and a document's vector; a text is embedded before."""
    if not isinstance(vector, list) or not vector:
        return None
    wanted = query.get("vector") or embed(query.get("text", ""), len(vector))
    if len(wanted) != len(vector):
        raise bad_request(
            f"The vector query has {len(wanted)} dimensions, and the field has {len(vector)}.",
            "InvalidVectorQuery",
        )
    return similarity(_unit(wanted), _unit(vector))


def _unit(vector: Sequence[float]) -> tuple[float, ...]:
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return tuple(value / length for value in vector)


def _ordered(index: SearchIndex, found: Scored, wanted: list[str]) -> Scored:
    """Sort by what comes last in the list first: a stable sort keeps the rest."""
    sortable = [*index.having("sortable", otherwise=True), "search.score()"]
    for rule in reversed(wanted):
        name, _, direction = rule.partition(" ")
        if name not in sortable:
            message = f"Invalid expression: '{name}' is not a sortable field."
            raise bad_request(f"{message}\r\nParameter name: $orderby", "InvalidExpression")
        backwards = direction.strip().lower() == "desc"

        def key(pair: tuple[JsonObject, float], name: str = name) -> tuple[bool, Any]:
            values = [pair[1]] if name == "search.score()" else values_at(pair[0], name)
            return (bool(values), values[0] if values else 0)

        found = sorted(found, key=key, reverse=backwards)
    return found


def facets(index: SearchIndex, found: Scored, wanted: Sequence[str]) -> JsonObject:
    """Return how many of the documents have each value of a field.

    Args:
        index: the index.
        found: the documents.
        wanted: the fields, each as the request names it.

    Raises:
        ServiceError: a field is not facetable.
    """
    counted: JsonObject = {}
    for facet in wanted:
        name, *options = facet.split(",")
        if name not in index.having("facetable", otherwise=True):
            message = f"'{name}' is not a facetable field."
            raise bad_request(f"{message}\r\nParameter name: facet", "FieldNotFacetable")
        most = next((int(o[6:]) for o in options if re.fullmatch(r"count:\d{1,4}", o)), None)
        counts = Counter(value for document, _ in found for value in set(values_at(document, name)))
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
        shown = ranked[: most or _FACET_VALUES]
        counted[name] = [{"count": number, "value": value} for value, number in shown]
    return counted


def highlights(document: JsonObject, said: str, names: Sequence[str], marks: Sequence[str]) -> Any:
    """Return the texts of some fields with the words that were looked for marked.

    Args:
        document: the document.
        said: what was looked for.
        names: the fields.
        marks: what stands before and after a word.
    """
    wanted = {stem(word) for word in words(said)}
    found: JsonObject = {}
    for name in names:
        for value in values_at(document, name.split("-")[0]):
            marked = re.sub(
                r"[^\W_]+",
                lambda m: f"{marks[0]}{m[0]}{marks[1]}" if stem(m[0].lower()) in wanted else m[0],
                str(value),
            )
            if marked != str(value):
                found.setdefault(name.split("-")[0], []).append(marked[:_MOST])
    return found


def suggestions(index: SearchIndex, body: JsonObject) -> list[tuple[JsonObject, str]]:
    """Return the documents in whose suggested fields a word begins as what was typed does.

    Raises:
        ServiceError: there is no such suggester.
    """
    known = {each["name"]: each for each in index.definition.get("suggesters") or []}
    suggester = known.get(body.get("suggesterName"))
    if suggester is None:
        name = body.get("suggesterName")
        raise bad_request(
            f"The specified suggester name '{name}' does not exist in this index definition."
            "\r\nParameter name: name",
            "SuggesterNotFound",
        )
    typed = str(body.get("search") or "").lower().split()
    sources = suggester.get("sourceFields") or []
    found = []
    for document in _filtered(index, body.get("filter")).values():
        for value in (str(each) for name in sources for each in values_at(document, name)):
            said = words(value)
            if typed and all(any(word.startswith(part) for word in said) for part in typed):
                found.append((document, value))
                break
    return found
