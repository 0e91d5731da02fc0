"""The HTTP side: routes, keys, api-versions and bodies in; JSON and events out."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, QueryParams
from starlette.routing import Route, Router

from scaffold.endpoint import (
    access,
    assistants,
    chat,
    conversations,
    embeddings,
    files,
    identity,
    responses,
    runs,
    search,
    service_errors,
    threads,
)
from scaffold.endpoint.calls import Call, EventStream, Operation, Reply, Surface
from scaffold.endpoint.service_errors import Family, ServiceError
from scaffold.endpoint.state import State

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

LARGEST_BODY = 50 * 1024 * 1024
APIS = (
    *(chat, embeddings, search, threads, runs, assistants, files, responses, conversations),
    identity,
)

_HOSTS = {"127.0.0.1", "localhost"}
_log = logging.getLogger("scaffold.endpoint")


class App:
    """One server's ASGI application and all that it knows.

    Args:
        pace: seconds between two chunks of a stream.
    """

    def __init__(self, pace: float = 0.0) -> None:
        self.state = State()
        self.pace = pace
        # Set by another thread when the server stops; a plain bool is enough for that.
        self.closing = False
        paths: dict[str, dict[str, tuple[Surface, Operation]]] = {}
        for operation in (operation for api in APIS for operation in api.OPERATIONS):
            for surface in operation.surfaces:
                methods = paths.setdefault(surface.prefix + operation.path, {})
                methods[operation.method] = (surface, operation)
        # The fewer parameters, the earlier: `/threads/runs` is no thread called "runs".
        ordered = sorted(paths.items(), key=lambda item: item[0].count("{"))
        routes = [Route(path, _Resource(self, methods)) for path, methods in ordered]
        self._router = Router(routes, redirect_slashes=False, default=_Resource(self, {}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] == "http":
            await self._router(scope, receive, send)


class _Resource:
    """What is at one path: an operation for each method; none at all if the path is unknown."""

    def __init__(self, app: App, methods: dict[str, tuple[Surface, Operation]]) -> None:
        self.app = app
        self.methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        family = _family(scope["path"])
        content = b""
        try:
            reply = await self._reply(family, scope, receive)
            if isinstance(reply, Reply):
                content = reply.encode()
        except ServiceError as error:
            reply = Reply(error.body, error.status)
            content = reply.encode()
        except Exception:  # noqa: BLE001 - whatever went wrong, the client gets the service's 500
            _log.exception("%s %s failed", scope["method"], scope["path"])
            broken = service_errors.broken(family)
            reply = Reply(broken.body, broken.status)
            content = reply.encode()
        headers = _headers(family, self.app.state, began)
        if isinstance(reply, EventStream):
            await self._stream(reply.chunks, headers, send)
        else:
            await _send_whole(reply, content, headers, send)

    async def _reply(self, family: Family, scope: Scope, receive: Receive) -> Reply | EventStream:
        method, path = scope["method"], scope["path"]
        headers, query = Headers(scope=scope), QueryParams(scope["query_string"])
        _check_host(family, headers)
        if not self.methods:
            raise service_errors.unknown_route(family, method, path)
        if method not in self.methods:
            raise service_errors.wrong_method(family, method, path)
        surface, operation = self.methods[method]
        access.check(surface, headers, self.app.state.now())
        _check_version(surface, query.get("api-version"), method, path)
        if operation.beta and family == "openai" and headers.get("openai-beta") != "assistants=v2":
            raise service_errors.no_beta_header()
        body = None
        if method == "POST":
            body = _parse(family, headers, await _read(family, headers, receive))
        path_parameters = scope.get("path_params", {})
        call = Call(surface, self.app.state, path_parameters, query, headers, body)
        return operation.handler(call)

    async def _stream(
        self, chunks: Iterable[bytes], headers: list[tuple[bytes, bytes]], send: Send
    ) -> None:
        """Send chunk after chunk. A client that has gone away does not stop it, as in the services:
        what was begun is finished.
        """
        headers.append((b"content-type", b"text/event-stream; charset=utf-8"))
        headers.append((b"cache-control", b"no-cache"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if self.app.pace:
                await self._wait(self.app.pace)
            if self.app.closing:
                return
        await send({"type": "http.response.body", "body": b""})

    async def _wait(self, seconds: float) -> None:
        """Sleep, in naps so short that closing does not wait for it."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.app.closing:
            await asyncio.sleep(min(left, 0.1))


async def _send_whole(
    reply: Reply, content: bytes, headers: list[tuple[bytes, bytes]], send: Send
) -> None:
    headers += [(name.encode(), value.encode()) for name, value in reply.headers.items()]
    headers.append((b"content-type", reply.media_type.encode()))
    headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _family(path: str) -> Family:
    if path.startswith("/openai"):
        return "azure"
    if path.startswith("/msi"):
        return "identity"
    return "search" if path.startswith("/indexes") else "openai"


def _headers(family: Family, state: State, began: float) -> list[tuple[bytes, bytes]]:
    """The headers that each service sends with everything."""
    request_id = state.new_id("req_").encode()
    took = str(round((time.perf_counter() - began) * 1000)).encode()
    if family == "search":
        return [(b"request-id", request_id), (b"elapsed-time", took), (b"odata-version", b"4.0")]
    if family == "identity":
        return [(b"x-ms-request-id", request_id)]
    headers = [(b"x-request-id", request_id), (b"openai-processing-ms", took)]
    if family == "azure":
        return [*headers, (b"apim-request-id", request_id), (b"x-ms-region", b"Offline")]
    return [*headers, (b"openai-version", b"2020-10-01"), (b"openai-organization", b"offline")]


def _check_host(family: Family, headers: Headers) -> None:
    """Refuse another name: a web page could make its own name point to 127.0.0.1."""
    host = headers.get("host", "")
    if host.rsplit(":", 1)[0].lower() not in _HOSTS:
        raise service_errors.wrong_host(family, host)


def _check_version(surface: Surface, version: str | None, method: str, path: str) -> None:
    if not surface.versions or version in surface.versions:
        return
    if surface.family == "search":
        if (version or "").lower() not in surface.versions:
            raise service_errors.search_version(version)
        return
    raise service_errors.unknown_route(surface.family, method, path)


async def _read(family: Family, headers: Headers, receive: Receive) -> bytes:
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise service_errors.too_large(family, LARGEST_BODY)
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            raise service_errors.too_large(family, LARGEST_BODY)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _parse(family: Family, headers: Headers, content: bytes) -> Any:
    kind = headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if content and not (kind == "application/json" or kind.endswith("+json")):
        raise service_errors.not_json_type(family, kind)
    try:
        # Some operations need no body at all.
        return json.loads(content, parse_constant=_refuse_constant) if content else {}
    except (ValueError, RecursionError):
        raise service_errors.not_json(family) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
