"""Post to an MCP server on this machine, and read what comes back. No other machine is asked.

Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
"""

from __future__ import annotations

import asyncio
import http
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import h11

LARGEST = 16 * 1024 * 1024
_HERE = {"127.0.0.1", "localhost", "::1"}
_OURS = {"host", "accept", "content-type", "content-length", "connection", "transfer-encoding"}


class McpHttpError(Exception):
    """The server can't be reached, or answers with a status that is no success.

    Args:
        status: its HTTP status; 424 if there was no answer that could be read.
    """

    def __init__(self, status: int = 424) -> None:
        super().__init__(status)
        self.status = status

    @property
    def reason(self) -> str:
        """The status in words."""
        with suppress(ValueError):
            return http.HTTPStatus(self.status).phrase
        return "Unknown"


@dataclass(frozen=True)
class McpAnswer:
    """What came over HTTP: its headers, and the body as it comes."""

    headers: Mapping[str, str]
    parts: AsyncGenerator[bytes, None]


def _address(url: str) -> SplitResult:
    """Return where a server is.

    Raises:
        McpHttpError: on another machine, or nowhere.
    """
    try:
        parts = urlsplit(url)
        known = parts.hostname in _HERE and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.scheme not in {"http", "https"}:
        raise McpHttpError
    return parts


async def post(url: str, headers: Mapping[str, str], body: bytes) -> McpAnswer:
    """Send JSON over a connection of its own, and return the answer as it comes.

    Args:
        url: where the server is.
        headers: what goes along.
        body: the JSON.

    Raises:
        McpHttpError: the server is on another machine, or the answer has no success, or too much.
        OSError: it can't be reached.
        h11.ProtocolError: it doesn't speak HTTP.
    """
    parts = _address(url)
    secure = None
    if parts.scheme == "https":
        # On this machine, where certificates are home-made and nobody listens in between.
        secure = ssl._create_unverified_context()  # noqa: S323
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    try:
        connection = h11.Connection(h11.CLIENT)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request = h11.Request(
            method="POST",
            target=target.encode(),
            headers=[
                *((name, value) for name, value in headers.items() if name.lower() not in _OURS),
                ("host", parts.netloc.rpartition("@")[2]),
                ("accept", "application/json, text/event-stream"),
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
                ("connection", "close"),
            ],
        )
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        return await _read(connection, reader, writer)
    except BaseException:
        writer.close()
        raise


async def _read(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> McpAnswer:
    async def next_event() -> Any:
        while (event := connection.next_event()) is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        return event

    async def parts() -> AsyncGenerator[bytes, None]:
        size = 0
        try:
            while isinstance(event := await next_event(), h11.Data):
                size += len(event.data)
                if size > LARGEST:
                    raise McpHttpError
                yield bytes(event.data)
        finally:
            writer.close()

    event = await next_event()
    while isinstance(event, h11.InformationalResponse):
        event = await next_event()
    if not isinstance(event, h11.Response):
        raise McpHttpError
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in event.headers}
    if not 200 <= event.status_code < 300:
        raise McpHttpError(event.status_code)
    return McpAnswer(headers, parts())
