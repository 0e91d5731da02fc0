"""Azure AI Search: searching an index, and finishing what is typed.

Source: https://learn.microsoft.com/rest/api/searchservice/documents
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.search import documents, indexes, product_guide, queries
from scaffold.endpoint.apis.search.indexes import find_index
from scaffold.endpoint.apis.search.refusals import bad_request, invalid_search
from scaffold.endpoint.apis.search.shape import BODY
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import SEARCH
from scaffold.endpoint.replies.documents import INDEX_NAME
from scaffold.endpoint.replies.words import words
from scaffold.endpoint.state.indexes import SearchIndex

JsonObject = dict[str, Any]

_WHOLE_PAGE = 50
# In a query string these names have a dollar sign, and these values are no texts.
_PLAIN = {"filter", "orderby", "select", "skip", "top", "count"}


def search_post(call: Call) -> HttpResponse:
    """Search an index by words, by vectors, or by both at once.

    Raises:
        ServiceError: there is no such index, or the request is not acceptable.
        Instead: the script refuses.
    """
    return _search(call, call.body)


def search_get(call: Call) -> HttpResponse:
    """Search an index by what the query string says."""
    body: JsonObject = {}
    for name, value in call.query.items():
        plain = name.removeprefix("$")
        if plain == "api-version" or (plain in _PLAIN and not name.startswith("$")):
            continue
        body[plain] = value
    for name in ("skip", "top"):
        if str(body.get(name, "")).isdecimal():
            body[name] = int(body[name])
    body["count"] = body.get("count") == "true"
    if "facet" in body:
        body["facets"] = [body.pop("facet")]
    return _search(call, body)


def _search(call: Call, body: Any) -> HttpResponse:
    try:
        body = BODY(body, "", call.lenient)
    except Invalid as problem:
        raise invalid_search(problem) from problem
    if call.path["index"] == INDEX_NAME:
        return product_guide.search(call, body)
    index = find_index(call)
    call.script.choose(text=body.get("search") or "")
    found = queries.find(index, body)
    first = body.get("skip") or 0
    size = _WHOLE_PAGE if body.get("top") is None else body["top"]
    page = found[first : first + size]
    said: JsonObject = {"@odata.context": _context(call)}
    if body.get("count"):
        said["@odata.count"] = len(found)
    if body.get("facets"):
        said["@search.facets"] = queries.facets(index, found, body["facets"])
    if body.get("answers"):
        said["@search.answers"] = _answers(index, page, body)
    said["value"] = [_row(index, document, score, body) for document, score in page]
    return HttpResponse(said)


def _context(call: Call) -> str:
    return f"http://{call.headers['host']}/indexes('{call.path['index']}')/$metadata#docs(*)"


def _row(index: SearchIndex, document: JsonObject, score: float, body: JsonObject) -> JsonObject:
    row: JsonObject = {"@search.score": score}
    said = body.get("search") or ""
    if body.get("queryType") == "semantic":
        row["@search.rerankerScore"] = round(min(4.0, 1.0 + score), 4)
        if str(body.get("captions") or "none") != "none":
            row["@search.captions"] = [{"text": _text(index, document), "highlights": ""}]
    marks = body.get("highlightPreTag") or "<em>", body.get("highlightPostTag") or "</em>"
    lit = queries.highlights(document, said, queries.names_of(body.get("highlight")), marks)
    if lit:
        row["@search.highlights"] = lit
    return row | _selected(index, document, queries.names_of(body.get("select")))


def _text(index: SearchIndex, document: JsonObject) -> str:
    texts = (document.get(name) for name in index.having("searchable", otherwise=False))
    return max((str(text) for text in texts if isinstance(text, str)), key=len, default="")


def _answers(index: SearchIndex, page: queries.Scored, body: JsonObject) -> list[JsonObject]:
    if str(body["answers"]) == "none":
        return []
    return [
        {
            "key": document[index.key_field],
            "text": _text(index, document),
            "highlights": "",
            "score": 0.9,
        }
        for document, _ in page[:1]
    ]


def _selected(index: SearchIndex, document: JsonObject, wanted: list[str]) -> JsonObject:
    shown = documents.visible(index, document)
    if not wanted or "*" in wanted:
        return shown
    tops = {path.split("/")[0] for path in index.fields}
    for name in wanted:
        if name.split("/")[0] not in tops:
            message = f"Could not find a property named '{name}' on type 'search.document'."
            raise bad_request(
                f"Invalid expression: {message}\r\nParameter name: $select", "InvalidExpression"
            )
    picked: JsonObject = {}
    for name in wanted:
        top, slash, inner = name.partition("/")
        value = shown.get(top)
        if slash and isinstance(value, dict):
            value = {**picked.get(top, {}), inner: value.get(inner)}
        picked[top] = value
    return picked


def suggest(call: Call) -> HttpResponse:
    """Suggest documents for what was typed so far."""
    index = find_index(call)
    top = call.body.get("top") or 5
    rows = [
        {
            "@search.text": text,
            **_selected(
                index, document, queries.names_of(call.body.get("select")) or [index.key_field]
            ),
        }
        for document, text in queries.suggestions(index, call.body)[:top]
    ]
    return HttpResponse({"value": rows})


def autocomplete(call: Call) -> HttpResponse:
    """Finish the last word that was typed."""
    found = queries.suggestions(find_index(call), call.body)
    *before, last = str(call.body.get("search") or " ").lower().split() or [""]
    ends = [word for _, text in found for word in words(text) if word.startswith(last)]
    rows = [
        {"text": word, "queryPlusText": " ".join([*before, word])} for word in dict.fromkeys(ends)
    ]
    return HttpResponse({"value": rows[: call.body.get("top") or 5]})


def _posted(name: str, handler: Callable[[Call], HttpResponse]) -> list[Operation]:
    return [
        Operation("POST", f"/indexes{index}/docs/{path}", handler, (SEARCH,), kind="search")
        for index in ("('{index}')", "/{index}")
        for path in (f"search.post.{name}", name)
    ]


OPERATIONS = (
    *indexes.OPERATIONS,
    *documents.OPERATIONS,
    *_posted("search", search_post),
    *_posted("suggest", suggest),
    *_posted("autocomplete", autocomplete),
    *(
        Operation("GET", f"/indexes{index}/docs", search_get, (SEARCH,), kind="search")
        for index in ("('{index}')", "/{index}")
    ),
)
