"""Responses over a web socket: each message asks for one, and its events come as messages.

Source: https://developers.openai.com/api/docs/guides/websocket-mode
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers

from scaffold.endpoint.http import access, sockets
from scaffold.endpoint.http.response import encode_json
from scaffold.endpoint.http.service_errors import ServiceError, refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATHS = ("/v1/responses", "/openai/v1/responses")
_ASKS = "response.create"
_EVENT_ENDS = b"\n\n"


async def serve(answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one web socket, from its opening to its end.

    Args:
        answer: answers HTTP requests: each message becomes one, so that all that holds for those
            holds here too, the script and the journal among it.
        scope: the web socket's, as are the others.
        receive: ASGI's.
        send: ASGI's.
    """
    if not Headers(scope=scope).get("authorization", "").removeprefix("Bearer").strip():
        await sockets.refuse(access.no_key("openai"), send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    waiting: deque[Message] = deque()
    while True:
        message = waiting.popleft() if waiting else await receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            body = _body(message.get("text") or message.get("bytes") or "")
        except ServiceError as error:
            await _tell(send, error.status, error.body)
        else:
            await _Request(receive, send, body, waiting).run(answer, scope)


def _body(text: str | bytes) -> bytes:
    """Return the body of the request that a message is.

    Raises:
        ServiceError: it is no such message.
    """
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise refused("A message on this web socket must be a JSON object.")
    if (kind := asked.pop("type", None)) != _ASKS:
        raise refused(f"Invalid value: '{kind}'. Supported values are: '{_ASKS}'.", param="type")
    return encode_json({**asked, "stream": True})


async def _tell(send: Send, status: int, body: Any) -> None:
    event = {"type": "error", "status": status, **body}
    await send({"type": "websocket.send", "text": encode_json(event).decode()})


class _Request:
    """One message as an HTTP request: what comes back is sent on.

    Args:
        receive: the web socket's.
        send: the web socket's.
        body: what is asked.
        waiting: takes the messages that come before this one is answered.
    """

    def __init__(self, receive: Receive, send: Send, body: bytes, waiting: deque[Message]) -> None:
        self._receive = receive
        self._send = send
        self._body: bytes | None = body
        self._waiting = waiting
        self._status = 200
        self._rest = b""

    async def run(self, answer: ASGIApp, scope: Scope) -> None:
        """Have it answered."""
        headers = [*scope["headers"], (b"content-type", b"application/json")]
        asked = {**scope, "type": "http", "method": "POST", "headers": headers}
        await answer(asked, self._read, self._pass_on)
        if self._status != 200:
            await _tell(self._send, self._status, json.loads(self._rest or b'{"error": null}'))

    async def _read(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        while (message := await self._receive())["type"] != "websocket.disconnect":
            self._waiting.append(message)
        self._waiting.append(message)
        return {"type": "http.disconnect"}

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            return
        *events, self._rest = (self._rest + message.get("body", b"")).split(_EVENT_ENDS)
        if self._status != 200:
            self._rest = _EVENT_ENDS.join([*events, self._rest])
            return
        for event in events:
            _, _, data = event.partition(b"data: ")
            await self._send({"type": "websocket.send", "text": data.decode()})
