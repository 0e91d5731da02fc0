"""The body of a request: read whole, and read as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scaffold.endpoint.http import service_errors
from scaffold.endpoint.http.service_errors import Family

if TYPE_CHECKING:
    from starlette.types import Receive

LARGEST_BODY = 50 * 1024 * 1024
# A form may be a part of an upload, of 64 MB as the SDK cuts them, and what is around it.
LARGEST_FORM = 65 * 1024 * 1024


async def read(
    family: Family, headers: Mapping[str, str], receive: Receive, *, form: bool = False
) -> bytes:
    """Return the whole body of a request.

    Args:
        family: whose words a refusal is in.
        headers: the request's.
        receive: ASGI's.
        form: whether it is a form.

    Raises:
        ServiceError: it is too large.
    """
    largest = LARGEST_FORM if form else LARGEST_BODY
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > largest:
        raise service_errors.too_large(family, largest)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > largest:
            raise service_errors.too_large(family, largest)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def parse_json(family: Family, headers: Mapping[str, str], content: bytes) -> Any:
    """Return the value of a body of JSON; an empty object if there is no body.

    Args:
        family: whose words a refusal is in.
        headers: the request's.
        content: its body.

    Raises:
        ServiceError: it is something else.
    """
    kind = headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if content and not (kind == "application/json" or kind.endswith("+json")):
        raise service_errors.not_json_type(family, kind)
    try:
        # Some operations need no body at all.
        return _decode(_text(content)) if content else {}
    except (ValueError, RecursionError):
        raise service_errors.not_json(family) from None


def _text(content: bytes) -> str:
    """Return what `json.loads` would read: a lone surrogate is for the checks to refuse."""
    head = content[:4]
    # Any other encoding, or a mark of one, would show here.
    is_utf_8 = head.isascii() and b"\0" not in head
    return content.decode("utf-8" if is_utf_8 else json.detect_encoding(content), "surrogatepass")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# Made once: `json.loads` makes one a call where it is told what to do with a constant.
_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode


def count_tokens(content: bytes, body: Any) -> int:
    """Return about how many tokens a request counts as: those it has, and may get in its answer.

    Args:
        content: the body as it came.
        body: its JSON.
    """
    most = None
    if isinstance(body, dict):
        most = body.get("max_completion_tokens")
        if not isinstance(most, int):
            most = body.get("max_output_tokens")
    return len(content) // 4 + (max(most, 0) if isinstance(most, int) else 0)
