"""Web sockets: who may open one, and messages in and out, as Azure Speech has them.

Source of the close codes: https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from scaffold.endpoint.http import access, service_errors
from scaffold.endpoint.http.response import encode_json
from scaffold.endpoint.http.service_errors import ServiceError

if TYPE_CHECKING:
    from starlette.types import Receive, Send

# What takes a frame of a client, and gives those that answer it; a ValueError ends it all.
Listener = Callable[[str | bytes], Iterable[str | bytes]]

LARGEST_MESSAGE = 1024 * 1024
_BAD_MESSAGE = 1007


async def serve(
    path: str, listen: Listener | None, headers: Mapping[str, str], receive: Receive, send: Send
) -> None:
    """Answer one web socket, from its opening to its end.

    Args:
        path: the path that it is opened on.
        listen: what is behind that path; None if nothing is.
        headers: the headers of the request; its Host has been checked.
        receive: ASGI's.
        send: ASGI's.
    """
    if listen is None:
        return await refuse(service_errors.unknown_route("azure", "GET", path), send)
    if not _may_enter(headers):
        return await refuse(access.no_key("azure"), send)
    await receive()
    wanted = [name.strip() for name in headers.get("sec-websocket-protocol", "").split(",")]
    accepted = {"subprotocol": "USP"} if "USP" in wanted else {}
    await send({"type": "websocket.accept", **accepted})
    try:
        while (message := await receive())["type"] == "websocket.receive":
            content = message.get("bytes")
            frame = content if content is not None else message["text"]
            for answer in listen(frame):
                kind = "text" if isinstance(answer, str) else "bytes"
                await send({"type": "websocket.send", kind: answer})
            # The SDK sends a file as fast as it can: let others have their turn.
            await asyncio.sleep(0)
    except ValueError as error:
        # A reason has room for 123 bytes.
        reason = str(error).encode("ascii", "replace").decode()[:120]
        await send({"type": "websocket.close", "code": _BAD_MESSAGE, "reason": reason})
    except OSError:
        pass  # the client went away, and doesn't want its reply


async def refuse(error: ServiceError, send: Send) -> None:
    """Refuse to open a web socket, with an HTTP status."""
    headers = [(b"content-type", b"application/json")]
    start: dict[str, Any] = {"status": error.status, "headers": headers}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": encode_json(error.body)})


def _may_enter(headers: Mapping[str, str]) -> bool:
    """Return whether there is a key, any key; or a token, as the SDK sends one that it was
    given.
    """
    token = headers.get("authorization", "").removeprefix("Bearer")
    return bool(headers.get("ocp-apim-subscription-key", "").strip() or token.strip())
