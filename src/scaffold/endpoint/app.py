"""The HTTP side: routes, keys, api-versions and bodies in; JSON and events out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.routing import Route, Router

from scaffold.endpoint import response_socket
from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.operations import OPERATIONS
from scaffold.endpoint.apis.speech.messages import in_words
from scaffold.endpoint.apis.speech.routes import listener
from scaffold.endpoint.exchange import Exchange, headers_of
from scaffold.endpoint.http import access, bodies, forms, service_errors, sockets
from scaffold.endpoint.http.limits import Limits
from scaffold.endpoint.http.response import EventStream, HttpResponse, service_headers
from scaffold.endpoint.http.sending import Line
from scaffold.endpoint.http.service_errors import ServiceError
from scaffold.endpoint.http.surfaces import CONTROL, Surface, check_version, family_of
from scaffold.endpoint.replies.documents import DOCUMENTS, Document
from scaffold.endpoint.script.delivery import deliver_events, deliver_whole
from scaffold.endpoint.script.matching import Script
from scaffold.endpoint.script.turn import Instead, ScriptTurn
from scaffold.endpoint.state.journal import Journal, kept
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
        resources = {path: _Resource(self, methods) for path, methods in ordered}
        # Most paths have no parameter: looked up, and no pattern is tried.
        self._plain = {path: at for path, at in resources.items() if "{" not in path}
        routes = [Route(path, at) for path, at in resources.items() if "{" in path]
        self._router = Router(routes, redirect_slashes=False, default=_Resource(self, {}))

    def _all_deployments(self) -> Mapping[str, str]:
        if self.script is None:
            return self.deployments
        return {**self.script.deployments, **self.deployments}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or one web socket."""
        if scope["type"] == "http":
            resource = self._plain.get(scope["path"], self._router)
            await resource(scope, receive, send)
        elif scope["type"] == "websocket":
            headers = headers_of(scope)
            try:
                access.check_host("azure", headers)
            except ServiceError as error:
                await sockets.refuse(error, send)
                return
            if scope["path"] in response_socket.PATHS:
                await response_socket.serve(self, scope, receive, send)
            else:
                await self._converse(scope, headers, receive, send)

    async def _converse(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, send: Send
    ) -> None:
        journal = self.state.journal
        if not journal.answers:
            await sockets.serve(scope["path"], listener(scope["path"]), headers, receive, send)
            return
        exchange = Exchange({**scope, "method": "GET"}, "azure", journal)

        async def noting(message: Message) -> None:
            if message["type"] == "websocket.accept":
                exchange.started(101)
            elif message["type"] == "websocket.send":
                exchange.sent(in_words(message.get("text") or message["bytes"]))
            await send(message)

        try:
            await sockets.serve(scope["path"], listener(scope["path"]), headers, receive, noting)
        finally:
            exchange.write()


class _Resource:
    """What is at one path: an operation for each method; none at all if the path is unknown."""

    def __init__(self, app: App, methods: dict[str, tuple[Surface, Operation]]) -> None:
        self.app = app
        self.methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        journal = self.app.state.journal
        exchange = Exchange(scope, family_of(scope["path"]), journal)
        if scope["path"].startswith(CONTROL.prefix):
            await self._answer(exchange, receive, send)
            return
        journal.begin(asyncio.get_running_loop())
        try:
            await self._answer(exchange, receive, send)
        finally:
            exchange.write()

    async def _answer(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        scope, family = exchange.scope, exchange.family
        try:
            response = await self._respond(exchange, receive)
            if isinstance(response, HttpResponse):
                # What fails here is told as what fails before.
                response = response.encoded()
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
        app = self.app
        app.answered += 1
        headers = service_headers(family, app.answered, exchange.began, app.limits)
        headers += access.cors_headers(exchange.headers)
        line = Line(
            send=send,
            receive=receive,
            hang_up=partial(app.hang_up, scope),
            closing=lambda: app.closing,
            pace=app.pace,
            started=exchange.started,
            sent=None if exchange.answer is None else exchange.sent,
        )
        entry = exchange.turn.entry
        if isinstance(response, EventStream):
            await deliver_events(line, response.chunks, headers, entry)
        else:
            await deliver_whole(line, response, headers, entry)

    async def _respond(self, exchange: Exchange, receive: Receive) -> HttpResponse | EventStream:
        app, scope, family = self.app, exchange.scope, exchange.family
        method, path = scope["method"], scope["path"]
        headers, query = exchange.headers, exchange.query
        access.check_host(family, headers)
        access.check_origin(family, headers)
        if not self.methods:
            raise service_errors.unknown_route(family, method, path)
        if method not in self.methods:
            if method == "OPTIONS" and "access-control-request-method" in headers:
                return access.preflight(headers)
            raise service_errors.wrong_method(family, method, path)
        surface, operation = self.methods[method]
        access.check(surface, headers, app.state.now())
        if surface.versions and not app.lenient:
            check_version(surface, query.get("api-version"), method, path)
        if operation.beta and family == "openai" and headers.get("openai-beta") != "assistants=v2":
            raise service_errors.no_beta_header()
        body = None
        if method in {"POST", "PUT", "PATCH"}:
            content = await bodies.read(family, headers, receive, form=operation.form)
            if operation.form:
                body = forms.parse(headers.get("content-type", ""), content)
            else:
                body = bodies.parse_json(family, headers, content)
            if operation.kind in _COUNTED:
                app.limits.take(family, bodies.count_tokens(content, body))
            exchange.body = kept(content, body if operation.form else None)
        path_parameters = scope.get("path_params", {})
        turn = exchange.turn = ScriptTurn(
            app.script, operation.kind, family, body, path_parameters.get("deployment")
        )
        turn.start()
        answer = operation.handler(
            Call(
                surface=surface,
                state=app.state,
                path=path_parameters,
                query=query,
                headers=headers,
                body=body,
                script=turn,
                lenient=app.lenient,
            )
        )
        return answer if isinstance(answer, HttpResponse | EventStream) else await answer
