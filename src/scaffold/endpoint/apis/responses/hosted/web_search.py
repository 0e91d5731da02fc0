"""The hosted tool `web_search`: what is asked of it, and what it did as an item.

Source: https://developers.openai.com/api/docs/guides/tools-web-search
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaffold.endpoint.http.validation import anything, fields, flag, items, one_of, optional, text
from scaffold.endpoint.replies.documents import Document
from scaffold.endpoint.replies.web_pages import WebPage, search_web

JsonObject = dict[str, Any]

TYPES = (
    "web_search",
    "web_search_2025_08_26",
    "web_search_preview",
    "web_search_preview_2025_03_11",
)
_TEXT = optional(text())
_LOCATION = fields(
    {},
    {
        "type": optional(one_of("approximate")),
        **dict.fromkeys(("city", "country", "region", "timezone"), _TEXT),
    },
)
_DOMAINS = optional(items(text(), "strings", most=100))
SHAPE = fields(
    {"type": anything},
    {
        "external_web_access": optional(flag),
        "filters": optional(fields({}, {"allowed_domains": _DOMAINS, "blocked_domains": _DOMAINS})),
        "search_content_types": optional(items(one_of("text", "image"), "strings")),
        "search_context_size": optional(one_of("low", "medium", "high")),
        "user_location": optional(_LOCATION),
    },
)


def search(tool: JsonObject, question: str) -> tuple[WebPage, ...]:
    """Return what a tool finds for a question."""
    return search_web(question, (tool.get("filters") or {}).get("allowed_domains") or ())


def item(item_id: str, query: str, pages: Sequence[Document]) -> JsonObject:
    """Return a search as an item.

    Args:
        item_id: its id.
        query: what was looked for.
        pages: what was found.
    """
    sources = [{"type": "url", "url": page.url} for page in pages]
    action = {"type": "search", "query": query, "queries": [query], "sources": sources}
    return {"id": item_id, "type": "web_search_call", "status": "completed", "action": action}
