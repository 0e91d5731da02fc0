"""The HTTP side: routes, keys, api-versions and bodies in; JSON and events out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, QueryParams
from starlette.routing import Route, Router

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.operations import OPERATIONS
from scaffold.endpoint.apis.speech.messages import in_words
from scaffold.endpoint.apis.speech.routes import listener
from scaffold.endpoint.http import access, bodies, forms, service_errors, sockets
from scaffold.endpoint.http.limits import Limits
from scaffold.endpoint.http.response import EventStream, HttpResponse, service_headers
from scaffold.endpoint.http.sending import Line
from scaffold.endpoint.http.service_errors import Family, ServiceError
from scaffold.endpoint.http.surfaces import CONTROL, Surface, check_version, family_of
from scaffold.endpoint.replies.documents import DOCUMENTS, Document
from scaffold.endpoint.script.delivery import deliver_events, deliver_whole
from scaffold.endpoint.script.matching import Script
from scaffold.endpoint.script.turn import Instead, ScriptTurn
from scaffold.endpoint.state.journal import Journal, Parts, asked, keys_of
from scaffold.endpoint.state.state import State

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

# What counts for the limits of a minute.
_COUNTED = {"chat", "responses", "embedding"}
_log = logging.getLogger("scaffold.endpoint")


class App:
    """One server's ASGI application and all that it knows.

    Args:
        pace: seconds between two chunks of a stream.
        script: what is answered instead of the endpoint's own replies.
        hang_up: closes the connection that a request came on.
        journal: where each request is written down.
        lenient: whether what no service would take is taken where that can be.
        clock: tells the time, in seconds since 1970.
        deployments: Azure's deployments with names of their own, each with its model; the script
            may add others.
        documents: what there is to find, in the built-in index and the built-in vector store.
        limits: how much may be asked in a minute.
        say: is told in one line of a mistake of the endpoint's own.
    """

    def __init__(
        self,
        pace: float = 0.0,
        script: Script | None = None,
        hang_up: Callable[[Scope], None] = lambda _: None,
        journal: Journal | None = None,
        lenient: bool = False,
        clock: Callable[[], float] = time.time,
        deployments: Mapping[str, str] = MappingProxyType({}),
        documents: Sequence[Document] = DOCUMENTS,
        limits: Limits | None = None,
        say: Callable[[str], None] = _log.warning,
    ) -> None:
        self.limits = limits or Limits()
        self.say = say
        self.answered = 0
        self.deployments = deployments
        self.state = State(journal, clock, self._all_deployments, documents)
        self.lenient = lenient
        self.pace = pace
        self.script = script
        self.hang_up = hang_up
        # Set by another thread when the server stops; a plain bool is enough for that.
        self.closing = False
        paths: dict[str, dict[str, tuple[Surface, Operation]]] = {}
        for operation in OPERATIONS:
            for surface in operation.surfaces:
                methods = paths.setdefault(surface.prefix + operation.path, {})
                methods[operation.method] = (surface, operation)
        # The fewer parameters, the earlier: `/threads/runs` is no thread called "runs".
        ordered = sorted(paths.items(), key=lambda item: item[0].count("{"))
        routes = [Route(path, _Resource(self, methods)) for path, methods in ordered]
        self._router = Router(routes, redirect_slashes=False, default=_Resource(self, {}))

    def _all_deployments(self) -> Mapping[str, str]:
        if self.script is None:
            return self.deployments
        return {**self.script.deployments, **self.deployments}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or one web socket."""
        if scope["type"] == "http":
            await self._router(scope, receive, send)
        elif scope["type"] == "websocket":
            headers = Headers(scope=scope)
            try:
                access.check_host("azure", headers)
            except ServiceError as error:
                await sockets.refuse(error, send)
            else:
                await self._converse(scope, headers, receive, send)

    async def _converse(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        journal = self.state.journal
        if not journal.answers:
            await sockets.serve(scope["path"], listener(scope["path"]), headers, receive, send)
            return
        exchange = _Exchange({**scope, "method": "GET"}, "azure")

        async def noting(message: Message) -> None:
            if message["type"] == "websocket.accept":
                exchange.started(101)
            elif message["type"] == "websocket.send":
                exchange.sent(in_words(message.get("text") or message["bytes"]))
            await send(message)

        try:
            await sockets.serve(scope["path"], listener(scope["path"]), headers, receive, noting)
        finally:
            exchange.write(journal)


@dataclass
class _Exchange:
    """One request and what became of it."""

    scope: Scope
    family: Family
    began: float = field(default_factory=time.perf_counter)
    turn: ScriptTurn = field(default_factory=ScriptTurn)
    body: str = "null"
    status: int | None = None
    answer: Parts = field(default_factory=Parts)

    def started(self, status: int) -> None:
        """Note what is sent."""
        self.status = status

    def sent(self, part: str | bytes) -> None:
        """Note a part of the reply."""
        self.answer.add(part)

    def write(self, journal: Journal) -> None:
        """Write it down."""
        scope = self.scope
        keys = keys_of(Headers(scope=scope))
        query = QueryParams(scope["query_string"]).multi_items()
        seconds = time.perf_counter() - self.began
        entry = self.turn.entry
        journal.write(
            method=scope["method"],
            path=scope["path"],
            query=query,
            body=self.body,
            keys=keys,
            entry=None if entry is None else entry.place,
            status=self.status,
            seconds=seconds,
            answer=self.answer,
        )


class _Resource:
    """What is at one path: an operation for each method; none at all if the path is unknown."""

    def __init__(self, app: App, methods: dict[str, tuple[Surface, Operation]]) -> None:
        self.app = app
        self.methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(scope, family_of(scope["path"]))
        if scope["path"].startswith(CONTROL.prefix):
            await self._answer(exchange, receive, send)
            return
        journal = self.app.state.journal
        journal.begin(asyncio.get_running_loop())
        try:
            await self._answer(exchange, receive, send)
        finally:
            exchange.write(journal)

    async def _answer(self, exchange: _Exchange, receive: Receive, send: Send) -> None:
        scope, family = exchange.scope, exchange.family
        try:
            response = await self._respond(exchange, receive)
            if isinstance(response, HttpResponse):
                response = replace(response, body=response.encode())
        except Instead as instead:
            response = instead.response
        except ServiceError as error:
            response = HttpResponse(error.body, error.status, headers=error.headers)
        except Exception as error:  # noqa: BLE001 - whatever it was, the client gets a 500
            _log.exception("%s %s failed", scope["method"], scope["path"])
            asked_for = f"{scope['method']} {scope['path']}"
            self.app.say(service_errors.mistake(asked_for, error))
            broken = service_errors.broken(family)
            response = HttpResponse(broken.body, broken.status)
        self.app.answered += 1
        headers = service_headers(family, self.app.answered, exchange.began, self.app.limits)
        headers += access.cors_headers(Headers(scope=scope))
        hang_up = partial(self.app.hang_up, scope)
        line = Line(
            send=send,
            receive=receive,
            hang_up=hang_up,
            closing=lambda: self.app.closing,
            pace=self.app.pace,
            started=exchange.started,
            sent=exchange.sent if self.app.state.journal.answers else None,
        )
        entry = exchange.turn.entry
        if isinstance(response, EventStream):
            await deliver_events(line, response.chunks, headers, entry)
        else:
            await deliver_whole(line, response, headers, entry)

    async def _respond(self, exchange: _Exchange, receive: Receive) -> HttpResponse | EventStream:
        scope, family = exchange.scope, exchange.family
        method, path = scope["method"], scope["path"]
        headers, query = Headers(scope=scope), QueryParams(scope["query_string"])
        access.check_host(family, headers)
        access.check_origin(family, headers)
        if method == "OPTIONS" and "access-control-request-method" in headers and self.methods:
            return access.preflight(headers)
        if not self.methods:
            raise service_errors.unknown_route(family, method, path)
        if method not in self.methods:
            raise service_errors.wrong_method(family, method, path)
        surface, operation = self.methods[method]
        access.check(surface, headers, self.app.state.now())
        if not self.app.lenient:
            check_version(surface, query.get("api-version"), method, path)
        if operation.beta and family == "openai" and headers.get("openai-beta") != "assistants=v2":
            raise service_errors.no_beta_header()
        body = None
        if method in {"POST", "PUT", "PATCH"}:
            content = await bodies.read(family, headers, receive)
            if operation.form:
                body = forms.parse(headers.get("content-type", ""), content)
            else:
                body = bodies.parse_json(family, headers, content)
            if operation.kind in _COUNTED:
                self.app.limits.take(family, bodies.count_tokens(content, body))
            exchange.body = asked(body, len(content), keys_of(headers))
        path_parameters = scope.get("path_params", {})
        model, response_format = _named(path_parameters, body)
        turn = exchange.turn = ScriptTurn(
            self.app.script, operation.kind, family, model, response_format
        )
        turn.start()
        answer = operation.handler(
            Call(
                surface=surface,
                state=self.app.state,
                path=path_parameters,
                query=query,
                headers=headers,
                body=body,
                script=turn,
                lenient=self.app.lenient,
            )
        )
        return answer if isinstance(answer, HttpResponse | EventStream) else await answer


def _named(path: Mapping[str, str], body: Any) -> tuple[str, str | None]:
    """Return the model or deployment that a call names, and the type of its `response_format`."""
    body = body if isinstance(body, dict) else {}
    wanted = body.get("response_format")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    model = path.get("deployment", body.get("model"))
    return model if isinstance(model, str) else "", kind if isinstance(kind, str) else None
