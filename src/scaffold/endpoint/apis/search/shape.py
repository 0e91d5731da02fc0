"""The shape of a search request.

Source: https://learn.microsoft.com/rest/api/searchservice/documents/search-post
"""

from __future__ import annotations

from scaffold.endpoint.http.validation import (
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    number,
    one_of,
    optional,
    text,
    whole,
)

_VECTOR_OPTIONS = {
    "kind": anything,
    "fields": optional(text()),
    "k": optional(whole(1, 10_000)),
    "exhaustive": optional(flag),
    "oversampling": optional(number(1)),
    "weight": optional(number(0)),
}
_VECTOR = items(number(), "numbers", fewest=1, most=4096)
_VECTOR_QUERY = by_field(
    "kind",
    {
        "vector": fields({"vector": _VECTOR}, _VECTOR_OPTIONS),
        "text": fields({"text": text()}, _VECTOR_OPTIONS),
    },
)
_NAMES = either(
    "one of a string or array of strings", string=text(), array=items(text(), "strings")
)
BODY = fields(
    {},
    {
        "answers": optional(text()),
        "captions": optional(text()),
        "count": optional(flag),
        "facets": optional(items(text(), "strings")),
        "filter": optional(text()),
        "highlight": optional(_NAMES),
        "highlightPostTag": optional(text()),
        "highlightPreTag": optional(text()),
        "minimumCoverage": optional(number(0, 100)),
        "orderby": optional(_NAMES),
        "queryType": optional(one_of("simple", "full", "semantic")),
        "scoringParameters": optional(items(text(), "strings")),
        "scoringProfile": optional(text()),
        "scoringStatistics": optional(one_of("local", "global")),
        "search": optional(text()),
        "searchFields": optional(_NAMES),
        "searchMode": optional(one_of("any", "all")),
        "select": optional(_NAMES),
        "semanticConfiguration": optional(text()),
        "semanticQuery": optional(text()),
        "sessionId": optional(text()),
        "skip": optional(whole(0, 100_000)),
        "top": optional(whole(0, 1_000)),
        "vectorFilterMode": optional(one_of("preFilter", "postFilter")),
        "vectorQueries": optional(items(_VECTOR_QUERY, "objects", most=10)),
    },
)
