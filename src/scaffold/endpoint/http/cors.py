"""Browsers: pages of this machine may ask, pages from elsewhere may not.

Source: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import Family, azure_refused, refused

_HERE = {"127.0.0.1", "localhost", "::1"}
_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"


def check_origin(family: Family, headers: Mapping[str, str]) -> None:
    """Refuse a page from elsewhere, which could otherwise ask with a reader's own browser.

    Raises:
        ServiceError: the request is from such a page.
    """
    origin = headers.get("origin")
    if origin is None or _is_here(origin):
        return
    message = f"This endpoint answers pages of this machine only, not of '{origin}'."
    if family == "openai":
        raise refused(message, status=403)
    raise azure_refused(403, "403", message)


def cors_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return what lets a page of this machine read an answer; nothing for others."""
    origin = headers.get("origin")
    if origin is None or not _is_here(origin):
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-expose-headers", b"*"),
        (b"vary", b"Origin"),
    ]


def preflight(headers: Mapping[str, str]) -> HttpResponse:
    """Answer a browser that asks whether it may send what a page wants to send."""
    allowed = {
        "access-control-allow-methods": _METHODS,
        "access-control-allow-headers": headers.get("access-control-request-headers", "*"),
        "access-control-max-age": "600",
    }
    return HttpResponse(b"", 204, headers=allowed)


def _is_here(origin: str) -> bool:
    try:
        return urlsplit(origin).hostname in _HERE
    except ValueError:
        return False
