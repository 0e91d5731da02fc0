"""Uvicorn's server, which ends the moment it is told.

Uvicorn looks ten times a second whether it is to end, and then waits a tenth of a second more. Who
starts an endpoint for each test waits for both as often.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from scaffold.endpoint.http.sockets import LARGEST_MESSAGE
from scaffold.endpoint.schemes import Http, Tell, speak_https

# In seconds: how long what is being answered has to end by itself, and how often that is looked at.
_GRACE = 1.0
_GLANCE = 0.002
# In seconds: how long a connection may wait for its next request. Clients let go of theirs sooner
# (httpx after 5): who lets go while the other one asks has a request fail for nothing.
_IDLE = 120


class Server(uvicorn.Server):
    """Answers until `stop` is called, from whichever thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def stop(self) -> None:
        """End soon. Doing so again does no harm."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: it has ended
                self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """Wait for the end, and set the header `date` anew every second."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and wait a moment for those that are being answered."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        end = loop.time() + _GRACE
        while (self.server_state.connections or self.server_state.tasks) and loop.time() < end:
            await asyncio.sleep(_GLANCE)
        for task in self.server_state.tasks:
            task.cancel()


def web_socket(**options: Any) -> asyncio.Protocol:
    """Make what speaks on a web socket; it is imported when the first one is opened."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    return WebSocketsSansIOProtocol(**options)


def configure(app: ASGIApp, *, url: str, chain: bytes | None, tell: Tell) -> uvicorn.Config:
    """Return how uvicorn serves the endpoint.

    Args:
        app: what answers.
        url: where it will listen.
        chain: the server's key and certificate, as PEM; None for plain http.
        tell: is told in one line of clients that take http for https, or don't trust the
            certificate.
    """
    config = uvicorn.Config(
        app,
        # The same everywhere, whatever else is installed; h11 would take as long as all that we do.
        # It wants a class, and calls it.
        http=partial(Http, url, tell),  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=_IDLE,
        proxy_headers=False,  # there is none before it
        ws=web_socket,  # type: ignore[arg-type]
        ws_max_size=LARGEST_MESSAGE,
    )
    if chain is not None:
        config.load()
        config.ssl = speak_https(chain, url, tell)
    return config
