"""Who may ask: keys, tokens of Microsoft Entra ID, and pages of this machine in a browser.

Any key will do. A token must be one for the service that it is shown to, as `identity` gives them:
code that asks for another service's token finds out here.

Source: https://learn.microsoft.com/azure/ai-foundry/openai/reference#authentication, and
https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import Family, ServiceError, azure_refused, refused
from scaffold.endpoint.http.surfaces import AZURE_V1, CONTROL, MCP, Surface

IDENTITY_HEADER = "offline-endpoint-identity-header"
AUDIENCES = {
    "azure": {"https://cognitiveservices.azure.com", "https://ai.azure.com"},
    "search": {"https://search.azure.com"},
}


_NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header"
    " using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from"
    " https://platform.openai.com/account/api-keys."
)
_NO_AZURE_KEY = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a"
    " valid key for an active subscription and use a correct regional API endpoint for your"
    " resource."
)
_HOSTS = {"127.0.0.1", "localhost"}
_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"


def check_host(family: Family, headers: Mapping[str, str]) -> None:
    """Refuse another name: a web page could make its own name point to 127.0.0.1.

    Raises:
        ServiceError: the request names another host.
    """
    host = headers.get("host", "")
    if host.rsplit(":", 1)[0].lower() not in _HOSTS:
        raise _wrong_host(family, host)


def check(surface: Surface, headers: Mapping[str, str], now: int) -> None:
    """Let a request through if it shows what the service wants to see.

    Args:
        surface: where it came in.
        headers: its headers, names in lower case.
        now: the time.

    Raises:
        ServiceError: it shows nothing, or a token that is not for this service.
    """
    if surface in (CONTROL, MCP):
        return
    family = surface.family
    if family == "identity":
        if headers.get("x-identity-header") != IDENTITY_HEADER:
            raise _no_identity_header()
        return
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    if family == "openai":
        if not bearer:
            raise no_key(family)
        return
    if headers.get("api-key", "").strip():
        return
    if not bearer:
        raise no_key(family)
    claims = _claims(bearer)
    if claims is None and surface is AZURE_V1 and " " not in bearer:
        # OpenAI's own client sends a key like that, and the v1 route takes it. It sends a function
        # that makes tokens as its text, where the client is too old to call it.
        return
    if claims is None or _audience(claims) not in AUDIENCES[family] or _ended(claims, now):
        raise _bad_token(family)


def new_token(audience: str, now: int, lasting: int) -> str:
    """Return a token for an audience, in the form of those of Entra ID but signed by nobody.

    Args:
        audience: the service that it is for.
        now: the time.
        lasting: for how many seconds.
    """
    claims = {
        "aud": audience,
        "iss": "https://sts.windows.net/00000000-0000-0000-0000-000000000000/",
        "iat": now,
        "nbf": now,
        "exp": now + lasting,
        "appid": "00000000-0000-0000-0000-000000000000",
    }
    return ".".join([_encode({"typ": "JWT", "alg": "none"}), _encode(claims), "offline"])


def _encode(part: dict[str, Any]) -> str:
    text = json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _claims(token: str) -> dict[str, Any] | None:
    """Return what a token says, or None if it has not the form of one. Nobody's signature is
    checked.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        said = [json.loads(base64.urlsafe_b64decode(part + "===")) for part in parts[:2]]
    except (binascii.Error, ValueError, RecursionError):
        return None
    return said[1] if all(isinstance(part, dict) for part in said) else None


def _audience(claims: dict[str, Any]) -> str:
    return str(claims.get("aud")).rstrip("/")


def _ended(claims: dict[str, Any], now: int) -> bool:
    end = claims.get("exp")
    return not isinstance(end, int | float) or end <= now


def no_key(family: Family) -> ServiceError:
    """Say that there is no key, or it is blank."""
    if family == "openai":
        return refused(_NO_KEY, status=401)
    if family == "azure":
        return azure_refused(401, "401", _NO_AZURE_KEY)
    message = "Access denied due to missing or invalid credentials. Provide an 'api-key' header."
    return azure_refused(401, "Unauthorized", message)


def _bad_token(family: Family) -> ServiceError:
    """Say that there is a token, which is none, is for another service, or has run out."""
    if family == "search":
        return no_key(family)
    message = (
        "Unauthorized. Access token is missing, invalid, audience is incorrect"
        " (https://cognitiveservices.azure.com), or have expired."
    )
    return ServiceError(401, {"statusCode": 401, "message": message})


def _no_identity_header() -> ServiceError:
    """Say that a token was asked for without the secret that only the program's machine knows."""
    message = "The X-IDENTITY-HEADER is missing or is not the value of IDENTITY_HEADER."
    return ServiceError(401, {"statusCode": 401, "message": message})


def _wrong_host(family: Family, host: str) -> ServiceError:
    """Say that the request was meant for another host: a web page that had its name point here."""
    message = f"This endpoint answers to 127.0.0.1 and localhost only, not to '{host}'."
    if family == "openai":
        return refused(message, status=421)
    return azure_refused(421, "421", message)


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
        return urlsplit(origin).hostname in {*_HOSTS, "::1"}
    except ValueError:
        return False
