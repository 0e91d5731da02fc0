"""Who may ask: keys, and tokens of Microsoft Entra ID.

Any key will do. A token must be one for the service that it is shown to, as `identity` gives them:
code that asks for another service's token finds out here.

Source: https://learn.microsoft.com/azure/ai-foundry/openai/reference#authentication
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from scaffold.endpoint.http.service_errors import (
    Family,
    bad_token,
    no_identity_header,
    no_key,
    wrong_host,
)
from scaffold.endpoint.http.surfaces import AZURE_V1, CONTROL, Surface

IDENTITY_HEADER = "offline-endpoint-identity-header"
AUDIENCES = {
    "azure": {"https://cognitiveservices.azure.com", "https://ai.azure.com"},
    "search": {"https://search.azure.com"},
}


_HOSTS = {"127.0.0.1", "localhost"}


def check_host(family: Family, headers: Mapping[str, str]) -> None:
    """Refuse another name: a web page could make its own name point to 127.0.0.1.

    Raises:
        ServiceError: the request names another host.
    """
    host = headers.get("host", "")
    if host.rsplit(":", 1)[0].lower() not in _HOSTS:
        raise wrong_host(family, host)


def check(surface: Surface, headers: Mapping[str, str], now: int) -> None:
    """Let a request through if it shows what the service wants to see.

    Args:
        surface: where it came in.
        headers: its headers, names in lower case.
        now: the time.

    Raises:
        ServiceError: it shows nothing, or a token that is not for this service.
    """
    if surface is CONTROL:
        return
    family = surface.family
    if family == "identity":
        if headers.get("x-identity-header") != IDENTITY_HEADER:
            raise no_identity_header()
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
    if claims is None and surface is AZURE_V1:
        # OpenAI's own client sends a key like that, and the v1 route takes it.
        return
    if claims is None or _audience(claims) not in AUDIENCES[family] or _ended(claims, now):
        raise bad_token(family)


def new_token(audience: str, now: int, lasting: int) -> str:
    """A token for an audience, in the form of those of Entra ID but signed by nobody.

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
    """What a token says, or None if it has not the form of one. Nobody's signature is checked."""
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
